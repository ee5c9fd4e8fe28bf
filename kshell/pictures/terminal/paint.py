"""Colours of what commands print, by meaning. The text under them stays byte for byte.

Blue, yellow and bold tell things apart for eyes that do not see red and green, and nothing is shown by colour alone:
permissions are written, changed figures are also underlined.
"""

from __future__ import annotations

BOLD, DIM, UNDERLINE = "\x1b[1m", "\x1b[2m", "\x1b[4m"
BLUE, CYAN, YELLOW = "\x1b[34m", "\x1b[36m", "\x1b[33m"
RESET = "\x1b[0m"
# What a mapping's permissions are drawn in.
PERMISSIONS = {"rw-": YELLOW, "r-x": CYAN, "rwx": BOLD + YELLOW, "---": DIM, "r--": "", "--x": CYAN}
MARKS = {"shared": BLUE, "cow": BOLD + BLUE}
# Commands whose first and last lines are headers.
HEADED = frozenset(("ps", "vmos", "top", "kstats"))


def paint(command: str | None, text: str, marks: list[str], before: str | None, new: bool = False) -> str:
    """`text`, which `command` printed, with colours; `marks` are its lines' own meanings, `before` what the same
    line printed last time: figures that have changed since are underlined, and with `new` also lines that were not
    there."""
    earlier = _Earlier(before) if before is not None and before != text else None
    return "\n".join(
        _paint_line(command, line, marks[at] if at < len(marks) else "", earlier, new)
        for at, line in enumerate(text.split("\n"))
    )


def changes(lines: list[str], before: str) -> list[bool]:
    """Whether each of `lines` has figures that it had not in the text `before`, or was not there."""
    earlier = _Earlier(before)
    return [any(earlier.changed(line, True)) for line in lines]


class _Earlier:
    """What a text was before. A line of a table is known again by its first word, unless several begin with it."""

    __slots__ = ("_lines", "_by_key")

    def __init__(self, text: str) -> None:
        lines = text.split("\n")
        self._lines = set(lines)
        self._by_key: dict[str, list[str]] = {}
        for line in lines:
            key = _key(line)
            self._by_key[key] = [] if key in self._by_key else line.split(" ")

    def changed(self, line: str, new: bool) -> list[bool]:
        """Whether each word of a line has come since; `new` is whether those of a line that nobody knows have."""
        words = line.split(" ")
        old = self._by_key.get(_key(line))
        if line in self._lines or (old is None and not new):
            return [False] * len(words)
        known = set(old or ())
        return [bool(word) and word not in known for word in words]


def _key(line: str) -> str:
    """What names a line of a table from one time to the next: its first word."""
    words = line.split(None, 1)
    return words[0] if words else ""


def _paint_line(command: str | None, line: str, mark: str, earlier: _Earlier | None, new: bool) -> str:
    if not line:
        return line
    if line.startswith("trace: "):
        return f"{DIM}{line}{RESET}"
    if command in HEADED and line.lstrip().startswith(("TASK", "rights", "ID ")):
        return f"{BOLD}{line}{RESET}"
    if line.startswith("magenta") and "$ " in line:
        return f"{BOLD}{line}{RESET}"
    words = line.split(" ")
    if earlier is not None:
        marked = zip(words, earlier.changed(line, new), strict=True)
        words = [f"{BOLD}{UNDERLINE}{word}{RESET}" if changed else word for word, changed in marked]
    if command == "vmaps":
        words = [_paint_permissions(word, mark) for word in words]
    return " ".join(words)


def _paint_permissions(word: str, mark: str) -> str:
    colour = PERMISSIONS.get(word)
    if colour is not None:
        return f"{colour}{word}{RESET}" if colour else word
    if mark and word == "useralloc":
        return f"{MARKS[mark]}{word}{RESET}"
    return word
