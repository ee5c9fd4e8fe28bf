"""What can go wrong before the kernel is asked: each is one line for a person and an exit value."""

from __future__ import annotations

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_NOT_FOUND = 127
EXIT_INTERRUPTED = 130


class ShellError(Exception):
    """A command that failed for a reason of the console's own; `exit` is its exit value."""

    exit = EXIT_FAILED

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class KernelRefusal(ShellError):
    """What the kernel is going to refuse, known before it is asked: while a line is typed, never when it runs."""


class UsageError(ShellError):
    """A line or an argument that is wrong."""

    exit = EXIT_USAGE
