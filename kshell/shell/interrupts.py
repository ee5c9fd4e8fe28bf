"""Ctrl-C: it stops the line that is running, and nothing that must not stop half-way.

running a line      armed: Ctrl-C raises KeyboardInterrupt, and the line is taken back
everything else     (noting, answering, going back in time) Ctrl-C waits for the next line, which it stops
"""

from __future__ import annotations


class Interrupts:
    """Where Ctrl-C goes. Whoever has a terminal installs `handle` for SIGINT."""

    __slots__ = ("armed", "pending")

    def __init__(self) -> None:
        self.armed = False
        self.pending = False

    def handle(self, number: int, frame: object) -> None:
        """A signal has come. Raises KeyboardInterrupt if a line is running."""
        if self.armed:
            self.armed = False
            raise KeyboardInterrupt
        self.pending = True

    def sleep(self, seconds: float) -> bool:
        """Waits; returns whether Ctrl-C came in the meantime, which ends the wait and has no further effect."""
        from time import monotonic, sleep

        end = monotonic() + seconds
        while not self.pending and (left := end - monotonic()) > 0:
            sleep(min(left, 0.05))
        stopped, self.pending = self.pending, False
        return stopped

    def arm(self) -> None:
        """A line begins to run. Raises KeyboardInterrupt if Ctrl-C has come just before."""
        self.armed = True
        if self.pending:
            self.armed = self.pending = False
            raise KeyboardInterrupt
