"""The terminal of a presenter: single keys in, text out, and the terminal as it was whatever happens.

    with Terminal(interrupts) as terminal:     keys come one by one and are not echoed
        terminal.write("...")                  all that is shown goes through here
        terminal.key()                         " ", "b", PAGE_DOWN ...

Ctrl-Z gives the terminal back to the shell and takes it again; SIGTERM and SIGHUP give it back before they end kshell.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
from time import monotonic

from kshell.output import OutputError, terminal_size
from kshell.shell.interrupts import Interrupts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

PAGE_UP, PAGE_DOWN = "\x1b[5~", "\x1b[6~"
UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
ESCAPE, BACKSPACE, CTRL_D, CTRL_U = "\x1b", "\x7f", "\x04", "\x15"
# The cursor to the top left and the screen empty; the cursor to the left and its row empty.
ERASE, ERASE_ROW = "\x1b[H\x1b[2J", "\r\x1b[K"
# Seconds after which it is looked whether the terminal has another size, and which the rest of a key takes at most.
LOOK_AFTER = 0.25
KEY_TAKES = 0.05
ENDING = (signal.SIGTERM, signal.SIGHUP)


class Terminal:
    """The terminal at standard input and output, while it is used.

    spoken  is called with all that is written, for whoever records it
    """

    def __init__(self, interrupts: Interrupts) -> None:
        self.interrupts = interrupts
        self.spoken: Callable[[str], None] | None = None
        self._input = sys.stdin.fileno()
        self._typed = ""
        self._size = self.size()
        self._stopped = False

    def __enter__(self) -> Terminal:
        self._before = termios.tcgetattr(self._input)
        self._handlers = {number: signal.signal(number, self._end) for number in ENDING}
        self._handlers[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, self._stop)
        self._take()
        return self

    def __exit__(self, *failure: object) -> None:
        self._give_back()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def size(self) -> tuple[int, int]:
        """(columns, rows)."""
        return terminal_size()

    def write(self, text: str) -> None:
        """Shows text, whose control characters are the caller's own. Raises OutputError."""
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError as error:
            raise OutputError(error) from None
        if self.spoken is not None:
            self.spoken(text)

    def key(self, seconds: float | None = None) -> str | None:
        """The next key; None after so many seconds, and at once when the screen has to be drawn anew (`changed`).

        Raises KeyboardInterrupt, and EOFError when the terminal is gone.
        """
        end = None if seconds is None else monotonic() + seconds
        while not self._typed:
            left = LOOK_AFTER if end is None else min(LOOK_AFTER, end - monotonic())
            if left <= 0 or self.changed:
                return None
            if self.interrupts.wait(lambda left=left: self._ready(left)):  # type: ignore[misc]
                self._typed = self._read()
        # A key is one character, or a sequence that begins with an escape.
        if self._typed == ESCAPE and self._ready(KEY_TAKES):
            self._typed += self._read()
        length = 1
        if self._typed[:2] in ("\x1b[", "\x1bO"):
            length = next((at for at in range(2, len(self._typed)) if "@" <= self._typed[at] <= "~"), 2) + 1
        key, self._typed = self._typed[:length], self._typed[length:]
        return key.replace("\x1bO", "\x1b[")

    @property
    def changed(self) -> bool:
        """Whether the terminal has another size than when it was last drawn, or was somebody else's meanwhile."""
        return self._stopped or self.size() != self._size

    def drawn(self) -> None:
        """The screen has been drawn as the terminal is now."""
        self._stopped = False
        self._size = self.size()

    def _ready(self, seconds: float) -> bool:
        return bool(select.select([self._input], [], [], seconds)[0])

    def _read(self) -> str:
        data = os.read(self._input, 4096)
        if not data:
            raise EOFError
        return data.decode("utf-8", "replace")

    def _take(self) -> None:
        """Keys one by one, none of them echoed; those that send signals still do."""
        mode = termios.tcgetattr(self._input)
        mode[3] &= ~(termios.ICANON | termios.ECHO)
        mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
        termios.tcsetattr(self._input, termios.TCSADRAIN, mode)

    def _give_back(self) -> None:
        termios.tcsetattr(self._input, termios.TCSADRAIN, self._before)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """Ctrl-Z: the shell gets its terminal, and kshell stops until it is continued."""
        self._give_back()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._stop)
        self._take()
        self._stopped = True

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._give_back()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
