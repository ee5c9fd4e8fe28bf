"""How a terminal shows scenes: the characters of a look, and its colours.

    ASCII     #####^^^0...      +--        every terminal, and what scripts print
    UNICODE   █████▒▒▒0···      ┌──        terminals that can

A row is a list of (text, tone); a tone is a word such as a state's, or "". Colours are those that colour-blind people
tell apart (Okabe and Ito, "Color Universal Design", 2008), or what 16 colours have nearest. What a colour says, a
character says too.
"""

from __future__ import annotations

from kshell.accounting.sight import ABSENT, OWN, PARENT, ZERO
from kshell.text import printable, width

# What is drawn in a row, each with what it means.
Row = list[tuple[str, str]]

# Tones beside the states: of what is own in part, of what changed, of lines around boxes and rulers, of titles.
PARTLY, CHANGED, LINE, TITLE = "partly", "changed", "line", "title"

# SGR codes by tone, for terminals of 256 colours: blue, sky blue, orange, bluish green, vermilion.
COLOURS = {
    OWN: "38;5;32",
    PARTLY: "38;5;74",
    PARENT: "38;5;214",
    ZERO: "38;5;36",
    ABSENT: "2",
    CHANGED: "1;38;5;166",
    LINE: "2",
    TITLE: "1",
}
# The same where there are 16 colours.
FEW_COLOURS = {
    OWN: "94",
    PARTLY: "96",
    PARENT: "33",
    ZERO: "36",
    ABSENT: "2",
    CHANGED: "1;35",
    LINE: "2",
    TITLE: "1",
}


class Look:
    """Characters and colours. `signs` maps tones to characters, `colours` tones to SGR codes; it may be empty.

    `filled` and `empty` are those of a bar, `edges` those of a box: corners (upper left, upper right, lower left, lower
    right), across, down, and what stands at the sides of what is left out. `branch`, `last`, `down` and `between` make
    a tree.
    """

    __slots__ = ("signs", "colours", "filled", "empty", "edges", "branch", "last", "down", "between")

    def __init__(
        self, signs: dict[str, str], bar: str, edges: str, tree: tuple[str, str, str, str],
        colours: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.signs = signs
        self.filled, self.empty = bar[0], bar[1]
        self.edges = edges
        self.branch, self.last, self.down, self.between = tree
        self.colours = colours or {}

    def coloured(self, colours: dict[str, str]) -> Look:
        """The same characters with colours."""
        return Look(
            *(self.signs, self.filled + self.empty, self.edges, (self.branch, self.last, self.down, self.between)),
            colours,
        )

    def painted(self, row: Row) -> str:
        """A row as the terminal gets it; neighbours of one tone are painted as one."""
        parts: list[str] = []
        last, end = "", ""
        for text, tone in row:
            code = self.colours.get(tone, "")
            if code != last:
                parts.append(end)
                parts.append(f"\x1b[{code}m" if code else "")
                last, end = code, "\x1b[0m" if code else ""
            parts.append(text)
        parts.append(end)
        return "".join(parts)


ASCII = Look(
    {OWN: "#", PARTLY: "+", PARENT: "^", ZERO: "0", ABSENT: ".", CHANGED: "*"},
    *("#.", "++++-|:", ("|-", "`-", "| ", ": ")),
)
UNICODE = Look(
    {OWN: "█", PARTLY: "▄", PARENT: "▒", ZERO: "0", ABSENT: "·", CHANGED: "▴"},
    *("█·", "┌┐└┘─│┊", ("├─", "└─", "│ ", "┊ ")),
)


def cropped(row: Row, columns: int) -> Row:
    """The row without what is beyond `columns`, and without blanks at its end."""
    found: Row = []
    room = columns
    for text, tone in row:
        if width(text) > room:
            while width(text) > room:
                text = text[:-1]
            found.append((text, tone))
            break
        found.append((text, tone))
        room -= width(text)
    while found and not found[-1][0].strip():
        found.pop()
    if found and found[-1][0].endswith(" "):
        found[-1] = (found[-1][0].rstrip(), found[-1][1])
    return found


def length(row: Row) -> int:
    """The columns that a row takes."""
    return sum(width(text) for text, _ in row)


def named(text: str, room: int) -> str:
    """A foreign name, safe, in at most `room` columns: what is cut off is said by dots."""
    text = printable(text)
    if width(text) <= room:
        return text
    while text and width(text) > room - 2:
        text = text[:-1]
    return f"{text}.."[: max(0, room)]
