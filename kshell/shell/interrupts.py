"""Ctrl-C: it stops the line that is running, and nothing that must not stop half-way.

    running a line, waiting for one     armed: Ctrl-C raises KeyboardInterrupt, and the line is taken back
    everything else                     a flag is set: the next line that runs is stopped, or who asks is told

There is one handler for the whole life of the program, and nothing but it raises KeyboardInterrupt.
"""

from __future__ import annotations

from kshell.kernel.compiling import poll

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    Answer = TypeVar("Answer")


class Interrupts:
    """Where Ctrl-C goes. `heard` is called when a signal has come, for a terminal that has written ^C."""

    __slots__ = ("armed", "pending", "heard")

    def __init__(self) -> None:
        self.armed = False
        self.pending = False
        self.heard: Callable[[], None] | None = None

    def install(self) -> None:
        """Takes SIGINT over, for good."""
        # What the module signal is made of: the module itself loads enum first, and a signal may come meanwhile.
        import _signal  # type: ignore[import-not-found]
        import sys

        usual = sys.unraisablehook

        def lost(unraisable: sys.UnraisableHookArgs) -> None:
            # Python drops what is raised while it destroys an object.
            if isinstance(unraisable.exc_value, KeyboardInterrupt):
                self.pending = True
            else:
                usual(unraisable)

        sys.unraisablehook = lost
        _signal.signal(_signal.SIGINT, self.handle)

    def handle(self, number: int, frame: object) -> None:
        """A signal has come. Raises KeyboardInterrupt if a line is running."""
        if self.heard is not None:
            self.heard()
        if self.armed:
            self.armed = False
            raise KeyboardInterrupt
        self.pending = True

    def arm(self) -> None:
        """A line begins to run. Raises KeyboardInterrupt if Ctrl-C has come just before."""
        self.armed = True
        if self.pending:
            self.armed = self.pending = False
            raise KeyboardInterrupt

    def wait(self, deal: Callable[[], Answer]) -> Answer:
        """Does what may last, such as waiting for a line. Raises KeyboardInterrupt."""
        try:
            self.arm()
            return deal()
        finally:
            self.armed = False

    def sleep(self, seconds: float) -> bool:
        """Waits; returns whether Ctrl-C came in the meantime, which ends the wait and has no further effect."""
        from time import monotonic, sleep

        end = monotonic() + seconds
        while not self.pending and (left := end - monotonic()) > 0:
            sleep(min(left, 0.05))
            poll()
        stopped, self.pending = self.pending, False
        return stopped


# The program's own; a session on its own, as in a test, has another that hears no signals.
PROGRAM = Interrupts()
