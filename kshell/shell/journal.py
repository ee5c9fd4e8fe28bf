"""The journal: a file that has each line of a session before anybody sees what the line did.

    #! kshell --memory 4G                              the machine's options: the file is an ordinary script
    # journal 2, kshell 0.1.0, image 5d4c30f1b9a7e802  what wrote it, and on which boot image
    #: 5e1b8a90                                        checksum: the CRC-32 of all that comes before it
    a = vmo_create 4k                                  a line of the session
    #: 0c84d7f2                                        each record ends with its checksum
    #> ps > tasks.txt                                  the intent: what is going to be done to the host
    #: 8a11b3c4
    #= done                                            what the host answered to the redirection of the next line
    ps > tasks.txt
    #: 77f0e21d
    undo 1                                             moves in the session are lines too
    #: 93d5b0aa

A checksum covers everything before it, so no line can be altered, left out, repeated or brought in from another
journal without being noticed. What a kill or a power failure has left of a last record was answered to nobody; it is
cut off when the session is taken up again, but not before everything else about the file has been found good. A start
that is refused leaves every byte as it was.

An intent without its record is a line that was cut short while it dealt with the host. It counts as a line that ran:
the file or program may have got what the line said. Its record is written when the session is taken up again.

Journals of the first form have no checksums. The first record added to one is preceded by a checksum of the whole
file so far, and from there on each record has its own.
"""

from __future__ import annotations

import os
from binascii import crc32

from kshell.shell.errors import JournalError, UsageError
from kshell.shell.files import WRITING, kind_of, reason, sync_folder
from kshell.shell.header import JOURNAL_MARK, MARK, Header, read_header
from kshell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    # A line of the session, and what the host answered to it.
    Record = tuple[str, Sequence[str]]

FORMS = ("1", "2")
FORM_MARK = JOURNAL_MARK.encode()
CHECKSUM, INTENT, EFFECT = "#: ", "#> ", "#= "
# A line of the user's that begins like one of the above is written with a blank before it, which changes nothing.
OWN_MARKS = (CHECKSUM[:2], INTENT[:2], EFFECT[:2])
# Records wait in memory up to so many characters until somebody has to be answered.
BUFFERED = 1 << 16


