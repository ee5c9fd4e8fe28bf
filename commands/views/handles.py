"""`handles`: the handles of a process."""

from __future__ import annotations

from kshell.kernel.abi import TYPE_NAMES
from kshell.kernel.compiling import poll
from kshell.kernel.syscalls.base import rights_text
from kshell.kernel.tasks import Process
from kshell.shell.arguments import ProcessTask
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import COUNT
from kshell.text import plural, printable, wrap


@command(
    "handles",
    category="handles",
    summary="the handles of TASK (default: the current process), newest first",
    params=(ProcessTask("TASK", None, jobs="has no handles"),),
    examples=(
        ("handles 3020", "    HANDLE    KOID TYPE       RIGHTS\n...\nsh:vc (3020) has 12 handles\n"),
        ("h = handles", ""),
        ("echo $h", "14\n"),
    ),
)
def handles(state: State, task: Process | None) -> Result:
    process = state.process if task is None else task
    rows: list[dict[str, object]] = []
    lines = [f"{'HANDLE':>10} {'KOID':>7} {'TYPE':<10} RIGHTS\n"]
    for value, handle in process.handles.newest_first():
        poll()
        type_ = TYPE_NAMES[handle.object.type]
        rows.append({"handle": value, "koid": handle.object.koid, "type": type_, "rights": handle.rights})
        lines.append(_rights(handle.rights, f"{value:>10} {handle.object.koid:>7} {type_:<10} "))
    count = len(process.handles)
    lines.append(f"{printable(process.name)} ({process.koid}) has {plural(count, 'handle')}\n")
    return Result(
        count, {"handles": rows}, lambda: "".join(lines), extra={"count": count}, kind=COUNT, owner=process.koid
    )


def _rights(rights: int, begin: str) -> str:
    """A row that ends with rights: those that it has no room for stand below, in the same column."""
    return wrap(rights_text(rights).replace("|", "| "), begin).replace("| ", "|")
