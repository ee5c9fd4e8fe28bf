"""Who pays for what the kernel keeps of objects: their blocks in its heap, page tables, stacks and rings.

    a live process      for itself, its threads, its address space; it holds what its handles and mappings name
    an object           is paid for in equal parts by the processes that hold it
    one without holder  goes with what keeps it: a parent of a clone with the clone, a far end with the near one
    the others          are in messages that nobody has read, or the kernel's own

All payers are found in one walk over the machine, so the cost is that of its handles, mappings and objects; and each
block and page is paid for exactly once. `overhead.of_task` says what a task alone has; here nothing is left over.

Rules: docs/accounting.md, docs/kernel-memory.md.
"""

from __future__ import annotations

from kshell.accounting.standing import KERNELS_OWN, MESSAGES_ONLY
from kshell.kernel.abi import KERNEL_STACK_PAGES, PAGE_SHIFT
from kshell.kernel.aspace import AddressSpace
from kshell.kernel.census import Census, aspace_blocks, kept_by
from kshell.kernel.machine import Machine
from kshell.kernel.objects import KernelObject
from kshell.kernel.sockets import SocketEnd
from kshell.kernel.tasks import DEAD, Job, Process, Thread
from kshell.kernel.vmar import Vmar
from kshell.kernel.vmo import Vmo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Who pays: a live process, a job for itself alone, or in words what no task pays for.
Payer = Process | Job | str
Payers = dict[KernelObject, dict[Payer, None]]
# The processes that reach each VMO, and whether they map it.
Reach = dict[Vmo, dict[Process, bool]]


def reach_of(machine: Machine) -> Reach:
    """For each VMO that a process reaches the live processes that do, True for those that map it."""
    found: Reach = {}
    spaces: dict[object, Process] = {}
    for process in machine.processes.values():
        spaces[process.aspace] = process
        for _, handle in process.handles:
            if isinstance(handle.object, Vmo):
                found.setdefault(handle.object, {})[process] = False
    for vmo in machine.vmos:
        if vmo.mappings:
            reached = found.setdefault(vmo, {})
            for mapping in vmo.mappings:
                reached[spaces[mapping.aspace]] = True
    return found


def upkeep(machine: Machine, reach: Reach) -> Iterator[tuple[KernelObject | None, Iterable[Payer], int]]:
    """(object, who pays for it in equal parts, bytes) for all that the kernel keeps of objects.

    What an address space takes has no object and is its process's.
    """
    census = Census(machine, machine.root_job)
    payers = _payers(machine, census, reach)
    owners: dict[AddressSpace, KernelObject] = {}
    for object_ in census.objects:
        if isinstance(object_, Process) or (isinstance(object_, Vmar) and object_.aspace not in owners):
            owners[object_.aspace] = object_
        size = sum(block for _, _, block in object_.blocks())
        if isinstance(object_, Thread):
            size += KERNEL_STACK_PAGES << PAGE_SHIFT
        elif isinstance(object_, SocketEnd):
            size += object_.pages << PAGE_SHIFT
        yield object_, payers[object_], size
    for aspace, owner in owners.items():
        size = sum(block for _, _, block in aspace_blocks(aspace))
        yield None, payers[owner], size + ((1 + len(aspace.tables)) << PAGE_SHIFT)


def _payers(machine: Machine, census: Census, reach: Reach) -> Payers:
    """Who pays for each object of the census."""
    found: Payers = {}
    for object_ in census.objects:
        if isinstance(object_, Job) or (isinstance(object_, Process) and object_.state != DEAD):
            found[object_] = {object_: None}
        elif isinstance(object_, Thread) and object_.process.state != DEAD:
            found[object_] = {object_.process: None}
    theirs = set(found)
    for process in machine.processes.values():
        for _, handle in process.handles:
            if handle.object not in theirs:
                found.setdefault(handle.object, {})[process] = None
    for vmo, processes in reach.items():
        found.setdefault(vmo, {}).update(dict.fromkeys(processes))
    _pass_on(list(found), found, theirs)
    for what, handles in (
        (MESSAGES_ONLY, list(machine.handles.travelling)),
        (KERNELS_OWN, [handle for _, handle in machine.kernel_handles]),
    ):
        left = [handle.object for handle in handles if handle.object not in found]
        for object_ in left:
            found[object_] = {what: None}
        _pass_on(left, found, theirs)
    for object_ in census.objects:
        found.setdefault(object_, {KERNELS_OWN: None})
    return found


def _pass_on(pending: list[KernelObject], found: Payers, theirs: set[KernelObject]) -> None:
    """What has no handle of its own, and no payer but these, is paid for by those who pay for what keeps it."""
    settled = set(found)
    while pending:
        object_ = pending.pop()
        if isinstance(object_, Job):
            continue
        paying = found[object_]
        for kept in kept_by(object_):
            if kept in settled or kept in theirs or kept.handle_count:
                continue
            before = found.setdefault(kept, {})
            count = len(before)
            before.update(paying)
            if len(before) > count:
                pending.append(kept)
