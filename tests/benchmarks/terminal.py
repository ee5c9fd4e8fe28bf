"""A program's first prompt on a pseudo-terminal, and the first key."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import tempfile
import termios
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from tests.benchmarks.processes import clean_environment

CURSOR_QUESTION = b"\x1b[6n"
CURSOR_ANSWER = b"\x1b[1;1R"
# What changes colours and moves the cursor, but shows nothing.
ESCAPES = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[=>78()][0B]?)")
LINES, COLUMNS = 30, 100
PATIENCE = 20


# What nobody's prompt has, and no completion begins with.
KEY = b"~"


def seconds_to_prompt(arguments: Sequence[str | Path], prompt: bytes) -> tuple[float, float]:
    """The seconds from a program's start until `prompt` shows, and until a key shows that is typed at once then.

    Raises RuntimeError if they never do."""
    words = [str(word) for word in arguments]
    with tempfile.TemporaryDirectory(prefix="kshell-bench-") as home:
        environment = clean_environment(TERM="xterm-256color", HOME=home)
        begin = perf_counter()
        process, terminal = pty.fork()
        if process == 0:
            os.execve(words[0], words, environment)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        try:
            _wait_for(terminal, prompt)
            shown = perf_counter() - begin
            os.write(terminal, KEY)
            _wait_for(terminal, KEY)
            return shown, perf_counter() - begin
        finally:
            os.kill(process, signal.SIGKILL)
            os.close(terminal)
            os.waitpid(process, 0)


def _wait_for(terminal: int, prompt: bytes) -> None:
    """Reads until `prompt` shows, and answers where the cursor is."""
    seen = b""
    end = perf_counter() + PATIENCE
    while prompt not in ESCAPES.sub(b"", seen):
        if not select.select([terminal], [], [], max(0.0, end - perf_counter()))[0]:
            raise RuntimeError(f"no {prompt!r} came, but {seen!r}")
        try:
            new = os.read(terminal, 65536)
        except OSError:
            raise RuntimeError(f"the program ended without {prompt!r} and said {seen!r}") from None
        for _ in range(new.count(CURSOR_QUESTION)):
            os.write(terminal, CURSOR_ANSWER)
        seen += new
