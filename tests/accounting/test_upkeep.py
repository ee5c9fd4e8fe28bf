"""What the kernel keeps of objects is paid for by those who hold them, once."""

import pytest

from kshell.accounting.bills import Bills
from kshell.accounting.sharing import exact
from kshell.accounting.upkeep import reach_of, upkeep
from kshell.kernel import heap
from tests.accounting.houses import PAGE, House
from tests.steps import growth

NODE = heap.PAGE_LIST_NODE
THREAD = heap.THREAD + heap.USER_THREAD + heap.KERNEL_STACK
VMO, DISPATCHER = heap.VMO, heap.VMO_DISPATCHER


@pytest.fixture
def house():
    found = House()
    yield found
    found.close()


def kernel(house):
    """{payer: its part of the kernel's memory in bytes}"""
    rows = Bills(house.machine, "owner", "process").rows
    return {key: exact(bill.kernel) for key, bill in rows.items()}


def grown(before, after, key):
    return after.get(key, 0) - before.get(key, 0)


def test_an_event_is_paid_for_by_all_who_hold_it(house):
    other, _, _ = house.running()
    before = kernel(house)
    event = house.calls.event_create()
    alone = kernel(house)
    assert grown(before, alone, house.process) == heap.EVENT
    # Many handles of one process are one holder.
    again = house.calls.handle_duplicate(event, 0x80000000)
    assert kernel(house) == alone
    other.handles.add(house.process.handles.take(again))
    both = kernel(house)
    assert grown(before, both, house.process) == grown(before, both, other) == heap.EVENT / 2
    house.forget(event)
    assert grown(before, kernel(house), other) == heap.EVENT


def test_a_parent_without_a_handle_goes_with_its_clone(house):
    before = kernel(house)
    parent = house.vmo(1, 1)
    clone = house.clone(parent, 0, 1)
    house.forget(parent)
    after = kernel(house)
    assert grown(before, after, house.process) == 2 * VMO + DISPATCHER + NODE
    process = house.start(clone)
    half = kernel(house)
    house.forget(clone)
    # The mapping alone keeps both now, so the process that has it pays for both.
    last = kernel(house)
    assert grown(half, last, process) == (2 * VMO + NODE) - (2 * VMO + DISPATCHER + NODE) / 2


def test_what_travels_is_nobodys(house):
    end, other = house.calls.channel_create()
    event = house.calls.event_create()
    before = kernel(house)
    house.calls.channel_write(end, b"", [event])
    sent = kernel(house)
    # The message is the end's that holds it, and the event is in it.
    assert grown(before, sent, "in unread messages only") == heap.EVENT
    assert grown(before, sent, house.process) == heap.message(0, 1) - heap.EVENT
    house.calls.channel_read(other, 0, 0, 1)
    assert kernel(house) == before


def test_a_thread_pays_with_its_process_and_what_is_dead_with_its_holder(house):
    process, value, vmar = house.running()
    thread = house.calls.thread_create(value, "second")
    alive = kernel(house)
    # Whoever has handles to it, a process that lives pays for itself.
    assert alive[process] >= heap.PROCESS + 2 * (THREAD + 2 * PAGE) + PAGE
    house.calls.task_kill(value)
    dead = kernel(house)
    assert process not in dead
    assert grown(alive, dead, house.process) >= heap.PROCESS + THREAD + 2 * PAGE
    house.forget(value, thread, vmar)
    gone = kernel(house)
    # The first thread has a handle still, which keeps the process.
    assert dead[house.process] - gone[house.process] == THREAD + 2 * PAGE + heap.VMAR + heap.VMAR_DISPATCHER


def test_all_that_is_kept_is_paid_for_once(house):
    house.start(house.vmo(2, 1))
    house.calls.socket_write(house.calls.socket_create()[0], 0, b"x")
    machine = house.machine
    entries = upkeep(machine, reach_of(machine))
    assert all(payers for payers, _ in entries) and len({id(payers) for payers, _ in entries}) == len(entries)
    tables = sum(1 + len(process.aspace.tables) for process in machine.processes.values())
    pages = tables + 2 * sum(process.thread_objects for process in machine.processes.values()) + 1
    assert sum(size for _, size in entries) == machine.heap.live - machine.heap.base + pages * PAGE


def test_regions_of_an_address_space_are_blocks_however_many_they_are(house):
    def rows():
        found = Bills(house.machine, "owner", "vmo").rows
        return [exact(found[name].kernel) for name in ("heap, other objects", "processes' tables")]

    vmo = house.vmo(1)
    blocks, tables = rows()
    for _ in range(100):
        house.calls.vmar_map(house.vmar, 0, vmo, 0, PAGE, 1)
    assert rows() == [blocks + 100 * heap.MAPPING, tables]


def test_parents_that_the_same_processes_keep_are_added_up_before_they_are_shared_out():
    def bills(count):
        house = House()
        vmo = house.vmo(1, 1)
        for _ in range(count):
            clone = house.clone(vmo, 0, 1)
            house.forget(vmo)
            vmo = clone
        for _ in range(count):
            house.start(vmo)
        return lambda: Bills(house.machine, "owner", "process")

    assert growth(bills, 20, 600) < 2
