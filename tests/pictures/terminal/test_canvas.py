"""Lines that join, and text on them."""

import pytest

from kshell.pictures.terminal.canvas import Canvas
from kshell.pictures.terminal.look import ASCII, LINE, UNICODE


def text(canvas, look=ASCII):
    return ["".join(part for part, _ in row) for row in canvas.drawn(look)]


def test_boxes_join_where_they_meet():
    canvas = Canvas(12, 5)
    for corners in ((0, 0, 6, 2), (6, 0, 11, 2), (0, 2, 3, 4), (3, 2, 11, 4)):
        canvas.box(*corners)
    assert text(canvas) == [
        "+-----+----+",
        "|     |    |",
        "+--+--+----+",
        "|  |       |",
        "+--+-------+",
    ]
    assert text(canvas, UNICODE) == [
        "┌─────┬────┐",
        "│     │    │",
        "├──┬──┴────┤",
        "│  │       │",
        "└──┴───────┘",
    ]


def test_four_boxes_make_a_cross():
    canvas = Canvas(5, 5)
    for corners in ((0, 0, 2, 2), (2, 0, 4, 2), (0, 2, 2, 4), (2, 2, 4, 4)):
        canvas.box(*corners)
    assert text(canvas, UNICODE) == ["┌─┬─┐", "│ │ │", "├─┼─┤", "│ │ │", "└─┴─┘"]


def test_text_hides_lines_and_keeps_its_tone():
    canvas = Canvas(8, 3)
    canvas.box(0, 0, 7, 2)
    canvas.write(2, 0, "ab", "title")
    assert canvas.drawn(ASCII)[0] == [("+-", LINE), ("ab", "title"), ("---+", LINE)]
    assert canvas.drawn(ASCII)[1] == [("|", LINE), ("      ", ""), ("|", LINE)]


@pytest.mark.parametrize(
    ("written", "row"),
    [
        ("abcdefgh", "  abcd"),
        ("漢字漢", "  漢字"),
        ("a漢b字", "  a漢b"),
        ("e\u0301x", "  e\u0301x  "),
        ("", "      "),
    ],
)
def test_text_takes_the_columns_that_it_is_wide(written, row):
    canvas = Canvas(6, 1)
    canvas.write(2, 0, written, "")
    assert text(canvas) == [row]


def test_a_sign_without_width_at_the_beginning_takes_no_column():
    canvas = Canvas(3, 1)
    canvas.write(0, 0, "\u0301a", "")
    assert text(canvas) == ["a  "]
