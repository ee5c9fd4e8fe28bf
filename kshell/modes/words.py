"""What several modes take on the command line: a document, and seconds."""

from __future__ import annotations

import sys

from kshell.shell.errors import UsageError
from kshell.shell.files import read_input
from kshell.shell.interrupts import PROGRAM
from kshell.shipped import find_document, read_file

# Seconds that --pace and --max-time take at most.
MOST_SECONDS = 3600


def seconds(name: str, word: str) -> float:
    """The seconds that an option gives, such as 2 or 0.5. Raises UsageError."""
    if set(word) <= set("0123456789.") and len(word) < 9 and word.count(".") < 2 and word != ".":
        number = float(word or 0)
        if 0 < number <= MOST_SECONDS:
            return number
    raise UsageError(f"{name} takes seconds, such as 2 or 0.5, at most {MOST_SECONDS}; not {word!r}")


def read_document(name: str) -> str:
    """The text of a document: a file, one that kshell ships, or `-` for standard input. Raises UsageError."""
    if name == "-":
        return read_stdin()
    found = find_document(name)
    if found is None:
        raise UsageError(f"there is no document {name}")
    return found[1]


def read_stdin() -> str:
    """All of standard input. Raises UsageError, KeyboardInterrupt."""
    return read_file("-", lambda _: PROGRAM.wait(lambda: read_input(sys.stdin.fileno())))
