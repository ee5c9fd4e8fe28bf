"""The grammar: what a line is cut into, and that running it and looking at it cannot disagree."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kshell.shell.errors import UsageError
from kshell.shell.grammar import continues, parse, quoted, read, written
from kshell.shell.quoting import Literal, Quoted
from tests.commands.support import fresh, output, run

WORDS = ("a", "x", "=", "!", "expect", "as", "ps", "ERR_X", "$v", "4k", "'q u'", '"d"', "\\w", "--len", "#", "ä")
MARKS = (" ", " ", " ", "  ", "\t", ";", "&&", "||", ">", ">>", "|", "&", "<", "'", '"', "\\", "")
LINES = st.lists(st.sampled_from(WORDS + MARKS), max_size=14).map("".join)


def said(clauses):
    return [(c.connector, c.name, c.prefixes, c.words, c.redirect, list(map(type, c.words))) for c in clauses]


@given(LINES)
@example("as demo ps")
@example("x = y = ps")
@example("as = ps")
@example("x=ps")
@example("! = ps")
def test_what_runs_is_what_is_seen(line):
    """`parse` has a short way for plain lines; it says the same as `read`, which has none."""
    reading = read(line)
    if reading.error is None:
        assert said(parse(line)) == said(reading.clauses)
        assert not [piece.error for piece in reading.pieces if piece.error]
    else:
        with pytest.raises(UsageError) as refused:
            parse(line)
        assert refused.value.message == reading.error.message
        assert reading.error.message in [piece.error for piece in reading.pieces]


@given(LINES)
def test_the_pieces_are_the_line(line):
    """Pieces stand in order, none overlaps another, and between them are only blanks."""
    at = 0
    for piece in read(line).pieces:
        assert at <= piece.start < piece.end <= len(line) and not line[at : piece.start].strip()
        at = piece.end
    assert not line[at:].strip()


@pytest.mark.parametrize(
    ("word", "value"),
    [
        (r"\$x", "$x"),
        (r'"\$x"', "$x"),
        (r'a"b\$x"', "ab$x"),
        (r"'$x'", "$x"),
        (r'"\\\$x"', "\\$x"),
        (r'"\\$x"', None),
        ('"$x"', None),
    ],
)
def test_a_dollar_after_a_backslash_is_a_dollar(word, value):
    """W1: inside double quotes, too; a backslash after a backslash is one, and what follows means what it means."""
    (clause,) = parse(f"echo {word}")
    assert isinstance(clause.words[1], Literal) == (value is not None)
    assert value is None or clause.words[1] == value


@given(st.text(st.characters(exclude_characters="\n\0"), min_size=1))
def test_a_quoted_word_is_that_word(word):
    (clause,) = parse(f"echo {quoted(word)}")
    assert clause.words == ["echo", word] and clause.redirect is None


ROLES = {
    "a = as demo vmo_read $v 0": "variable assign prefix task command word word",
    "! expect NO_ERROR ps": "prefix prefix status command",
    "ps > f && ps | sort -r | head # end": (
        "command operator file operator command operator host host host host remark"
    ),
    "as = ps": "variable assign command",
    "echo = x": "variable assign command",
    "echo x = y": "command word word word",
}


@pytest.mark.parametrize("line", ROLES)
def test_roles(line):
    assert " ".join(piece.role for piece in read(line).pieces) == ROLES[line]


@pytest.mark.parametrize(
    ("line", "where", "why"),
    [
        ("as demo x = vmo_create 4k", "x", "the name comes first: x = as demo ... COMMAND"),
        ("x = y = ps", "y", "a result has one name, and it is $x already"),
        ("1x = ps", "1x", "'1x' is not a name for a variable: use letters, digits and _"),
        ("ps > a b", "b", "syntax error: 'b' comes after the redirection"),
        ("ps >", ">", "syntax error: '>' needs a word after it"),
        ("ps > | x", "|", "syntax error: '>' needs a word after it, not '|'"),
        ("ps &", "&", "syntax error: '&' would run in the background, which this console does not do"),
        ("ps < f", "<", "syntax error: '<' has no meaning here: commands read no input"),
        ("ps && && ps", "&&", "syntax error: '&&' unexpected"),
        ("ps ||", "||", "syntax error: '||' needs a command after it"),
        ("| ps", "|", "syntax error: '|' unexpected"),
        (";ps", ";", "syntax error: ';' unexpected"),
        ("fi", "fi", "syntax error: 'fi': this shell has no groups, loops and functions"),
        ("ps; (ps)", "(ps)", "syntax error: '(ps)': this shell has no groups, loops and functions"),
        ("f() { ps; }", "f()", "syntax error: 'f()': this shell has no groups, loops and functions"),
        ("ps && ; ps", ";", "syntax error: ';' unexpected"),
        ("echo 'a", "'a", "syntax error: the quote at column 6 is not closed"),
        ("expect", "expect", "expect needs a status, such as ERR_ACCESS_DENIED, and a command"),
        ("as ; ps", "as", "as needs a task and a command"),
        ("x =", "=", "a command is missing"),
        ("as demo", "demo", "a command is missing"),
    ],
)
def test_what_is_wrong_says_where_and_why(line, where, why):
    reading = read(line)
    assert reading.error is not None and reading.error.message == why
    assert [line[piece.start : piece.end] for piece in reading.pieces if piece.error == why] == [where]


def test_quotes():
    (clause,) = parse("""echo 'a $b' "c $d" e\\$f "g\\"h" plain""")
    assert clause.words == ["echo", "a $b", "c $d", "e$f", 'g"h', "plain"]
    assert [type(word) for word in clause.words] == [str, Literal, Quoted, Literal, Quoted, str]


