"""`ps`: the tasks, what they map and how much of it is resident. Rules: docs/kernel-rules.md 6.2; `psutils/ps.c`.

    TASK        VIRT     RES NAME
    p:1041     16.2M   1716k bin/devmgr
    j:1068                   magenta-drivers
      p:1208   13.1M   1676k devhost:root
    TASK        VIRT     RES NAME

The reference tool stops at a process that was never started and warns at nested jobs; this one shows them, the
former with empty sizes, as the tool did a little later.
"""

from __future__ import annotations

from kshell.commands.tools.filters import Column, NamePart, Smallest, named, sort_rows
from kshell.commands.tools.task_tree import walk
from kshell.kernel import info
from kshell.kernel.compiling import poll
from kshell.kernel.machine import Machine
from kshell.kernel.tasks import RUNNING, Process
from kshell.shell.arguments import Choice, Word
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.running import running
from kshell.shell.state import State
from kshell.shell.values import COUNT
from kshell.sizes import format_size
from kshell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Row:
    """One task: `type` "p" or "j", sizes in bytes or None where the tool prints none."""

    __slots__ = ("type", "koid", "depth", "name", "virt", "res")

    def __init__(self, type_: str, koid: int, depth: int, name: str, virt: int | None, res: int | None) -> None:
        self.type = type_
        self.koid = koid
        self.depth = depth
        self.name = name
        self.virt = virt
        self.res = res

    def fields(self) -> dict[str, object]:
        """The row for programs."""
        return {
            "type": self.type,
            "koid": self.koid,
            "depth": self.depth,
            "name": self.name,
            "virt": self.virt,
            "res": self.res,
        }


def rows(machine: Machine) -> list[Row]:
    """Every task below the tools' root job, in the order of the table."""
    found: list[Row] = []
    for depth, task in walk(machine):
        if isinstance(task, Process):
            virt, res = info.task_stats(task) if task.state == RUNNING else (None, None)
            found.append(Row("p", task.koid, depth, printable(task.name), virt, res))
        else:
            found.append(Row("j", task.koid, depth, printable(task.name), None, None))
    return found


def table(tasks: list[Row]) -> str:
    """The table with its header at top and bottom; nothing at all when there is no task."""
    if not tasks:
        return ""
    width = max(2 * row.depth + 2 + len(str(row.koid)) for row in tasks)
    header = f"{'TASK':<{width}} {'VIRT':>7} {'RES':>7} NAME\n"
    lines = [header]
    for row in tasks:
        poll()
        task = f"{'  ' * row.depth}{row.type}:{row.koid}"
        lines.append(f"{task:<{width}} {_size(row.virt):>7} {_size(row.res):>7} {row.name}\n")
    lines.append(header)
    return "".join(lines)


def _size(size: int | None) -> str:
    return "" if size is None else format_size(size)


SORT_KEYS: dict[str, Callable[[Row], int | str]] = {
    "koid": lambda row: row.koid,
    "virt": lambda row: row.virt or 0,
    "res": lambda row: row.res or 0,
    "name": lambda row: row.name,
}


class ToolWord(Word):
    """A word that the real tool ignores, or one of its later flags."""

    __slots__ = ()

    explain = "-T, --units=M; the tool ignores anything else"
    expressions = True

    def choices(self, state: State) -> list[Choice]:
        return [("-T", "threads too"), ("--units=", "PSS, PRIVATE, SHARED; one of B k M G T P E")]


@command(
    "ps",
    category="look",
    summary="the tasks, what they map (VIRT) and how much of it is resident (RES)",
    params=(
        ToolWord("WORD", many=True),
        NamePart(),
        Smallest("RES"),
        Column("koid", "virt", "res", "name"),
    ),
    examples=(
        ("ps", "TASK        VIRT     RES NAME\np:1041     16.2M   1716k bin/devmgr\n...\n"),
        ("ps -T", "TASK          VIRT     RES   STATE NAME\n...\n"),
        ("p = ps", ""),
        ("assert $p.3020.res == 1296k", ""),
    ),
    details="RES counts a page once for every mapping that shows it, and pages seen through a clone's parent not at "
    "all. VMOs that are not mapped, and the kernel's own memory, count nowhere. "
    "-T adds threads, --units=U (one of BkMGTPE, or none) shows PSS, PRIVATE and SHARED: tables of later tools, "
    "with the slips of their commits (ee185e073, 902f45fbe). "
    "All other words are ignored, as the real tool does. --name, --min and --sort are kshell's own.",
)
def ps(state: State, words: list[str], name: str | None, least: int | None, column: str | None) -> Result:
    threads = "-T" in words
    unit = next((word[len("--units=") :] for word in words if word.startswith("--units=")), None)
    with running(state, "ps") as itself:
        tasks = [
            row
            for row in rows(state.machine)
            if named(name, row.name) and (least is None or (row.res is not None and row.res >= least))
        ]
        tasks = sort_rows(tasks, column, SORT_KEYS)
        later: str | None = None
        if threads or unit is not None:
            from kshell.commands.tools.ps_later import proportional, with_threads

            whole = name is None and least is None and column is None
            chosen = None if whole else [row.koid for row in tasks]
            if unit is not None:
                later = proportional(state.machine, unit[:1], threads, itself, chosen)
            else:
                later = with_threads(state.machine, itself, chosen)
    return Result(
        len(tasks),
        lambda: _fields(tasks),
        lambda: table(tasks) if later is None else later,
        extra=lambda: _sums(tasks),
        kind=COUNT,
    )


def _fields(tasks: list[Row]) -> dict[str, object]:
    return {"tasks": [row.fields() for row in tasks]}


def _sums(tasks: list[Row]) -> dict[str, object]:
    """`$x.3020.res` is a figure of task 3020, `$x.res` the sum of all."""
    return {
        **{str(row.koid): row.fields() for row in tasks},
        "virt": sum(row.virt or 0 for row in tasks),
        "res": sum(row.res or 0 for row in tasks),
        "count": len(tasks),
    }
