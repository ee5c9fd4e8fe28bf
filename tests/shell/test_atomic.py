"""A line that is interrupted, or meets a bug, leaves the machine as it was before: a fault at every kernel call.

`KSHELL_FAULTS=all` puts one at every single call; the short form takes a sample of the calls of each line.
"""

import os

import pytest

from kshell.kernel.boot import boot
from kshell.kernel.compiling import compiled, poll
from kshell.shell.host import Host
from kshell.shell.session import Session
from tests.commands.support import output
from tests.dump import difference, dump
from tests.sessions import TINY
from tests.steps import traced

SAMPLE = 10**9 if os.environ.get("KSHELL_FAULTS") == "all" else 3
SPARE = 5
BEFORE = (
    "spawn demo",
    "attach demo",
    "a = vmo_create 1M",
    "m = vmar_map $vmar 0 $a 0 1M rw",
    "vmo_write $a 0 --len 64k --fill 7",
    "c = vmo_clone $a cow 0 1M",
    "n = vmar_map $vmar 0 $c 0 1M rw",
    "ch = channel_create",
)
LINES = (
    "x = vmo_create 64k",
    "x = vmo_clone $c cow 0 64k",
    "vmo_write $c 100 --len 200k --fill 3",
    "vmo_read $c 0 64k",
    "vmo_set_size $a 4k",
    "vmo_op_range $a commit 0 1M",
    "vmo_op_range $a decommit 0 1M",
    "vmar_map $vmar 0 $a 0 64k rw",
    "vmar_unmap $vmar $m+16k 64k",
    "vmar_protect $vmar $m+16k 64k r",
    "vmar_allocate $vmar 0 1M can-map-read,can-map-write",
    "touch $n 256k",
    "map 1M",
    "spawn other",
    "kill demo",
    "k mx kill 3020",
    "handle_close $a",
    "handle_duplicate $a read,map",
    "handle_replace $a read",
    "channel_write $ch hello $a",
    "process_create $job t",
    "thread_create $self t",
    "task_kill $self",
    "process_exit 3",
    "ps",
    "vmaps 3020",
    "k mx ps",
    "x = map 64k; touch $x 64k; handle_close $a; ps > /dev/null",
    "repeat 5 handle_duplicate $a same",
)


class Fault:
    """Raises at the `at`-th call of a function of the kernel's, in compiled code where it looks for signals the `at`-th
    time; counts these."""

    def __init__(self, at, error):
        self.at = at
        self.error = error
        self.calls = 0
        self.raised = False

    def __call__(self, frame, event, argument):
        if event == "call" and not self.raised and self.counts(frame):
            self.calls += 1
            if self.calls == self.at:
                self.raised = True
                raise self.error
        return None

    def counts(self, frame):
        if compiled():
            return frame.f_code is poll.__code__
        return frame.f_globals.get("__name__", "").startswith("kshell.kernel")

    def during(self, session, line):
        return traced(self, lambda: list(session.run(line)))


def prepared():
    # Few objects: everything is compared after each fault.
    session = Session(boot(TINY), host=Host())
    for line in BEFORE:
        output(session, line)
    return session


def take_back(session):
    """Takes the last line back, whether or not it changed anything."""
    session._travel("undo", 1, session.timeline.take_back)


@pytest.mark.parametrize("line", LINES)
def test_a_fault_at_any_kernel_call_takes_the_line_back(line, no_time, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    session = prepared()
    before = dump(session)
    count = Fault(0, None)
    count.during(session, line)
    after = dump(session)
    take_back(session)
    assert not difference(before, dump(session))
    step = max(1, count.calls // SAMPLE)
    for at in range(1, count.calls + 1, step):
        for error in (KeyboardInterrupt(), RuntimeError("injected"), MemoryError()):
            fault = Fault(at, error)
            outcomes = fault.during(session, line)
            # What the collector throws away meanwhile are calls, too: now and then the last ones are not made again.
            assert fault.raised or at > count.calls - SPARE
            if outcomes[-1].ok:
                # Python drops an exception raised while a generator is thrown away: the line has run then.
                assert not difference(after, dump(session))
                take_back(session)
                continue
            assert not outcomes[-1].ok and outcomes[-1].exit == (130 if isinstance(error, KeyboardInterrupt) else 1)
            assert not difference(before, dump(session)), f"call {at} of {line!r}, {error!r}"
            session.state.machine.check()
    assert output(session, "vmo_read $a 0 1") == "00000000  07                                                |.|\n"


def test_a_fault_while_a_checkpoint_is_taken_takes_the_line_back(no_time, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    def due():
        session = prepared()
        session.timeline.spent(1)
        return session

    before = dump(due())
    count = Fault(0, None)
    assert [outcome.exit for outcome in count.during(due(), "x = 1")] == [0]
    assert count.calls
    for at in range(1, count.calls + 1, max(1, count.calls // SAMPLE)):
        for error, exits in ((KeyboardInterrupt(), [130]), (RuntimeError("injected"), [1]), (MemoryError(), [0, 1])):
            session = due()
            # Where the copy has no memory the line is run without one.
            (outcome,) = Fault(at, error).during(session, "x = 1")
            assert outcome.exit in exits
            if outcome.ok:
                take_back(session)
            assert not difference(before, dump(session))


def test_a_bug_saves_the_lines_that_led_there(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    session = prepared()
    outcome = Fault(1, ZeroDivisionError("told")).during(session, "x = vmo_create 4k")[-1]
    assert outcome.error.count("\n") == 1
    assert outcome.error.startswith(
        "kshell: a bug, and the machine is as it was before the line: ZeroDivisionError: told"
    )
    assert outcome.error.endswith(f"with {tmp_path}/kshell/bug-1.kshell\n") and "report" in outcome.error
    saved = (tmp_path / "kshell" / "bug-1.kshell").read_text().split("\n")
    assert saved[1 : len(BEFORE) + 2] == [*BEFORE, "x = vmo_create 4k"]
    assert any(line.startswith("# Traceback") for line in saved)


def test_an_interrupt_between_lines_stops_the_next_one():
    session = prepared()
    session.interrupts.handle(2, None)
    assert session.interrupts.pending
    assert [outcome.exit for outcome in session.run("ps")] == [130]
    assert [outcome.exit for outcome in session.run("ps")] == [0]


def test_an_interrupt_stops_a_loaded_script(tmp_path):
    session = prepared()
    path = tmp_path / "s"
    path.write_text("x = vmo_create 4k\ny = vmo_create 4k\n")
    outcomes = []
    for outcome in session.run(f"load {path}"):
        outcomes.append(outcome)
        session.interrupts.pending = True
    assert [outcome.exit for outcome in outcomes] == [0, 130, 130]
    assert "x" in session.state.variables and "y" not in session.state.variables