class Journal:
    """A journal file, to which nobody else writes.

    Invariant: the file's first `size` bytes are whole records, all of them durable, and `crc` is their checksum;
    `pending` comes next.
    """

    __slots__ = (
        "path", "header", "form", "signature", "records", "notes", "identity", "_file", "_size", "_crc", "_sealed",
        "_torn", "_pending", "_pending_size", "_pending_lines", "_before_intent", "_cut_short",
    )  # fmt: skip

    def __init__(self, path: str) -> None:
        """A journal that is still to be begun."""
        self.path = path
        # What the file held when it was opened: the machine's options, its form, what wrote it ("" when there was
        # nothing), the session's lines, and what has to be said about them.
        self.header = Header()
        self.form = FORMS[-1]
        self.signature = ""
        self.records: list[Record] = []
        self.notes: list[str] = []
        # The device and number of the file.
        self.identity = (0, 0)
        self._file = -1
        self._size = 0
        self._crc = 0
        # Whether all of the file so far is under a checksum.
        self._sealed = True
        # Whether the file may have bytes after `size`, from a record that could not be written whole.
        self._torn = False
        self._pending: list[str] = []
        self._pending_size = 0
        self._pending_lines = 0
        # Where the intents of the line that is running begin: (size, crc, sealed), or None if it has none.
        self._before_intent: tuple[int, int, bool] | None = None
        # The last of `records`, if the file has only its intent.
        self._cut_short: Record | None = None

    # Beginning

    def begin(self, header: Header, signature: str) -> None:
        """Makes the file, for the machine that `header` asks for. Raises UsageError.

        `signature` names this kshell and the boot image: `kshell 0.1.0, image 5d4c30f1b9a7e802`.
        """
        text = f"{header.line()}\n# journal {FORMS[-1]}, {signature}\n"
        try:
            if self._file < 0:
                self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | WRITING, 0o600)
                _lock(self.path, self._file)
            self._identify()
            try:
                self._write([text])
                sync_folder(self.path)
            except OSError:
                os.ftruncate(self._file, 0)
                raise
        except (OSError, ValueError) as error:
            raise UsageError(f"cannot begin the journal {printable(self.path)}: {reason(error)}") from None

    def start(self) -> None:
        """The session was rebuilt from the records: cuts off a torn end, and completes a line that was cut short.
        Raises UsageError."""
        self.records = []
        try:
            if os.fstat(self._file).st_size != self._size:
                os.ftruncate(self._file, self._size)
                os.fsync(self._file)
            if self._cut_short is not None:
                # The next record would take the place of its intent.
                self._write([_record(_own(self._cut_short[0]), self._cut_short[1])])
                self._cut_short = None
        except OSError as error:
            raise UsageError(f"the journal {printable(self.path)} cannot be written: {reason(error)}") from None

    # Writing

    def line(self, line: str, answers: list[str]) -> None:
        """Adds a line of the session, and the host's answers to it. Raises JournalError when the file takes no more."""
        self._pending_lines += 1
        self._add(_own(line), answers)

    def move(self, words: str) -> None:
        """Adds a move, such as `undo 1`, and makes everything durable. Raises JournalError; the move was not made."""
        self._add(words, ())
        self.sync()

    def intend(self, line: str, answers: list[str]) -> None:
        """Notes, durably, that `line` is going to deal with the host after `answers`. Raises JournalError."""
        self.sync()
        if self._before_intent is None:
            self._before_intent = self._size, self._crc, self._sealed
        self._add(INTENT + line, answers)
        self._sync()

    def withdraw(self) -> None:
        """The line that is running is taken back: takes its intents off the end of the file again."""
        if self._before_intent is not None:
            self._size, self._crc, self._sealed = self._before_intent
            self._before_intent = None
            self._torn = True
            self._cut()

    def _add(self, line: str, answers: Sequence[str]) -> None:
        record = _record(line, answers)
        self._pending.append(record)
        self._pending_size += len(record)
        if self._pending_size >= BUFFERED:
            self.sync()

    def sync(self) -> None:
        """Makes everything that was added durable. Raises JournalError, with the file as it was after the last
        success; the lines added since are forgotten."""
        if self._pending:
            self._sync()
            self._before_intent = None

    def _sync(self) -> None:
        try:
            self._require_whole()
            self._write(self._pending)
        except OSError as error:
            self.withdraw()
            raise JournalError(reason(error), self._pending_lines) from None
        finally:
            self._pending.clear()
            self._pending_size = self._pending_lines = 0

    def _write(self, records: list[str]) -> None:
        """Writes records durably, each with its checksum. Raises OSError, with the file as it was."""
        out: list[bytes] = []
        crc = self._crc
        if not self._sealed:
            out.append(checksum(crc))
            crc = crc32(out[0], crc)
        for record in records:
            raw = record.encode("utf-8", "surrogateescape")
            crc = crc32(raw, crc)
            seal = checksum(crc)
            crc = crc32(seal, crc)
            out += (raw, seal)
        data = b"".join(out)
        self._torn = True
        try:
            _write_all(self._file, data)
            os.fsync(self._file)
        except OSError:
            self._cut()
            raise
        self._torn = False
        self._sealed = True
        self._size += len(data)
        self._crc = crc

    def _cut(self) -> None:
        """Takes what could not be written whole off the end of the file again, if that is possible now."""
        try:
            os.ftruncate(self._file, self._size)
        except OSError:
            return
        self._torn = False

    def _require_whole(self) -> None:
        """Raises OSError unless the open file is still the one at its path, and as long as it was left."""
        if self._torn:
            self._cut()
        try:
            there = os.stat(self.path)
        except FileNotFoundError:
            raise OSError(0, "somebody has removed it") from None
        if (there.st_dev, there.st_ino) != self.identity:
            raise OSError(0, "somebody has put another file in its place")
        if there.st_size != self._size:
            raise OSError(0, f"somebody has changed it: it has {there.st_size} bytes and should have {self._size}")

    def _identify(self) -> None:
        status = os.fstat(self._file)
        self.identity = status.st_dev, status.st_ino

    def close(self) -> None:
        """Makes all lines durable and lets go of the file. Raises JournalError."""
        try:
            self.sync()
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Lets go of the file; what is not durable is forgotten."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    # Reading

    def read(self) -> None:
        """Takes in what the file holds. Raises UsageError, with the file untouched, when it is not a whole journal."""
        with open(os.dup(self._file), "rb") as stream:
            stream.seek(0)
            data = stream.read()
        if not data:
            return
        first, self.form, self.signature, body = _read_header(self.path, data)
        try:
            self.header = read_header(first)
        except UsageError as error:
            raise UsageError(f"the journal {printable(self.path)} cannot be read: {error.message}") from None
        reader = _Reader(self.path, data, body)
        if self.form != FORMS[0]:
            reader.read_seal()
        reader.read()
        self.records, self.notes = reader.records, reader.notes
        self._size, self._crc, self._sealed = reader.end, reader.crc, reader.sealed
        self._cut_short = reader.cut_short


