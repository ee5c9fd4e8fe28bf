"""The journal: a file that has each line of a session before anybody sees what the line did.

    #! kshell --memory 4G                              the machine's options: the file is an ordinary script
    # journal 1, kshell 0.1.0, image 5d4c30f1b9a7e802  what wrote it, and on which boot image
    a = vmo_create 4k                                  a line of the session
    #= done                                            what the host answered to the redirection of the next line
    ps > tasks.txt
    undo 1                                             moves in the session are lines too

A record ends with its newline. What a kill or a power failure has left of a last one was answered to nobody; it is
cut off when the session is taken up again, but not before everything else about the file has been found good. A
start that is refused leaves every byte as it was.
"""

from __future__ import annotations

import os

from kshell.shell.errors import UsageError
from kshell.shell.header import MARK, header, machine_options

FORMAT = "1"
EFFECT = "#= "
# Records wait in memory up to so many characters until somebody has to be answered.
BUFFERED = 1 << 16


class Journal:
    """An open journal, to which nobody else writes.

    Invariant: the file's first `size` bytes are whole records, all of them durable; `pending` comes next.
    """

    __slots__ = ("path", "records", "durable", "_file", "_size", "_pending", "_pending_size", "_lines")

    def __init__(self, path: str, file: int, size: int, records: list[tuple[str, list[str]]]) -> None:
        self.path = path
        # What the file held when it was opened: lines, with the host's answers to them.
        self.records = records
        # How many lines of the session are in the file for good, and how many with those that are waiting.
        self.durable = 0
        self._lines = 0
        self._file = file
        self._size = size
        self._pending: list[str] = []
        self._pending_size = 0

    def append(self, line: str, effects: tuple[str, ...] | list[str] = (), lines: int = 0) -> None:
        """Adds a line, which makes the session `lines` lines long. Raises OSError when the file takes no more."""
        for answer in effects:
            self._pending.append(f"{EFFECT}{_effect(answer)}")
        # A comment of the user's must not read as an answer.
        self._pending.append(f" {line}" if line[:2] == "#=" else line)
        self._pending_size += len(line)
        self._lines = lines
        if self._pending_size >= BUFFERED or len(self._pending) >= BUFFERED:
            self.sync()

    def sync(self) -> None:
        """Makes all lines durable. Raises OSError, with the file as it was after the last success."""
        if not self._pending:
            return
        self._pending.append("")
        data = "\n".join(self._pending).encode("utf-8", "surrogateescape")
        self._pending.clear()
        self._pending_size = 0
        try:
            _write(self._file, data)
            os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, self._size)
            raise
        self._size += len(data)
        self.durable = self._lines

    def start(self, lines: int) -> None:
        """The session was rebuilt from the records and is `lines` lines long: cuts off a torn end."""
        self.durable = self._lines = lines
        if os.fstat(self._file).st_size != self._size:
            os.ftruncate(self._file, self._size)
            os.fsync(self._file)

    def close(self) -> None:
        """Makes all lines durable and lets go of the file. Raises OSError."""
        try:
            self.sync()
        finally:
            os.close(self._file)


def open_journal(path: str, options: list[str], signature: str) -> tuple[Journal, list[str]]:
    """Opens the journal `path`, or begins it with the machine options `options`.

    Returns it with the options its session has to be started with. Raises UsageError, with the file untouched,
    when it cannot be written or locked, is in use, is not a journal, or belongs to another kshell or another machine.
    `signature` names this kshell and boot image: `kshell 0.1.0, image 5d4c30f1b9a7e802`.
    """
    try:
        import fcntl
    except ImportError:
        raise UsageError("--journal needs locks on files, which this system does not have") from None
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except (OSError, ValueError) as error:
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
        raise UsageError(f"cannot open the journal {path}: {reason}; a journal is a file this user can write") from None
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(
                f"another kshell is using the journal {path}; leave that one first, or give another file"
            ) from None
        except OSError as error:
            raise UsageError(f"cannot lock the journal {path}: {error.strerror}; put it on a local disk") from None
        if not os.fstat(file).st_size:
            return _begin(path, file, options, signature), options
        return _read(path, file, options, signature)
    except BaseException:
        os.close(file)
        raise


