"""What matches, how a difference is told, and how a document is counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kshell.documents.checking import check, matches
from kshell.documents.reading import read
from tests.commands.support import fresh
from tests.program import kshell


@pytest.mark.parametrize(
    ("expected", "printed", "good"),
    [
        ([], [], True),
        ([], ["a"], False),
        (["a"], [], False),
        (["a", "b"], ["a", "b"], True),
        (["a", "b"], ["a"], False),
        (["a"], ["a", "b"], False),
        (["..."], [], True),
        (["..."], ["a", "b"], True),
        (["a", "...", "d"], ["a", "b", "c", "d"], True),
        (["a", "...", "d"], ["a", "d"], True),
        (["a", "...", "d"], ["a", "b"], False),
        (["...", "b", "...", "d"], ["a", "b", "c", "b", "d"], True),
        (["...", "b", "d"], ["b", "c", "b", "d"], True),
        (["...", "x", "..."], ["a", "b"], False),
        (["...", "..."], ["a"], True),
        (["...", "a"], ["a", "b"], False),
        (["....", "a"], ["x", "a"], False),
    ],
)
def test_dots_stand_for_any_number_of_lines(expected, printed, good):
    assert matches(expected, printed) == good


def checked(block):
    return check("doc", read(f"```\n{block}```\n"), fresh).lines


@pytest.mark.parametrize(
    ("block", "report"),
    [
        ("magenta$ echo one\none\n", []),
        ("magenta$ echo one\none\n\n\n", []),
        ("magenta$ echo '# one'\n\\# one\n", []),
        ("magenta$ echo magenta$\n\\magenta$\n", []),
        ("magenta$ echo ...\n\\...\n", []),
        ("magenta$ echo x\n\\...\n", ["doc:2: magenta$ echo x", "doc:3: - \\...", "doc:3: + x"]),
        ("magenta$ echo one\n...\n", []),
        ("magenta$ a = vmo_create 4k\n", []),
        ("magenta$ attach sh:vc\nmagenta[sh:vc]$ echo one\none\n", []),
        ("magenta$ echo one\ntwo\n", ["doc:2: magenta$ echo one", "doc:3: - two", "doc:3: + one"]),
        ("magenta$ echo one\n", ["doc:2: magenta$ echo one", "doc:2: + one"]),
        ("magenta$ true = echo\nmore\n", ["doc:2: magenta$ true = echo", "doc:3: - more"]),
        ("magenta[x]$ echo one\none\n", ["doc:2: the prompt is 'magenta$ ' here, not 'magenta[x]$ '"]),
        (
            "magenta$ echo 'a\nmagenta$ echo one\none\n",
            [
                "doc:2: magenta$ echo 'a",
                "doc:2: + /boot/bin/sh: 1: syntax error: the quote at column 6 is not closed",
            ],
        ),
        (
            "magenta$ vmaps help\n...\n  Indentation indicates parent child relationship.\n",
            [
                "doc:2: magenta$ vmaps help",
                "doc:4: -   Indentation indicates parent child relationship.",
                "doc:4: +   Indentation indicates parent/child relationship.",
            ],
        ),
    ],
)
def test_every_difference_is_told_with_its_line(block, report):
    assert checked(block) == report


def test_a_document_without_commands_is_told():
    (line,) = check("doc", read("prose\n"), fresh).lines
    assert line.startswith("doc:1: the document has no commands")


def test_a_document_runs_on_one_machine():
    assert checked("magenta$ v = vmo_create 4k\nmagenta$ vmo_get_size $v\nsize 4096\n") == []


def matches_slowly(expected, printed):
    """What a document says of what is printed, place by place."""
    if not expected:
        return not printed
    if expected[0] == "...":
        return any(matches_slowly(expected[1:], printed[at:]) for at in range(len(printed) + 1))
    return bool(printed) and printed[0] == expected[0] and matches_slowly(expected[1:], printed[1:])


@given(st.lists(st.sampled_from(["a", "b", "..."]), max_size=7), st.lists(st.sampled_from("ab"), max_size=7))
def test_an_output_matches_when_some_place_for_every_part_is_found(expected, printed):
    assert matches(expected, printed) == matches_slowly(expected, printed)


class Counted(str):
    """A line that counts how often it is compared."""

    __slots__ = ()
    __hash__ = str.__hash__
    count = 0

    def __eq__(self, other):
        Counted.count += 1
        return str.__eq__(self, other)


def test_a_document_of_many_dots_takes_no_longer_than_its_lines():
    """N8: 3,000 `...` against 20,000 lines took more than 100 seconds."""
    printed = [Counted(f"line {number}") for number in range(20_000)]
    expected = [word for number in range(0, 18_000, 6) for word in (f"line {number}", "...")]
    assert matches(expected, printed) and not matches([*expected, "no"], printed)
    assert Counted.count < 10 * len(printed)


def test_a_difference_of_very_many_lines_is_the_first_one(monkeypatch):
    """N8: nobody reads a comparison of thousands of lines with thousands."""
    monkeypatch.setattr("kshell.documents.checking.MOST_COMPARED", 5)
    lines = "magenta$ ps\nTASK        VIRT     RES NAME\nno such line\n...\nnor this\n"
    assert check("d.md", read(f"```\n{lines}```\n"), fresh).lines == ["d.md:2: magenta$ ps", "d.md:4: - no such line"]
    lines = "magenta$ echo a b\na b\na b\na b\na b\na b\na b\n"
    told = "d.md:2: 6 lines are expected and 1 printed, in another order or number"
    assert check("d.md", read(f"```\n{lines}```\n"), fresh).lines == ["d.md:2: magenta$ echo a b", told]


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("```\nmagenta$ echo one\none\nmagenta$ a = vmo_create 4k\n```\n", "d.md: 2 commands, all as it says"),
        ("```\nmagenta$ echo one\ntwo\nmagenta$ ps\n...\n```\n", "d.md: 2 commands, 1 not as it says"),
        # One command that differs in two ways is one.
        ("```\nmagenta[x]$ echo one\ntwo\n```\n", "d.md: 1 command, 1 not as it says"),
        ("```\nmagenta$ echo\n\n```\nmagenta$ ps\n", "d.md: 1 command, 1 line that looks like one did not run"),
        ("prose\n", "d.md: 0 commands, nothing to check"),
    ],
)
def test_a_check_ends_with_a_count(text, summary):
    report = check("d.md", read(text), fresh)
    assert report.summary() == summary and report.good == summary.endswith("all as it says")


def test_a_line_that_looks_like_a_command_is_named():
    report = check("d.md", read("```\nmagenta$ echo\n\n```\n\n- magenta$ ps \n"), fresh)
    assert report.lines == ["d.md:6: this looks like a command and did not run: magenta$ ps"]


def test_a_document_from_standard_input(tmp_path):
    done = kshell("--check", "-", stdin="\ufeff~~~~\r\nmagenta$ echo one\r\none\r\n~~~~\r\n")
    assert (done.returncode, done.stdout) == (0, "-: 1 command, all as it says\n")
    done = kshell("--check", "-", stdin="```\nmagenta$ echo one\n```\n")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "-: 1 command, 1 not as it says")
