"""The teacher's notes, for a second terminal: `cat` of a pipe there, or `tail -f` of a file."""

from __future__ import annotations

import os

from kshell.output import complain
from kshell.shell.errors import UsageError
from kshell.shell.files import WRITING, kind_of, reason
from kshell.text import shown


class NotesFile:
    """Where notes go as they come up. A file is emptied first."""

    def __init__(self, path: str) -> None:
        """Raises UsageError when it cannot be written."""
        self.path = path
        try:
            self._file: int | None = os.open(path, os.O_WRONLY | os.O_CREAT | WRITING, 0o666)
            if kind_of(self._file) == "file":
                os.ftruncate(self._file, 0)
        except (OSError, ValueError) as error:
            hint = f"; begin `cat {shown(path)}` first" if "nobody reads" in reason(error) else ""
            raise UsageError(f"cannot write the notes to {path}: {reason(error)}{hint}") from None

    def write(self, where: str, text: str) -> None:
        """Writes the notes of a place. When nobody reads them any more, that is said once."""
        if self._file is None:
            return
        try:
            os.write(self._file, shown(f"\n-- {where} --\n{text}\n").encode("utf-8", "backslashreplace"))
        except BlockingIOError:
            # Whoever reads the pipe has fallen far behind; the class must not wait.
            return
        except OSError as error:
            self._file = None
            complain(f"kshell: the notes no longer reach {self.path}: {reason(error)}\n")
