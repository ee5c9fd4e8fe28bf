"""Where text leaves the program: everything that is printed, but for what the console paints, goes through here.

A terminal obeys what it is sent, and texts quote names, file names and lines of whoever wrote them. So whatever a
terminal would obey rather than show is written as an escape.
"""

from __future__ import annotations

import sys

from kshell.text import fold, shown


class OutputError(Exception):
    """Standard output takes no more; `error` says why."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


def terminal_size() -> tuple[int, int]:
    """(columns, rows) of the terminal as it is now. COLUMNS and LINES, which are of the time when kshell started, are
    asked only where it does not know."""
    import os

    try:
        columns, rows = os.get_terminal_size(1)
    except (OSError, ValueError):
        columns = rows = 0
    if columns and rows:
        return columns, rows
    from shutil import get_terminal_size

    found = get_terminal_size()
    return found.columns, found.lines


def say(text: str, flush: bool = False) -> None:
    """Writes to standard output. Raises OutputError."""
    try:
        sys.stdout.write(shown(text))
        if flush:
            sys.stdout.flush()
    except OSError as error:
        raise OutputError(error) from None


def put(text: str) -> None:
    """Writes to standard output what is painted already: its control characters are the caller's own. Raises
    OutputError."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        raise OutputError(error) from None


def complain(text: str) -> None:
    """Writes to standard error, after everything that was said before. What cannot be written is lost."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise OutputError(error) from None
    text = shown(text)
    try:
        if sys.stderr.isatty():
            # A sentence that does not fit is folded between its words.
            text = fold(text, terminal_size()[0])
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        # There is nowhere left to say so.
        return
