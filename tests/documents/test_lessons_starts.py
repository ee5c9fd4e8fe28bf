"""What lessons say that another start of kshell prints: blocks of `$ kshell ...` and its output."""

import re
import shlex

import pytest

from tests.program import ROOT, kshell

LESSONS = sorted((ROOT / "scripts/lessons").glob("*.md"))
START = re.compile(r"^```text\n\$ kshell (.*)\n((?:.*\n)*?)```$", re.MULTILINE)
STARTS = [(path.stem, *found) for path in LESSONS for found in START.findall(path.read_text())]


def test_a_lesson_starts_another_machine():
    assert STARTS


@pytest.mark.parametrize(("lesson", "words", "printed"), STARTS)
def test_another_start_prints_what_the_lesson_says(lesson, words, printed):
    assert kshell(*shlex.split(words)).stdout == printed, lesson
