"""Whose syscalls the next lines are: attach, detach."""

from __future__ import annotations

from kshell.kernel.tasks import Process
from kshell.shell.arguments import Task
from kshell.shell.errors import ShellError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session
from kshell.shell.text import printable


@command(
    "attach",
    "session",
    "makes the syscalls of the next lines those of the process TASK",
    params=(Task("TASK"),),
    examples=(("spawn demo", "process 3183 demo\n"), ("attach demo", ""), ("detach", "")),
)
def attach(session: Session, task: object) -> Result:
    if not isinstance(task, Process):
        raise ShellError("a job makes no syscalls: give a process")
    session.attach(task)
    return Result(task.koid, {"koid": task.koid, "name": printable(task.name)})


@command("detach", "session", "back to the console's own shell", examples=(("detach", ""),))
def detach(session: Session) -> Result:
    session.attach(session.shell)
    return Result(session.shell.koid, {"koid": session.shell.koid, "name": printable(session.shell.name)})
