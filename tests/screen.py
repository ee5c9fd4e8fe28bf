"""A person at a terminal: types into the real program and reads the screen.

The program runs in a pseudo-terminal; what it writes goes through a terminal emulator, which also answers the
questions a terminal is asked (where is the cursor?).

A `Terminal` starts a program; a `Console` is a kshell that did not have to load itself (`tests/nursery.py`).
"""

import os
import sys
import termios
import time

import pexpect
import pyte

from tests.nursery import open_console
from tests.program import ROOT

CURSOR_QUESTION = "\x1b[6n"
PATIENCE = 20
KSHELL = (sys.executable, "-m", "kshell")


class Terminal:
    """kshell in a terminal of `columns` by `lines`, or another `program`. What was written is in `written`."""

    def __init__(self, home, *arguments, columns=100, lines=30, program=KSHELL, **environment):
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.Stream(self.screen)
        base = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "XDG_STATE_HOME")}
        environment = {**base, "HOME": str(home), "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **environment}
        self.written = ""
        self.process = self.start([*program, *arguments], environment, str(home), lines, columns)

    def start(self, words, environment, folder, lines, columns):
        """Starts a program at a new terminal."""
        return pexpect.spawn(
            words[0],
            words[1:],
            env=environment,
            dimensions=(lines, columns),
            # The parent sets them too, but a program may ask before it does.
            preexec_fn=lambda: termios.tcsetwinsize(0, (lines, columns)),
            encoding="utf-8",
            cwd=folder,
        )

    def read(self):
        """Takes what has been written; returns whether there was anything."""
        try:
            text = self.process.read_nonblocking(65536, timeout=0.05)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            return False
        self.stream.feed(text)
        self.written += text
        for _ in range(text.count(CURSOR_QUESTION)):
            self.process.send(f"\x1b[{self.screen.cursor.y + 1};{self.screen.cursor.x + 1}R")
        return True

    @property
    def lines(self):
        """The screen's lines without trailing blanks."""
        return [line.rstrip() for line in self.screen.display]

    def shows(self, text):
        """Whether the screen shows `text` now."""
        return any(text in line for line in self.lines)

    def wait(self, condition, what):
        """Reads until `condition()` holds; fails with the screen after a while."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"waited for {what}; the screen:\n" + "\n".join(self.lines)
            self.read()

    def wait_for(self, text):
        """Reads until the screen shows `text`."""
        self.wait(lambda: self.shows(text), repr(text))

    def wait_prompt(self, prompt="magenta$"):
        """Reads until the cursor is after a fresh prompt and the toolbar is below it."""
        self.wait(lambda: self.lines[self.screen.cursor.y] == prompt and self.shows("memory"), f"the prompt {prompt}")

    def type(self, text):
        """Types `text`."""
        self.process.send(text)

    def run(self, line, prompt="magenta$"):
        """Types a line and Enter, and waits for the next prompt."""
        self.type(line + "\r")
        self.wait(lambda: any(row.endswith(f"$ {line}") for row in self.lines), f"the echo of {line!r}")
        self.wait_prompt(prompt)

    def settle(self, quiet=0.4):
        """Reads until nothing has come for `quiet` seconds."""
        end = time.monotonic() + quiet
        while time.monotonic() < end:
            if self.read():
                end = time.monotonic() + quiet

    def leave(self):
        """Presses Ctrl-D; returns the exit value."""
        self.type("\x04")
        end = time.monotonic() + PATIENCE
        while self.process.isalive():
            assert time.monotonic() < end, "the console does not leave:\n" + "\n".join(self.lines)
            self.read()
        self.process.close()
        return self.process.exitstatus


class Console(Terminal):
    """kshell in a terminal, loaded already; any other program is started. Python's own variables are the tests'."""

    def start(self, words, environment, folder, lines, columns):
        if tuple(words[: len(KSHELL)]) != KSHELL:
            return super().start(words, environment, folder, lines, columns)
        return open_console(words[len(KSHELL) :], environment, folder, lines, columns)
