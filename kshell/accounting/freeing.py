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
from kshell.kernel.machine import Machine
from kshell.kernel.objects import KernelObject
from kshell.kernel.tasks import DEAD, Job, Process, Thread
from kshell.kernel.vmar import Mapping, Vmar
from kshell.kernel.vmo import Vmo

# What has more references than this has no set that anybody would type, and none is looked for.
MOST = 64
SETS = 3


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
    """Nothing takes a reference off, or there are more than MOST."""


def freeing_sets(holders: Holders, object_: KernelObject) -> list[Freeing]:
    """At most SETS sets of steps that free `object_`, those with the fewest steps first, then those that free least."""
    if isinstance(object_, Job | Process) and not (isinstance(object_, Process) and object_.state == DEAD):
        steps = _kill(holders.machine, object_)
        return [Freeing(steps, bytes_freed(holders.machine, steps))] if steps else []
    try:
        leaves = _leaves(holders, object_)
    except Stuck:
        return []
    found: dict[frozenset[tuple[object, ...]], list[Step]] = {}
    for steps in [*_ways(leaves), _job(holders.machine, leaves)]:
        if steps and _frees(holders.machine, steps, object_):
            steps = _needed(holders.machine, steps, object_)
            found.setdefault(frozenset(step.key for step in steps), steps)
    sets = [Freeing(steps, bytes_freed(holders.machine, steps)) for steps in found.values()]
    return sorted(sets, key=lambda one: (len(one.steps), one.bytes))[:SETS]


def _kill(machine: Machine, task: Process | Job) -> list[Step]:
    """The step that kills a task, if the tool finds it: it looks below the oldest child of the root job."""
    top = next(iter(machine.root_job.jobs.values()), machine.root_job)
    above = task.job if isinstance(task, Process) else task.parent
    while above is not None and above is not top:
        above = above.parent
    return [Step(KILL, task)] if above is not None else []


def _leaves(holders: Holders, object_: KernelObject) -> list[Leaf]:
    """The leaves below an object. Raises Stuck."""
    if isinstance(object_, Vmar):
        raise Stuck
    leaves: list[Leaf] = []
    seen = {object_}
    pending = [object_]
    while pending:
        target = pending.pop()
        if isinstance(target, Process) and target.thread_objects:
            raise Stuck
        if isinstance(target, Thread) and not target.handle_count:
            leaves.append(_leaf(holders, target.process, None))
        for reference in holders.of(target) if _few(target) else _too_many():
            if reference.by == KERNEL:
                # What the kernel keeps open with no handle goes with the other end.
                if not isinstance(reference.source, KernelObject):
                    raise Stuck
                below: KernelObject | None = reference.source
            else:
                below = None if reference.by in (HANDLE, MAPPING) else _source(reference)
            if below is None:
                assert reference.process is not None
                leaves.append(_leaf(holders, reference.process, _fine(holders, reference)))
            elif below not in seen:
                seen.add(below)
                pending.append(below)
            # What was met before has its leaves here already, or is part of a circle, which no way will free.
        if len(leaves) > MOST or len(seen) > MOST:
            raise Stuck
    return leaves


def _few(target: KernelObject) -> bool:
    """Whether an object has so few references that it is worth looking at them."""
    views = len(target.mappings) + len(target.children) if isinstance(target, Vmo) else 0
    return target.handle_count + views <= MOST


def _too_many() -> list[Reference]:
    raise Stuck


def _source(reference: Reference) -> KernelObject:
    assert isinstance(reference.source, KernelObject)
    return reference.source


def _leaf(holders: Holders, process: Process, fine: Step | None) -> Leaf:
    kill = _kill(holders.machine, process)
    if fine is None and not kill:
        raise Stuck
    return Leaf(process, fine, kill[0] if kill else None)


def _fine(holders: Holders, reference: Reference) -> Step | None:
    """The step that takes off this reference alone, or None."""
    process = reference.process
    assert process is not None
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


def _frees(machine: Machine, steps: list[Step], object_: KernelObject) -> bool:
    ending = Ending().do(steps)
    if ending.sure:
        return object_ in ending.ended
    _, _, (twin,) = on_a_copy(machine, steps, object_)
    return not getattr(twin, "exists", twin.handle_count)


def _needed(machine: Machine, steps: list[Step], object_: KernelObject) -> list[Step]:
    """The steps without those that are not needed."""
    at = 0
    while at < len(steps):
        fewer = steps[:at] + steps[at + 1 :]
        if fewer and _frees(machine, fewer, object_):
            steps = fewer
        else:
            at += 1
    return steps
