"""An address space as rows, a box each, the highest address at the top: VMARs around what is in them, gaps thin, what
is resident as filling.

                 +- root VMAR ---------------------------+
    0x1200000    | |##### rw- useralloc   | 20k of 64k   |
                 | : gap 2M                              :
                 +---------------------------------------+
"""

from __future__ import annotations

from kshell.accounting.sight import OWN
from kshell.pictures.layouts.frame import MARGIN, TOP, classes, tone
from kshell.pictures.scene import Box, Scene
from kshell.pictures.sheet import Sheet, text_width
from kshell.sizes import format_size
from kshell.text import printable

ROW, GAP_ROW, HEAD, BETWEEN, PAD = 24.0, 18.0, 24.0, 4.0, 8.0
# Room for an address at the left.
GUTTER = text_width("0x7fffffffffff", "small") + 16
# How many boxes of one VMAR are shown: the first and the last half of them.
MOST = 120


def lay_space(sheet: Sheet, scene: Scene) -> tuple[float, tuple[str, ...]]:
    """Where the rows end; no notes."""
    y = TOP
    for box in reversed(scene.boxes):
        y = _lay(sheet, scene, box, MARGIN + GUTTER, sheet.width - MARGIN, y) + BETWEEN
    return y, ()


def _lay(sheet: Sheet, scene: Scene, box: Box, left: float, right: float, y: float) -> float:
    """A box from `y` on; where it ends."""
    if box.kind in ("gap", "more"):
        return _lay_gap(sheet, box, left, right, y)
    if box.kind in ("aspace", "vmar") or box.boxes:
        return _lay_vmar(sheet, scene, box, left, right, y)
    if box.base is not None:
        sheet.text_before(
            box.key, "address", MARGIN + GUTTER - 14, y + 16, f"{box.base:#x}", GUTTER - 14, "small quiet"
        )
    # What is ordinary has no colour but its filling.
    looks = "box mapping hue-none" + (" changed" if box.changed else "")
    looks = looks if box.state in ("", OWN) else classes(box, scene)
    sheet.rect(box.key, "box", left, y, right - left, ROW, looks, [box.label, *box.facts])
    if box.fill and box.size:
        wide = (right - left - 3) * min(1.0, box.fill / box.size)
        sheet.rect(box.key, "fill", left + 1.5, y + 1.5, wide, ROW - 3, f"fill {tone(box.state or OWN, scene)}")
    size = _size(box)
    used = sheet.text_before(box.key, "size", right - 10, y + 16, size, (right - left) / 2, "small")
    x, end = left + 10, right - used - 20
    for part, word, cls in (("perms", box.perms, "strong"), ("label", box.label, ""), ("shows", _shown(box), "small")):
        wide = sheet.text(box.key, part, x, y + 16, word, end - x, cls) if word else 0.0
        x += wide + 14 if wide else 0.0
    return y + ROW


def _shown(box: Box) -> str:
    """The VMO that a mapping shows, where it has a name."""
    _, found, koid = box.shows.partition("vmo:")
    return f"VMO {koid}" if found else ""


def _size(box: Box) -> str:
    return format_size(box.size) if box.fill is None else f"{format_size(box.fill)} of {format_size(box.size)}"


def _lay_vmar(sheet: Sheet, scene: Scene, box: Box, left: float, right: float, y: float) -> float:
    # From the top down.
    inner = _few(box.boxes)[::-1]
    at = len(sheet.marks)
    bottom = y + HEAD
    for child in inner:
        if child is None:
            words = f"... {len(box.boxes) - MOST} more"
            sheet.text(box.key, "more", left + PAD + 10, bottom + 13, words, right - left, "small quiet")
            bottom += GAP_ROW + BETWEEN
            continue
        bottom = _lay(sheet, scene, child, left + PAD, right - PAD, bottom) + BETWEEN
    bottom += PAD - BETWEEN if inner else 0
    sheet.rect(
        box.key, "box", left, y, right - left, bottom - y, classes(box, scene, "holder"), [box.label, *box.facts]
    )
    # The box lies below what is in it.
    sheet.marks.insert(at, sheet.marks.pop())
    used = sheet.text_before(box.key, "size", right - 10, y + 16, _size(box), (right - left) / 2, "small quiet")
    room = right - left - used - 36
    name = f"VMAR {box.label}" if box.kind == "vmar" and not box.label.startswith("VMAR") else box.label
    wide = sheet.text(box.key, "label", left + 10, y + 16, name, room, "strong")
    if box.base is not None:
        sheet.text(box.key, "address", left + 20 + wide, y + 16, f"from {box.base:#x}", room - wide - 10, "small quiet")
    return bottom


def _lay_gap(sheet: Sheet, box: Box, left: float, right: float, y: float) -> float:
    sheet.rect(box.key, "box", left, y, right - left, GAP_ROW, f"box {box.kind}", [box.label, *box.facts])
    words = printable(box.label)
    size = format_size(box.size) if box.size else ""
    if size and size not in words:
        words = f"{words} {size}"
    sheet.text(box.key, "label", left + 10, y + 13, words, right - left - 20, "small quiet")
    return y + GAP_ROW


def _few(boxes: list[Box]) -> list[Box | None]:
    """The boxes, or the first and last of them with None between."""
    if len(boxes) <= MOST:
        return list(boxes)
    return [*boxes[: MOST // 2], None, *boxes[-(MOST // 2) :]]
