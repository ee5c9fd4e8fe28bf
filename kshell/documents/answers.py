"""An answer: the lines that somebody has written to reach the goals of an exercise, and how they ran.

An answer is a script: it ends at the first line that fails, unless its first line says `#! kshell -k`.
"""

from __future__ import annotations

from kshell.documents.grading import told
from kshell.shell.errors import EXIT_INTERRUPTED, ShellError
from kshell.shell.files import lines_of
from kshell.shell.header import read_header
from kshell.shell.script_lines import script_lines
from kshell.shell.session import NO_MEMORY, Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# How an answer ended: all of it ran; a line failed, lasted too long, needed too much memory, or was the end of the
# process for a reason that nobody knows.
WHOLE, FAILED, TIME, MEMORY, LOST = "whole", "failed", "time", "memory", "lost"
ENDINGS = (WHOLE, FAILED, TIME, MEMORY, LOST)
# Said of a line that was stopped while it waited.
COUNTS = "what it did until then counts"
# No answer has more characters.
MOST_ANSWER = 1 << 20


class Ended:
    """How an answer ended, at which of its lines (0 where it is none of them), and why, in words."""

    __slots__ = ("how", "line", "why")

    def __init__(self, how: str, line: int = 0, why: str = "") -> None:
        self.how = how
        self.line = line
        self.why = why


def answer_lines(text: str) -> list[tuple[int, str]]:
    """The lines of an answer, each with its number."""
    return list(script_lines(lines_of(text)))


def run_answer(
    text: str, session: Session, begins: Callable[[int], None], time_is_up: Callable[[], bool]
) -> tuple[Ended, list[tuple[int, str]]]:
    """Runs an answer in `session`; says how it ended, and which lines have run, with their numbers.

    `begins` is called with the number of each line before it runs. An interrupt ends the answer, and the line that was
    running is taken back; `time_is_up` says whether one has come while a line waited, which only ended the wait. Raises
    MemoryError.
    """
    ran: list[tuple[int, str]] = []
    try:
        header = read_header(text.split("\n", 1)[0])
        session.require_machine("the answer", header)
    except ShellError as error:
        return Ended(FAILED, 1, told(error.message)), ran
    session.stop_on_failure = not header.keep_going
    for number, line in answer_lines(text):
        begins(number)
        failed = None
        for outcome in session.run(line):
            if outcome.exit == EXIT_INTERRUPTED:
                return Ended(TIME, number), ran
            if not outcome.ok and not outcome.forgiven and failed is None:
                failed = Ended(MEMORY if outcome.reason == NO_MEMORY else FAILED, number, told(outcome.reason))
        ran.append((number, line))
        if time_is_up():
            return Ended(TIME, number, COUNTS), ran
        if failed is not None and not header.keep_going:
            return failed, ran
        if session.state.finished:
            break
    return Ended(WHOLE), ran
