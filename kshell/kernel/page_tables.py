"""Page tables: the pages that the kernel needs to make other pages reachable.

    PML4  one page for each address space, from its first moment
    `- PDP   one for each 512 GiB in which a page is present
       `- PD    one for each 1 GiB
          `- PT    one for each 2 MiB

A table comes with the first present page of its window and goes with the last. All user pages are entries of 4 KiB;
nothing is allocated ahead, so a mapping costs no table until somebody touches it. In the kernel's own address space the
upper two levels are part of its image.

Rules: docs/kernel-memory.md; `kernel/arch/x86/mmu.cpp` (x86_mmu_add_mapping, x86_mmu_remove_mapping).
"""

from __future__ import annotations

from kshell.kernel.abi import KernelError
from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.pages import PageSet
from kshell.kernel.physmem import PhysicalMemory, out_of_memory
from kshell.kernel.windows import Windows

# 512 entries in each table.
ENTRY_BITS = 9
USER_LEVELS = 3
KERNEL_LEVELS = 2


@mypyc_attr(allow_interpreted_subclasses=True)
class PageTables:
    """The present pages of an address space, and the tables below its top one.

    Invariants: `levels` are PT, PD and so on upwards, each the windows of 512 of what is below it; physical memory is
    charged one page in state mmu for each window of each level.
    """

    __slots__ = ("present", "levels", "_physmem", "_last")

    def __init__(self, physmem: PhysicalMemory, levels: int = USER_LEVELS) -> None:
        """Empty tables of so many `levels` below the top one, which the owner charges."""
        self.present = PageSet()
        self.levels = [Windows(ENTRY_BITS) for _ in range(levels)]
        self._physmem = physmem
        # A window of the lowest level that is known to have its table.
        self._last = -1

    def __len__(self) -> int:
        """How many pages the tables take, the top one not counted."""
        return sum(map(len, self.levels))

    def missing(self, start: int, end: int) -> int:
        """How many tables more it would take to make all pages of [start, end), which is not empty, present."""
        total = 0
        for level in self.levels:
            count = level.missing(start, end)
            if not count:
                break
            total += count
            start, end = start >> ENTRY_BITS, ((end - 1) >> ENTRY_BITS) + 1
        return total

    def add(self, start: int, end: int) -> int:
        """Makes the pages [start, end) present; returns how many were not. Raises ERR_NO_MEMORY where there is no room
        for the tables, and nothing is changed then; the reference kernel panics there."""
        window = start >> ENTRY_BITS
        if end - start == 1:
            # One page is the most common by far, mostly in a window that has its table.
            if not self.present.add(start):
                return 0
            if window != self._last:
                if window not in self.levels[0].occupied:
                    try:
                        self._grow(self.missing(start, end), start, end)
                    except KernelError:
                        self.present.discard(start)
                        raise
                self._last = window
            return 1
        missing = self.missing(start, end)
        if missing:
            self._grow(missing, start, end)
        self._last = window
        return self.present.add_range(start, end)

    def fill(self, runs: list[tuple[int, int]]) -> None:
        """Makes the pages of `runs`, which ascend, present in tables that are empty. Raises ERR_NO_MEMORY, and nothing
        is changed then."""
        present = members = PageSet.ascending(runs)
        occupied: list[PageSet] = []
        for level in self.levels:
            members = level.recount(members)
            occupied.append(members)
        count = sum(map(len, occupied))
        if count > self._physmem.free:
            raise out_of_memory(count, self._physmem.free)
        self._physmem.take_for("mmu", count)
        self.present = present
        for level, windows in zip(self.levels, occupied, strict=True):
            level.occupied = windows

    def _grow(self, missing: int, start: int, end: int) -> None:
        physmem = self._physmem
        if missing > physmem.free:
            raise out_of_memory(missing, physmem.free)
        physmem.free -= missing
        physmem.mmu += missing
        for level in self.levels:
            if not level.enter(start, end):
                break
            start, end = start >> ENTRY_BITS, ((end - 1) >> ENTRY_BITS) + 1

    def remove(self, start: int, end: int) -> None:
        """Makes the pages [start, end) absent, and frees the tables that are empty then."""
        members = self.present
        if not members.remove_range(start, end):
            return
        gone = 0
        for level in self.levels:
            count, start, end = level.leave(members, start, end)
            if not count:
                break
            gone += count
            members = level.occupied
        if gone:
            self._last = -1
            self._physmem.give_from("mmu", gone)

    def clear(self) -> None:
        """Makes all pages absent."""
        count = len(self)
        if count:
            self._physmem.give_from("mmu", count)
        self.present.clear()
        for level in self.levels:
            level.occupied.clear()
        self._last = -1

    def check(self, who: str) -> None:
        """Raises AssertionError unless there is exactly a table for each window that needs one."""
        members = self.present
        for level in self.levels:
            assert level.recount(members) == level.occupied, f"{who}: its page tables are not those of its pages"
            members = level.occupied
