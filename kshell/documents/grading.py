"""Goals, judged on a machine.

    session: picks, given ----------- begin (apart) ---- the answer's lines ---- end
                                        |                                         |
                 variables, aliases, snaps, whose syscalls                     machine
                                        '----------------> goal <-----------------'

A goal looks at the machine as the answer has left it, with the console as the answer found it: whatever an answer
does to names, it cannot change what a goal means. Each goal has a copy of its own.
"""

from __future__ import annotations

from kshell.documents.exercise import EXERCISE, Exercise, Goal, Step
from kshell.documents.filling import draw_numbers, fill
from kshell.documents.keyed import BlockError
from kshell.kernel.tasks import DEAD
from kshell.shell.errors import EXIT_INTERRUPTED, UsageError
from kshell.shell.results import Result
from kshell.shell.session import Session
from kshell.shell.state import State
from kshell.shell.terms import pair, term
from kshell.shell.values import ADDRESS, SIZE, Value
from kshell.sizes import typed_size
from kshell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# How much of a text from the machine is told.
MOST_TOLD = 200
# A side whose last letter is one of these is a size to whoever has written it.
SIZED = frozenset("kKMGTPE")


class Mark:
    """What became of a goal.

    passed    None where it was not looked at, because of the goals `waits_for` (their numbers)
    expected  what should have been, and `found` what was there, in words; "" where the goal is met; where it was not
              looked at for another reason than other goals, `found` is that reason
    step      the step of the goal that failed, where that is known
    moved     the line of the answer that last moved what was found, 0 if none did, None where nobody has looked
    """

    __slots__ = ("goal", "passed", "expected", "found", "step", "moved", "waits_for")

    def __init__(self, goal: Goal, passed: bool | None, expected: str = "", found: str = "") -> None:
        self.goal = goal
        self.passed = passed
        self.expected = expected
        self.found = found
        self.step: Step | None = None
        self.moved: int | None = None
        self.waits_for: list[int] = []

    @property
    def points(self) -> int:
        """The points that the answer gets for it."""
        return self.goal.points if self.passed else 0


class Sight:
    """What the steps of a goal came to: the step at which they failed (None if none did), and what stood there.

    `value` is what two sights are compared by.
    """

    __slots__ = ("step", "expected", "found", "value")

    def __init__(self, step: Step | None, expected: str = "", found: str = "", value: object = None) -> None:
        self.step = step
        self.expected = expected
        self.found = found
        self.value = value


def prepare(exercise: Exercise, session: Session) -> None:
    """Draws the numbers of an exercise and runs its `given:` lines in a fresh session; fills its texts in. Raises
    BlockError, KeyboardInterrupt."""
    draw_numbers(session, exercise.picks, session.seed, f"{EXERCISE} {exercise.number}")
    for entry in exercise.given:
        for outcome in session.run(entry.value):
            if outcome.exit == EXIT_INTERRUPTED:
                raise KeyboardInterrupt
            if not outcome.ok and not outcome.forgiven:
                raise BlockError(entry.line, f"`{printable(entry.value)}` fails: {told(outcome.reason)}")
    state, picks = session.state, exercise.picks
    exercise.task = "\n".join(fill(state, entry, picks) for entry in exercise.tasks)
    for goal in exercise.goals:
        goal.text = fill(state, goal.entry, picks)
        said = [(entry.key, fill(state, entry, picks)) for entry in goal.said]
        goal.hints = [text for key, text in said if key == "hint"]
        goal.because = "".join(text for key, text in said if key == "because")


def grade(exercise: Exercise, begin: Session, end: Session) -> Iterator[Mark]:
    """Judges the goals, one after the other. `begin` is a session after `prepare` that nothing else was run in, `end`
    one apart from it after the answer; neither is changed. Raises KeyboardInterrupt."""
    marks: list[Mark] = []
    for goal in exercise.goals:
        waits_for = waiting(goal, marks)
        if waits_for:
            mark = Mark(goal, None)
            mark.waits_for = waits_for
        else:
            sight = look(goal.steps, begin, end)
            mark = Mark(goal, sight.step is None, sight.expected, sight.found)
            mark.step = sight.step
        marks.append(mark)
        yield mark


def waiting(goal: Goal, marks: Sequence[Mark]) -> list[int]:
    """The goals that keep a goal from being looked at: those that it depends on and that are not met."""
    return [number for number in goal.depends_on if not marks[number - 1].passed]


def these(numbers: Sequence[int]) -> str:
    """Goals by their numbers: `goal 1 is`, `goals 1, 2 and 3 are`."""
    *first, last = map(str, numbers)
    return f"goals {', '.join(first)} and {last} are" if first else f"goal {last} is"


def bench(begin: Session, end: Session) -> Session:
    """A session for the steps of a goal: a copy of the machine of `end`, with the console of `begin`."""
    made = end.on_copy()
    state, first = made.state, begin.state
    state.variables = first.variables.copy()
    state.aliases = first.aliases.copy()
    state.snaps = first.snaps.copy()
    state.last_exit, state.last_result, state.finished = 0, Result(), False
    process = state.machine.processes.get(first.process.koid)
    if process is None or process.state == DEAD:
        process = state.shell
    state.attach(process)
    return made


def look(steps: Iterable[Step], begin: Session, end: Session) -> Sight:
    """What the steps of a goal come to. Raises KeyboardInterrupt."""
    session = bench(begin, end)
    for step in steps:
        failed = False
        why = ""
        for outcome in session.run(step.text):
            if outcome.exit == EXIT_INTERRUPTED:
                raise KeyboardInterrupt
            if not outcome.ok and not outcome.forgiven:
                failed, why = True, told(outcome.reason)
        if step.clause is not None:
            expected, found, value = sides(session.state, step, why)
            if failed:
                return Sight(step, expected, found, value)
        elif failed:
            return Sight(step, f"`{printable(step.text)}` succeeds", why, why)
    return Sight(None)


def sides(state: State, step: Step, why: str) -> tuple[str, str, object]:
    """What a comparison expects and what it finds, in words, and what it compares; `why` is said where a side has no
    value."""
    assert step.clause is not None
    left, _, right = step.clause.words[1:]
    said = step.text.partition(" ")[2]
    try:
        low, high = pair(state, left, right)
    except UsageError as error:
        return printable(said), why or error.message, why
    sized = _is_size(state, left) or _is_size(state, right)
    shown = ADDRESS if right[:2] == "0x" else SIZE if sized else _kind(state, left)
    wanted = written_as(high, shown)
    expected = printable(said) + (f", which is {wanted}" if "$" in right else "")
    return expected, written_as(low, shown), (low, high)


def written_as(value: int | str, kind: str) -> str:
    """A value for people: a size in its largest unit, an address in hexadecimal, a text in quotes."""
    if isinstance(value, str):
        return f'"{told(value)}"'
    if kind == ADDRESS:
        return f"{value:#x}"
    return typed_size(value) if kind == SIZE else str(value)


def _kind(state: State, word: str) -> str:
    try:
        found = term(state, word)
    except UsageError:
        return ""
    return found.kind if isinstance(found, Value) else ""


def _is_size(state: State, word: str) -> bool:
    """Whether a side is a size: by what it stands for, or by how it is written."""
    return (word[-1:] in SIZED and word[:1] != "$" and word[:2] != "0x") or _kind(state, word) == SIZE


def told(text: str | None) -> str:
    """A text of the machine in a line that is not too long."""
    line = printable((text or "it fails").split("\n", 1)[0])
    return line if len(line) <= MOST_TOLD else f"{line[:MOST_TOLD]}..."
