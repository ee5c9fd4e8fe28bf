"""The sweep: every command on sessions that are full of one kind of things, at two sizes a factor of thirty apart.

    questions (`asked.py`) x {processes, jobs, VMOs ... names} (`full.py`)
        ->  what grows faster than n log n, and what takes longer than it may

Each question is put to a fork of the process that has the session, so nothing that one does is there for the next. CPU
time counts, which a busy machine changes little. What looks suspicious is measured again, and the fastest run counts.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from math import log
from time import thread_time

from kshell.shell import registry
from kshell.shell.command import Command
from kshell.shell.looks import LOOKS
from kshell.shell.session import Session
from tests.benchmarks.asked import FACES, LINES, PASSED_OVER
from tests.benchmarks.full import KINDS, full
from tests.benchmarks.units import SECONDS, three_digits, written

TINY, SMALL, LARGE = 3, 50, 1_500
# No question may take longer on so few things; what takes less than the other says nothing about growth.
MOST_SECONDS, LEAST_SECONDS = 0.1, 0.005
# What the exponent of n log n is at these sizes, and what noise may add.
LIMIT = log(LARGE * log(LARGE) / (SMALL * log(SMALL))) / log(LARGE / SMALL) + 0.1
TRIES = 3
# What takes more CPU time than this is not waited for.
PATIENCE = 10
HEADER = ("asked", "full of", f"{SMALL:,}", f"{LARGE:,}", "exponent", "why")
WIDTHS = (46, 13, 10, 10, 10, 0)
# What of an answer is timed: the line as a person sees it, the same as a program does, and the line once more.
ASKED, AS_JSON, AGAIN = "", " (as JSON)", " (again)"

Row = tuple[str, ...]
Times = dict[str, float]
Question = tuple[str, Callable[[Session], Times]]


class Refused(Exception):
    """A question that a session cannot answer; says why."""


def main(words: Sequence[str]) -> int:
    """Prints what is above its bound as it is found, and what was passed over; returns 1 if anything is above."""
    unknown = [word for word in words if word not in FACES and registry.find(word) is None and word not in KINDS]
    if unknown:
        print(f"there is no command {unknown[0]!r}, and nothing of which a session can be full", file=sys.stderr)
        return 2
    found = 0
    passed: dict[str, list[str]] = {}
    for found, row in enumerate(sweep(words, passed), 1):
        for cells in (HEADER, row) if found == 1 else (row,):
            print("".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)), flush=True)
    for name, why in PASSED_OVER.items():
        if not words:
            print(f"passed over: {name}: {why}")
    for why, kinds in passed.items():
        print(f"passed over: {why} ({', '.join(kinds)})")
    return min(found, 1)


def questions(command: Command) -> list[str]:
    """What a command is asked: its own example, and the lines that make it look at all there is."""
    return list(dict.fromkeys((*LINES.get(command.name, ()), *example(command))))


def example(command: Command) -> list[str]:
    """The first example of the command's own, with the lines before it; none where all show how it fails."""
    lines: list[str] = []
    for line, output in command.examples:
        lines.append(line)
        if command.name in line and f"{command.name}: " not in output:
            return ["\n".join(lines)]
    return []


def asking(command: Command, question: str) -> Callable[[Session], Times]:
    """What puts a question to a session, and says how long the last line of it took."""
    *before, last = question.split("\n")

    def ask(on: Session) -> Times:
        for line in before:
            for outcome in on.run(line):
                if not outcome.ok:
                    raise Refused(f"{line}: {outcome.reason}")
            # As a console does before it shows its prompt.
            on.settle()
        begin = thread_time()
        outcomes = list(on.run(last))
        asked = thread_time()
        for outcome in outcomes:
            outcome.to_json()
        times = {ASKED: asked - begin, AS_JSON: thread_time() - begin}
        if outcomes and not outcomes[-1].ok:
            raise Refused(f"{last}: {outcomes[-1].reason}")
        if command.name in LOOKS:
            list(on.run("handle_duplicate $event same"))
            on.settle()
            begin = thread_time()
            list(on.run(last))
            times[AGAIN] = thread_time() - begin
        return times

    return ask


