"""`print`, values in a command's place, and texts in `assert`."""

import pytest

from kshell.shell import grammar, reading
from kshell.shell.values import ADDRESS, HANDLE
from tests.commands.support import fresh, output, run


@pytest.fixture
def session():
    """A session with a VMO `$a`, an address `$m`, a process `$p`."""
    session = fresh()
    run(session, "a = vmo_create 64k", "m = map 64k", "p = spawn demo")
    return session


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("print $m+4k", "0x12fe000  19914752  19.0M"),
        ("print $m + 4k", "0x12fe000  19914752  19.0M"),
        ("p $m - $m", "0x0  0"),
        ("p/x $m", "0x12fd000"),
        ("p/d $m", "19910656"),
        ("print/x 10", "0xa"),
        ("print/d 0x10", "16"),
        ("$m", "0x12fd000  19910656  19.0M"),
        ("$m.koid", "0xc70  3184  a koid"),
        ("$m + 4k", "0x12fe000  19914752  19.0M"),
        ("$p", "0xc71  3185  a koid of process demo"),
        ("$a", "0x7bfd88bb  2080213179  a handle to VMO 3183"),
        ("print (1 + 2) * 4k", "0x3000  12288  12k"),
        ("print 1.5M / 4k", "0x180  384"),
        ("print 10 % 4", "0x2  2"),
        ("$p.name", "demo"),
        ("print 'a  b'", "a  b"),
        ('print "$p.name!"', "demo!"),
        ("print -1", "0xffffffffffffffff  18446744073709551615  -1"),
        ("print 4k-24k", "0xffffffffffffb000  18446744073709531136  -20k"),
        ("print 1 - 1k", "0xfffffffffffffc01  18446744073709550593  -1023"),
        ("print 0 - 1k", "0xfffffffffffffc00  18446744073709550592  -1k"),
        ("print 8E - 1", "0x7fffffffffffffff  9223372036854775807  8192.0P"),
        ("print 8E", "0x8000000000000000  9223372036854775808  -8E"),
        ("as demo $m", "0x12fd000  19910656  19.0M  an address of sh:console (2988), not of demo (3185)"),
    ],
)
def test_what_is_printed(session, line, printed):
    assert output(session, line) == f"{printed}\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("print 1/0", "print: 1/0 divides by zero"),
        ("p 1%(2-2)", "p: 1%(2-2) divides by zero"),
        ("p/x 1 2", "p/x: a sign is missing before '2': write 1 + 2"),
        ("print (1", "print: (1 has a parenthesis that is not closed"),
        ("print hello", "print: 'hello' is not a number: write 4k, 0x10, 1.5M, $addr+4k"),
        ("print $a+1", "print: $a+1 calculates with a handle, which only stands for its object"),
        ("$nope", "print: $nope is not set: `nope = COMMAND` sets it; see `vars`"),
        ("n = 5x", "print: '5x' is not a number: write 4k, 0x10, 1.5M, $addr+4k"),
        ("assert $p.name lt 'e'", "assert: texts have no order: compare them with == or !=, not lt"),
    ],
)
def test_what_is_no_expression_is_refused_in_one_line(session, line, said):
    outcome = run(session, line)
    assert (outcome.exit, outcome.error) == (2, f"{said}\n")


def test_the_result_for_programs(session):
    assert run(session, "print 4k").result.fields == {"value": 4096, "hex": "0x1000"}
    assert run(session, "$p.name").result.fields == {"value": "demo", "hex": None}


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("5", 5),
        ("2*4k", 8192),
        ("(1+2)*4k", 12288),
        ("-1", 2**64 - 1),
        ("$v", 65536),
        ("$v / 4k", 16),
        ("1.5M", 3 << 19),
    ],
)
def test_a_name_keeps_a_value(session, value, number):
    run(session, "v = vmo_get_size $a")
    assert run(session, f"n = {value}").ok and session.state.variables["n"].value == number


def test_a_value_under_another_name_is_what_it_was(session):
    """Its kind, whose it is, and its fields."""
    run(session, "b = $a", "n = $m + 4k")
    assert (session.state.value("b").kind, session.state.value("b").owner) == (HANDLE, 2988)
    assert (session.state.value("n").kind, session.state.value("n").owner) == (ADDRESS, 2988)
    assert output(session, "echo $b.koid") == "3183\n" and run(session, "vmo_write $b 0 hello").ok


def test_what_the_real_shell_answers_stays_its_own(session):
    """A number alone, `$?` and `$` are no commands; a quoted name is not a value."""
    for line in ("5", "$?", "$", "'$m'"):
        assert run(session, line).exit == 127


@pytest.mark.parametrize(
    ("line", "holds"),
    [
        ('assert $p.name == "demo"', True),
        ("assert 'demo' == $p.name", True),
        ('assert $p.name != "demo"', False),
        ('assert $p.name == "dem"', False),
        ('assert "4k" == 4096', True),
        ("assert $p.name == 5", False),
        ("assert 10/3*3+10%3 == 10", True),
    ],
)
def test_texts_and_numbers_are_compared(session, line, holds):
    assert run(session, line).ok == holds


def test_the_message_shows_what_a_name_stands_for(session):
    outcome = run(session, 'assert $p.name == "dem"')
    assert outcome.error == "assert: $p.name is 'demo': $p.name == \"dem\" does not hold\n"


@pytest.mark.parametrize(
    ("line", "wrong"),
    [("$m + 4k", []), ("$m + x", ["x"]), ("n = 4k", []), ("n = 4x", ["4x"]), ("$nope", ["$nope"]), ("p $m 4", ["4"])],
)
def test_the_word_that_is_wrong_is_underlined(session, line, wrong):
    words = reading.read(session.state, line).words
    assert [word.piece.value for word in words if word.error(session.host)] == wrong


@pytest.mark.parametrize(
    "line",
    ["$m", "$m + 4k", "n = 4k", "n = -1", "n = (1+2)*4k", "n = $m", "n = -x", "n = \u0663", "$?", "$ x", "as = 4k"],
)
def test_the_quick_and_the_whole_reading_of_a_line_agree(line):
    (quick,), (whole,) = grammar.parse(line), grammar.read(line).clauses
    assert (quick.name, quick.words) == (whole.name, whole.words)
