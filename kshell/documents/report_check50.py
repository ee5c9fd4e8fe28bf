"""The JSON that check50 prints with `-o json`: a check for each goal, null for one that was not looked at.

The form is that of "JSON specification" in check50's documentation. A check has one dependency; of several goals it
is the first that is not met, or the first.
"""

from __future__ import annotations

import json

from kshell.documents.graded import Graded, how_it_ended, moved_by, why_not_checked
from kshell.documents.grading import Mark
from kshell.documents.watched import Paper


def write(graded: Graded) -> str:
    """The text: one object, of the only answer."""
    (papers,) = graded.papers.values()
    several = len(papers) > 1
    results = [
        _check(paper, mark, f"{at}." if several else "") for at, paper in enumerate(papers, 1) for mark in paper.marks
    ]
    return f"{json.dumps({'slug': graded.name, 'results': results, 'version': graded.version}, indent=2)}\n"


def _check(paper: Paper, mark: Mark, before: str) -> dict[str, object]:
    goal = mark.goal
    moved = "" if goal.hidden or mark.passed is not False else moved_by(paper, mark)
    first = (mark.waits_for or goal.depends_on)[:1]
    return {
        "name": before + _name(paper, goal.number),
        "description": goal.title,
        "passed": mark.passed,
        "log": [line for line in (how_it_ended(paper), moved) if line],
        "cause": _cause(mark),
        "data": {"points": mark.points, "max_points": goal.points},
        "dependency": before + _name(paper, first[0]) if first else None,
    }


def _name(paper: Paper, number: int) -> str:
    """The name of a goal, or its number, which is never a name; of a hidden one its name might tell too much."""
    goal = paper.exercise.goals[number - 1]
    return str(number) if goal.hidden else goal.name or str(number)


def _cause(mark: Mark) -> dict[str, str | None] | None:
    goal = mark.goal
    if mark.passed:
        return None
    if mark.passed is None:
        return {"rationale": why_not_checked(mark), "help": None}
    if goal.hidden:
        return {"rationale": "a hidden goal is not met", "help": None}
    return {
        "rationale": f"expected {mark.expected}, found {mark.found}",
        "help": "\n".join(goal.hints) or None,
        "expected": mark.expected,
        "actual": mark.found,
    }
