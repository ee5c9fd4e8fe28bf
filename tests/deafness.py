"""Which lines are deaf: how far compiled code would go without looking for Ctrl-C, counted where it is Python.

    python -m tests.deafness [COMMAND|KIND...]

Compiled code looks for signals where it calls what is Python, such as `poll`; everything else is a stretch:

    poll . . . . . poll . . . poll . . . . . . . . . . . . . . . poll
                                   the longest stretch

Steps are lines of files that `setup.py` compiles, so it says the same on every machine, and nothing has to be compiled.
A stretch may be long, but must not grow with what there is: every question of the sweep (`tests/benchmarks/asked.py`)
is put to sessions that are full of each kind of things, of few and of many. Ends non-zero if a line is deaf.
"""

from __future__ import annotations

import os
import runpy
import sys
from collections import Counter
from contextlib import chdir

from kshell.kernel.compiling import compiled
from kshell.shell import registry
from tests.benchmarks.asked import PASSED_OVER
from tests.benchmarks.full import KINDS, full
from tests.benchmarks.sweep import questions
from tests.forks import in_a_fork
from tests.program import ROOT
from tests.steps import traced

FEW, MANY = 150, 400
# How many steps a stretch may have more for each thing: compiled, that is less than a microsecond.
MOST = 25
# A machine that boots, as when a line goes back to the beginning, is a stretch however much there is.
BOOTING = "boot.py:boot"


class Stretches:
    """A trace function: `longest` is the number of steps in the longest stretch, `where` its functions with most."""

    def __init__(self):
        self._compiled = _compiled_files()
        self._known = {}
        self._steps = Counter()
        self.longest, self.where = 0, []

    def __call__(self, frame, event, argument):
        if event in ("call", "line"):
            code = frame.f_code
            if self._is_compiled(code.co_filename):
                self._steps[f"{os.path.basename(code.co_filename)}:{code.co_name}"] += 1
            else:
                self.heard()
        return self

    def _is_compiled(self, name):
        if name not in self._known:
            self._known[name] = os.path.realpath(name) in self._compiled
        return self._known[name]

    def heard(self):
        """A stretch ends."""
        if self._steps:
            if (steps := self._steps.total()) > self.longest and BOOTING not in self._steps:
                self.longest, self.where = steps, self._steps.most_common(3)
            self._steps.clear()


def _compiled_files():
    """The paths of what is compiled, without links."""
    with chdir(ROOT):
        return {os.path.realpath(name) for name in runpy.run_path("setup.py")["modules"]()}


def stretches(action):
    """The Stretches of `action()`."""
    assert not compiled()
    found = Stretches()
    traced(found, action)
    found.heard()
    return found


def prepared(session, question):
    """Runs the lines before the last one of a question; returns that, or None if one of them is refused."""
    *before, last = question.split("\n")
    return last if all(outcome.ok for line in before for outcome in session.run(line)) else None


def asked(session, question):
    """[steps of the longest stretch, where] of a question's last line; None where it cannot be asked."""
    line = prepared(session, question)
    if line is None:
        return None
    found = stretches(lambda: [outcome.to_json() for outcome in session.run(line)])
    return [found.longest, found.where]


def chosen(words):
    """(questions, kinds) that `words` name; all of what they name none of."""
    names = [word for word in words if word not in KINDS]
    commands = [command for command in registry.every() if not names or command.name in names]
    asked_of = [command for command in commands if names or command.name not in PASSED_OVER]
    return [question for command in asked_of for question in questions(command)], [
        kind for kind in KINDS if kind in words or not set(words) & set(KINDS)
    ]


def deaf(words, few=FEW, many=MANY):
    """For each line that is deaf: (kind, line, steps among few, among many, where)."""
    lines, kinds = chosen(words)
    for kind in kinds:
        small, large = full(kind, few), full(kind, many)
        for line in lines:
            among_many = in_a_fork(asked, large, line)
            if not among_many or among_many[0] < MOST * (many - few):
                continue
            among_few = in_a_fork(asked, small, line)
            if among_few and among_many[0] - among_few[0] > MOST * (many - few):
                yield kind, line.replace("\n", "; "), among_few[0], among_many[0], among_many[1]


def main(words):
    """Prints the lines that are deaf; returns the exit value."""
    status = 0
    for kind, line, few, many, where in deaf(words):
        print(f"{kind}: {line}: {few:,} steps among {FEW}, {many:,} among {MANY}, most in {where}", flush=True)
        status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
