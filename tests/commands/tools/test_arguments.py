"""Numbers as the tools' C code reads them."""

import pytest

from kshell.commands.tools.arguments import atoll, c_number, count_of

END = 1 << 64


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("0", 0),
        ("3020", 3020),
        ("0xbcc", 3020),
        ("0XBCC", 3020),
        ("05714", 3020),
        ("00", 0),
        ("+7", 7),
        ("-1", END - 1),
        ("-0", 0),
        (" \t\n\v\f\r7", 7),
        ("18446744073709551615", END - 1),
        ("18446744073709551616", END - 1),
        ("0" * 40 + "7", 7),
        ("9" * 40, END - 1),
        ("-" + "9" * 40, 1),
        ("0xffffffffffffffff", END - 1),
        ("0x10000000000000000", END - 1),
        ("01777777777777777777777", END - 1),
        ("02000000000000000000000", END - 1),
        ("", None),
        ("-", None),
        ("0x", None),
        ("0xg", None),
        ("08", None),
        ("7 ", None),
        ("7x", None),
        ("--7", None),
        ("٣", None),
    ],
)
def test_strtoull_of_a_whole_word(word, number):
    assert c_number(word) == number


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("3020", 3020),
        ("3020x", 3020),
        (" \t7", 7),
        ("-7", -7),
        ("+7", 7),
        ("0x10", 0),
        ("010", 10),
        ("", 0),
        ("x", 0),
        ("-", 0),
        ("--7", 0),
        ("1" * 30, int("1" * 20)),
        ("٣", 0),
    ],
)
def test_atoll_takes_the_digits_it_begins_with(word, number):
    assert atoll(word) == number


@pytest.mark.parametrize(("word", "number"), [("5", 5), ("0", 0), ("-5", 0), ("x", 0), ("", 0), ("9" * 9, 999999999)])
def test_counts(word, number):
    assert count_of(word) == number


def test_a_count_of_ten_digits_is_none():
    assert count_of("9" * 10) == 0
