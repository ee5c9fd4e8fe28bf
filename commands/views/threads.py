"""`threads`: the threads of a process."""

from __future__ import annotations

from kshell.commands.tools.ps_later import thread_state
from kshell.kernel.tasks import Process
from kshell.shell.arguments import ProcessTask
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import COUNT
from kshell.text import printable


@command(
    "threads",
    category="look",
    summary="the threads of a process",
    params=(ProcessTask("TASK", jobs="has no threads"),),
    examples=(
        ("threads 3020", "    KOID STATE    NAME\n    3027 blocked  sh:vc\n"),
        ("t = threads bin/devmgr", ""),
        ("echo $t", "4\n"),
    ),
)
def threads(state: State, task: Process) -> Result:
    rows: list[dict[str, object]] = [
        {"koid": thread.koid, "state": thread_state(thread, None), "name": printable(thread.name)}
        for thread in task.threads.values()
    ]
    width = max([8, *(len(str(row["state"])) for row in rows)])
    lines = [f"{row['koid']:>8} {row['state']:<{width}} {row['name']}\n" for row in rows]
    text = "".join([f"{'KOID':>8} {'STATE':<{width}} NAME\n", *lines]) if lines else "no threads\n"
    return Result(len(rows), {"threads": rows}, text, kind=COUNT)
