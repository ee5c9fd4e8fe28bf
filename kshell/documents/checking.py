"""Runs a document on a fresh machine and says where it is not as it says.

    lesson.md:12: magenta$ vmo_get_size $v        the command
    lesson.md:13: - size 4096                     what the document says
    lesson.md:13: + size 8192                     what is printed
    lesson.md:40: choice: $k has no value         what is wrong with a quiz or an exercise
    lesson.md: 31 commands, 4 quizzes and 1 exercise, 2 not as it says   and how many of each

A line that looks like a command and does not run is named too: whoever wrote it believes that it is checked.
"""

from __future__ import annotations

from kshell.documents.exercise import EXERCISE
from kshell.documents.exercise_check import faults
from kshell.documents.keyed import BlockError
from kshell.documents.quiz import WORD, ask, read_quiz
from kshell.documents.reading import Code, Document, SessionCode, Step
from kshell.shell.errors import EXIT_INTERRUPTED
from kshell.shell.session import Session
from kshell.shell.session_lines import ANY, rows_of
from kshell.text import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# Up to so many pairs of lines, expected and printed, are compared to show a difference.
MOST_COMPARED = 4_000_000
NO_COMMANDS = "the document has no commands: lines in a fenced block that begin with `magenta$ `"


class Report:
    """What became of a document.

    name      what it is called in messages
    lines     every difference, none if all is as the document says
    commands  how many ran
    quizzes   how many questions were computed
    exercises how many were begun and could be graded
    differ    how many of all these are not as it says
    unrun     how many lines look like commands and did not run
    """

    __slots__ = ("name", "lines", "commands", "quizzes", "exercises", "differ", "unrun")

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: list[str] = []
        self.commands = self.quizzes = self.exercises = self.differ = self.unrun = 0

    @property
    def good(self) -> bool:
        """Whether all is as the document says."""
        return not self.lines

    def summary(self, differ: str = "not as it says") -> str:
        """The count, in a line; `differ` is said of what differs."""
        parts = []
        if self.differ:
            parts.append(f"{self.differ} {differ}")
        if self.unrun:
            parts.append(f"{plural(self.unrun, 'line')} that {'looks' if self.unrun == 1 else 'look'} like "
                         f"{'one' if self.unrun == 1 else 'some'} did not run")  # fmt: skip
        counts = [
            f"{count} {noun if count == 1 else nouns}"
            for count, noun, nouns in (
                (self.commands, "command", "commands"),
                (self.quizzes, "quiz", "quizzes"),
                (self.exercises, "exercise", "exercises"),
            )
            if count
        ]
        told = ", ".join(parts) or ("all as it says" if counts else "nothing to check")
        *before, last = counts or ["0 commands"]
        return f"{self.name}: {', '.join(before) + ' and ' if before else ''}{last}, {told}"


def check(name: str, document: Document, start: Callable[[], Session]) -> Report:
    """Runs a document, called `name` in messages, in the session that `start` makes. Raises KeyboardInterrupt."""
    session = start()
    report = Report(name)
    for block in document.blocks:
        if isinstance(block, SessionCode):
            for step in block.steps:
                _check_step(report, session, step)
        elif isinstance(block, Code) and block.word == WORD:
            _check_quiz(report, session, block)
        elif isinstance(block, Code) and block.word == EXERCISE:
            _check_exercise(report, block, start)
    name_unrun(report, document)
    return report


def _check_step(report: Report, session: Session, step: Step) -> None:
    """Runs a command and notes what is not as it says."""
    report.commands += 1
    prompt, name, said = session.state.prompt, report.name, len(report.lines)
    if step.prompt != prompt:
        report.lines.append(f"{name}:{step.line}: the prompt is {prompt!r} here, not {step.prompt!r}")
    printed = output_of(session, step.text)
    if not says(step, printed):
        report.lines += [f"{name}:{number}: {text}" for number, text in difference(step, printed)]
    report.differ += len(report.lines) > said


def _check_quiz(report: Report, session: Session, block: Code) -> None:
    """Computes a quiz for the session's seed and notes what is wrong with it."""
    report.quizzes += 1
    try:
        ask(read_quiz(block, report.quizzes), session, session.seed)
    except BlockError as error:
        report.lines.append(error.told(report.name))
        report.differ += 1


