"""The kernel's own address space: where the stacks of user threads and the rings of sockets go.

    first free address
    | guard  stack   stack  guard | ring of a socket: 256 KiB, no page present | guard  stack ...
      4 KiB  4 KiB   4 KiB  4 KiB

Areas are placed lowest fit first and without gaps. A stack's two pages are present from when its thread is made, so
stacks need page tables: one for each 2 MiB of addresses, which is 128 stacks. What a ring holds the kernel reads and
writes through its VMO, so a ring needs addresses and no tables; but it moves later stacks on.

Where the first area goes is where it went on the machine that the project was measured on, after the mappings that
booting makes (docs/kernel-memory.md).

Rules: `kernel/lib/magenta/user_thread.cpp` (allocate_stack), `kernel/lib/magenta/socket_dispatcher.cpp` (CBuf::Init).
"""

from __future__ import annotations

from kshell.kernel.abi import ERR_NO_MEMORY, KERNEL_STACK_PAGES, PAGE_SHIFT, PAGE_SIZE, KernelError
from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.page_tables import KERNEL_LEVELS, PageTables
from kshell.kernel.physmem import PhysicalMemory
from kshell.kernel.region_list import Region, RegionList

# The last 2 MiB window that booting maps something in, and what it takes of it.
FIRST_WINDOW = 0xFFFFFF9013E00000
BOOT_BYTES = 0x8000
SPACE_SIZE = 0x6000000000
# A guard page on each side of a stack.
STACK_AREA = (KERNEL_STACK_PAGES + 2) * PAGE_SIZE
RING_AREA = 256 << 10


@mypyc_attr(allow_interpreted_subclasses=True)
class Area(Region):
    """A stretch of the kernel's addresses: a stack with its guards, or a socket's ring."""

    __slots__ = ("base", "size")

    def __init__(self, base: int, size: int) -> None:
        self.base = base
        self.size = size

    def move(self, base: int, size: int) -> None:
        raise AssertionError("an area stays where it is")

    @property
    def pages(self) -> tuple[int, int]:
        """The page numbers between the guards: those of the stack."""
        return (self.base >> PAGE_SHIFT) + 1, (self.end >> PAGE_SHIFT) - 1


@mypyc_attr(allow_interpreted_subclasses=True)
class KernelSpace:
    """The areas, and the page tables of those that are present.

    Invariant: a page is present exactly when it is a stack's, or the one that stands for what booting mapped.
    """

    __slots__ = ("areas", "tables")

    def __init__(self, physmem: PhysicalMemory) -> None:
        """Raises ValueError when there is no room for the tables."""
        self.areas = RegionList(FIRST_WINDOW + BOOT_BYTES, SPACE_SIZE)
        self.tables = PageTables(physmem, KERNEL_LEVELS)
        try:
            self.tables.add(FIRST_WINDOW >> PAGE_SHIFT, (FIRST_WINDOW >> PAGE_SHIFT) + 1)
        except KernelError as error:
            raise ValueError("the machine has no memory for the kernel's page tables") from error

    def place_stack(self) -> Area:
        """An area for a stack, its pages present. Raises ERR_NO_MEMORY."""
        area = self._place(STACK_AREA)
        try:
            self.tables.add(*area.pages)
        except KernelError:
            self.areas.remove(area)
            raise
        return area

    def free_stack(self, area: Area) -> None:
        """Takes a stack's area away."""
        self.tables.remove(*area.pages)
        self.areas.remove(area)

    def place_ring(self) -> Area:
        """An area for a socket's ring. Raises ERR_NO_MEMORY."""
        return self._place(RING_AREA)

    def free_ring(self, area: Area) -> None:
        """Takes a ring's area away."""
        self.areas.remove(area)

    def _place(self, size: int) -> Area:
        base = self.areas.lowest_gap(size)
        if base is None:
            raise KernelError(ERR_NO_MEMORY, f"the kernel's address space has no room for {size:#x} bytes more")
        area = Area(base, size)
        self.areas.insert(area)
        return area
