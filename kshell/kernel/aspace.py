"""An address space: page tables, and how much is mapped.

    present    virtual pages the CPU can reach without asking the kernel
    writable   those of them it can also write

What the kernel knows, the tree of VMARs and mappings, is the process's root VMAR (`vmar.py`), which keeps the counts.

Rules: docs/kernel-rules.md 4.1; `kernel/kernel/vm/vm_aspace.cpp`.
"""

from __future__ import annotations

from kshell.kernel.pages import PageSet
from kshell.kernel.system import System

TYPE_CHECKING = False
if TYPE_CHECKING:
    from random import Random


class AddressSpace:
    """A process's page tables, two sets of virtual page numbers: an access to what is missing there is a page fault.

    Invariants: writable is part of present; every present page lies in a mapping; `mapped_bytes` is the sum of the
    sizes of all mappings, `mapping_count` and `vmar_count` the numbers of mappings and of VMARs, the root included.
    """

    __slots__ = ("system", "mapped_bytes", "mapping_count", "vmar_count", "present", "writable", "random", "address")

    def __init__(self, system: System, random: Random | None = None) -> None:
        """`random` draws addresses for new regions; with None the lowest that fits is chosen."""
        self.system = system
        self.mapped_bytes = 0
        self.mapping_count = 0
        self.vmar_count = 0
        self.present = PageSet()
        self.writable = PageSet()
        self.random = random
        self.address = system.kernel_address()

    def clear(self) -> None:
        """Empties the page tables."""
        self.present.clear()
        self.writable.clear()

    def unmap_pages(self, start: int, end: int) -> None:
        """Takes the virtual pages [start, end) (page numbers) out of the page tables."""
        if self.present:
            self.present.remove_range(start, end)
            if self.writable:
                self.writable.remove_range(start, end)

    def random_index(self, total: int) -> int:
        """A uniform index in [0, total), from the generator of this address space."""
        assert self.random is not None
        return self.random.randrange(total)
