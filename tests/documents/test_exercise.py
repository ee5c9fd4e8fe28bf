"""Exercises as they are written: what they say, and at which line they are wrong."""

import pytest

from kshell.documents.exercise import exercises_of
from kshell.documents.keyed import BlockError
from kshell.documents.reading import read
from tests.documents.exercises import EXERCISE, document, exercise
from tests.program import ROOT

OPENING = "title: a\n"
GOAL = "goal: b\nassert: 1 == 1\n"


def test_an_exercise_is_read_with_its_goals():
    found = exercise()
    assert found.title == "Some pages <& no more>" and found.number == 1 and found.points == 5
    assert [entry.value for entry in found.picks] == ["n 2..4"]
    assert [entry.value for entry in found.given] == ["p = spawn demo", "attach demo", "at_start = stat demo"]
    first, second, hidden, last = found.goals
    assert [goal.number for goal in found.goals] == [1, 2, 3, 4]
    assert (first.name, first.points, second.points, hidden.hidden, second.hidden) == ("res", 2, 1, True, False)
    assert [step.text for step in first.steps] == ["d = stat demo", "assert $d.res == $at_start.res+$n*4k"]
    assert first.steps[0].clause is None and first.steps[1].clause.words[2] == "=="
    assert last.depends_on == [1, 2, 3]
    assert (hidden.title, second.title) == ("hidden goal", second.text)


def test_exercises_are_numbered_and_other_blocks_are_none():
    text = f"```exercise\n{OPENING}{GOAL}```\n```quiz\nquestion: x\n```\n- list\n\n  ~~~exercise\n  {OPENING}"
    text += "  goal: b\n  run: ! vmo_create 0 1\n  ~~~\n"
    first, second = exercises_of(read(text))
    assert (first.number, second.number) == (1, 2) and second.goals[0].entry.line == 13


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (GOAL, 1, "the exercise has no `title:`"),
        (OPENING, 1, "the exercise has no `goal:`"),
        (f"{OPENING}title: b\n{GOAL}", 3, "a second `title:`; the first is in line 2"),
        (f"{OPENING}points: 2\n{GOAL}", 3, "`points:` belongs to a goal: it stands after a `goal:`"),
        (f"{OPENING}{GOAL}given: ps\n", 5, "`given` belongs before the first `goal:`"),
        (f"{OPENING}{GOAL}pick n 1..2\n", 5, "`pick` belongs before the first `goal:`"),
        (f"{OPENING}given: echo 'a\n{GOAL}", 3, "`echo 'a`: "),
        (f"{OPENING}given: # nothing\n{GOAL}", 3, "`given:` has no command"),
        (f"{OPENING}goal: b\nrun: ps\n", 3, "goal 1 has no `assert:`, and no `run: expect ...` or `run: ! ...`"),
        (f"{OPENING}{GOAL}assert: 1 ==\n", 5, "`1 ==` is not LEFT OP RIGHT"),
        (f"{OPENING}{GOAL}assert: 1 == 2 + 3\n", 5, "is not LEFT OP RIGHT"),
        (f"{OPENING}{GOAL}assert: 1 == 2; ps\n", 5, "is not LEFT OP RIGHT"),
        (f"{OPENING}{GOAL}assert: 1 > 2\n", 5, "is not LEFT OP RIGHT"),
        (f"{OPENING}{GOAL}assert: 1 = 2\n", 5, "'=' is not a comparison"),
        (f"{OPENING}{GOAL}points: 0\n", 5, "points are a whole number from 1 to 1000, not '0'"),
        (f"{OPENING}{GOAL}points: 1001\n", 5, "points are a whole number from 1 to 1000, not '1001'"),
        (f"{OPENING}{GOAL}points: 1.5\n", 5, "points are a whole number from 1 to 1000, not '1.5'"),
        (f"{OPENING}{GOAL}points: 2\npoints: 2\n", 6, "a second `points:` of goal 1"),
        (f"{OPENING}{GOAL}because: 2\nbecause: 2\n", 6, "a second `because:` of goal 1"),
        (f"{OPENING}{GOAL}hidden: maybe\n", 5, "`hidden:` is yes or no, not 'maybe'"),
        (f"{OPENING}{GOAL}name: 1st\n", 5, "a name has letters, digits, - and _, and begins with a letter: not '1st'"),
        (f"{OPENING}{GOAL}name: c\ngoal: d\nassert: 1 == 1\nname: c\n", 8, "another goal has the name c"),
        (f"{OPENING}{GOAL}depends-on: 1\n", 5, "there is no goal '1' before this one: give its name or number"),
        (f"{OPENING}{GOAL}goal: d\nassert: 1 == 1\ndepends-on: e\n", 7, "there is no goal 'e' before this one"),
    ],
)
def test_what_is_wrong_is_said_of_its_line(text, line, told):
    with pytest.raises(BlockError) as failure:
        exercises_of(document(text))
    assert failure.value.line == line and told in failure.value.reason


def test_the_exercises_of_the_lessons_are_read():
    for path in sorted((ROOT / "scripts/lessons").glob("*.md")):
        (found,) = exercises_of(read(path.read_text()))
        assert len(found.goals) >= 3 and found.tasks, path
    assert EXERCISE
