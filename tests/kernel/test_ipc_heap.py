"""Blocks are taken and given back, or lost, as the real kernel does; a random walk weighs them after each call."""

import contextlib
from random import Random

import pytest

from kshell.kernel.abi import OBJ_TYPE_CHANNEL as CHANNEL
from kshell.kernel.abi import OBJ_TYPE_EVENT as EVENT
from kshell.kernel.abi import OBJ_TYPE_EVENT_PAIR as PAIR
from kshell.kernel.abi import OBJ_TYPE_FIFO as FIFO
from kshell.kernel.abi import OBJ_TYPE_IOPORT as PORT
from kshell.kernel.abi import OBJ_TYPE_IOPORT2 as PORT2
from kshell.kernel.abi import OBJ_TYPE_SOCKET as SOCKET
from kshell.kernel.abi import OBJ_TYPE_WAIT_SET as WAIT_SET
from kshell.kernel.abi import KernelError
from kshell.kernel.copy import copy_machine
from tests.kernel.support import Small

READABLE, WRITABLE, PEER_CLOSED, SIGNALED, USER0 = 1, 2, 4, 8, 1 << 24
SAME = 0x80000000


class Walk:
    """A process that makes random calls, most of them with handles of the right type."""

    def __init__(self, seed, calls):
        self.random = Random(seed)
        self.calls = calls
        self.handles = []

    def pick(self, *types):
        """A handle, mostly to one of `types`."""
        table = self.calls.process.handles
        self.handles = [value for value in self.handles if table.get(value) is not None]
        fitting = [value for value in self.handles if table.get(value).object.type in types]
        return self.random.choice((fitting if self.random.randrange(12) else self.handles) or [0])

    def step(self):
        """One call. Raises KernelError where it is refused."""
        calls, pick, choice, number = self.calls, self.pick, self.random.choice, self.random.randrange
        signals = choice((READABLE, WRITABLE, PEER_CLOSED, SIGNALED, USER0, READABLE | PEER_CLOSED))
        if number(5) == 0:
            deal = number(6)
            if deal == 0:
                made = [calls.event_create()]
            elif deal == 1:
                made = choice((calls.channel_create, calls.socket_create))()
            elif deal == 2:
                made = calls.eventpair_create()
            elif deal == 3:
                made = calls.fifo_create(1 << number(6), choice((1, 8, 24)))
            elif deal == 4:
                made = [calls.port_create(number(2))]
            else:
                made = [choice((calls.waitset_create, calls.log_create))()]
            self.handles.extend(made)
        elif number(6) == 0:
            if self.handles:
                calls.handle_close(self.handles.pop(number(len(self.handles))))
        else:
            waitable = (CHANNEL, EVENT, SOCKET, PAIR, FIFO)
            deal = number(16)
            if deal == 0:
                sent = [pick(*waitable, PORT, PORT2) for _ in range(number(3))]
                calls.channel_write(pick(CHANNEL), bytes(number(300)), sent)
            elif deal == 1:
                self.handles.extend(calls.channel_read(pick(CHANNEL), number(2), choice((20, 65536)))[1])
            elif deal == 2:
                calls.socket_write(pick(SOCKET), choice((0, 0, 0, 1)), bytes(choice((0, 1, 5000, 70000, 262144))))
            elif deal == 3:
                calls.socket_read(pick(SOCKET), 0, choice((1, 5000, 300000)))
            elif deal == 4:
                calls.fifo_write(pick(FIFO), bytes(choice((8, 24, 100))))
            elif deal == 5:
                calls.fifo_read(pick(FIFO), choice((8, 24, 100)))
            elif deal == 6:
                calls.port_queue(pick(PORT, PORT2), b"", choice((0, 0, 16, 40, 128)))
            elif deal == 7:
                calls.port_wait(pick(PORT, PORT2), 0, choice((0, 0, 16, 128)))
            elif deal == 8:
                calls.port_bind(pick(PORT), 7, pick(CHANNEL, SOCKET), choice((signals, READABLE | PEER_CLOSED)))
            elif deal in (9, 10):
                calls.object_wait_async(pick(*waitable), pick(PORT2), number(3), signals, number(2))
            elif deal == 11:
                calls.port_cancel(pick(PORT2), pick(*waitable), number(3))
            elif deal == 12:
                call = choice((calls.object_signal, calls.object_signal_peer))
                call(pick(*waitable), choice((0, signals)), choice((0, signals)))
            elif deal == 13:
                calls.waitset_add(pick(WAIT_SET), number(4), pick(*waitable), signals)
            elif deal == 14:
                calls.waitset_remove(pick(WAIT_SET), number(4))
            else:
                value = pick(*waitable, PORT, PORT2)
                self.handles.append(choice((calls.handle_duplicate, calls.handle_replace))(value, SAME))


