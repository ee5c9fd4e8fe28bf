"""What all pictures have: a title above; below, what the colours mean and what was left out."""

from __future__ import annotations

from kshell.pictures.palette import HUES, ORDER, PATTERNED
from kshell.pictures.scene import Box, Scene
from kshell.pictures.sheet import Sheet, text_width
from kshell.text import printable

# Around everything, in pixels.
MARGIN = 20.0
# Where the picture begins, below its title.
TOP = 52.0
SWATCH = 12.0
LINE = 20.0
# What a thick frame means.
CHANGED = ("changed", "by the last line that changed something")
DIGITS = tuple("0123456789")


def tone(state: str, scene: Scene) -> str:
    """The class of the hue of a word; that of one which the palette does not know follows from the legend."""
    if not state:
        return "plain"
    if state in HUES:
        return f"hue-{HUES[state]}"
    words = [word for word, _ in scene.legend if word not in HUES]
    return f"hue-{ORDER[words.index(state) % len(ORDER)]}" if state in words else "plain"


def classes(box: Box, scene: Scene, *more: str) -> str:
    """The classes of a box's rectangle."""
    words = ["box", box.kind, tone(box.state, scene), *more, *(["changed"] if box.changed else [])]
    return " ".join(word for word in words if word)


def named(box: Box) -> str:
    """What a box is called where its label may be a number alone."""
    nouns = {"vmo": "VMO", "handle": "handle", "mapping": "mapping"}
    return f"{nouns[box.kind]} {box.label}" if box.kind in nouns and box.label[:1] in DIGITS else box.label


def head(sheet: Sheet, scene: Scene) -> None:
    """The title."""
    sheet.text("", "title", MARGIN, MARGIN + 14, scene.title, sheet.width - 2 * MARGIN, "title")


def foot(sheet: Sheet, scene: Scene, y: float, more: tuple[str, ...] = ()) -> float:
    """Legend and notes from `y` on, `more` notes of the layout's own first; where the sheet ends."""
    x, right = MARGIN, sheet.width - MARGIN
    y += 16
    changed = any(map(_has_changed, scene.walk())) or any(link.changed for link in scene.links)
    for at, (word, meaning) in enumerate([*scene.legend, *([CHANGED] if changed else [])]):
        wide = SWATCH + 6 + text_width(f"{printable(word)} {printable(meaning)}", "small")
        if x > MARGIN and x + wide > right:
            x, y = MARGIN, y + LINE
        # Pages have patterns; how full something is, and what a box is, is told by hue alone.
        looks = (
            "changed hue-none"
            if (word, meaning) == CHANGED
            else word
            if word in PATTERNED and scene.kind in ("pages", "clones")
            else tone(word, scene)
        )
        filled = " fill" if scene.kind == "space" and (word, meaning) != CHANGED else ""
        sheet.rect("", f"legend:{at}", x, y, SWATCH, SWATCH, f"box swatch {looks}{filled}")
        start = x + SWATCH + 6
        start += sheet.text("", f"word:{at}", start, y + 10, word, right - start, "small strong")
        start += text_width(" ", "small")
        sheet.text("", f"meaning:{at}", start, y + 10, meaning, right - start, "small quiet")
        x += wide + 18
    if scene.legend or changed:
        y += LINE + 2
    for at, note in enumerate((*more, *scene.notes)):
        sheet.text("", f"note:{at}", MARGIN, y + 10, note, right - MARGIN, "small quiet")
        y += LINE
    return y + MARGIN - 6


def _has_changed(box: Box) -> bool:
    return box.changed or any(cell.changed for cell in box.cells)
