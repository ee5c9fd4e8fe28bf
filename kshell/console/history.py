"""The lines of earlier sessions: a file in the XDG state folder."""

from __future__ import annotations

import contextlib
import os
import sys

from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from kshell.shell.folders import user_folder
from kshell.shell.host import Sandbox
from kshell.shell.session import Session


class LastingHistory(FileHistory):
    """Lines in a file; when the disk is full, lines of this session only."""

    def store_string(self, string: str) -> None:
        """Adds a line to the file, if it takes one."""
        with contextlib.suppress(OSError):
            super().store_string(string)


def open_history(session: Session) -> History:
    """The history that lasts, or one of this session only where none can be kept."""
    if isinstance(session.host, Sandbox):
        return InMemoryHistory()
    folder = user_folder("XDG_STATE_HOME", ".local", "state")
    if folder is None:
        sys.stderr.write("kshell: no history beyond this session: this user has no home\n")
        return InMemoryHistory()
    path = os.path.join(folder, "history")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with open(path, "ab"):
            pass
    except OSError as error:
        sys.stderr.write(f"kshell: no history beyond this session: {error.strerror}: {path}\n")
        return InMemoryHistory()
    return LastingHistory(path)
