"""A recording of what a terminal shows, in the form of asciinema, version 2: a line of JSON for each moment.

    {"version": 2, "width": 80, "height": 24, "env": {"TERM": "xterm-256color"}}
    [0.5, "o", "magenta$ "]
    [0.58, "o", "p"]                    seconds since the start, that it was shown, and what

Each moment is written as a whole and at once, so whatever ends kshell leaves a recording that plays. Of a script or a
document the times are made up: somebody types, reads what was printed, and goes on; so a script always makes the same
recording. Of the console they are real, but for long pauses.
"""

from __future__ import annotations

import io
import json
import os
import sys
from codecs import getincrementaldecoder
from time import monotonic

from kshell.output import complain
from kshell.shell.errors import UsageError
from kshell.shell.files import reason
from kshell.text import printable, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TextIO

ENDING = ".cast"
# The terminal in which scripts and documents are recorded.
COLUMNS, ROWS = 80, 24
CURSOR_QUESTION = "\x1b[6n"
# Seconds that nothing happens are no more than these.
LONGEST_PAUSE = 2.0
# Seconds for a character, of a blank, and for a whole line at most; before Enter; after it, and for each line that is
# read, at most.
KEY, BLANK, LONGEST_LINE = 0.06, 0.12, 4.0
ENTER = 0.4
AFTER, READING, LONGEST_READING = 0.6, 0.15, LONGEST_PAUSE


class Recording:
    """A recording that is being written to a file. `at` is where it is, in seconds."""

    __slots__ = ("path", "at", "_file", "_last")

    def __init__(self, path: str, columns: int = COLUMNS, rows: int = ROWS) -> None:
        """Begins it, for a terminal of `columns` by `rows`. Raises UsageError for a name that is not one of a
        recording, and for a file that is there."""
        if not path.endswith(ENDING):
            raise UsageError(f"--record writes a file whose name ends in {ENDING}, not {path!r}")
        self.path = path
        self.at = 0.0
        # When something was heard last, on the computer's clock.
        self._last = monotonic()
        self._file: int | None = None
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        except FileExistsError:
            raise UsageError(f"{path} is there already: remove it, or give --record another name") from None
        except (OSError, ValueError) as error:
            raise UsageError(f"cannot write {path}: {reason(error)}") from None
        head = {"version": 2, "width": columns, "height": rows, "env": {"TERM": "xterm-256color"}}
        self._write(json.dumps(head))

    def wait(self, seconds: float) -> None:
        """Lets time pass; of a long pause only some."""
        self.at += min(seconds, LONGEST_PAUSE)

    def put(self, text: str) -> None:
        """What the terminal gets now; a line may end in `\\n`, as programs write it, or `\\r\\n`, as terminals get
        it."""
        if text:
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
            # Bytes that are not UTF-8 have no place in JSON.
            text = text.encode("utf-8", "backslashreplace").decode()
            self._write(json.dumps([round(self.at, 3), "o", text]))

    def heard(self, text: str) -> None:
        """What the terminal gets now, in real time; a question about the cursor is not one for who plays it."""
        now = monotonic()
        self.wait(now - self._last)
        self._last = now
        self.put(text.replace(CURSOR_QUESTION, ""))

    def typed(self, prompt: str, line: str) -> None:
        """Somebody types a line at the prompt, at a person's pace, and presses Enter."""
        self.put(prompt)
        self.wait(AFTER)
        line = printable(line)
        pace = [BLANK if char == " " else KEY for char in line]
        hurry = min(1.0, LONGEST_LINE / (sum(pace) or 1.0))
        for char, seconds in zip(line, pace, strict=True):
            self.wait(seconds * hurry)
            self.put(char)
        self.wait(ENTER)
        self.put("\n")

    def printed(self, text: str) -> None:
        """A text appears, and is read."""
        text = shown(text)
        self.put(text)
        self.wait(min(AFTER + READING * text.count("\n"), LONGEST_READING))

    def _write(self, line: str) -> None:
        if self._file is None:
            return
        data = f"{line}\n".encode()
        try:
            # A file takes all of it at once, but for a disk that is full.
            if os.write(self._file, data) != len(data):
                raise OSError(None, "No space left on device")
        except OSError as error:
            self.close()
            complain(f"kshell: the recording {printable(self.path)} ends here: {reason(error)}\n")

    def close(self) -> None:
        """Ends it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class _Tee(io.RawIOBase):
    """The file under a stream; all that is written to it is heard by a recording too."""

    def __init__(self, stream: TextIO, recording: Recording) -> None:
        super().__init__()
        # It closes the file when nobody has it any more.
        self._stream = stream
        self._descriptor = stream.fileno()
        self._recording = recording
        self._decoder = getincrementaldecoder("utf-8")("replace")

    def write(self, data: Any, /) -> int:
        """Writes what it can. Raises OSError."""
        count = os.write(self._descriptor, data)
        self._recording.heard(self._decoder.decode(bytes(data[:count])))
        return count

    def writable(self) -> bool:
        """It is."""
        return True

    def fileno(self) -> int:
        """The file descriptor."""
        return self._descriptor

    def isatty(self) -> bool:
        """Whether it is a terminal's."""
        return os.isatty(self._descriptor)


def follow(recording: Recording) -> None:
    """From now on the recording hears all that is written to standard output and standard error."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        stream.flush()
        tee = io.BufferedWriter(_Tee(stream, recording))
        setattr(sys, name, io.TextIOWrapper(tee, stream.encoding, stream.errors, line_buffering=True))
