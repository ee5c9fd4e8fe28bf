"""Signals that would end or stop the console: the terminal, and whoever started a sandbox, are left in order."""

from __future__ import annotations

import os
import signal
from typing import Any


def stay_in_front() -> None:
    """Ctrl-Z stops nothing: whoever started the sandbox did not mean its typist to get back to their shell."""
    if hasattr(signal, "SIGTSTP"):
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)


def keep_the_terminal_sane() -> None:
    """SIGTERM and SIGHUP end kshell as always, and leave the terminal as kshell found it."""
    try:
        import termios

        saved = termios.tcgetattr(0)
    except (ImportError, OSError):
        # There is no such terminal here.
        return
    except termios.error:
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        _restore_at(number, saved)


def _restore_at(number: int, saved: list[Any]) -> None:
    """Makes the signal `number` end kshell with the terminal as it was before: every line that was answered is kept."""
    import contextlib
    import termios

    def end(number: int, frame: object) -> None:
        with contextlib.suppress(OSError, termios.error):
            # No bracketed paste, the cursor shown, no colour.
            os.write(1, b"\x1b[?2004l\x1b[?25h\x1b[0m\r\n")
            termios.tcsetattr(0, termios.TCSADRAIN, saved)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    signal.signal(number, end)
