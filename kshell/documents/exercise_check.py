"""Checks an exercise of a document: whether it can be read, begun and judged, and leaves something to be done.

lesson.md:240: there is no key 'asert' here; ...
lesson.md:243: `p = spwan demo` fails: no such command
lesson.md:251: `d = stat` fails: TASK is missing                    whatever the answer is
lesson.md:239: all goals that can be seen are met before anybody has done anything
"""

from __future__ import annotations

from kshell.documents.exercise import Exercise, Goal, read_exercise
from kshell.documents.grading import bench, grade, prepare, told
from kshell.documents.keyed import BlockError
from kshell.documents.reading import Code
from kshell.shell.errors import EXIT_INTERRUPTED, EXIT_NOT_FOUND, EXIT_USAGE
from kshell.shell.session import Session
from kshell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

IDLE = "all goals that can be seen are met before anybody has done anything"


def faults(block: Code, number: int, start: Callable[[], Session]) -> Iterator[tuple[int, str]]:
    """(line, what is wrong) of an exercise, the document's `number`th, begun in a session that `start` makes. Raises
    KeyboardInterrupt."""
    try:
        exercise = read_exercise(block, number)
        begin = start()
        prepare(exercise, begin)
    except BlockError as error:
        yield error.line, error.reason
        return
    wrong = [fault for goal in exercise.goals for fault in _unrunnable(goal, begin)]
    yield from wrong
    if not wrong and _is_met(exercise, begin):
        yield block.line, IDLE


def _is_met(exercise: Exercise, begin: Session) -> bool:
    """Whether there is nothing to be done."""
    return all(mark.passed or mark.goal.hidden for mark in grade(exercise, begin, begin))


def _unrunnable(goal: Goal, begin: Session) -> Iterator[tuple[int, str]]:
    """The first line of a goal that no answer can make right: one that is wrong in itself.

    A line may fail on the machine as it is given, and those after it with it. What asks for a field, `$m.maps.2`, may
    be right as soon as the field is there.
    """
    session = bench(begin, begin)
    for step in goal.steps:
        if step.clause is not None:
            continue
        for outcome in session.run(step.text):
            if outcome.exit == EXIT_INTERRUPTED:
                raise KeyboardInterrupt
            if outcome.ok or outcome.forgiven:
                continue
            if outcome.exit == EXIT_NOT_FOUND or (outcome.exit == EXIT_USAGE and not _asks_for_field(step.text)):
                yield step.line, f"`{printable(step.text)}` fails: {told(outcome.reason)}"
            return


def _asks_for_field(line: str) -> bool:
    return any("$" in word and "." in word for word in line.split())
