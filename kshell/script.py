"""Command scripts: lines from a file, from `-c` or from standard input, run one after the other.

A script stops at the first command that fails, unless asked to go on, and says `FILE:LINE: COMMAND: why`. With
JSON each command answers with one line, at once, so another program can drive the session line by line.
"""

from __future__ import annotations

import sys

from kshell import shipped_text
from kshell.shell.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_NOT_FOUND, EXIT_USAGE
from kshell.shell.results import Outcome
from kshell.shell.session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# Exit values that are documented.
PROCESS_EXITS = (0, EXIT_FAILED, EXIT_USAGE, EXIT_NOT_FOUND, EXIT_INTERRUPTED)
# What a shipped script or document may end in; its bare name does without.
ENDINGS = (".kshell", ".md")


class Runner:
    """Runs lines in a session and prints what they print. `exit` is the value the process will end with."""

    def __init__(self, session: Session, json: bool = False, keep_going: bool = False) -> None:
        self.session = session
        self.json = json
        self.keep_going = keep_going
        self.exit = 0
        session.stop_on_failure = not keep_going

    def run(self, name: str, lines: Iterable[str], flush: bool = False) -> bool:
        """Runs `lines`, known as `name` in messages; returns whether to go on with what comes next.

        `flush` shows each line's output before the next line is read, for input that waits for answers.
        """
        run, json = self.session.run, self.json
        self.session.answering = flush or json
        for number, line in enumerate(lines, 1):
            if number == 1 and line.startswith("#!"):
                continue
            for outcome in run(line.rstrip("\r\n")):
                if json or outcome.output or outcome.error or not outcome.ok:
                    self._show(f"{name}:{number}", outcome)
                if not outcome.ok and not outcome.forgiven:
                    self.exit = self.exit or process_exit(outcome)
                    if not self.keep_going or outcome.exit == EXIT_INTERRUPTED:
                        return False
            if self.session.state.finished:
                return False
            if flush:
                sys.stdout.flush()
        return True

    def _show(self, place: str, outcome: Outcome) -> None:
        if self.json:
            sys.stdout.write(outcome.to_json() + "\n")
            sys.stdout.flush()
            return
        sys.stdout.write(outcome.output)
        complaint = outcome.complaint(place)
        if complaint:
            sys.stdout.flush()
            sys.stderr.write(complaint)


def process_exit(outcome: Outcome) -> int:
    """The process's exit value for a failed command: the documented ones stay as they are, all others become 1."""
    return outcome.exit if outcome.exit in PROCESS_EXITS and outcome.exit else EXIT_FAILED


def find_script(name: str) -> tuple[str, str] | None:
    """The file name and the text of a script or document: a file, or the bare name of one that kshell ships.

    None when there is none. Raises OSError if it cannot be read.
    """
    import os

    if os.path.exists(name):
        with open(name, encoding="utf-8", errors="surrogateescape") as file:
            return name, file.read()
    folders = _shipped_files()
    for file_name in (name, *(name + ending for ending in ENDINGS)):
        if file_name in folders:
            return file_name, shipped_text(folders[file_name], file_name)
    return None


def shipped() -> list[str]:
    """The names of the scripts and documents that kshell ships."""
    return sorted(name.rsplit(".", 1)[0] for name in _shipped_files())


def _shipped_files() -> dict[str, str]:
    """The file names of the scripts and documents that kshell ships, with the folder that each is in."""
    import os

    import kshell.scripts

    folders: dict[str, str] = {}
    for room in kshell.scripts.SHIPPED:
        folder = os.path.join(kshell.scripts.__path__[0], room)
        try:
            names = os.listdir(folder)
        except OSError:
            # Inside a zip archive there are no folders to be listed.
            from importlib.resources import files

            names = [entry.name for entry in files(kshell.scripts).joinpath(room).iterdir()]
        folders.update((name, folder) for name in names if name.endswith(ENDINGS))
    return folders


def lines_of(file_name: str, text: str) -> list[str]:
    """The lines of a script; of a Markdown file its commands."""
    if file_name.endswith(".md"):
        from kshell.documents.lesson import commands

        return commands(text)
    return text.split("\n")
