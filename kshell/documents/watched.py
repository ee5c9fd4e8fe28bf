"""Answers in processes of their own, watched: whatever an answer does, it has a graded paper in the end.

                    job            limits: memory, files; sandbox; an interrupt when the time is up
    kshell --grade  ----->  kshell.grader
          ^                      |
          '--- records ----------'      a process that is still there long after is killed with all it has started

A record is believed only as far as it can be: which goals there are, their points, and which wait for which are known
here. An answer at which the process dies is run again without the line that did it, so what came before counts.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from threading import Timer

from kshell.documents.answers import ENDINGS, FAILED, LOST, MOST_ANSWER, TIME, WHOLE, Ended
from kshell.documents.exercise import Exercise
from kshell.documents.grading import MOST_TOLD, Mark, waiting
from kshell.shell.interrupts import Interrupts
from kshell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# What Python is started with. -P: a folder that holds answers is no place to import from.
GRADER = ("-P", "-B", "-m", "kshell.grader")
# Seconds that a process may take before its answer begins: on a busy computer Python itself takes a while to start.
STARTING = 60.0
# Seconds that it may take after its answer has had all its time, beside as many again as the answer had.
GRACE = 3.0
# Bytes that are read at most: of all records, and of one.
MOST_READ = 1 << 26
MOST_RECORD = 1 << 16
# What is said of goals that nobody could look at.
UNSEEN = "the process ended before anybody could look"


class Limits:
    """What an answer may use: seconds for its lines, and bytes of this computer's memory."""

    __slots__ = ("seconds", "memory")

    def __init__(self, seconds: float, memory: int) -> None:
        self.seconds = seconds
        self.memory = memory


class Machine:
    """What the machine of every answer is made with: options of the command line as `Options` has them."""

    __slots__ = ("machine", "values", "switches")

    def __init__(self, machine: dict[str, str], values: dict[str, str], switches: list[str]) -> None:
        self.machine = machine
        self.values = values
        self.switches = switches


class Paper:
    """What became of an answer to an exercise: its lines, how it ended, and a mark for each goal."""

    __slots__ = ("lines", "exercise", "ended", "marks")

    def __init__(self, text: str, exercise: Exercise, ended: Ended, marks: list[Mark]) -> None:
        self.lines = text.split("\n")
        self.exercise = exercise
        self.ended = ended
        self.marks = marks

    @property
    def points(self) -> int:
        """The points that the answer gets."""
        return sum(mark.points for mark in self.marks)

    @property
    def passed(self) -> bool:
        """Whether all goals are met."""
        return all(mark.passed for mark in self.marks)

    def line(self, number: int) -> str:
        """A line of the answer, safe to show."""
        return printable(self.lines[number - 1].strip()) if 0 < number <= len(self.lines) else ""


class Found:
    """What the records of one process say."""

    __slots__ = ("begun", "line", "ended", "goals", "moved", "whole", "late")

    def __init__(self) -> None:
        self.begun = self.whole = self.late = False
        self.line = 0
        self.ended: Ended | None = None
        self.goals: dict[int, tuple[bool, str, str]] = {}
        self.moved: dict[int, int] = {}

    def take(self, record: Any) -> None:
        """Takes a record; what is not one changes nothing."""
        if not isinstance(record, dict):
            return
        kind = record.get("kind")
        number, line = _count(record.get("number")), _count(record.get("line"))
        if kind == "begin":
            self.begun = True
        elif kind == "end":
            self.whole = True
        elif kind == "line":
            self.line = number
        elif kind == "ended" and record.get("how") in ENDINGS:
            self.ended = Ended(record["how"], line, _text(record.get("why")))
        elif kind == "goal" and isinstance(record.get("passed"), bool):
            self.goals[number] = record["passed"], _text(record.get("expected")), _text(record.get("found"))
        elif kind == "moved":
            self.moved[number] = line


