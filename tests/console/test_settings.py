"""What a person has set, and what is told of a file that makes no sense."""

import os

import pytest

from kshell.console.screen import coloured, erase
from kshell.console.settings import read_settings
from kshell.shell.settings import SETTINGS, Settings
from tests.commands.support import fresh, output, run

DEFAULTS = {
    "pager": "auto",
    "colour": "auto",
    "toolbar": "on",
    "suggest": "on",
    "complete": "tab",
    "editing": "emacs",
    "history": "10000",
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "kshell").mkdir()
    return tmp_path / "kshell"


def test_without_a_file_all_is_as_usual(folder):
    settings = read_settings()
    assert settings.values == DEFAULTS == Settings().values
    assert settings.complaints == [] and settings.startup == ""


def test_all_settings_with_remarks_and_blanks(folder):
    (folder / "config").write_text(
        "# mine\n\n  pager = less -R  # my pager\ncolour=off\n toolbar = off\nsuggest = off\ncomplete = typing\n"
        "editing = vi\nhistory = 0\n"
    )
    settings = read_settings()
    assert settings.values == {
        "pager": "less -R",
        "colour": "off",
        "toolbar": "off",
        "suggest": "off",
        "complete": "typing",
        "editing": "vi",
        "history": "0",
    }
    assert settings.complaints == []


REFUSED = [
    ("nosuch = 1", "there is no setting 'nosuch'; `help console` lists them"),
    ("toolbar", "toolbar is on or off, not ''"),
    ("toolbar = maybe", "toolbar is on or off, not 'maybe'"),
    ("colour = loud", "colour is auto, on or off, not 'loud'"),
    ("complete =", "complete is tab or typing, not ''"),
    ("pager =", "pager is auto, off, or a program of the host, not ''"),
    ("toolbar = on = off", "toolbar is on or off, not 'on = off'"),
    ("editing = ed", "editing is emacs or vi, not 'ed'"),
    ("history = -1", "history is a number of lines, 0 to 1000000, not '-1'"),
    ("history = 1000001", "history is a number of lines, 0 to 1000000, not '1000001'"),
    ("history = ²", "history is a number of lines, 0 to 1000000, not '²'"),
]


@pytest.mark.parametrize(("line", "complaint"), REFUSED)
def test_a_line_that_makes_no_sense_is_told_with_its_place_and_skipped(folder, line, complaint):
    (folder / "config").write_text(f"suggest = off\n{line}\ncomplete = typing\n")
    settings = read_settings()
    assert settings.complaints == [f"{folder / 'config'}:2: {complaint}"]
    assert settings.values == {**DEFAULTS, "suggest": "off", "complete": "typing"}


def test_bytes_that_are_no_text_do_no_harm(folder):
    (folder / "config").write_bytes(b"pager = off\n\xff\xfe = 1\n")
    settings = read_settings()
    assert settings["pager"] == "off" and len(settings.complaints) == 1


def test_a_folder_in_place_of_the_file_is_as_no_file(folder):
    (folder / "config").mkdir()
    (folder / "startup.kshell").mkdir()
    settings = read_settings()
    assert settings.values == DEFAULTS and settings.startup == "" and settings.complaints == []


@pytest.mark.parametrize("name", ["config", "startup.kshell"])
@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("fifo", "it is a pipe, not a file"),
        ("endless", "it is a device, not a file"),
        ("huge", "longer than"),
        ("loop", "Too many"),
    ],
)
def test_a_file_that_is_no_file_of_settings_costs_one_line(folder, name, kind, reason):
    """N8, N9: a FIFO as configuration hung, an endless or huge file was read whole."""
    path = folder / name
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "endless":
        path.symlink_to("/dev/zero")
    elif kind == "loop":
        path.symlink_to(path)
    else:
        with open(path, "wb") as file:
            file.truncate(1 << 40)
    settings = read_settings()
    assert settings.values == DEFAULTS and settings.startup == ""
    assert len(settings.complaints) == 1 and settings.complaints[0].startswith(f"skipped: {reason}")
    assert settings.complaints[0].endswith(str(path))


