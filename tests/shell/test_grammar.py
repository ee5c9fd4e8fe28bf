"""A line as words and operators: quotes, escapes, and what they keep from being read."""

import pytest

from tests.commands.support import fresh, output, run


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        (r"echo \$v a\ b \\ \'", "$v a b \\ '"),
        (r'echo "\" \\ \a" "$v"', '" \\ \\a 2080213179'),
        ("echo '$v' '\"' \"'\" ''", "$v \" ' "),
        ("echo a'b c'\"d\"e", "ab cde"),
        # A quoted piece makes the whole word one that nothing is replaced in.
        ("echo $v'x' $v\"-x\"", "$vx 2080213179-x"),
        ("echo a#b '#' \\# # c", "a#b # #"),
        ("echo ';' '|' '>' '&&' \\;", "; | > && ;"),
        ("echo\ta  \t b", "a b"),
        ("echo a;echo b;", "a\nb"),
        ("; ;echo a", "a"),
    ],
)
def test_words(line, printed):
    session = fresh()
    run(session, "v = vmo_create 4k")
    assert output(session, line) == f"{printed}\n"


@pytest.mark.parametrize("line", ["x '=' ps", r"x \= ps", "'!' ps", "'expect' ERR_IO ps", "'as' 3020 ps"])
def test_a_quoted_word_is_only_a_word(line):
    outcome = run(fresh(), line)
    assert outcome.exit == 127 and outcome.command == line.split()[0].strip("'")


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("echo 'a", "the quote at column 6 is not closed"),
        ('echo a "b', "the quote at column 8 is not closed"),
        ("echo a\\", "is not closed"),
        ("ps && && ps", "'&&'"),
        ("ps | ", "'|'"),
        ("ps > ; ps", "'>'"),
        ("a-b = ps", "'a-b'"),
        ("1a = ps", "'1a'"),
        ("x = ! ", "missing"),
        ("expect ERR_IO", "command"),
        ("as 3020", "command"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(line, part):
    outcome = run(fresh(), line)
    assert outcome.exit == 2 and part in outcome.error and outcome.error.startswith("/boot/bin/sh: 1: ")


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("echo a | tr a b | cat", "b"),
        ("echo a | sed 's/a/x y/'", "x y"),
        ("echo a | cat; echo b", "a\nb"),
        ("echo a | grep -q b || echo none", "none"),
        ("x = echo a | cat; echo $?", "0"),
    ],
)
def test_programs_of_the_host_get_their_words_as_they_were_written(line, printed):
    assert run(fresh(), "echo a | true").ok and output(fresh(), line).endswith(f"{printed}\n")


def test_prefixes_join():
    session = fresh()
    assert output(session, "x = as 3020 expect NO_ERROR vmo_create 4k") == ""
    assert run(session, "as 3020 vmo_get_size $x").ok and run(session, "! as 2988 vmo_get_size $x").ok
    assert run(session, "! ! echo a").ok and not run(session, "! expect NO_ERROR echo a").ok
