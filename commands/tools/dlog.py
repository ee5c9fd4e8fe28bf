"""`dlog`: the kernel's log. Rules: docs/kernel-rules.md 6.11; `system/uapp/dlog/dlog.c`.

Each line has the time, and K for the kernel, which is the only one that writes here. The model's clock stands still.
"""

from __future__ import annotations

from kshell.shell.arguments import Choice, Word
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.running import running
from kshell.shell.state import State
from kshell.shell.values import COUNT
from kshell.text import printable

STAMP = "[00000.000] K "


class LogWord(Word):
    """A word that the tool ignores, or its flag."""

    __slots__ = ()

    explain = "-f; the tool ignores anything else"
    expressions = True

    def choices(self, state: State) -> list[Choice]:
        return [("-f", "wait for more, which never comes while the clock stands still")]


@command(
    "dlog",
    category="machine",
    summary="the kernel's log: faults, and what else the kernel had to say",
    params=(LogWord("WORD", many=True),),
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
