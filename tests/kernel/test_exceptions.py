"""Exceptions: who is told, who waits for whom, and what the ports keep."""

import contextlib
from random import Random

import pytest

from kshell.kernel.abi import KernelError
from kshell.kernel.exceptions import FAULT, raise_exception
from kshell.kernel.tasks import DEAD, RUNNING, Thread
from tests.kernel.support import Small, refused

SAME = 0x80000000


class Victim:
    """A running process with one thread that is about to fault."""

    def __init__(self, small):
        calls = small.calls
        self.handle, self.vmar = calls.process_create(small.job, "victim")
        self.thread_handle = calls.thread_create(self.handle, "main")
        calls.process_start(self.handle, self.thread_handle, 0, 0, calls.event_create(), 0)
        table = small.process.handles
        self.process, self.thread = table.get(self.handle).object, table.get(self.thread_handle).object


@pytest.fixture
def victim(small):
    return Victim(small)


def reports(calls, port):
    """What waits in a port: (key, what happened)."""
    found = []
    with contextlib.suppress(KernelError):
        while True:
            packet = calls.port_wait(port)
            found.append((packet["key"], packet["exception"]))
    return found


def test_the_ports_are_asked_in_their_order(small, victim):
    calls = small.calls
    port = calls.port_create(0)
    calls.task_bind_exception_port(0, port, 4)
    calls.task_bind_exception_port(victim.handle, port, 3)
    calls.task_bind_exception_port(victim.thread_handle, port, 2)
    calls.task_bind_exception_port(victim.handle, port, 1, 1)
    raise_exception(victim.thread)
    for _ in range(3):
        calls.task_resume(victim.thread_handle, 3)
    assert reports(calls, port) == [(key, FAULT) for key in (1, 2, 3, 4)]
    assert victim.process.state == RUNNING
    assert calls.object_get_info(victim.thread_handle, 10).records == [{"wait_exception_port_type": 4}]
    calls.task_resume(victim.thread_handle, 3)
    # Nobody is left: the process is killed, and its thread and itself are reported gone.
    assert victim.process.state == DEAD
    assert reports(calls, port) == [(2, "gone"), (1, "thread exiting"), (3, "gone"), (1, "gone")]
    small.machine.check()


def test_a_thread_that_faulted_and_runs_again_faults_again(small, victim):
    calls = small.calls
    port = calls.port_create(0)
    calls.task_bind_exception_port(victim.handle, port)
    raise_exception(victim.thread)
    calls.task_resume(victim.thread_handle, 1)
    assert reports(calls, port) == [(0, FAULT)] * 2
    small.machine.check()


def test_a_fault_that_nobody_takes_kills(small, victim):
    raise_exception(victim.thread)
    assert victim.process.state == DEAD and victim.process.return_code == -1


def test_closing_the_port_tries_the_next(small, victim):
    calls = small.calls
    first, last = calls.port_create(0), calls.port_create(0)
    calls.task_bind_exception_port(victim.thread_handle, first)
    calls.task_bind_exception_port(victim.handle, last)
    raise_exception(victim.thread)
    calls.handle_close(first)
    assert reports(calls, last) == [(0, FAULT)]
    calls.task_bind_exception_port(victim.handle, 0)
    assert victim.process.state == DEAD
    small.machine.check()


def test_an_unbound_port_lets_them_wait_quietly(small, victim):
    calls = small.calls
    port = calls.port_create(0)
    calls.task_bind_exception_port(victim.handle, port)
    raise_exception(victim.thread)
    live = small.machine.heap.live
    calls.task_bind_exception_port(victim.handle, 0, 0, 2)
    # The thread keeps what it waits for.
    assert victim.process.state == RUNNING and small.machine.heap.live == live
    small.machine.check()
    calls.task_resume(victim.thread_handle, 3)
    assert small.machine.heap.leaked == 0
    assert victim.process.state == DEAD
    small.machine.check()


def test_threads_that_wait_for_the_system_are_left_alone(small, victim):
    calls = small.calls
    port = calls.port_create(0)
    calls.task_bind_exception_port(0, port)
    raise_exception(victim.thread)
    live = small.machine.heap.live
    calls.handle_close(port)
    # The port and the report that nobody read are gone, what the thread waits for is not.
    assert victim.process.state == RUNNING and live - small.machine.heap.live == 192 + 128
    calls.task_kill(victim.handle)
    assert small.machine.heap.leaked == 0
    small.machine.check()


