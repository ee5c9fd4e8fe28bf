"""Undo and redo: the machine is as if the lines had never run, by everything that can be seen or counted."""

import os
from random import Random

import pytest

from kshell.kernel import copy as copy_module
from kshell.kernel.boot import boot
from kshell.shell import registry, timeline
from kshell.shell import session as session_module
from kshell.shell.host import Host
from kshell.shell.looks import only_looks
from kshell.shell.session import Session
from kshell.shell.timeline import Checkpoint
from tests.commands.support import fresh, output, run
from tests.compiled import REPLACED, require_python
from tests.dump import difference, dump
from tests.lines import LOOKS, random_line
from tests.properties.replay import without_the_last
from tests.sessions import TINY

SESSIONS = int(os.environ.get("KSHELL_SESSIONS", "4"))


def tiny():
    """A session on few objects: everything is compared again and again."""
    return Session(boot(TINY), host=Host())


def looks(session):
    return [output(session, line) for line in LOOKS]


def story(lines):
    return "\n".join(lines)


@pytest.mark.parametrize("checkpoints", ["as they come", "after every line", "at all halves", "looks are passed by"])
@pytest.mark.parametrize("seed", range(SESSIONS))
def test_a_session_with_undo_is_the_session_without_the_lines(seed, checkpoints, tmp_path, monkeypatch):
    if checkpoints == "looks are passed by":
        monkeypatch.setattr(session_module, "LONG_LOOK", -1)
    if checkpoints == "at all halves":
        monkeypatch.setattr(timeline, "HALVING_SHARE", 0)
    if checkpoints == "after every line":
        monkeypatch.setattr(timeline, "CHECKPOINT_AFTER", 0)
        monkeypatch.setattr(timeline, "CHECKPOINT_SHARE", 0)
    random = Random(seed)
    session = tiny()
    typed = []
    for _ in range(60):
        move = random.randrange(12)
        line = (
            f"{'redo' if move == 1 else 'undo'} {random.randrange(1, 4)}" if move < 3 else random_line(random, tmp_path)
        )
        typed.append(line)
        output(session, line)
    plain = tiny()
    for line in session.timeline.lines:
        output(plain, line)
    told = f"seed {seed}, a session that shows it:\n{story(typed)}"
    assert not difference(dump(session), dump(plain)), told
    session.state.machine.check()
    assert looks(session) == looks(plain), told


def test_every_change_back_and_forth():
    """A step goes from one change to the next: lines that changed nothing go with the change before them."""
    random = Random(7)
    session = tiny()
    # Before each line that changes something, and in the end.
    stops = []
    for _ in range(40):
        line = random_line(random)
        before, idle = dump(session), without_the_last(session)
        output(session, line)
        if without_the_last(session) != idle and not only_looks(line):
            stops.append(before)
    stops.append(dump(session))
    assert len(stops) > 10
    for at in range(len(stops) - 2, -1, -1):
        output(session, "undo")
        assert dump(session) == stops[at], f"after undo to change {at}"
    for at in range(1, len(stops)):
        output(session, "redo")
        assert dump(session) == stops[at], f"after redo to change {at}"


def test_undo_does_not_run_the_host_again(tmp_path):
    session = fresh()
    output(session, f"echo one >> {tmp_path}/log")
    output(session, "echo x | false || a = vmo_create 4k")
    before = dump(session)
    output(session, "b = vmo_create 4k")
    output(session, "undo")
    assert (tmp_path / "log").read_text() == "one\n"
    assert dump(session) == before and "a" in session.state.variables


def test_redo_ends_with_a_new_line():
    session = fresh()
    for line in ("a = vmo_create 4k", "undo", "b = vmo_create 8k"):
        output(session, line)
    assert "nothing was taken back" in output(session, "redo")


def test_more_than_there_is():
    session = fresh()
    assert "no line to take back" in output(session, "undo")
    output(session, "a = vmo_create 4k")
    assert output(session, "undo 50") == "undone: a = vmo_create 4k\n"
    assert "give 1 or more" in output(session, "undo 0")


def test_reset_is_a_fresh_machine_and_can_be_taken_back():
    session = fresh()
    blank = dump(session)
    for line in ("spawn demo", "attach demo", "a = map 1M", "touch $a 1M"):
        output(session, line)
    busy = dump(session)
    output(session, "reset")
    assert dump(session) == blank and session.state.prompt == "magenta$ "
    output(session, "redo 4")
    assert dump(session) == busy


