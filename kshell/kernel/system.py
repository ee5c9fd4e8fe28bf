"""What every kernel object stands on: physical memory, handle slots, koids, addresses, and whoever watches.

    System
    |- physmem          frames, counted by state
    |- heap             bytes of the kernel's own blocks
    |- kernel_space     where stacks and rings go
    |- handles          the system's handle slots
    |- kernel_handles   what the kernel itself keeps open
    |- vmo_table, process_table   those that exist
    `- observer         who is informed of events, or nobody

An object takes its System when it is made and knows nothing of the machine built on top of it. This floor is below
those of VMOs, mappings and processes, so it holds and passes them on without knowing them: they are Any here, and the
Machine and the observers know what they are.
"""

from __future__ import annotations

from kshell.kernel.abi import ERR_NO_MEMORY, FIRST_KOID, KernelError
from kshell.kernel.compiling import mypyc_attr, product
from kshell.kernel.handles import HandleArena, HandleTable
from kshell.kernel.heap import Heap
from kshell.kernel.kernel_space import KernelSpace
from kshell.kernel.physmem import PhysicalMemory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Kernel objects get invented, stable addresses in the kernel's heap, one stride after the other.
HEAP_BASE = 0xFFFFFF8001400048
HEAP_STRIDE = 0xD0
# So many VMOs, VMARs and mappings may exist, until somebody says something else.
MAX_OBJECTS = 1 << 22


@mypyc_attr(allow_interpreted_subclasses=True)
class Observer:
    """Who is informed of what happens in the machine: a method for each event, called after it. Here they do nothing.

    Page numbers are indexes of 4096 bytes, in the VMO or (page_fault) in the address space; ranges are half open.
    A method must change nothing in the machine.
    """

    __slots__ = ()

    def page_committed(self, vmo: Any, start: int, end: int) -> None:
        """The Vmo `vmo` has the pages [start, end) of its own now; it may have had some of them before."""

    def page_freed(self, vmo: Any, start: int, end: int, count: int) -> None:
        """The Vmo `vmo` gave back the pages it had in [start, end), `count` of them."""

    def page_fault(self, aspace: Any, mapping: Any, start: int, end: int, kind: int) -> None:
        """An access of `kind` (VM_READ, VM_WRITE, VM_EXECUTE) made the pages [start, end) of the Mapping `mapping`
        reachable in the AddressSpace `aspace`; none when there was no memory for the first one."""

    def mapped(self, mapping: Any) -> None:
        """A call of mx_vmar_map made the Mapping `mapping`."""

    def mapping_split(self, mapping: Any, start: int, end: int) -> None:
        """A part of the Mapping `mapping`, the addresses [start, end), was unmapped or given other permissions."""

    def process_died(self, process: Any) -> None:
        """The Process `process` is dead: its handles are closed and its address space is empty."""


@mypyc_attr(allow_interpreted_subclasses=True)
class System:
    """The floor that kernel objects stand on.

    Invariants: `vmo_table` has the VMOs that exist, in the order they were made; `process_table` the processes that are
    not dead, jobless ones included, by koid and oldest first.
    """

    __slots__ = (
        "physmem", "heap", "kernel_space", "boot_tables", "kernel_pages", "handles", "kernel_handles", "vmo_table",
        "process_table", "regions", "max_objects", "observer", "next_koid", "exception_port", "_next_address",
    )  # fmt: skip

    def __init__(self, memory: int, handle_slots: int) -> None:
        """`memory` bytes of RAM; `handle_slots` handles for the whole system. Raises ValueError for sizes no machine
        can have."""
        self.physmem = PhysicalMemory(memory)
        self.heap = Heap(self.physmem)
        self.kernel_space = KernelSpace(self.physmem)
        # Page tables of what booting mapped for the kernel.
        self.boot_tables = 0
        # Pages of state object that the kernel has for good, by what they are for: the handle table, the trace buffer.
        self.kernel_pages: dict[str, int] = {}
        self.handles = HandleArena(handle_slots, self.physmem)
        # What the kernel itself keeps open, such as the boot file system's VMO.
        self.kernel_handles = HandleTable(self.handles, 0)
        self.vmo_table: dict[Any, None] = {}
        self.process_table: dict[int, Any] = {}
        # Mappings and VMARs that exist, the roots included, and how many they and VMOs may be.
        self.regions = 0
        self.max_objects = MAX_OBJECTS
        self.observer: Observer | None = None
        # The ExceptionPort that gets what no other wants: crashlogger's.
        self.exception_port: Any = None
        self.next_koid = FIRST_KOID
        self._next_address = HEAP_BASE

    def new_koid(self) -> int:
        """The next koid. Koids are never reused (docs/kernel-rules.md 1.3)."""
        koid = self.next_koid
        self.next_koid = koid + 1
        return koid

    def full(self) -> KernelError:
        """ERR_NO_MEMORY where `max_objects` VMOs, VMARs and mappings exist: the kernel's heap has an end, too."""
        return KernelError(
            ERR_NO_MEMORY,
            f"the machine has {self.max_objects} VMOs, VMARs and mappings, as many as it may; "
            "drop some, or start with a larger --max-objects",
        )

    def kernel_address(self) -> int:
        """An address for a new object in the kernel's heap: invented, stable, never reused."""
        address = self._next_address
        self._next_address = address + HEAP_STRIDE
        return address

    def secret(self, koid: int) -> int:
        """The random number of the process `koid` that its handle values are mixed with."""
        mixed = product(koid, 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        mixed = product(mixed ^ mixed >> 29, 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
        return mixed >> 32
