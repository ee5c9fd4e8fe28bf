"""Numbers as people write them."""

import pytest

from kshell.shell.errors import UsageError
from kshell.shell.expressions import MAX_DIGITS, UNITS, evaluate

NAMES = {"a": 0x1000, "b.size": 3, "huge": (1 << 64) - 1}
END = 1 << 64


def value(text):
    return evaluate(text, NAMES.__getitem__)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("007", 7),
        ("4096", 4096),
        ("18446744073709551615", END - 1),
        ("0" * 30 + "5", 5),
        ("0x0", 0),
        ("0X1f", 31),
        ("0xDEADbeef", 0xDEADBEEF),
        ("0x10k", 16 << 10),
        ("0x1M", 1 << 20),
        # A hexadecimal digit is no unit.
        ("0x1E", 30),
        ("0x10P", 16 << 50),
        ("16k", 16 << 10),
        ("16K", 16 << 10),
        ("1M", 1 << 20),
        ("3G", 3 << 30),
        ("2T", 2 << 40),
        ("2P", 2 << 50),
        ("15E", 15 << 60),
        ("999999k", 999999 << 10),
        ("1+2", 3),
        ("1-2", END - 1),
        ("10-2-3", 5),
        ("10-2+3", 11),
        ("+5", 5),
        ("-1", END - 1),
        ("-1+1", 0),
        ("-9223372036854775808", 1 << 63),
        ("2*3+4*5", 26),
        ("2*3*4", 24),
        ("1+2*3-4", 3),
        ("0*99999999999999999999", 0),
        ("16E-1", END - 1),
        ("$a", 0x1000),
        ("$a+4k", 0x2000),
        ("4k*$b.size", 12288),
        ("$huge", END - 1),
        ("-$b.size", END - 3),
    ],
)
def test_values(text, expected):
    assert value(text) == expected


def test_units_are_powers_of_1024():
    assert [UNITS[unit] for unit in "kMGTPE"] == [1024**power for power in range(1, 7)] and UNITS["K"] == 1024


WRONG = "k 0x 0xk 0xg 4q 1.5 1+ + - --1 1++1 *2 2* 2**3 4kk ٣ 4² ²k ٣٣٣k 1_000 0b1 0x1kk 0x-1 x10"


@pytest.mark.parametrize("text", ["", "1 2", *WRONG.split()])
def test_what_is_not_a_number(text):
    with pytest.raises(UsageError) as failure:
        value(text)
    assert failure.value.exit == 2 and "$addr+4k" in failure.value.message


def test_a_part_that_is_not_a_number_is_named_with_the_whole():
    with pytest.raises(UsageError, match=r"'3q' in 1\+3q "):
        value("1+3q")
    with pytest.raises(UsageError, match="'3q' is"):
        value("3q")


@pytest.mark.parametrize(
    "text",
    [
        "18446744073709551616",
        "16E",
        "99999E",
        "0xffffffffffffffff+1",
        "-9223372036854775809",
        "$huge+1",
        "$huge*$huge",
        "9" * (MAX_DIGITS + 1),
        "1" + "0" * MAX_DIGITS + "k",
        "9*" * 200 + "9",
    ],
)
def test_what_does_not_fit_64_bits(text):
    with pytest.raises(UsageError, match="does not fit 64 bits"):
        value(text)


def test_only_the_whole_has_to_fit():
    assert value("16E*1-16E+5") == 5
    assert value(f"{END}-1") == END - 1


def test_messages_are_short():
    for text in ("q" * 5000, "9" * 5000, "9*" * 5000 + "9", "1+" * 5000 + "q"):
        with pytest.raises(UsageError) as failure:
            value(text)
        assert len(failure.value.message) < 260
    with pytest.raises(UsageError) as failure:
        value("q" * 60)
    assert "q" * 60 in failure.value.message and "characters" not in failure.value.message
    with pytest.raises(UsageError) as failure:
        value("q" * 61)
    assert "q" * 40 + "... (61 characters)" in failure.value.message and "q" * 41 not in failure.value.message


def test_an_unknown_name_is_the_lookups_to_refuse():
    with pytest.raises(KeyError, match="nope"):
        value("$nope+1")
