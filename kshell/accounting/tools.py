"""In which of the tools an object or a page shows: why the figures of two of them differ.

    ps, vmaps    RES: own pages of what a mapping shows, of processes below the job that the tools start from
    k mx ps      #pg: the same of every process that has a job; for other objects, the number of handles
    vmos         VMOs that such a process maps, or has a handle to
    memory       what physical memory is used for, whoever has it
    audit        the same by who pays for it

Rules: docs/kernel-rules.md 4.8, 6.2 and 6.6.
"""

from __future__ import annotations

from kshell.accounting.holders import HANDLE, MAPPING, Reference
from kshell.accounting.sight import OWN, Sight
from kshell.kernel.machine import Machine
from kshell.kernel.objects import KernelObject
from kshell.kernel.tasks import DEAD, RUNNING, Job, Process
from kshell.kernel.vmo import Vmo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

TOOLS = ("ps", "vmaps", "k mx ps", "vmos", "memory", "audit")


def listed(machine: Machine, task: Process | Job | None) -> bool:
    """Whether the tools find a task: they look below the oldest child of the root job."""
    top = next(iter(machine.root_job.jobs.values()), machine.root_job)
    above = task.job if isinstance(task, Process) else task.parent if task is not None else None
    while above is not None and above is not top:
        above = above.parent
    return above is not None


def tools_of_memory(
    machine: Machine, vmo: Vmo, pages: bool, references: Iterable[Reference], sights: Iterable[tuple[Process, Sight]]
) -> list[str]:
    """The tools in which memory of `vmo` shows; `pages` says whether there is any, `references` are those to the VMO,
    `sights` its mappings."""
    found: set[str] = {"memory", "audit"} if pages else set()
    for process in dict.fromkeys(process for process, sight in sights if sight.how == OWN):
        if process.job is not None:
            found.add("k mx ps")
        if listed(machine, process):
            found.update(("ps", "vmaps") if process.state == RUNNING else ("vmaps",))
    holding = dict.fromkeys(one.process for one in references if one.by in (HANDLE, MAPPING))
    if any(listed(machine, process) for process in holding):
        found.add("vmos")
    return [tool for tool in TOOLS if tool in found]


def tools_of_object(machine: Machine, object_: KernelObject, references: Iterable[Reference]) -> list[str]:
    """The tools in which a task shows, or an object of another kind: its handles, and its blocks in the heap."""
    found = {"memory", "audit"}
    if isinstance(object_, Job):
        found.update(["ps"] if listed(machine, object_) else [])
    elif isinstance(object_, Process):
        if object_.state != DEAD:
            found.update(["ps", "vmaps", "vmos"] if listed(machine, object_) else [])
            found.update(["k mx ps"] if object_.job is not None else [])
    elif any(one.by == HANDLE and one.process is not None and one.process.job is not None for one in references):
        found.add("k mx ps")
    return [tool for tool in TOOLS if tool in found]