@pytest.mark.parametrize("seed", range(30))
def test_what_is_live_is_what_exists(seed):
    small = Small()
    walk = Walk(seed, small.calls)
    for _ in range(300):
        with contextlib.suppress(KernelError):
            walk.step()
        small.machine.check()
    small.machine.check()
    twin, process = copy_machine(small.machine, small.process)
    twin.check()
    twin.check()
    assert twin.heap.live == small.machine.heap.live
    for value, _ in list(process.handles):
        if value not in (small.me, small.vmar, small.job, small.thread):
            process.handles.close(value)
    twin.check()


def weigh(small, call, *arguments):
    """By how much the live bytes grow in a call."""
    before = small.machine.heap.live
    result = call(*arguments)
    small.grown = small.machine.heap.live - before
    return result


def test_a_wait_that_fires_at_once_is_lost_with_its_port(small):
    calls, heap = small.calls, small.machine.heap
    event, port = calls.event_create(), calls.port_create(1)
    calls.object_signal(event, 0, SIGNALED)
    calls.object_wait_async(event, port, 1, SIGNALED, 0)
    calls.handle_close(event)
    assert heap.leaked == 0
    assert calls.port_wait(port, 0, 0)["observed"] == SIGNALED
    assert heap.leaked == 160
    calls.handle_close(port)
    assert heap.leaked == 320


def test_a_wait_keeps_a_closed_port_until_its_next_signal(small):
    calls = small.calls
    event, port = calls.event_create(), calls.port_create(1)
    calls.object_wait_async(event, port, 1, SIGNALED, 1)
    weigh(small, calls.handle_close, port)
    assert small.grown == 0
    weigh(small, calls.object_signal, event, 0, SIGNALED)
    assert small.grown == -320


def test_user_packets_of_a_closed_port_v2_are_lost_and_of_a_v1_freed(small):
    calls, heap = small.calls, small.machine.heap
    first, second = calls.port_create(0), calls.port_create(1)
    for _ in range(3):
        calls.port_queue(first, b"", 40)
        calls.port_queue(second, b"", 0)
    weigh(small, calls.handle_close, first)
    assert small.grown == -192 - 3 * 88 and heap.leaked == 0
    weigh(small, calls.handle_close, second)
    assert small.grown == -160 and heap.leaked == 3 * 88


def test_a_signal_that_was_not_read_is_lost_with_its_port_v1(small):
    calls, heap = small.calls, small.machine.heap
    port, (near, far) = calls.port_create(0), calls.channel_create()
    calls.port_bind(port, 1, far, READABLE | PEER_CLOSED)
    calls.channel_write(near, b"", [])
    calls.channel_write(near, b"", [])
    assert calls.port_wait(port, 0)["signals"] == READABLE
    calls.handle_close(near)
    weigh(small, calls.handle_close, port)
    # The first was signalled twice and read once.
    assert small.grown == 0 and heap.leaked == 2 * 96
    weigh(small, calls.handle_close, far)
    assert small.grown == -224 - 2 * 56 - 304 - 192


def test_the_end_of_an_event_pair_that_closes_first_frees_nothing(small):
    calls = small.calls
    near, far = weigh(small, calls.eventpair_create)
    assert small.grown == 384
    weigh(small, calls.handle_close, near)
    assert small.grown == 0
    # It is still there to be signalled.
    calls.object_signal_peer(far, 0, SIGNALED)
    assert calls.object_wait_one(far, PEER_CLOSED) == PEER_CLOSED
    weigh(small, calls.handle_close, far)
    assert small.grown == -384


def test_a_ring_keeps_its_pages_and_holds_one_byte_less(small):
    calls = small.calls
    near, far = weigh(small, calls.socket_create)
    assert small.grown == 1312
    pages = small.machine.physmem.object
    assert weigh(small, calls.socket_write, near, 0, bytes(300000)) == 262143
    assert small.grown == 4 * 192 and small.machine.physmem.object == pages + 64
    assert calls.socket_read(far, 0, 1 << 20)[1] == 262143
    assert small.machine.physmem.object == pages + 64
    weigh(small, calls.handle_close, near)
    assert small.grown == -656
    weigh(small, calls.handle_close, far)
    assert small.grown == -656 - 4 * 192 and small.machine.physmem.object == pages


def test_handles_that_arrive_lose_their_waits(small):
    calls = small.calls
    port, event, (near, far) = calls.port_create(1), calls.event_create(), calls.channel_create()
    calls.object_wait_async(event, port, 1, SIGNALED, 0)
    weigh(small, calls.channel_write, near, b"", [event])
    assert small.grown == 64
    weigh(small, calls.channel_read, far)
    assert small.grown == -64 - 160


def test_a_refused_bind_leaves_its_block_with_the_port(small):
    calls = small.calls
    port = calls.port_create(0)
    calls.task_bind_exception_port(small.me, port)
    before = small.machine.heap.live
    with pytest.raises(KernelError):
        calls.task_bind_exception_port(small.me, port)
    assert small.machine.heap.live == before + 136
    calls.task_bind_exception_port(small.me, 0)
    assert small.machine.heap.live == before
    weigh(small, calls.handle_close, port)
    assert small.grown == -192 - 136
