"""Pages as squares: the box that they are of above them, addresses or offsets at the left."""

from __future__ import annotations

from kshell.kernel.abi import PAGE_SIZE
from kshell.pictures.layouts.frame import MARGIN, TOP
from kshell.pictures.layouts.strip import Slots, draw, unit_note
from kshell.pictures.scene import Box, Scene
from kshell.pictures.sheet import Sheet, text_width
from kshell.sizes import format_size
from kshell.text import plural

# The largest square.
SIDE = 22.0
# How many squares there are at most, where each is a page, and where it is more.
MOST_SQUARES = 512
MOST_BOXES = 40


def lay_pages(sheet: Sheet, scene: Scene) -> tuple[float, tuple[str, ...]]:
    """Where the squares end, and what a square is where it is more than a page."""
    y, notes = TOP, []
    boxes = [box for box in scene.walk() if box.cells]
    for box in boxes[:MOST_BOXES]:
        y, note = _lay_box(sheet, box, y, head=len(boxes) > 1)
        if note:
            notes.append(note)
    if len(boxes) > MOST_BOXES:
        notes.append(f"{plural(len(boxes) - MOST_BOXES, 'more box')} not shown")
    return y, tuple(dict.fromkeys(notes))


def _lay_box(sheet: Sheet, box: Box, y: float, head: bool) -> tuple[float, str]:
    if head:
        sheet.text(box.key, "label", MARGIN, y + 10, box.label, sheet.width - 2 * MARGIN, "strong")
        y += 24
    slots = Slots(box.cells, MOST_SQUARES)
    last = (box.base or 0) + slots.end * PAGE_SIZE
    gutter = text_width(f"{last:#x}", "small") + 14
    room = sheet.width - 2 * MARGIN - gutter
    columns = 64 if room >= 64 * 14 else 32 if room >= 32 * 10 else 16
    side = min(SIDE, room // columns)
    high = -(-slots.count // columns)
    for row in range(high):
        page = slots.first + row * columns * slots.unit
        address = (box.base or 0) + (page - (slots.first if box.base else 0)) * PAGE_SIZE
        sheet.text_before(
            box.key, f"row:{row}", MARGIN + gutter - 14, y + row * side + side / 2 + 4, f"{address:#x}", gutter,
            "small quiet",
        )  # fmt: skip
    draw(sheet, box, slots, columns, MARGIN + gutter, y, side, side, side)
    note = unit_note(slots, format_size(slots.unit * PAGE_SIZE)) if slots.unit > 1 else ""
    return y + high * side + 4, note
