"""A line of the kernel's own console: how it is cut into words, and which status it leaves."""

import pytest

from kshell.commands.kernel_console.line import hexadecimal, number, pointer, split
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
        ('a "b c"d', [["a", "b cd"]]),
        ('"" a', [["", "a"]]),
        ('a "b;c', [["a", "b;c"]]),
        ("a $x.$y_1", [["a", "0.0"]]),
        ("a $", [["a", "0"]]),
        ("$", [["0"]]),
        ('a "$x"', [["a", "$x"]]),
        ("", []),
        (" ; ", []),
        (" ".join("abcdefghijklmnopqrstuvw"), [list("abcdefghijklmnop")]),
        ("x" * 200, [["x" * 127]]),
    ],
)
def test_the_words_of_a_line(line, commands):
    assert split(line) == commands


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("10", 10),
        ("0x10", 16),
        ("0X1F", 31),
        ("010", 10),
        ("10k", 10),
        ("0xzz", 0),
        ("", 0),
        ("x", 0),
        ("-1", (1 << 64) - 1),
        ("+5", 5),
        ("18446744073709551617", 1),
    ],
)
def test_numbers(word, value):
    assert number(word) == value


def test_pointers_and_hexadecimal_numbers_as_printf_shows_them():
    assert [pointer(value) for value in (0, 0x1000, 0xFFFFFF8000000000)] == ["0x0", "0x1000", "0xffffff8000000000"]
    assert pointer(1 << 60) == "0x1000000000000000" and pointer((1 << 60) - 1) == "0xfffffffffffffff"
    assert [hexadecimal(value) for value in (0, 1, 255)] == ["0", "0x1", "0xff"]


def test_a_line_has_an_end():
    session = fresh()
    assert output(session, "k test " + "x" * 238) == "argc 2\n\t0: test\n\t1: " + "x" * 127 + "\n"
    assert output(session, "k test " + "x" * 239) == "error: kernel debug command too long\n"
    assert output(session, "k") == "usage: k <command>\n"


def test_several_commands_in_a_line_and_the_status_of_the_last():
    session = fresh()
    assert output(session, 'k "test a;mx kill 99999"') == "argc 2\n\t0: test\n\t1: a\nprocess not found!\n"
    assert output(session, 'k "mx bogus;version"').endswith("BCA629410D0DB300F4138875D930B98587DD3717\n")
    assert run(session, 'k "version;mx bogus"').exit == -1
