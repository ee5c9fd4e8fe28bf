"""The task tree as the userspace tools see it.

`ps`, `kill`, `vmaps` get the job that devmgr hands out, the oldest child of the kernel's root job, and walk
down from there; that job itself is not listed.

Rules: docs/kernel-rules.md 6.2; `system/uapp/psutils/processes.c`.
"""

from __future__ import annotations

from kshell.kernel.machine import Machine
from kshell.kernel.numbers import decimal
from kshell.kernel.tasks import Job, Process
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def user_root(machine: Machine) -> Job:
    """The job the tools start from (koid 1028 on the shipped image)."""
    return next(iter(machine.root_job.jobs.values()), machine.root_job)


def walk(machine: Machine) -> Iterator[tuple[int, Job | Process]]:
    """(depth, task) in the order of `ps`: a job's processes before its child jobs, oldest first."""
    pending: list[tuple[int, Job]] = [(-1, user_root(machine))]
    while pending:
        depth, job = pending.pop()
        if depth >= 0:
            yield depth, job
        for process in job.processes.values():
            yield depth + 1, process
        pending.extend((depth + 1, child) for child in reversed(job.jobs.values()))


def find(machine: Machine, koid: int) -> Job | Process | None:
    """The job or process `koid` below the tools' root, or None."""
    process = machine.processes.get(koid)
    if process is not None:
        job, top = process.job, user_root(machine)
        while job is not None and job is not top:
            job = job.parent
        return process if job is not None else None
    for _, task in walk(machine):
        if task.koid == koid:
            return task
    return None


def by_name(state: State, word: str) -> str:
    """The koid, as a word, of the only task named `word` (or `p:KOID`, `j:KOID`); else `word` as it stands, for the
    tool to complain about.

    Raises ShellError where several tasks have that name, and for `p:` and a job's koid or `j:` and a process's: the
    tools know neither names nor these forms.
    """
    koid = decimal(word[2:]) if word[:2] in ("p:", "j:") else None
    if koid is not None:
        known = find(state.machine, koid)
        return word[2:] if known is None else str(state.task(word).koid)
    named = state.named_task(word) if word and decimal(word) is None else None
    return word if named is None else str(named.koid)
