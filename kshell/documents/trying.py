"""An exercise while somebody does it: a machine of its own, the lines on it, and how the goals stand."""

from __future__ import annotations

from kshell.documents.asking import exercise_rows, folded
from kshell.documents.exercise import read_exercise
from kshell.documents.grading import grade, prepare, these
from kshell.documents.reading import Code
from kshell.documents.rendering import DIM, GREEN, YELLOW, Renderer
from kshell.shell.results import Outcome
from kshell.shell.session import Session
from kshell.text import fold, shown

# As far as the text of a goal stands in.
INDENT = 5
SIGNS = {True: ("+", GREEN), False: ("-", YELLOW), None: (".", DIM)}


class Try:
    """The exercise of a block, and the session in which its lines run."""

    def __init__(self, block: Code, number: int, beside: Session, renderer: Renderer, lines: list[str]) -> None:
        """On a machine like that of `beside` at its start; `lines` run again. Raises BlockError."""
        self.exercise = read_exercise(block, number)
        self.renderer = renderer
        self.begin = beside.another()
        prepare(self.exercise, self.begin)
        self.session = beside.another()
        prepare(self.exercise, self.session)
        self.session.interrupts = beside.interrupts
        self._moments = [self.session.moment()]
        # How many hints of each goal were given, by its number.
        self._hinted: dict[int, int] = {}
        for line in lines:
            self.run(line)

    @property
    def lines(self) -> list[str]:
        """The lines that have run, after what is given."""
        return self.session.timeline.lines[len(self._moments[0].timeline.lines) :]

    def rows(self) -> list[str]:
        """What is to be done."""
        return [*exercise_rows(self.renderer, self.exercise), ""]

    def run(self, line: str) -> list[Outcome]:
        """Runs a line. One that goes back in time goes no further than to what is given."""
        moment = self.session.moment()
        outcomes = list(self.session.run(line))
        first = self._moments[0]
        if len(self.session.timeline.lines) < len(first.timeline.lines):
            self.session.return_to(first)
        elif len(self.session.timeline.lines) > len(moment.timeline.lines):
            self._moments.append(moment)
        return outcomes

    def back(self) -> str:
        """Takes the last line back; returns it, "" where there is none."""
        while len(self._moments) > 1:
            moment = self._moments.pop()
            lines = self.session.timeline.lines
            if len(moment.timeline.lines) < len(lines):
                self.session.return_to(moment)
                return lines[len(moment.timeline.lines)]
        return ""

    def hint(self) -> str:
        """The next hint for the first goal that is not met and has any; after its last the first again."""
        missed = [mark.goal for mark in grade(self.exercise, self.begin, self.session) if mark.passed is False]
        for goal in missed:
            if goal.hints and not goal.hidden:
                given = self._hinted.get(goal.number, 0)
                self._hinted[goal.number] = given + 1
                return goal.hints[given % len(goal.hints)]
        if missed and all(goal.hidden for goal in missed):
            return "What is missing is hidden, and has no hint: read once more what is to be done."
        return "There is no hint; `check` says what is missing."

    def check(self) -> tuple[list[str], int, int]:
        """(rows, points, all points): how the goals stand now."""
        rows: list[str] = []
        got = 0
        columns = self.renderer.columns - INDENT
        for mark in grade(self.exercise, self.begin, self.session):
            goal = mark.goal
            got += mark.points
            sign, style = SIGNS[mark.passed]
            said = f"{goal.title}: {mark.points} of {goal.points}"
            rows += folded(self.renderer, said, f"{sign} {goal.number}. ", style)
            if mark.passed is None:
                rows += folded(self.renderer, f"not looked at before {these(mark.waits_for)} met", indent=INDENT)
            elif not mark.passed and not goal.hidden:
                # The names in what is expected are set by these.
                ran = goal.steps if mark.step is None else goal.steps[: goal.steps.index(mark.step)]
                told = [f"looked with {shown(step.text)}" for step in ran if step.clause is None]
                told += [f"expected {mark.expected}", f"found {mark.found}"]
                rows += [" " * INDENT + row for line in told for row in fold(line, columns).split("\n")]
            elif mark.passed and goal.because:
                # Of a hidden goal this is the first that is told.
                rows += folded(self.renderer, goal.because, indent=INDENT)
        return rows, got, self.exercise.points
