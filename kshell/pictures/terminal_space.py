"""An address space in the terminal: high addresses at the top, as books draw memory; each region in a row.

     0x7ffffffff000 +----------------------------------------------+
                    : gap 127.9T                                   :
    *     0x12fd000 | rw-     64k [####......]     20k  useralloc  |
                    | +- VMAR useralloc, 132k -------------------+ |
          0x1000000 | | r-x    132k [##########]    132k  libc   | |
          0x1000000 | +------------------------------------------+ |
          0x1000000 +----------------------------------------------+

At the left of a row is the address at which the region begins, so at the top is where the space ends.
"""

from __future__ import annotations

from kshell.accounting.sight import ABSENT, OWN, PARENT
from kshell.pictures.look import CHANGED, LINE, TITLE, Look, Row, cropped, length, named
from kshell.pictures.scene import Box, Scene
from kshell.sizes import format_size
from kshell.text import printable, wrap


def rows(scene: Scene, columns: int, look: Look) -> list[Row]:
    """The rows of a scene of an address space."""
    found: list[Row] = [[(line, TITLE)] for line in wrap(printable(scene.title), width=columns).splitlines()]
    for box in scene.boxes:
        margin = len(f"{(box.base or 0) + box.size:#x}")
        found += _Column(columns, margin, look).of(box)
    if scene.boxes:
        texts = "high addresses at the top, each at the low end of its region; a bar is filled by what is resident"
        found += [[(line, "")] for line in wrap(texts, width=columns).splitlines()]
        if any(box.changed for box in scene.walk()):
            found.append([(look.signs[CHANGED], CHANGED), (" changed by the last line", "")])
    for note in scene.notes:
        found += [[(line, "")] for line in wrap(printable(note), width=columns).splitlines()]
    return found


# Nothing in a row needs more.
WIDEST = 132


class _Column:
    """Lays out boxes within boxes, `columns` wide, addresses in the first `margin`."""

    __slots__ = ("columns", "margin", "look", "rows", "bar")

    def __init__(self, columns: int, margin: int, look: Look) -> None:
        self.columns = min(columns, WIDEST)
        self.margin = margin
        self.look = look
        self.rows: list[Row] = []
        room = self.columns - margin
        # A wide bar tells more.
        self.bar = 32 if room >= 100 else 10 if room >= 50 else 4

    def of(self, box: Box) -> list[Row]:
        """The rows of the outermost box."""
        self._around(box, 0)
        return self.rows

    def _around(self, box: Box, depth: int) -> None:
        """A box with what lies in it, the highest first."""
        left, right, below_left, below_right, across = tuple(self.look.edges[:5])
        room = self.columns - self.margin - 3 - 2 * depth * 2
        title = "" if box.kind == "aspace" else f" VMAR {printable(box.label)}, {format_size(box.size)} "
        if box.kind != "aspace" and not box.boxes:
            title += "empty "
        title = named(title, max(0, room - 4)) if len(title) > room - 4 else title
        top = f"{left}{across}{title}{across * (room - 3 - len(title))}{right}"
        end = (box.base or 0) + box.size
        self._row(
            f"{end:#x}" if box.kind == "aspace" else "", box.kind != "aspace" and box.changed, [(top, LINE)], depth
        )
        for inner in reversed(box.boxes):
            if inner.kind == "vmar":
                self._around(inner, depth + 1)
            else:
                self._inside(inner, depth + 1)
        bottom = f"{below_left}{across * (room - 2)}{below_right}"
        self._row(f"{box.base or 0:#x}", False, [(bottom, LINE)], depth)

    def _inside(self, box: Box, depth: int) -> None:
        """A row for a mapping, a gap, or what is folded."""
        if box.kind == "gap":
            self._row("", False, [(box.label, LINE)], depth, gap=True)
        elif box.kind == "more":
            text = f"... {box.label}, {format_size(box.size)}, {format_size(box.fill or 0)} resident"
            self._row(f"{box.base:#x}", box.changed, [(text, "")], depth, gap=True)
        else:
            self._row(f"{box.base:#x}", box.changed, self._mapping(box, depth), depth)

    def _mapping(self, box: Box, depth: int) -> Row:
        room = self.columns - self.margin - 3 - 4 * depth
        size, resident = format_size(box.size), format_size(box.fill or 0)
        row: Row = [(f"{box.perms} {size:>7} " if room >= 24 else f"{box.perms} {size:>5} ", "")]
        row += self._bar(box, min(self.bar, room - length(row) - 2))
        if room >= 40:
            row.append((f" {resident:>7}", ""))
        left = room - length(row) - 2
        if left > 3:
            row.append((f"  {named(box.label, left)}", ""))
            left -= length(row[-1:]) - 2
            note = box.shows.replace("vmo:", "VMO ") if box.shows.startswith("vmo:") else ""
            note += " clone" if box.state == PARENT else ""
            if note and left > len(note) + 2:
                row.append((f"  {note.strip()}", box.state if box.state == PARENT else ""))
        return row

    def _bar(self, box: Box, signs: int) -> Row:
        """What part of a mapping is resident: a sign where there is any, all signs only where all is; nothing where
        there is no room for two."""
        if signs < 2:
            return []
        filled = 0
        if box.fill and box.size:
            filled = signs if box.fill >= box.size else max(1, min(signs - 1, box.fill * signs // box.size))
        bar = [
            ("[", LINE),
            (self.look.filled * filled, OWN),
            (self.look.empty * (signs - filled), ABSENT),
            ("]", LINE),
        ]
        return [(text, tone) for text, tone in bar if text]

    def _row(self, address: str, changed: bool, inner: Row, depth: int, gap: bool = False) -> None:
        """A row: mark, address, the sides of the boxes around, and what is in the innermost."""
        down, open_side = self.look.edges[5], self.look.edges[6]
        mark = self.look.signs[CHANGED] if changed else " "
        row: Row = [(mark, CHANGED), (f"{address:>{self.margin}} ", LINE)]
        room = self.columns - self.margin - 2 - 1
        sides = [down] * depth
        if gap:
            sides[-1] = open_side
        row += [(f"{side} ", LINE) for side in sides]
        room -= 4 * depth
        inner = cropped(inner, max(0, room))
        row += inner
        row.append((" " * (room - length(inner)), ""))
        row += [(f" {side}", LINE) for side in reversed(sides)]
        self.rows.append(row)
