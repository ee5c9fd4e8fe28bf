"""What is pinned: commands whose output stays on the screen, made anew after each line.

    pin pages $v            looked at once, and again after each line
    touch $m 64k            before, now: what differs is what this line has changed

A pinned command is no line of the session. It only looks, and is run aside: koids, `$?`, `$_`, the history, the journal
and `undo` are as if it had never run. Nothing here draws; whoever shows a session decides how.
"""

from __future__ import annotations

from kshell.shell.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, ShellError, UsageError
from kshell.shell.inner import PINNED, commands_of
from kshell.shell.looks import PROGRAMS
from kshell.shell.results import Outcome
from kshell.shell.state import State
from kshell.text import printable, shown

# So many commands are pinned at most: no screen has room for more.
MOST_PINS = 8


class Part:
    """What a command of a pinned line gave: its name, its text, its scene or None; where its exit value is not 0 the
    text is why it failed, in one line."""

    __slots__ = ("command", "text", "marks", "scene", "exit")

    def __init__(self, command: str | None, text: str, exit_: int = 0) -> None:
        self.command = command
        self.text = text
        # What the lines of the text mean beyond their words, as a Result has it.
        self.marks: list[str] = []
        self.scene: object = None
        self.exit = exit_


class Pin:
    """A pinned line: what it gives `now`, and what it gave `before` the last line that ran; None if it is new."""

    __slots__ = ("line", "now", "before")

    def __init__(self, line: str, now: list[Part]) -> None:
        self.line = line
        self.now = now
        self.before: list[Part] | None = None


class Pins:
    """The pinned lines of a session, in the order in which they came. `version` counts what has been made anew."""

    __slots__ = ("pins", "version")

    def __init__(self) -> None:
        self.pins: list[Pin] = []
        self.version = 0

    def add(self, state: State, line: str) -> None:
        """Pins a line. Raises UsageError for one that cannot be, ShellError when there are too many."""
        commands_of(state, line, PINNED)
        if any(pin.line == line for pin in self.pins):
            raise ShellError(f"{printable(line)} is pinned already")
        if len(self.pins) == MOST_PINS:
            raise ShellError(f"{MOST_PINS} commands are pinned, as many as can be: `unpin N` takes one away")
        now = _looked(state, line)
        wrong = next((part for part in now if part.exit == EXIT_USAGE), None)
        if wrong is not None:
            # What fails now may do later; a line that is wrong in itself would only ever say so.
            raise UsageError(wrong.text)
        self.pins.append(Pin(line, now))
        self.version += 1

    def take(self, word: str) -> list[str]:
        """Takes away the pinned line `word`, or the one of that number, from 1; all for "". Returns the lines.

        Raises ShellError when there is none such.
        """
        taken = [pin for at, pin in enumerate(self.pins, 1) if word in ("", pin.line, str(at))]
        if not taken:
            raise ShellError(f"{printable(word)} is not pinned; `pin` lists what is" if word else "nothing is pinned")
        self.pins = [pin for pin in self.pins if pin not in taken]
        self.version += 1
        return [pin.line for pin in taken]

    def refresh(self, state: State) -> None:
        """Looks again, after a line. Ctrl-C stops it, and what was not looked at says so."""
        for pin in self.pins:
            pin.before = pin.now
            pin.now = _looked(state, pin.line)
        self.version += 1


def _looked(state: State, line: str) -> list[Part]:
    """What a line gives now. Whatever goes wrong is in it."""
    try:
        # An alias may stand for something else by now.
        on_copy = any(command.name in PROGRAMS for command in commands_of(state, line, PINNED))
        return [_part(outcome) for outcome in state.past.aside(line, on_copy)]
    except KeyboardInterrupt:
        return [Part(None, "interrupted; the next line draws it again", EXIT_INTERRUPTED)]
    except ShellError as error:
        return [Part(None, error.message, error.exit)]
    except Exception as bug:
        # It costs the picture, and nothing else.
        return [Part(None, f"a bug: {printable(str(bug)) or type(bug).__name__}", EXIT_FAILED)]


def _part(outcome: Outcome) -> Part:
    if not outcome.ok:
        why = outcome.error.strip() or outcome.output.strip() or f"exit {outcome.exit}"
        return Part(outcome.command, shown(why.split("\n", 1)[0]), outcome.exit or EXIT_FAILED)
    part = Part(outcome.command, shown(outcome.output))
    result = outcome.result
    if result is not None:
        part.marks = result.marks() if callable(result.marks) else result.marks
        # Made at once: it is drawn later, when the machine is another.
        part.scene = result.scene() if result.scene is not None else None
    return part
