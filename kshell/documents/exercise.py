"""An exercise of a document: how the machine begins, what is to be done, and the goals by which an answer is judged.

title: Sixteen pages                     what it is called
task: Make demo's RES grow by 64k.       what is to be done
pick n 2..9                              a number drawn from the seed
given: p = spawn demo                    how the machine begins: lines on a fresh one
goal: demo's RES is 64k more             each goal, one after the other:
run: d = stat $p                           lines of the console, and comparisons, in their order;
assert: $d.res == 1108k+64k                all must succeed and hold
points: 2                                  one without it
name: res                                  by which others depend on it; its number serves too
depends-on: virt                           goals before it, without which it is not looked at
hidden: yes                                students learn only that it is there
hint: ...     because: ...                 what is said where it is not met, and where it is
"""

from __future__ import annotations

from kshell.commands.session.words import compare
from kshell.documents.keyed import PICK, BlockError, Entry, read_keyed
from kshell.documents.reading import Code, Document
from kshell.kernel.numbers import decimal
from kshell.shell.errors import UsageError
from kshell.shell.grammar import Clause, is_name, parse

EXERCISE = "exercise"
# What stands before the first goal, and what belongs to one.
OPENING = ("title", "task", PICK, "given")
OF_GOAL = ("run", "assert", "points", "name", "depends-on", "hidden", "hint", "because")
# Of these each goal has one at most.
SINGLE = ("points", "name", "depends-on", "hidden", "because")
MOST_POINTS = 1000


class Step:
    """A line of a goal: a command that must succeed, or a comparison that must hold.

    line    its line of the document
    text    the line of the console that it is
    clause  of a comparison its words; None for a command
    """

    __slots__ = ("line", "text", "clause")

    def __init__(self, line: int, text: str, clause: Clause | None = None) -> None:
        self.line = line
        self.text = text
        self.clause = clause


class Goal:
    """What an answer has to reach.

    number      its place in the exercise, from 1
    entry       where it is written; `said` are its hints and what is said where it is met, as they are written
    depends_on  the numbers of goals before it
    text, hints, because    with the numbers that were drawn filled in
    """

    __slots__ = ("number", "entry", "text", "steps", "points", "name", "depends_on", "hidden", "said", "hints",
                 "because")  # fmt: skip

    def __init__(self, number: int, entry: Entry) -> None:
        self.number = number
        self.entry = entry
        self.text = entry.value
        self.said: list[Entry] = []
        self.steps: list[Step] = []
        self.points = 1
        self.name = ""
        self.depends_on: list[int] = []
        self.hidden = False
        self.hints: list[str] = []
        self.because = ""

    @property
    def title(self) -> str:
        """What students may read of it."""
        return "hidden goal" if self.hidden else self.text


class Exercise:
    """An exercise, read.

    number  its place among the exercises of its document, from 1
    block   its block, for whoever reads it anew
    tasks   what is to be done, as it is written; `task` is that with the numbers that were drawn filled in
    picks   the numbers to be drawn
    given   the lines that come before an answer
    """

    __slots__ = ("number", "block", "title", "tasks", "task", "picks", "given", "goals")

    def __init__(self, block: Code, number: int) -> None:
        self.number = number
        self.block = block
        self.title = ""
        self.tasks: list[Entry] = []
        self.task = ""
        self.picks: list[Entry] = []
        self.given: list[Entry] = []
        self.goals: list[Goal] = []

    @property
    def points(self) -> int:
        """The points of all goals."""
        return sum(goal.points for goal in self.goals)


def exercises_of(document: Document) -> list[Exercise]:
    """The exercises of a document, in their order. Raises BlockError."""
    return [read_exercise(block, number) for number, block in enumerate(blocks_of(document), 1)]


def blocks_of(document: Document) -> list[Code]:
    """The blocks of a document that hold an exercise."""
    return [block for block in document.blocks if isinstance(block, Code) and block.word == EXERCISE]


