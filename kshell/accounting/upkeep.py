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

from kshell.accounting.keeping import pass_on
from kshell.accounting.standing import KERNELS_OWN, MESSAGES_ONLY
from kshell.kernel.abi import (
    KERNEL_STACK_PAGES,
    OBJ_TYPE_JOB,
    OBJ_TYPE_PROCESS,
    OBJ_TYPE_SOCKET,
    OBJ_TYPE_THREAD,
    OBJ_TYPE_VMAR,
    PAGE_SHIFT,
)
from kshell.kernel.aspace import AddressSpace
from kshell.kernel.census import Census, aspace_blocks
from kshell.kernel.machine import Machine
from kshell.kernel.objects import KernelObject
from kshell.kernel.sockets import SocketEnd
from kshell.kernel.tasks import DEAD, Job, Process, Thread
from kshell.kernel.vmar import Vmar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# Who pays: a live process, a job for itself alone, or in words what no task pays for.
Payer = Process | Job | str
# The live processes that reach each object, and whether they map it.
Reach = dict[KernelObject, dict[Process, bool]]
LOST: dict[Payer, None] = {KERNELS_OWN: None}
# Objects that have an address space.
OWNING = (OBJ_TYPE_PROCESS, OBJ_TYPE_VMAR)


def reach_of(machine: Machine) -> Reach:
    """For each object that processes reach, by a handle or a mapping, those that do, True for those that map it.

    What only one process reaches in the same way has the same dictionary: none of them may be changed.
    """
    found: Reach = {}
    spaces: dict[object, dict[Process, bool]] = {}
    for process in machine.processes.values():
        mine = {process: False}
        spaces[process.aspace] = {process: True}
        for _, handle in process.handles:
            before = found.setdefault(handle.object, mine)
            if before is not mine:
                _reaches(found, handle.object, before, mine)
    for vmo in machine.vmos:
        for mapping in vmo.mappings:
            mine = spaces[mapping.aspace]
            before = found.setdefault(vmo, mine)
            if before is not mine:
                _reaches(found, vmo, before, mine)
    return found


def _reaches(found: Reach, object_: KernelObject, before: dict[Process, bool], mine: dict[Process, bool]) -> None:
    """Enters that the process in `mine`, which is alone in it, reaches an object, too, which those `before` do."""
    if len(before) > 1:
        # It is this object's own.
        before.update(mine)
    else:
        merged = {**before, **mine}
        found[object_] = merged if len(merged) > 1 else mine


def upkeep(machine: Machine, reach: Reach) -> list[tuple[Mapping[Payer, object], int]]:
    """What the kernel keeps of objects and address spaces: (who pays for it in equal parts, bytes).

    What the same mapping of payers says is added up, so there are few entries for very many objects.
    """
    census = Census(machine, machine.root_job)
    found = _payers(machine, census, reach)
    owners: dict[AddressSpace, KernelObject] = {}
    # (who pays, bytes), by the identity of the first.
    sums: dict[int, tuple[Mapping[Payer, object], list[int]]] = {id(LOST): (LOST, [0])}

    def add(payers: Mapping[Payer, object], size: int) -> None:
        known = sums.get(id(payers))
        if known is None:
            sums[id(payers)] = payers, [size]
        else:
            known[1][0] += size

    for object_, payers in found.items():
        add(payers, object_bytes(object_))
    for object_ in census.objects:
        if object_ not in found:
            add(LOST, object_bytes(object_))
        if object_.type in OWNING:
            assert isinstance(object_, Process | Vmar)
            if isinstance(object_, Process) or object_.aspace not in owners:
                owners[object_.aspace] = object_
    for aspace, owner in owners.items():
        add(found.get(owner, LOST), aspace_bytes(aspace))
    return [(payers, size) for payers, (size,) in sums.values()]


def object_bytes(object_: KernelObject) -> int:
    """What the kernel keeps of an object: its blocks in the heap, the stack of a thread, the ring of a socket."""
    size = object_.block_bytes()
    type_ = object_.type
    if type_ == OBJ_TYPE_THREAD:
        size += KERNEL_STACK_PAGES << PAGE_SHIFT
    elif type_ == OBJ_TYPE_SOCKET:
        assert isinstance(object_, SocketEnd)
        size += object_.pages << PAGE_SHIFT
    return size


def aspace_bytes(aspace: AddressSpace) -> int:
    """What the kernel keeps of an address space: its blocks, those of its regions, and its page tables."""
    return sum(block for _, _, block in aspace_blocks(aspace)) + ((1 + len(aspace.tables)) << PAGE_SHIFT)


def _payers(machine: Machine, census: Census, reach: Reach) -> dict[KernelObject, Mapping[Payer, object]]:
    """Who pays for each object of the census; it is LOST for those that are left out."""
    found: dict[KernelObject, Mapping[Payer, object]] = {}
    found.update(reach)  # type: ignore[arg-type]
    alone: dict[Process, Mapping[Payer, object]] = {}
    for object_ in census.objects:
        if object_.type == OBJ_TYPE_JOB:
            assert isinstance(object_, Job)
            found[object_] = {object_: None}
        elif object_.type == OBJ_TYPE_PROCESS or object_.type == OBJ_TYPE_THREAD:
            process = object_.process if isinstance(object_, Thread) else object_
            assert isinstance(process, Process)
            if process.state != DEAD:
                found[object_] = alone.setdefault(process, {process: None})
    orphans = [object_ for object_ in census.keepers if object_ not in found]
    pass_on(orphans, census, found)
    for handle in machine.handles.travelling:
        found.setdefault(handle.object, {MESSAGES_ONLY: None})
    pass_on([object_ for object_ in orphans if object_ not in found], census, found)
    return found
