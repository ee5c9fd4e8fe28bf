"""What a person has set, and what is told of a file that makes no sense."""

import pytest

from kshell.console.settings import Settings, read_settings

DEFAULTS = {"pager": "auto", "colour": "auto", "toolbar": "on", "suggest": "on", "complete": "tab"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "kshell").mkdir()
    return tmp_path / "kshell"


def test_without_a_file_all_is_as_usual(folder):
    settings = read_settings()
    assert {name: settings[name] for name in DEFAULTS} == DEFAULTS == Settings().values
    assert settings.complaints == [] and settings.startup == ""


def test_all_settings_with_remarks_and_blanks(folder):
    (folder / "config").write_text(
        "# mine\n\n  pager = less -R  # my pager\ncolour=off\n toolbar = off\nsuggest = off\ncomplete = typing\n"
    )
    settings = read_settings()
    assert settings.values == {
        "pager": "less -R",
        "colour": "off",
        "toolbar": "off",
        "suggest": "off",
        "complete": "typing",
    }
    assert settings.complaints == []


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("nosuch = 1", "there is no setting 'nosuch'; the settings are pager, colour, toolbar, suggest, complete"),
        ("toolbar", "there is no setting 'toolbar'; the settings are pager, colour, toolbar, suggest, complete"),
        ("toolbar = maybe", "toolbar is on or off, not 'maybe'"),
        ("colour = on", "colour is auto or off, not 'on'"),
        ("complete =", "complete is tab or typing, not ''"),
        ("pager =", "pager is auto, off, or a program of the host, not ''"),
        ("toolbar = on = off", "toolbar is on or off, not 'on = off'"),
    ],
)
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
    ("colour", "no_color", "term", "coloured"),
    [
        ("auto", None, "xterm", True),
        ("auto", "", "xterm", True),
        ("auto", "1", "xterm", False),
        ("auto", None, "dumb", False),
        ("auto", None, None, True),
        ("off", None, "xterm", False),
    ],
)
def test_what_is_coloured_at_all(monkeypatch, colour, no_color, term, coloured):
    for name, value in (("NO_COLOR", no_color), ("TERM", term)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    settings = Settings()
    settings.values["colour"] = colour
    assert settings.coloured == coloured
