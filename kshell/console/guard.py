"""A bug in what runs while a line is typed costs a line on standard error, and never the console.

    guard("colours", plain, lambda: colours(line))      the colours, or `plain`

What went wrong is reported when the line has been typed: before that it would be written over.
"""

from __future__ import annotations

from kshell.shell.errors import told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    Value = TypeVar("Value")


class Guard:
    """Catches what goes wrong, and says each thing once: a bug in the colours shows at every key."""

    def __init__(self) -> None:
        self._known: set[tuple[str, str]] = set()
        self._waiting: list[str] = []

    def __call__(self, what: str, instead: Value, function: Callable[[], Value]) -> Value:
        """What `function` returns, or `instead` if it raises. `what` names it for people."""
        try:
            return function()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            # A plugin's argument may raise anything.
            kind = type(error).__name__
            if (what, kind) not in self._known:
                self._known.add((what, kind))
                self._waiting.append(f"kshell: a bug in the {what}: {told(error)}\n")
            return instead

    def report(self) -> None:
        """Says what went wrong since the last report."""
        from kshell.output import complain

        complain("".join(self._waiting))
        self._waiting.clear()
