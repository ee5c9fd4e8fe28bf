"""What stands between a session and the commands of other packages.

    session -> guarded(function) -> function       what it prints goes to standard error
            <- a Result with texts <-              anything else is a bug of the plugin, raised while the line runs

A result is looked at here because it is used long after the command has run, where nothing could be taken back.
"""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from functools import wraps

from kshell.shell.results import Outcome, Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any

    CommandFunction = Callable[..., Any]


def guarded(function: CommandFunction) -> CommandFunction:
    """The function of a plugin's command as a session can call it. It raises what `function` raises, and TypeError for
    what is not a result."""

    @wraps(function)
    def call(*arguments: Any) -> Any:
        # What it prints is not an answer to anything.
        with redirect_stdout(sys.stderr):
            made = function(*arguments)
        return _steps(made) if hasattr(made, "send") else _sound(made)

    return call


def _steps(made: Generator[Outcome, None, Result]) -> Generator[Outcome, None, Result]:
    """The outcomes that a session command yields, and its result."""
    while True:
        try:
            with redirect_stdout(sys.stderr):
                outcome = next(made)
        except StopIteration as end:
            return _sound(end.value)
        if not isinstance(outcome, Outcome):
            raise TypeError(f"it yields {_kind(outcome)} and not an Outcome")
        yield outcome


def _sound(result: object) -> Result:
    """The result, if it is one. Raises TypeError."""
    if not isinstance(result, Result):
        raise TypeError(f"it returns {_kind(result)} and not a Result")
    if not isinstance(result.exit, int):
        raise TypeError(f"the exit value of its result is {_kind(result.exit)} and not an int")
    for name, text in (("output", result.output()), ("err", result.err), ("reason", result.reason or "")):
        if not isinstance(text, str):
            raise TypeError(f"the {name} of its result is {_kind(text)} and not a str")
    return result


def _kind(found: object) -> str:
    return type(found).__name__
