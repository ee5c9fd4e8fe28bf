"""`dlog`: the kernel's log. Rules: docs/kernel-rules.md 6.11; `system/uapp/dlog/dlog.c`.

Each line has the time, and K for the kernel, which is the only one that writes here. The model's clock stands still.
"""

from __future__ import annotations

from kshell.commands.tools.flags import Flag
from kshell.commands.tools.running import running
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.text import printable
from kshell.shell.values import COUNT

STAMP = "[00000.000] K "


@command(
    "dlog",
    category="machine",
    summary="the kernel's log: faults, and what else the kernel had to say",
    params=(Flag({"-f": "wait for more, which never comes while the clock stands still"}),),
    examples=(("dlog", ""), ("l = dlog", ""), ("echo $l", "0\n")),
    details="What `k` prints is shown at once, and is not in the log here. The result is the number of lines.",
)
def dlog(state: State, words: list[str]) -> Result:
    """Every word is ignored, as the tool does; `-f` has nothing to wait for."""
    with running(state, "dlog"):
        lines = [printable(line) for line in state.machine.log]
    entries = [{"time": 0, "kernel": True, "text": line} for line in lines]
    text = "".join(f"{STAMP}{line}\n" for line in lines)
    return Result(len(lines), {"lines": entries}, text, kind=COUNT)
