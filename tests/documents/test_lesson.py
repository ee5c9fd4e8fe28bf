"""Documents that run: what is a command in them, what matches, and how a difference is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kshell.documents.lesson import Step, check, commands, matches, play, split_prompt, steps
from tests.commands.support import fresh
from tests.screen import Terminal

DOCUMENT = """\
# Title

prose with magenta$ in it
```
introduction
magenta$ echo one
one
# a remark
magenta[sh:vc]$ echo two
two

```
~~~ text
magenta$ echo three
```
~~~
magenta$ no command: outside of a fence
"""


def seen(text):
    """The steps and lines of prose as plain data."""
    return [
        (step.line, step.prompt, step.text, step.expected) if isinstance(step, Step) else step for step in steps(text)
    ]


def test_a_document_in_order():
    assert seen(DOCUMENT) == [
        (1, "# Title"),
        (2, ""),
        (3, "prose with magenta$ in it"),
        (4, "```"),
        (5, "introduction"),
        (6, "magenta$ ", "echo one", [(7, "one")]),
        (9, "magenta[sh:vc]$ ", "echo two", [(10, "two"), (11, "")]),
        (12, "```"),
        (13, "~~~ text"),
        # Another fence's mark is a line like any other.
        (14, "magenta$ ", "echo three", [(15, "```")]),
        (16, "~~~"),
        (17, "magenta$ no command: outside of a fence"),
        (18, ""),
    ]


def test_a_fence_that_is_not_closed_ends_with_the_document():
    assert seen("```\nmagenta$ a\nb") == [(1, "```"), (2, "magenta$ ", "a", [(3, "b")])]


def test_commands_keep_their_line_numbers():
    lines = commands(DOCUMENT)
    assert {number: line for number, line in enumerate(lines, 1) if line} == {
        6: "echo one",
        9: "echo two",
        14: "echo three",
    }
    assert len(lines) == DOCUMENT.count("\n") + 1


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("magenta$ ps", ("magenta$ ", "ps")),
        ("magenta$  ps", ("magenta$ ", " ps")),
        ("magenta$", ("magenta$ ", "")),
        ("magenta$ ", ("magenta$ ", "")),
        ("magenta[a b]$ ps", ("magenta[a b]$ ", "ps")),
        ("magenta[a]$x]$ ps", None),
        ("magenta$ps", None),
        ("magenta[a] ps", None),
        (" magenta$ ps", None),
        ("magenta ps", None),
    ],
)
def test_the_prompt_of_a_line(line, parts):
    assert split_prompt(line) == parts


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
    return check("doc", f"```\n{block}```\n", fresh)


@pytest.mark.parametrize(
    ("block", "report"),
    [
        ("magenta$ echo one\none\n", []),
        ("magenta$ echo one\none\n\n\n", []),
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
    (line,) = check("doc", "prose\n", fresh)
    assert line.startswith("doc:1: the document has no commands")


def test_a_document_runs_on_one_machine():
    assert checked("magenta$ v = vmo_create 4k\nmagenta$ vmo_get_size $v\nsize 4096\n") == []


def test_playing_without_a_terminal_prints_all_but_the_fences(capsys):
    play(DOCUMENT, fresh)
    assert capsys.readouterr().out == (
        "# Title\n\nprose with magenta$ in it\nintroduction\nmagenta$ echo one\none\nmagenta$ echo two\ntwo\n"
        "magenta$ echo three\nthree\nmagenta$ no command: outside of a fence\n\n"
    )


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
    monkeypatch.setattr("kshell.documents.lesson.MOST_COMPARED", 5)
    lines = "magenta$ ps\nTASK        VIRT     RES NAME\nno such line\n...\nnor this\n"
    assert check("d.md", f"```\n{lines}```\n", fresh) == ["d.md:2: magenta$ ps", "d.md:4: - no such line"]
    lines = "magenta$ echo a b\na b\na b\na b\na b\na b\na b\n"
    told = "d.md:2: 6 lines are expected and 1 printed, in another order or number"
    assert check("d.md", f"```\n{lines}```\n", fresh) == ["d.md:2: magenta$ echo a b", told]


@pytest.fixture
def presented(tmp_path):
    """A document that is shown to a class at a terminal of 60 columns; `TERM` is the terminal's kind."""
    made = []
    prose = "A sentence that is a good deal wider than a terminal of sixty columns is, and still readable.\n\n"
    table = f"| {'cell ' * 14}|\n"
    (tmp_path / "doc.md").write_text(f"{prose}- an item: {prose}{table}```\nmagenta$ echo one\none\n```\nend\n")

    def present(**environment):
        made.append(Terminal(tmp_path, "--play", "doc.md", columns=60, lines=24, **environment))
        made[-1].wait(lambda: "magenta$" in made[-1].lines, "the prompt")
        return made[-1]

    yield present
    for one in made:
        one.process.close(force=True)


def test_a_document_is_read_at_a_terminal(presented):
    """T1: prose ends between words, what is laid out stays, and the presenter is told which key it is."""
    shown = presented()
    assert shown.lines[0] == "kshell: Enter shows the next command, Ctrl-C ends"
    rows = shown.lines[1 : shown.lines.index("magenta$")]
    assert rows[:2] == [
        "A sentence that is a good deal wider than a terminal of",
        "sixty columns is, and still readable.",
    ]
    assert rows[3].startswith("- an item: A") and rows[4].startswith("  ") and rows[6].startswith("| cell")
    # What was typed before Enter is gone.
    shown.type("oops, some words here\r")
    shown.wait(lambda: "end" in shown.lines, "the rest")
    assert "magenta$ echo one" in shown.lines and "one" in shown.lines and not shown.shows("oops")


def test_a_document_is_shown_on_a_dumb_terminal_without_escapes(presented):
    """T8: the cursor moves nowhere there."""
    shown = presented(TERM="dumb")
    shown.type("\r")
    shown.wait(lambda: "end" in shown.lines, "the rest")
    assert "\x1b" not in shown.written and "magenta$ echo one" in shown.lines
