"""What would end is what ends when it is done: the ends that random calls seldom bring about."""

import pytest

from kshell.accounting.endings import CLOSE, KILL, Ending, Step, on_a_copy, pages_freed
from kshell.kernel.exceptions import raise_exception
from tests.commands.support import fresh, run

BOUND = (
    "p = process_create $job other",
    "t = thread_create $p main",
    "e = event_create",
    "process_start $p $t 0 0 $e 0",
    "port = port_create",
)


def compared(session, steps):
    """Follows the steps and does them; returns what would end."""
    ending = Ending().do(steps)
    twin, pages, _ = on_a_copy(session.state.machine, steps)
    twin.check()
    if ending.sure:
        assert ending.pages == pages
    assert pages_freed(session.state.machine, steps) == pages
    return ending


def step(session, *names):
    """The step that closes each of these variables' handles."""
    return [Step(CLOSE, session.state.process, session.state.number(name)) for name in names]


@pytest.mark.parametrize(
    ("lines", "names", "pages"),
    [
        # The port keeps a running thread that has no handle; with the port it is killed, and with it its process.
        (("task_bind_exception_port $t $port 7", "handle_close $t"), ("port",), 2),
        (("task_bind_exception_port $t $port 7",), ("t",), 0),
        (("task_bind_exception_port $t $port 7",), ("t", "port"), 2),
        (("task_bind_exception_port $t $port 7",), ("port", "t"), 2),
        (("task_bind_exception_port $p $port 7",), ("port",), 0),
        (("task_bind_exception_port $p $port 7",), ("t", "p", "port"), 2),
        # A thread that is dead, and still held.
        (("task_kill $p",), ("p",), 0),
        (("task_kill $p",), ("t",), 2),
    ],
)
def test_threads_and_exception_ports(lines, names, pages):
    session = fresh()
    for line in (*BOUND, *lines):
        assert run(session, line).ok, line
    assert compared(session, step(session, *names)).pages == pages


def test_a_thread_that_waits_for_an_answer_makes_it_unsure():
    session = fresh()
    run(session, *BOUND, "task_bind_exception_port $t $port 7")
    thread = session.state.process.handles.get(session.state.number("t")).object
    raise_exception(thread)
    assert thread.waits_on is not None
    assert not compared(session, step(session, "port")).sure


def test_every_process_and_job_of_the_booted_machine():
    session = fresh()
    run(session, "s = socket_create", "w = socket_write $s.0 hello", "spawn demo")
    machine = session.state.machine
    for process in list(machine.processes.values()):
        assert compared(session, [Step(KILL, process)]).sure
    for _, job in list(machine.walk_jobs()):
        compared(session, [Step(KILL, job)])
    # What is written lies in the ring of the end that reads it.
    assert compared(session, step(session, "s.1")).pages == 1
