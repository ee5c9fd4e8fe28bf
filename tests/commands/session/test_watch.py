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
        "watch 'ps; undo'",
        "watch ''",
        "watch '# remark'",
        "watch 'ps >'",
    ],
)
def test_what_is_not_watched(line):
    session = fresh()
    assert run(session, line).exit == 2 and output(session, "history") == ""


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("watch --times 2 -n 0 ps | grep sh:", "ps | grep sh:"),
        ("watch --times 2 -n 0 'ps | grep sh:'", "ps | grep sh:"),
        ("watch --times 2 -n 0 ps | grep sh: | sort -r", "ps | grep sh: | sort -r"),
        ("watch --times 2 -n 0 ps | grep 's[h]:c'", "ps | grep 's[h]:c'"),
        ('watch --times 2 -n 0 "echo $x; echo b"', "echo $x; echo b"),
        ("watch --times 2 -n 0 echo $x \"$x  y\" '$x'", "echo $x \"$x  y\" '$x'"),
        ("watch --times 2 -n 0 ! vmo_read 4 0 1", "! vmo_read 4 0 1"),
        ("watch --times 2 -n 0 expect NO_ERROR as sh:console stat", "expect NO_ERROR as sh:console stat"),
        ("watch --times 2 -n 0 y = vmo_create 4k", "y = vmo_create 4k"),
        ("watch --times 2 -n 0 shells | grep sh", "shells | grep sh"),
    ],
)
def test_a_watched_line_is_a_line_and_its_redirection_belongs_to_it(typed, line):
    """W8: `watch ps | grep sh` filtered nothing, and `watch 'ps | grep sh'` was refused."""
    session, plain = fresh(), fresh()
    for made in (session, plain):
        run(made, "x = vmo_create 4k", "alias shells ps --name sh")
    outcomes = list(session.run(typed))
    assert outcomes[-1].ok and outcomes[-1].output == ""
    expected = output(plain, line) + output(plain, line)
    assert "".join(outcome.output for outcome in outcomes) == expected
    assert output(session, "history 2") == output(plain, "history 2") and line in output(session, "history 1")


def test_each_run_of_a_watched_line_writes_its_file(tmp_path):
    """W8: `watch --times 1 memory > keep.txt` emptied keep.txt."""
    session = fresh()
    path = tmp_path / "keep it.txt"
    path.write_text("kept\n")
    assert output(session, f"watch --times 2 -n 0 echo $? >> '{path}'") == ""
    assert path.read_text() == "kept\n0\n0\n"
    assert output(session, f"watch --times 2 -n 0 echo once > '{path}'") == "" and path.read_text() == "once\n"
    assert "no files are" not in output(session, f"watch --times 1 echo x > {tmp_path}/no/file")


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
