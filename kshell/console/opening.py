"""The first prompt, shown before what edits lines is loaded, which takes longer than all the rest of a start.

    greeting, prompt   while it loads, keys wait in the terminal, unseen   the editor draws the prompt there again,
         |---------------------------------------------------------------|  and the keys come to it in their order

The terminal has the editor's own modes from the first prompt on, so keys mean what they mean to the editor: Enter,
Ctrl-C and Ctrl-D too. It gets its own modes back when the first line is entered, or when loading fails.
"""

from __future__ import annotations

import os
import sys

from kshell import __version__
from kshell.console.settings import read_settings
from kshell.console.signals import keep_the_terminal_sane
from kshell.shell.settings import Settings
from kshell.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

GREETING = f"kshell {__version__}: a Magenta machine of April 2017. `help`, `help start`; F1: keys.\n"
# Terminals that obey nothing but text.
DUMB = ("dumb", "unknown")
# A prompt that needs more than a row could not be drawn again in its place.
FEWEST_COLUMNS = 20


class Opening:
    """A terminal that shows the first prompt, and keeps what is typed.

    `settings` are the person's; `modes` the terminal's own, as termios has them.
    """

    __slots__ = ("settings", "_modes", "_taken")

    def __init__(self, settings: Settings, modes: list[Any]) -> None:
        self.settings = settings
        self._modes: list[Any] | None = modes
        self._taken = False

    def take(self) -> None:
        """The editor begins: it draws the prompt where it is."""
        self._taken = True
        sys.stdout.write("\r")
        sys.stdout.flush()

    def end(self) -> None:
        """Gives the terminal its own modes back; takes the prompt, and what was typed, away if no editor has come."""
        if self._modes is None:
            return
        import termios

        when = termios.TCSANOW
        if not self._taken:
            sys.stdout.write("\r\x1b[K")
            sys.stdout.flush()
            # What was typed for this prompt is not for whoever reads the terminal next.
            when = termios.TCSAFLUSH
        try:
            termios.tcsetattr(0, when, self._modes)
        except termios.error:
            # The terminal has gone.
            return
        finally:
            self._modes = None


def open_at_once(prompt: str) -> Opening | None:
    """Greets, and shows the first prompt, `prompt`. None, with nothing shown, where something has to be said or done
    before it, and on a terminal where it could not be drawn again."""
    if os.environ.get("TERM", "").lower() in DUMB:
        return None
    try:
        columns = os.get_terminal_size(1).columns
    except OSError:
        return None
    settings = read_settings()
    if columns < FEWEST_COLUMNS or settings.startup or settings.complaints:
        return None
    modes = keep_the_terminal_sane()
    if modes is None:
        return None
    _edit_modes(modes)
    sys.stdout.write(fold(GREETING, columns) + prompt)
    sys.stdout.flush()
    return Opening(settings, modes)


def _edit_modes(modes: list[Any]) -> None:
    """Gives the terminal, which has `modes`, those of prompt_toolkit (`prompt_toolkit/input/vt100.py`, raw_mode):
    nothing is echoed, and all keys are kept as they are."""
    import termios

    kept = [*modes[:6], [*modes[6]]]
    kept[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    kept[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    kept[6][termios.VMIN] = 1
    termios.tcsetattr(0, termios.TCSANOW, kept)