def open_journal(path: str) -> Journal:
    """The journal at `path`, read, or one that is still to be begun when there is no file, or an empty one.

    Raises UsageError, with the file untouched, when it cannot be written, is in use, or is not a whole journal.
    """
    _require_locks()
    journal = Journal(path)
    shown = printable(path)
    try:
        journal._file = os.open(path, os.O_RDWR | os.O_APPEND | WRITING)
    except FileNotFoundError:
        return journal
    except (OSError, ValueError) as error:
        why = reason(error)
        raise UsageError(f"cannot open the journal {shown}: {why}; a journal is a file that you can write") from None
    try:
        kind = kind_of(journal._file)
        if kind != "file":
            raise UsageError(f"{shown} is {kind}, and a journal is a file: give another name")
        _lock(path, journal._file)
        journal._identify()
        try:
            journal.read()
        except OSError as error:
            raise UsageError(f"cannot read the journal {shown}: {reason(error)}") from None
    except BaseException:
        journal.abandon()
        raise
    return journal


def _require_locks() -> None:
    """Raises UsageError on a system that cannot keep others away from a file."""
    try:
        import fcntl  # noqa: F401
    except ImportError:
        raise UsageError("--journal needs locks on files, which this system does not have") from None


def _lock(path: str, file: int) -> None:
    """Keeps every other kshell away from the file. Raises UsageError."""
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageError(
            f"another kshell is using the journal {printable(path)}; leave that one first, or give another file"
        ) from None
    except OSError as error:
        why = reason(error)
        raise UsageError(f"cannot lock the journal {printable(path)}: {why}; put it on a local disk") from None


def _read_header(path: str, data: bytes) -> tuple[str, str, str, int]:
    """(first line, form, signature, where the records begin) of the journal `path`. Raises UsageError."""
    shown = printable(path)
    # The header is written before anything is answered: without it the file holds no session.
    lines = data.split(b"\n", 2)
    if not lines[0].startswith(MARK.encode()[: len(lines[0])]):
        raise UsageError(f"{shown} is not a journal of kshell; nothing in it was changed: give another file")
    if len(lines) < 3 and (len(lines) < 2 or lines[1].startswith(FORM_MARK[: len(lines[1])])):
        raise _breaks_off(path)
    if len(lines) < 3 or not lines[1].startswith(FORM_MARK):
        raise UsageError(f"{shown} is a script and not a journal; nothing in it was changed: give another file")
    form, _, signature = lines[1][len(FORM_MARK) :].decode("utf-8", "replace").partition(", ")
    if form not in FORMS:
        raise UsageError(
            f"the journal {shown} has the form {form[:20]!r} and this kshell knows {' and '.join(FORMS)}: "
            "use the kshell that wrote it"
        )
    return lines[0].decode("utf-8", "surrogateescape"), form, signature, len(lines[0]) + len(lines[1]) + 2


