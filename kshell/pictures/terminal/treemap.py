"""A treemap in the terminal: a bar of all memory to scale, and below it what is used, as boxes within boxes.

    physical memory, 2046.9M: used 97.2M 5%, free 1949.7M 95%
    |##......................................................|
    +--------------------------+- pages of VMOs -------------+
    | trace buffer             +- mapped by one process -----+
    | 32M 33%                  | sh:vc (3020) | 1 |     2    |
    +--------------------------+--------------+---+----------+
    percents are of what is used
    1 netsvc (1173) 1180k      2 crashlogger (1083) 1356k

What is free is most of a machine as a rule, and would leave no room for the rest: so the bar has it, and the map has
not. A box that is too small for its name has a number, and the list below has the name; boxes that are too small to be
drawn are one box together. How many rows the map takes follows from its columns alone.
"""

from __future__ import annotations

from textwrap import wrap as lines_of

from kshell.accounting.sight import ABSENT, OWN, PARENT, ZERO
from kshell.pictures.scene import Box, Scene
from kshell.pictures.scenes.treemap import FREE, HELD, KERNEL, MAPPED, percent
from kshell.pictures.squarify import squarify
from kshell.pictures.terminal.canvas import Canvas
from kshell.pictures.terminal.look import CHANGED, LINE, TITLE, Look, Row, named
from kshell.pictures.terminal.strips import legend
from kshell.sizes import format_size
from kshell.text import printable, width, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    # Corners: left, top, right, bottom.
    Place = tuple[int, int, int, int]

# The rows of the map: a row for so many columns, and never less.
COLUMNS_PER_ROW, LEAST_ROWS = 6, 12
# A box is drawn with so many columns and rows between its corners; it opens, to show what is in it, with so many, in a
# narrow terminal with a fourth of its columns.
LEAST_WIDE, LEAST_HIGH = 4, 2
OPEN_WIDE, OPEN_HIGH = 17, 4
# Names are broken in boxes of so many columns, and those of the list have so many between them.
BREAK_WIDE, GAP = 12, 2
# The list has two columns from so many on.
TWO_COLUMNS = 72
# The key of a box for several.
TOGETHER = "together"
# Boxes so many times smaller than the next are next to nothing.
MUCH = 4
# So many boxes of those that are drawn as one are named.
MOST_NAMES = 3
# A state has the colour of a state of pages.
TONES = {FREE: ABSENT, KERNEL: ZERO, MAPPED: OWN, HELD: PARENT}


