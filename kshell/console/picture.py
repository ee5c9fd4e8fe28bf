"""The picture of a watched line: each run on an empty screen, and no more of it than the screen holds.

    run 3 of `ps; help`; Ctrl-C ends it
                                              an empty row
    TASK        VIRT     RES NAME             what the line's commands print, one after the other
    ... 12 more lines
    magenta$                                  room for the prompt and the toolbar

A terminal that cannot be emptied gets everything, one run after the other.
"""

from __future__ import annotations

from kshell.console import screen
from kshell.output import terminal_size
from kshell.shell.results import Outcome
from kshell.text import plural, printable


class Picture:
    """What is on the screen of the line that is being watched. `tick` is the run that it shows, 0 for none."""

    def __init__(self) -> None:
        self.tick = 0
        # The rows that are left below what was shown so far.
        self._room = 0

    def follow(self, outcome: Outcome, below: int) -> str:
        """What is written before an outcome is shown: where another run begins, an empty screen and its head.

        `below` is how many rows have to stay free.
        """
        begins = outcome.tick != self.tick
        self.tick = outcome.tick
        if not begins or not outcome.tick:
            return ""
        columns, rows = terminal_size()
        head = f"run {outcome.tick} of `{printable(outcome.line)}`; Ctrl-C ends it"[:columns]
        while screen.rows(head, columns) > 1:
            head = head[:-1]
        self._room = rows - 2 - below
        return f"{screen.erase()}{head}\n\n"

    def cropped(self, text: str, drawn: str) -> str:
        """The first lines of `drawn`, which is `text` with colours: as many as there is room for."""
        columns, _ = terminal_size()
        total = screen.count(text)
        count, used = screen.fitting(text, self._room, columns)
        if count == total or not screen.erase():
            self._room -= used
            return drawn
        count, used = screen.fitting(text, self._room - 1, columns)
        lines = drawn.split("\n")[:count]
        if self._room > 0:
            lines.append(f"... {plural(total - count, 'more line')}")
        # Whatever comes after what was cut off would stand in a wrong place.
        self._room = 0
        return "".join(f"{line}\n" for line in lines)
