"""What would free an object: the smallest sets of steps after which nothing refers to it any more.

    VMO --+-- handle of A            close it, or kill A
          +-- mapping in B           unmap it, or kill B
          +-- clone                  all that refers to the clone has to go
          `-- handle in a message    all that refers to the channel's end has to go

The leaves of this tree are handles in tables and mappings, each of one process. Four ways to be rid of them are tried:
reference by reference, process by process, whichever of the two takes fewer lines for each process, and the job that
these processes and no others are in. From each, what is not needed is taken out again, so that no part of a set does. A
kernel's reference, and a channel whose only handles are in messages that wait in it, are leaves that nothing takes off:
there is no set then.

Each set and its bytes are found by following what would end (`endings.py`), not by doing it on a copy.
"""

from __future__ import annotations

from kshell.accounting.endings import CLOSE, KILL, UNMAP, Ending, Step, bytes_freed, on_a_copy
from kshell.accounting.holders import HANDLE, KERNEL, MAPPING, Holders, Reference
from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.machine import Machine
from kshell.kernel.objects import KernelObject
from kshell.kernel.tasks import DEAD, Job, Process, Thread
from kshell.kernel.vmar import Mapping, Vmar
from kshell.kernel.vmo import Vmo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Nobody types more lines than this; what has more references is freed by killing processes, if by anything.
MOST = 64
# What has more references than this, those of its clones and channels included, has no set: none is looked for.
WORK = 4096
SETS = 3
# Why there is no set: see `obstacle`.
KEPT, MANY, BOUND, LOST = "kept", "many", "bound", "lost"


class Freeing:
    """A set of steps, and the bytes of physical memory that are free after them."""

    __slots__ = ("steps", "bytes")

    def __init__(self, steps: list[Step], bytes_: int) -> None:
        self.steps = steps
        self.bytes = bytes_


class Leaf:
    """A reference that a step can take off: `fine` takes off it alone, `kill` its process; None where that cannot be
    done."""

    __slots__ = ("process", "fine", "kill")

    def __init__(self, process: Process, fine: Step | None, kill: Step | None) -> None:
        self.process = process
        self.fine = fine
        self.kill = kill


class Stuck(Exception):
    """Nothing takes a reference off, or there are too many: its only argument says which, as `obstacle` does."""


def freeing_sets(holders: Holders, object_: KernelObject) -> list[Freeing]:
    """At most SETS sets of steps that free `object_`, those with the fewest steps first, then those that free least."""
    if isinstance(object_, Job | Process) and not _dead(object_):
        steps = _kill(holders.machine, object_)
        return [Freeing(steps, bytes_freed(holders.machine, steps))] if steps else []
    try:
        leaves = _leaves(holders, object_)
    except Stuck:
        return []
    trials = _Trials(holders, object_)
    found: dict[frozenset[tuple[object, ...]], list[Step]] = {}
    for steps in [*_ways(leaves), _job(holders.machine, leaves)]:
        if 0 < len(steps) <= MOST and trials.frees(steps):
            steps = _needed(trials, steps)
            found.setdefault(frozenset(step.key for step in steps), steps)
    sets = [Freeing(steps, trials.bytes(steps)) for steps in found.values()]
    return sorted(sets, key=lambda one: (len(one.steps), one.bytes))[:SETS]


def _kill(machine: Machine, task: Process | Job) -> list[Step]:
    """The step that kills a task, if the tool finds it: it looks below the oldest child of the root job."""
    top = next(iter(machine.root_job.jobs.values()), machine.root_job)
    above = task.job if isinstance(task, Process) else task.parent
    while above is not None and above is not top:
        above = above.parent
    return [Step(KILL, task)] if above is not None else []


def obstacle(holders: Holders, object_: KernelObject) -> str:
    """Why `freeing_sets` finds none for an object: the kernel has it (KEPT), it has too many references (MANY), it goes
    with its process or threads (BOUND), or it is in a message that nobody can ever read (LOST)."""
    if isinstance(object_, Job | Process) and not _dead(object_):
        return KEPT
    try:
        leaves = _leaves(holders, object_)
    except Stuck as why:
        return str(why)
    return MANY if len(leaves) > MOST else LOST


def _dead(task: Job | Process) -> bool:
    return isinstance(task, Process) and task.state == DEAD


def _leaves(holders: Holders, object_: KernelObject) -> list[Leaf]:
    """The leaves below an object. Raises Stuck."""
    found = list(_references(holders, object_))
    few = len(found) <= MOST
    leaves: list[Leaf] = []
    for reference in found:
        assert reference.process is not None
        kill = _kill(holders.machine, reference.process)
        fine = _fine(holders, reference) if few else None
        if fine is None and not kill:
            raise Stuck(MANY if not few else BOUND)
        leaves.append(Leaf(reference.process, fine, kill[0] if kill else None))
    return leaves