def noted_options(path: str) -> list[str] | None:
    """The machine options in the first line of the journal `path`, or None when there is no line yet.

    Raises UsageError for a line that is damaged. Whatever else is wrong with the file is reported when it is opened.
    """
    try:
        with open(path, "rb") as file:
            line = file.readline(1 << 16).decode("utf-8", "surrogateescape").rstrip("\n")
    except (OSError, ValueError):
        return None
    return _options(path, line) if line else None


def _options(path: str, line: str) -> list[str]:
    try:
        return machine_options(line)
    except UsageError:
        raise UsageError(f"the journal {path} has a damaged first line: {line[len(MARK) :].strip()[:80]!r}") from None


def _begin(path: str, file: int, options: list[str], signature: str) -> Journal:
    data = f"{header(options)}\n# journal {FORMAT}, {signature}\n".encode("utf-8", "surrogateescape")
    try:
        _write(file, data)
        os.fsync(file)
        folder = os.open(os.path.dirname(path) or ".", os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        os.ftruncate(file, 0)
        raise UsageError(f"cannot begin the journal {path}: {error.strerror}") from None
    return Journal(path, file, len(data), [])


def _read(path: str, file: int, options: list[str], signature: str) -> tuple[Journal, list[str]]:
    with open(os.dup(file), "rb") as stream:
        stream.seek(0)
        data = stream.read()
    # The header is written before anything is answered: without it the file holds no session.
    lines = data.split(b"\n", 2)
    if not lines[0].startswith(MARK.encode()[: len(lines[0])]):
        raise UsageError(f"{path} is not a journal of kshell; nothing in it was changed: give another file")
    mark = b"# journal "
    if len(lines) < 3:
        if b"\n".join(lines).count(b"\n") == 0 or lines[1].startswith(mark[: len(lines[1])]):
            raise UsageError(f"the journal {path} breaks off in its header and holds no session yet: remove it")
        raise UsageError(f"{path} is a script and not a journal; nothing in it was changed: give another file")
    if not lines[1].startswith(mark):
        raise UsageError(f"{path} is a script and not a journal; nothing in it was changed: give another file")
    number, _, wrote = lines[1][len(mark) :].decode("utf-8", "replace").partition(", ")
    if number != FORMAT:
        raise UsageError(
            f"the journal {path} has the form {number[:20]!r} and this kshell knows {FORMAT!r}: "
            "use the kshell that wrote it"
        )
    if wrote != signature:
        raise UsageError(_other(path, wrote, signature))
    first_line = lines[0].decode("utf-8", "surrogateescape")
    noted = _options(path, first_line)
    if options and options != noted:
        told = f"`{first_line[len(MARK) :].strip()}`" if noted else "no options"
        raise UsageError(
            f"the journal {path} belongs to a machine started with {told}: start without machine options, "
            "or give another file"
        )
    whole = data.rfind(b"\n") + 1
    first = len(lines[0]) + len(lines[1]) + 2
    records, end = _records(data, first, whole)
    return Journal(path, file, end, records), noted


def _other(path: str, wrote: str, signature: str) -> str:
    """What is said of a journal of another kshell or another boot image."""
    theirs, ours = wrote.partition(", ")[0], signature.partition(", ")[0]
    way = f"to take its lines over, run it as a script: kshell --journal NEW {path}"
    if theirs != ours:
        return f"the journal {path} was written by {theirs[:40]} and this is {ours}; {way}"
    return f"the boot image is not the one the journal {path} was begun with; {way}"


def _records(data: bytes, first: int, whole: int) -> tuple[list[tuple[str, list[str]]], int]:
    """The records in data[first:whole] and where the last one ends; answers without their line are not records."""
    records: list[tuple[str, list[str]]] = []
    effects: list[str] = []
    end = at = first
    for raw in data[first:whole].split(b"\n")[:-1]:
        line = raw.decode("utf-8", "surrogateescape")
        at += len(raw) + 1
        if line.startswith(EFFECT):
            answer = line[len(EFFECT) :]
            effects.append("" if answer == "done" else answer.removeprefix("failed: "))
            continue
        records.append((line, effects))
        effects = []
        end = at
    return records, end


def _effect(answer: str) -> str:
    return "failed: " + answer.replace("\n", " ") if answer else "done"


def _write(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