def test_a_moving_command_stands_alone():
    session = fresh()
    output(session, "a = vmo_create 4k")
    for line in ("undo; ps", "x = history", "as 3020 undo", "expect NO_STATUS undo", "ps && save f"):
        assert "needs a line of its own" in output(session, line)
    assert "undo cannot be repeated" in output(session, "repeat 2 undo")
    assert "a" in session.state.variables


def test_save_and_load_make_the_same_session(tmp_path):
    random = Random(3)
    session = fresh()
    for _ in range(80):
        output(session, random_line(random))
    output(session, "undo 3")
    path = tmp_path / "session.kshell"
    assert output(session, f"save {path}").endswith(f"lines in {path}\n")
    again = fresh()
    again.stop_on_failure = False
    for line in path.read_text().split("\n")[1:-1]:
        output(again, line)
    assert not difference(dump(again), dump(session))


def test_load_runs_lines_of_this_session(tmp_path):
    path = tmp_path / "s.kshell"
    path.write_text("#! kshell\na = vmo_create 4k\necho hello\nvmo_read $a 8k 1\nnever = vmo_create 4k\n")
    session = fresh()
    printed = output(session, f"load {path}")
    assert printed.startswith("hello\nvmo_read: ERR_OUT_OF_RANGE") and "stopped in line 4" in printed
    assert session.timeline.lines == ["a = vmo_create 4k", "echo hello", "vmo_read $a 8k 1"]
    output(session, "undo 3")
    assert not session.state.variables


def test_load_of_a_script_for_another_machine_is_refused(tmp_path):
    path = tmp_path / "s.kshell"
    path.write_text("#! kshell --memory 4G\nps\n")
    assert "needs another machine: start `kshell --memory 4G`" in output(fresh(), f"load {path}")


def test_save_replaces_nothing_that_is_no_saved_session(tmp_path):
    path = tmp_path / "letter"
    path.write_text("dear all\n")
    session = fresh()
    assert "exists and is not a saved session" in output(session, f"save {path}")
    assert path.read_text() == "dear all\n"
    assert output(session, f"save {tmp_path}/s").startswith("0 lines")
    output(session, "a = vmo_create 4k")
    assert output(session, f"save {tmp_path}/s").startswith("1 line ")
    assert sorted(os.listdir(tmp_path)) == ["letter", "s"]


def test_what_stays_when_a_line_is_too_long():
    session = fresh()
    before = dump(session)
    assert "a line has at most" in output(session, "echo " + "x" * (1 << 20))
    assert dump(session) == before and not session.timeline.lines


def test_the_beginning_is_never_forgotten(monkeypatch):
    """However many checkpoints are taken and thinned out, a session can go back to its first line, and to any other."""
    monkeypatch.setattr(timeline, "CHECKPOINT_AFTER", 0.0)
    monkeypatch.setattr(timeline, "CHECKPOINT_SHARE", 0)
    session = fresh()
    blank = dump(session)
    for number in range(3 * timeline.KEPT):
        output(session, f"a{number} = vmo_create 4k")
    assert len(session.timeline.checkpoints) == timeline.KEPT
    output(session, f"undo {2 * timeline.KEPT}")
    assert len(session.state.variables) == timeline.KEPT
    output(session, f"undo {timeline.KEPT}")
    assert dump(session) == blank


@pytest.mark.parametrize("count", ["²", "1²", "٣", "9" * 5000, "-1", "x", ""])
def test_a_move_by_what_is_not_a_number_moves_nothing(count):
    """N3: such a record of a journal, which somebody has edited, is a line as any other."""
    records = [("a = vmo_create 4k", []), (f"undo {count}", []), (f"redo {count}", [])]
    made = timeline.fold(records)
    assert made.lines == [line for line, _ in records] and not made.undone


@pytest.fixture
def runs_of_ps(monkeypatch):
    """How often `ps` has looked. Whatever looks is taken for long, and whatever else for worth a checkpoint."""
    monkeypatch.setattr(session_module, "LONG_LOOK", -1)
    monkeypatch.setattr(timeline, "CHECKPOINT_AFTER", 0)
    monkeypatch.setattr(timeline, "CHECKPOINT_SHARE", 0)
    ps = registry.find("ps")
    function, runs = ps.function, []

    def counted(*arguments):
        runs.append(arguments)
        return function(*arguments)

    monkeypatch.setattr(ps, "function", counted)
    return runs


