"""history, undo, redo, reset, save and load: the session's lines."""

import pytest

from tests.commands.support import fresh, output, run
from tests.dump import difference, dump
from tests.sessions import opened


@pytest.fixture
def session():
    session = fresh()
    run(session, "a = vmo_create 4k", "b = vmo_create 8k", "echo \x1b[2J")
    return session


def test_the_lines_or_the_last_few(session):
    lines = "    1  a = vmo_create 4k\n    2  b = vmo_create 8k\n    3  echo \\x1b[2J\n"
    assert output(session, "history") == output(session, "history 3") == output(session, "history 99") == lines
    assert output(session, "history 1") == "    3  echo \\x1b[2J\n" and output(session, "history 0") == ""
    found = run(session, "history 2").result
    assert found.value == 3 and found.fields["lines"] == [
        {"number": 2, "line": "b = vmo_create 8k"},
        {"number": 3, "line": "echo \x1b[2J"},
    ]


def test_lines_go_newest_first_and_come_back_oldest_first(session):
    run(session, "c = vmo_create 4k")
    assert output(session, "undo 2") == (
        "undone: c = vmo_create 4k\nundone: b = vmo_create 8k\nalso: `echo \\x1b[2J`, which changed nothing\n"
    )
    assert set(session.state.variables) == {"a"}
    assert output(session, "redo") == (
        "done again: b = vmo_create 8k\nwith it: `echo \\x1b[2J`, which changed nothing\n"
    )
    assert set(session.state.variables) == {"a", "b"}
    found = run(session, "undo 9").result
    assert found.value == 2 and found.fields["lines"] == ["b = vmo_create 8k", "a = vmo_create 4k"]
    assert "no line to take back" in output(session, "undo")


def test_a_new_line_forgets_what_could_come_back(session):
    run(session, "undo", "echo new")
    assert run(session, "redo").exit == 1 and output(session, "history 1") == "    2  echo new\n"


def test_lines_that_changed_nothing_are_passed_over(session):
    run(session, "ps", "nonsense", "handle_close 0", "e = event_create ; handle_close $e", "vmo_write $a 0 x")
    # The second write changes nothing that the first one has not; the bytes of a page count.
    run(session, "vmo_write $a 0 x", "vmo_write $a 0 y", "memory > /dev/null")
    assert output(session, "undo") == "undone: vmo_write $a 0 y\nwith it: `memory > /dev/null`, which changed nothing\n"
    assert output(session, "undo").startswith("undone: vmo_write $a 0 x\nwith it: `vmo_write $a 0 x`, which changed")
    # The name $e is set.
    assert output(session, "undo") == "undone: e = event_create ; handle_close $e\n"
    assert output(session, "undo").startswith("undone: b = vmo_create 8k\nwith it: 4 lines, which changed nothing\n")
    assert output(session, "redo").startswith("done again: b = vmo_create 8k\nwith it: 4 lines, which")


def test_where_no_line_has_changed_anything_none_is_taken_back():
    session = fresh()
    run(session, "ps", "echo x")
    assert output(session, "undo") == "undo: no line has changed anything\n"
    assert len(session.timeline.lines) == 2


@pytest.mark.parametrize("line", ["alias l ps", "attach 3020", "snap a", "a = echo 5", "vmar_protect $vmar $m 4k r"])
def test_what_a_line_can_change_beside_memory(line):
    session = fresh()
    run(session, "a = echo 4", "m = map 4k", line, line if line != "alias l ps" else "alias")
    told = output(session, "undo")
    assert told.startswith(f"undone: {line}\n"), told


@pytest.mark.parametrize("word", ["undo", "redo"])
def test_no_lines_at_all_is_a_wrong_number(session, word):
    assert run(session, f"{word} 0").exit == 2 and run(session, f"{word} x").exit == 2


def test_many_lines_are_not_all_shown():
    session = fresh()
    for number in range(12):
        run(session, f"a = echo {number}")
    told = output(session, "undo 11").splitlines()
    assert told[0] == "undone: a = echo 11" and told[9:] == ["undone: a = echo 2", "... and 1 more line"]
    told = output(session, "redo 10").splitlines()
    assert told == [f"done again: a = echo {number}" for number in range(1, 11)]
    output(session, "redo")
    assert output(session, "undo 12").splitlines()[-1] == "... and 2 more lines"


def test_reset_is_a_fresh_machine_and_can_be_taken_back(session):
    assert output(session, "reset") == "a fresh machine; `redo` brings lines back\n"
    assert output(session, "vars") == "" and output(session, "reset") == "a fresh machine; `redo` brings lines back\n"
    assert output(session, "history") == ""


def test_a_saved_session_is_a_script_that_runs_again(session, tmp_path):
    path = tmp_path / "saved"
    run(session, "c = vmo_create 4k", "undo", "undo", "b = vmo_create 8k")
    assert output(session, f"save {path}") == f"2 lines in {path}\n"
    first, *lines = path.read_text().splitlines()
    assert first.startswith("#! kshell") and lines == ["a = vmo_create 4k", "b = vmo_create 8k"]
    other = fresh()
    assert output(other, f"load {path}") == ""
    assert {name: result.value for name, result in other.state.variables.items()} == {
        name: result.value for name, result in session.state.variables.items()
    }
    assert output(other, "history").startswith("    1  a = vmo_create 4k\n    2  b = vmo_create 8k\n")


def test_a_script_ends_at_the_first_line_that_fails(tmp_path):
    path = tmp_path / "script"
    path.write_text("echo one\n\nkill 99999\necho two\n")
    session = fresh()
    assert output(session, f"load {path}").startswith("one\nno task found\n")
    assert "echo two" not in output(session, "history") and "echo one" in output(session, "history")


def test_a_script_for_another_machine_is_refused(tmp_path):
    path = tmp_path / "script"
    path.write_text("#! kshell --memory 4G\necho one\n")
    session = fresh()
    outcome = run(session, f"load {path}")
    assert not outcome.ok and "--memory 4G" in outcome.error and output(session, "history") == ""


def test_files_that_cannot_be_had(session):
    assert output(session, "save /dev/null/x") == "save: cannot save '/dev/null/x': Not a directory\n"
    assert output(session, "load /no/such/file") == "load: cannot read '/no/such/file': No such file or directory\n"


@pytest.mark.parametrize(
    "leaving", ["exit", "b = vmo_create 8k; exit", "exit && ps", "! exit", "x = exit; ps", "quit ; ps"]
)
def test_a_session_that_was_left_and_taken_up_again_is_saved_whole(tmp_path, leaving):
    """N12: a saved session with an `exit` in it ended there when it was run."""
    journal, saved = str(tmp_path / "j"), str(tmp_path / "saved")
    for line in (leaving, "a = vmo_create 4k", f"save {saved}"):
        session = opened("--journal", journal)
        run(session, line)
        session.journal.close()
    again = opened()
    run(again, f"load {saved}")
    assert not difference(dump(session), dump(again)) and "a" in again.state.variables
    assert "exit" not in (tmp_path / "saved").read_text()


def test_a_carriage_return_in_a_line_comes_back(tmp_path):
    """N12: in a saved session it began another line, which was then run."""
    session, again = fresh(), fresh()
    run(session, "x = vmo_create 4k # a\rx = vmo_create 8k")
    run(session, "process_create $job 'a\rb'")
    run(session, f"save {tmp_path}/saved")
    run(again, f"load {tmp_path}/saved")
    assert not difference(dump(session), dump(again)) and again.timeline.lines == session.timeline.lines
