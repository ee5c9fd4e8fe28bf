"""Strips of cells in a terminal: a sign for a page, or for a stretch of pages, and a mark below what changed.

#####^^^0.......
**      *
"""

from __future__ import annotations

from kshell.accounting.sight import ABSENT, OWN, PARENT, ZERO
from kshell.kernel.abi import PAGE_SHIFT
from kshell.pictures.scene import Cell
from kshell.pictures.scenes.cells import coarser
from kshell.pictures.terminal.look import CHANGED, PARTLY, Look, Row
from kshell.sizes import format_size
from kshell.text import wrap

# The signs of parents, where a strip shows several.
LETTERS = "abcdefgh"
# What the signs mean, in the order in which they are told.
WORDS = {
    OWN: "own",
    PARTLY: "own in part",
    PARENT: "parent",
    ZERO: "zero",
    ABSENT: "absent",
    CHANGED: "changed by the last line",
}


class Strip:
    """Pages as signs, `unit` pages to each. `owners` maps the koids of parents to their signs; without it all have the
    same."""

    __slots__ = ("cells", "unit", "look", "owners")

    def __init__(self, cells: list[Cell], unit: int, look: Look, owners: dict[int | None, str] | None = None) -> None:
        self.cells = coarser(cells, unit)
        self.unit = unit
        self.look = look
        self.owners = owners or {}

    def rows(self, signs: int) -> list[tuple[Row, Row | None]]:
        """The strip in rows of so many signs: (signs, marks of what changed or None where nothing did)."""
        found: list[tuple[Row, Row | None]] = []
        row: Row = []
        marks: Row = []
        room = signs
        for cell in self.cells:
            left = -(-(cell.end - cell.start) // self.unit)
            while left:
                count = min(left, room)
                row.append(self._sign(cell, count))
                marks.append((self.look.signs[CHANGED] * count if cell.changed else " " * count, CHANGED))
                left -= count
                room -= count
                if not room:
                    found.append((row, _marks(marks)))
                    row, marks, room = [], [], signs
        if row:
            found.append((row, _marks(marks)))
        return found

    def _sign(self, cell: Cell, count: int) -> tuple[str, str]:
        if cell.state == OWN and cell.count < cell.end - cell.start:
            return self.look.signs[PARTLY] * count, PARTLY
        sign = self.owners.get(cell.owner) if cell.state == PARENT else None
        return (sign or self.look.signs[cell.state]) * count, cell.state

    def tones(self) -> set[str]:
        """What is to be seen in it: states, PARTLY, CHANGED."""
        found = {self._sign(cell, 1)[1] for cell in self.cells}
        if any(cell.changed for cell in self.cells):
            found.add(CHANGED)
        return found


def _marks(marks: Row) -> Row | None:
    return marks if any(text.strip() for text, _ in marks) else None


def letters(cells: list[Cell], look: Look) -> dict[int | None, str]:
    """The sign of each VMO of which pages are seen through: one has the plain sign, several have letters."""
    owners = list(dict.fromkeys(cell.owner for cell in cells if cell.state == PARENT))
    if len(owners) == 1:
        return {owners[0]: look.signs[PARENT]}
    return {owner: LETTERS[at] if at < len(LETTERS) else look.signs[PARENT] for at, owner in enumerate(owners)}


def legend(parts: list[Row], begin: str, columns: int) -> list[Row]:
    """What signs mean, in rows that end between parts."""
    *lines, last = wrap(begin, width=columns).splitlines()
    found: list[Row] = [[(line, "")] for line in lines]
    row: Row = [(f"{last} ", "")]
    room = columns - len(last) - 1
    for at, part in enumerate(parts):
        size = sum(len(text) for text, _ in part)
        if at and size + 2 > room:
            found.append(row)
            row, room = [("  ", "")], columns - 2
        elif at:
            row.append(("  ", ""))
            room -= 2
        row += part
        room -= size
    return [*found, row]


def each(unit: int) -> str:
    """What stands before a legend: how many pages a sign is."""
    if unit == 1:
        return "each sign is 1 page:"
    return f"each sign is {unit:,} pages, {format_size(unit << PAGE_SHIFT)}, by the first of these in it:"


def meanings(tones: set[str], look: Look, owners: dict[int | None, str] | None = None) -> list[Row]:
    """What the signs of a strip mean, the one of most note first; `owners` are those of a Strip."""
    parts: list[Row] = []
    for tone, word in WORDS.items():
        if tone not in tones:
            continue
        if tone != PARENT or not owners:
            parts.append([(look.signs[tone], tone), (f" {word}", "")])
            continue
        others = 0
        for owner, sign in owners.items():
            if sign in LETTERS or len(owners) == 1:
                parts.append([(sign, PARENT), (f" parent {owner or 'without a koid'}", "")])
            else:
                others += 1
        if others:
            parts.append([(look.signs[PARENT], PARENT), (f" {others} other parents", "")])
    return parts
