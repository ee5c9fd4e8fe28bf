"""Reports of graded answers: byte for byte, and of the forms that their readers have published."""

import json
import re
from xml.etree import ElementTree

import pytest

from kshell.documents.answers import COUNTS, LOST, MEMORY, TIME, Ended
from kshell.documents.graded import Graded, how_it_ended
from kshell.documents.reports import OF_ONE, REPORTS, report, require_report
from kshell.documents.watched import Paper
from kshell.shell.errors import UsageError
from tests.documents.exercises import RIGHT, WRONG, exercise, graded, paper
from tests.program import ROOT

FILES = {
    "text": "report.txt",
    "json": "report.json",
    "junit": "junit.xml",
    "gradescope": "gradescope.json",
    "check50": "check50.json",
}
# What only the teacher is to see.
SECRET = ("nobody can write at 0x20000000", "ERR_NOT_FOUND", "secret")


@pytest.fixture(scope="module")
def all_graded():
    return {1: graded(ben=WRONG), 2: graded(anna=RIGHT, ben=WRONG)}


def written(kind, all_graded):
    return report(kind, all_graded[1 if kind in OF_ONE else 2])


@pytest.mark.parametrize("kind", REPORTS)
def test_a_report_is_what_it_was(kind, all_graded):
    assert written(kind, all_graded) == (ROOT / "tests/data/grade" / FILES[kind]).read_text()


def test_the_text_is_whole_at_80_columns(all_graded):
    assert max(map(len, written("text", all_graded).splitlines())) <= 80


@pytest.mark.parametrize("kind", ["text", "junit", "check50"])
def test_students_learn_of_a_hidden_goal_only_that_it_is_there(kind):
    """Whether it is met or not, or was not looked at."""
    hiding = exercise().block.lines
    failing = "\n".join(hiding).replace("expect ERR_NOT_FOUND as demo touch", "expect ERR_NOT_FOUND ps --at")
    waiting = "\n".join(hiding).replace("hidden: yes", "hidden: yes\ndepends-on: res")
    for text in ("\n".join(hiding), failing, waiting):
        told = report(kind, Graded("a.md", 1, {"a": [paper("ps\n", f"{text}\n")]}, "1"))
        assert "hidden goal" in told and not any(word in told for word in SECRET), told


def test_the_json_has_hidden_goals_whole(all_graded):
    assert all(word in written("json", all_graded) for word in SECRET[::2])


def test_a_report_has_room_for_answers_or_says_so():
    for kind in REPORTS:
        require_report(kind, 1)
        if kind in OF_ONE:
            with pytest.raises(UsageError, match=f"a {kind} report is about one answer, and 2 are given: grade them"):
                require_report(kind, 2)
        else:
            require_report(kind, 2)
    with pytest.raises(UsageError, match="--report takes one of text, json, junit, gradescope, check50, not 'xml'"):
        require_report("xml", 1)


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        (Ended("whole"), ""),
        (Ended("failed", 1, "no"), "line 1 (one) failed: no; the lines after it did not run"),
        (Ended(TIME, 2), "line 2 (two) was stopped because the time was up, and does not count; the lines after it"),
        (
            Ended(TIME, 2, COUNTS),
            "line 2 (two) was stopped because the time was up, and what it did until then counts; the",
        ),
        (Ended("failed", 0, "no"), "the answer did not run: no"),
        (Ended(MEMORY, 1), "line 1 (one) needed more memory than it may have, and does not count; the lines"),
        (Ended(LOST, 1), "line 1 (one) ended the process that ran it, and does not count; the lines after it"),
        (Ended(LOST), "the answer ended the process that ran it, and does not count; the lines after it"),
    ],
)
def test_how_an_answer_ended_is_told(ended, told):
    said = how_it_ended(Paper("one\ntwo\n", exercise(), ended, []))
    assert said.startswith(told) and bool(said) == bool(told)


# The forms. Each is what the published text says, as code.


def of(kind, value):
    assert type(value) in (kind if isinstance(kind, tuple) else (kind,)), value
    return value