def facing(face: Callable[[Session], object]) -> Callable[[Session], Times]:
    """What a console does beside running lines, timed."""

    def ask(on: Session) -> Times:
        begin = thread_time()
        face(on)
        return {ASKED: thread_time() - begin}

    return ask


def all_questions(words: Sequence[str]) -> list[Question]:
    """Those of the commands and faces `words`, of all if it names none."""
    commands = [
        command for command in registry.every() if (command.name in words if words else command.name not in PASSED_OVER)
    ]
    lines = [(question, asking(command, question)) for command in commands for question in questions(command)]
    return [*lines, *((name, facing(face)) for name, face in FACES.items() if not words or name in words)]


def answer(on: Session, ask: Callable[[Session], Times]) -> Times:
    """What a fork of this process measures. Raises Refused, also when it takes too long."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(on, ask, writing)
    os.close(writing)
    with open(reading, encoding="utf-8") as end:
        said = end.read()
    os.waitpid(child, 0)
    if not said:
        return {ASKED: float(PATIENCE)}
    times = json.loads(said)
    if isinstance(times, str):
        raise Refused(times)
    found: Times = times
    return found


def _answer(on: Session, ask: Callable[[Session], Times], writing: int) -> None:
    """Measures in this fork, writes what was measured, or why it was not, and ends."""
    said: Times | str = "it failed"
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
        with tempfile.TemporaryDirectory(prefix="kshell-bench-") as folder:
            os.chdir(folder)
            try:
                said = ask(on)
            except Refused as refused:
                said = str(refused)
        os.write(writing, json.dumps(said).encode())
    finally:
        os._exit(0)


def warm(asked: Sequence[Question]) -> None:
    """Loads what the questions load when they are put first: that does not count."""
    here = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="kshell-bench-") as folder:
        os.chdir(folder)
        for _, ask in asked:
            with suppress(Refused):
                ask(full("processes", TINY))
        os.chdir(here)


def sweep(words: Sequence[str], passed: dict[str, list[str]]) -> Iterator[Row]:
    """The rows of what is above its bound, among the commands, faces and kinds `words`; all if it names none.

    `passed` gets what was passed over, {why: the kinds}."""
    asked = all_questions([word for word in words if word not in KINDS])
    warm(asked)
    for kind in [word for word in words if word in KINDS] or KINDS:
        print(f"sweep: {kind} ...", file=sys.stderr, flush=True)
        small, large = full(kind, SMALL), full(kind, LARGE)
        for name, ask in asked:
            try:
                many = answer(large, ask)
                if max(many.values()) < LEAST_SECONDS:
                    continue
                few = answer(small, ask)
                for _ in range(TRIES if _doubtful(few, many) else 0):
                    few, many = _best(few, answer(small, ask)), _best(many, answer(large, ask))
            except Refused as refused:
                passed.setdefault(str(refused), []).append(kind)
                continue
            label = name.replace("\n", "; ")
            for what in _suspicions(few, many):
                slope = three_digits(_slope(few[what], many[what]))
                cells = written(few[what], SECONDS), written(many[what], SECONDS), slope
                yield f"{label}{what}", kind, *cells, _suspicious(few[what], many[what])


def _best(one: Times, other: Times) -> Times:
    return {what: min(one[what], other[what]) for what in one.keys() & other.keys()}


def _suspicions(few: Times, many: Times) -> list[str]:
    return [what for what in few.keys() & many.keys() if _suspicious(few[what], many[what])]


def _doubtful(few: Times, many: Times) -> bool:
    """Whether something is above its bound, and not so much that it says nothing of a busy machine."""
    found = _suspicions(few, many)
    return any(many[what] < 2 * MOST_SECONDS or _slope(few[what], many[what]) > LIMIT for what in found)


def _slope(few: float, many: float) -> float:
    return log(max(many, 1e-9) / max(few, 1e-9)) / log(LARGE / SMALL)


def _suspicious(few: float, many: float) -> str:
    """Why a pair of times is above its bound; "" if it is not."""
    if many > LEAST_SECONDS and _slope(few, many) > LIMIT:
        return "above n log n"
    return f"above {written(MOST_SECONDS, SECONDS)}" if many > MOST_SECONDS else ""
