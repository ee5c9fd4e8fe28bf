"""`top`: threads by the time they used. A tool of later Magenta; rules: docs/kernel-rules.md 6.9.

The real tool prints a round a second until Ctrl-C; the model's clock stands still, so here it prints one round, in
which no time has passed.
"""

from __future__ import annotations

from kshell.commands.tools.arguments import count_of
from kshell.commands.tools.flags import COUNT, Flag
from kshell.commands.tools.ps_later import thread_state
from kshell.commands.tools.task_tree import walk
from kshell.kernel.machine import Machine
from kshell.kernel.tasks import Process
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.running import running
from kshell.shell.state import State
from kshell.text import printable

TOP_HELP = """\
Usage: top [options]
Options:
 -a              Print all threads, even if inactive
 -c <count>      Print the first count threads (default infinity)
 -d <delay>      Delay in seconds (default 1 second)
 -o <sort field> Sort by different fields (default is time)
 -r              Print raw time in nanoseconds

Supported sort fields:
\tnone : no sorting, in job order
\ttime : sort by delta time between scans
"""


@command(
    "top",
    category="look",
    summary="threads by the time they used; -a shows idle ones too",
    params=(
        Flag(
            {
                "-a": "idle threads too",
                "-c": "only the first N",
                "-d": "seconds between rounds",
                "-o": "sort by none or time",
                "-r": "times in nanoseconds",
                "-h": "what it prints",
                "--help": "what it prints",
            },
            {"-c": COUNT, "-d": COUNT, "-o": ("none", "time")},
        ),
    ),
    examples=(
        ("top", "     PID      TID      TIME% STATE NAME\n"),
        ("top -a -c 1", "...\n    1041     1044       0.00 block bin/devmgr:bin/devmgr\n"),
    ),
    details="Prints what the tool printed at commit 20838e66b (2017-05-22), its slips included.",
)
def top(state: State, words: list[str]) -> Result:
    show_all = raw = False
    count = -1
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word in ("--help", "-h"):
            return Result(text=TOP_HELP)
        if word == "-a":
            show_all = True
        elif word == "-r":
            raw = True
        elif word in ("-c", "-d"):
            number = count_of(rest.pop(0) if rest else "")
            if not number:
                return Result(err=f"Bad {'count' if word == '-c' else 'delay'}\n{TOP_HELP}", exit_=1)
            count = number if word == "-c" else count
        elif word == "-o":
            if (rest.pop(0) if rest else "") not in ("none", "time"):
                return Result(err=f"Bad sort field\n{TOP_HELP}", exit_=1)
        else:
            return Result(err=f"Unknown option: {word}\n{TOP_HELP}", exit_=1)
    lines = [f"{'PID':>8} {'TID':>8} {'TIME_NS' if raw else 'TIME%':>10} {'STATE':>5} NAME\n"]
    with running(state, "top") as itself:
        if show_all:
            time = f"{0:10}" if raw else f"{0:10.2f}"
            for process, koid, doing, name in _threads(state.machine, itself):
                short = {"running": "run", "blocked": "block"}[doing]
                lines.append(f"{process.koid:8} {koid:8} {time} {short:>5} {printable(process.name)}:{name}\n")
    return Result(text="".join(lines[: count + 1] if count > 0 else lines))


def _threads(machine: Machine, itself: Process | None) -> list[tuple[Process, int, str, str]]:
    """(process, koid, state, name) of every started thread, in the order of the walk."""
    return [
        (task, thread.koid, thread_state(thread, itself), printable(thread.name))
        for _, task in walk(machine)
        if isinstance(task, Process)
        for thread in task.threads.values()
    ]
