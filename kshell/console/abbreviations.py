"""Earlier lines by `!`: `!!` is the last one, `!12` line 12 of `history`, `!ps` the last that begins with ps."""

from __future__ import annotations

from kshell.kernel.numbers import decimal
from kshell.shell.errors import UsageError
from kshell.shell.host import Sandbox
from kshell.shell.session import Session


def expand(session: Session, line: str) -> str:
    """The line with the abbreviation at its start written out in full. Raises UsageError when there is no such line."""
    text = line.lstrip()
    # `! COMMAND`, with a blank, is the language's own.
    if len(text) < 2 or text[0] != "!" or (text[1] in " =!\"'" and text[:2] != "!!"):
        return line
    word, blank, rest = text.partition(" ")
    lines = session.timeline.lines
    if word == "!!":
        found = lines[-1] if lines else None
    elif (number := decimal(word[1:])) is not None:
        found = lines[number - 1] if 0 < number <= len(lines) else None
    else:
        found = next((said for said in reversed(lines) if said.lstrip().startswith(word[1:])), None)
    if found is None:
        # Programs are not for a sandbox.
        more = "" if isinstance(session.host, Sandbox) else ", `shell PROGRAM` runs a program"
        raise UsageError(f"there is no line {word[:40]} in this session: `history` shows them{more}")
    return found + blank + rest
