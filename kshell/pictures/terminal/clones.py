"""A clone family in the terminal: the tree at the left, the pages of each at the right, over each other as they lie.

2 VMOs own 7 pages, 28k
VMO          AT    SIZE     OWN  16 pages
3183          -     64k     20k  #####...........
|             kept by a handle of sh:console (2988), a clone
`-3184        0     64k      8k  ##^^^...........  <- this one
                                 **
"""

from __future__ import annotations

from kshell.kernel.abi import PAGE_SHIFT
from kshell.pictures.scene import Box, Cell, Scene
from kshell.pictures.scenes.clones import ASKED
from kshell.pictures.terminal.look import CHANGED, LINE, TITLE, Look, Row, length
from kshell.pictures.terminal.strips import Strip, each, legend, meanings
from kshell.sizes import format_size
from kshell.text import GLUE, printable, wrap

# How far the lines below a VMO are indented.
MARGIN = 14
# No strip has more signs, in a terminal of 80 columns; wider ones have as many more.
WIDEST = 40
# What stands behind the VMO that was asked for.
POINTER = "  <- this one"


def rows(scene: Scene, columns: int, look: Look) -> list[Row]:
    """The rows of a scene of clones."""
    return _Family(scene, columns, look).rows()


class _Line:
    """A VMO in the tree: `lead` is what stands at its left, `below` what stands there in further rows; `begins` is the
    page of the family at which it begins."""

    __slots__ = ("box", "lead", "below", "begins")

    def __init__(self, box: Box, lead: str, below: str, begins: int) -> None:
        self.box = box
        self.lead = lead
        self.below = below
        self.begins = begins


class _Family:
    """Lays out a family."""

    def __init__(self, scene: Scene, columns: int, look: Look) -> None:
        self.scene = scene
        self.columns = columns
        self.look = look
        self.lines: list[_Line] = []
        for box in scene.boxes:
            self._add(box, "", "", 0)
        shown = [line for line in self.lines if line.box.kind == "vmo"]
        self.wide = max(11, *(len(line.lead) + len(line.box.label) for line in shown)) - 2
        # A narrow terminal has room for one figure.
        self.narrow = columns < 60
        self.figures = self.wide + (8 if self.narrow else 22)
        self.pointer = POINTER[:4] if self.narrow else POINTER
        self.end = max(1, *(line.begins + _pages(line.box) for line in shown))
        room = max(8, min(WIDEST + max(0, columns - 80), columns - self.figures - 2 - len(self.pointer)))
        self.unit = max(-(-self.end // room), *(line.box.unit for line in shown))

    def _add(self, box: Box, lead: str, below: str, around: int) -> None:
        """A box and what lies in it."""
        look = self.look
        begins = around + ((box.base or 0) >> PAGE_SHIFT)
        between = box.kind == "more" and bool(box.boxes)
        self.lines.append(_Line(box, f"{below}{look.between}" if between else lead, below, begins))
        for at, inner in enumerate(box.boxes):
            last = at == len(box.boxes) - 1
            sign, side = (look.last, "  ") if last else (look.branch, look.down)
            if inner.kind == "more" and inner.boxes:
                # What stands between two of a chain is drawn as a part of the line that leads on.
                self._add(inner, "", below, begins)
            else:
                self._add(inner, below + sign, below + side, begins)

    def rows(self) -> list[Row]:
        """All of it."""
        pages = f"{self.end:,} page{'' if self.end == 1 else 's'}"
        heads = f"{'OWN':>8}" if self.narrow else f"{'AT':>6}{'SIZE':>8}{'OWN':>8}"
        found: list[Row] = [
            *([(line, TITLE)] for line in wrap(printable(self.scene.title), width=self.columns).splitlines()),
            [(f"{'VMO':<{self.wide}}{heads}  {pages}", LINE)],
        ]
        tones: set[str] = set()
        for at, line in enumerate(self.lines):
            if line.box.kind == "more":
                text = f"... {line.box.label}"
                found.append([(line.lead, LINE), (text, "")])
                continue
            found += self._vmo(line, tones, first=at == 0)
        found += legend(meanings(tones, self.look), each(self.unit), self.columns)
        return found

    def _vmo(self, line: _Line, tones: set[str], first: bool) -> list[Row]:
        """The rows of a VMO: its figures and pages, what changed, why it is there."""
        box, look = line.box, self.look
        cells = [_shifted(cell, line.begins) for cell in box.cells]
        strip = Strip(cells, self.unit, look)
        tones |= strip.tones()
        row: Row = [(line.lead, LINE), (f"{box.label:<{self.wide - len(line.lead)}}", "")]
        own = format_size(box.fill or 0)
        if not self.narrow:
            at = "-" if first else format_size(box.base or 0) if box.base else "0"
            row.append((f"{at:>6}{format_size(box.size):>8}", ""))
        row.append((f"{own:>8}", ""))
        # A VMO that is new has a mark of its own; its pages have theirs below them.
        new = box.changed and not any(cell.changed for cell in box.cells)
        row.append((f" {look.signs[CHANGED]}" if new else "  ", CHANGED))
        if new:
            tones.add(CHANGED)
        blank = " " * (line.begins // self.unit)
        below = line.below + (look.down if box.boxes else "  ")
        parts = strip.rows(1 << 30)
        signs, marks = parts[0] if parts else ([], None)
        found = [[*row, (blank, ""), *signs, (self.pointer if box.state == ASKED else "", TITLE)]]
        if marks is not None:
            indent = length(row) + len(blank)
            found.append([(below, LINE), (" " * (indent - len(below)), ""), *marks])
        indent = max(MARGIN if not self.narrow else 4, len(below))
        reasons = printable(box.facts[0]).replace(" (", f"{GLUE}(")
        for text in wrap(reasons, " " * indent, width=max(self.columns, indent + 20)).splitlines():
            found.append([(below, LINE), (text[len(below) :], "")])
        return found


def _pages(box: Box) -> int:
    return box.cells[-1].end if box.cells else 0


def _shifted(cell: Cell, pages: int) -> Cell:
    made = Cell(cell.start + pages, cell.end + pages, cell.state, cell.owner, cell.count)
    made.changed = cell.changed
    return made
