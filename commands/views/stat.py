"""`stat`: the figures of one process."""

from __future__ import annotations

from kshell.kernel import info
from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.tasks import RUNNING, Process
from kshell.shell.arguments import ProcessTask
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import SIZE
from kshell.sizes import format_size
from kshell.text import printable


@command(
    "stat",
    category="look",
    summary="the figures of one process: VIRT, RES, handles, threads",
    params=(ProcessTask("TASK", None, jobs="has no figures of its own"),),
    examples=(
        ("stat 3020", "koid     3020\nname     sh:vc\n...\n"),
        ("s = stat 3020", ""),
        ("assert $s.res == 1296k", ""),
    ),
)
def stat(state: State, task: Process | None) -> Result:
    process = state.process if task is None else task
    virt, res = info.task_stats(process) if process.state == RUNNING else (0, 0)
    fields: dict[str, object] = {
        "koid": process.koid,
        "name": printable(process.name),
        "virt": virt,
        "res": res,
        "pages": res >> PAGE_SHIFT,
        "mappings": process.aspace.mapping_count,
        "handles": len(process.handles),
        "threads": len(process.threads),
    }
    lines = [f"{name:<8} {value}\n" for name, value in fields.items() if name not in ("virt", "res")]
    lines[2:2] = [f"virt     {virt} ({format_size(virt)})\n", f"res      {res} ({format_size(res)})\n"]
    return Result(res, fields, "".join(lines), kind=SIZE)
