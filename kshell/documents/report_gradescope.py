"""The `results.json` that an autograder hands to Gradescope: a test for each goal, hidden ones shown when the grades
are published.

The form is that of "Autograder Specifications" in Gradescope's documentation. It has no times: what took how long
depends on the computer.
"""

from __future__ import annotations

import json

from kshell.documents.graded import Graded, details, how_it_ended, score
from kshell.documents.grading import Mark
from kshell.documents.watched import Paper

VISIBLE, PUBLISHED = "visible", "after_published"


def write(graded: Graded) -> str:
    """The text: one object, of the only answer."""
    (papers,) = graded.papers.values()
    several = len(papers) > 1
    everything = {
        "score": sum(paper.points for paper in papers),
        "output": "\n".join(_summary(paper) for paper in papers),
        "output_format": "text",
        "visibility": VISIBLE,
        "stdout_visibility": "hidden",
        "tests": [
            _test(paper, mark, f"{at}." if several else "")
            for at, paper in enumerate(papers, 1)
            for mark in paper.marks
        ],
    }
    return f"{json.dumps(everything, indent=2)}\n"


def _summary(paper: Paper) -> str:
    """What is said of the answer as a whole. Points of hidden goals are not counted in: they would tell."""
    seen = [mark for mark in paper.marks if not mark.goal.hidden]
    points = score(sum(mark.points for mark in seen), sum(mark.goal.points for mark in seen))
    ended = how_it_ended(paper)
    hidden = len(paper.marks) - len(seen)
    also = " for the goals that are shown" if hidden else ""
    return f"{paper.exercise.title}: {points}{also}" + (f"\n{ended}" if ended else "")


def _test(paper: Paper, mark: Mark, before: str) -> dict[str, object]:
    goal = mark.goal
    return {
        "score": mark.points,
        "max_score": goal.points,
        "status": "passed" if mark.passed else "failed",
        "name": goal.text,
        "name_format": "text",
        "number": f"{before}{goal.number}",
        "output": "\n".join(details(paper, mark)),
        "output_format": "text",
        "visibility": PUBLISHED if goal.hidden else VISIBLE,
    }
