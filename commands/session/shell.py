"""`shell`: a program of the host, as gdb has it."""

from __future__ import annotations

from kshell.shell.arguments import CommandLine
from kshell.shell.grammar import quoted
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session


class HostProgram(CommandLine):
    """A program of the host with its words."""

    __slots__ = ()

    explain = "a program of this computer, with its words"
    known = False


@command(
    "shell",
    category="session",
    summary="runs a PROGRAM of this computer and shows what it prints",
    params=(HostProgram("PROGRAM"),),
    examples=(("shell echo hello", "hello\n"), ("shell false", "shell: false: the host's program ended with 1\n")),
    details="It is not a line of the session: `undo` does not count it, and nothing it does is\n"
    "taken back. Quote what /bin/sh is to read: shell 'ls | wc -l'.",
    unrecorded=True,
)
def shell(session: Session, words: list[str]) -> Result:
    # One word is a line for the shell of the host; several are a program and its words.
    line = str(words[0]) if len(words) == 1 else " ".join(quoted(word) for word in words)
    return Result(text=session.host.pipe(line, ""))
