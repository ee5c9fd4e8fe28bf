"""Marks: how texts are cut to their room, and what foreign ones become."""

import pytest

from kshell.pictures.sheet import ELLIPSIS, Mark, Sheet, fitted, text_width


@pytest.mark.parametrize(
    ("text", "room", "shown"),
    [
        ("abcdef", 100, "abcdef"),
        ("abcdefghij", 79, "abcdefghij"),
        ("abcdefghij", 78, "abcdefgh" + ELLIPSIS),
        ("abc   defghij", 60, "abc" + ELLIPSIS),
        ("abcdefghij", 31, ""),
        ("abcdefghij", 32, "abc" + ELLIPSIS),
        ("abcdefghij", -5, ""),
        ("日本日本日本", 60, "日本日" + ELLIPSIS),
        ("", 10, ""),
    ],
)
def test_a_text_is_cut_to_its_room(text, room, shown):
    assert fitted(text, room) == shown
    assert text_width(shown) <= max(0, room)


def test_small_text_needs_less_room():
    assert fitted("abcdefghij", 70, "small quiet") == "abcdefghij"
    assert fitted("abcdefghij", 70, "title").endswith(ELLIPSIS)


def test_foreign_text_is_printable_and_long_facts_are_cut():
    sheet = Sheet(400)
    sheet.text("k", "label", 0, 0, "a\x1b\udcff", 400)
    sheet.rect("k", "box", 0, 0, 10, 10, "box", ["one\n", "x" * 5000])
    text, rect = sheet.marks
    assert text.text == "a\\x1b\\udcff" and text.w == round(text_width(text.text), 1)
    assert rect.title.startswith("one\\x0a\nxxx") and len(rect.title) == 2001 and rect.title.endswith(ELLIPSIS)


def test_a_number_is_whole_or_not_there():
    sheet = Sheet(400)
    sheet.number("k", "a", 0, 0, "12345", 30, "small")
    sheet.number("k", "b", 0, 0, "12345", 34, "small")
    assert [mark.part for mark in sheet.marks] == ["b"]


def test_text_before_ends_where_it_should():
    sheet = Sheet(400)
    used = sheet.text_before("k", "size", 300, 10, "64k", 100)
    (mark,) = sheet.marks
    assert round(mark.x + used, 1) == 300 and mark.w == round(used, 1)


def test_places_have_one_decimal_or_none():
    mark = Mark("rect", 1.04, 2.06, 3.0, 0.25, "", "", "")
    assert (mark.x, mark.y, mark.w, mark.h) == (1, 2.1, 3, 0.2)
    assert isinstance(mark.x, int) and isinstance(mark.w, int)


def test_a_mark_has_the_name_of_its_box_and_part():
    assert Mark("rect", 0, 0, 0, 0, "", "vmo:1", "box").id == "vmo:1/box"
