"""From what was typed or pasted to the lines that run."""

import pytest

from kshell.console.typed import befores, begun, goes_on, lines_of, without_prompts

TRANSCRIPT = """\
magenta$ a = vmo_create 64k
magenta$ ps
TASK           VIRT     RES NAME
  p:2988      4220k   1324k sh:console

magenta[demo]$ touch $m 16k
4 faults, 4 pages committed
magenta$
magenta$ echo one \\
> two
one two
> not a row
magenta$ exit"""


def test_a_transcript_is_its_commands():
    """The list: pasting a transcript."""
    assert lines_of(TRANSCRIPT) == ["a = vmo_create 64k", "ps", "touch $m 16k", "echo one two", "exit"]
    assert lines_of("  magenta$ ps  \n  TASK\n  magenta$ stat") == ["ps", "stat"]


@pytest.mark.parametrize("line", ["magenta$ ps", " magenta$ ps", "magenta[sh:console]$ ps", "magenta[a b]$ ps"])
def test_a_single_line_loses_its_prompt(line):
    assert lines_of(line) == ["ps"]


@pytest.mark.parametrize("text", ["", "ps", "ps\n\nstat", "echo magenta$ ps", "magenta$ps", "a\n  b  ", "# x\\\ny"])
def test_any_other_text_stays(text):
    assert without_prompts(text) == text and lines_of(text) == text.split("\n")


def test_to_take_prompts_off_again_changes_nothing():
    once = without_prompts(TRANSCRIPT)
    assert without_prompts(once) == once


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("echo a\\\nb", ["echo ab"]),
        ("echo a \\\n  b \\\n c\nps", ["echo a   b  c", "ps"]),
        ("echo a\\\\\nb", ["echo a\\\\", "b"]),
        ('echo "a\\\nb"', ['echo "ab"']),
        ("echo 'a\\\nb'", ["echo 'a\\", "b'"]),
        ("echo a # b \\\nps", ["echo a # b \\", "ps"]),
        ("echo a\\", ["echo a\\"]),
        ("echo a\\\n", ["echo a"]),
        ("echo 'it\\\nis'", ["echo 'it\\", "is'"]),
    ],
)
def test_a_line_that_ends_in_a_backslash_goes_on(text, lines):
    """The list: a backslash at the end of a line."""
    assert lines_of(text) == lines


def test_what_belongs_to_the_line_at_the_end():
    rows = ["ps", "echo a\\", "b \\", "c"]
    assert befores(rows) == ["", "", "echo a", "echo ab "]
    assert begun("\n".join(rows)) == "echo ab c" and begun("") == "" and begun("a\n") == "" and begun("a\\") == "a\\"
    assert goes_on("ps\necho a\\\nb\\") and not goes_on("echo a\\\nb") and not goes_on("echo '\\\n' \\\\")
