"""`kshell --grade`: the command line, exit values, seeds, several exercises and answers."""

import json

import pytest

from kshell.__main__ import main
from tests.documents.exercises import DOCUMENT, RIGHT, WRONG
from tests.program import ROOT, kshell

SECOND = 'title: Another\ngoal: there is a process named mine\nrun: s = stat mine\nassert: $s.name == "mine"\n'


@pytest.fixture
def folder(tmp_path):
    for name, text in {
        "pages.md": DOCUMENT, "two.md": f"{DOCUMENT}\n```exercise\n{SECOND}```\n", "none.md": "# nothing\n",
        "broken.md": DOCUMENT.replace("assert: $d.res", "asert: $d.res"),
        "ends.md": DOCUMENT.replace("attach", "atach"),
        "right.kshell": RIGHT, "wrong.kshell": WRONG, "mine.kshell": f"{RIGHT}mine = spawn mine\n",
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text)
    return tmp_path


def grade(folder, *words, stdin=""):
    return kshell("--grade", *words, cwd=folder, stdin=stdin)


@pytest.fixture
def here(folder, monkeypatch, capsys):
    """Grades in this process, which starts those of the answers; gives the exit value and what was printed."""
    monkeypatch.chdir(folder)

    def graded(*words):
        code = main(["--grade", *words])
        return code, capsys.readouterr().out

    return graded


def test_exit_values_say_whether_all_is_met(folder):
    done = grade(folder, "pages.md", "--answers", "right.kshell")
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.endswith("\n1 answer: all goals are met\n")
    done = grade(folder, "pages.md", "--answers", "right.kshell", "wrong.kshell")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (ROOT / "tests/data/grade/report.txt").read_text().replace("anna", "right").replace(
        "ben", "wrong"
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["pages.md"], "--grade needs answers: kshell --grade EXERCISE --answers FILE..."),
        (["pages.md", "--answers"], "--grade needs answers"),
        (["no.md", "--answers", "right.kshell"], "there is no document no.md"),
        (["pages.md", "--answers", "no.kshell"], "cannot read no.kshell: No such file or directory"),
        (["pages.md", "--answers", "."], "cannot read .: Is a directory"),
        (["none.md", "--answers", "right.kshell"], "none.md has no exercise: a fenced block with the word `exercise`"),
        (["broken.md", "--answers", "right.kshell"], "broken.md:14: there is no key 'asert' here"),
        (["ends.md", "--answers", "right.kshell"], "ends.md:8: `atach demo` fails: no such command"),
        (["pages.md", "--answers", "right.kshell", "--report", "xml"], "--report takes one of text, json, junit"),
        (["pages.md", "--answers", "right.kshell", "wrong.kshell", "--report", "check50"], "a check50 report is"),
        (["pages.md", "--answers", "right.kshell", "--max-time", "0"], "--max-time takes seconds, such as 2 or 0.5"),
        (["pages.md", "--answers", "right.kshell", "--max-memory", "1M"], "--max-memory takes a size from 64M on"),
        (["pages.md", "--answers", "right.kshell", "--max-memory", "much"], "--max-memory: 'much' is not a number"),
        (["-", "--answers", "-"], "standard input, -, is one document or one answer"),
        (["pages.md", "--answers", "right.kshell", "--json"], "--json does not go with --grade"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_command_line_is_said_in_a_line(folder, words, told):
    done = grade(folder, *words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"kshell: {told}"), done.stderr


def test_an_answer_that_is_too_long_does_not_run_and_is_graded(folder, here):
    (folder / "long").write_text(RIGHT + "#" * (1 << 20))
    code, text = here("pages.md", "--answers", "long", "right.kshell")
    assert code == 1 and "  the answer did not run: it has more than 1M characters\n" in text
    assert "long: Some pages <& no more>: 2 of 5 points" in text
    assert text.endswith("2 answers: 1 of them does not meet all goals\n")


def test_options_of_grading_go_nowhere_else(folder):
    for words in (["--report", "json"], ["--answers"], ["--max-time", "1"], ["--max-memory", "1G"]):
        for mode in ([], ["--check"]):
            done = kshell(*mode, *words, "right.kshell", cwd=folder)
            assert done.returncode == 2 and f"{words[0]} does not go with" in done.stderr, done.stderr


def test_standard_input_is_an_answer_and_a_document(folder):
    done = grade(folder, "pages.md", "--answers", "-", stdin=RIGHT)
    assert done.returncode == 0 and done.stdout.startswith("-: Some pages")
    assert grade(folder, "-", "--answers", "right.kshell", stdin=DOCUMENT).returncode == 0


def test_an_answer_is_graded_for_each_exercise_on_a_machine_of_its_own(here):
    found = json.loads(here("two.md", "--answers", "mine.kshell", "--report", "json")[1])
    first, second = found["answers"][0]["exercises"]
    # `$n` of the first exercise is not there in the second, so the answer ends early in it.
    assert (first["points"], second["points"], found["max_points"]) == (5, 0, 6)
    assert [paper["ended"]["line"] for paper in (first, second)] == [0, 2]
    _, text = here("two.md", "--answers", "mine.kshell", "--report", "gradescope")
    assert [test["number"] for test in json.loads(text)["tests"]] == ["1.1", "1.2", "1.3", "1.4", "2.1"]


def test_a_seed_makes_another_exercise(folder, here):
    """The numbers of the exercise and of the answer are those of one seed; an answer may name it in its first line."""
    goals = set()
    for seed in (1, 3):
        code, text = here("pages.md", "--seed", str(seed), "--answers", "right.kshell", "--report", "json")
        found = json.loads(text)
        assert code == 0 and found["seed"] == seed
        goals.add(found["answers"][0]["exercises"][0]["goals"][0]["goal"])
    assert len(goals) == 2
    (folder / "three").write_text(f"#! kshell --seed 3\n{RIGHT}")
    assert here("pages.md", "--seed", "3", "--answers", "three")[0] == 0
    code, text = here("pages.md", "--answers", "three")
    assert code == 1 and "needs another machine" in text
