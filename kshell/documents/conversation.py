"""What is between a lesson and the person: rows out, lines in, and nothing that leaves the screen unread.

fresh      rows that came since the person was asked for something
           ------------------------------------------------------- the height of the screen
more       has to wait until somebody has read those
"""

from __future__ import annotations

from collections.abc import Callable

from kshell.documents.asking import folded
from kshell.documents.rendering import DIM, Renderer
from kshell.output import put
from kshell.pictures.terminal.paint import paint
from kshell.shell.results import Outcome
from kshell.shell.session import Session
from kshell.text import fold

# Asks for a line after a prompt, in a session whose commands it may complete; Enter alone gives the line that is
# offered. None at the end of input; raises KeyboardInterrupt for a line that is given up.
Reader = Callable[[str, Session | None, str], str | None]

# Words that mean the same wherever a line is typed.
WORDS = {
    "?": "hint", "hint": "hint", "back": "back", "skip": "skip", "where": "where",
    "quit": "quit", "exit": "quit", "check": "check",
}  # fmt: skip
# So many rows more than a page of prose has still fit on the screen, with a prompt below.
SPARE = 2
MORE = "Enter shows more, skip ends it: "


class Conversation:
    """What is said to a person and what the person types, in the course of `session`."""

    __slots__ = ("session", "read", "renderer", "height", "put", "fresh", "gap", "_early")

    def __init__(self, session: Session, read: Reader, renderer: Renderer, height: int = 0) -> None:
        """After `height` rows somebody has to go on, 0 for never."""
        self.session = session
        self.read = read
        self.renderer = renderer
        self.height = height
        # Where all of it leaves. Raises OutputError.
        self.put: Callable[[str], None] = put
        self.fresh = 0
        # The last row that was written is empty.
        self.gap = True
        # A word that was typed where output was cut short, and is for the next prompt.
        self._early = ""

    def write(self, rows: list[str]) -> None:
        """Writes rows, whose control characters are the renderer's own. Raises OutputError."""
        self.fresh += len(rows)
        self.gap = not (rows and rows[-1])
        self.put("".join(f"{row}\n" for row in rows))

    def apart(self) -> None:
        """Leaves a row empty where something stands right above."""
        if self.fresh and not self.gap:
            self.write([""])

    def say(self, text: str, style: str = "") -> None:
        """Says something of the teacher's own; inline Markdown."""
        self.write(folded(self.renderer, text, "* ", style or DIM))

    def show(self, outcomes: list[Outcome]) -> None:
        """Shows what a line has printed, a page at a time."""
        rows: list[str] = []
        for outcome in outcomes:
            text = outcome.output
            if text and self.renderer.painted:
                marks = outcome.result.marks if outcome.result is not None else []
                text = paint(outcome.command, text, marks() if callable(marks) else marks, None)
            text += fold(outcome.error, self.renderer.columns)
            for line in text.removesuffix("\n").split("\n") if text else ():
                # The terminal would break it at the same places, and nobody would have counted that.
                columns = self.renderer.columns if "\x1b" not in line else len(line)
                rows += [line[at : at + columns] for at in range(0, len(line), columns)] or [""]
        self.page(rows)

    def page(self, rows: list[str]) -> None:
        """Writes rows; where they are taller than the screen it waits after each page."""
        while self.height and len(rows) > self.height + SPARE:
            self.write(rows[: self.height])
            rows = rows[self.height :]
            word = self.line(MORE).strip()
            if word:
                # Who types something has seen enough.
                self._early = word if WORDS.get(word) in ("quit", "back") else ""
                return
        self.write(rows)

    def fits(self, rows: int) -> bool:
        """Whether so many rows more, set apart, push none off the screen that came since somebody was asked."""
        return not self.height or not self.fresh or self.fresh + (not self.gap) + rows <= self.height + SPARE

    def line(self, prompt: str, session: Session | None = None, offered: str = "") -> str:
        """A line that was typed, or the one that is offered; `quit` at the end of input. After one that was given up
        it asks again."""
        early, self._early = self._early, ""
        while not early:
            try:
                line = self.read(prompt, session, offered)
            except KeyboardInterrupt:
                self.say("`quit` leaves the lesson.")
                continue
            finally:
                # What came while nothing ran is for no line.
                self.session.interrupts.pending = False
            # The row of the prompt.
            self.fresh = 1
            self.gap = False
            return "quit" if line is None else line
        return early


def code(text: str) -> str:
    """A line as inline code of Markdown."""
    mark = "`"
    while mark in text:
        mark += "`"
    pad = " " if "`" in text else ""
    return f"{mark}{pad}{text}{pad}{mark}"
