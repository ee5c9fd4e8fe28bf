"""Whose syscalls the next lines are: attach, detach."""

from __future__ import annotations

from kshell.kernel.tasks import Job, Process
from kshell.shell.arguments import Task
from kshell.shell.errors import ShellError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.text import printable
from kshell.shell.values import KOID


@command(
    "attach",
    category="session",
    summary="makes the syscalls of the next lines those of the process TASK",
    params=(Task("TASK"),),
    examples=(("spawn demo", "process 3183 demo\n"), ("attach demo", ""), ("detach", "")),
)
def attach(state: State, task: Process | Job) -> Result:
    if not isinstance(task, Process):
        raise ShellError("a job makes no syscalls: give a process")
    state.attach(task)
    return Result(task.koid, {"koid": task.koid, "name": printable(task.name)}, kind=KOID)


@command("detach", category="session", summary="back to the console's own shell", examples=(("detach", ""),))
def detach(state: State) -> Result:
    state.attach(state.shell)
    return Result(state.shell.koid, {"koid": state.shell.koid, "name": printable(state.shell.name)}, kind=KOID)
