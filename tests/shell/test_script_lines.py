"""From a script's text to the lines that run: lines that go on, and what the script was given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kshell.shell.grammar import parse
from kshell.shell.script_lines import fill_in, script_lines
from tests.commands.support import fresh, output
from tests.program import kshell


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("ps\nps", [(1, "ps"), (2, "ps")]),
        ("#! kshell -k\nps", [(2, "ps")]),
        ("map \\\n 4k \\\n rw\nps", [(1, "map  4k  rw"), (4, "ps")]),
        ("a \\\\\nb", [(1, "a \\\\"), (2, "b")]),
        ("# remark \\\nps", [(1, "# remark \\"), (2, "ps")]),
        ("echo 'a\\\nps", [(1, "echo 'a\\"), (2, "ps")]),
        ("ps \\", [(1, "ps ")]),
        ("ps\r\nps\r", [(1, "ps"), (2, "ps")]),
        ("", [(1, "")]),
    ],
)
def test_a_line_goes_on_after_a_backslash(text, lines):
    assert list(script_lines(text.split("\n"))) == lines


@pytest.mark.parametrize(
    ("line", "filled"),
    [
        ("map $1 $2", "map 4k 'a b'"),
        ('echo "$2"', 'echo "a b"'),
        ("echo '$1' \\$1 $# # $1", "echo '$1' \\$1 5 # $1"),
        ("touch $m+$1 $4 $0 $11", "touch $m+4k '' $0 $11"),
        ("echo $3", "echo '; reset #'"),
        ("echo x$1y", "echo x4ky"),
        ("echo $", "echo $"),
        ("x $5", "x '='"),
    ],
)
def test_what_a_script_was_given_is_written_into_its_lines(line, filled):
    assert fill_in(line, ["4k", "a b", "; reset #", "", "="]) == filled


SESSION = fresh()


@given(st.text(st.characters(exclude_characters="\n\r\0", exclude_categories=("Cs",))))
def test_whatever_a_script_is_given_is_one_word(word):
    for line in ("echo $1", 'echo "$1"'):
        (clause,) = parse(fill_in(line, [word]))
        SESSION.state.expanded = 0
        assert SESSION.state.expand(clause.words[1]) == word and len(clause.words) == 2


def test_words_of_the_command_line_and_of_load(tmp_path):
    """What users of such tools ask for: arguments for scripts, and `\\` at the end of a line."""
    (tmp_path / "grow").write_text("m = map $1\ntouch $m \\\n  $2\necho $# words\n")
    done = kshell(tmp_path / "grow", "--args", "64k", "8k")
    assert (done.stdout, done.stderr) == ("2 faults, 2 pages committed\n2 words\n", "")
    session = fresh()
    assert output(session, f"load {tmp_path}/grow 64k 4k") == "1 fault, 1 page committed\n2 words\n"
    # What is noted is whole.
    assert "touch $m   4k" in output(session, "history") and "$1" not in output(session, "history")
    done = kshell(tmp_path / "grow")
    assert done.returncode == 2 and "$1 is not set: `--args WORD...` and `load FILE WORD...` set it" in done.stderr


def test_a_byte_order_mark_is_not_a_part_of_the_first_command(tmp_path):
    """W14: `\\ufeffecho: not found`."""
    (tmp_path / "s").write_bytes("\ufeffecho hi\r\n".encode())
    assert kshell(tmp_path / "s").stdout == "hi\n"
    assert output(fresh(), f"load {tmp_path}/s") == "hi\n"
    assert kshell("-", stdin="\ufeffecho hi\n").stdout == "hi\n"


def test_a_tilde_is_the_home_folder(tmp_path):
    """W13: in `save`, `load` and redirections, unless it is quoted."""
    home = {"HOME": str(tmp_path)}
    lines = ["a = vmo_create 4k", "save ~/s", "ps > ~/t", "load ~/s", "echo quoted > '~q'"]
    done = kshell(*(word for line in lines for word in ("-c", line)), env=home, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "s").exists() and (tmp_path / "t").read_text().startswith("TASK")
    assert (tmp_path / "~q").read_text() == "quoted\n"
