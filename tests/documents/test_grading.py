"""Goals, judged on a machine: what is met, what was found, what moved it; and what an answer cannot do to them."""

import pytest

from kshell.documents.answers import COUNTS, run_answer
from kshell.documents.exercise import exercises_of
from kshell.documents.grading import grade, prepare
from kshell.documents.keyed import BlockError
from kshell.documents.reading import read
from tests.commands.support import fresh
from tests.documents.exercises import EXERCISE, RIGHT, WRONG, exercise, paper
from tests.program import ROOT

LESSONS = sorted((ROOT / "scripts/lessons").glob("*.md"))


def passed(answer, text=EXERCISE):
    return [mark.passed for mark in paper(answer, text).marks]


def test_a_right_answer_gets_all_points():
    found = paper(RIGHT)
    assert found.passed and found.points == 5 and found.ended.how == "whole"
    assert [(mark.expected, mark.found) for mark in found.marks] == [("", "")] * 4


def test_a_wrong_answer_is_told_what_was_expected_found_and_moved():
    found = paper(WRONG)
    res, virt, secret, last = found.marks
    assert not found.passed and found.points == 1
    assert (res.expected, res.found) == ("$d.res == $at_start.res+$n*4k, which is 1116k", "1140k")
    assert (found.line(res.moved), found.line(virt.moved)) == ("touch $big 16k", "big = map 2M")
    assert secret.passed and last.passed is None and last.waits_for == [1, 2]
    assert (found.ended.how, found.ended.line) == ("failed", 7)


def test_nothing_has_moved_what_nobody_has_touched():
    res = paper("ps\nvmo_create 4k\n").marks[0]
    assert (res.passed, res.found, res.moved) == (False, "1108k", 0)


def test_what_depends_on_a_goal_that_was_not_looked_at_is_not_looked_at():
    text = "title: a\ngoal: b\nassert: 1 == 2\ngoal: c\nassert: 1 == 1\ndepends-on: 1\n"
    assert passed("", f"{text}goal: d\nassert: 1 == 1\ndepends-on: 2\n") == [False, None, None]


@pytest.mark.parametrize(
    "answer",
    [
        "at_start = stat init; n = 0\nd = 7\n",
        "alias stat echo hello\nalias assert true\nalias touch false\n",
        "detach\nas demo detach\n",
        "snap\n",
        "reset\n",
        "undo\nundo\nundo\n",
    ],
    ids=lambda answer: answer.split()[0],
)
def test_an_answer_cannot_change_what_a_goal_means(answer):
    """Names, aliases and whose syscalls the lines are belong to whoever runs lines; goals have the exercise's own."""
    assert passed(f"{answer}") == [False, True, True, None]
    assert passed(f"{RIGHT}{answer}")[0] is (answer != "reset\n" and "undo" not in answer)


def test_undo_does_not_go_behind_the_beginning():
    text = "title: a\ngiven: p = spawn demo\ngoal: demo is there\nrun: stat demo\nassert: 1 == 1\n"
    assert passed("undo\nundo\nreset\n", text) == [True]


def test_a_goal_changes_nothing_for_the_next():
    text = "title: a\ngoal: b\nrun: p = spawn x\nassert: 1 == 1\ngoal: c\nrun: ! stat x\n"
    assert passed("", text) == [True, True]


@pytest.mark.parametrize(
    ("goal", "expected", "found"),
    [
        ("run: m = map 16k\nassert: $m == 0x1", "$m == 0x1", "0x12fd000"),
        ("run: m = map 16k\nassert: $m == 1", "$m == 1", "0x12fd000"),
        ("run: s = stat 3020\nassert: $s.virt == 1", "$s.virt == 1", "4136k"),
        ("run: s = stat 3020\nassert: $s.name == \"x\"", '$s.name == "x"', '"'),
        ("run: x = 5\nassert: $x gt 2*4", "$x gt 2*4", "5"),
        ("run: x = 5k\nassert: 4k == $x", "4k == $x, which is 5k", "4k"),
        ("run: vmo_read 1 0 1\nassert: 1 == 1", "`vmo_read 1 0 1` succeeds", "1 is not a handle"),
        ("run: expect ERR_NOT_FOUND ps", "`expect ERR_NOT_FOUND ps` succeeds", "ps ended with NO_ERROR"),
        ("run: ! ps", "`! ps` succeeds", "ps succeeded, and should have failed"),
        ("run: s = ps\nassert: $s.none.x == 1", "$s.none.x == 1", "$s has no field 'none'"),
        ("assert: $none == 1", "$none == 1", "$none is not set"),
    ],
)  # fmt: skip
def test_what_was_found_is_told_as_it_was_asked_for(goal, expected, found):
    mark = paper("", f"title: a\ngoal: b\nassert: 1 == 1\n{goal}\n").marks[0]
    assert mark.passed is False and mark.expected == expected
    assert found in mark.found, mark.found


