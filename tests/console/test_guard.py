"""Whatever goes wrong while a line is typed costs a line on standard error, and never the console."""

import pytest

from kshell.console import console as console_module
from kshell.console import editing, history, keys
from kshell.console.abbreviations import expand
from kshell.console.guard import Guard
from kshell.shell.settings import Settings
from tests.commands.support import fresh
from tests.console.keyboard import console


def broken(*arguments, **options):
    CALLS.append(arguments)
    raise ZeroDivisionError("division by zero")


CALLS = []
# What runs while typing: (what it is called, where it is).
PARTS = [
    ("colours", editing, "colours"),
    ("colours", editing, "befores"),
    ("completion", editing, "suggestions"),
    ("completion", editing, "printable"),
    ("hint", console_module, "read"),
    ("hint", console_module, "begun"),
    ("toolbar", console_module, "format_size"),
    ("suggestions", editing.LineHistory, "offers"),
    ("history", history, "entry_lines"),
    ("pasting", console_module, "lines_of"),
    ("Enter key", keys, "goes_on"),
    ("Enter key", editing, "goes_on"),
    ("pasting", keys, "without_prompts"),
    ("editor", keys, "edited"),
]


@pytest.mark.parametrize(("what", "where", "name"), PARTS, ids=[f"{part[0]}-{part[2]}" for part in PARTS])
def test_a_bug_in_anything_that_runs_while_typing_costs_one_line(tmp_path, monkeypatch, capsys, what, where, name):
    """N3: one guard around everything that runs while a line is typed: the console goes on, and says it once."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    settings = Settings()
    settings.change("complete", "typing")
    CALLS.clear()
    with console(fresh(), settings) as (made, typed):
        # Colours begin when the commands are loaded.
        made.make_ready()
        made.history.append_string("vmo_create 4k")
        monkeypatch.setattr(where, name, broken)
        told = ""
        for number in range(1, 4):
            keys = ["v", "\x1b[200~mo_create\x1b[201~", " "]
            if what == "editor":
                keys.append(("\x18\x05", lambda number=number: len(CALLS) == number))
            assert typed(*keys) == "vmo_create "
            assert made._lines("echo on") == ["echo on"]
            made.run_line("echo on")
            shown = capsys.readouterr()
            assert shown.out == "on\n"
            told += shown.err
    assert told == f"kshell: a bug in the {what}: ZeroDivisionError: division by zero\n" and CALLS


def test_a_bug_in_the_abbreviations_costs_one_line_and_the_line_runs_as_it_was_typed(monkeypatch, tmp_path, capsys):
    """N3: `!²` Enter ended the console."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with console(fresh()) as (made, _):
        assert made._expand("!²") is None
        assert (
            capsys.readouterr().err
            == "kshell: there is no line !² in this session: `history` shows them, `shell PROGRAM` runs a program\n"
        )
        monkeypatch.setattr(console_module, "expand", broken)
        assert made._expand("ps") == "ps" and made._expand("!!") == "!!"
    assert capsys.readouterr().err == "kshell: a bug in the earlier lines by !: ZeroDivisionError: division by zero\n"


@pytest.mark.parametrize("word", ["!²", "!\u0661", "!1²", "!" + "9" * 5000, "!0", "!-1", "!\U0001d7d9"])
def test_only_plain_digits_are_the_number_of_a_line(word):
    """N3: `isdigit()` is true of digits that `int()` does not read."""
    session = fresh()
    list(session.run("echo one"))
    with pytest.raises(Exception, match="there is no line") as caught:
        expand(session, word)
    assert type(caught.value).__name__ == "UsageError"


def test_a_bug_in_the_colours_of_the_output_costs_one_line_and_the_output_is_there(monkeypatch, tmp_path, capsys):
    """N3: whatever a command prints, the console goes on."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(console_module, "paint", broken)
    with console(fresh()) as (made, _):
        made.run_line("echo one")
        made.run_line("echo two")
    shown = capsys.readouterr()
    assert shown.out == "one\ntwo\n"
    assert shown.err == "kshell: a bug in the colours of the output: ZeroDivisionError: division by zero\n"


def test_each_kind_of_bug_is_told_once_and_cannot_harm_the_terminal(capsys):
    guard = Guard()

    def evil():
        raise ValueError("\x1b[2Jred\nmore")

    for _ in range(3):
        assert guard("hint", "instead", evil) == "instead" and guard("hint", 0, broken) == 0
        assert guard("toolbar", 1, lambda: 2) == 2
    assert capsys.readouterr().err == ""
    guard.report()
    guard.report()
    assert capsys.readouterr().err == (
        "kshell: a bug in the hint: ValueError: \\x1b[2Jred\n"
        "kshell: a bug in the hint: ZeroDivisionError: division by zero\n"
    )
    with pytest.raises(KeyboardInterrupt):
        guard("hint", "", lambda: (_ for _ in ()).throw(KeyboardInterrupt()))
