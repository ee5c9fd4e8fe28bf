"""What the kernel's own memory is for: blocks of its heap by kind, page tables and stacks, of all or of some tasks.

    all of the machine            heap pages + page tables + kernel stacks, as physical memory counts them
    |- a task's own               what it and nobody else holds: its objects, its address space, its threads
    |- held with others           a channel's end in two processes, a VMO that both map
    `- nobody's                   what booting took for itself, and what the kernel has lost

An object belongs to a task when every process that holds it, by a handle, in a message or by a mapping, is in the task.
What only an object keeps (a parent of a clone, the port of a wait) goes with that object.

Rules: docs/kernel-memory.md.
"""

from __future__ import annotations

from kshell.accounting.keeping import pass_on
from kshell.kernel.abi import KERNEL_STACK_PAGES, PAGE_SHIFT
from kshell.kernel.aspace import AddressSpace
from kshell.kernel.census import Census, aspace_blocks
from kshell.kernel.channels import Channel
from kshell.kernel.compiling import poll
from kshell.kernel.machine import Machine
from kshell.kernel.objects import Blocks, KernelObject
from kshell.kernel.tasks import Job, Process, Thread
from kshell.kernel.vmar import Mapping as View

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# Holders of an object that are not one process: several of them, and the kernel itself.
SEVERAL = -1
KERNEL = 0
BOOT = "boot's own"
LEAKED = "leaked"


class Overhead:
    """The kernel's memory of some tasks, or of all.

    `kinds` maps a kind of block to [how many, bytes]; `shared` are the bytes of blocks that other tasks hold, too, and
    are not in `kinds`; `page_tables` and `stacks` are pages, `handles` a number.
    """

    __slots__ = ("kinds", "shared", "page_tables", "stacks", "handles")

    def __init__(self) -> None:
        self.kinds: dict[str, list[int]] = {}
        self.shared = self.page_tables = self.stacks = self.handles = 0

    @property
    def live(self) -> int:
        """Bytes of the blocks."""
        return sum(size for _, size in self.kinds.values())

    def add(self, blocks: Iterable[Blocks]) -> None:
        """Counts blocks."""
        for kind, count, size in blocks:
            entry = self.kinds.setdefault(kind, [0, 0])
            entry[0] += count
            entry[1] += size


def of_machine(machine: Machine) -> Overhead:
    """All of the kernel's memory: `live` is the heap's, page tables and stacks are those of physical memory."""
    found = Overhead()
    census = Census(machine, machine.root_job)
    found.add(census.blocks())
    heap = machine.heap
    for kind, size in ((LEAKED, heap.leaked), (BOOT, heap.base)):
        if size:
            found.add([(kind, 1, size)])
    found.page_tables = machine.physmem.mmu
    found.stacks = census.stacks() * KERNEL_STACK_PAGES
    found.handles = machine.handles.live
    return found


def of_task(machine: Machine, task: Process | Job) -> Overhead:
    """What the processes of a task, and a job's jobs, have of the kernel's memory."""
    if isinstance(task, Job):
        jobs = {job for _, job in task.walk()}
        members = {process.koid for job in jobs for process in job.processes.values()}
    else:
        jobs = set()
        members = {task.koid}
    found = Overhead()
    aspaces: dict[AddressSpace, None] = {}
    for object_, holders in _holders(machine).items():
        poll()
        if isinstance(object_, Job):
            inside = object_ in jobs
        else:
            inside = holders.keys() <= members
            if not inside and not members.isdisjoint(holders):
                found.shared += object_.block_bytes()
        if not inside:
            continue
        found.add(object_.blocks())
        if isinstance(object_, Thread):
            found.stacks += KERNEL_STACK_PAGES
        if isinstance(object_, Process):
            aspaces[object_.aspace] = None
            found.handles += len(object_.handles)
    for aspace in aspaces:
        found.add(aspace_blocks(aspace))
        found.page_tables += 1 + len(aspace.tables)
    return found


def _holders(machine: Machine) -> dict[KernelObject, Mapping[int, object]]:
    """For each object the koids of the processes that hold it; KERNEL where that is the kernel."""
    mine: dict[KernelObject, dict[int, None]] = {}
    for process in machine.processes.values():
        for object_ in _held_by(process):
            mine.setdefault(object_, {})[process.koid] = None
    for _, handle in machine.kernel_handles:
        mine.setdefault(handle.object, {})[KERNEL] = None
    # Tasks belong to themselves, whoever has a handle to them.
    census = Census(machine, machine.root_job)
    for object_ in census.objects:
        if isinstance(object_, Process):
            mine[object_] = {object_.koid: None}
        elif isinstance(object_, Thread):
            mine[object_] = {object_.process.koid: None}
    found: dict[KernelObject, Mapping[int, object]] = {}
    found.update(mine)
    pass_on([object_ for object_ in census.keepers if not isinstance(object_, Process | Thread | Job)], census, found)
    for object_ in census.objects:
        found.setdefault(object_, {KERNEL: None})
    return found


def _held_by(process: Process) -> Iterator[KernelObject]:
    """What a live process holds: by handles, in the messages that wait for it, by its mappings."""
    yield process.root_vmar
    pending = [handle.object for _, handle in process.handles]
    seen: set[KernelObject] = set()
    while pending:
        poll()
        object_ = pending.pop()
        if object_ in seen:
            continue
        seen.add(object_)
        yield object_
        if isinstance(object_, Channel):
            pending.extend(handle.object for message in object_.queue for handle in message.handles)
    for mapping in process.root_vmar.mappings():
        assert isinstance(mapping, View)
        yield mapping.vmo


def total_bytes(found: Overhead, heap_pages: int | None) -> int:
    """Heap, page tables and stacks together; `heap_pages` None counts the blocks instead of the heap's pages."""
    pages = found.page_tables + found.stacks
    return (pages << PAGE_SHIFT) + (found.live if heap_pages is None else heap_pages << PAGE_SHIFT)