def test_a_file_of_nonsense_is_told_in_a_few_lines(folder):
    (folder / "config").write_text("nonsense\n" * 1000)
    complaints = read_settings().complaints
    assert len(complaints) == 11 and complaints[-1] == f"{folder / 'config'}: the lines after that are skipped"


def test_the_startup_file_and_the_usual_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / ".config" / "kshell"
    folder.mkdir(parents=True)
    (folder / "startup.kshell").write_text("ps\n")
    (folder / "config").write_text("pager = off\n")
    settings = read_settings()
    assert settings.startup == str(folder / "startup.kshell") and settings["pager"] == "off"


@pytest.mark.parametrize(
    ("colour", "environment", "shown"),
    [
        ("auto", {"TERM": "xterm"}, True),
        ("auto", {}, True),
        ("auto", {"TERM": "xterm", "NO_COLOR": ""}, True),
        ("auto", {"TERM": "xterm", "NO_COLOR": "1"}, False),
        ("auto", {"TERM": "dumb"}, False),
        ("auto", {"TERM": "unknown"}, False),
        ("off", {"TERM": "xterm"}, False),
        ("on", {"TERM": "dumb", "NO_COLOR": "1"}, True),
        ("auto", {"TERM": "dumb", "FORCE_COLOR": "0"}, True),
        ("auto", {"TERM": "dumb", "FORCE_COLOR": ""}, False),
        ("auto", {"TERM": "dumb", "FORCE_COLOR": "1", "NO_COLOR": "1"}, True),
        ("off", {"TERM": "xterm", "FORCE_COLOR": "1"}, True),
        ("auto", {"TERM": "dumb", "CLICOLOR_FORCE": "1"}, True),
        ("auto", {"TERM": "dumb", "CLICOLOR_FORCE": "0"}, False),
        ("auto", {"TERM": "xterm", "CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False),
        ("off", {"TERM": "xterm", "CLICOLOR_FORCE": "1"}, False),
    ],
)
def test_what_is_coloured_at_all(monkeypatch, colour, environment, shown):
    """T8: a terminal that is unknown got colours; and colour can be forced on."""
    for name in ("TERM", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert coloured(colour) == shown


@pytest.mark.parametrize(("term", "erased"), [("xterm", True), ("dumb", False), ("unknown", False)])
def test_no_escape_empties_a_terminal_that_knows_none(monkeypatch, term, erased):
    """T8: `watch` and `clear` sent escapes to a dumb terminal."""
    monkeypatch.setenv("TERM", term)
    assert bool(erase()) == erased


def test_set_lists_shows_and_changes_at_once():
    """The list: `set` for settings while running."""
    session = fresh()
    session.settings = Settings()
    calls = []
    session.settings.changed = lambda: calls.append(dict(session.settings.values))
    assert [row.split("  ")[0] for row in output(session, "set").splitlines()] == [
        f"{name} = {value}" for name, value in DEFAULTS.items()
    ]
    assert output(session, "set editing vi") == "" and calls[-1]["editing"] == "vi"
    assert output(session, "set editing").startswith("editing = vi  ")
    assert output(session, "set pager less -S") == "" and session.settings["pager"] == "less -S"
    assert run(session, "set pager").result.fields == {"settings": {"pager": "less -S"}}
    assert output(session, "history") == "" and len(calls) == 2


@pytest.mark.parametrize(("line", "complaint"), REFUSED[:1] + REFUSED[2:4] + REFUSED[7:])
@pytest.mark.parametrize("console", [True, False])
def test_set_refuses_what_the_file_would_be_refused(line, complaint, console):
    session = fresh()
    if console:
        session.settings = Settings()
    outcome = run(session, f"set {line.replace(' =', '')}")
    assert outcome.exit == 2 and outcome.error == f"set: {complaint}\n"


def test_a_script_has_no_settings():
    for line in ("set", "set colour", "set colour off"):
        outcome = run(fresh(), line)
        assert outcome.exit == 1 and outcome.error == "set: a script has no settings: they are the console's\n"


def test_help_console_has_every_setting():
    text = output(fresh(), "help console")
    assert all(f"{name} = {DEFAULTS[name]}" in text and SETTINGS[name].wanted in text for name in SETTINGS)
    assert max(map(len, text.splitlines())) <= 80