def _check_exercise(report: Report, block: Code, start: Callable[[], Session]) -> None:
    """Begins an exercise, on a machine of its own, and notes what is wrong with it."""
    report.exercises += 1
    wrong = list(faults(block, report.exercises, start))
    report.lines += [f"{report.name}:{line}: {why}" for line, why in wrong]
    report.differ += bool(wrong)


def name_unrun(report: Report, document: Document) -> None:
    """Names the lines of a document that look like commands and do not run, and a document without commands."""
    for number, text in document.unrun:
        report.unrun += 1
        report.lines.append(f"{report.name}:{number}: this looks like a command and did not run: {text}")
    if not report.commands and not report.quizzes and not report.exercises:
        report.lines.append(f"{report.name}:1: {NO_COMMANDS}")


def printed_by(session: Session, line: str) -> str:
    """All that a line prints, errors included. Raises KeyboardInterrupt."""
    outcomes = list(session.run(line))
    if any(outcome.exit == EXIT_INTERRUPTED for outcome in outcomes):
        raise KeyboardInterrupt
    return "".join(outcome.output + outcome.error for outcome in outcomes)


def output_of(session: Session, line: str) -> list[str]:
    """All that a line prints, errors included, as a document writes it. Raises KeyboardInterrupt."""
    return rows_of(printed_by(session, line))


def shortened(step: Step, printed: list[str]) -> list[tuple[int, str]]:
    """What the document says that is printed: blank lines before the end of a block are only layout."""
    expected = step.expected
    while expected and not expected[-1][1].strip() and not (printed and not printed[-1].strip()):
        expected.pop()
    return expected


def says(step: Step, printed: list[str]) -> bool:
    """Whether `printed` is what the document says."""
    return matches([row for _, row in shortened(step, printed)], printed)


def matches(expected: list[str], printed: list[str]) -> bool:
    """Whether `printed` is what `expected` describes; `...` stands for any number of lines."""
    parts: list[list[str]] = [[]]
    for line in expected:
        if line == ANY:
            parts.append([])
        else:
            parts[-1].append(line)
    first, last = parts[0], parts[-1]
    if len(parts) == 1:
        return printed == first
    end = len(printed) - len(last)
    if printed[: len(first)] != first or end < len(first) or printed[end:] != last:
        return False
    at = len(first)
    # What stands between two `...` may be anywhere; the earliest place leaves most room for the rest.
    for part in parts[1:-1]:
        if not part:
            continue
        places = (place for place in range(at, end - len(part) + 1) if printed[place] == part[0])
        found = next((place for place in places if printed[place : place + len(part)] == part), None)
        if found is None:
            return False
        at = found + len(part)
    return True


def difference(step: Step, printed: list[str]) -> list[tuple[int, str]]:
    """A diff of one step, as (line number, text); a `...` takes the lines that nothing else matches."""
    from difflib import SequenceMatcher

    expected = shortened(step, printed)
    lines = [(step.line, f"{step.prompt}{step.text}")]
    wanted = [line for _, line in expected]
    if len(wanted) * len(printed) > MOST_COMPARED:
        # A comparison takes as long as both are long, and nobody reads one of so many lines.
        return [*lines, _first_difference(step, expected, printed)]
    for tag, low, high, first, last in SequenceMatcher(None, wanted, printed, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        missing = [(number, line) for number, line in expected[low:high] if line != ANY]
        lines.extend((number, f"- {line}") for number, line in missing)
        if len(missing) == high - low:
            where = expected[min(low, len(expected) - 1)][0] if expected else step.line
            lines.extend((where, f"+ {line}") for line in printed[first:last])
        elif missing:
            # Next to a `...` only the printed line that is most like each missing one helps.
            from difflib import get_close_matches

            for number, line in missing:
                near = get_close_matches(line, printed[first:last], n=1, cutoff=0.5)
                lines.extend((number, f"+ {other}") for other in near)
    if len(lines) == 1:
        lines.append((step.line, "all of these lines are printed, but in another order or number"))
    return lines


def _first_difference(step: Step, expected: list[tuple[int, str]], printed: list[str]) -> tuple[int, str]:
    """The first line that is not printed as it is written, for a step of very many lines."""
    there = set(printed)
    for number, line in expected:
        if line != ANY and line not in there:
            return number, f"- {line}"
    count = f"{len(expected)} lines are expected and {len(printed)} printed"
    return step.line, f"{count}, in another order or number"
