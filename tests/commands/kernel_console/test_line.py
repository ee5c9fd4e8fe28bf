"""A line of the kernel's own console: how it is cut into words, and which status it leaves."""

import pytest

from kshell.commands.kernel_console.line import hexadecimal, number, signed, split
from tests.commands.support import fresh, output, run


def test_an_unknown_kernel_command_reports_what_the_one_before_it_left():
    session = fresh()
    assert output(session, "k bogus") == ""
    run(session, "k mx bogus")
    assert output(session, "k bogus") == "error: cannot write dmctl: -1\n"
    assert session.state.last_exit == -1
    run(session, "k version")
    assert output(session, "k bogus") == ""


@pytest.mark.parametrize(
    ("line", "commands"),
    [
        ("mx ps", [["mx", "ps"]]),
        ("  a \t b  ", [["a", "b"]]),
        ("a;b c;;", [["a"], ["b", "c"]]),
        ('a "b c"d', [["a", "b c", "d"]]),
        ('a"b c"d', [['a"b', 'c"d']]),
        ('"" a', [["", "a"]]),
        ('a "b;c', [["a", "b;c"]]),
        ("a $x.$y_1 b$c", [["a", "0", "b$c"]]),
        ('a $x"b c', [["a", "0", "c"]]),
        ("a $", [["a", "0"]]),
        ("$", [["0"]]),
        ('a "$x"', [["a", "$x"]]),
        ("", []),
        (" ; ", []),
        (" ".join("abcdefghijklmnopqrstuvw"), [list("abcdefghijklmnop")]),
        (" ".join("abcdefghijklmnop") + " q; r", [list("abcdefghijklmnop")]),
        (" ".join("abcdefghijklmno") + " ; p", [list("abcdefghijklmno"), ["p"]]),
        ("x" * 200, [["x" * 127], ["x" * 73]]),
        ("x" * 126 + " y z", [["x" * 126], ["y", "z"]]),
        ('"' + "x" * 125 + " y z", [["x" * 125 + " "], ["y", "z"]]),
        (" ".join("abcdefghijklmnop") + " " * 96 + "q", [list("abcdefghijklmnop"), ["q"]]),
    ],
)
def test_the_words_of_a_line(line, commands):
    assert split(line) == commands


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("10", 10),
        ("0x10", 16),
        ("0X1F", 0),
        ("0x1Fg", 31),
        ("010", 10),
        ("10k", 10),
        ("0xzz", 0),
        ("", 0),
        ("x", 0),
        ("-1", 0),
        ("+5", 0),
        ("18446744073709551617", 1),
    ],
)
def test_numbers(word, value):
    assert number(word) == value


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("-1", -1),
        ("--1", 0),
        ("+1", 0),
        ("-0x10", 0),
        ("0xffffffffffffffff", -1),
        ("9223372036854775808", -(1 << 63)),
        ("-9223372036854775809", (1 << 63) - 1),
    ],
)
def test_signed_numbers(word, value):
    assert signed(word) == value


def test_hexadecimal_numbers_as_printf_shows_them():
    assert [hexadecimal(value) for value in (0, 1, 255)] == ["0", "0x1", "0xff"]


def listed(*words):
    """What `k test` prints of words that are no numbers."""
    lines = [f"\t{index}: str '{word}', i 0, u 0, b 0\n" for index, word in enumerate(("test", *words))]
    return f"argc {len(words) + 1}, argv 0xffffff8001606f08\n" + "".join(lines)


def test_a_line_has_an_end():
    session = fresh()
    # The second piece is a command that nobody knows.
    assert output(session, "k test " + "x" * 238) == listed("x" * 122)
    assert output(session, "k test " + "x" * 239) == "error: kernel debug command too long\n"
    # The limit is in bytes.
    assert output(session, "k test " + "ü" * 120) == "error: kernel debug command too long\n"
    assert output(session, "k") == "usage: k <command>\n"


def test_several_commands_in_a_line_and_the_status_of_the_last():
    session = fresh()
    assert output(session, 'k "test a;mx kill 99999"') == listed("a") + "process not found!\n"
    assert output(session, 'k "mx bogus;version"').endswith("BCA629410D0DB300F4138875D930B98587DD3717\n")
    assert run(session, 'k "version;mx bogus"').exit == -1