def rows(scene: Scene, columns: int, look: Look) -> list[Row]:
    """The rows of a scene of physical memory."""
    (top,) = scene.boxes
    free = sum(box.size for box in top.boxes if box.state == FREE)
    shares = [
        f"{word} {format_size(size)} {percent(size, top.size)}"
        for word, size in (("used", top.size - free), ("free", free))
    ]
    title = f"{printable(top.label)}, {format_size(top.size)}: {', '.join(shares)}"
    found: list[Row] = [[(line, TITLE)] for line in wrap(title, width=columns).splitlines()]
    found.append(_bar(top.size - free, free, columns, look))
    used = next((box for box in top.boxes if box.state != FREE), None)
    if used is not None:
        changed = any(box.changed for box in scene.walk())
        picture = _Map(used, columns, max(LEAST_ROWS, columns // COLUMNS_PER_ROW), look)
        found.extend(picture.canvas.drawn(look))
        words = "percents are of what is used"
        mark: Row = [(look.signs[CHANGED], CHANGED), (" changed by the last line", "")]
        if not changed:
            found.append([(words, "")])
        elif columns < TWO_COLUMNS:
            found.extend(([(words, "")], mark))
        else:
            found.append([(f"{words}; ", ""), *mark])
        found.extend(picture.listed(columns))
    if look.colours:
        parts = [[(meaning, TONES[state])] for state, meaning in scene.legend if state != FREE]
        found.extend(legend(parts, "colours: ", columns))
    for note in scene.notes:
        found.extend([(line, "")] for line in wrap(printable(note), width=columns).splitlines())
    return found


def _bar(used: int, free: int, columns: int, look: Look) -> Row:
    """All memory to scale. What is not nothing has a sign, however little it is."""
    room = columns - 2
    signs = min(max(round(room * used / (used + free)), used > 0), room - (free > 0))
    side = look.edges[5]
    return [(side, LINE), (look.filled * signs, OWN), (look.empty * (room - signs), ABSENT), (side, LINE)]


class _Map:
    """The map of what is used, drawn on `canvas`, and what has to be listed below it."""

    __slots__ = ("canvas", "_whole", "_look", "_names", "_small", "_numbers")

    def __init__(self, used: Box, columns: int, high: int, look: Look) -> None:
        self.canvas = Canvas(columns, high)
        self._whole = used.size
        self._look = look
        # What is said of boxes that have no room for it, and of boxes that are drawn as one, or not at all.
        self._names: list[tuple[str, str, str]] = []
        self._small: list[str] = []
        self._numbers = 0
        place = (0, 0, columns - 1, high - 1)
        self.canvas.box(*place)
        if not self._open(used, place):
            self._leaf(used, place)

    def listed(self, columns: int) -> list[Row]:
        """What has no room in the map: names in columns, then those of small boxes."""
        found: list[str] = []
        across = 2 if columns >= TWO_COLUMNS else 1
        room = (columns - GAP * (across - 1)) // across
        names = []
        for number, name, size in self._names:
            begin, end = f"{number} " if number else "", f" {size}"
            names.append(begin + named(name, room - len(begin) - len(end)) + end)
        room = min(room, max(map(width, names), default=0))
        down = -(-len(names) // across)
        for row in range(down):
            line = names[row]
            for name in names[row + down :: down]:
                line += " " * (room + GAP - width(line)) + name
            found.append(line)
        for text in self._small:
            found.extend(wrap(text, indent="  ", width=columns).splitlines())
        return [[(line, "")] for line in found]

    def _open(self, box: Box, place: Place) -> bool:
        """Draws what is in a box; whether there is room for it."""
        placed, small = _placed(box.boxes, place)
        for one, where in placed:
            self._draw(one, where)
        if small:
            self._small.append(f"too small to be drawn: {_several(small)}")
        return bool(placed)

    def _draw(self, box: Box, place: Place) -> None:
        left, top, right, bottom = place
        self.canvas.box(*place)
        wide, high = right - left, bottom - top
        if (
            wide >= min(OPEN_WIDE, self.canvas.columns // 4)
            and high >= OPEN_HIGH
            and self._open(box, (left, top + 1, right, bottom))
        ):
            words = self._words(box)
            room = wide - 4
            whole = " ".join(words)
            text = whole if width(whole) <= room else named(words[0], room)
            self.canvas.write(left + 2, top, f" {text} ", CHANGED if box.changed else TITLE)
        else:
            self._leaf(box, place)

    def _words(self, box: Box) -> tuple[str, str]:
        """The name of a box, and its figures."""
        sign = self._look.signs[CHANGED] + " " if box.changed else ""
        return f"{sign}{printable(box.label)}", f"{format_size(box.size)} {percent(box.size, self._whole)}"

    def _leaf(self, box: Box, place: Place) -> None:
        """A box that is not open: its name, and how large it is, or a number for both."""
        left, top, right, bottom = place
        room = right - left - 1
        lines = self._fitting(box, room, bottom - top - 1)
        tone = CHANGED if box.changed else TONES.get(_state(box), "")
        blank = 1 if max(map(width, lines)) < room else 0
        for at, line in enumerate(lines):
            self.canvas.write(left + 1 + blank, top + 1 + at, line, tone)

    def _fitting(self, box: Box, columns: int, high: int) -> list[str]:
        """The lines in a box of so many columns and rows."""
        name, figures = self._words(box)
        lines = lines_of(name, columns, break_long_words=columns >= BREAK_WIDE)
        for found in ([f"{name} {figures}"], [*lines, figures], [*lines, *figures.split()], lines):
            if len(found) <= high and all(width(line) <= columns for line in found):
                if found is lines:
                    self._names.append(("", name, format_size(box.size)))
                return found
        self._numbers += 1
        number = str(self._numbers)
        sign = self._look.signs[CHANGED] if box.changed else ""
        if box.key == TOGETHER:
            self._small.append(f"{number} {name}")
        else:
            self._names.append((number, name, format_size(box.size)))
        return [f"{number}{sign}" if len(number) < columns else number]


def _state(box: Box) -> str:
    """The state of a box, or of the first that lies in it."""
    while box.boxes:
        box = box.boxes[0]
    return box.state


def _placed(boxes: list[Box], place: Place) -> tuple[list[tuple[Box, Place]], list[Box]]:
    """Where boxes are drawn, and those for which there is no room even together.

    The smallest become one box as long as any is too small to be drawn, or are left out if they are next to nothing.
    """
    kept = sorted((box for box in boxes if box.size), key=lambda box: -box.size)
    small: list[Box] = []
    while kept:
        drawn = sorted([*kept, _together(small)], key=lambda box: -box.size) if small else kept
        places = _places([box.size for box in drawn], place)
        if all(map(_drawable, places)):
            return list(zip(drawn, places, strict=True)), []
        # All that is drawn is much larger than the others together: those are left out.
        if small and kept[-1].size > MUCH * sum(box.size for box in small):
            places = _places([box.size for box in kept], place)
            if all(map(_drawable, places)):
                return list(zip(kept, places, strict=True)), small
        small.insert(0, kept.pop())
    return [], boxes


def _places(sizes: list[int], place: Place) -> list[Place]:
    """Corners of boxes, whose sides are common. A character is twice as high as it is wide."""
    left, top, right, bottom = place
    return [
        (round(2 * one[0]), round(one[1]), round(2 * one[2]), round(one[3]))
        for one in squarify(sizes, left / 2, top, right / 2, bottom)
    ]


def _drawable(place: Place) -> bool:
    left, top, right, bottom = place
    return right - left >= LEAST_WIDE and bottom - top >= LEAST_HIGH


def _together(boxes: list[Box]) -> Box:
    """One box for several."""
    if len(boxes) == 1:
        return boxes[0]
    size = sum(box.size for box in boxes)
    found = Box(TOGETHER, "more", f"{len(boxes)} small, {format_size(size)}: {_several(boxes)}", size)
    found.state = _state(boxes[0])
    found.changed = any(box.changed for box in boxes)
    return found


def _several(boxes: list[Box]) -> str:
    """`heap 1M, kernel stacks 248k and 3 more`; safe."""
    names = [f"{printable(box.label)} {format_size(box.size)}" for box in boxes[:MOST_NAMES]]
    more = len(boxes) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
