"""An exercise to be graded, answers to it, and papers made without processes."""

from kshell.documents.answers import run_answer
from kshell.documents.exercise import exercises_of
from kshell.documents.graded import Graded
from kshell.documents.grading import grade, prepare
from kshell.documents.moves import find_moves
from kshell.documents.reading import read
from kshell.documents.watched import Paper
from tests.commands.support import fresh

EXERCISE = """\
title: Some pages <& no more>
pick n 2..4
task: Commit $n pages, {$n*4k}, in demo. Do it as $p.
given: p = spawn demo
given: attach demo
given: at_start = stat demo
goal: demo's RES is {$n*4k} more than at its start
name: res
points: 2
run: d = stat demo
assert: $d.res == $at_start.res+$n*4k
hint: `touch` commits a page at a time.
because: Each page that is touched is committed.
goal: its VIRT grew by less than 1M, which is as much as anybody would need in order to
  commit so few pages in any place of an address space
run: d = stat demo
assert: $d.virt lt $at_start.virt+1M
goal: nobody can write at 0x20000000
name: secret
hidden: yes
run: expect ERR_NOT_FOUND as demo touch 0x20000000
goal: demo is still there
depends-on: 1, 2, secret
run: d = stat demo
assert: $d.name == "demo"
"""
DOCUMENT = f"# A lesson\n\n```exercise\n{EXERCISE}```\n"
RIGHT = "m = map 64k\ntouch $m $n*4k\n"
# Moves RES twice, VIRT once, and ends early.
WRONG = (
    "# <mine> & \x1b[2J\nm = map 64k\ntouch $m 16k\nps\nbig = map 2M\ntouch $big 16k\nvmo_get_size $nothing\nmap 1G\n"
)


def document(exercise):
    return read(f"```exercise\n{exercise}```\n")


def exercise(text=EXERCISE):
    (found,) = exercises_of(document(text))
    return found


def paper(answer, text=EXERCISE):
    """The paper of an answer, made here and now."""
    found = exercise(text)
    begin = fresh()
    prepare(found, begin)
    end = begin.apart()
    ended, ran = run_answer(answer, end, lambda number: None, lambda: False)
    marks = list(grade(found, begin, end))
    find_moves(marks, begin, ran, lambda: True)
    return Paper(answer, found, ended, marks)


def graded(**answers):
    return Graded("lessons/pages.md", 1, {f"{name}.kshell": [paper(text)] for name, text in answers.items()}, "9.9")
