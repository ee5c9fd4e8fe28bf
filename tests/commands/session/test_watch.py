"""trace, time, watch and clear: looking at what lines do."""

import re

import pytest

from tests.commands.support import fresh, output, run


def test_time_adds_a_line_and_keeps_the_result():
    session = fresh()
    outcome = run(session, "v = time vmo_create 4k")
    assert outcome.ok and run(session, "vmo_get_size $v").ok
    first, second = output(session, "time vmo_get_size $v").splitlines()
    assert first == "size 4096" and re.fullmatch(r"vmo_get_size took \d+\.\d{3} ms", second)


def test_time_fails_as_the_command_does():
    session = fresh()
    assert run(session, "time touch 0").status == -25 and run(session, "time vmo_create").exit == 2
    assert run(session, "time nosuch").exit == run(session, "time undo").exit == run(session, "time").exit == 2


def test_watch_runs_its_command_so_many_times_each_a_line_of_the_session():
    session = fresh()
    assert output(session, "watch --times 3 -n 0 vmo_create 4k").count("handle ") == 3
    assert output(session, "history") == "".join(f"    {number}  vmo_create 4k\n" for number in (1, 2, 3))
    ticks = [outcome.tick for outcome in session.run("watch -n 0 --times 2 echo 'a  b'") if outcome.output]
    assert ticks == [1, 2] and output(session, "history 1") == "    5  echo 'a  b'\n"


@pytest.mark.parametrize(
    "line",
    [
        "watch",
        "watch -n",
        "watch -n x ps",
        "watch -n -1 ps",
        "watch -n 86401 ps",
        "watch -n nan ps",
        "watch -n inf ps",
        "watch --times 1.5 ps",
        "watch --times 2",
        "watch nosuch",
        "watch undo",
        "watch watch ps",
    ],
)
def test_what_is_not_watched(line):
    session = fresh()
    assert run(session, line).exit == 2 and output(session, "history") == ""


def test_trace_is_on_or_off():
    session = fresh()
    assert run(session, "trace maybe").exit == 2
    run(session, "m = map 64k", "trace on", "trace on")
    assert output(session, "touch $m").count("trace: page fault") == 1
    run(session, "trace off", "trace off")
    assert output(session, "touch $m+4k") == "1 fault, 1 page committed\n"


def test_clear_prints_nothing_and_is_no_line():
    session = fresh()
    assert output(session, "clear") == "" and output(session, "history") == ""