def test_looks_are_worth_no_checkpoint_and_are_passed_by(runs_of_ps):
    session = fresh()
    output(session, "a = vmo_create 4k")
    points = len(session.timeline.checkpoints)
    for _ in range(5):
        output(session, "ps")
    assert len(session.timeline.checkpoints) == points and len(runs_of_ps) == 5
    output(session, "b = vmo_create 4k")
    assert len(session.timeline.checkpoints) > points
    output(session, "undo")
    # The state before the line was there.
    assert len(runs_of_ps) == 5
    assert output(session, "b = vmo_create 4k") == output(fresh(), "b = vmo_create 4k")


@pytest.mark.parametrize(("line", "again"), [("echo $_.tasks", 2), ("x = 1", 1), ("# a_b", 1)])
def test_a_look_is_run_again_for_a_line_that_asks_for_its_result(runs_of_ps, line, again):
    session, plain = fresh(), fresh()
    lines = ["ps", line, "ps", "v = vmo_create 4k"]
    for each in lines:
        output(session, each)
    del runs_of_ps[:], session.timeline.checkpoints[:]
    output(session, "undo")
    assert len(runs_of_ps) == again
    for each in lines[:-1]:
        output(plain, each)
    assert not difference(dump(session), dump(plain))


def test_a_session_apart_begins_where_it_was_made(tmp_path):
    """Nothing takes back what was before, nothing reaches the session it was made of, or the host."""
    session = fresh()
    run(session, "a = vmo_create 4k", "attach 3020")
    twin = session.apart()
    assert not run(twin, "undo").ok and run(twin, "reset").ok
    assert twin.state.names[:1] == ["a"] and twin.state.process.koid == 3020
    run(twin, "b = vmo_create 8k", "detach")
    assert "b" not in session.state.names and session.state.process.koid == 3020
    run(twin, "undo 2")
    assert "b" not in twin.state.names and twin.state.process.koid == 3020
    assert run(twin, f"ps > {tmp_path}/x").reason == "this console runs in a sandbox: no files are written"
    run(session, "c = vmo_create 4k")
    assert "c" not in twin.state.names and run(twin, "reset").ok and "c" not in twin.state.names


@pytest.fixture
def work(monkeypatch):
    """What is done: `runs` of `vmo_create` and `copies` of the machine. A line takes a second by this clock, and a
    checkpoint is worth it after ten; a copy takes no time."""
    require_python(REPLACED)

    class Work:
        runs = copies = clock = 0

        def of(self, session, line):
            """(runs, copies) that a line makes."""
            runs, copies = self.runs, self.copies
            run(session, line)
            return self.runs - runs, self.copies - copies

    done = Work()
    create = registry.find("vmo_create")
    function, copy_machine = create.function, copy_module.copy_machine

    def created(*arguments):
        done.runs += 1
        done.clock += 1
        return function(*arguments)

    def copied(*arguments):
        done.copies += 1
        return copy_machine(*arguments)

    monkeypatch.setattr(create, "function", created)
    monkeypatch.setattr(copy_module, "copy_machine", copied)
    monkeypatch.setattr(session_module, "perf_counter", lambda: done.clock)
    monkeypatch.setattr(timeline, "CHECKPOINT_AFTER", 9.5)
    monkeypatch.setattr(timeline, "COPY_SECONDS", 0)
    return done


def test_a_step_back_runs_few_lines_again_and_the_next_step_fewer(work):
    session = fresh()
    for _ in range(99):
        run(session, "vmo_create 4k")
    assert work.runs == 99 and work.copies == 9
    # The last checkpoint came after 90 lines: eight are run again, on one copy, and leave another after half, ...
    assert work.of(session, "undo") == (8, 4)
    assert work.of(session, "undo") == (0, 0)
    assert work.of(session, "redo") == (0, 0)
    # ... and however far it goes, nothing is begun anew at each step.
    assert sum(work.of(session, "undo")[0] for _ in range(60)) < 240


