"""The report for people.

anna.kshell: Sixteen pages: 2 of 3 points
  met        1. demo's RES is 64k more than at its start           2 of 2
  not met    2. and its VIRT grew by less than 1M                  0 of 1
                expected $d.virt lt 5132k
                found 6156k
                line 3 moved it last: map 2M
1 answer, 1 does not meet all goals
"""

from __future__ import annotations

from kshell.documents.graded import Graded, details, how_it_ended, score, why_not_checked
from kshell.documents.grading import Mark
from kshell.documents.watched import Paper
from kshell.text import COLUMNS, GLUE, plural, printable, wrap

# Where a goal's words begin, and where they end before its points.
INDENT = 16
POINTS = 12
WORDS = {True: "met", False: "not met", None: "not checked"}


def write(graded: Graded) -> str:
    """The text."""
    parts = [_paper(name, paper) for name, papers in graded.papers.items() for paper in papers]
    count = len(graded.papers)
    short = sum(not all(paper.passed for paper in papers) for papers in graded.papers.values())
    if not short:
        told = "all goals are met" if count == 1 else "all meet all goals"
    elif count == 1:
        told = "not all goals are met"
    else:
        told = f"{short} of them {'does' if short == 1 else 'do'} not meet all goals"
    return "\n".join(parts) + f"\n{plural(count, 'answer')}: {told}\n"


def _paper(name: str, paper: Paper) -> str:
    """An answer to an exercise."""
    text = wrap(f"{printable(name)}: {paper.exercise.title}: {score(paper.points, paper.exercise.points)}", indent="  ")
    ended = how_it_ended(paper)
    if ended:
        text += wrap(ended, "  ")
    return text + "".join(_goal(paper, mark) for mark in paper.marks)


def _goal(paper: Paper, mark: Mark) -> str:
    """A goal, its points in a column at the right."""
    goal = mark.goal
    number = f"{goal.number}."
    lines = wrap(goal.title, f"  {WORDS[mark.passed]:<11} {number} ".replace(" ", GLUE), " " * INDENT,
                 COLUMNS - POINTS).replace(GLUE, " ").split("\n")  # fmt: skip
    points = f"{mark.points} of {goal.points}"
    lines[0] = f"{lines[0]:<{COLUMNS - POINTS}}{points:>{POINTS}}"
    text = "\n".join(lines)
    if mark.passed is None:
        return text + wrap(why_not_checked(mark).removeprefix("not checked").strip(": "), " " * INDENT)
    if goal.hidden:
        return text
    return text + "".join(wrap(said, " " * INDENT, " " * (INDENT + 2)) for said in details(paper, mark))
