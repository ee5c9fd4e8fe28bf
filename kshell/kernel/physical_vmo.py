"""VMOs over device memory: a range of physical addresses, such as a PCI BAR, that a driver maps.

The model has no memory there: no pages are committed, charged or counted. Rules: docs/kernel-rules.md 4.8 and 6.6;
`kernel/kernel/vm/vm_object_physical.cpp`.
"""

from __future__ import annotations

from kshell.kernel.abi import CACHE_CACHED, ERR_NOT_SUPPORTED, KernelError
from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.heap import VMO_PHYSICAL
from kshell.kernel.mapping_index import View
from kshell.kernel.objects import KernelObject
from kshell.kernel.system import System
from kshell.kernel.vmo import Vmo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kshell.kernel.content import Data


@mypyc_attr(allow_interpreted_subclasses=True)
class PhysicalVmo(Vmo):
    """A VMO over device memory at a physical address, such as a PCI BAR: it has no pages of its own.

    `cache_policy` (CACHE_*) is how the processor caches it, the lowest bits of its page table entries; `io_map`
    is the io-map that has mapped it, if one has.
    """

    __slots__ = ("base", "cache_policy", "io_map")

    OBJECT_BYTES = VMO_PHYSICAL

    def __init__(self, system: System, koid: int, size: int, base: int, cache_policy: int = CACHE_CACHED) -> None:
        """`size` bytes from the physical address `base`. Raises ERR_NO_MEMORY."""
        super().__init__(system, koid, size)
        self.base = base
        self.cache_policy = cache_policy
        self.io_map: KernelObject | None = None

    def touched(self, first: int, end: int) -> list[tuple[int, int]]:
        """All: device memory is mapped at once."""
        return [(first, end)]

    def commit_for_write(self, start: int, end: int, writer: View | None = None) -> None:
        """Device memory is always there: nothing to commit."""

    def write_cost(self, start: int, end: int) -> int:
        """Nothing: see `commit_for_write`."""
        return 0

    def store(self, offset: int, data: Data) -> None:
        """What is stored to a device is lost: the model has no devices."""

    def read(self, offset: int, length: int) -> Data:
        raise KernelError(ERR_NOT_SUPPORTED, "this VMO is device memory: the kernel does not read it for a process")

    def commit(self, offset: int, length: int) -> int:
        raise KernelError(ERR_NOT_SUPPORTED, "this VMO is device memory: it has no pages to commit")

    def decommit(self, offset: int, length: int) -> int:
        raise KernelError(ERR_NOT_SUPPORTED, "this VMO is device memory: it has no pages to decommit")

    def write(self, offset: int, data: Data) -> None:
        raise KernelError(ERR_NOT_SUPPORTED, "this VMO is device memory: the kernel does not write to it for a process")
