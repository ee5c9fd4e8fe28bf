"""`ps -T` and `ps --units=?`: the tables that later Magenta tools print. Rules: docs/kernel-rules.md 6.2.

-T is of commit ee185e073 (2017-04-15): threads under their processes, with a column STATE. --units is of
902f45fbe (2017-05-31): PSS, PRIVATE and SHARED instead of VIRT and RES, the root job with a row of its own, and
jobs with the sums of all below them.
"""

from __future__ import annotations

from kshell.commands.tools.task_tree import user_root
from kshell.kernel import info
from kshell.kernel.info import Usage, usage
from kshell.kernel.machine import Machine
from kshell.kernel.tasks import RUNNING, Job, Process, Thread
from kshell.sizes import format_size, format_size_fixed
from kshell.text import printable


class Line:
    """A row: the task's place and type, the texts of its size columns, its state and name."""

    __slots__ = ("depth", "type", "koid", "sizes", "state", "name", "pss", "private")

    def __init__(self, depth: int, type_: str, koid: int, name: bytes, state: str = "") -> None:
        self.depth = depth
        self.type = type_
        self.koid = koid
        self.name = printable(name)
        self.state = state
        self.sizes: list[str] = []
        self.pss = self.private = 0


def thread_state(thread: Thread, running: Process | None) -> str:
    """`running` for the threads of the process that asks, `blocked` for all others: the model runs nobody else.

    One that task_suspend stopped is `suspended`.
    """
    if thread.suspended:
        return "suspended"
    return "running" if thread.process is running else "blocked"


def with_threads(machine: Machine, itself: Process | None, chosen: list[int] | None) -> str:
    """The table of `ps -T`; of `chosen` koids only, in their order, unless that is None."""
    lines: list[Line] = []
    pending: list[tuple[int, Job]] = [(-1, user_root(machine))]
    while pending:
        depth, job = pending.pop()
        if depth >= 0:
            lines.append(_job_line(depth, job, 2))
        for process in job.processes.values():
            line = Line(depth + 1, "p", process.koid, process.name)
            virt, res = info.task_stats(process) if process.state == RUNNING else (0, 0)
            line.sizes = [format_size(virt), format_size(res)]
            lines.append(line)
            lines.extend(_thread_lines(depth + 2, process, itself, 2))
        pending.extend((depth + 1, child) for child in reversed(job.jobs.values()))
    return _table(_only(lines, chosen), ["VIRT", "RES"], states=True)


def _job_line(depth: int, job: Job, columns: int) -> Line:
    line = Line(depth, "j", job.koid, job.name)
    line.sizes = [""] * columns
    return line


def _thread_lines(depth: int, process: Process, itself: Process | None, columns: int) -> list[Line]:
    lines: list[Line] = []
    for thread in process.threads.values():
        line = Line(depth, "t", thread.koid, thread.name, thread_state(thread, itself))
        line.sizes = [""] * columns
        lines.append(line)
    return lines


def proportional(machine: Machine, unit: str, threads: bool, itself: Process | None, chosen: list[int] | None) -> str:
    """The table of `ps --units=UNIT`; `unit` is one of BkMGTPE, or empty for natural sizes, `chosen` as above.

    What a job has is the sum of all below it, whether that is shown or not.
    """
    lines: list[Line] = []
    root = user_root(machine)
    pending: list[tuple[int, Job, list[Line]]] = [(0, root, [])]
    while pending:
        depth, job, above = pending.pop()
        job_line = Line(depth, "j", job.koid, job.name)
        lines.append(job_line)
        above = [*above, job_line]
        for process in job.processes.values():
            lines.append(_process_line(depth + 1, process, unit, above))
            if threads:
                lines.extend(_thread_lines(depth + 2, process, itself, 3))
        pending.extend((depth + 1, child, above) for child in reversed(job.jobs.values()))
    for line in lines:
        if line.type == "j":
            line.sizes = [format_size_fixed(line.pss, unit), format_size_fixed(line.private, unit), ""]
    return _table(_only(lines, chosen), ["PSS", "PRIVATE", "SHARED"], states=threads)


def _process_line(depth: int, process: Process, unit: str, above: list[Line]) -> Line:
    line = Line(depth, "p", process.koid, process.name)
    # The kernel gives no figures of a process that does not run; the tool showed what its buffer happened to hold
    # (docs/kernel-rules.md 8 no. 43).
    figures = usage(process) if process.state == RUNNING else Usage()
    line.sizes = [format_size_fixed(size, unit) for size in (figures.pss, figures.private, figures.shared)]
    for job_line in above:
        job_line.pss += figures.pss
        job_line.private += figures.private
    return line


def _only(lines: list[Line], chosen: list[int] | None) -> list[Line]:
    """The lines of the tasks `chosen`, in that order, each with those of its threads; all as they are for None."""
    if chosen is None:
        return lines
    tasks: dict[int, list[Line]] = {}
    task: list[Line] = []
    for line in lines:
        if line.type != "t":
            task = tasks[line.koid] = []
        task.append(line)
    return [line for koid in chosen for line in tasks.get(koid, [])]


def _table(lines: list[Line], columns: list[str], states: bool) -> str:
    if not lines:
        return ""
    width = max(2 * line.depth + 2 + len(str(line.koid)) for line in lines)

    def row(task: str, sizes: list[str], state: str, name: str) -> str:
        shown = " ".join(f"{size:>7}" for size in ([*sizes, state] if states else sizes))
        return f"{task:<{width}} {shown} {name}\n"

    header = row("TASK", columns, "STATE", "NAME")
    body = [row(f"{'  ' * line.depth}{line.type}:{line.koid}", line.sizes, line.state, line.name) for line in lines]
    return "".join([header, *body, header])
