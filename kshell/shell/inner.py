"""Commands that run another command, `time`, `repeat`, `watch`: which one they can run."""

from __future__ import annotations

from kshell.shell import registry
from kshell.shell.command import Command
from kshell.shell.errors import UsageError


def inner_command(name: str, done: str) -> Command:
    """The command `name`, which is to be `done` ("timed"). Raises UsageError for one that cannot be."""
    found = registry.find(name)
    if found is None:
        raise UsageError(f"there is no command {str(name)!r}")
    if found.unrecorded:
        raise UsageError(f"{name} cannot be {done}: it moves in the session, or only looks at it")
    if found.name == "repeat" and done == "repeated":
        raise UsageError("repeat does not repeat itself: multiply the numbers, as in repeat 3*1000 COMMAND")
    return found
