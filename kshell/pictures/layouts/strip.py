"""The pages of a box as squares in rows, or as one strip: each slot is a page, or as many as have to share one.

    cells   0..4 own, 4..9 parent, 9..16 absent          8 slots of 2 pages in rows of 4

    slots   own own parent parent                        a slot shows the first of STATES that is in it; where that is
            parent absent absent absent                  not all of it, it is "some"

Like slots beside each other are one rectangle, so a terabyte is as few marks as a page.
"""

from __future__ import annotations

from kshell.accounting.sight import OWN
from kshell.kernel.abi import PAGE_SIZE
from kshell.pictures.scene import STATES, Box, Cell
from kshell.pictures.sheet import Sheet
from kshell.text import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Slots are told apart from so many pixels on; a run has room for the name of its owner from so many on.
THIN, NAMED = 7.0, 46.0
_RANK = {state: rank for rank, state in enumerate(STATES)}


class Slots:
    """The pages [first, end) of a box, `unit` of them a slot: the smallest power of two with at most `most` slots."""

    __slots__ = ("first", "end", "unit", "runs")

    def __init__(self, cells: list[Cell], most: int, unit: int = 1) -> None:
        self.first = cells[0].start if cells else 0
        self.end = cells[-1].end if cells else 0
        self.unit = unit
        while self.count > most:
            self.unit *= 2
        self.runs = [] if not cells else list(_joined(self._slots(cells)))

    @property
    def count(self) -> int:
        """How many slots there are."""
        return -(-(self.end - self.first) // self.unit)

    def _slots(self, cells: list[Cell]) -> Iterator[Run]:
        """Runs of slots, in order. Each cell is looked at once, and no slot one by one where a cell fills many."""
        slot, partial = 0, _Mixed()
        for cell in cells:
            start, end = cell.start - self.first, cell.end - self.first
            while start < end:
                edge = (slot + 1) * self.unit
                whole = end // self.unit
                if start == slot * self.unit and whole > slot:
                    full = cell.count == cell.end - cell.start
                    yield Run(slot, whole, cell.state, cell.owner, cell.changed, full)
                    start, slot = whole * self.unit, whole
                    continue
                stop = min(edge, end)
                partial.add(cell, stop - start)
                start = stop
                if stop == edge:
                    yield partial.run(slot)
                    slot, partial = slot + 1, _Mixed()
        if partial.pages:
            yield partial.run(slot)


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

    def like(self, other: Run) -> bool:
        """Whether both look the same."""
        return (self.state, self.owner, self.changed, self.full) == (
            *(other.state, other.owner, other.changed, other.full),
        )


class _Mixed:
    """One slot that several cells share."""

    __slots__ = ("pages", "best", "states", "changed", "full")

    def __init__(self) -> None:
        self.pages = 0
        self.best: Cell | None = None
        self.states: set[tuple[str, int | None]] = set()
        self.changed = False
        self.full = True

    def add(self, cell: Cell, pages: int) -> None:
        self.pages += pages
        if self.best is None or _RANK.get(cell.state, len(_RANK)) < _RANK.get(self.best.state, len(_RANK)):
            self.best = cell
        self.states.add((cell.state, cell.owner))
        self.changed = self.changed or cell.changed
        self.full = self.full and cell.count == cell.end - cell.start

    def run(self, slot: int) -> Run:
        assert self.best is not None
        full = self.full and len(self.states) == 1
        return Run(slot, slot + 1, self.best.state, self.best.owner, self.changed, full)


def _joined(runs: Iterator[Run]) -> Iterator[Run]:
    last: Run | None = None
    for run in runs:
        if last is not None and last.like(run):
            last.end = run.end
        else:
            if last is not None:
                yield last
            last = run
    if last is not None:
        yield last


def rows(slots: Slots, columns: int) -> Iterator[tuple[int, Run]]:
    """(row, the part of a run that stands in it), in order."""
    for run in slots.runs:
        start = run.start
        while start < run.end:
            row = start // columns
            stop = min(run.end, (row + 1) * columns)
            yield row, Run(start, stop, run.state, run.owner, run.changed, run.full)
            start = stop


def draw(
    sheet: Sheet, box: Box, slots: Slots, columns: int, x: float, y: float, wide: float, high: float, pitch: float
) -> None:
    """The slots of a box in rows of `columns`, each `wide` by `high` pixels; rows are `pitch` pixels apart."""

    def place(row: int, run: Run) -> tuple[float, float, float, float]:
        return x + (run.start - row * columns) * wide, y + row * pitch, (run.end - run.start) * wide, high

    parts = list(rows(slots, columns))
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
    start = slots.first + run.start * slots.unit
    end = min(slots.end, slots.first + run.end * slots.unit)
    where = f"{(box.base or 0) + start * PAGE_SIZE:#x} to {(box.base or 0) + end * PAGE_SIZE:#x}"
    of = f" {run.owner}" if run.owner is not None and run.state != OWN else ""
    some = "" if run.full else ", not all of them"
    return f"{where}, {plural(end - start, 'page')}: {run.state}{of}{some}" + ("; changed" if run.changed else "")


def unit_note(slots: Slots, size: str) -> str:
    """What one square is, of `size`."""
    return f"a square is {plural(slots.unit, 'page')}, {size}"
