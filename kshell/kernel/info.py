"""What the kernel tells about its objects: the records of object_get_info, and all accounting.

VIRT is the sum of a process's mapping sizes, RES the committed pages of their windows, each mapping for
itself: a page seen through two mappings counts twice, one seen through a clone's parent not at all.

Rules: facts sections 1.8, 2.6 and 4.8; `kernel/lib/magenta/diagnostics.cpp`, `syscalls_object.cpp`.
"""

from __future__ import annotations

from kshell.kernel.abi import MAPS_ASPACE, MAPS_MAPPING, MAPS_VMAR, PAGE_SHIFT, USER_BASE, USER_SIZE
from kshell.kernel.tasks import Job, Process
from kshell.kernel.vmar import Mapping

Record = dict[str, object]


class MapEntry:
    """One entry of MX_INFO_PROCESS_MAPS: the address space (depth 0), a VMAR or a mapping.

    `base` and `size` in bytes, `type` MAPS_*; `perms` (VM_READ ...) and `committed` (pages) are 0 but for mappings.
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
    return process.aspace.mapped, committed_pages(process) << PAGE_SHIFT


def committed_pages(process: Process) -> int:
    """`#pg` of `k mx ps`: committed pages of all mappings, each mapping counted for itself."""
    root = process.aspace.root
    total = 0
    # Not through `mappings()`: `ps` asks for every mapping of the machine.
    todo = [root] if root.alive else []
    while todo:
        for region in todo.pop().children:
            if isinstance(region, Mapping):
                total += region.vmo.committed(region.vmo_offset, region.size)
            else:
                todo.append(region)
    return total


def maps(process: Process) -> list[MapEntry]:
    """The entries of MX_INFO_PROCESS_MAPS: the address space, then depth first in ascending address."""
    entries = [MapEntry("unnamed", USER_BASE, USER_SIZE, 0, MAPS_ASPACE, 0, 0)]
    for depth, region in process.aspace.walk():
        if isinstance(region, Mapping):
            type_, perms, committed = MAPS_MAPPING, region.perms, region.committed
        else:
            type_, perms, committed = MAPS_VMAR, 0, 0
        entries.append(MapEntry(region.name, region.base, region.size, depth, type_, perms, committed))
    return entries


def job_children(job: Job, capacity: int | None) -> tuple[list[int], int]:
    """MX_INFO_JOB_CHILDREN of the reference commit: (koids of all descendants in pre-order, `avail`).

    `avail` is the number of children of the job that was visited last (facts section 2.6).
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