def read_exercise(block: Code, number: int) -> Exercise:
    """The exercise that a block holds, the document's `number`th. Raises BlockError."""
    exercise = Exercise(block, number)
    for entry in read_keyed(block, (*OPENING, "goal", *OF_GOAL), ("title",)):
        if entry.key == "goal":
            exercise.goals.append(Goal(len(exercise.goals) + 1, entry))
        elif entry.key in OPENING:
            if exercise.goals:
                raise BlockError(entry.line, f"`{entry.key}` belongs before the first `goal:`")
            _open(exercise, entry)
        elif not exercise.goals:
            raise BlockError(entry.line, f"`{entry.key}:` belongs to a goal: it stands after a `goal:`")
        else:
            _refine(exercise, entry)
    if not exercise.title:
        raise BlockError(block.line, "the exercise has no `title:`")
    if not exercise.goals:
        raise BlockError(block.line, "the exercise has no `goal:`")
    for goal in exercise.goals:
        if not any(step.clause is not None or _may_fail(step.text) for step in goal.steps):
            raise BlockError(
                goal.entry.line, f"goal {goal.number} has no `assert:`, and no `run: expect ...` or `run: ! ...`"
            )
    return exercise


def _open(exercise: Exercise, entry: Entry) -> None:
    """Takes what stands before the goals."""
    if entry.key == "title":
        exercise.title = entry.value
    elif entry.key == "task":
        exercise.tasks.append(entry)
    elif entry.key == PICK:
        exercise.picks.append(entry)
    else:
        _clauses(entry)
        exercise.given.append(entry)


def _refine(exercise: Exercise, entry: Entry) -> None:
    """Takes what belongs to the last goal."""
    goal = exercise.goals[-1]
    key, value = entry.key, entry.value
    if key in SINGLE and _has(goal, key):
        raise BlockError(entry.line, f"a second `{key}:` of goal {goal.number}")
    if key == "run":
        _clauses(entry)
        goal.steps.append(Step(entry.line, value))
    elif key == "assert":
        goal.steps.append(_comparison(entry))
    elif key == "points":
        points = decimal(value)
        if not points or points > MOST_POINTS:
            raise BlockError(entry.line, f"points are a whole number from 1 to {MOST_POINTS}, not {value!r}")
        goal.points = points
    elif key == "name":
        if not is_name(value.replace("-", "_")):
            raise BlockError(
                entry.line, f"a name has letters, digits, - and _, and begins with a letter: not {value!r}"
            )
        if any(other.name == value for other in exercise.goals):
            raise BlockError(entry.line, f"another goal has the name {value}")
        goal.name = value
    elif key == "depends-on":
        goal.depends_on = [_before(exercise, entry, word) for word in value.replace(",", " ").split()]
    elif key == "hidden":
        if value not in ("yes", "no"):
            raise BlockError(entry.line, f"`hidden:` is yes or no, not {value!r}")
        goal.hidden = value == "yes"
    else:
        goal.said.append(entry)


def _has(goal: Goal, key: str) -> bool:
    """Whether the goal has more than it began with."""
    return {
        "points": goal.points != 1,
        "name": goal.name != "",
        "depends-on": goal.depends_on != [],
        "hidden": goal.hidden,
        "because": any(entry.key == key for entry in goal.said),
    }[key]


def _before(exercise: Exercise, entry: Entry, word: str) -> int:
    """The number of the goal that `word` means, one before the last. Raises BlockError."""
    number = decimal(word)
    for goal in exercise.goals[:-1]:
        if word == goal.name or number == goal.number:
            return goal.number
    raise BlockError(entry.line, f"there is no goal {word!r} before this one: give its name or number")


def _clauses(entry: Entry) -> list[Clause]:
    """The commands of a line. Raises BlockError where it is not one."""
    try:
        clauses = parse(entry.value)
    except UsageError as error:
        raise BlockError(entry.line, f"`{entry.value}`: {error.message}") from None
    if not clauses:
        raise BlockError(entry.line, f"`{entry.key}:` has no command")
    return clauses


def _comparison(entry: Entry) -> Step:
    """The comparison that an `assert:` is. Raises BlockError."""
    text = f"assert {entry.value}"
    (clause, *more) = _clauses(Entry(entry.line, entry.key, text))
    if more or clause.redirect is not None or len(clause.words) != 4:
        raise BlockError(entry.line, f"`{entry.value}` is not LEFT OP RIGHT, both without blanks: $d.res == 1108k+64k")
    try:
        compare(clause.words[2], 0, 0)
    except UsageError as error:
        raise BlockError(entry.line, error.message) from None
    return Step(entry.line, text, clause)


def _may_fail(line: str) -> bool:
    """Whether a line says how it has to end."""
    return any(prefix[0] in ("!", "expect") for clause in parse(line) for prefix in clause.prefixes)
