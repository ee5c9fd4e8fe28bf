"""One answer, run and judged in a process of its own: what `kshell --grade` starts for each.

    standard input     what is to be done, as one JSON object
    standard output    what has been found, one JSON object a line; the last one is {"kind": "end"}

Lines of an answer print into results that nobody reads. What was standard output when the process began has another
number when they run, and nothing that they can name leads there.

kind    further fields
begin   the machine stands, the answer runs now
line    number: of the answer's line that runs now
ended   how, line, why: how the answer ended (`documents/answers.py`)
goal    number, passed, expected, found: one that was looked at
moved   number, line: which line last moved what was found
end     there is no more
"""

from __future__ import annotations

import json
import os
import sys
from _thread import interrupt_main
from contextlib import suppress
from threading import Timer

from kshell.documents.answers import MEMORY, run_answer
from kshell.documents.exercise import read_exercise
from kshell.documents.grading import grade, prepare
from kshell.documents.moves import find_moves
from kshell.documents.reading import Code
from kshell.options import Options
from kshell.shell.interrupts import PROGRAM
from kshell.start import start_session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Seconds in which the lines are looked for that moved what goals look at, at most.
LOOKING_SECONDS = 3.0
# Seconds of the processor after which the system ends the process even if nobody else does, beside the answer's own.
SPARE_SECONDS = 120


def limit(memory: int, seconds: float) -> None:
    """Takes from this process what an answer does not need: more memory, more time, files to be written."""
    try:
        import resource
    except ImportError:
        # There is no such thing on this system; whoever has started the process still ends it when its time is up.
        return
    wanted = {
        "RLIMIT_AS": memory,
        "RLIMIT_CPU": int(3 * seconds) + SPARE_SECONDS,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
    }
    for name, most in wanted.items():
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (AttributeError, OSError, ValueError):
            continue


class Clock:
    """Interrupts what runs, as Ctrl-C does, when the time that it was given is over."""

    __slots__ = ("over", "_timer")

    def __init__(self) -> None:
        self.over = False
        self._timer: Timer | None = None

    def start(self, seconds: float) -> None:
        """There are so many seconds from now on."""
        self.over = False
        self._timer = Timer(seconds, self._ring)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """What comes now has any time, also if the signal is still on its way."""
        assert self._timer is not None
        self._timer.cancel()
        self._timer.join()
        PROGRAM.pending = False

    def _ring(self) -> None:
        self.over = True
        interrupt_main()


def main() -> None:
    """Does what standard input says."""
    PROGRAM.install()
    job: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    out = os.fdopen(os.dup(1), "w", encoding="ascii")
    nothing = os.open(os.devnull, os.O_RDWR)
    for file in (0, 1, 2):
        os.dup2(nothing, file)

    def tell(kind: str, **fields: object) -> None:
        out.write(f"{json.dumps({'kind': kind, **fields})}\n")
        out.flush()

    limit(job["memory"], job["seconds"])
    options = Options()
    options.machine = job["machine"]
    options.values = job["values"]
    options.switches = {*job["switches"], "--sandbox"}
    block = job["block"]
    exercise = read_exercise(Code(block["info"], block["fence"], block["first"], block["lines"]), job["number"])
    begin = start_session(options)
    prepare(exercise, begin)
    end = begin.apart()
    tell("begin")
    at = 0

    def begins(number: int) -> None:
        nonlocal at
        at = number
        tell("line", number=number)

    clock = Clock()
    clock.start(job["seconds"])
    try:
        ended, ran = run_answer(job["answer"], end, begins, lambda: clock.over)
    except MemoryError:
        # What is left of the machine is not worth a look: whoever started this starts it again without the line.
        tell("ended", how=MEMORY, line=at, why="")
        return
    clock.stop()
    tell("ended", how=ended.how, line=ended.line, why=ended.why)
    marks = []
    for mark in grade(exercise, begin, end):
        marks.append(mark)
        goal = mark.goal
        tell("goal", number=goal.number, passed=mark.passed, expected=mark.expected, found=mark.found)
    clock.start(min(job["seconds"], LOOKING_SECONDS))
    with suppress(KeyboardInterrupt):
        find_moves(marks, begin, ran, lambda: not clock.over)
    for mark in marks:
        if mark.moved is not None:
            tell("moved", number=mark.goal.number, line=mark.moved)
    tell("end")


if __name__ == "__main__":
    try:
        main()
    finally:
        # Taking the machine apart would only take time.
        os._exit(0)