def assess(exercise: Exercise, text: str, machine: Machine, limits: Limits, interrupts: Interrupts) -> Paper:
    """Runs an answer, and judges it. Raises KeyboardInterrupt, and OSError where no process can be
    started."""
    ended: Ended | None = None
    tried = text
    if len(text) > MOST_ANSWER:
        ended = Ended(FAILED, 0, f"it has more than {MOST_ANSWER >> 20}M characters")
        tried = ""
    while True:
        found = _run(_job(exercise, tried, machine, limits), limits, interrupts)
        if found.goals or found.whole:
            break
        # It died in the middle: the line that did it ends the answer.
        at = found.line
        ended = ended or _death(found)
        if not at:
            break
        tried = "\n".join(tried.split("\n")[: at - 1])
    if ended is None:
        ended = found.ended or Ended(WHOLE)
    return Paper(text, exercise, ended, _marks(exercise, found))


def _death(found: Found) -> Ended:
    """How an answer ended whose process did not tell."""
    if found.ended is not None:
        return found.ended
    return Ended(TIME if found.begun and found.late else LOST, found.line)


def _marks(exercise: Exercise, found: Found) -> list[Mark]:
    """A mark for each goal."""
    marks: list[Mark] = []
    for goal in exercise.goals:
        waits_for = waiting(goal, marks)
        seen = found.goals.get(goal.number)
        if waits_for:
            mark = Mark(goal, None)
            mark.waits_for = waits_for
        elif seen is None:
            mark = Mark(goal, None, "", UNSEEN)
        else:
            mark = Mark(goal, *seen)
            mark.moved = found.moved.get(goal.number)
        marks.append(mark)
    return marks


def _job(exercise: Exercise, text: str, machine: Machine, limits: Limits) -> bytes:
    """What the process is to do."""
    block = exercise.block
    job = {
        "machine": machine.machine,
        "values": machine.values,
        "switches": machine.switches,
        "block": {"info": block.info, "fence": block.fence, "first": block.first, "lines": block.lines},
        "number": exercise.number,
        "answer": text,
        "seconds": limits.seconds,
        "memory": limits.memory,
    }
    return json.dumps(job).encode("ascii")


def _run(job: bytes, limits: Limits, interrupts: Interrupts) -> Found:
    """Starts the process and hears what it tells. Raises KeyboardInterrupt, OSError."""
    found = Found()
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(
        [sys.executable, *GRADER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        start_new_session=True,
    )
    watchdog = Watchdog(process)
    try:
        watchdog.give(STARTING)
        interrupts.wait(lambda: _talk(process, job, found, watchdog, limits))
    finally:
        watchdog.stop()
        found.late = watchdog.bitten
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
    return found


def _talk(process: subprocess.Popen[bytes], job: bytes, found: Found, watchdog: Watchdog, limits: Limits) -> None:
    """Gives the process its job, and takes its records until it ends or tells too much."""
    assert process.stdin is not None and process.stdout is not None
    # One that is gone already takes no job, and tells nothing.
    with contextlib.suppress(OSError):
        process.stdin.write(job)
        process.stdin.close()
    read = 0
    # A line that has no end is cut, and then no record.
    while read < MOST_READ and (line := process.stdout.readline(MOST_RECORD)):
        read += len(line)
        begun = found.begun
        try:
            found.take(json.loads(line))
        except ValueError:
            continue
        if found.begun and not begun:
            watchdog.give(2 * limits.seconds + GRACE)


class Watchdog:
    """Kills a process, with all that it has started, when the time that it was given last is over."""

    __slots__ = ("process", "bitten", "_timer")

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.bitten = False
        self._timer: Timer | None = None

    def give(self, seconds: float) -> None:
        """The process has so many seconds from now on."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = Timer(seconds, self._bite)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """Whatever is left of the process ends now. Nobody may have waited for it before."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        self._kill()

    def _bite(self) -> None:
        self.bitten = True
        self._kill()

    def _kill(self) -> None:
        if not hasattr(os, "killpg"):
            self.process.kill()
            return
        from signal import SIGKILL

        # Until somebody has waited for it, its number is no other process's.
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, SIGKILL)


def _count(found: object) -> int:
    """A number of a record; 0 where it is none."""
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else 0


def _text(found: object) -> str:
    """A text of a record, safe to show."""
    return printable(found[: 2 * MOST_TOLD]) if isinstance(found, str) else ""
