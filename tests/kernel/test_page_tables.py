"""Page tables and the windows they stand on: a table for each window with a present page, whatever the ranges are."""

import random

import pytest

from kshell.kernel.abi import KernelError
from kshell.kernel.kernel_space import RING_AREA, STACK_AREA, KernelSpace
from kshell.kernel.page_tables import PageTables
from kshell.kernel.pages import PageSet
from kshell.kernel.physmem import RESERVED, PhysicalMemory
from kshell.kernel.windows import Windows

M2, G1, G512 = 1 << 9, 1 << 18, 1 << 27


def memory(pages=10_000):
    return PhysicalMemory(RESERVED + pages * 4096)


def naive(pages, levels=3):
    return sum(len({page >> 9 * level for page in pages}) for level in range(1, levels + 1))


@pytest.fixture
def tables():
    return PageTables(memory())


@pytest.mark.parametrize(
    ("pages", "count"),
    [
        ([0], 3),
        ([0, 1], 3),
        ([0, M2], 4),
        ([0, G1], 5),
        ([0, G512], 6),
        ([M2 - 1, M2], 4),
        ([G1 - 1, G1], 5),
        ([G512 - 1, G512], 6),
    ],
)
def test_a_page_needs_a_table_of_each_kind_for_its_windows(tables, pages, count):
    for page in pages:
        assert tables.add(page, page + 1) == 1
    assert len(tables) == count == naive(pages)
    tables.check("these")


def test_a_gibibyte_is_512_tables_and_two_above(tables):
    assert tables.missing(G1, 2 * G1) == 514
    assert tables.add(G1, 2 * G1) == G1
    assert len(tables) == 514 == tables._physmem.mmu
    tables.remove(G1, G1 + 3 * M2 // 2)
    assert len(tables) == 513
    tables.remove(G1, 2 * G1)
    assert len(tables) == 0 == tables._physmem.mmu


@pytest.mark.parametrize("seed", range(20))
def test_tables_are_those_of_the_pages_whatever_comes_and_goes(seed):
    chance = random.Random(seed)
    made, pages = PageTables(memory(100_000)), set()
    for _ in range(150):
        base = chance.choice([0, M2, G1, G512]) * chance.randrange(3) + chance.randrange(-3, 4)
        start = max(0, base)
        end = start + chance.choice([1, 1, 2, 5, M2 - 1, M2, M2 + 1, 3 * M2])
        if chance.random() < 0.5:
            expected = naive(pages | set(range(start, end))) - naive(pages)
            assert made.missing(start, end) == expected, f"seed {seed}"
            assert made.add(start, end) == len(set(range(start, end)) - pages)
            pages |= set(range(start, end))
        else:
            made.remove(start, end)
            pages -= set(range(start, end))
        assert len(made) == naive(pages) == made._physmem.mmu, f"seed {seed}"
        made.check("these")
    made.clear()
    assert len(made) == 0 == made._physmem.mmu and made._physmem.free == made._physmem.total


def test_without_memory_for_the_tables_nothing_becomes_present():
    made = PageTables(memory(4))
    made.add(0, 1)
    with pytest.raises(KernelError) as caught:
        made.add(G1, G1 + 1)
    assert caught.value.name == "ERR_NO_MEMORY"
    assert len(made.present) == 1 and made._physmem.free == 1
    made.check("these")


def test_a_table_too_few_is_noticed(tables):
    tables.add(0, M2 + 1)
    tables.levels[0].occupied.discard(1)
    with pytest.raises(AssertionError, match="the seventh: its page tables are not those of its pages"):
        tables.check("the seventh")


def test_windows_at_the_ends_stay_with_what_is_outside():
    windows, members = Windows(4), PageSet([(0, 100)])
    assert windows.enter(0, 100) == 7
    members.remove_range(10, 90)
    assert windows.leave(members, 10, 90) == (4, 1, 5)
    members.remove_range(0, 100)
    assert windows.leave(members, 0, 100) == (3, 0, 7) and not len(windows)


# The kernel's own


def test_stacks_share_a_table_of_the_kernel_by_128():
    physmem = memory()
    space = KernelSpace(physmem)
    before = physmem.mmu
    # The first window is mapped from boot, and booting has taken two stacks' room of it.
    stacks = [space.place_stack() for _ in range(126)]
    assert physmem.mmu == before
    stacks.append(space.place_stack())
    assert physmem.mmu == before + 1
    stacks += [space.place_stack() for _ in range(127)]
    assert physmem.mmu == before + 1
    stacks.append(space.place_stack())
    assert physmem.mmu == before + 2
    space.free_stack(stacks.pop())
    assert physmem.mmu == before + 1
    # A place that was freed is filled first.
    base = stacks[3].base
    space.free_stack(stacks[3])
    assert space.place_stack().base == base


def test_rings_take_addresses_and_no_tables_but_move_stacks_on():
    physmem = memory()
    space = KernelSpace(physmem)
    before = physmem.mmu
    rings = [space.place_ring() for _ in range(4000)]
    assert physmem.mmu == before and rings[1].base - rings[0].base == RING_AREA
    stacks = [space.place_stack() for _ in range(400)]
    # A thousand MiB of rings: the stacks lie in another GiB.
    assert physmem.mmu == before + 4 + 1
    for stack in stacks:
        space.free_stack(stack)
    for ring in rings:
        space.free_ring(ring)
    assert physmem.mmu == before and space.place_stack().base + STACK_AREA == space.place_stack().base
