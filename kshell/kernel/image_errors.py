"""What is wrong with a boot image: the line, quoted so that a terminal can show it, and why."""

from __future__ import annotations

from kshell.kernel.specs import Spec

# How much of a line and of a word a message quotes.
QUOTED_LINE = 60
QUOTED_WORD = 24


class ImageError(Exception):
    """An image that cannot be booted: which line, and what is wrong with it."""


class Wrong(Exception):
    """What is wrong with the line that is being read or made, or with that of `spec`."""

    def __init__(self, why: str, spec: Spec | None = None) -> None:
        super().__init__(why)
        self.spec = spec


def where(number: int, line: str) -> str:
    """What a message about the line `number`, which is `line`, begins with."""
    return f"line {number}: {quoted(line.strip(), QUOTED_LINE)}: "


def quoted(text: str, most: int) -> str:
    """Foreign text for a message: its beginning, with escapes for what a terminal would obey."""
    text = text if len(text) <= most else f"{text[:most]}..."
    return text if text.isprintable() else repr(text)[1:-1]


def quoted_word(word: str) -> str:
    """A word of an image as a message quotes it."""
    return f"'{quoted(word, QUOTED_WORD)}'"
