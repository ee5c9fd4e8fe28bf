"""Io-maps: the objects by which a driver holds what it has mapped of a device, such as a PCI BAR.

    handle -> IoMapping -> Mapping -> PhysicalVmo

The mapping is made with the object, in the driver's root VMAR, and goes with the last handle.

Rules: docs/kernel-rules.md 2.2; `kernel/lib/magenta/io_mapping_dispatcher.cpp`, `pci_io_mapping_dispatcher.cpp`.
"""

from __future__ import annotations

from kshell.kernel.abi import OBJ_TYPE_IOMAP
from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.heap import PCI_IO_MAPPING
from kshell.kernel.objects import Blocks, KernelObject
from kshell.kernel.physical_vmo import PhysicalVmo
from kshell.kernel.vmar import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@mypyc_attr(allow_interpreted_subclasses=True)
class IoMapping(KernelObject):
    """An io-map. `mapping` is what it has mapped, None once the last handle is closed; `base` and `size` (bytes) are
    where that was when it was made.

    The mapping may have been unmapped or cut by its process before: of one that was cut, the left piece is still this.
    """

    __slots__ = ("mapping", "base", "size")

    def __init__(self, koid: int, mapping: Mapping) -> None:
        """Holds `mapping`, which shows device memory. Raises ERR_NO_MEMORY."""
        super().__init__(koid, OBJ_TYPE_IOMAP)
        mapping.aspace.system.heap.take(PCI_IO_MAPPING)
        self.mapping: Mapping | None = mapping
        self.base = mapping.base
        self.size = mapping.size
        assert isinstance(mapping.vmo, PhysicalVmo)
        mapping.vmo.io_map = self

    def blocks(self) -> Iterator[Blocks]:
        yield "io mapping", 1, PCI_IO_MAPPING

    def on_zero_handles(self) -> None:
        """Unmaps the device's memory (`IoMappingDispatcher::Close`)."""
        mapping, self.mapping = self.mapping, None
        assert mapping is not None and isinstance(mapping.vmo, PhysicalVmo)
        mapping.vmo.io_map = None
        if mapping in mapping.vmo.mappings:
            mapping.destroy()
        mapping.aspace.system.heap.give(PCI_IO_MAPPING)


def mapping_references(mapping: Mapping) -> int:
    """How many references to a mapping there are: its VMAR's, and that of an io-map."""
    vmo = mapping.vmo
    io_map = vmo.io_map if isinstance(vmo, PhysicalVmo) else None
    return 2 if isinstance(io_map, IoMapping) and io_map.mapping is mapping else 1
