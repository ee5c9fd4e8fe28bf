"""Signals that would end or stop the console: the terminal, and whoever started a sandbox, are left in order."""

from __future__ import annotations

# What the module signal is made of: the module itself loads enum first, and the first prompt would wait for it.
import _signal  # type: ignore[import-not-found]
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def stay_in_front() -> None:
    """Ctrl-Z stops nothing: whoever started the sandbox did not mean its typist to get back to their shell."""
    if hasattr(_signal, "SIGTSTP"):
        _signal.signal(_signal.SIGTSTP, _signal.SIG_IGN)


def keep_the_terminal_sane() -> list[Any] | None:
    """SIGTERM and SIGHUP end kshell as always, and leave the terminal as kshell found it.

    Returns the modes that it has, as termios has them; None where there is no such terminal."""
    try:
        import termios

        saved = termios.tcgetattr(0)
    except (ImportError, OSError):
        return None
    except termios.error:
        return None
    for number in (_signal.SIGTERM, _signal.SIGHUP):
        _restore_at(number, saved)
    return saved


def _restore_at(number: int, saved: list[Any]) -> None:
    """Makes the signal `number` end kshell with the terminal as it was before: every line that was answered is kept."""
    import termios

    def end(number: int, frame: object) -> None:
        try:
            # No bracketed paste, the cursor shown, no colour.
            os.write(1, b"\x1b[?2004l\x1b[?25h\x1b[0m\r\n")
            termios.tcsetattr(0, termios.TCSADRAIN, saved)
        except (OSError, termios.error):
            # The terminal has gone.
            pass
        _signal.signal(number, _signal.SIG_DFL)
        os.kill(os.getpid(), number)

    _signal.signal(number, end)