def test_gradescope_takes_its_report(all_graded):
    """ "Autograder Specifications", Gradescope's documentation: the output format."""
    found = json.loads(written("gradescope", all_graded))
    visibility = ("hidden", "after_due_date", "after_published", "visible")
    formats = ("text", "html", "simple_format", "md", "ansi")
    assert set(found) <= {
        *("score", "execution_time", "output", "output_format", "test_output_format", "test_name_format"),
        *("visibility", "stdout_visibility", "extra_data", "tests", "leaderboard"),
    }
    of((int, float), found["score"]), of(str, found["output"])
    assert found["visibility"] in visibility and found["stdout_visibility"] in visibility
    for test in of(list, found["tests"]):
        assert set(test) <= {
            *("score", "max_score", "status", "name", "name_format", "number", "output", "output_format", "tags"),
            *("visibility", "extra_data"),
        }
        assert 0 <= of((int, float), test["score"]) <= of((int, float), test["max_score"])
        assert test["status"] in ("passed", "failed") and test["visibility"] in visibility
        assert test["output_format"] in formats and test["name_format"] in formats
        of(str, test["name"]), of(str, test["output"]), of(str, test["number"])
    assert found["score"] == sum(test["score"] for test in found["tests"])
    assert [test["visibility"] for test in found["tests"]] == ["visible", "visible", "after_published", "visible"]


def test_check50_takes_its_report(all_graded):
    """ "JSON specification", check50's documentation."""
    found = json.loads(written("check50", all_graded))
    assert list(found) == ["slug", "results", "version"]
    of(str, found["slug"]), of(str, found["version"])
    names = []
    for result in of(list, found["results"]):
        assert set(result) == {"name", "description", "passed", "log", "cause", "data", "dependency"}
        of(str, result["description"]), of((bool, type(None)), result["passed"]), of(dict, result["data"])
        assert all(of(str, line) for line in of(list, result["log"]))
        cause = result["cause"]
        assert (cause is None) is (result["passed"] is True)
        if cause is not None:
            of(str, cause["rationale"]), of((str, type(None)), cause["help"])
            assert ("expected" in cause) == ("actual" in cause) == (result["passed"] is False)
        assert result["dependency"] is None or result["dependency"] in names
        names.append(of(str, result["name"]))
    assert len(set(names)) == len(names)


def test_readers_of_junit_take_its_report(all_graded):
    """Jenkins' xunit plugin, junit-10.xsd."""
    text = written("junit", all_graded)
    root = ElementTree.fromstring(text)
    assert text.isascii() and root.tag == "testsuites"
    assert set(root.attrib) <= {"name", "time", "tests", "failures", "errors"}
    assert len(root) == 2
    for suite in root:
        assert suite.tag == "testsuite" and {"name", "tests", "failures", "errors"} <= set(suite.attrib)
        assert set(suite.attrib) <= {
            *("name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id"),
            *("package", "file", "log", "url"),
        }
        assert {child.tag for child in suite} <= {"testsuite", "properties", "testcase", "system-out", "system-err"}
        cases = suite.findall("testcase")
        for case in cases:
            assert set(case.attrib) <= {"name", "time", "classname", "group"} and case.attrib["name"]
            for child in case:
                assert child.tag in ("skipped", "failure") and set(child.attrib) <= {"type", "message"}
        assert int(suite.attrib["tests"]) == len(cases)
        for word, attribute in (("failure", "failures"), ("skipped", "skipped"), ("error", "errors")):
            assert int(suite.attrib[attribute]) == len(suite.findall(f"testcase/{word}"))
    assert int(root.attrib["failures"]) == len(root.findall("*/testcase/failure")) == 2


def test_foreign_text_breaks_no_report():
    """Names of files, lines of answers and titles may hold anything."""
    evil = "\x1b[2J]]>\"'<&\u202e\udcff\n"
    text = "\n".join(exercise().block.lines).replace("title: Some", "title: \x1b]0;x\x07<")
    papers = {f"{evil}.kshell": [paper(f"{evil.strip()}\nfoo", f"{text}\n")]}
    for kind in REPORTS:
        told = report(kind, Graded(f"{evil}.md", 1, papers, "1"))
        if kind == "junit":
            ElementTree.fromstring(told)
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", told)
        elif kind != "text":
            assert told.isascii()
            json.loads(told).keys()
