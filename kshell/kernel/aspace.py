"""An address space: page tables, and how much is mapped.

    tables      virtual pages the CPU can reach without asking the kernel, and what the tables themselves take
    read_only   those of them it cannot write: where most pages are written there are few

What the kernel knows, the tree of VMARs and mappings, is the process's root VMAR (`vmar.py`), which keeps the counts.

Rules: docs/kernel-rules.md 4.1; `kernel/kernel/vm/vm_aspace.cpp`.
"""

from __future__ import annotations

from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.heap import ASPACE
from kshell.kernel.page_tables import PageTables
from kshell.kernel.pages import PageSet
from kshell.kernel.physmem import out_of_memory
from kshell.kernel.system import System

TYPE_CHECKING = False
if TYPE_CHECKING:
    from random import Random


@mypyc_attr(allow_interpreted_subclasses=True)
class AddressSpace:
    """A process's page tables: an access to what is missing there is a page fault.

    Invariants: read_only is part of what is present; every present page lies in a mapping; `mapped_bytes` is the sum of
    the sizes of all mappings, `mapping_count` and `vmar_count` the numbers of mappings and of VMARs, the root included.
    The object exists, with its top page table, as long as its process object or a VMAR object of it does: `users`
    counts them, destroyed VMARs that somebody holds included.
    """

    __slots__ = (
        "system", "mapped_bytes", "mapping_count", "vmar_count", "tables", "read_only", "random", "address", "users",
    )  # fmt: skip

    def __init__(self, system: System, random: Random | None = None) -> None:
        """`random` draws addresses for new regions; with None the lowest that fits is chosen. Raises ERR_NO_MEMORY,
        also where there is no page for the top table: the reference kernel panics then."""
        physmem = system.physmem
        system.heap.take(ASPACE)
        if not physmem.free:
            system.heap.give(ASPACE)
            raise out_of_memory(1, 0)
        physmem.take_for("mmu", 1)
        self.system = system
        self.mapped_bytes = 0
        self.mapping_count = 0
        self.vmar_count = 0
        self.tables = PageTables(physmem)
        self.read_only = PageSet()
        self.random = random
        self.address = system.kernel_address()
        self.users = 0

    @property
    def present(self) -> PageSet:
        """The virtual page numbers that the CPU can reach."""
        return self.tables.present

    @property
    def writable(self) -> PageSet:
        """The virtual page numbers that the CPU can write, as a set of its own."""
        pages = self.present.copy()
        pages.difference_update(self.read_only)
        return pages

    def fill(self, present: list[tuple[int, int]], read_only: list[tuple[int, int]]) -> None:
        """Puts virtual pages into page tables that are empty: ranges that ascend, `read_only` a part of `present`.

        Raises ERR_NO_MEMORY, and nothing is changed then.
        """
        self.tables.fill(present)
        self.read_only = PageSet.ascending(read_only)

    def clear(self) -> None:
        """Empties the page tables."""
        self.tables.clear()
        self.read_only.clear()

    def allow_reading(self, start: int, end: int) -> int:
        """Makes the virtual pages [start, end) present, those that were not for reading only; returns how many that
        are. Raises ERR_NO_MEMORY, and nothing is changed then."""
        if end - start == 1:
            taken = self.tables.add(start, end)
            if taken:
                self.read_only.add(start)
            return taken
        absent = PageSet([(start, end)])
        absent.difference_update(self.present)
        taken = self.tables.add(start, end)
        self.read_only.update(absent)
        return taken

    def allow_writing(self, start: int, end: int) -> int:
        """Makes the virtual pages [start, end) present and writable; returns how many were not both. Raises
        ERR_NO_MEMORY, and nothing is changed then."""
        taken = self.tables.add(start, end)
        # What was absent is not read-only.
        if taken < end - start and (end - start > 1 or start in self.read_only):
            taken += self.read_only.remove_range(start, end)
        return taken

    def protect(self, start: int, end: int) -> None:
        """Makes those of the virtual pages [start, end) that are present read-only."""
        self.read_only.update(self.present.window(start, end))

    def unmap_pages(self, start: int, end: int) -> None:
        """Takes the virtual pages [start, end) (page numbers) out of the page tables."""
        tables = self.tables
        if tables.present:
            tables.remove(start, end)
            if self.read_only:
                self.read_only.remove_range(start, end)

    def release(self) -> None:
        """One user less; with the last one the object goes, and the top page table with it."""
        self.users -= 1
        if not self.users:
            self.system.physmem.give_from("mmu", 1)
            self.system.heap.give(ASPACE)

    def random_index(self, total: int) -> int:
        """A uniform index in [0, total), from the generator of this address space."""
        assert self.random is not None
        return self.random.randrange(total)
