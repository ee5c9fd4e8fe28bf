"""Whether what somebody has typed does what a line of a document does.

    before ---- the document's line ----> expected      on a copy
       `------- what was typed ---------> now

It does if both come to the same state; if the document's line changes nothing, they must print or give the same, or
fail for the same reason, with `expect` or without. Names that are set besides, or are not, make no difference: the
document goes on with its own.
"""

from __future__ import annotations

from kshell.shell.changes import same, stamp
from kshell.shell.errors import UsageError
from kshell.shell.grammar import parse
from kshell.shell.results import Outcome, Result
from kshell.shell.session import Session
from kshell.shell.state import State

# What becomes of a line: it does what the document's does, also but for the name of its result; it has failed, it has
# only looked, it has changed something else.
RIGHT, NAMELESS, FAILED, LOOKED, OTHER = "right", "nameless", "failed", "looked", "other"


class Attempt:
    """A line of a document that somebody is to do; `name` is what it calls its result, "" if it gives it none."""

    __slots__ = ("line", "name", "_before", "_expected", "_outcomes", "_changes")

    def __init__(self, session: Session, line: str) -> None:
        """`session` is at the document's place. Raises KeyboardInterrupt."""
        self.line = line
        self.name = _name_of(line)
        self._before = session.state.copy()
        twin = session.on_copy()
        self._outcomes = list(twin.run(line))
        self._expected = twin.state
        self._changes = not _same(self._before, self._expected)

    def judge(self, state: State, outcomes: list[Outcome]) -> str:
        """What becomes of a line that has come to `state` with these outcomes."""
        if _same(self._expected, state) and (
            self._changes or self._gives_the_same(outcomes) or self._fails_the_same(outcomes)
        ):
            return RIGHT
        if self._differs_in_names(state, outcomes):
            wanted, given = (one.variables.get(self.name) for one in (self._expected, state))
            named = wanted is None or (given is not None and given.value == wanted.value)
            return RIGHT if named else NAMELESS
        if not _same(self._before, state):
            return OTHER
        return LOOKED if all(outcome.ok for outcome in outcomes) else FAILED

    def _gives_the_same(self, outcomes: list[Outcome]) -> bool:
        """Whether the same is printed, or the last result is the same."""
        printed = _printed(outcomes)
        if printed == _printed(self._outcomes) and (printed or self._ends_the_same(outcomes)):
            return True
        return self._has_the_same_result(outcomes)

    def _has_the_same_result(self, outcomes: list[Outcome]) -> bool:
        """Whether the last result is the same, of lines that did not fail."""
        ends = [found[-1] if found else None for found in (self._outcomes, outcomes)]
        one, other = (end.result if end is not None and end.ok else None for end in ends)
        return one is not None and other is not None and _alike(one, other)

    def _fails_the_same(self, outcomes: list[Outcome]) -> bool:
        """Whether the document expects a failure, and the line is that failure itself."""
        return self._ends_the_same(outcomes) and outcomes[-1].reason is not None

    def _ends_the_same(self, outcomes: list[Outcome]) -> bool:
        """Whether the same command comes last, and succeeds, or fails for the same reason."""
        if not outcomes or not self._outcomes:
            return False
        one, other = self._outcomes[-1], outcomes[-1]
        return (one.command, one.status, one.reason) == (other.command, other.status, other.reason)

    def _differs_in_names(self, state: State, outcomes: list[Outcome]) -> bool:
        """Whether the state is the expected one but for names, and the result is the same."""
        there = state.beside()
        there.variables = self._expected.variables
        if not _same(self._expected, there):
            return False
        machine = self._before.beside()
        machine.variables = self._expected.variables
        if not _same(machine, self._expected):
            # The line changes the machine, and so did the other one.
            return True
        return self._has_the_same_result(outcomes)


def same_words(one: str, other: str) -> bool:
    """Whether two lines are the same but for blanks."""
    return one.split() == other.split()


def _same(one: State, other: State) -> bool:
    return stamp(one) == stamp(other) and same(one, other)


def _alike(one: Result, other: Result) -> bool:
    """Whether two results are the same, and are any."""
    if one.value is None and not one.fields:
        return False
    return (one.value, one.fields) == (other.value, other.fields)


def _printed(outcomes: list[Outcome]) -> str:
    return "".join(outcome.output + outcome.error for outcome in outcomes)


def _name_of(line: str) -> str:
    try:
        clauses = parse(line)
    except UsageError:
        return ""
    return clauses[0].name if len(clauses) == 1 else ""
