"""What a plugin's command does wrong is its own bug: it costs a line, and neither the session nor the program."""

import json
import sys

import pytest

from kshell.console.guard import Guard
from kshell.shell import registry
from kshell.shell.errors import told
from kshell.shell.plugins import guarded
from kshell.shell.results import Outcome, Result
from tests.commands.support import fresh, run
from tests.sessions import opened


class Silent(Exception):
    def __str__(self):
        raise ValueError("no text")


class Other(BaseException):
    pass


def raises(failure):
    def function(*_):
        raise failure

    return function


def yields(*found):
    def steps(*_):
        yield from found
        return Result(text="end\n")

    return steps


LEAVING = (
    SystemExit(3),
    GeneratorExit(),
    Other("x"),
    StopIteration(),
    RecursionError(),
    Silent(),
    BrokenPipeError(32, ""),
)
WRONG = (
    lambda: None, lambda: "text", lambda: 5, lambda: b"bytes", lambda: Result(err=b"bytes"), lambda: Result(exit_="7"),
    lambda: Result(text=5), lambda: Result(text=lambda: b"bytes"), lambda: Result(exit_=1, reason=b"bytes"),
)  # fmt: skip


@pytest.fixture
def plugin(monkeypatch):
    """Registers a function as the command `theirs` of a plugin named red."""

    def register(function, unrecorded=False):
        registry.command("theirs", category="look", summary="x", unrecorded=unrecorded)(function)
        registry.COMMANDS["theirs"].function = guarded(function)
        monkeypatch.setitem(registry.PLUGINS, "theirs", "red")

    yield register
    registry.COMMANDS.pop("theirs", None)


CALLS = [raises(failure) for failure in LEAVING] + [lambda *_, wrong=wrong: wrong() for wrong in WRONG]


# A session command that is not listened to any more hears of it by a GeneratorExit.
@pytest.mark.parametrize(
    ("function", "unrecorded"),
    [(call, False) for call in CALLS] + [(call, True) for call in (*CALLS[:1], *CALLS[2:])],
)
def test_whatever_a_command_raises_or_returns_costs_its_line(plugin, function, unrecorded):
    """S3: an exception of any class, one that cannot say its own text, and what is not a result."""
    plugin(function, unrecorded)
    session = fresh()
    run(session, "a = vmo_create 4k")
    outcome = run(session, "theirs")
    assert outcome.error.startswith("kshell: a bug of the plugin red, and the machine is as it was"), outcome.error
    assert json.loads(outcome.to_json())["exit"] == 1 and run(session, "vmo_get_size $a").ok


@pytest.mark.parametrize("found", (5, None, "text", b"bytes", Result()))
def test_a_session_command_yields_outcomes(plugin, found):
    """S3: whoever shows the outcomes cannot take a line back."""
    plugin(yields(Outcome("ps", "ps"), found), unrecorded=True)
    first, last = fresh().run("theirs")
    assert first.ok and "a bug of the plugin red" in last.error and "yields" in last.error


def test_what_a_command_prints_is_not_an_answer(plugin, capsys):
    """S3: one line that is not JSON, and a driver is lost."""

    def function(state):
        print("hello")
        sys.stdout = None
        return Result(text="text\n")

    plugin(function)
    outcome = run(fresh(), "theirs")
    print("still here")
    assert outcome.output == "text\n" and capsys.readouterr() == ("still here\n", "hello\n")


def test_a_bug_is_blamed_on_the_command_that_had_it(plugin, monkeypatch):
    """S3: going back to before the line runs other lines, of kshell and of plugins."""

    def function(state):
        if state.variables:
            raise ZeroDivisionError("theirs")
        return Result()

    plugin(function)
    session = opened()
    run(session, "theirs")
    monkeypatch.setattr(registry.find("ps"), "function", raises(ZeroDivisionError("ours")))
    assert "plugin" not in run(session, "ps").error
    run(session, "a = vmo_create 4k")
    assert "a bug of the plugin red" in run(session, "theirs").error


def test_too_little_memory_is_not_a_bug(monkeypatch):
    """N9: the line is taken back, and the computer is to blame."""
    session = fresh()
    monkeypatch.setattr(registry.find("ps"), "function", raises(MemoryError()))
    outcome = run(session, "ps")
    assert outcome.error == (
        "kshell: this computer has not enough memory for that; the machine is as it was before the line\n"
    )


@pytest.mark.parametrize("failure", LEAVING)
def test_whatever_is_raised_while_somebody_types_costs_a_line(failure, capsys):
    """S3: one Tab asks a plugin's arguments what they could be."""
    guard = Guard()
    assert guard("menu", "instead", raises(failure)) == "instead"
    guard.report()
    assert capsys.readouterr().err == f"kshell: a bug in the menu: {told(failure)}\n"
