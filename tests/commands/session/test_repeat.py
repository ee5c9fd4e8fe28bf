"""`repeat`: the same command many times."""

import pytest

from tests.commands.support import fresh, output, run


def test_it_runs_so_many_times_silently():
    session = fresh()
    run(session, "e = event_create")
    assert output(session, "repeat 7 handle_duplicate $e same") == "7 times\n"
    assert output(session, "handles").splitlines()[-1] == "sh:console (2988) has 22 handles"
    assert output(session, "repeat 0 handle_duplicate $e same") == "0 times\n"
    assert run(session, "repeat 3 echo x").result.fields == {"count": 3}
    assert (
        output(session, "undo")
        == "undone: repeat 7 handle_duplicate $e same\nwith it: 3 lines, which changed nothing\n"
    )


@pytest.mark.parametrize(
    "line",
    [
        "time " * 200_000 + "ps",
        "time " * 17 + "ps",
        "repeat 1 time " * 9 + "ps",
        "time repeat 2 " * 3000 + "ps",
        "repeat 1 " + "time " * 16 + "ps",
    ],
)
def test_commands_that_run_each_other_too_deep_are_refused(line):
    """N8: a chain of commands ends in a line, not in the depth of Python's stack."""
    session = fresh()
    outcome = run(session, line)
    assert (outcome.exit, outcome.error) == (2, f"{line.split()[0]}: commands run each other at most 16 deep\n")
    # The next line begins anew.
    assert run(session, "repeat 1 " + "time " * 15 + "ps").ok and run(session, "time " * 16 + "echo").ok
    run(session, "alias t time")
    assert run(session, "t " + "time " * 15 + "echo").ok and run(session, "t " + "time " * 16 + "echo").exit == 2


def test_it_stops_at_the_first_failure():
    session = fresh()
    run(session, "v = vmo_create 4k")
    outcome = run(session, "repeat 5 handle_close $v")
    assert (outcome.ok, outcome.status) == (False, -11)
    assert run(session, "vmo_get_size $v").status == -11
    assert output(session, "repeat 5 kill 99999") == "repeat: kill failed after 0 runs: no task found\n"
    run(session, "spawn demo")
    assert output(session, "repeat 5 killall demo") == "repeat: killall failed after 1 run: no tasks found\n"


@pytest.mark.parametrize(
    "line", ["repeat 3 nosuch", "repeat 3 undo", "repeat 3 repeat 3 ps", "repeat 3", "repeat x ps"]
)
def test_what_is_not_repeated(line):
    assert run(fresh(), line).exit == 2


@pytest.mark.parametrize("line", ["repeat 2 as sh:vc ps", "time ! ps", "draw f.txt expect NO_ERROR ps"])
def test_a_prefix_goes_before_the_command_that_runs_another(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (outcome,) = fresh().run(line)
    assert outcome.exit == 2 and "goes first, before the command that runs the other" in outcome.error
    first = next(word for word in ("as sh:vc", "!", "expect NO_ERROR") if word in line)
    assert run(fresh(), f"{first} {line.replace(first + ' ', '')}").exit != 2
