"""What the kernel reports about its objects: the records of object_get_info, and all accounting.

VIRT is the sum of a process's mapping sizes, RES the committed pages of what they show, each mapping for
itself: a page seen through two mappings counts twice, one seen through a clone's parent not at all.

Magenta counted a little later (f114be346) who shares: a VMO's share count is the number of address spaces that map it.
Committed pages of a mapping are private where the count is 1; otherwise they are shared, and each address space answers
for its part (PSS = private + scaled).

Rules: docs/kernel-rules.md 1.8, 2.6 and 4.8; `kernel/lib/magenta/diagnostics.cpp`, `syscalls_object.cpp`,
`kernel/kernel/vm/vm_object.cpp` (share_count).
"""

from __future__ import annotations

from kshell.kernel.abi import MAPS_ASPACE, MAPS_MAPPING, MAPS_VMAR, PAGE_SHIFT, USER_BASE, USER_SIZE
from kshell.kernel.tasks import Job, Process
from kshell.kernel.vmar import Mapping, Vmar
from kshell.kernel.vmo import Vmo

Record = dict[str, object]


class MapEntry:
    """One entry of MX_INFO_PROCESS_MAPS: the address space (depth 0), a VMAR or a mapping.

    `base` and `size` in bytes, `type` MAPS_*; `perms` (VM_READ ...) and `committed` (pages) are 0 except for mappings.
    """

    __slots__ = ("name", "base", "size", "depth", "type", "perms", "committed")

    def __init__(self, name: str, base: int, size: int, depth: int, type_: int, perms: int, committed: int) -> None:
        self.name = name
        self.base = base
        self.size = size
        self.depth = depth
        self.type = type_
        self.perms = perms
        self.committed = committed

    def record(self) -> Record:
        """The entry with the struct's field names."""
        return {
            "name": self.name,
            "base": self.base,
            "size": self.size,
            "depth": self.depth,
            "type": self.type,
            "mmu_flags": self.perms,
            "committed_pages": self.committed,
        }


def task_stats(process: Process) -> tuple[int, int]:
    """(mapped, committed) bytes of a process: VIRT and RES. A destroyed root VMAR gives 0 and 0."""
    return process.aspace.mapped_bytes, committed_pages(process) << PAGE_SHIFT


def committed_pages(process: Process) -> int:
    """`#pg` of `k mx ps`: committed pages of all mappings, each mapping counted for itself."""
    root = process.root_vmar
    total = 0
    # Not through `mappings()`: `ps` asks for every mapping of the machine.
    todo = [root] if root.alive else []
    while todo:
        for region in todo.pop().children:
            if isinstance(region, Mapping):
                total += region.vmo.committed(region.vmo_offset, region.size)
            elif isinstance(region, Vmar):
                todo.append(region)
    return total


def maps(process: Process) -> list[MapEntry]:
    """The entries of MX_INFO_PROCESS_MAPS: the address space, then depth first in ascending address."""
    entries = [MapEntry("unnamed", USER_BASE, USER_SIZE, 0, MAPS_ASPACE, 0, 0)]
    for depth, region in process.root_vmar.walk():
        if isinstance(region, Mapping):
            type_, perms, committed = MAPS_MAPPING, region.perms, region.committed
        else:
            type_, perms, committed = MAPS_VMAR, 0, 0
        entries.append(MapEntry(region.name, region.base, region.size, depth, type_, perms, committed))
    return entries


def job_children(job: Job, capacity: int | None) -> tuple[list[int], int]:
    """MX_INFO_JOB_CHILDREN of the reference commit: (koids of all descendants in pre-order, `avail`).

    `avail` is the number of children of the job that was visited last (docs/kernel-rules.md 2.6).
    """
    koids: list[int] = []
    avail = len(job.jobs)
    stack = [iter(list(job.jobs.values()))]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
            continue
        if capacity is not None and len(koids) >= capacity:
            # A full buffer ends the walk of this job; its ancestors go on with their next child and find no room.
            stack.pop()
            continue
        koids.append(child.koid)
        avail = len(child.jobs)
        stack.append(iter(list(child.jobs.values())))
    return koids, avail


# Who shares memory with whom


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
    for mapping in process.root_vmar.mappings():
        committed = mapping.committed << PAGE_SHIFT
        count = mapping.vmo.share_count
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
    """The entries of MX_INFO_PROCESS_VMOS: one for each handle, newest first, then one for each mapping by address."""
    uses = [
        VmoUse(handle.object, value, handle.rights)
        for value, handle in process.handles.newest_first()
        if isinstance(handle.object, Vmo)
    ]
    uses.extend(VmoUse(mapping.vmo, None, None) for mapping in process.root_vmar.mappings())
    return uses
