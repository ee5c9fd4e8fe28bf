"""Who shares memory with whom: private, shared and scaled bytes of a process, as Magenta counted them a little later.

A VMO's share count is the number of address spaces that map it. Committed pages of a mapping are private where
the count is 1; else they are shared, and each address space answers for its part (PSS = private + scaled).

Rules: facts section 4.8, commit f114be346; `kernel/kernel/vm/vm_object.cpp` (share_count), `diagnostics.cpp`.
"""

from __future__ import annotations

from kshell.kernel.abi import OBJ_TYPE_VMO, PAGE_SHIFT
from kshell.kernel.vmo import Vmo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kshell.kernel.tasks import Process


def share_count(vmo: Vmo) -> int:
    """In how many address spaces the VMO is mapped; 1 for one that is mapped nowhere."""
    if len(vmo.mappings) < 2:
        return 1
    return len({mapping.aspace for mapping in vmo.mappings})


class Usage:
    """Bytes of a process: `private` and `shared` committed memory, and `scaled`, its part of the shared."""

    __slots__ = ("private", "shared", "scaled")

    def __init__(self) -> None:
        self.private = self.shared = self.scaled = 0

    @property
    def pss(self) -> int:
        """The proportional set size."""
        return self.private + self.scaled


def usage(process: Process) -> Usage:
    """The usage of a process, mapping by mapping."""
    result = Usage()
    for mapping in process.aspace.mappings():
        committed = mapping.committed << PAGE_SHIFT
        count = share_count(mapping.vmo)
        if count == 1:
            result.private += committed
        else:
            result.shared += committed
            result.scaled += committed // count
    return result


class VmoUse:
    """One way in which a process has a VMO: a handle with rights, or (rights None) a mapping."""

    __slots__ = ("vmo", "handle", "rights")

    def __init__(self, vmo: Vmo, handle: int | None, rights: int | None) -> None:
        self.vmo = vmo
        self.handle = handle
        self.rights = rights


def vmos_of(process: Process) -> list[VmoUse]:
    """The entries of MX_INFO_PROCESS_VMOS: one per handle, newest first, then one per mapping by address."""
    uses = [
        VmoUse(handle.object, value, handle.rights)
        for value, handle in process.handles.newest_first()
        if handle.object.type == OBJ_TYPE_VMO and isinstance(handle.object, Vmo)
    ]
    uses.extend(VmoUse(mapping.vmo, None, None) for mapping in process.aspace.mappings())
    return uses
