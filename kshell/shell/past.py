"""What a line may ask of the lines before it. A session answers: it has them, and can run them again.

A line must do the same whenever it is run again, so it may ask for nothing that is not the same then: the lines before
it, and the states between them.
"""

from __future__ import annotations

from kshell.kernel.machine import Machine
from kshell.shell.results import Outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    Seen = TypeVar("Seen")


# The seed of a session that was not given another.
DEFAULT_SEED = 1


class Past:
    """The lines before the one that is running. Here there are none, and no line can be tried."""

    # Whether a picture marks what has changed; not where it is shown after each line, next to the one before it.
    compares = True

    @property
    def seed(self) -> int:
        """What numbers are drawn from."""
        return DEFAULT_SEED

    def line_begins(self) -> int | None:
        """How many lines there were before the running one, if the state is still that after them; otherwise None."""
        return None

    def seen(self, count: int, look: Callable[[Machine], Seen]) -> Seen:
        """What `look` sees in the machine as it was after the first `count` lines. It must change nothing there, and
        keep nothing of it."""
        raise NotImplementedError

    def glimpse(self, count: int, look: Callable[[Machine], Seen]) -> Seen:
        """What `look` sees, as `seen` does; nothing of it is remembered, so several may look at one moment."""
        raise NotImplementedError

    def lines_before(self) -> int:
        """How many lines there were before the running one."""
        return 0

    def last_change(self, lines: int | None = None) -> int | None:
        """How many lines there were before the last one that changed something, of the first `lines` or of all; None if
        none did."""
        return None

    def line(self, index: int) -> str:
        """A line."""
        raise NotImplementedError

    def rehearse(self, line: str, look: Callable[[Machine], Seen]) -> tuple[list[Outcome], Seen, list[str]]:
        """What `line` would do now: its outcomes, what `look` sees in the machine afterwards, and what of it has been
        kept from files and programs, in words.

        Nothing is done: the state is as before, and the line reaches no files and programs.
        """
        raise NotImplementedError

    def aside(self, line: str, on_copy: bool) -> list[Outcome]:
        """What `line`, whose commands only look, would give now. Nothing remembers that it ran, not even `$?`.

        A line that runs a program uses up koids: with `on_copy` it uses up those of a copy of the machine. Raises
        KeyboardInterrupt.
        """
        raise NotImplementedError
