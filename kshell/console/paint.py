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


def paint(command: str | None, text: str, marks: list[str], before: str | None) -> str:
    """`text`, which `command` printed, with colours; `marks` are its lines' own meanings, `before` what the same
    line printed last time: figures that have changed since are underlined."""
    lines = text.split("\n")
    old = _by_key(before) if before is not None and before != text else {}
    return "\n".join(
        _paint_line(command, line, marks[at] if at < len(marks) else "", old) for at, line in enumerate(lines)
    )


def _key(line: str) -> str:
    """What names a line of a table from one time to the next: its first word."""
    words = line.split(None, 1)
    return words[0] if words else ""


def _by_key(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in text.split("\n"):
        key = _key(line)
        # A key that several lines share names none of them.
        found[key] = [] if key in found else line.split(" ")
    return found


def _paint_line(command: str | None, line: str, mark: str, old: dict[str, list[str]]) -> str:
    if not line:
        return line
    if line.startswith("trace: "):
        return f"{DIM}{line}{RESET}"
    if command in HEADED and line.lstrip().startswith(("TASK", "rights", "ID ")):
        return f"{BOLD}{line}{RESET}"
    if line.startswith("magenta") and "$ " in line:
        return f"{BOLD}{line}{RESET}"
    changed = old.get(_key(line))
    words = line.split(" ")
    if changed is not None and changed != words:
        before = {word for word in changed if word}
        words = [
            f"{BOLD}{UNDERLINE}{word}{RESET}" if word and (word not in before or not changed) else word
            for word in words
        ]
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