def test_what_is_left_or_gone_to_is_not_copied(work):
    session = fresh()
    run(session, "repeat 10 vmo_create 4k")
    before = dump(session)
    lines = "repeat 100 vmo_create 4k", "x = 1"
    assert [work.of(session, line) for line in lines] == [(100, 1), (0, 1)]
    after = dump(session)
    for line in ("undo", "undo", "redo", "redo"):
        assert work.of(session, line) == (0, 0), line
    assert dump(session) == after
    # What was lent is kept when a line changes it, for the price of a copy; a look is worth none.
    run(session, "undo")
    assert work.of(session, "x = 2") == (0, 1)
    run(session, "undo")
    assert work.of(session, "undo")[0] == 0 and dump(session) == before


def test_a_checkpoint_is_due_before_a_line_that_may_change_something(work):
    session = fresh()
    for line in ("repeat 20 vmo_create 4k", "ps", "vmaps 2988", "history"):
        assert work.of(session, line)[1] == 0
    copies = work.copies
    session.settle()
    session.settle()
    assert work.copies == copies + 1
    assert work.of(session, "x = 1") == (0, 0)
    assert work.of(session, "undo") == (0, 0)


def test_a_state_that_is_looked_at_moves_on_with_the_looks(work, monkeypatch):
    monkeypatch.setattr(timeline, "COPY_SECONDS", 1)
    session = fresh()
    run(session, "a = vmo_create 4k", "b = vmo_create 4k")
    # The state before the last line is made from the beginning at first, ...
    assert work.of(session, "diff")[1] == 0
    for name in "def":
        run(session, f"{name} = vmo_create 4k")
        # ... and then the line after it is run on it.
        assert work.of(session, "diff") == (1, 0)
    before = dump(session)
    run(session, "g = vmo_create 4k")
    assert work.of(session, "undo") == (1, 0) and dump(session) == before
    assert run(session, "undo").ok and "f" not in session.state.names and "e" in session.state.names
    # What a moment still needs stays where it is.
    run(session, "diff")
    moment = session.moment()
    before = dump(session)
    run(session, "h = vmo_create 4k", "diff", "i = vmo_create 4k", "diff")
    session.return_to(moment)
    assert dump(session) == before


def test_only_so_many_objects_are_kept(work, monkeypatch):
    monkeypatch.setattr(timeline, "MANY_OBJECTS", 0)
    session = fresh()
    for _ in range(95):
        run(session, "vmo_create 4k")
    points = session.timeline.checkpoints
    assert len(points) == 2 and points[-1].count == 90
    run(session, "undo 3")
    assert len(points) <= 3


def test_what_was_taken_back_is_forgotten_with_a_new_line(work):
    session, plain = fresh(), fresh()
    for _ in range(30):
        run(session, "a = vmo_create 4k")
    run(session, "undo 4")
    for each in ("a = vmo_create 8k", "a = vmo_create 16k"):
        run(session, each)
    assert session.timeline.checkpoints[-1].count <= 28
    run(session, "undo")
    run(session, "redo")
    for line in session.timeline.lines:
        run(plain, line)
    assert not difference(dump(session), dump(plain))


def test_a_moment_is_not_changed_by_what_comes_after_it(work):
    """A state that the session goes to belongs to the moment as well."""
    session = fresh()
    for line in ("a = vmo_create 4k", "b = vmo_create 8k"):
        run(session, line)
    there = dump(session)
    # Somebody looks at the state before the last line, and it is kept.
    session.seen(1, lambda machine: None)
    moment = session.moment()
    for line in ("undo", "c = vmo_create 16k"):
        run(session, line)
    session.return_to(moment)
    assert not difference(dump(session), there)


def test_lines_run_again_leave_checkpoints_where_half_is_left(work):
    """A journal that was taken up has them only where somebody may go back to."""
    session = fresh()
    session.take_up(timeline.fold([("vmo_create 4k", [])] * 1000))
    assert [point.count for point in session.timeline.checkpoints][-4:] == [992, 996, 998, 999]
    assert work.runs == 1000 and work.copies == 10


@pytest.mark.parametrize(("answering", "points"), [(True, [10, 20, 30, 40]), (False, [39])])
def test_a_script_takes_fewer_checkpoints_than_whoever_waits_for_answers(work, monkeypatch, answering, points):
    objects = Checkpoint(0, 0, fresh().state).objects
    # A copy of the machine takes as long as nine lines here, and a little longer as it grows.
    monkeypatch.setattr(timeline, "COPY_SECONDS", 9.1 / objects)
    session = fresh()
    session.answering = answering
    for _ in range(50):
        run(session, "vmo_create 4k")
    assert [point.count for point in session.timeline.checkpoints] == points
