"""Physical memory: what a machine of a size has, and in which order frames get their addresses."""

import pytest

from kshell.kernel.abi import KernelError
from kshell.kernel.physmem import ARENA_BASE, RESERVED, PhysicalMemory

P = 4096


def test_a_machine_of_two_gibibytes_has_the_arena_of_the_document():
    memory = PhysicalMemory(2 << 30)
    assert memory.size == 0x7FEDF000 and memory.total == memory.free == 0x7FEDF
    memory.check()


@pytest.mark.parametrize("memory", [0, RESERVED, RESERVED + P - 1])
def test_less_than_a_page_beside_what_is_reserved_is_no_machine(memory):
    with pytest.raises(ValueError, match="more than"):
        PhysicalMemory(memory)
    assert PhysicalMemory(RESERVED + P).free == 1


def test_taking_is_all_or_nothing():
    memory = PhysicalMemory(RESERVED + 10 * P)
    memory.take(4)
    assert (memory.free, memory.object) == (6, 4)
    with pytest.raises(KernelError) as caught:
        memory.take(7)
    assert caught.value.name == "ERR_NO_MEMORY" and "7 pages wanted, 6 free" in caught.value.reason
    assert (memory.free, memory.object) == (6, 4)
    memory.give(3)
    assert (memory.free, memory.object) == (9, 1)
    memory.take(9)
    with pytest.raises(KernelError, match="1 page wanted, 0 free"):
        memory.take(1)
    memory.check()


def test_booting_moves_pages_to_a_state_and_not_more_than_there_are():
    memory = PhysicalMemory(RESERVED + 10 * P)
    memory.reserve("wired", 6)
    memory.reserve("mmu", 1)
    assert (memory.free, memory.wired, memory.mmu) == (3, 6, 1)
    with pytest.raises(ValueError, match="3 free pages, not the 4 that heap needs"):
        memory.reserve("heap", 4)
    memory.check()


def test_frames_are_named_from_the_lowest_that_booting_left_and_the_last_freed_first():
    memory = PhysicalMemory(RESERVED + 100 * P)
    memory.reserve("wired", 6)
    # What `alloc` holds lies anywhere.
    memory.reserve("alloc", 3)
    memory.name_from(6)
    first, second, third = (memory.name_frame() for _ in range(3))
    assert (first, second, third) == (ARENA_BASE + 6 * P, ARENA_BASE + 7 * P, ARENA_BASE + 8 * P)
    memory.unname_frame(first)
    memory.unname_frame(third)
    assert [memory.name_frame() for _ in range(3)] == [third, first, ARENA_BASE + 9 * P]


@pytest.mark.parametrize(("state", "change"), [("free", 1), ("object", -1), ("heap", 5)])
def test_counts_that_do_not_add_up_are_noticed(state, change):
    memory = PhysicalMemory(RESERVED + 10 * P)
    setattr(memory, state, getattr(memory, state) + change)
    with pytest.raises(AssertionError, match="physical memory"):
        memory.check()


def test_a_negative_count_is_noticed_even_when_the_sum_is_right():
    memory = PhysicalMemory(RESERVED + 10 * P)
    memory.give(1)
    with pytest.raises(AssertionError, match="negative"):
        memory.check()
