"""Physical memory as a bar of all of it, and below it what is used as boxes in boxes, each as large as its size.

    used |###|                                            | free
    +- kernel -----+- pages of VMOs -----------+
    |              | +---------+ +-----+ +---+ |
    +--------------+---------------------------+

What is free is most of a machine as a rule, and would leave no room for the rest.
"""

from __future__ import annotations

from kshell.pictures.layouts.frame import MARGIN, TOP, classes
from kshell.pictures.scene import Box, Scene
from kshell.pictures.sheet import Sheet, text_width
from kshell.pictures.squarify import squarify
from kshell.pictures.treemap import FREE
from kshell.sizes import format_size
from kshell.text import printable

# The bar; how high the map is for its width; the name of a box with others in it; around those; what is too thin.
BAR, SHAPE, HEAD, PAD, THIN = 20.0, 0.56, 20.0, 3.0, 4.0
MOST = 1000


def lay_treemap(sheet: Sheet, scene: Scene) -> tuple[float, tuple[str, ...]]:
    """Where the map ends; no notes."""
    wide = sheet.width - 2 * MARGIN
    y, boxes = TOP, scene.boxes
    if len(boxes) == 1 and any(box.state == FREE for box in boxes[0].boxes):
        boxes = _bar(sheet, scene, boxes[0], wide)
        y += BAR + 12
    high = round(wide * SHAPE)
    _lay(sheet, scene, boxes, (MARGIN, y, MARGIN + wide, y + high), [MOST])
    return y + high, ()


def _bar(sheet: Sheet, scene: Scene, whole: Box, wide: float) -> list[Box]:
    """The bar of all memory, to scale; the boxes of what is used."""
    x = MARGIN
    for box in sorted(whole.boxes, key=lambda box: box.state == FREE):
        share = wide * box.size / max(1, whole.size)
        # What is used has its own box in the map.
        key, cls = (box.key, "box bar hue-none") if box.state == FREE else (whole.key, "box bar fill hue-grey")
        sheet.rect(key, f"bar:{box.key}", x, TOP, share, BAR, cls, [f"{box.label}, {format_size(box.size)}"])
        sheet.number(
            key, f"name:{box.key}", x + 8, TOP + 14, f"{box.label} {format_size(box.size)}", share - 16, "small"
        )
        x += share
    return [box for box in whole.boxes if box.state != FREE]


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
        sheet.rect(box.key, "box", x, y, right - x, bottom - y, _looks(box, scene), facts)
        _name(sheet, box, x, y, right, bottom, holder)
        inner = (x + PAD, y + (HEAD if bottom - y > 2 * HEAD else PAD), right - PAD, bottom - PAD)
        if holder and inner[2] > inner[0] and inner[3] > inner[1]:
            _lay(sheet, scene, box.boxes, inner, left)


def _looks(box: Box, scene: Scene) -> str:
    """The classes of a box. Whatever changes changes all that is around it: only the innermost are marked."""
    return f"box {box.kind} plain holder" if box.boxes else classes(box, scene)


def _name(sheet: Sheet, box: Box, x: float, y: float, right: float, bottom: float, holder: bool) -> None:
    """Label and size, as far as they fit."""
    room = right - x - 12
    if bottom - y < 16 or (holder and bottom - y <= 2 * HEAD):
        return
    size = format_size(box.size)
    sheet.text(box.key, "label", x + 6, y + 14, box.label, room, "small strong" if holder else "small")
    if bottom - y >= 34 and not holder:
        sheet.number(box.key, "size", x + 6, y + 28, size, room, "small quiet")
        return
    left = right - 6 - text_width(size, "small")
    if left > x + 14 + text_width(printable(box.label), "small"):
        sheet.number(box.key, "size", left, y + 14, size, room, "small quiet")
