"""An address space: the tree of a process's regions, and its page tables.

    root VMAR -> VMARs -> mappings -> VMOs         what the kernel knows
    present, writable                              what the CPU can reach without asking it

Rules: facts section 4.1; `kernel/kernel/vm/vm_aspace.cpp`.
"""

from __future__ import annotations

from kshell.kernel.abi import USER_BASE, USER_SIZE, VM_CAN_MAP_PERMS, VM_CAN_MAP_SPECIFIC
from kshell.kernel.pages import PageSet
from kshell.kernel.vmar import Mapping, Vmar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from kshell.kernel.machine import Machine

ROOT_FLAGS = VM_CAN_MAP_SPECIFIC | VM_CAN_MAP_PERMS


class AddressSpace:
    """A process's address space: its tree of regions and its page tables.

    The page tables are two sets of virtual page numbers: those the CPU can reach (`present`), and those of them
    it can also write (`writable`). What is missing there is a page fault.

    Invariants: writable is part of present; every present page lies in a mapping; `mapped` is the sum of the
    sizes of all mappings, `vmars` and `maps` their numbers.
    """

    __slots__ = ("machine", "root", "mapped", "vmars", "maps", "present", "writable", "random", "address", "alive")

    def __init__(self, machine: Machine, koid: int, random: Random | None = None) -> None:
        """`koid` is the root VMAR's; `random` draws addresses, or None for the lowest that fits."""
        self.machine = machine
        self.mapped = 0
        self.vmars = 1
        self.maps = 0
        self.present = PageSet()
        self.writable = PageSet()
        self.random = random
        self.address = machine.kernel_address()
        self.alive = True
        self.root = Vmar(koid, self, None, USER_BASE, USER_SIZE, ROOT_FLAGS, "root")

    def destroy(self) -> None:
        """Ends all regions, as the process's death does."""
        self.alive = False
        self.present.clear()
        self.writable.clear()
        if self.root.alive:
            self.root.destroy_tree()

    def find_mapping(self, address: int) -> Mapping | None:
        """The mapping that holds `address`, or None in a gap or outside."""
        region: Vmar | Mapping | None = self.root
        while isinstance(region, Vmar):
            if not region.alive:
                return None
            region = region.children.find(address)
        return region

    def walk(self) -> Iterator[tuple[int, Vmar | Mapping]]:
        """(depth, region) of the whole tree, depth first in ascending order; the root VMAR has depth 1.

        A destroyed root has no tree: nothing is yielded.
        """
        if not self.root.alive:
            return
        yield 1, self.root
        stack = [iter(self.root.children)]
        while stack:
            region = next(stack[-1], None)
            if region is None:
                stack.pop()
                continue
            yield len(stack) + 1, region
            if isinstance(region, Vmar):
                stack.append(iter(region.children))

    def mappings(self) -> Iterator[Mapping]:
        """All mappings in ascending order of address."""
        for _, region in self.walk():
            if isinstance(region, Mapping):
                yield region

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
