"""Numbers as people write them."""

from functools import partial
from random import Random

import pytest

from kshell.kernel.numbers import MAX_DIGITS
from kshell.shell.errors import UsageError
from kshell.shell.expressions import UNITS, appraise, evaluate, no_variables
from kshell.shell.values import ADDRESS, HANDLE, SIZE, Value
from tests.polls import with_a_signal_waiting

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
        ("1.5M", 3 << 19),
        ("0.5k", 512),
        ("1.0001220703125M", (1 << 20) + 128),
        ("2*1.5k-0.25k", 2816),
        ("________01021000", 0x1021000),
        ("00004000000da000", 0x4000000DA000),
        ("0000000001021000", 0x1021000),
        ("00004000000DA000+4k", 0x4000000DB000),
        ("00", 0),
        ("08k", 8192),
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


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("01021000", "1021000, 0x1021000 or (octal) 270848"),
        ("1+0777", "777, 0x777 or (octal) 511"),
        ("0019", "19 or 0x19"),
        ("010k", "10k, 0x10k or (octal) 8k"),
        ("000000001021000", "1021000, 0x1021000 or (octal) 270848"),
    ],
)
def test_a_leading_zero_that_has_several_meanings_is_refused_with_them(text, meanings):
    """W12: only what is as wide as a printed address is one, and only a digit alone means the same in every base."""
    with pytest.raises(UsageError) as failure:
        value(text)
    word = text.rpartition("+")[2]
    assert failure.value.message == f"the leading 0 of {word} is unclear: write {meanings}"


@pytest.mark.parametrize("text", ["_1021000", "_" * 16, "_______01021000", "________0102100g", "_________01021000"])
def test_what_is_not_a_printed_address(text):
    """W12: the tools print an address 16 characters wide."""
    with pytest.raises(UsageError, match="is not a number"):
        value(text)


def test_hexadecimal_as_dumps_print_it_needs_its_mark():
    """W12: what a dump prints is not read as decimal, and the message says what to write."""
    with pytest.raises(UsageError, match="'012fd000' is not a number: write 0x012fd000 if it is hexadecimal"):
        value("012fd000")
    for text in ("12fd00", "f2fd00000", "012fd00g"):
        with pytest.raises(UsageError, match=r"is not a number: write 4k"):
            value(text)


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("1.3k", "1331.2: a number is whole, such as 1331"),
        ("0.1M", "104857.6: "),
        ("1.0009765624k", "1024.9999998976: "),
    ],
)
def test_a_fraction_has_to_be_whole_in_its_unit(text, exact):
    """1.5M is a number as long as it is exact."""
    with pytest.raises(UsageError) as failure:
        value(text)
    assert failure.value.message.startswith(f"{text} is {exact}")


@pytest.mark.parametrize("text", ["1.5", "1.k", ".5k", "1.5.5k", "1.²k", "0x1.5k", "1.-5k", "1." + "5" * 80 + "k"])
def test_what_is_not_a_fraction(text):
    """N3: both parts are ASCII digits, and not too many."""
    with pytest.raises(UsageError, match="is not a number"):
        value(text)


def test_a_sum_of_a_million_characters():
    """N8: reading a sum takes time in proportion to it."""
    count = 1 << 19
    assert value("1+" * count + "1") == count + 1 and value("1-" * count + "1") == END + 1 - count
    assert value("1*" * count + "1") == 1
    assert appraise("$a+" * (count // 2) + "1", lambda name: Value(2)).number == count + 1


VALUES = {
    "a": Value(0x1000, ADDRESS, 7),
    "b": Value(0x3000, ADDRESS, 7),
    "s": Value(16, SIZE),
    "h": Value(9, HANDLE, 7),
}


@pytest.mark.parametrize(
    ("text", "number", "kind", "owner"),
    [
        ("$a", 0x1000, ADDRESS, 7),
        ("$h", 9, HANDLE, 7),
        ("$s", 16, SIZE, 0),
        ("4k", 4096, "", 0),
        ("$a+4k", 0x2000, ADDRESS, 7),
        ("4k+$a+$s", 0x2010, ADDRESS, 7),
        ("$a-4k", 0, "", 7),
        ("$b-$a", 0x2000, "", 0),
        ("$a+$b", 0x4000, "", 0),
        ("$a*2", 0x2000, "", 0),
        ("$s+$s", 32, "", 0),
        ("$s*4k", 65536, "", 0),
        ("-$s+20", 4, "", 0),
    ],
)
def test_what_a_sum_or_a_product_is(text, number, kind, owner):
    """W1: an address and more is an address; what else is calculated is a plain number."""
    found = appraise(text, VALUES.__getitem__)
    assert (found.number, found.kind, found.owner) == (number, kind, owner)


@pytest.mark.parametrize("text", ["$h+2", "2*$h", "-$h", "$a+$h", "$h-$h"])
def test_a_handle_is_not_calculated_with(text):
    """W1: a handle and something is no handle."""
    with pytest.raises(UsageError, match="calculates with a handle"):
        appraise(text, VALUES.__getitem__)


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


@pytest.mark.parametrize("text", ["4k*", "*4k", "4k+", "4k++4k", "4k*-1"])
def test_what_is_missing_in_a_sum_is_named(text):
    """An empty pair of quotes is not what anybody typed."""
    with pytest.raises(UsageError, match=" lacks a number: write "):
        value(text)


def test_an_option_that_there_is_not_is_no_difference():
    with pytest.raises(UsageError, match=r"^'--nosuch' is not a number: write "):
        value("--nosuch")


@pytest.mark.parametrize("seed", range(3))
def test_division_and_parentheses_are_those_of_whole_numbers(seed):
    """Random expressions against Python's own reading of them."""
    chance = Random(seed)

    def made(depth):
        kind = chance.randrange(4) if depth else 0
        if not kind:
            return str(chance.randrange(1, 9))
        if kind == 1:
            return f"({made(depth - 1)})"
        return f"{made(depth - 1)}{chance.choice('+*/%')}{made(depth - 1)}"

    for _ in range(500):
        text = made(4)
        try:
            wanted = eval(text.replace("/", "//"))
        except ZeroDivisionError:
            with pytest.raises(UsageError, match="divides by zero"):
                evaluate(text, {}.__getitem__)
            continue
        assert evaluate(text, {}.__getitem__) == wanted, text


def test_parentheses_have_an_end():
    for text in ("(", ")", "(1))", "((1)", "()", "2(3)", "(1)2", "(1)(2)", "(" * 65 + "1" + ")" * 65, "(1)+$<7>"):
        with pytest.raises(UsageError):
            evaluate(text, no_variables)


def test_ctrl_c_in_the_middle_of_a_long_product_is_heard():
    with pytest.raises(KeyboardInterrupt):
        with_a_signal_waiting(partial(evaluate, "1T*1T", no_variables))