class _Reader:
    """Reads the records of a journal: `data` from `body` on.

    Invariant: what is before `end` is good: whole records, with their checksum `crc`.
    """

    __slots__ = ("records", "notes", "end", "crc", "sealed", "cut_short", "_path", "_data", "_number")

    def __init__(self, path: str, data: bytes, body: int) -> None:
        self.records: list[Record] = []
        self.notes: list[str] = []
        self.end = body
        self.crc = crc32(memoryview(data)[:body])
        self.sealed = False
        self._path = path
        self._data = data
        # The file's line that is being read, from 1.
        self._number = 2
        # The line of the last intent, as it would be noted, until its record comes.
        self.cut_short: Record | None = None

    def read_seal(self) -> None:
        """Reads the header's checksum. Raises UsageError."""
        seal = checksum(self.crc)
        there = self._data[self.end : self.end + len(seal)]
        if there != seal:
            if seal.startswith(there):
                raise _breaks_off(self._path)
            raise self._damaged()
        self._seal(self.end + len(seal), seal)

    def read(self) -> None:
        """Reads all records. Raises UsageError for what kshell has not written so."""
        data = self._data
        line: str | None = None
        # Most lines have no answers, and a tuple without any costs nothing.
        answers: tuple[str, ...] = ()
        at = self.end
        while (newline := data.find(b"\n", at)) >= 0:
            self._number += 1
            begin, at = at, newline + 1
            if line is None and data.startswith(EFFECT.encode(), begin):
                answers += (_answer(data[begin + len(EFFECT) : newline]),)
                continue
            if line is None:
                if not self.sealed and _is_checksum(data[begin:at]):
                    if data[begin:at] != checksum(self.crc):
                        raise self._damaged()
                    self._seal(at, data[begin:at])
                    continue
                line = data[begin:newline].decode("utf-8", "surrogateescape")
                if self.sealed:
                    continue
                self.crc = crc32(memoryview(data)[self.end : at], self.crc)
                self.end = at
            else:
                self.crc = crc32(memoryview(data)[self.end : begin], self.crc)
                if data[begin:at] != checksum(self.crc):
                    raise self._damaged()
                self._seal(at, data[begin:at])
            self._take(line, answers)
            line, answers = None, ()
        self._finish(at if line is not None else None)

    def _seal(self, at: int, seal: bytes) -> None:
        """All before `at`, where the right checksum `seal` ends, is good."""
        self.sealed = True
        self.crc = crc32(seal, self.crc)
        self.end = at

    def _take(self, line: str, answers: tuple[str, ...]) -> None:
        """Takes a whole record."""
        # Before the first checksum stand lines of the first form, which knows no intents.
        if self.sealed and line.startswith(INTENT):
            self.cut_short = line[len(INTENT) :], (*answers, "")
        else:
            self.cut_short = None
            self.records.append((line, answers))

    def _finish(self, seal: int | None) -> None:
        """All whole lines have come; what is after `end` was answered to nobody. `seal` is where the last record's
        checksum should begin, None if the record itself is not there."""
        rest = self._data[seal:] if seal is not None else b""
        if rest and not checksum(crc32(memoryview(self._data)[self.end : seal], self.crc)).startswith(rest):
            self._number += 1
            raise self._damaged()
        if self.end < len(self._data):
            self.notes.append("its last line was not whole, as after a power failure, and is left out")
        if self.cut_short is not None:
            self.records.append(self.cut_short)
            line = printable(self.cut_short[0])
            self.notes.append(f"its last line was cut short: look whether its file or program got everything: {line}")

    def _damaged(self) -> UsageError:
        return UsageError(
            f"the journal {printable(self._path)} is damaged in line {max(self._number, 1)}, and nothing in it was "
            "changed: go on with a copy, or run the lines before it as a script"
        )


def checksum(crc: int) -> bytes:
    """The line that says that the checksum so far is `crc`."""
    return f"{CHECKSUM}{crc:08x}\n".encode()


def _is_checksum(raw: bytes) -> bool:
    """Whether a line of the file has the form of a checksum."""
    return len(raw) == len(checksum(0)) and raw.startswith(CHECKSUM.encode()) and raw[len(CHECKSUM) : -1].isalnum()


def _breaks_off(path: str) -> UsageError:
    return UsageError(f"the journal {printable(path)} breaks off in its header and holds no session yet: remove it")


def _answer(raw: bytes) -> str:
    answer = raw.decode("utf-8", "surrogateescape")
    return "" if answer == "done" else answer.removeprefix("failed: ")


def _own(line: str) -> str:
    """A line of the user's as it is written: a mark of the journal's at its beginning would mean something else."""
    return f" {line}" if line[:2] in OWN_MARKS else line


def _record(line: str, answers: Sequence[str]) -> str:
    """A record without its checksum."""
    if not answers:
        return f"{line}\n"
    return "".join(f"{EFFECT}{_effect(answer)}\n" for answer in answers) + f"{line}\n"


def _effect(answer: str) -> str:
    return "failed: " + answer.replace("\n", " ") if answer else "done"


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
