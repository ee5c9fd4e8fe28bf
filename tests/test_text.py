"""Text that is safe to show."""

import pytest

from kshell.text import printable, shown


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"sh:vc", "sh:vc"),
        (b"abc\0def", "abc"),
        (b"\0abc", ""),
        (b"", ""),
        (b"\x1b[2J", "\\x1b[2J"),
        (b"a\nb\tc", "a\\x0ab\\x09c"),
        (b"\x7f", "\\x7f"),
        ("ü漢".encode(), "ü漢"),
        (b"\xff\xc3", "\\xff\\xc3"),
        ("\x85", "\\x85"),
        ("\u200e\u202e", "\\u200e\\u202e"),
        ("\U000e0001", "\\U000e0001"),
        ("\uffff\xff", "\\uffffÿ"),
        ("a\0b", "a\\x00b"),
        ("\ud800", "\\ud800"),
    ],
)
def test_names(raw, text):
    assert printable(raw) == text and printable(raw).isprintable()


def test_output_keeps_lines_and_tabs_and_nothing_else_that_a_terminal_obeys():
    assert shown("a\tb\nc\n") == "a\tb\nc\n"
    assert shown("\x1b[31m\r\b") == "\\x1b[31m\\x0d\\x08"
    assert shown("\x7f\x80\x9b\x9f\xa0") == "\\x7f\\x80\\x9b\\x9f\xa0"
    assert shown("\u200e\u200f\u202a\u202e\u2066\u2069") == "\\u200e\\u200f\\u202a\\u202e\\u2066\\u2069"
    assert shown("\u200d\u2010\u2029\u202f\u2065\u206a ü漢") == "\u200d\u2010\u2029\u202f\u2065\u206a ü漢"
    for code in (*range(9), 11, 12, *range(14, 32), *range(127, 160)):
        assert shown(chr(code)) == f"\\x{code:02x}"
