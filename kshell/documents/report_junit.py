"""JUnit's XML, which services that run tests show: a suite for each answer and exercise, a case for each goal.

The form is that of Jenkins' `junit-10.xsd`: a goal that was not looked at is `skipped`, and how an answer ended
is its suite's `system-out`.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from kshell.documents.graded import Graded, details, how_it_ended, why_not_checked
from kshell.documents.grading import Mark
from kshell.documents.watched import Paper
from kshell.text import printable


def write(graded: Graded) -> str:
    """The text, in ASCII."""
    suites = [(name, paper) for name, papers in graded.papers.items() for paper in papers]
    marks = [mark for _, paper in suites for mark in paper.marks]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f"<testsuites{_attributes(name=graded.name, **_counts(marks, skipped=False))}>")
    for name, paper in suites:
        title = f"{name}: {paper.exercise.title}"
        lines.append(f"  <testsuite{_attributes(name=title, **_counts(paper.marks))}>")
        for mark in paper.marks:
            lines += _case(graded.name, paper, mark)
        ended = how_it_ended(paper)
        if ended:
            lines.append(f"    <system-out>{escape(printable(ended))}</system-out>")
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return "".join(f"{line}\n" for line in lines).encode("ascii", "xmlcharrefreplace").decode("ascii")


def _counts(marks: list[Mark], skipped: bool = True) -> dict[str, int]:
    counts = {"tests": len(marks), "failures": sum(mark.passed is False for mark in marks), "errors": 0}
    return {**counts, "skipped": sum(mark.passed is None for mark in marks)} if skipped else counts


def _case(document: str, paper: Paper, mark: Mark) -> list[str]:
    """The lines of a case."""
    goal = mark.goal
    begin = f"    <testcase{_attributes(name=f'{goal.number}. {goal.title}', classname=_class(document, paper))}"
    if mark.passed:
        return [f"{begin}/>"]
    if mark.passed is None:
        inner = [f"      <skipped{_attributes(message=why_not_checked(mark))}/>"]
    elif goal.hidden:
        inner = [f"      <failure{_attributes(message='a hidden goal is not met', type='goal')}/>"]
    else:
        rows = details(paper, mark)
        message = f"{rows[0]}, {rows[1]}"
        body = "\n".join(escape(printable(row)) for row in rows)
        inner = [f"      <failure{_attributes(message=message, type='goal')}>{body}</failure>"]
    return [f"{begin}>", *inner, "    </testcase>"]


def _class(document: str, paper: Paper) -> str:
    """What the cases of an exercise are grouped by; a dot would make a package of what is before it."""
    return f"{document.replace('.', '_')}.{paper.exercise.title.replace('.', '')}"


def _attributes(**values: object) -> str:
    return "".join(f" {name}={quoteattr(printable(str(value)))}" for name, value in values.items())
