"""Commands that run another command, `time`, `repeat`, `watch`, `pin`: which one they can run."""

from __future__ import annotations

from kshell.shell import registry
from kshell.shell.command import Command
from kshell.shell.errors import UsageError
from kshell.shell.grammar import PREFIXES, parse, written
from kshell.shell.looks import LOOKS
from kshell.shell.quoting import Quoted
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# How many commands may run each other: `time repeat 3 time ...`.
MAX_NESTED = 16
# What becomes of a command that is run aside after each line (`pins.py`).
PINNED = "pinned"
KEPT_ON_SCREEN = "a pinned command's output stays on the screen: pin it without a name, > and |"


def inner_command(name: str, done: str) -> Command:
    """The command `name`, which is to be `done` ("timed"). Raises UsageError for one that cannot be."""
    found = registry.find(name)
    if found is None and name in PREFIXES and not isinstance(name, Quoted):
        raise UsageError(f"{name} cannot be {done}: it goes first, before the command that runs the other")
    if found is None:
        raise UsageError(f"there is no command {str(name[:40])!r}")
    if done == PINNED and found.name not in LOOKS:
        raise UsageError(f"{name} cannot be pinned: only what changes nothing can, such as ps")
    if found.unrecorded:
        raise UsageError(f"{name} cannot be {done}: it moves in the session, or only looks at it")
    if found.name == "repeat" and done == "repeated":
        raise UsageError("repeat does not repeat itself: multiply the numbers, as in repeat 3*1000 COMMAND")
    if found.name == "draw" and done in ("repeated", "drawn"):
        raise UsageError(f"draw cannot be {done}: it writes one file, once")
    return found


def line_of(words: Sequence[str]) -> str:
    """The line that the words after a command make; a single quoted word is a line itself."""
    alone = len(words) == 1 and isinstance(words[0], Quoted)
    return str(words[0]) if alone else " ".join(written(word) for word in words)


def whole_line(state: State, words: Sequence[str], done: str) -> str:
    """The line that the words after `watch` or `pin` make; a single quoted word is a line itself. Raises UsageError."""
    line = line_of(words)
    commands_of(state, line, done)
    return line


def commands_of(state: State, line: str, done: str) -> list[Command]:
    """The commands of a line, all of which are to be `done`. Raises UsageError for a line that cannot be."""
    clauses = parse(line)
    if not clauses:
        raise UsageError(f"there is no command to be {done}")
    found = []
    for clause in clauses:
        found.append(inner_command(state.aliases.get(clause.words[0], clause.words)[0], done))
        if done == PINNED and (clause.name or clause.redirect is not None):
            raise UsageError(KEPT_ON_SCREEN)
    return found


class nested:
    """A block in which a command runs another one. Raises UsageError where that goes on MAX_NESTED deep."""

    __slots__ = ("state",)

    def __init__(self, state: State) -> None:
        self.state = state

    def __enter__(self) -> None:
        if self.state.nested >= MAX_NESTED:
            raise UsageError(f"commands run each other at most {MAX_NESTED} deep")
        self.state.nested += 1

    def __exit__(self, *failure: object) -> None:
        self.state.nested -= 1
