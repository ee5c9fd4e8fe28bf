"""Boxes in boxes, each as large as its size: a treemap."""

from __future__ import annotations

from kshell.pictures.layouts.frame import MARGIN, TOP, classes
from kshell.pictures.scene import Box, Scene
from kshell.pictures.sheet import Sheet
from kshell.pictures.squarify import squarify
from kshell.sizes import format_size

# How high the map is for its width; the name of a box with others in it; around those; what is too thin to draw.
SHAPE, HEAD, PAD, THIN = 0.58, 20.0, 3.0, 4.0
MOST = 1000


def lay_treemap(sheet: Sheet, scene: Scene) -> tuple[float, tuple[str, ...]]:
    """Where the map ends; no notes."""
    wide = sheet.width - 2 * MARGIN
    high = round(wide * SHAPE)
    left = [MOST]
    _lay(sheet, scene, scene.boxes, (MARGIN, TOP, MARGIN + wide, TOP + high), left)
    return TOP + high, ()


def _lay(
    sheet: Sheet, scene: Scene, boxes: list[Box], place: tuple[float, float, float, float], left: list[int]
) -> None:
    """The boxes into a rectangle; `left` is how many more there may be."""
    for box, (x, y, right, bottom) in zip(boxes, squarify([box.size for box in boxes], *place), strict=True):
        x, y, right, bottom = round(x), round(y), round(right) - 1, round(bottom) - 1
        if right - x < THIN or bottom - y < THIN or not left[0]:
            continue
        left[0] -= 1
        holder = bool(box.boxes)
        facts = [f"{box.label}, {format_size(box.size)}", *box.facts]
        sheet.rect(box.key, "box", x, y, right - x, bottom - y, classes(box, scene, "holder" if holder else ""), facts)
        _name(sheet, box, x, y, right, bottom, holder)
        inner = (x + PAD, y + (HEAD if bottom - y > 2 * HEAD else PAD), right - PAD, bottom - PAD)
        if holder and inner[2] > inner[0] and inner[3] > inner[1]:
            _lay(sheet, scene, box.boxes, inner, left)


def _name(sheet: Sheet, box: Box, x: float, y: float, right: float, bottom: float, holder: bool) -> None:
    """Label and size, as far as they fit."""
    room = right - x - 12
    if bottom - y < 16 or (holder and bottom - y <= 2 * HEAD):
        return
    size = format_size(box.size)
    if holder or bottom - y < 34:
        used = sheet.text(box.key, "label", x + 6, y + 14, box.label, room, "small strong" if holder else "small")
        if used and room - used > 60:
            sheet.text_before(box.key, "size", right - 6, y + 14, size, room - used - 10, "small quiet")
        return
    sheet.text(box.key, "label", x + 6, y + 15, box.label, room, "small strong")
    sheet.text(box.key, "size", x + 6, y + 29, size, room, "small quiet")
