"""`--check` and exercises: what is wrong with one, whatever the answers to it will be."""

import pytest

from kshell.documents.checking import check
from kshell.documents.exercise import blocks_of
from kshell.documents.exercise_check import IDLE, faults
from kshell.documents.reading import read
from tests.commands.support import fresh
from tests.documents.exercises import EXERCISE, document
from tests.program import ROOT

BEGIN = "title: a\ngiven: p = spawn demo\ngoal: b\n"


def found(text):
    return [fault for block in blocks_of(document(text)) for fault in faults(block, 1, fresh)]


def test_a_good_exercise_has_no_faults():
    assert found(EXERCISE) == []


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("title: a\nasert: 1 == 1\n", [(3, "there is no key 'asert' here; ")]),
        ("title: a\ngiven: foo\ngoal: b\nassert: 1 == 1\n", [(3, "`foo` fails: no such command")]),
        (f"{BEGIN}run: d = spwan x\nassert: 1 == 2\n", [(5, "`d = spwan x` fails: no such command")]),
        (f"{BEGIN}run: d = map\nassert: 1 == 2\n", [(5, "`d = map` fails: SIZE is missing")]),
        (f"{BEGIN}run: d = map $nothing\nassert: 1 == 2\n", [(5, "`d = map $nothing` fails: $nothing is not set")]),
        # Both may be right after an answer.
        (f"{BEGIN}run: d = stat nobody\nrun: map $d.x\nassert: 1 == 2\n", []),
        (f"{BEGIN}run: d = stat demo\nrun: map $d.x.y\nassert: 1 == 2\n", []),
        (f"{BEGIN}assert: $d.none == 2\n", []),
        (f"{BEGIN}assert: 1 == 1\n", [(1, IDLE)]),
        (f"{BEGIN}assert: 1 == 1\ngoal: c\nhidden: yes\nassert: 1 == 2\n", [(1, IDLE)]),
        (f"{BEGIN}assert: 1 == 2\ngoal: c\nassert: 1 == 1\n", []),
    ],
)
def test_what_is_wrong_is_told(text, faults):
    told = found(text)
    assert [line for line, _ in told] == [line for line, _ in faults]
    assert all(why.startswith(begin) for (_, why), (_, begin) in zip(told, faults, strict=True)), told


def test_check_counts_exercises_and_says_what_is_wrong():
    good, bad = "".join(f"```exercise\n{text}```\n" for text in (EXERCISE,)), "```exercise\ntitle: a\n```\n"
    report = check("a.md", read(good), fresh)
    assert (report.good, report.summary()) == (True, "a.md: 1 exercise, all as it says")
    report = check("a.md", read(f"```\nmagenta$ echo a\na\n```\n{good}{bad}"), fresh)
    assert report.summary() == "a.md: 1 command and 2 exercises, 1 not as it says"
    (line,) = report.lines
    assert line.startswith("a.md:") and line.endswith(": the exercise has no `goal:`")


def test_exercises_do_not_touch_the_session_of_the_document():
    text = f"```exercise\n{EXERCISE}```\n```\nmagenta$ vars\nmagenta$ stat demo\n"
    report = check("a.md", read(f"{text}there is no task 'demo'\n```\n"), fresh)
    assert "demo" in "".join(report.lines) and "at_start" not in "".join(report.lines)


def test_the_exercises_of_the_lessons_have_no_faults():
    for path in sorted((ROOT / "scripts/lessons").glob("*.md")):
        for block in blocks_of(read(path.read_text())):
            assert list(faults(block, 1, fresh)) == [], path
