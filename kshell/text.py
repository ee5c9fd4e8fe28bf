"""Text that is safe to show: names and data come from users, and terminals obey them.

A control character is written as an escape (`\\x1b`), so a process named with a terminal sequence cannot move
the cursor of whoever types `ps`. Printable text, of any script, stays as it is.
"""

from __future__ import annotations


def printable(raw: bytes | str) -> str:
    """A name or other foreign text for the screen: up to the first NUL, control characters escaped."""
    if isinstance(raw, bytes):
        text = raw.split(b"\0", 1)[0].decode("utf-8", "backslashreplace")
    else:
        text = raw
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


_TURNING = (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
# What a terminal would obey rather than show: control characters but newline and tab, and those that turn the
# direction of writing.
_ESCAPES = {
    code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    for code in (*range(9), *range(11, 32), *range(127, 160), *_TURNING)
}


def shown(text: str) -> str:
    """A command's text for the screen: what a terminal would obey is escaped, newlines and tabs stay."""
    return text.translate(_ESCAPES)


def width(text: str) -> int:
    """How many columns of a terminal `text` takes: two for a wide character, none for one that joins the one before."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(char) in ("Mn", "Me", "Cf") else 2 if east_asian_width(char) in ("W", "F") else 1 for char in text
    )


def _escape(char: str) -> str:
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def plural(count: int, noun: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


# Everything that kshell writes is read at a terminal of this width.
COLUMNS = 80
# Stands for a blank at which a text is not broken.
GLUE = "\0"


def wrap(text: str, begin: str = "", indent: str | None = None, width: int = COLUMNS) -> str:
    """`text` after `begin`, in lines of at most `width` columns that end between words.

    Further lines are indented by `indent`, or as far as `begin` is long: texts then stand in a column. A newline of
    `text` is a blank like any other, GLUE one that is kept; a word that is wider than a line has one of its own.
    """
    if len(begin) + len(text) <= width and text.isprintable() and text == text.strip():
        # What fits one line as it is; most texts do.
        return f"{begin}{text}\n" if text else ""
    from textwrap import wrap as lines_of

    rest = " " * len(begin) if indent is None else indent
    lines = lines_of(text, width, initial_indent=begin, subsequent_indent=rest, break_long_words=False,
                     break_on_hyphens=False)  # fmt: skip
    return "".join(f"{line}\n" for line in lines).replace(GLUE, " ")


def fold(text: str, width: int = COLUMNS) -> str:
    """Messages as a terminal of `width` columns shows them best: lines that are wider are wrapped and indented."""
    lines = text.split("\n")
    return "\n".join(line if len(line) <= width else wrap(line, indent="  ", width=width)[:-1] for line in lines)
