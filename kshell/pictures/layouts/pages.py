"""Pages as squares: the box that they are of above them, addresses or offsets at the left."""

from __future__ import annotations

from kshell.kernel.abi import PAGE_SIZE
from kshell.pictures.layouts.frame import MARGIN, TOP
from kshell.pictures.layouts.strip import Slots, draw
from kshell.pictures.scene import Box, Scene
from kshell.pictures.sheet import Sheet, text_width

# The largest square.
SIDE = 22.0
# How many squares there are at most, where each is a page, and where it is more.
MOST_SQUARES = 512
MOST_BOXES = 40


def lay_pages(sheet: Sheet, scene: Scene) -> tuple[float, tuple[str, ...]]:
    """Where the squares end, and what a square is where it is more than a page."""
    y = TOP
    notes: list[str] = []
    boxes = [box for box in scene.walk() if box.cells]
    for box in boxes[:MOST_BOXES]:
        y, note = _lay_box(sheet, box, y, head=len(boxes) > 1)
        notes += note
    if len(boxes) > MOST_BOXES:
        notes.append(f"{len(boxes) - MOST_BOXES} more are not shown")
    return y, tuple(dict.fromkeys(notes))


def _lay_box(sheet: Sheet, box: Box, y: float, head: bool) -> tuple[float, tuple[str, ...]]:
    if head:
        sheet.text(box.key, "label", MARGIN, y + 10, box.label, sheet.width - 2 * MARGIN, "strong")
        y += 24
    slots = Slots(box, MOST_SQUARES)
    last = (box.base or 0) + slots.pages * PAGE_SIZE
    gutter = text_width(f"{last:#x}", "small") + 14
    room = sheet.width - 2 * MARGIN - gutter
    columns = 64 if room >= 64 * 14 else 32 if room >= 32 * 10 else 16
    side = min(SIDE, room // columns)
    high = -(-slots.count // columns)
    for row in range(high):
        address = (box.base or 0) + row * columns * slots.unit * PAGE_SIZE
        sheet.text_before(
            box.key, f"row:{row}", MARGIN + gutter - 14, y + row * side + side / 2 + 4, f"{address:#x}", gutter,
            "small quiet",
        )  # fmt: skip
    draw(sheet, box, slots, columns, MARGIN + gutter, y, side, side, side)
    return y + high * side + 4, slots.note()
