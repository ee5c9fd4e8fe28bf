"""What is told and saved when kshell itself has a bug."""

import os

import pytest

from kshell.shell import registry
from kshell.shell.host import Sandbox
from tests.commands.support import fresh, output, run


@pytest.fixture
def broken(monkeypatch):
    """Breaks the command `detach`."""

    def fail(session):
        raise ZeroDivisionError("\x1b[2J" + "x" * 500)

    registry.load()
    monkeypatch.setattr(registry.COMMANDS["detach"], "function", fail)


def test_each_bug_has_a_file_of_its_own_with_the_lines_that_led_there(broken, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    session = fresh()
    run(session, "a = vmo_create 4k")
    for number in (1, 2, 3):
        outcome = run(session, "detach")
        assert outcome.exit == 1 and outcome.error.count("\n") == 1 and len(outcome.error) < 400 + len(str(tmp_path))
        assert outcome.error.endswith(f" with {tmp_path}/kshell/bug-{number}.kshell\n")
        assert "ZeroDivisionError: \\x1b[2Jxxx" in outcome.error
    first, *lines = (tmp_path / "kshell" / "bug-3.kshell").read_text().split("\n")
    assert first.startswith("#! kshell") and lines[:3] == [
        "a = vmo_create 4k",
        "detach",
        "# Traceback (most recent call last):",
    ]
    assert all(line.startswith("# ") for line in lines[2:-1])
    assert output(session, "history") == "    1  a = vmo_create 4k\n"


def test_where_nothing_can_be_saved_the_history_is_the_report(broken, tmp_path, monkeypatch):
    session = fresh(host=Sandbox())
    assert "the lines that `history` shows" in run(session, "detach").error
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    session = fresh()
    monkeypatch.setattr("os.replace", lambda *paths: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    assert "its lines could not be saved: cannot save " in run(session, "detach").error


def test_a_report_is_for_its_user_alone(broken, tmp_path, monkeypatch):
    """N15: the lines of a session are nobody else's to read, in the temporary folder least of all."""
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/none")
    monkeypatch.setenv("HOME", "/proc")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    path = run(fresh(), "detach").error.rstrip("\n").rpartition(" with ")[2]
    assert path.startswith(str(tmp_path)) and os.stat(path).st_mode & 0o777 == 0o600
