"""What can go wrong before the kernel is asked: each is one line for a person and an exit value."""

from __future__ import annotations

from kshell.kernel.compiling import mypyc_attr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_NOT_FOUND = 127
EXIT_INTERRUPTED = 130


@mypyc_attr(allow_interpreted_subclasses=True)
class ShellError(Exception):
    """A command that failed for a reason of the console's own; `exit` is its exit value.

    `hint` is a second line for a person: what may have been meant, or "".
    """

    exit: ClassVar[int] = EXIT_FAILED

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@mypyc_attr(allow_interpreted_subclasses=True)
class KernelRefusal(ShellError):
    """What the kernel is going to refuse, known before it is asked: while a line is typed, never when it runs."""


@mypyc_attr(allow_interpreted_subclasses=True)
class UsageError(ShellError):
    """A line or an argument that is wrong."""

    exit = EXIT_USAGE


def told(failure: BaseException) -> str:
    """What has gone wrong, in a line of at most 200 characters: `ZeroDivisionError: division by zero`."""
    try:
        text = f": {failure}"
    except Exception:
        # Somebody else's exception may fail at this, too.
        text = ""
    return f"{type(failure).__name__}{text}".split("\n", 1)[0][:200]


class JournalError(Exception):
    """The journal took no more: `reason` in words, and how many lines of the session are `lost`: not in it."""

    def __init__(self, reason: str, lost: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.lost = lost