@pytest.mark.parametrize(
    ("answer", "how", "line"),
    [
        ("", "whole", 0),
        ("exit\nfoo\n", "whole", 0),
        ("ps || foo\nfoo || ps\n", "whole", 0),
        ("ps; foo; ps\n", "failed", 1),
        ("#! kshell -k\nfoo\nm = map 4k\n", "whole", 0),
        ("#! kshell --memory 4G\nps\n", "failed", 1),
        ("#! kshell --memory\nps\n", "failed", 1),
        ("echo a \\\n  b\nfoo\n", "failed", 3),
        ("\0\x1b]\udcff\n", "failed", 1),
    ],
)
def test_an_answer_is_a_script(answer, how, line):
    ended = paper(answer).ended
    assert (ended.how, ended.line) == (how, line)


def test_an_answer_that_is_interrupted_counts_up_to_there():
    """Ctrl-C comes in the middle of a line, or while one waits."""
    found = exercise()
    begin = fresh()
    prepare(found, begin)
    end = begin.apart()
    lines = []

    def begins(number):
        lines.append(number)
        end.interrupts.pending = number == 2

    ended, ran = run_answer("m = map 64k\ntouch $m 8k\nps\n", end, begins, lambda: False)
    assert (ended.how, ended.line, ran, lines) == ("time", 2, [(1, "m = map 64k")], [1, 2])
    assert [mark.passed for mark in grade(found, begin, end)] == [False, True, True, None]
    ended, ran = run_answer("ps\nps\n", begin.apart(), lambda number: None, lambda: True)
    assert (ended.how, ended.line, ended.why, ran) == ("time", 1, COUNTS, [(1, "ps")])


def test_numbers_are_drawn_from_the_seed_and_the_place():
    def texts(seed, count=1):
        text = f"```exercise\n{EXERCISE}```\n" * count
        found = exercises_of(read(text))[-1]
        session = fresh()
        session.header.machine["--seed"] = str(seed)
        prepare(found, session)
        assert session.state.number("n") in (2, 3, 4)
        return found.task, found.goals[0].text

    assert (
        texts(1) == texts(1) == ("Commit 2 pages, 8k, in demo. Do it as $p.", "demo's RES is 8k more than at its start")
    )
    assert len({texts(seed) for seed in range(1, 12)}) == 3
    assert len({texts(3, count) for count in range(1, 12)}) == 3


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("pick n", "a pick has a name and a range"),
        ("pick n 5..2", "has no number in it"),
        ("pick 5 2..5", "a pick has a name and a range"),
        ("given: foo", "`foo` fails: no such command"),
        ("given: vmo_read 1 0 1", "`vmo_read 1 0 1` fails: 1 is not a handle"),
        ("pick n 2..5\ntask: {$n*$m}", "task: $m is not set"),
    ],
)
def test_an_exercise_that_cannot_begin_says_where(line, told):
    with pytest.raises(BlockError) as failure:
        prepare(exercise(f"title: a\n{line}\ngoal: b\nassert: 1 == 1\n"), fresh())
    assert told in failure.value.reason and failure.value.line == 3 + line.count("\n")


def test_texts_are_as_they_stand_where_nothing_is_drawn():
    found = exercise("title: a\ntask: Close $p, {all} of it.\ngoal: b {c}\nassert: 1 == 1\n")
    prepare(found, fresh())
    assert (found.task, found.goals[0].text) == ("Close $p, {all} of it.", "b {c}")


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_model_answer_of_a_lesson_gets_all_points_and_none_gets_fewer(path):
    (found,) = exercises_of(read(path.read_text()))
    begin = fresh()
    prepare(found, begin)
    answer = (path.parent / "answers" / path.name).with_suffix(".kshell").read_text()
    end = begin.apart()
    ended, _ = run_answer(answer, end, lambda number: None, lambda: False)
    assert (ended.how, ended.why) == ("whole", "")
    assert [mark.goal.text for mark in grade(found, begin, end) if not mark.passed] == []
    assert not all(mark.passed for mark in grade(found, begin, begin.apart()))
