"""Reading files of the host that only make sense as files, never one that blocks, never more than fits; and replacing
one, whole or not at all.

regular file                         read, up to a limit
pipe of the command line's own       `kshell <(make-lines)`: read, up to the same limit
pipe, device, socket, folder         refused in a word: reading one could last for ever
"""

from __future__ import annotations

import errno
import os
import stat

# What is read of a script, document, image or any other file of text.
MOST_BYTES = 1 << 28
# Where the shell that started kshell puts pipes of its own.
DESCRIPTORS = ("/dev/fd/", "/proc/self/fd/", "/dev/stdin")
# A pipe must not block while it is opened; not all systems have all of these.
READING = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_CLOEXEC", "O_NONBLOCK", "O_BINARY"))
WRITING = sum(getattr(os, name, 0) for name in ("O_CLOEXEC", "O_NONBLOCK"))
KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def kind_of(file: int) -> str:
    """What the open file `file` is, in words: "file" or "a pipe" and the like."""
    mode = os.fstat(file).st_mode
    return next((name for is_kind, name in KINDS if is_kind(mode)), "file")


def read_text(path: str, limit: int = MOST_BYTES) -> str:
    """The text of a file: UTF-8, its other bytes kept; without the mark that some editors put before UTF-8.

    Raises OSError when it is not there, not a file, or longer than `limit` bytes, ValueError for what is not a path.
    """
    return text_of(read_bytes(path, limit)).removeprefix("\ufeff")


def read_bytes(path: str, limit: int = MOST_BYTES) -> bytes:
    """The bytes of a file. Raises as `read_text` does."""
    file = _opened(path)
    try:
        return _read(file, limit)
    finally:
        os.close(file)


def read_input(file: int, limit: int = MOST_BYTES) -> str:
    """The text of an open file up to its end, as `read_text` gives it. Raises OSError."""
    return text_of(_read(file, limit)).removeprefix("\ufeff")


def read_end(path: str, most: int) -> tuple[bytes, bool]:
    """The last `most` bytes of a file at most, and whether that is all of it. Raises as `read_text` does."""
    with open(_opened(path), "rb") as file:
        begin = max(0, os.fstat(file.fileno()).st_size - most)
        file.seek(begin)
        return file.read(most), begin == 0


def require_file(path: str) -> None:
    """Raises OSError unless a regular file is at `path`."""
    mode = os.stat(path).st_mode
    if not stat.S_ISREG(mode):
        kind = next((name for is_kind, name in KINDS if is_kind(mode)), "a folder")
        raise OSError(0, f"it is {kind}, not a file")


def _opened(path: str) -> int:
    """The file, open, which reading cannot wait for: a regular one, or a pipe of the command line's own."""
    file = os.open(path, READING)
    kind = kind_of(file)
    if kind == "a pipe" and path.startswith(DESCRIPTORS):
        let_block(file)
    elif kind != "file":
        os.close(file)
        raise OSError(0, f"it is {kind}, not a file")
    return file


def text_of(data: bytes) -> str:
    """The text that bytes of the host are: UTF-8, with other bytes kept, and one kind of newline.

    A carriage return alone is a character of a line, like any other that a saved session may have.
    """
    return data.decode("utf-8", "surrogateescape").replace("\r\n", "\n")


def lines_of(text: str) -> list[str]:
    """The lines of a text, whose last one may end in a newline like the others."""
    return text.removesuffix("\n").split("\n")


def let_block(file: int) -> None:
    """Makes an open file wait as usual, once it is known that it may."""
    if hasattr(os, "set_blocking"):
        os.set_blocking(file, True)


def _read(file: int, limit: int) -> bytes:
    parts: list[bytes] = []
    left = limit + 1
    while left > 0 and (part := os.read(file, min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    if left <= 0:
        raise OSError(0, f"it has more than {limit >> 20}M")
    return b"".join(parts)


def reason(error: Exception) -> str:
    """Why a file could not be dealt with, in words."""
    if isinstance(error, OSError):
        return "nobody reads this pipe" if error.errno == errno.ENXIO else error.strerror or str(error)
    return str(error)


def replace_file(path: str, data: bytes, mode: int, kept: int | None = None) -> None:
    """Puts `data` in place of the file `path`, whole and durably, or leaves everything as it was. Raises OSError.

    `mode` is that of a new file, less what the user's mask takes; `kept`, if given, is what it has in any case.
    """
    import contextlib

    beside = f"{path}.{os.getpid()}.new"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(beside)
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with open(file, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(file)
        if kept is not None:
            os.chmod(beside, kept)
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise
    sync_folder(path)


def sync_folder(path: str) -> None:
    """Makes the name of the file `path` durable. Raises OSError."""
    if not hasattr(os, "O_DIRECTORY"):
        # A system whose folders cannot be opened keeps names by itself.
        return
    folder = os.open(os.path.dirname(path) or ".", os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
