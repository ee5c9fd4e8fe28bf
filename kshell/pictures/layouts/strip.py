"""The pages of a box as slots in rows: each slot is a page, or as many as have to share one.

    cells   0..4 own, 4..9 parent, 9..16 absent          8 slots of 2 pages, in rows of 4

    slots   own own parent parent                        a slot shows the first of STATES that is in it; where that is
            parent absent absent absent                  not all of it, it is "some"

Like slots beside each other are one rectangle, so a terabyte is as few marks as a page.
"""

from __future__ import annotations

from kshell.accounting.sight import OWN
from kshell.kernel.abi import PAGE_SIZE
from kshell.pictures.cells import coarser
from kshell.pictures.scene import Box
from kshell.pictures.sheet import Sheet
from kshell.sizes import format_size
from kshell.text import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Slots are told apart from so many pixels on; a run has room for the name of its owner from so many on.
THIN, NAMED = 7.0, 46.0


class Run:
    """The slots [start, end) that look the same; `full` where all their pages are in that state."""

    __slots__ = ("start", "end", "state", "owner", "changed", "full")

    def __init__(self, start: int, end: int, state: str, owner: int | None, changed: bool, full: bool) -> None:
        self.start = start
        self.end = end
        self.state = state
        self.owner = owner
        self.changed = changed
        self.full = full

    def part(self, start: int, end: int) -> Run:
        """The slots [start, end) of it."""
        return Run(start, end, self.state, self.owner, self.changed, self.full)

    def like(self, other: Run) -> bool:
        """Whether both look the same."""
        return (self.state, self.owner, self.changed, self.full) == (
            *(other.state, other.owner, other.changed, other.full),
        )


class Slots:
    """The pages of a box, `unit` of them a slot: the smallest power of two, from `unit` on, with at most `most` slots.

    Neighbours among `runs` do not look the same.
    """

    __slots__ = ("pages", "unit", "runs")

    def __init__(self, box: Box, most: int, unit: int = 1) -> None:
        self.pages = box.cells[-1].end if box.cells else 0
        self.unit = max(unit, box.unit)
        while self.count > most:
            self.unit *= 2
        self.runs: list[Run] = []
        for cell in coarser(box.cells, self.unit):
            full = cell.count == cell.end - cell.start
            run = Run(cell.start // self.unit, -(-cell.end // self.unit), cell.state, cell.owner, cell.changed, full)
            if self.runs and self.runs[-1].like(run):
                self.runs[-1].end = run.end
            else:
                self.runs.append(run)

    @property
    def count(self) -> int:
        """How many slots there are."""
        return -(-self.pages // self.unit)

    def rows(self, columns: int) -> Iterator[tuple[int, Run]]:
        """(row, the part of a run that stands in it), in order."""
        for run in self.runs:
            start = run.start
            while start < run.end:
                row = start // columns
                stop = min(run.end, (row + 1) * columns)
                yield row, run.part(start, stop)
                start = stop

    def note(self) -> tuple[str, ...]:
        """What a square is, where that is more than a page."""
        if self.unit == 1:
            return ()
        size = format_size(self.unit * PAGE_SIZE)
        return (f"a square is {self.unit:,} pages, {size}: it shows the first of own, parent, zero, absent in it",)


def draw(
    sheet: Sheet, box: Box, slots: Slots, columns: int, x: float, y: float, wide: float, high: float, pitch: float
) -> None:
    """The slots of a box in rows of `columns`, each `wide` by `high` pixels; rows are `pitch` pixels apart."""

    def place(row: int, run: Run) -> tuple[float, float, float, float]:
        return x + (run.start - row * columns) * wide, y + row * pitch, (run.end - run.start) * wide, high

    parts = list(slots.rows(columns))
    for row, run in parts:
        cls = f"cell {run.state}{'' if run.full else ' some'}"
        sheet.rect(box.key, f"cell:{run.start}", *place(row, run), cls, [_fact(box, slots, run)])
    if wide >= THIN:
        _separate(sheet, box, slots, columns, x, y, wide, high, pitch)
    for row, run in parts:
        left, top, length, _ = place(row, run)
        if run.changed:
            sheet.rect(box.key, f"mark:{run.start}", left, top, length, high, "mark")
        if run.owner is not None and run.state != OWN and length >= NAMED:
            sheet.text(
                box.key, f"owner:{run.start}", left + 5, top + high / 2 + 4, str(run.owner), length - 10, "small halo"
            )


def _separate(
    sheet: Sheet, box: Box, slots: Slots, columns: int, x: float, y: float, wide: float, high: float, pitch: float
) -> None:
    """Thin lines between the slots of a row, one for all rows."""
    count = slots.count
    lines = -(-count // columns)
    for column in range(1, min(columns, count)):
        # The last row may be shorter.
        reached = lines if column < count - (lines - 1) * columns else lines - 1
        left = x + column * wide
        sheet.line(box.key, f"between:{column}", left, y, left, y + (reached - 1) * pitch + high, "between")


def _fact(box: Box, slots: Slots, run: Run) -> str:
    """What a run says when it is pointed at."""
    start, end = run.start * slots.unit, min(slots.pages, run.end * slots.unit)
    where = f"{(box.base or 0) + start * PAGE_SIZE:#x} to {(box.base or 0) + end * PAGE_SIZE:#x}"
    of = f" {run.owner}" if run.owner is not None and run.state != OWN else ""
    some = "" if run.full else ", not all of them"
    return f"{where}, {plural(end - start, 'page')}: {run.state}{of}{some}" + ("; changed" if run.changed else "")
