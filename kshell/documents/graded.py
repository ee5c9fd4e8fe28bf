"""Everything that was graded, and what several reports say of it in the same words."""

from __future__ import annotations

from kshell.documents.answers import FAILED, LOST, MEMORY, TIME, Ended
from kshell.documents.grading import Mark, these
from kshell.documents.watched import Paper
from kshell.text import plural

NOT_MOVED = "nothing in the answer moved it"


class Graded:
    """Everything that was graded.

    document  the name of the document with the exercises
    seed      what its numbers are drawn from
    papers    for each answer, by its name, a paper for each exercise
    version   kshell's own
    """

    __slots__ = ("document", "seed", "papers", "version")

    def __init__(self, document: str, seed: int, papers: dict[str, list[Paper]], version: str) -> None:
        self.document = document
        self.seed = seed
        self.papers = papers
        self.version = version

    @property
    def passed(self) -> bool:
        """Whether all answers meet all goals."""
        return all(paper.passed for papers in self.papers.values() for paper in papers)

    @property
    def name(self) -> str:
        """The document's name without its folder and ending."""
        name = self.document.replace("\\", "/").rsplit("/", 1)[-1]
        return name.removesuffix(".md") or "exercise"


def how_it_ended(paper: Paper) -> str:
    """How an answer ended, in a sentence without a full stop; "" where all of it ran."""
    ended = paper.ended
    line = paper.line(ended.line)
    where = f"line {ended.line} ({_short(line)})" if line else "the answer"
    return _said(ended, where)


def _said(ended: Ended, where: str) -> str:
    after = "; the lines after it did not run"
    if ended.how == FAILED and not ended.line:
        return f"{where} did not run: {ended.why}"
    if ended.how == FAILED:
        return f"{where} failed: {ended.why}{after}"
    if ended.how == TIME:
        return f"{where} was stopped because the time was up, and {ended.why or 'does not count'}{after}"
    if ended.how == MEMORY:
        return f"{where} needed more memory than it may have, and does not count{after}"
    if ended.how == LOST:
        return f"{where} ended the process that ran it, and does not count{after}"
    return ""


def why_not_checked(mark: Mark) -> str:
    """Why a goal was not looked at."""
    if not mark.waits_for:
        return f"not checked: {mark.found}"
    return f"not checked because {these(mark.waits_for)} not met"


def details(paper: Paper, mark: Mark) -> list[str]:
    """What is said below a goal: of one that is not met what was expected and found, what moved it, and hints; of one
    that is met why it is so. A hidden goal has none."""
    goal = mark.goal
    if mark.passed:
        return [goal.because] if goal.because else []
    if mark.passed is None:
        return [why_not_checked(mark)]
    moved = moved_by(paper, mark)
    return [
        f"expected {mark.expected}",
        f"found {mark.found}",
        *([moved] if moved else []),
        *(f"hint: {hint}" for hint in goal.hints),
    ]


def moved_by(paper: Paper, mark: Mark) -> str:
    """Which line last moved what was found; "" where nobody has looked."""
    if mark.moved is None:
        return ""
    if not mark.moved:
        return NOT_MOVED
    return f"line {mark.moved} moved it last: {paper.line(mark.moved)}"


def score(points: int, most: int) -> str:
    """`3 of 4 points`."""
    return f"{points} of {plural(most, 'point')}"


def _short(line: str) -> str:
    return line if len(line) <= 40 else f"{line[:37]}..."
