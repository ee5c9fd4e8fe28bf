"""Command scripts: lines from a file, from `-c` or from standard input, run one after the other.

A script stops at the first command that fails, unless asked to go on, and says `FILE:LINE: COMMAND: why`. With
JSON each command answers with one line, at once, so another program can drive the session line by line.
"""

from __future__ import annotations

import sys

from kshell.options import Options
from kshell.output import complain, say
from kshell.shell.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_NOT_FOUND, EXIT_USAGE, UsageError
from kshell.shell.header import Header, read_header
from kshell.shell.interrupts import Interrupts
from kshell.shell.results import Outcome
from kshell.shell.script_lines import script_lines
from kshell.shell.session import MAX_LINE, Session
from kshell.start import take_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kshell.recording import Recording

# Exit values that are documented.
PROCESS_EXITS = (0, EXIT_FAILED, EXIT_USAGE, EXIT_NOT_FOUND, EXIT_INTERRUPTED)
# So many characters without a newline are no longer taken for a line that is too long, but for no lines at all.
MOST_SKIPPED = 1 << 26


class Runner:
    """Runs lines in a session and prints what they print. `exit` is the value the process will end with."""

    def __init__(
        self,
        session: Session,
        json: bool = False,
        keep_going: bool = False,
        number_strings: bool = False,
        recording: Recording | None = None,
    ) -> None:
        """`json` answers with JSON; `number_strings` puts numbers that a double cannot hold in quotes there;
        `recording` gets the lines as somebody would type them, and what they print."""
        self.session = session
        self.json = json
        self.keep_going = keep_going
        self.number_strings = number_strings
        self.recording = recording
        self.exit = 0

    def run(
        self,
        name: str,
        lines: Iterable[str],
        flush: bool = False,
        keep_going: bool = False,
        arguments: list[str] | None = None,
    ) -> bool:
        """Runs `lines`, known as `name` in messages; returns whether to go on with what comes next.

        `flush` shows each line's output before the next line is read, for input that waits for answers; `keep_going`
        goes on after failures in these lines; `arguments` are what $1, $2 ... in them stand for.
        """
        session, json = self.session, self.json
        keep_going = keep_going or self.keep_going
        session.answering = flush or json
        session.stop_on_failure = not keep_going
        for number, line in script_lines(lines, arguments):
            if self.recording is not None and line.strip():
                self.recording.typed(session.state.prompt, line)
            for outcome in session.run(line):
                if json or outcome.output or outcome.error or not outcome.ok:
                    self._show(name, number, outcome)
                if not outcome.ok and not outcome.forgiven:
                    self.exit = self.exit or process_exit(outcome)
                    if not keep_going or outcome.exit == EXIT_INTERRUPTED:
                        return False
            if session.state.finished:
                return False
            if flush:
                say("", flush=True)
        return True

    def _show(self, name: str, number: int, outcome: Outcome) -> None:
        if self.json:
            say(f"{outcome.to_json(number, self.number_strings)}\n", flush=True)
            return
        say(outcome.output)
        complaint = outcome.complaint(f"{name}:{number}")
        if complaint:
            complain(complaint)
        if self.recording is not None:
            self.recording.printed(outcome.output + complaint)


def input_lines(interrupts: Interrupts) -> Iterator[str]:
    """The lines of standard input. Ctrl-C while it waits raises KeyboardInterrupt.

    Of a line that is too long only the beginning comes, which a session refuses.
    """
    first = True
    while line := interrupts.wait(lambda: sys.stdin.readline(MAX_LINE + 2)):
        yield line.removeprefix("\ufeff") if first else line
        first = False
        if len(line) > MAX_LINE and not _skip_line(interrupts, line):
            return


def _skip_line(interrupts: Interrupts, line: str) -> bool:
    """Reads the rest of a line that is too long; returns whether it has an end."""
    skipped = 0
    while line and not line.endswith("\n"):
        if skipped > MOST_SKIPPED:
            return False
        line = interrupts.wait(lambda: sys.stdin.readline(MAX_LINE))
        skipped += len(line)
    return True


def process_exit(outcome: Outcome) -> int:
    """The process's exit value for a failed command: the documented ones stay as they are, all others become 1."""
    return outcome.exit if outcome.exit in PROCESS_EXITS and outcome.exit else EXIT_FAILED


# A script: its name in messages, its lines (None for standard input), and whether it goes on after failures.
Script = tuple[str, "list[str] | None", bool]


def read_scripts(options: Options) -> tuple[list[Script], Options]:
    """What is to be run, read, and the command line with what its first lines ask for. Raises UsageError."""
    scripts: list[Script] = []
    asked: Header | None = None
    for kind, name in options.steps:
        if kind == "-c":
            # Lines are numbered through all that stand together.
            if scripts and scripts[-1][0] == "-c" and scripts[-1][1] is not None:
                scripts[-1][1].extend(name.split("\n"))
            else:
                scripts.append(("-c", name.split("\n"), False))
            continue
        if name == "-":
            scripts.append(("-", None, False))
            continue
        lines, header = read_script(name)
        if header.machine and asked is not None and not header.same_machine(asked):
            raise UsageError(f"{name} needs another machine than the script before it: run them one by one")
        asked = header if header.machine else asked
        options = take_header(options, name, header)
        scripts.append((name, lines, header.keep_going))
    return scripts, options


def read_script(name: str) -> tuple[list[str], Header]:
    """The lines of a script, a file or one that ships, and what the first of them asks for. Raises UsageError."""
    from kshell.shipped import find_script

    found = find_script(name)
    if found is None:
        raise UsageError(f"there is no file {name}, and no shipped script of that name")
    lines = lines_of(*found)
    return lines, read_header(lines[0])


def lines_of(file_name: str, text: str) -> list[str]:
    """The lines of a script; of a Markdown file its commands."""
    if file_name.endswith(".md"):
        from kshell.documents.reading import read

        return read(text).commands
    from kshell.shell import files

    return files.lines_of(text)
