"""The pane of what is pinned, as lines for a terminal.

    -- 1: memory -------------------------------
    total      523999 pages  2046.9M                what has changed is underlined, or has a * before it
    ... 9 more lines                                where there is not room for all
    -- 2: ps -----------------------------------
    TASK        VIRT     RES NAME

It takes at most half of the terminal, which its pins share: what one does not need the others have. A line is cut where
the terminal ends.
"""

from __future__ import annotations

from kshell.pictures.scene import Scene, mark_changes
from kshell.pictures.scenes import clones, pages
from kshell.pictures.terminal.drawing import draw
from kshell.pictures.terminal.look import Look
from kshell.pictures.terminal.paint import DIM, RESET, changes, paint
from kshell.shell.pins import Part, Pin, Pins
from kshell.shell.session import Session
from kshell.text import plural, printable, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# In a terminal of fewer rows only a hint says that something is pinned.
FEWEST_ROWS = 10


class Pane:
    """Draws the pins of a session, and again only when something has changed."""

    __slots__ = ("pins", "_drawn", "_version")

    def __init__(self, pins: Pins) -> None:
        self.pins = pins
        self._drawn: dict[tuple[int, int, int, Look], list[str]] = {}
        self._version = 0

    def lines(self, columns: int, rows: int, look: Look, room: int | None = None) -> list[str]:
        """The lines for a terminal of `columns` by `rows`, as `look` has it; none when nothing is pinned.

        `room` is for how many rows there is room now, if it is less than the pane may take.
        """
        if self._version != self.pins.version:
            self._drawn.clear()
            self._version = self.pins.version
        most = rows // 2
        asked = (columns, rows, most if room is None else min(room, most), look)
        found = self._drawn.get(asked)
        if found is None:
            found = self._drawn[asked] = self._draw(*asked)
        return found

    def _draw(self, columns: int, rows: int, room: int, look: Look) -> list[str]:
        pins = self.pins.pins
        if not pins or room < 1:
            return []
        if rows < FEWEST_ROWS:
            return [_cut(f"{len(pins)} pinned; a terminal of {FEWEST_ROWS} rows shows more", columns)]
        # A head and a line each is the least.
        seen = pins if 2 * len(pins) <= room else pins[: max(1, (room - 1) // 2)]
        left = room - (len(seen) < len(pins))
        texts = [_lines(pin, columns, left, look) for pin in seen]
        lines: list[str] = []
        for at, share in enumerate(shares([1 + count for _, count in texts], left)):
            head = f"-- {at + 1}: {printable(seen[at].line)} "
            head = _cut(head + "-" * (columns - width(head)), columns)
            lines.append(f"{DIM}{head}{RESET}" if look.colours else head)
            shown, count = texts[at]
            if count < share:
                lines += shown
            elif share > 1:
                lines += [*shown[: share - 2], _cut(f"... {plural(count - share + 2, 'more line')}", columns)]
        if len(seen) < len(pins):
            lines.append(_cut(f"... {len(pins) - len(seen)} more pinned", columns))
        return lines[:room]


def following(session: Session, look: Look) -> Callable[[int, int], list[str]]:
    """Draws what is pinned in a session for so many columns, in at most so many rows: as it is after the lines that
    have run by then."""
    pane = Pane(session.pins)
    seen: tuple[int, int, int] | None = None

    def lines(columns: int, most: int) -> list[str]:
        nonlocal seen
        state = session.state
        now = (id(state), state.line_number, len(session.timeline.lines))
        if now != seen:
            session.pins.refresh(state)
            seen = now
        return pane.lines(columns, 2 * most + 1, look)

    return lines


def shares(needs: list[int], room: int) -> list[int]:
    """How many rows each gets of `room`: as many as it needs, or as many as any other that gets too few; the first ones
    one more where it does not come out even."""
    given = [0] * len(needs)
    order = sorted(range(len(needs)), key=lambda at: (needs[at], -at))
    for done, at in enumerate(order):
        given[at] = min(needs[at], room // (len(needs) - done))
        room -= given[at]
    return given


def _lines(pin: Pin, columns: int, most: int, look: Look) -> tuple[list[str], int]:
    """(lines, count): the first lines of what a pin shows, at most `most`, and how many there are in all."""
    lines: list[str] = []
    count = 0
    for at, part in enumerate(pin.now):
        before = pin.before[at] if pin.before is not None and at < len(pin.before) else None
        if before is not None and (part.exit or before.exit or before.command != part.command):
            before = None
        shown, more = _part_lines(part, before, columns, max(0, most - count), look)
        lines += shown
        count += more
    return lines, count


def _part_lines(part: Part, before: Part | None, columns: int, most: int, look: Look) -> tuple[list[str], int]:
    if isinstance(part.scene, Scene):
        if before is not None and isinstance(before.scene, Scene):
            _mark(before.scene, part.scene)
        drawn = draw(part.scene, columns, look).splitlines()
        return drawn[:most], len(drawn)
    coloured = bool(look.colours)
    text = part.text.removesuffix("\n")
    if not text:
        return [], 0
    rows = text.split("\n")
    count = len(rows)
    earlier = before.text if before is not None and before.text != part.text else None
    # Without colours the first column is for marks.
    room = columns if coloured else columns - 2
    rows = [_cut(row.expandtabs(), room) for row in rows[:most]]
    if not coloured:
        marks = changes(text.split("\n")[:most], earlier) if earlier is not None else [False] * len(rows)
        return [f"{'*' if mark else ' '} {row}" for mark, row in zip(marks, rows, strict=True)], count
    return paint(part.command, "\n".join(rows), part.marks, earlier, new=True).split("\n"), count


def _mark(before: Scene, after: Scene) -> None:
    """Marks in a picture what is not as it was in the one before the last line."""
    if after.kind == before.kind == "pages":
        pages.marked(before, after)
    elif after.kind == before.kind == "clones":
        clones.marked({box.key: box for box in before.walk()}, after)
    else:
        mark_changes(before, after)


def _cut(text: str, columns: int) -> str:
    """As much of a line as fits into so many columns."""
    while width(text) > columns:
        # Wide characters make it shorter than it is wide.
        text = text[: columns if len(text) > columns else -1]
    return text