@pytest.mark.parametrize("line", ["'!' ps", '"as" x', "x '=' ps", "'expect' NO_ERROR ps"])
def test_a_quoted_word_is_never_an_operator_or_a_prefix(line):
    (clause,) = parse(line)
    assert not clause.prefixes and not clause.name


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
    ],
)
def test_words_as_they_are_printed(line, printed):
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


@pytest.mark.parametrize(
    ("line", "goes_on"),
    [
        ("", False),
        ("ps", False),
        ("ps \\", True),
        ("\\", True),
        ("ps \\\\", False),
        ("ps \\\\\\", True),
        ("echo 'a\\", False),
        ("echo 'a'\\", True),
        ("echo 'a\\'\\", True),
        ('echo "a\\', True),
        ('echo "a\\\\', False),
        ("echo \"it's\\", True),
        ("echo 'say \"\\", False),
        ("echo \\'a\\", True),
        ("# a\\", False),
        ("ps # a\\", False),
        ("ps#a\\", True),
        ("echo '#' \\", True),
        ("ps | grep \\", True),
        ("ps > \\", True),
        ("ps;\\", True),
        ("ps \\ ", False),
    ],
)
def test_a_line_goes_on_after_a_backslash_that_is_one(line, goes_on):
    """The list: a backslash at the end of a line."""
    assert continues(line) == goes_on


@given(st.text(alphabet="ab \\\"'#;|>", max_size=12))
@example("echo 'a'")
def test_a_backslash_that_goes_on_is_one_that_would_escape(begin):
    """It would take the meaning from a double quote after it; one in single quotes or a comment stays a backslash."""
    escaped, plain = read(begin + '\\"').pieces[-1], read(begin + "z").pieces[-1]
    escapes = escaped.role != "remark" and escaped.value == plain.value[:-1] + '"'
    assert continues(begin + "\\") == escapes


@given(st.lists(st.sampled_from(["a", "$x", "a b", "'", '"', "\\", "=", "!", "as", "--x", "", ";", "$x y", "#"])))
def test_words_that_are_written_are_read_as_the_same_words(texts):
    """W8: a watched line is the line that was typed: what was quoted stays quoted, and `$x` means what it meant."""
    for kind in (Quoted, Literal):
        words = ["echo", *map(kind, texts)]
        (clause,) = parse(" ".join(map(written, words)))
        assert clause.words == words and [type(word) for word in clause.words] == [type(word) for word in words]
