"""The world outside the machine: files and programs of the host. Whatever a typed line can make kshell touch there
goes through here, so a sandbox is one class with nothing in it.

    Host        as it is
    Sandbox     nothing at all
    Recorder    another host, whose answers are noted; before each deal the session notes what is intended
    Playback    the noted answers again; nothing is done
"""

from __future__ import annotations

from kshell.shell.errors import ShellError
from kshell.shell.header import JOURNAL_MARK, MARK
from kshell.shell.quoting import Quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import ClassVar, TypeVar

    Answer = TypeVar("Answer")

# How many characters a command, and how many bytes a program of the host may print, until the command line says
# something else.
MAX_OUTPUT = 1 << 28


def home_path(word: str, path: str) -> str:
    """The path that `word` of a line means, once its variables are replaced: only a `~` that is not quoted is the home
    folder."""
    return f"./{path}" if path[:1] == "~" and isinstance(word, Quoted) else path


class Host:
    """The host as it is. A path that begins with `~` begins in a home folder."""

    __slots__ = ("kept", "max_output")

    # Whether anybody gets what is written; nobody does when a line is run again only for its effect on the machine.
    listens: ClassVar[bool] = True

    def __init__(self) -> None:
        # The device and number of the session's journal, which no line may overwrite.
        self.kept: tuple[int, int] | None = None
        self.max_output = MAX_OUTPUT

    def write(self, path: str, text: str, append: bool = False) -> None:
        """Writes `text` to a file. Raises ShellError."""
        import os

        from kshell.shell.files import WRITING, let_block, reason

        where = self._path(path)
        # A pipe that nobody reads must not block.
        flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else os.O_TRUNC) | WRITING
        try:
            self._require_other(where)
            with open(os.open(where, flags, 0o666), "w", encoding="utf-8", errors="surrogateescape") as stream:
                let_block(stream.fileno())
                stream.write(text)
        except (OSError, ValueError) as error:
            raise ShellError(f"cannot write {path!r}: {reason(error)}") from None

    def pipe(self, line: str, text: str) -> str:
        """What the host's program line prints when it is given `text`. Raises ShellError when it fails."""
        import subprocess
        from tempfile import TemporaryFile

        from kshell.shell.files import reason, text_of

        try:
            # Its input is a file, so a program that does not read it cannot block.
            with TemporaryFile() as source:
                source.write(text.encode("utf-8", "surrogateescape"))
                source.seek(0)
                process = subprocess.Popen(["/bin/sh", "-c", line], stdin=source, stdout=subprocess.PIPE)
        except FileNotFoundError:
            raise ShellError(f"cannot run {line!r}: | needs /bin/sh, which this system does not have") from None
        except (OSError, ValueError) as error:
            raise ShellError(f"cannot run {line!r}: {reason(error)}") from None
        with process:
            try:
                assert process.stdout is not None
                printed = process.stdout.read(self.max_output + 1)
                if len(printed) > self.max_output:
                    raise ShellError(f"{line}: it prints more than {self.max_output} bytes; --max-output allows more")
            except BaseException:
                process.kill()
                raise
        # A program that ends early, like head, has not failed; one that says so has.
        if process.returncode:
            raise ShellError(f"{line}: the host's program ended with {process.returncode}")
        return text_of(printed)

    def read_script(self, path: str) -> list[str]:
        """The lines of a script. Raises ShellError."""
        from kshell.shell.files import lines_of, read_text, reason

        try:
            return lines_of(read_text(self._path(path)))
        except (OSError, ValueError) as error:
            raise ShellError(f"cannot read {path!r}: {reason(error)}") from None

    def save_script(self, path: str, text: str, private: bool = False) -> None:
        """Puts a script into a file as a whole, or leaves the file as it was; replaces only a script that was
        saved before, and leaves its mode and symbolic links to it as they are.

        `private` keeps a new file from other users. Raises ShellError.
        """
        import os

        from kshell.shell.files import reason

        try:
            # What is replaced is the file, and not a link that leads to it.
            self._replace(os.path.realpath(self._path(path)), path, text, 0o600 if private else 0o666, saved=True)
        except (OSError, ValueError) as error:
            raise ShellError(f"cannot save {path!r}: {reason(error)}") from None

    def replace(self, path: str, text: str) -> None:
        """Puts `text` into a file as a whole, or leaves the file as it was, whatever was in it; its mode and symbolic
        links to it stay as they are. Raises ShellError."""
        import os

        from kshell.shell.files import reason

        try:
            self._replace(os.path.realpath(self._path(path)), path, text, 0o666, saved=False)
        except (OSError, ValueError) as error:
            raise ShellError(f"cannot write {path!r}: {reason(error)}") from None

    def _replace(self, where: str, path: str, text: str, mode: int, saved: bool) -> None:
        """Does what `save_script` says with the file `where`, which a person calls `path`, or what `replace` says.
        Raises OSError too."""
        import os

        from kshell.shell.files import read_text, replace_file, require_file

        kept = None
        # A link that leads nowhere is there, and cannot be read.
        if os.path.lexists(self._path(path)):
            self._require_other(where)
            if saved:
                _require_saved(path, read_text(where), text)
            else:
                require_file(where)
            kept = os.stat(where).st_mode & 0o777
            if not kept & 0o222:
                raise ShellError(f"{path!r} is read-only; give another name, or make it writable")
        replace_file(where, text.encode("utf-8", "surrogateescape"), mode, kept)

    def report_folder(self) -> str | None:
        """Where a report of a bug is put."""
        import os
        import tempfile

        from kshell.shell.folders import user_folder

        for folder in (user_folder("XDG_STATE_HOME", ".local", "state"), tempfile.gettempdir()):
            if folder is None:
                continue
            try:
                os.makedirs(folder, mode=0o700, exist_ok=True)
            except OSError:
                continue
            if os.access(folder, os.W_OK):
                return folder
        return None

    def names(self, folder: str) -> list[str]:
        """The names in a folder ("" is the current one), folders with a / after them; none if it cannot be read."""
        import os

        try:
            with os.scandir(self._path(folder) or ".") as entries:
                return sorted(entry.name + ("/" if entry.is_dir() else "") for entry in entries)
        except (OSError, ValueError):
            return []

    def has_file(self, path: str) -> bool:
        """Whether a file that could be read is there."""
        import os

        path = self._path(path)
        return os.path.isfile(path) and os.access(path, os.R_OK)

    def _path(self, path: str) -> str:
        if path[:1] != "~":
            return path
        from os.path import expanduser

        return expanduser(path)

    def _require_other(self, path: str) -> None:
        """Raises ShellError if the file is the session's journal, OSError if it cannot be looked at."""
        import os

        if self.kept is None or not os.path.exists(path):
            return
        status = os.stat(path)
        if (status.st_dev, status.st_ino) == self.kept:
            raise ShellError(f"{path!r} is this session's journal, which must not be overwritten: give another name")


