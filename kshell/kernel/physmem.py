"""Physical memory: one arena of page frames, who uses them, and what happens when there are none left.

    0x100000                                                     0x100000 + size
    | wired | heap | mmu | alloc | object: pages of VMOs, kernel stacks | free |

Only counts matter to the rest of the kernel: a page is taken from `free` and given back. Which frame a page
is in can only be seen through MX_VMO_OP_LOOKUP and `k pmm`, so a frame gets its address when somebody asks
for it, lowest first and last freed first, as the kernel's free list hands them out.

Rules: docs/kernel-rules.md 5; `kernel/kernel/vm/pmm.cpp`, `pmm_arena.cpp`.
"""

from __future__ import annotations

from kshell.kernel.abi import ERR_NO_MEMORY, PAGE_SHIFT, KernelError
from kshell.kernel.compiling import mypyc_attr

ARENA_BASE = 0x100000
# What the platform keeps of the machine's memory: below the arena, and the firmware's tables at its top.
# A 2 GiB machine shows an arena of 0x7fedf000 bytes.
RESERVED = (2 << 30) - 0x7FEDF000
STATES = ("free", "alloc", "wired", "heap", "object", "mmu")


@mypyc_attr(allow_interpreted_subclasses=True)
class PhysicalMemory:
    """The frames of the machine, counted by state.

    Invariant: free + alloc + wired + heap + object + mmu == total, none of them negative.
    """

    __slots__ = ("total", "free", "alloc", "wired", "heap", "object", "mmu", "_next_frame", "_named_free")

    def __init__(self, memory: int) -> None:
        """`memory` bytes of RAM. Raises ValueError when that is too little to hold the kernel."""
        self.total = (memory - RESERVED) >> PAGE_SHIFT
        if self.total < 1:
            raise ValueError(f"a machine needs more than {RESERVED} bytes of memory")
        self.free = self.total
        self.alloc = self.wired = self.heap = self.object = self.mmu = 0
        self._next_frame = 0
        self._named_free: list[int] = []

    @property
    def size(self) -> int:
        """Bytes of the arena: what mx_system_get_physmem returns."""
        return self.total << PAGE_SHIFT

    def reserve(self, state: str, pages: int) -> None:
        """Moves `pages` free frames to `state` ("wired", "heap", "mmu", "alloc" or "object"), as booting does."""
        if pages > self.free:
            raise ValueError(f"the machine has {self.free} free pages, not the {pages} that {state} needs")
        self.free -= pages
        setattr(self, state, getattr(self, state) + pages)

    def take(self, pages: int) -> None:
        """Takes `pages` frames for a kernel object: all of them, or ERR_NO_MEMORY and none."""
        if pages > self.free:
            raise out_of_memory(pages, self.free)
        self.free -= pages
        self.object += pages

    def give(self, pages: int) -> None:
        """Frees `pages` frames of a kernel object."""
        self.free += pages
        self.object -= pages

    def take_for(self, state: str, pages: int) -> None:
        """Takes `pages` frames, which must be free, for `state` ("heap" or "mmu")."""
        self.free -= pages
        setattr(self, state, getattr(self, state) + pages)

    def give_from(self, state: str, pages: int) -> None:
        """Frees `pages` frames of `state`."""
        self.free += pages
        setattr(self, state, getattr(self, state) - pages)

    def name_frame(self) -> int:
        """The physical address of a taken frame that had no address yet."""
        if self._named_free:
            return self._named_free.pop()
        address = ARENA_BASE + (self._next_frame << PAGE_SHIFT)
        self._next_frame += 1
        return address

    def name_row(self, pages: int, alignment: int) -> list[int]:
        """The physical addresses of `pages` taken frames that had none, in a row from a multiple of 2^`alignment` on.

        Where so many others have their addresses that no row is left, they are the lowest that are.
        """
        step = max(1, 1 << alignment >> PAGE_SHIFT)
        offset = ARENA_BASE >> PAGE_SHIFT
        first = -(-(self._next_frame + offset) // step) * step - offset
        if first + pages > self.total:
            return [self.name_frame() for _ in range(pages)]
        # Those that are passed over are named next, lowest first.
        passed = range(first - 1, self._next_frame - 1, -1)
        self._named_free[:0] = (ARENA_BASE + (frame << PAGE_SHIFT) for frame in passed)
        self._next_frame = first + pages
        return [ARENA_BASE + (frame << PAGE_SHIFT) for frame in range(first, first + pages)]

    def name_from(self, frame: int) -> None:
        """The first frame to be named is the one after the `frame` lowest, which booting took."""
        self._next_frame = frame

    def unname_frame(self, address: int) -> None:
        """The frame at `address` is free again: the next name given is this one."""
        self._named_free.append(address)

    def check(self) -> None:
        """Raises AssertionError when the states do not add up to the arena."""
        counts = {state: getattr(self, state) for state in STATES}
        assert all(count >= 0 for count in counts.values()), f"physical memory: a state is negative: {counts}"
        assert sum(counts.values()) == self.total, f"physical memory: {counts} do not add up to {self.total} pages"


def out_of_memory(wanted: int, free: int) -> KernelError:
    """ERR_NO_MEMORY for `wanted` pages when `free` are left."""
    pages = "page" if wanted == 1 else "pages"
    return KernelError(
        ERR_NO_MEMORY,
        f"physical memory is full: {wanted} {pages} wanted, {free} free; kill a process, close or decommit a VMO",
    )
