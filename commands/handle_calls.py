"""The handle_* calls, and `handles`."""

from __future__ import annotations

from commands.formats import handle_result, plural
from kshell.kernel.abi import TYPE_NAMES
from kshell.kernel.syscalls.base import rights_text
from kshell.kernel.tasks import Process
from kshell.shell.arguments import Handle, Task
from kshell.shell.call_arguments import Rights
from kshell.shell.errors import ShellError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session
from kshell.shell.text import printable


@command(
    "handle_close",
    "handles",
    "closes HANDLE",
    params=(Handle("HANDLE"),),
    examples=(("e = event_create", ""), ("handle_close $e", ""), ("expect ERR_BAD_HANDLE handle_close $e", "")),
    details="With the last handle to it an object goes, unless something else needs it: a mapping, a clone.",
    statuses="ERR_BAD_HANDLE",
)
def handle_close(session: Session, handle: int) -> Result:
    session.calls.handle_close(handle)
    return Result()


@command(
    "handle_duplicate",
    "handles",
    "a second handle to the same object, with RIGHTS",
    params=(Handle("HANDLE"), Rights("RIGHTS")),
    examples=(
        ("a = vmo_create 4k", ""),
        ("ro = handle_duplicate $a read,map", ""),
        ("expect ERR_ACCESS_DENIED vmo_write $ro 0 hello", ""),
        ("expect ERR_INVALID_ARGS handle_duplicate $a get-property", ""),
    ),
    statuses="ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_INVALID_ARGS ERR_NO_MEMORY",
)
def handle_duplicate(session: Session, handle: int, rights: int) -> Result:
    return handle_result(session, session.calls.handle_duplicate(handle, rights))


@command(
    "handle_replace",
    "handles",
    "a handle with RIGHTS in place of HANDLE",
    params=(Handle("HANDLE"), Rights("RIGHTS")),
    examples=(
        ("a = vmo_create 4k", ""),
        ("ro = handle_replace $a read", ""),
        ("expect ERR_BAD_HANDLE vmo_read $a 0 1", ""),
    ),
    statuses="ERR_BAD_HANDLE ERR_INVALID_ARGS ERR_NO_MEMORY",
)
def handle_replace(session: Session, handle: int, rights: int) -> Result:
    return handle_result(session, session.calls.handle_replace(handle, rights))


@command(
    "handles",
    "handles",
    "the handles of TASK (default: the current process), newest first",
    params=(Task("TASK", None),),
    examples=(
        ("handles 3020", "    HANDLE    KOID TYPE       RIGHTS\n...\nsh:vc (3020) has 12 handles\n"),
        ("h = handles", ""),
        ("echo $h", "14\n"),
    ),
)
def handles(session: Session, task: object) -> Result:
    process = session.process if task is None else task
    if not isinstance(process, Process):
        raise ShellError("a job has no handles: give a process")
    rows: list[dict[str, object]] = []
    lines = [f"{'HANDLE':>10} {'KOID':>7} {'TYPE':<10} RIGHTS\n"]
    for value, handle in process.handles.newest_first():
        type_ = TYPE_NAMES[handle.object.type]
        rows.append({"handle": value, "koid": handle.object.koid, "type": type_, "rights": handle.rights})
        lines.append(f"{value:>10} {handle.object.koid:>7} {type_:<10} {rights_text(handle.rights)}\n")
    count = len(process.handles)
    lines.append(f"{printable(process.name)} ({process.koid}) has {plural(count, 'handle')}\n")
    return Result(count, {"handles": rows}, lambda: "".join(lines), extra={"count": count})
