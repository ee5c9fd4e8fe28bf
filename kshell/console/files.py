"""Files that a console reads by itself: settings, history, what an editor wrote. Any of them may be anything."""

from __future__ import annotations

import os
import stat
from errno import EINVAL


def read_end(path: str, most: int) -> tuple[bytes, bool]:
    """The last `most` bytes of a file at most, and whether that is all of it.

    Never waits and never reads without end. Raises OSError, also for what is not a regular file.
    """
    # A FIFO would wait for its other end.
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(EINVAL, "not a regular file", path)
        begin = max(0, status.st_size - most)
        file.seek(begin)
        return file.read(most), begin == 0
