"""Text that is safe to show: names and data come from users, terminals obey them.

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


def _escape(char: str) -> str:
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
