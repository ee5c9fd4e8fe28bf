"""`pin`, `unpin`: commands whose output stays under the prompt."""

from __future__ import annotations

from kshell.shell.arguments import CommandLine
from kshell.shell.inner import PINNED, line_of
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session
from kshell.shell.values import COUNT
from kshell.text import printable


@command(
    "pin",
    category="session",
    summary="keeps what COMMAND prints under the prompt, made anew after each line; alone: what is pinned",
    params=(CommandLine("COMMAND", (), done=PINNED, lines=True),),
    examples=(
        ("pin memory", ""),
        ("pin 'handles; vars'", ""),
        ("pin", "  1  memory\n  2  handles; vars\n"),
        ("unpin 1", ""),
        ("pin map 4k", "pin: map cannot be pinned: only what changes nothing can, such as ps\n"),
    ),
    details="What the last line has changed is marked. The picture takes at most half of the terminal, and is cut "
    "to fit. A line of several commands is quoted as a whole.\n"
    "A pinned command is run aside: it leaves no trace in the session, and a pinned `ps` uses up no koids. Pins are "
    "the console's, as settings are: `undo` and `reset` leave them, and neither `save` nor a journal keeps them. Lines "
    "of ~/.config/kshell/startup.kshell, and of scripts that are loaded, may pin. A script that has no prompt shows "
    "nothing of it.",
    unrecorded=True,
)
def pin(session: Session, words: list[str]) -> Result:
    if words:
        session.pins.add(session.state, line_of(words).strip())
        return _pinned(session, "")
    lines = [f"{at:>3}  {printable(found.line)}\n" for at, found in enumerate(session.pins.pins, 1)]
    return _pinned(session, "".join(lines) or "nothing is pinned; `pin COMMAND` does it\n")


@command(
    "unpin",
    category="session",
    summary="takes away what is pinned: all, the one of that number, or that command",
    params=(CommandLine("PIN", (), lines=True),),
    examples=(
        ("pin memory", ""),
        ("unpin memory", ""),
        ("pin", "nothing is pinned; `pin COMMAND` does it\n"),
        ("unpin", "unpin: nothing is pinned\n"),
    ),
    details="`pin` lists them with their numbers.",
    unrecorded=True,
)
def unpin(session: Session, words: list[str]) -> Result:
    session.pins.take(line_of(words).strip())
    return _pinned(session, "")


def _pinned(session: Session, text: str) -> Result:
    lines = [found.line for found in session.pins.pins]
    return Result(len(lines), {"pins": lines}, text, kind=COUNT)
