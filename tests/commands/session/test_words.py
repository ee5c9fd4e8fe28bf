"""vars, echo, assert and exit: words of scripts."""

import pytest

from tests.commands.support import fresh, output, run


def test_variables_with_what_they_hold():
    session = fresh()
    run(session, "a = vmo_create 4k", "t = k mx ht 3020", "e = echo hi", "s = object_get_property $self name")
    run(session, f"object_set_property $self name {'n' * 31}", "long = save /dev/null/x", "n = stat")
    assert output(session, "vars") == (
        f"$a = 2080213179  0x7bfd88bb  a handle of {'n' * 31} (2988)\n"
        "    koid=3183\n"
        "$t =   handles=[12 entries]\n"
        "$e = hi\n"
        "$s = sh:console\n"
        f"$n = 1355776  0x14b000  a size  koid=2988 name={'n' * 31}\n"
        "    virt=4321280 res=1355776 pages=331 mappings=37 handles=15 threads=1\n"
    )
    found = run(session, "vars").result
    assert found.value == 5 and found.fields["vars"]["a"] == 2080213179 and found.fields["vars"]["e"] == "hi"


def test_a_long_value_is_cut():
    session = fresh()
    run(session, "v = vmo_create 4k", f"vmo_write $v 0 {'x' * 30}", "r = vmo_read $v 0 20", "q = vmo_read $v 0 21")
    assert f"data={'78' * 20}\n" in output(session, "vars")
    assert f"data={('78' * 20)[:37]}...\n" in output(session, "vars")


def test_echo_joins_words_by_one_blank():
    session = fresh()
    assert output(session, "echo a   'b  c' \"d\"") == "a b  c d\n" and output(session, "echo") == "\n"


@pytest.mark.parametrize(
    ("words", "kept"), [("4k", 4096), ("$m.koid+1", 3184), ("x", "x"), ("1 2", "1 2"), ("''", ""), ("$?", 0)]
)
def test_echo_keeps_a_number_or_a_text(words, kept):
    """`x = 4k` is refused, since a name is given to what a command answers: `x = echo 4k` is the way."""
    session = fresh()
    run(session, "m = map 4k", f"x = echo {words}")
    assert session.state.variables["x"].value == kept
    assert output(session, "echo $x") == f"{kept}\n"


def test_what_vars_shows_fits_a_row_and_is_printable():
    session = fresh()
    run(session, f"x = echo {'y' * 100}", "z = echo 'a\x1b[2Jb'")
    assert output(session, "vars") == f"$x = {'y' * 37}...\n$z = a\\x1b[2Jb\n"


@pytest.mark.parametrize(
    ("operator", "holds"),
    [
        ("==", "=="),
        ("eq", "=="),
        ("!=", "!="),
        ("ne", "!="),
        ("'<'", "<"),
        ("lt", "<"),
        ("'<='", "<="),
        ("le", "<="),
        ("'>'", ">"),
        ("gt", ">"),
        ("'>='", ">="),
        ("ge", ">="),
    ],
)
def test_comparisons(operator, holds):
    session = fresh()
    for left, right in ((1, 2), (2, 2), (2, 1)):
        good = {
            "==": left == right,
            "!=": left != right,
            "<": left < right,
            "<=": left <= right,
            ">": left > right,
            ">=": left >= right,
        }[holds]
        outcome = run(session, f"assert {left} {operator} {right}")
        assert (outcome.ok, outcome.exit) == (good, 0 if good else 1)
        assert outcome.output == "" and ("does not hold" in outcome.error) != good


def test_what_does_not_hold_is_told_in_numbers():
    session = fresh()
    assert output(session, "assert 4k == 2*1k") == "assert: 4k is 4096, 2*1k is 2048: 4k == 2*1k does not hold\n"
    assert run(session, "assert 1 is 1").exit == 2 and run(session, "assert x == 1").exit == 2


@pytest.mark.parametrize("word", ["exit", "quit"])
def test_leaving(word):
    session = fresh()
    assert [outcome.command for outcome in session.run(f"echo a; {word}; echo b")] == ["echo", "exit"]
    # As much of the line as ran is part of the session, but for the leaving.
    assert output(session, "history 1") == "    1  echo a\n"
