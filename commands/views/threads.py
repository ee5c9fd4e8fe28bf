"""`threads`: the threads of a process."""

from __future__ import annotations

from kshell.commands.tools.ps_later import thread_state
from kshell.kernel.tasks import Process
from kshell.shell.arguments import ProcessTask
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.text import printable
from kshell.shell.values import COUNT


@command(
    "threads",
    category="look",
    summary="the threads of a process",
    params=(ProcessTask("TASK", jobs="has no threads"),),
    examples=(("threads 3020", "    3027 blocked  sh:vc\n"), ("t = threads bin/devmgr", ""), ("echo $t", "4\n")),
)
def threads(state: State, task: Process) -> Result:
    rows: list[dict[str, object]] = [
        {"koid": thread.koid, "state": thread_state(thread, None), "name": printable(thread.name)}
        for thread in task.threads.values()
    ]
    text = "".join(f"{row['koid']:>8} {row['state']:<8} {row['name']}\n" for row in rows)
    return Result(len(rows), {"threads": rows}, text or "no threads\n", kind=COUNT)
