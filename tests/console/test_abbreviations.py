"""Earlier lines by `!`."""

import pytest

from kshell.console.abbreviations import expand
from kshell.shell.errors import UsageError
from kshell.shell.host import Sandbox
from tests.commands.support import fresh, run

LINES = ("echo one", "a = vmo_create 4k", " echo three", "memory")


@pytest.fixture
def session():
    session = fresh()
    run(session, *LINES)
    return session


@pytest.mark.parametrize(
    ("line", "full"),
    [
        ("!!", "memory"),
        ("!! > x", "memory > x"),
        ("!!  more", "memory  more"),
        ("!1", "echo one"),
        ("!4", "memory"),
        ("!2 0", "a = vmo_create 4k 0"),
        ("!e", " echo three"),
        ("!echo", " echo three"),
        ("!a", "a = vmo_create 4k"),
        ("  !1", "echo one"),
        # None of these is an abbreviation.
        ("! echo", "! echo"),
        ("!", "!"),
        ("!=", "!="),
        ("!'a'", "!'a'"),
        ('!"a"', '!"a"'),
        ("echo !1", "echo !1"),
        ("", ""),
        ("!!!", None),
        ("!0", None),
        ("!5", None),
        ("!99999999999", None),
        ("!nosuch", None),
        ("!cho", None),
    ],
)
def test_what_it_stands_for(session, line, full):
    if full is not None:
        assert expand(session, line) == full
        return
    with pytest.raises(UsageError) as failure:
        expand(session, line)
    assert line.split()[0] in failure.value.message and "`history`" in failure.value.message


def test_an_empty_session_has_no_last_line():
    with pytest.raises(UsageError):
        expand(fresh(), "!!")


def test_lines_that_were_taken_back_are_gone(session):
    # With the line that changed something go those after it.
    run(session, "undo")
    assert expand(session, "!!") == "echo one" and expand(session, "!e") == "echo one"


@pytest.mark.parametrize("word", ["!²", "!1²", "!٣", "!" + "9" * 5000, "!0", "!5"])
def test_a_line_that_no_number_names(session, word):
    """N3: digits that are not ASCII, and very many, are one short line."""
    with pytest.raises(UsageError) as failure:
        expand(session, word)
    assert (
        failure.value.message
        == f"there is no line {word[:40]} in this session: `history` shows them, `shell PROGRAM` runs a program"
    )


def test_a_sandbox_is_not_told_of_programs():
    session = fresh(Sandbox())
    with pytest.raises(UsageError, match=r"^there is no line !ls in this session: `history` shows them$"):
        expand(session, "!ls")
