"""What was, compared with what is: snap, snaps, diff.

A snap of a small machine has its figures. Of a large one it only knows after how many lines it was taken, which costs
nothing: the figures are made by running those lines again when somebody wants to compare them, and are the same.
"""

from __future__ import annotations

from kshell.accounting.moments import Difference, Moment, size_of
from kshell.commands.session.differences import fields_of, memory_of, text_of
from kshell.kernel.machine import Machine
from kshell.shell.arguments import Choice, Raw
from kshell.shell.errors import ShellError, UsageError
from kshell.shell.grammar import NAME_CHARS
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import COUNT
from kshell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# So many snaps are kept at most.
MOST_SNAPS = 100
# The figures of a machine of more objects are made when they are wanted.
MOST_ROWS = 30_000
# The name of what is now.
NOW = "now"
# What there is to be counted at once, and its title in a table.
COUNTS = {"pages": "PAGES", "tasks": "TASKS", "vmos": "VMOS", "mappings": "MAPPINGS", "handles": "HANDLES"}


class Snap:
    """What a name stands for: the figures of a machine, or after how many lines it was as it was then."""

    __slots__ = ("counts", "after", "moment")

    def __init__(self, state: State) -> None:
        machine = state.machine
        self.counts = counts_of(machine)
        begins = state.past.line_begins() if size_of(machine) > MOST_ROWS else None
        self.after = begins
        self.moment = Moment(machine) if begins is None else None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Snap):
            return NotImplemented
        return (self.counts, self.after, self.moment) == (other.counts, other.after, other.moment)

    __hash__ = None  # type: ignore[assignment]

    def figures(self, state: State) -> Moment:
        """The figures, for a line of `state`."""
        if self.moment is not None:
            return self.moment
        assert self.after is not None
        return state.past.seen(self.after, Moment)


def counts_of(machine: Machine) -> dict[str, object]:
    """How many of everything there are."""
    return {
        "pages": machine.physmem.total - machine.physmem.free,
        "tasks": sum(1 for _ in machine.walk_jobs()) + len(machine.processes),
        "vmos": len(machine.vmos),
        "mappings": sum(process.aspace.mapping_count for process in machine.processes.values()),
        "handles": machine.handles.live,
    }


class SnapName(Raw):
    """The name of a snap that there is, or `now`."""

    __slots__ = ()

    explain = "a snap's name, or now; `snaps` lists them"

    def parse(self, state: State, word: str) -> str:
        name = state.expand(word)
        if name != NOW and name not in state.snaps:
            raise ShellError(f"there is no snap {name[:40]!r}; `snaps` lists them")
        return name

    def choices(self, state: State) -> Iterable[Choice]:
        return [*((name, "") for name in state.snaps), (NOW, "the machine as it is")]


class NewName(Raw):
    """The name of a snap that is to be."""

    __slots__ = ()

    explain = "a name: letters, digits and _"

    def parse(self, state: State, word: str) -> str:
        name = state.expand(word)
        if not name or any(char not in NAME_CHARS for char in name) or len(name) > 20:
            raise UsageError(f"{name[:40]!r} is not a name for a snap: give up to 20 letters, digits and _")
        if name == NOW:
            raise UsageError(f"{NOW} is the machine as it is: give another name")
        return name

    def choices(self, state: State) -> Iterable[Choice]:
        return [(name, "replaces it") for name in state.snaps]


@command(
    "snap",
    category="look",
    summary="remembers the figures of the machine under NAME, for `diff`",
    params=(NewName("NAME", None),),
    examples=(
        ("snap before", ""),
        ("snap", ""),
        ("diff before 1", "before -> 1\npages     24883 in use, as before\n...\n"),
    ),
    details="Without NAME it gets a number. A snap of the same name is replaced; up to 100 are kept.\n"
    "It is a line of the session: `undo` takes it back.",
)
def snap(state: State, name: str | None) -> Result:
    snaps = state.snaps
    if name is None:
        name = next(str(number) for number in range(1, MOST_SNAPS + 2) if str(number) not in snaps)
    if name not in snaps and len(snaps) >= MOST_SNAPS:
        raise ShellError(f"there are {MOST_SNAPS} snaps, as many as are kept: give a name that is taken to replace one")
    made = Snap(state)
    snaps[name] = made
    return Result(name, {"name": name, **made.counts})


@command(
    "snaps",
    category="look",
    summary="the snaps, and how much there was of everything",
    examples=(("snap a", ""), ("snaps", "NAME                      PAGES  TASKS   VMOS  MAPPINGS  HANDLES\n...\n")),
)
def snaps_(state: State) -> Result:
    rows: list[dict[str, object]] = [{"name": name, **made.counts} for name, made in state.snaps.items()]
    return Result(len(rows), {"snaps": rows}, lambda: _table(rows), kind=COUNT)


def _table(rows: list[dict[str, object]]) -> str:
    if not rows:
        return "no snaps; `snap NAME` makes one\n"
    widths = {name: max(5, len(title)) for name, title in COUNTS.items()} | {"pages": 9}
    titles: dict[str, object] = {"name": "NAME", **COUNTS}
    return "".join(
        f"{row['name']:<20}" + "".join(f"{row[name]:>{width + 2}}" for name, width in widths.items()) + "\n"
        for row in (titles, *rows)
    )


@command(
    "diff",
    category="look",
    summary="what came, went and changed since the last change, since a snap, or between two",
    params=(SnapName("FROM", None), SnapName("TO", NOW)),
    examples=(
        ("snap a", ""),
        ("v = vmo_create 64k", ""),
        ("diff", "before v = vmo_create 64k -> now\n...\nVMOs      1 new, 567 unchanged\n...\n"),
        ("d = diff a", ""),
        ("assert $d.vmos.created == 1", ""),
    ),
    details="Without names it is what the last line did that changed anything. Tasks, VMOs, mappings and handles that\n"
    "are unchanged are only counted. Pages are of physical memory: objects, page tables, the kernel's heap. The\n"
    "bytes that pages hold are not compared. `$d.page_tables`, `$d.heap_pages`, `$d.object_pages` and `$d.heap_bytes`\n"
    "are parts of the change, too.",
)
def diff(state: State, before: str | None, after: str) -> Result:
    if before is None:
        count = state.past.last_change()
        if count is None:
            # Nothing has changed anything yet: what is now is what was at the start.
            title, earlier = "the start", Moment(state.machine)
        else:
            title = f"before {printable(state.past.line(count))}"
            earlier = state.past.seen(count, Moment)
    else:
        title, earlier = before, _figures(state, before)
    found = Difference(earlier, _figures(state, after))
    return Result(
        found.pages,
        fields_of(found, title, after),
        lambda: f"{title if len(title) <= 60 else title[:57] + '...'} -> {after}\n{text_of(found)}",
        extra=memory_of(found),
    )


def _figures(state: State, name: str) -> Moment:
    if name == NOW:
        return Moment(state.machine)
    made: Snap = state.snaps[name]
    return made.figures(state)