class Sandbox(Host):
    """No host at all, for a console whose typist is not trusted."""

    __slots__ = ()

    def write(self, path: str, text: str, append: bool = False) -> None:
        raise _closed("no files are written")

    def pipe(self, line: str, text: str) -> str:
        raise _closed("no program of the host is run")

    def read_script(self, path: str) -> list[str]:
        raise _closed("no files are read")

    def save_script(self, path: str, text: str, private: bool = False) -> None:
        raise _closed("no files are written")

    def replace(self, path: str, text: str) -> None:
        raise _closed("no files are written")

    def report_folder(self) -> str | None:
        return None

    def names(self, folder: str) -> list[str]:
        return []

    def has_file(self, path: str) -> bool:
        return False


class Recorder(Host):
    """A host whose answers are noted ("" for done, otherwise why not): a line that is run again gets the same ones.

    `intend` is called before each deal with what is going to be done; what it raises prevents the deal.
    """

    __slots__ = ("host", "answers", "_intend")

    def __init__(self, host: Host, intend: Callable[[], None]) -> None:
        super().__init__()
        self.host = host
        self.answers: list[str] = []
        self._intend = intend

    def write(self, path: str, text: str, append: bool = False) -> None:
        self._note(lambda: self.host.write(path, text, append))

    def replace(self, path: str, text: str) -> None:
        self._note(lambda: self.host.replace(path, text))

    def pipe(self, line: str, text: str) -> str:
        return self._note(lambda: self.host.pipe(line, text))

    def _note(self, deal: Callable[[], Answer]) -> Answer:
        self._intend()
        try:
            answer = deal()
        except ShellError as error:
            self.answers.append(error.message)
            raise
        self.answers.append("")
        return answer


class Playback(Host):
    """The answers a line got when it first ran. Nothing is done to the host again, and nobody reads what is printed."""

    __slots__ = ("_answers",)

    listens = False

    def __init__(self, answers: Iterable[str]) -> None:
        super().__init__()
        self._answers = iter(answers)

    def write(self, path: str, text: str, append: bool = False) -> None:
        answer = next(self._answers, "")
        if answer:
            raise ShellError(answer)

    def replace(self, path: str, text: str) -> None:
        self.write(path, text)

    def pipe(self, line: str, text: str) -> str:
        self.write(line, text)
        return ""


def _require_saved(path: str, there: str, text: str) -> None:
    """Raises ShellError unless the file `path`, whose text is `there`, is one that saving such a `text` has made."""
    first = MARK if text.startswith(MARK) else text.split("\n", 1)[0]
    rest = there.partition("\n")[2]
    if there.startswith(MARK) and rest.startswith(JOURNAL_MARK):
        raise ShellError(f"{path!r} is a journal, which is all that keeps its session; give another name")
    if not there.startswith(first):
        raise ShellError(f"{path!r} exists and is not a saved session; give another name, or remove it")


def _closed(what: str) -> ShellError:
    return ShellError(f"this console runs in a sandbox: {what}")
