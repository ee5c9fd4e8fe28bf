"""The lines of earlier sessions."""

import os

from prompt_toolkit.history import InMemoryHistory

from kshell.console.history import open_history
from kshell.shell.host import Sandbox
from tests.commands.support import fresh


def test_lines_last_and_only_the_owner_reads_them(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    history = open_history(fresh())
    history.store_string("ps")
    history.store_string("vmaps 3020")
    assert list(open_history(fresh()).load_history_strings()) == ["vmaps 3020", "ps"]
    assert os.stat(tmp_path / "kshell").st_mode & 0o777 == 0o700


def test_a_sandbox_keeps_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    session = fresh()
    session.host = Sandbox()
    open_history(session).store_string("ps")
    assert os.listdir(tmp_path) == [] and capsys.readouterr().err == ""


def test_a_folder_that_cannot_be_made_is_told_once(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert type(open_history(fresh())) is InMemoryHistory
    told = capsys.readouterr().err
    assert told.startswith("kshell: no history beyond this session: Not a directory: ") and told.count("\n") == 1


def test_a_full_disk_costs_the_line_only(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    history = open_history(fresh())
    (tmp_path / "kshell" / "history").unlink()
    (tmp_path / "kshell" / "history").mkdir()
    history.store_string("ps")
