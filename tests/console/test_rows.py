"""How many rows a text takes on a screen."""

import pytest

from kshell.console.screen import count, fitting, rows, taller


@pytest.mark.parametrize(
    ("line", "columns", "expected"),
    [
        ("", 80, 1),
        ("x" * 80, 80, 1),
        ("x" * 81, 80, 2),
        ("漢" * 40, 80, 1),
        ("漢" * 41, 80, 2),
        ("\t" * 10 + "x", 80, 2),
        ("e\u0301" * 80, 80, 1),
        ("x", 0, 1),
    ],
)
def test_a_line_takes_rows(line, columns, expected):
    """T1: wrapped lines were counted as one row."""
    assert rows(line, columns) == expected


@pytest.mark.parametrize(
    ("text", "lines", "height"),
    [("a\nb\n", 2, 2), ("a\nb", 2, 2), ("a\n\n", 2, 2), ("x" * 25 + "\na\n", 2, 4), ("a\nb\nc", 3, 3)],
)
def test_a_text_is_taller_than_fewer_rows_than_it_takes(text, lines, height):
    assert count(text) == lines
    assert not taller(text, height, 10) and taller(text, height - 1, 10)
    assert fitting(text, height, 10) == (lines, height)


def test_only_whole_lines_fit():
    assert fitting("a\n" + "x" * 25 + "\nb\n", 3, 10) == (1, 1) and fitting("a\n", 0, 10) == (0, 0)
