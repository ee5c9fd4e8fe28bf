"""A reel: the pictures after each line of a session, kept as what differs from the line before.

    line     0        1        2      ...     49       50       51
    frame   whole   splices  splices        splices   whole   splices
                 '-----------------------------'  at most 49 steps from a whole frame to any line

A picture is a list of pieces, and a piece is what the layout draws of one thing: a *shape* (marks, beginning at 0, 0)
put somewhere. A piece says how far below the one before it stands, not how far from the top, so what is pushed down by
something new above it is still the same piece. Texts, shapes and pieces are kept once each and named by numbers; a
picture is then a list of small numbers, and two of them differ by a few *splices*: (at, how many go, those that come).
"""

from __future__ import annotations

from difflib import SequenceMatcher

from kshell.pictures.vector.sheet import Layout, Mark
from kshell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# A frame is whole every so many lines.
EVERY = 50
# Lists that differ in more than so many pieces are not compared piece by piece.
MOST_COMPARED = 400
# What stands for a text that is no longer there.
GONE = -1

# Marks: "r", "t" or "l", x, y, width, height, and the numbers of classes, text and title; no zeros at the end.
Shape = tuple[tuple[object, ...], ...]


class View:
    """One drawn scene of a frame: its `title`, raw, and how it is laid out. One that stays is best given again."""

    __slots__ = ("title", "layout", "pieces")

    def __init__(self, title: str, layout: Layout) -> None:
        self.title = title
        self.layout = layout
        # What the reel has made of it.
        self.pieces: list[int] = []


class Frame:
    """What is to be seen after a line.

    pictures  the views of each tab, by its name
    answers   what `why` says now, by the key of what it is asked of
    now       the moment in a line: the process and its figures
    """

    __slots__ = ("pictures", "answers", "now")

    def __init__(self, pictures: dict[str, list[View]], answers: dict[str, str], now: str = "") -> None:
        self.pictures = pictures
        self.now = now
        self.answers = answers


class Table:
    """Values, each kept once, numbered in the order in which they came."""

    __slots__ = ("values", "_numbers")

    def __init__(self) -> None:
        self.values: list[object] = []
        self._numbers: dict[object, int] = {}

    def number(self, value: object) -> int:
        """The number of a value."""
        known = self._numbers.get(value)
        if known is None:
            known = self._numbers[value] = len(self.values)
            self.values.append(value)
        return known


class Reel:
    """Frames, added in their order."""

    __slots__ = ("texts", "shapes", "pieces", "frames", "_pictures", "_answers", "_now")

    def __init__(self) -> None:
        self.texts = Table()
        # No text is the first one.
        self.texts.number("")
        self.shapes = Table()
        self.pieces = Table()
        self.frames: list[dict[str, object]] = []
        # What the last frame showed.
        self._pictures: dict[str, list[int]] = {}
        self._answers: dict[str, int] = {}
        self._now = 0

    def add(self, frame: Frame | None) -> None:
        """Adds what there is after the next line; None where that is what there was before it."""
        pictures, answers, now = self._pictures, self._answers, self._now
        if frame is not None:
            pictures = {tab: self._picture(views) for tab, views in frame.pictures.items()}
            answers = {key: self._text(text) for key, text in frame.answers.items()}
            now = self._text(frame.now)
        row: dict[str, object] = {}
        if len(self.frames) % EVERY == 0:
            row["whole"] = {"pictures": pictures, "answers": answers, "now": now}
        elif frame is not None:
            splices = {
                tab: changed for tab in {**self._pictures, **pictures}
                if (changed := splice(self._pictures.get(tab, []), pictures.get(tab, [])))
            }  # fmt: skip
            told = {key: text for key, text in answers.items() if self._answers.get(key) != text}
            told.update((key, GONE) for key in self._answers if key not in answers)
            row.update({name: found for name, found in (("pictures", splices), ("answers", told)) if found})
            if now != self._now:
                row["now"] = now
        self._pictures, self._answers, self._now = pictures, answers, now
        self.frames.append(row)

    def data(self) -> dict[str, object]:
        """All of it, for JSON."""
        return {
            "every": EVERY,
            "texts": self.texts.values,
            "shapes": self.shapes.values,
            "pieces": self.pieces.values,
            "frames": self.frames,
        }

    def _picture(self, views: Iterable[View]) -> list[int]:
        """The pieces of a tab."""
        found: list[int] = []
        for view in views:
            view.pieces = view.pieces or self._view(view)
            found += view.pieces
        return found

    def _view(self, view: View) -> list[int]:
        """The pieces of a view; the first is its title and size."""
        layout = view.layout
        title = self._text(printable(view.title))
        found = [self.pieces.number((title, round(layout.width), round(layout.height)))]
        top = 0.0
        for marks in runs(layout.marks):
            x, y = marks[0].x, marks[0].y
            shape = self.shapes.number(tuple(self._mark(mark, x, y) for mark in marks))
            key = self._text(marks[0].key)
            found.append(self.pieces.number((shape, number(x), number(y - top), key)))
            top = y
        return found

    def _mark(self, mark: Mark, x: float, y: float) -> tuple[object, ...]:
        """A mark as it looks from (x, y)."""
        text = self._text
        places = (mark.kind[0], number(mark.x - x), number(mark.y - y), mark.w, mark.h, text(mark.cls))
        if mark.title:
            return (*places, text(mark.text), text(mark.title))
        return (*places, text(mark.text)) if mark.text else places

    def _text(self, text: str) -> int:
        """The number of a text. One of several rows is kept as the numbers of its rows: many share most of them."""
        if "\n" not in text:
            return self.texts.number(text)
        return self.texts.number(tuple(map(self.texts.number, text.split("\n"))))


def runs(marks: Iterable[Mark]) -> Iterator[list[Mark]]:
    """Marks of the same key that follow each other; lines apart from all else, as many things have the same lines."""
    run: list[Mark] = []
    for mark in marks:
        if run and (mark.key != run[0].key or (mark.kind == "line") != (run[0].kind == "line")):
            yield run
            run = []
        run.append(mark)
    if run:
        yield run


def number(value: float) -> int | float:
    """A length with at most one digit after the point."""
    short = round(value, 1)
    return int(short) if short == int(short) else short


def splice(before: list[int], after: list[int]) -> list[list[int]]:
    """How `after` comes from `before`: [at, how many go, those that come], places as they are once the splices before
    it were made."""
    head = 0
    while head < len(before) and head < len(after) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if not old and not new:
        return []
    if not old or not new or max(len(old), len(new)) > MOST_COMPARED:
        return [[head, len(old), *new]]
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [[head + first, high - low, *new[first:last]] for tag, low, high, first, last in codes if tag != "equal"]
