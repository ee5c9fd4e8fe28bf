"""A sheet of marks: rectangles, lines and texts, each with a place, classes for its colours, and a name of its own.

    Mark  rect  "vmo:3183" "label"  x y w h  "own changed"     what it says when pointed at
          |      `- which part of which box: the same thing has the same name in every moment's sheet
          `- a text's (x, y) is the left end of its baseline; a line goes from (x, y) to (x + w, y + h)

There are no font metrics: a character of the monospaced font is taken to be 0.6 of its height wide. A text that has not
enough room is cut and ends in an ellipsis. Foreign text is made printable here, once; whoever writes marks into a
language of his own escapes only what means something there.
"""

from __future__ import annotations

from kshell.text import printable, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# The sizes of text, by the class that says so; any other has that of "".
SIZES = {"title": 16.0, "small": 11.0, "": 13.0}
# How wide a character is, by its height.
EM = 0.602
# What is cut keeps so many columns, or is not there.
LEAST = 3
ELLIPSIS = "\u2026"
# A hover text has no more characters.
MOST_TITLE = 2000


class Mark:
    """One thing to draw: `kind` "rect", "text" or "line"; places and sizes in pixels, at most one decimal.

    `key` is that of the box, or "" for what belongs to none; `part` tells its parts apart. `title` is what there is to
    say of it, lines of printable text. `text` is printable, not escaped.
    """

    __slots__ = ("kind", "x", "y", "w", "h", "cls", "key", "part", "text", "title")

    def __init__(
        self, kind: str, x: float, y: float, w: float, h: float, cls: str, key: str, part: str, text: str = "",
        title: str = "",
    ) -> None:  # fmt: skip
        self.kind = kind
        self.x, self.y, self.w, self.h = (_short(number) for number in (x, y, w, h))
        self.cls = cls
        self.key = key
        self.part = part
        self.text = text
        self.title = title

    @property
    def id(self) -> str:
        """Its name, which no other mark of the sheet has."""
        return f"{self.key}/{self.part}"


def _short(number: float) -> float:
    """The number with one decimal, or none where that says the same."""
    short = round(number, 1)
    return int(short) if short == int(short) else short


class Layout:
    """A sheet that is done: its size in pixels, and its marks, those that lie below others first."""

    __slots__ = ("width", "height", "marks")

    def __init__(self, width: float, height: float, marks: list[Mark]) -> None:
        self.width = _short(width)
        self.height = _short(height)
        self.marks = marks


def text_width(text: str, cls: str = "") -> float:
    """How many pixels a text takes."""
    return width(text) * size_of(cls) * EM


def size_of(cls: str) -> float:
    """The height of a text, by its classes."""
    return next((SIZES[word] for word in cls.split() if word in SIZES), SIZES[""])


def fitted(text: str, room: float, cls: str = "") -> str:
    """As much of a printable text as fits into `room` pixels; "" where hardly any of it would."""
    if text_width(text, cls) <= room:
        return text
    most = int(room / (size_of(cls) * EM)) - 1
    if most < LEAST:
        return ""
    # No character is narrower than one column but those that join the one before.
    cut = text[:most]
    while cut and width(cut) > most:
        cut = cut[:-1]
    cut = cut.rstrip()
    return cut + ELLIPSIS if len(cut) >= LEAST else ""


class Sheet:
    """Takes marks while something is laid out. `width` is that of the sheet in pixels."""

    __slots__ = ("width", "marks")

    def __init__(self, width: float) -> None:
        self.width = width
        self.marks: list[Mark] = []

    def rect(
        self, key: str, part: str, x: float, y: float, w: float, h: float, cls: str, facts: Iterable[str] = ()
    ) -> None:
        """A rectangle; `facts` are raw."""
        title = "\n".join(printable(fact) for fact in facts)
        if len(title) > MOST_TITLE:
            title = title[:MOST_TITLE] + ELLIPSIS
        self.marks.append(Mark("rect", x, y, max(0.0, w), max(0.0, h), cls, key, part, title=title))

    def line(self, key: str, part: str, x: float, y: float, to_x: float, to_y: float, cls: str) -> None:
        """A straight line."""
        self.marks.append(Mark("line", x, y, to_x - x, to_y - y, cls, key, part))

    def text(self, key: str, part: str, x: float, y: float, text: str, room: float, cls: str = "") -> float:
        """A raw text whose baseline begins at (x, y), cut to `room` pixels; how wide it is, 0 for one that is not
        there."""
        shown = fitted(printable(text), room, cls)
        if not shown:
            return 0.0
        wide = text_width(shown, cls)
        self.marks.append(Mark("text", x, y, wide, size_of(cls), cls, key, part, text=shown))
        return wide

    def number(self, key: str, part: str, x: float, y: float, text: str, room: float, cls: str = "") -> None:
        """A text that is not there at all where it does not fit: a part of a number is another number."""
        if text_width(printable(text), cls) <= room:
            self.text(key, part, x, y, text, room, cls)

    def text_before(self, key: str, part: str, x: float, y: float, text: str, room: float, cls: str = "") -> float:
        """A raw text that ends at `x`."""
        wide = text_width(fitted(printable(text), room, cls), cls)
        return self.text(key, part, x - wide, y, text, room, cls)