def _references(holders: Holders, object_: KernelObject) -> Iterator[Reference]:
    """The handles in tables and the mappings that keep an object, through clones and messages. Raises Stuck."""
    if isinstance(object_, Vmar) or (isinstance(object_, Process) and object_.thread_objects):
        raise Stuck(BOUND)
    if isinstance(object_, Thread) and not object_.handle_count:
        # It runs: its process keeps it.
        yield Reference(KERNEL, object_.process)
    seen = {object_}
    pending = [object_]
    work = 0
    while pending:
        target = pending.pop()
        work += 1 + target.handle_count + (len(target.mappings) if isinstance(target, Vmo) else 0)
        if work + len(pending) > WORK:
            raise Stuck(MANY)
        for reference in holders.of(target):
            below = reference.source
            if reference.by in (HANDLE, MAPPING):
                yield reference
            elif not isinstance(below, KernelObject):
                raise Stuck(KEPT)
            # What was met before has its leaves here already, or is part of a circle, which no way will free. What the
            # kernel keeps open with no handle goes with its other end, which is the source.
            elif below not in seen:
                seen.add(below)
                pending.append(below)


def _fine(holders: Holders, reference: Reference) -> Step | None:
    """The step that takes off this reference alone, or None."""
    process = reference.process
    assert process is not None
    if reference.by == KERNEL:
        return None
    if reference.by == HANDLE:
        assert reference.handle is not None
        return Step(CLOSE, process, reference.handle)
    mapping = reference.source
    assert isinstance(mapping, Mapping)
    return _unmap(holders, process, mapping)


def _unmap(holders: Holders, process: Process, mapping: Mapping) -> Step | None:
    """The call that ends a mapping and nothing else, by the process itself or by another with a handle to the VMAR.

    None where nobody has one, or the kernel's search begins at a child VMAR before it (docs/kernel-rules.md 8 no. 23).
    """
    if isinstance(mapping.parent.children.floor(mapping.base - 1), Vmar):
        return None
    handle = process.handles.value_for(mapping.parent)
    if handle is None and mapping.parent.handle_count:
        other = next((one for one in holders.of(mapping.parent) if one.by == HANDLE), None)
        if other is not None and other.process is not None:
            process, handle = other.process, other.handle
    return None if handle is None else Step(UNMAP, process, handle, mapping.base, mapping.size, mapping=mapping)


def _ways(leaves: list[Leaf]) -> list[list[Step]]:
    """The steps of the three ways: reference by reference, process by process, the shorter for each process."""
    counts: dict[Process, int] = {}
    for leaf in leaves:
        counts[leaf.process] = counts.get(leaf.process, 0) + 1
    ways: list[dict[tuple[object, ...], Step]] = [{}, {}, {}]
    for leaf in leaves:
        either = leaf.kill if leaf.kill is not None and counts[leaf.process] > 1 else leaf.fine
        for way, step in zip(ways, (leaf.fine or leaf.kill, leaf.kill or leaf.fine, either or leaf.kill), strict=True):
            assert step is not None
            way[step.key] = step
    # Who is killed cannot close handles any more.
    return [sorted(way.values(), key=lambda step: step.verb == KILL) for way in ways]


def _job(machine: Machine, leaves: list[Leaf]) -> list[Step]:
    """The step that kills a job, where the leaves are of several processes, and these and no others are in it."""
    processes = {leaf.process for leaf in leaves}
    if len(processes) < 2:
        return []
    for job in _jobs_above(leaves[0].process):
        inside = {process for _, below in job.walk() for process in below.processes.values()}
        if inside >= processes:
            return _kill(machine, job) if inside == processes else []
    return []


def _jobs_above(process: Process) -> list[Job]:
    """The jobs that a process is in, its own first."""
    jobs: list[Job] = []
    job = process.job
    while job is not None:
        jobs.append(job)
        job = job.parent
    return jobs


class _Trials:
    """What sets of steps do, each followed once: whether they free an object, and how much memory."""

    __slots__ = ("_holders", "_object", "_copied")

    def __init__(self, holders: Holders, object_: KernelObject) -> None:
        self._holders = holders
        self._object = object_
        # Of steps whose end is not sure, by their keys: whether the object ends, and how many pages are free then.
        self._copied: dict[tuple[tuple[object, ...], ...], tuple[bool, int]] = {}

    def frees(self, steps: list[Step]) -> bool:
        """Whether the object ends."""
        return self._tried(steps)[0]

    def bytes(self, steps: list[Step]) -> int:
        """How much memory is free then."""
        return self._tried(steps)[1] << PAGE_SHIFT

    def _tried(self, steps: list[Step]) -> tuple[bool, int]:
        key = tuple(step.key for step in steps)
        endings = self._holders.endings
        ending = endings.get(key)
        if ending is None:
            ending = endings[key] = Ending().do(steps)
        if ending.sure:
            return self._object in ending.ended, ending.pages
        known = self._copied.get(key)
        if known is None:
            _, pages, (twin,) = on_a_copy(self._holders.machine, steps, self._object)
            known = self._copied[key] = not getattr(twin, "exists", twin.handle_count), pages
        return known


def _needed(trials: _Trials, steps: list[Step]) -> list[Step]:
    """The steps without those that are not needed."""
    at = 0
    while at < len(steps):
        fewer = steps[:at] + steps[at + 1 :]
        if fewer and trials.frees(fewer):
            steps = fewer
        else:
            at += 1
    return steps
