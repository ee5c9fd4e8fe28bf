"""How a document writes what is typed and printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kshell.shell.session_lines import ANY, REMARK, fence_around, rows_of, split_prompt, written


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
    ("row", "text"),
    [
        ("# a", "\\# a"),
        ("#a", "#a"),
        ("...", "\\..."),
        ("....", "...."),
        ("magenta$ ps", "\\magenta$ ps"),
        ("  magenta[a]$ ps", "\\  magenta[a]$ ps"),
        ("\\# a", "\\\\# a"),
        ("\\x1b", "\\x1b"),
        ("", ""),
    ],
)
def test_a_printed_line_that_would_mean_something_else_stands_after_a_backslash(row, text):
    assert written(row) == text


@given(st.lists(st.sampled_from(["\\", "# ", "...", "magenta$ ", " ", "x"]), max_size=5).map("".join))
def test_what_is_written_means_what_was_printed_and_nothing_else(row):
    text = written(row)
    assert text in (row, f"\\{row}")
    assert text != ANY and not text.startswith(REMARK) and split_prompt(text) is None
    # What one row is written as no other is: taking the backslash off gives it back.
    back = text[1:] if text.startswith("\\") and written(text[1:]) == text else text
    assert back == row


def test_rows_of_what_is_printed():
    assert rows_of("") == []
    assert rows_of("\n") == [""]
    assert rows_of("a\n# b\n") == ["a", "\\# b"]


def test_a_fence_is_longer_than_any_in_it():
    assert fence_around(["a", "b ```"]) == "```"
    assert fence_around(["  ````", "```"]) == "`````"
    assert fence_around(["~~~~"], "~", 3) == "~~~~~" and fence_around(["~~~~"]) == "```"
    assert fence_around([], "~", 5) == "~~~~~"
