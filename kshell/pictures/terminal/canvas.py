"""A canvas of characters: lines that join where they meet, and text on it.

    +-----+---+      ┌─────┬───┐
    |     | x |      │     │ x │
    +--+--+---+      ├──┬──┴───┤
    |  |      |      │  │      │
    +--+------+      └──┴──────┘

Each place notes in which directions lines leave it, so it does not matter in which order they are drawn.
"""

from __future__ import annotations

from kshell.pictures.terminal.look import LINE, Look, Row
from kshell.text import width

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
# What lines look like by the directions in which they leave a place, in the order of their numbers.
JOINTS = " │││─┘┐┤─└┌├─┴┬┼"
PLAIN_JOINTS = " |||-+++-+++-+++"


class Canvas:
    """So many `columns` and `rows` of characters."""

    __slots__ = ("columns", "rows", "_lines", "_signs")

    def __init__(self, columns: int, rows: int) -> None:
        self.columns = columns
        self.rows = rows
        self._lines = [[0] * columns for _ in range(rows)]
        self._signs: dict[tuple[int, int], tuple[str, str]] = {}

    def box(self, left: int, top: int, right: int, bottom: int) -> None:
        """Lines around the places from (left, top) to (right, bottom), which are its corners."""
        for y in (top, bottom):
            for x in range(left, right):
                self._lines[y][x] |= RIGHT
                self._lines[y][x + 1] |= LEFT
        for x in (left, right):
            for y in range(top, bottom):
                self._lines[y][x] |= DOWN
                self._lines[y + 1][x] |= UP

    def write(self, x: int, y: int, text: str, tone: str) -> None:
        """Puts safe `text` at a place; it hides the lines below it. What is beyond the last column is left out."""
        for sign in text:
            wide = width(sign)
            if x + wide > self.columns:
                return
            # One without a width joins the one before it.
            at = x if wide else x - 1
            before = "" if wide else self._signs.get((at, y), ("", ""))[0]
            self._signs[at, y] = before + sign, tone
            if wide == 2:
                self._signs[x + 1, y] = "", tone
            x += wide

    def drawn(self, look: Look) -> list[Row]:
        """The rows, from the top."""
        joints = PLAIN_JOINTS if look.edges.isascii() else JOINTS
        found: list[Row] = []
        for y, lines in enumerate(self._lines):
            row: Row = []
            for x, directions in enumerate(lines):
                row.append(self._signs.get((x, y)) or (joints[directions], LINE if directions else ""))
            found.append(_joined(row))
        return found


def _joined(row: Row) -> Row:
    """The same with neighbours of one tone as one."""
    found: Row = []
    for text, tone in row:
        if found and found[-1][1] == tone:
            found[-1] = found[-1][0] + text, tone
        else:
            found.append((text, tone))
    return found