def test_a_debugger_sees_threads_start(small):
    calls = small.calls
    port = calls.port_create(0)
    process, _ = calls.process_create(small.job, "p")
    thread = calls.thread_create(process, "t")
    calls.task_bind_exception_port(process, port, 5, 1)
    calls.process_start(process, thread, 0, 0, calls.event_create(), 0)
    assert reports(calls, port) == [(5, "thread starting")]
    assert calls.object_get_info(thread, 11).records[0]["exception"] == "thread starting"
    calls.task_resume(thread, 1)
    refused("ERR_BAD_STATE", calls.task_resume, thread, 1)
    refused("ERR_BAD_STATE", calls.object_get_info, thread, 11)
    small.machine.check()


def test_a_bound_port_keeps_its_task_until_it_is_closed(small, victim):
    calls = small.calls
    port = calls.port_create(0)
    calls.task_bind_exception_port(victim.thread_handle, port)
    live = small.machine.heap.live
    # The last handle of a running thread that a port keeps does not kill it.
    calls.handle_close(victim.thread_handle)
    assert victim.thread.state == RUNNING and small.machine.heap.live == live
    calls.handle_close(port)
    assert victim.thread.state == DEAD and victim.process.state == DEAD
    small.machine.check()


def test_tasks_show_when_they_end(small, victim):
    calls = small.calls
    refused("ERR_TIMED_OUT", calls.object_wait_one, victim.handle, 8)
    refused("ERR_TIMED_OUT", calls.object_wait_one, small.job, 8)
    calls.task_kill(victim.handle)
    assert calls.object_wait_one(victim.handle, 8) == calls.object_wait_one(victim.thread_handle, 8) == 8
    job = calls.job_create(small.job)
    assert calls.object_wait_one(job, 0x18) == 0x18
    child, _ = calls.process_create(job, "p")
    assert calls.object_wait_one(job, 0x10) == 0x10
    calls.job_create(job)
    refused("ERR_TIMED_OUT", calls.object_wait_one, job, 0x18)
    calls.task_kill(child)
    assert calls.object_wait_one(job, 8) == 8


def step(random, calls, tasks, ports):
    """One random call on tasks and exception ports."""
    deal = random.randrange(11)
    task = random.choice(tasks) if tasks else 0
    port = random.choice(ports) if ports else 0
    if deal == 0:
        ports.append(calls.port_create(0))
    elif deal == 1:
        tasks.extend(calls.process_create(random.choice(tasks[:1]), "p")[:1])
    elif deal == 2:
        tasks.append(calls.thread_create(task, "t"))
    elif deal == 3:
        thread = random.choice(tasks)
        if random.randrange(2):
            calls.process_start(task, thread, 0, 0, calls.event_create(), 0)
        else:
            calls.thread_start(thread, 0, 0, 0, 0)
    elif deal in (4, 5):
        calls.task_bind_exception_port(task, random.choice((port, port, port, 0)), 1, random.choice((0, 0, 1, 2)))
    elif deal == 6:
        handle = calls.process.handles.get(task)
        if handle is not None and isinstance(handle.object, Thread) and handle.object.state == RUNNING:
            raise_exception(handle.object)
    elif deal == 7:
        calls.task_resume(task, random.choice((1, 3)))
    elif deal == 8:
        calls.port_wait(port)
    elif deal == 9 and random.randrange(2) and len(tasks) > 1:
        calls.task_kill(random.choice(tasks[1:]))
    elif random.randrange(3) == 0:
        closing = random.choice((tasks, ports))
        if len(closing) > 1:
            calls.handle_close(closing.pop(random.randrange(1, len(closing))))


@pytest.mark.parametrize("seed", range(40))
def test_what_exists_is_what_is_counted(seed):
    random, small = Random(seed), Small()
    tasks, ports = [small.calls.job_create(small.job)], []
    for _ in range(150):
        with contextlib.suppress(KernelError):
            step(random, small.calls, tasks, ports)
        small.machine.check()
    for value in ports:
        small.calls.handle_close(value)
    small.calls.task_kill(tasks[0])
    for value in tasks:
        if small.process.handles.get(value) is not None:
            small.calls.handle_close(value)
    small.machine.check()
    assert len(small.machine.processes) == 1
