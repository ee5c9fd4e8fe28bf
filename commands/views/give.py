"""`give`: a handle of this process, put into another one."""

from __future__ import annotations

from kshell.commands.syscalls.answers import FULL
from kshell.kernel.abi import RIGHT_DUPLICATE, RIGHT_SAME_RIGHTS, TYPE_NAMES
from kshell.kernel.tasks import DEAD, Process
from kshell.shell.arguments import Handle, ProcessTask
from kshell.shell.call_arguments import Rights
from kshell.shell.errors import ShellError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import HANDLE
from kshell.text import printable


@command(
    "give",
    category="handles",
    summary="a duplicate of HANDLE, with RIGHTS, in the handle table of the process TASK",
    params=(
        ProcessTask("TASK", jobs="has no handles"),
        Handle("HANDLE", rights=RIGHT_DUPLICATE),
        Rights("RIGHTS", RIGHT_SAME_RIGHTS),
    ),
    examples=(
        ("a = vmo_create 64k", ""),
        ("p = spawn demo", ""),
        ("h = give $p $a read,map", ""),
        ("as demo vmo_read $h 0 4", "00000000  00 00 00 00                                       |....|\n"),
    ),
    details="As a debugger would bring it there: handle_duplicate, and the duplicate changes hands.",
    gives=("handle", "koid"),
    failures={
        "ERR_INVALID_ARGS": "RIGHTS has one that HANDLE lacks",
        "ERR_NO_MEMORY": FULL,
    },
)
def give(state: State, task: Process, handle: int, rights: int) -> Result:
    if task.state == DEAD:
        raise ShellError(f"{printable(task.name)} ({task.koid}) is dead: it has no handles any more")
    copy = state.process.handles.take(state.calls.handle_duplicate(handle, rights))
    assert copy is not None
    value = task.handles.add(copy)
    koid = copy.object.koid
    told = f"handle {value} of {printable(task.name)}: {TYPE_NAMES[copy.object.type]}, koid {koid}\n"
    return Result(value, {"handle": value, "koid": koid}, told, kind=HANDLE, owner=task.koid)
