"""The lines of earlier sessions."""

import os

import pytest
from prompt_toolkit.history import FileHistory

from kshell.console.editing import HistorySuggestions
from kshell.console.guard import Guard
from kshell.console.history import LineHistory, open_history
from kshell.shell.host import Sandbox
from tests.commands.support import fresh


@pytest.fixture
def path(tmp_path, monkeypatch):
    """Where the file is."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "kshell").mkdir(mode=0o700)
    return tmp_path / "kshell" / "history"


def opened(limit=10_000):
    """The history as the next console finds it, and its lines, the earliest first."""
    history = open_history(fresh(), limit)
    return history, list(history.load_history_strings())[::-1]


def suggested(history, typed):
    """The line that is suggested, or None."""
    found = HistorySuggestions(history, Guard())._find(typed)
    return found and typed + found.text


def test_lines_last_and_only_the_owner_reads_them(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    history = open_history(fresh())
    history.append_string("ps")
    history.append_string("vmaps 3020\nvmaps \udce9")
    assert opened()[1] == ["ps", "vmaps 3020\nvmaps \udce9"]
    assert os.stat(tmp_path / "kshell").st_mode & 0o777 == 0o700
    assert os.stat(tmp_path / "kshell" / "history").st_mode & 0o777 == 0o600


def test_a_file_of_prompt_toolkit_is_read_and_the_other_way_round(path):
    theirs = FileHistory(str(path))
    theirs.store_string("ps")
    theirs.store_string("a\nb")
    history, lines = opened()
    assert lines == ["ps", "a\nb"]
    history.append_string("stat")
    history.refuse("stat")
    assert list(FileHistory(str(path)).load_history_strings()) == ["stat", "a\nb", "ps"]


def test_a_sandbox_keeps_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    session = fresh(host=Sandbox())
    history = open_history(session)
    history.append_string("ps")
    history.refuse("ps")
    assert history.get_strings() == ["ps"]
    assert os.listdir(tmp_path) == [] and capsys.readouterr().err == ""


def test_a_folder_that_cannot_be_made_is_told_once(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    history = open_history(fresh())
    history.append_string("ps")
    assert history.get_strings() == ["ps"]
    told = capsys.readouterr().err
    assert told.startswith("kshell: no history beyond this session: Not a directory: ") and told.count("\n") == 1


@pytest.mark.parametrize("kind", ["fifo", "endless", "folder"])
def test_what_is_not_a_file_is_no_history_and_does_not_hang(path, capsys, kind):
    """S4, N8, N9: a FIFO as history file hung, an endless one was read."""
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "endless":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    history, lines = opened()
    assert lines == []
    history.append_string("ps")
    told = capsys.readouterr().err
    assert told.startswith("kshell: no history beyond this session: ") and told.count("\n") == 1


def test_a_huge_file_is_read_from_its_end_and_cut(path, capsys):
    """N9: a huge history was read whole."""
    with open(path, "wb") as file:
        file.truncate(1 << 40)
        file.seek(0, 2)
        file.write(b"\n+ps\n+stat\n\n+vars\n")
    assert opened()[1] == ["ps\nstat", "vars"]
    assert capsys.readouterr().err == "kshell: the history is longer than 8M: its oldest lines are dropped\n"
    assert path.stat().st_size < 100
    assert opened()[1] == ["ps\nstat", "vars"] and capsys.readouterr().err == ""


def test_a_full_disk_costs_the_line_only(path):
    history = opened()[0]
    path.unlink()
    path.mkdir()
    history.append_string("ps")
    history.refuse("ps")
    assert history.get_strings() == ["ps"]


def test_the_file_is_cut_to_the_limit_when_it_is_opened(path):
    """The list: a limit to the history."""
    history = opened()[0]
    for number in range(20):
        history.append_string(f"echo {number}\necho more")
    history.refuse("echo 19")
    assert len(opened(20)[1]) == 20
    assert opened(5)[1] == [f"echo {number}\necho more" for number in range(15, 20)]
    history, lines = opened()
    assert len(lines) == 5 and "echo 19" in history.refused and "echo 14" not in path.read_text()
    assert sorted(os.listdir(path.parent)) == ["history"]
    assert opened(0)[1] == [] and path.read_text() == ""


def test_a_file_that_is_a_link_stays_one(path, tmp_path):
    target = tmp_path / "elsewhere"
    path.symlink_to(target)
    history = opened()[0]
    for number in range(3):
        history.append_string(f"echo {number}")
    assert opened(1)[1] == ["echo 2"] and path.is_symlink() and "echo 0" not in target.read_text()


def test_a_limit_that_is_set_holds_at_once(path):
    history = opened()[0]
    for number in range(20):
        history.append_string(f"echo {number}")
    history.keep(2)
    assert history.get_strings() == ["echo 18", "echo 19"] and opened()[1] == ["echo 18", "echo 19"]
    history.keep(0)
    history.append_string("echo no")
    assert opened()[1] == []


@pytest.mark.parametrize("line", [" spawn secret", "\tspawn secret"])
def test_a_blank_before_a_line_keeps_it_out(path, line):
    """The list: a blank before a line keeps it out of the history."""
    history = opened()[0]
    history.append_string(line)
    history.refuse(line)
    assert history.get_strings() == [] and "secret" not in path.read_text()


def test_only_lines_that_did_not_fail_are_suggested(path):
    """T7: failed lines were suggested."""
    history = opened()[0]
    for line in ("vmo_create 4k", "vmo_create four", "!vmo", "! vmo_create x"):
        history.append_string(line)
    history.refuse("vmo_create four")
    for known in (history, opened()[0]):
        known._loaded_strings = known._loaded_strings or list(known.load_history_strings())
        assert suggested(known, "vmo_c") == "vmo_create 4k" and suggested(known, "!") == "! vmo_create x"
        assert suggested(known, "vmo_create f") is None and suggested(known, " ") is None
    # A line of two rows is one.
    history.append_string("vmo_create \\\nfive")
    assert suggested(history, "vmo_create f") == "vmo_create five"
    history.refuse("vmo_create five")
    assert suggested(history, "vmo_create f") == suggested(opened_loaded(), "vmo_create f") is None
    # Typed again, it may do better.
    history.append_string("vmo_create four")
    assert suggested(history, "vmo_create f") == suggested(opened_loaded(), "vmo_create f") == "vmo_create four"


def opened_loaded():
    """The history of the next console, loaded."""
    history = LineHistory(os.path.join(os.environ["XDG_STATE_HOME"], "kshell", "history"))
    history._loaded_strings = list(history.load_history_strings())
    return history


def test_the_latest_line_is_suggested_but_not_the_typed_one(path):
    history = opened()[0]
    for line in ("ps", "ps -T", "stat\nps --sort res"):
        history.append_string(line)
    assert suggested(history, "p") == "ps --sort res"
    assert suggested(history, "ps -T") is None
