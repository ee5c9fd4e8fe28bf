"""The lessons that ship: what they say is what the machine prints, and they have the shape of a lesson."""

import re

import pytest

from kshell.documents.checking import check
from kshell.documents.reading import read
from tests.commands.support import fresh
from tests.program import ROOT

LESSONS = sorted((ROOT / "scripts/lessons").glob("*.md"))
LAST_HEADINGS = ["What real systems do", "Where to read on"]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(text, kind):
    return [body for word, body in FENCE.findall(text) if word == kind]


def test_there_are_lessons():
    assert len(LESSONS) >= 6


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_is_as_it_says(path):
    assert check(path.name, read(path.read_text()), fresh).lines == []


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_asks_first_and_ends_with_real_systems(path):
    text = path.read_text()
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert 4 <= len(headings) <= 7
    assert headings[-2:] == LAST_HEADINGS
    quizzes = blocks(text, "quiz")
    assert 3 <= len(quizzes) <= 5
    assert text.index("```quiz") < text.index("\n## ")
    assert any(quiz.startswith("pick ") for quiz in quizzes)
    (exercise,) = blocks(text, "exercise")
    assert 3 <= exercise.count("\ngoal: ") <= 5
    assert "\nhidden: yes\n" in exercise and "\ndepends-on: " in exercise
    assert text.index("```exercise") < text.index("## What real systems do")


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_fits_a_screen(path):
    """Prose may be 100 columns wide; what the machine prints, and what is typed, has to be whole at 80."""
    text = path.read_text()
    assert [line for line in text.splitlines() if len(line) > 100] == []
    assert [line for session in blocks(text, "") for line in session.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_model_answer_runs_after_what_is_given(path):
    (exercise,) = blocks(path.read_text(), "exercise")
    answer = (path.parent / "answers" / path.name).with_suffix(".kshell")
    session = fresh()
    for line in (*re.findall(r"^given: (.*)$", exercise, re.MULTILINE), *answer.read_text().splitlines()):
        assert all(outcome.ok for outcome in session.run(line)), line
