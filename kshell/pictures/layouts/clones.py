"""A family of VMOs: names as a tree at the left, pages at the right, each clone below the pages that it is a clone of.

    VMO 3170                |oooooooo|
     `- clone 3183          |oppp|
         `- clone 3190        |pp|

All strips have one scale, so what is seen through a clone stands straight below what it is seen of.
"""

from __future__ import annotations

from kshell.kernel.abi import PAGE_SIZE
from kshell.pictures.layouts.frame import MARGIN, TOP, classes, named
from kshell.pictures.layouts.strip import Slots, draw
from kshell.pictures.palette import PATTERNED
from kshell.pictures.scene import Box, Scene
from kshell.pictures.sheet import Sheet
from kshell.sizes import format_size
from kshell.text import plural

ROW, STEP, SIDE, HIGH = 42.0, 18.0, 22.0, 22.0
# Room for the tree, as a share of the sheet.
TREE = 0.34
# Slots of the longest strip, and rows, at most.
MOST_SLOTS, MOST = 64, 120


class _Row:
    """A box, how deep it stands in the tree, its first page in those of the family's root, and its parent's row."""

    __slots__ = ("box", "depth", "first", "above")

    def __init__(self, box: Box, depth: int, first: int, above: int | None) -> None:
        self.box = box
        self.depth = depth
        self.first = first
        self.above = above


def lay_clones(sheet: Sheet, scene: Scene) -> tuple[float, tuple[str, ...]]:
    """Where the family ends, and what a square is."""
    rows = _rows(scene)
    shown = rows[:MOST]
    left = MARGIN + (sheet.width - 2 * MARGIN) * TREE
    most = max(8, min(MOST_SLOTS, int((sheet.width - MARGIN - left) // 7)))
    end = max((row.first + _pages(row.box) for row in shown), default=0)
    unit = max((row.box.unit for row in shown), default=1)
    while -(-end // unit) > most:
        unit *= 2
    side = min(SIDE, (sheet.width - MARGIN - left) // max(1, -(-end // unit)))
    strips: list[Slots] = []
    for at, row in enumerate(shown):
        y = TOP + at * ROW
        x = MARGIN + row.depth * STEP
        if row.above is not None:
            knee = MARGIN + (row.depth - 1) * STEP + 7
            sheet.line(row.box.key, "stem", knee, TOP + row.above * ROW + 28, knee, y + 11, "branch")
            sheet.line(row.box.key, "twig", knee, y + 11, x - 3, y + 11, "branch")
        facts = [named(row.box), *row.box.facts]
        sheet.rect(row.box.key, "box", x, y - 3, left - x - 16, ROW - 8, _looks(row.box, scene), facts)
        sheet.text(row.box.key, "label", x + 8, y + 11, named(row.box), left - x - 34, "strong")
        sheet.text(row.box.key, "size", x + 8, y + 24, _size(row.box), left - x - 34, "small quiet")
        if row.box.cells:
            slots = Slots(row.box, end, unit)
            strips.append(slots)
            draw(sheet, row.box, slots, slots.count, left + row.first / unit * side, y + 2, side, HIGH, ROW)
    notes = list(dict.fromkeys(note for slots in strips for note in slots.note()))
    if len(rows) > MOST:
        notes.append(f"{plural(len(rows) - MOST, 'more VMO')} not shown")
    return TOP + len(shown) * ROW, tuple(notes)


def _looks(box: Box, scene: Scene) -> str:
    """The classes of a box: its cells have the colours of pages, it has that of what else is said of it."""
    plain = "box vmo plain" + (" changed" if box.changed else "")
    return plain if box.state in PATTERNED else classes(box, scene)


def _size(box: Box) -> str:
    words = format_size(box.size)
    if box.fill is not None:
        words = f"{format_size(box.fill)} own, of {words}"
    return words


def _pages(box: Box) -> int:
    return box.cells[-1].end if box.cells else -(-box.size // PAGE_SIZE)


def _rows(scene: Scene) -> list[_Row]:
    """The rows of the tree from its root down: boxes in boxes are clones, and so are the sources of links to them."""
    boxes = {box.key: box for box in scene.walk()}
    parents: dict[str, str] = {}
    for box in boxes.values():
        for child in box.boxes:
            parents[child.key] = box.key
    for link in scene.links:
        if link.kind == "clone" and link.source in boxes and link.target in boxes:
            parents.setdefault(link.source, link.target)
    children: dict[str, list[Box]] = {}
    for key, parent in parents.items():
        children.setdefault(parent, []).append(boxes[key])
    rows: list[_Row] = []
    todo: list[tuple[Box, int, int, int | None]] = [
        (box, 0, 0, None) for box in reversed(scene.boxes) if box.key not in parents
    ]
    while todo:
        box, depth, first, above = todo.pop()
        first += (box.base or 0) // PAGE_SIZE if above is not None else 0
        rows.append(_Row(box, depth, first, above))
        at = len(rows) - 1
        todo.extend((child, depth + 1, first, at) for child in reversed(children.get(box.key, ())))
    return rows
