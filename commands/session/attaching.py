"""Whose syscalls the next lines are: attach, detach."""

from __future__ import annotations

from kshell.kernel.tasks import Process
from kshell.shell.arguments import ProcessTask
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import KOID
from kshell.text import printable


@command(
    "attach",
    category="session",
    summary="makes the syscalls of the next lines those of the process TASK",
    params=(ProcessTask("TASK", jobs="makes no syscalls"),),
    examples=(("spawn demo", "process 3183 demo\n"), ("attach demo", ""), ("detach", "")),
)
def attach(state: State, task: Process) -> Result:
    state.attach(task)
    return Result(task.koid, {"koid": task.koid, "name": printable(task.name)}, kind=KOID)


@command("detach", category="session", summary="back to the console's own shell", examples=(("detach", ""),))
def detach(state: State) -> Result:
    state.attach(state.shell)
    return Result(state.shell.koid, {"koid": state.shell.koid, "name": printable(state.shell.name)}, kind=KOID)
