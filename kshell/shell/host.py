"""The world outside the machine: files and programs of the host. Whatever a typed line can make kshell touch there
goes through here, so a sandbox is one class with nothing in it.
"""

from __future__ import annotations

from kshell.shell.errors import ShellError
from kshell.shell.header import MARK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    Answer = TypeVar("Answer")


class Host:
    """The host as it is."""

    # Whether anybody gets what is written; nobody does when a line is run again only for its effect on the machine.
    listens = True

    def write(self, path: str, text: str, append: bool = False) -> None:
        """Writes `text` to a file. Raises ShellError."""
        try:
            with open(path, "a" if append else "w", encoding="utf-8", errors="surrogateescape") as file:
                file.write(text)
        except (OSError, ValueError) as error:
            raise ShellError(f"cannot write {path!r}: {_reason(error)}") from None

    def pipe(self, line: str, text: str) -> str:
        """What the host's program line prints when it is given `text`. Raises ShellError when it fails."""
        import subprocess

        try:
            done = subprocess.run(
                ["/bin/sh", "-c", line],
                input=text,
                stdout=subprocess.PIPE,
                text=True,
                errors="surrogateescape",
                check=False,
            )
        except FileNotFoundError:
            raise ShellError(f"cannot run {line!r}: | needs /bin/sh, which this system does not have") from None
        except (OSError, ValueError) as error:
            raise ShellError(f"cannot run {line!r}: {_reason(error)}") from None
        # A program that ends early, like head, has not failed; one that says so has.
        if done.returncode:
            raise ShellError(f"{line}: the host's program ended with {done.returncode}")
        return done.stdout

    def read_script(self, path: str) -> list[str]:
        """The lines of a script. Raises ShellError."""
        try:
            with open(path, encoding="utf-8", errors="surrogateescape") as file:
                return file.read().split("\n")
        except (OSError, ValueError) as error:
            raise ShellError(f"cannot read {path!r}: {_reason(error)}") from None

    def save_script(self, path: str, text: str) -> None:
        """Puts a script into a file as a whole, or leaves the file as it was; replaces only a script that was
        saved before. Raises ShellError."""
        import os

        beside = f"{path}.{os.getpid()}.new"
        try:
            if os.path.lexists(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    if not file.read(len(MARK)).startswith(MARK):
                        raise ShellError(f"{path!r} exists and is not a saved session; give another name, or remove it")
            with open(beside, "w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        except (OSError, ValueError) as error:
            import contextlib

            with contextlib.suppress(OSError, ValueError):
                os.unlink(beside)
            raise ShellError(f"cannot save {path!r}: {_reason(error)}") from None

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
            with os.scandir(folder or ".") as entries:
                return sorted(entry.name + ("/" if entry.is_dir() else "") for entry in entries)
        except (OSError, ValueError):
            return []


class Sandbox(Host):
    """No host at all, for a console whose typist is not trusted."""

    def write(self, path: str, text: str, append: bool = False) -> None:
        raise _closed("no files are written")

    def pipe(self, line: str, text: str) -> str:
        raise _closed("no program of the host is run")

    def read_script(self, path: str) -> list[str]:
        raise _closed("no files are read")

    def save_script(self, path: str, text: str) -> None:
        raise _closed("no files are written")

    def report_folder(self) -> str | None:
        return None

    def names(self, folder: str) -> list[str]:
        return []


class Recorder(Host):
    """A host whose answers are noted ("" for done, otherwise why not): a line that is run again gets the same ones."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.answers: list[str] = []

    def write(self, path: str, text: str, append: bool = False) -> None:
        self._note(lambda: self.host.write(path, text, append))

    def pipe(self, line: str, text: str) -> str:
        return self._note(lambda: self.host.pipe(line, text))

    def _note(self, deal: Callable[[], Answer]) -> Answer:
        try:
            answer = deal()
        except ShellError as error:
            self.answers.append(error.message)
            raise
        self.answers.append("")
        return answer


class Playback(Host):
    """The answers a line got when it first ran. Nothing is done to the host again, and nobody reads what is printed."""

    listens = False

    def __init__(self, answers: Iterable[str]) -> None:
        self._answers = iter(answers)

    def write(self, path: str, text: str, append: bool = False) -> None:
        answer = next(self._answers, "")
        if answer:
            raise ShellError(answer)

    def pipe(self, line: str, text: str) -> str:
        self.write(line, text)
        return ""


def _closed(what: str) -> ShellError:
    return ShellError(f"this console runs in a sandbox: {what}")


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
