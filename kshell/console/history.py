"""The lines of earlier sessions: a file in the XDG state folder.

    # 2026-11-24 10:00:00      ignored
    +vmo_create 4k             a line that was typed; further rows of it follow with a + each
    -vmo_create x              that line was refused: it is not suggested until it is typed again

The form is prompt_toolkit's, but for the last kind, which prompt_toolkit skips.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from datetime import datetime

from prompt_toolkit.history import History

from kshell.console.guard import Guard
from kshell.console.typed import lines_of
from kshell.output import complain
from kshell.shell.files import read_end, reason, replace_file
from kshell.shell.folders import user_folder
from kshell.shell.host import Sandbox
from kshell.shell.session import Session

# Bytes of the file that are read.
MOST = 1 << 23


class LineHistory(History):
    """Lines that were typed, in a file or, without a path, of this session only."""

    def __init__(self, path: str = "", limit: int = 10_000, guard: Guard | None = None) -> None:
        """Reads the file and cuts it to its last `limit` lines. Raises OSError if it cannot be read."""
        super().__init__()
        self.guard = guard or Guard()
        self.path = path
        self.refused: set[str] = set()
        self._limit = limit
        self._lines: list[str] = []
        if path:
            self._read()

    def load_history_strings(self) -> Iterable[str]:
        """The lines of the file, the latest first."""
        return reversed(self._lines)

    def append_string(self, string: str) -> None:
        """Takes a line that was typed, unless a blank before it keeps it out."""
        if not string[:1].isspace() and self._limit:
            self.guard("history", None, lambda: self.refused.difference_update(entry_lines(string)))
            super().append_string(string)

    def store_string(self, string: str) -> None:
        """Adds a line to the file; a full disk costs the line only."""
        rows = "".join(f"+{row}\n" for row in string.split("\n"))
        self._append(f"\n# {datetime.now()}\n{rows}")

    def refuse(self, line: str) -> None:
        """The line `line` has failed."""
        if line not in self.refused and not line[:1].isspace():
            self.refused.add(line)
            self._append(f"-{line}\n")

    def offers(self, line: str) -> bool:
        """Whether `line` may be suggested: it has not failed, and means the same again."""
        return line not in self.refused and (line[:1] != "!" or line[:2] == "! ")

    def keep(self, limit: int) -> None:
        """From now on no more than `limit` lines are kept."""
        if limit == self._limit:
            return
        self._limit = limit
        del self._loaded_strings[limit:]
        if self.path:
            with contextlib.suppress(OSError):
                self._read()

    def _append(self, text: str) -> None:
        if not self.path:
            return
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NONBLOCK", 0)
        # ValueError: half a character, which no terminal sends but a clipboard may hold, is not kept either.
        with contextlib.suppress(OSError, ValueError), open(os.open(self.path, flags, 0o600), "ab") as file:
            file.write(text.encode("utf-8", "surrogateescape"))

    def _read(self) -> None:
        """Takes up the file, and cuts it if it holds more than it should."""
        try:
            data, whole = read_end(self.path, MOST)
        except FileNotFoundError:
            self._append("")
            # Says why not, if it could not be made.
            read_end(self.path, 0)
            return
        if not whole:
            # What is left of the first line is not a line.
            data = data.partition(b"\n")[2]
            complain(f"kshell: the history is longer than {MOST >> 20}M: its oldest lines are dropped\n")
        rows = data.decode("utf-8", "surrogateescape").split("\n")
        self._lines, begins = [], []
        entry: list[str] = []
        for at, row in enumerate([*rows, ""]):
            if row[:1] == "+":
                if not entry:
                    begins.append(at)
                entry.append(row[1:])
                continue
            if entry:
                self._lines.append("\n".join(entry))
                self.refused.difference_update(entry_lines(self._lines[-1]))
                entry = []
            if row[:1] == "-":
                self.refused.add(row[1:])
        if len(self._lines) > self._limit or not whole:
            del self._lines[: max(0, len(self._lines) - self._limit)]
            kept = "\n".join(rows[begins[-len(self._lines)] :] if self._lines else [])
            # A folder that takes no more files keeps the longer one.
            with contextlib.suppress(OSError):
                replace_file(os.path.realpath(self.path), kept.encode("utf-8", "surrogateescape"), 0o600)


def entry_lines(text: str) -> list[str]:
    """The lines that an entry of the history runs."""
    # Most entries are a line each, and there are many of them.
    return lines_of(text) if "\n" in text else [text]


def open_history(session: Session, limit: int = 10_000, guard: Guard | None = None) -> LineHistory:
    """The history that lasts, or one of this session only where none can be kept."""
    if isinstance(session.host, Sandbox):
        return LineHistory("", limit, guard)
    folder = user_folder("XDG_STATE_HOME", ".local", "state")
    if folder is None:
        complain("kshell: no history beyond this session: this user has no home\n")
        return LineHistory("", limit, guard)
    path = os.path.join(folder, "history")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        return LineHistory(path, limit, guard)
    except OSError as error:
        complain(f"kshell: no history beyond this session: {reason(error)}: {path}\n")
        return LineHistory("", limit, guard)
