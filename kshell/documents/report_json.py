"""The report with everything, hidden goals whole, for programs of the teacher.

document, seed, passed     passed: all answers meet all goals
points, max_points         of all answers together
answers: [                 in the order of the command line
  answer, passed, points, max_points
  exercises: [             in the order of the document
    title, passed, points, max_points
    ended: how, line, text, why       how: whole, failed, time, memory, lost; line: 0 for all of it
    goals: [
      number, name, goal, hidden, passed, points, max_points       passed: null where it was not looked at
      expected, found, moved: line, text      of a goal that is not met; moved: null where nobody has looked,
                                              line 0 where no line of the answer moved it
      waits_for: [number ...], hints: [...], because ]]]
"""

from __future__ import annotations

import json

from kshell.documents.answers import WHOLE
from kshell.documents.graded import Graded, why_not_checked
from kshell.documents.grading import Mark
from kshell.documents.watched import Paper


def write(graded: Graded) -> str:
    """The text: one object."""
    answers: list[dict[str, object]] = []
    for name, papers in graded.papers.items():
        answers.append(
            {
                "answer": name,
                "passed": all(paper.passed for paper in papers),
                **_points(papers),
                "exercises": [_paper(paper) for paper in papers],
            }
        )
    everything = {
        "document": graded.document,
        "seed": graded.seed,
        "passed": graded.passed,
        **_points([paper for papers in graded.papers.values() for paper in papers]),
        "answers": answers,
    }
    return f"{json.dumps(everything, indent=2)}\n"


def _points(papers: list[Paper]) -> dict[str, int]:
    return {
        "points": sum(paper.points for paper in papers),
        "max_points": sum(paper.exercise.points for paper in papers),
    }


def _paper(paper: Paper) -> dict[str, object]:
    ended = paper.ended
    whole = ended.how == WHOLE
    return {
        "title": paper.exercise.title,
        "passed": paper.passed,
        **_points([paper]),
        "ended": {
            "how": ended.how,
            "line": ended.line,
            "text": "" if whole else paper.line(ended.line),
            "why": ended.why,
        },
        "goals": [_goal(paper, mark) for mark in paper.marks],
    }


def _goal(paper: Paper, mark: Mark) -> dict[str, object]:
    goal = mark.goal
    return {
        "number": goal.number,
        "name": goal.name,
        "goal": goal.text,
        "hidden": goal.hidden,
        "passed": mark.passed,
        "points": mark.points,
        "max_points": goal.points,
        "expected": mark.expected,
        "found": mark.found if mark.passed is not None else why_not_checked(mark),
        "moved": None if mark.moved is None else {"line": mark.moved, "text": paper.line(mark.moved)},
        "waits_for": mark.waits_for,
        "hints": goal.hints,
        "because": goal.because,
    }
