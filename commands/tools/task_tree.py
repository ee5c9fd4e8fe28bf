"""The task tree as the userspace tools see it.

`ps`, `kill`, `vmaps` get the job that devmgr hands out, the oldest child of the kernel's root job, and walk
down from there; that job itself is not listed.

Rules: docs/kernel-rules.md 6.2; `system/uapp/psutils/processes.c`.
"""

from __future__ import annotations

from kshell.kernel.compiling import poll
from kshell.kernel.machine import Machine
from kshell.kernel.numbers import decimal
from kshell.kernel.tasks import Job, Process
from kshell.shell.arguments import Choice, Task, Word, begins_a_task, task_choices
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def user_root(machine: Machine) -> Job:
    """The job the tools start from (koid 1028 on the shipped image)."""
    return next(iter(machine.root_job.jobs.values()), machine.root_job)


def walk(machine: Machine) -> Iterator[tuple[int, Job | Process]]:
    """(depth, task) in the order of `ps`: a job's processes before its child jobs, oldest first."""
    pending: list[tuple[int, Job]] = [(-1, user_root(machine))]
    while pending:
        poll()
        depth, job = pending.pop()
        if depth >= 0:
            yield depth, job
        for process in job.processes.values():
            poll()
            yield depth + 1, process
        pending.extend((depth + 1, child) for child in reversed(job.jobs.values()))


def everybody(machine: Machine) -> list[Process | Job]:
    """All tasks that `walk` comes by, in its order."""
    top = user_root(machine)
    found: list[Process | Job] = []
    for _, job in top.walk():
        if job is not top:
            found.append(job)
        found.extend(job.processes.values())
    return found


def find(machine: Machine, koid: int) -> Job | Process | None:
    """The job or process `koid` below the tools' root, or None."""
    process = machine.processes.get(koid)
    job = machine.find_job(koid) if process is None else None
    above = process.job if process is not None else job.parent if job is not None else None
    top = user_root(machine)
    while above is not None and above is not top:
        above = above.parent
    return (process or job) if above is not None else None


class TaskWord(Word):
    """The one word of a tool that takes a task, and says in its own words what is wrong with it, with none or two."""

    __slots__ = ()

    explain = Task.explain
    single = True

    def parse(self, state: State, word: str) -> str:
        return state.task_text(word)

    def check_later(self, state: State, words: Sequence[str], at: int) -> None:
        """Tasks come and go with every command."""

    def choices(self, state: State) -> Iterable[Choice]:
        return self.completions(state, [""], 0)

    def completions(self, state: State, words: Sequence[str], at: int) -> Iterable[Choice]:
        """The tasks that the tool finds."""
        return () if at else task_choices(state, self.tasks(state), words[at])

    def tasks(self, state: State) -> list[Process | Job]:
        """The tasks that the tool finds."""
        return everybody(state.machine)

    def unfinished(self, state: State, words: Sequence[str], at: int) -> bool:
        return not at and begins_a_task(state, self.tasks(state), words[at])


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
