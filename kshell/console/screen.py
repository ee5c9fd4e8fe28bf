"""What a terminal can show: colours or not, escapes or not, and how many rows a text takes."""

from __future__ import annotations

import os

from prompt_toolkit.utils import get_cwidth, is_dumb_terminal

from kshell.output import terminal_size
from kshell.text import fold

# The cursor to the top left, and the screen empty.
ERASE = "\x1b[H\x1b[2J"


def coloured(setting: str) -> bool:
    """Whether anything is coloured, if the setting `colour` is auto, on or off.

    As force-color.org, no-color.org and CLICOLOR_FORCE's own rules say: FORCE_COLOR wins, then what a person has set,
    then NO_COLOR, then CLICOLOR_FORCE, and then what the terminal can do.
    """
    if os.environ.get("FORCE_COLOR"):
        return True
    if setting != "auto":
        return setting == "on"
    if os.environ.get("NO_COLOR"):
        return False
    return os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0") or not is_dumb_terminal()


def erase() -> str:
    """What empties the screen; nothing for a terminal that would show it as it stands."""
    return "" if is_dumb_terminal() else ERASE


def folded(text: str) -> str:
    """Messages as this terminal shows them best: a line ends between words."""
    return fold(text, terminal_size()[0])


def rows(line: str, columns: int) -> int:
    """How many rows a line of text takes in a terminal of so many columns."""
    line = line.expandtabs()
    return max(1, -(-(len(line) if line.isascii() else get_cwidth(line)) // max(1, columns)))


def taller(text: str, room: int, columns: int) -> bool:
    """Whether a text takes more than `room` rows. Takes time in proportion to `room` and to the longest line."""
    lines = count(text)
    return lines > room or fitting(text, room, columns)[0] < lines


def count(text: str) -> int:
    """The lines of a text; a newline ends one, and the last one may lack it."""
    return text.count("\n") + (not text.endswith("\n"))


def fitting(text: str, room: int, columns: int) -> tuple[int, int]:
    """(lines, rows): how many of the first lines of a text fit into `room` rows, and the rows that they take."""
    used = 0
    lines = text.removesuffix("\n").split("\n")
    for taken, line in enumerate(lines):
        more = rows(line, columns)
        if used + more > room:
            return taken, used
        used += more
    return len(lines), used
