"""How long a command goes on without looking for Ctrl-C: `python -m tests.deafness [--things N] [COMMAND|KIND...]`.

A timer ticks in the CPU time of the process; Python's handler of it runs when whatever runs looks for signals.

    tick . . . . tick  tick . . . .. . . . . . . . tick . .
      handler      handler                           handler      the longest stretch between two is the deafness

Python looks for them all the time, but not while it is in C: in a sort, a join, in machine code that calls no `poll`.
Every question of the sweep (`tests/benchmarks/asked.py`) is put to sessions that are full of each kind of things. Then
the line is interrupted at random moments of it, and has to be taken back. Ends non-zero if a line is deaf for longer
than it may be, or is not taken back.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import signal
import sys
import tempfile
from random import Random
from time import process_time

from kshell.kernel.compiling import compiled
from kshell.shell import registry
from tests.benchmarks.asked import PASSED_OVER
from tests.benchmarks.full import KINDS, full
from tests.benchmarks.sweep import questions
from tests.dump import difference, dump

# How long a line may be deaf, and how long it may take before it is given up, in seconds of CPU time.
MOST = 0.05
PATIENCE = 60
TICK = 0.001


class Ear:
    """Listens to the ticks: `longest` is the longest stretch without one in seconds, `where` the Python that heard it,
    `collected` how much of it was Python's collector of garbage."""

    def __init__(self):
        self.longest = self.collected = self._collecting = 0.0
        self.where = ""
        self._last = self._begun = 0.0

    def __enter__(self):
        gc.callbacks.append(self._collects)
        self._usual = signal.signal(signal.SIGPROF, self._heard)
        self._last = process_time()
        signal.setitimer(signal.ITIMER_PROF, TICK, TICK)
        return self

    def __exit__(self, *_):
        signal.setitimer(signal.ITIMER_PROF, 0)
        self._heard(0, sys._getframe(1))
        signal.signal(signal.SIGPROF, self._usual)
        gc.callbacks.remove(self._collects)

    def _collects(self, phase, _):
        now = process_time()
        if phase == "start":
            self._begun = now
        else:
            self._collecting += now - self._begun

    def _heard(self, _, frame):
        now = process_time()
        if now - self._last > self.longest:
            self.longest, self.collected = now - self._last, self._collecting
            # The one that polls says nothing: who called it does.
            names = []
            while frame is not None and len(names) < 3:
                names.append(f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}")
                frame = frame.f_back
            self.where = " < ".join(names)
        self._last, self._collecting = process_time(), 0.0


def prepared(session, question):
    """Runs the lines before the last one of a question; returns that, or None if one of them is refused."""
    *before, last = question.split("\n")
    return last if all(outcome.ok for line in before for outcome in session.run(line)) else None


def listened(session, question):
    """What is found by listening: [deafness, of it collecting, where it ended, the whole]; None if it is refused."""
    line = prepared(session, question)
    if line is None:
        return None
    begin = process_time()
    with Ear() as ear:
        for outcome in session.run(line):
            outcome.to_json()
    return [ear.longest, ear.collected, ear.where, process_time() - begin]


def interrupted(session, question, after):
    """Interrupts the last line after so many seconds; returns what is wrong then, or ""."""
    line = prepared(session, question)
    before = dump(session)
    signal.signal(signal.SIGPROF, session.interrupts.handle)
    signal.setitimer(signal.ITIMER_PROF, after)
    exits = [outcome.exit for outcome in session.run(line)]
    signal.setitimer(signal.ITIMER_PROF, 0)
    session.interrupts.pending = False
    session.state.machine.check()
    if exits != [130]:
        # It was over before, or what was interrupted was the line after lines that it had run.
        return ""
    return difference(before, dump(session))


def fork(ask, *arguments):
    """What `ask(*arguments)` returns in a fork; what ended it if it does not."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = "it failed"
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
            with tempfile.TemporaryDirectory(prefix="kshell-deaf-") as folder:
                os.chdir(folder)
                said = ask(*arguments)
        except BaseException as error:
            said = f"it failed: {error!r}"
        finally:
            os.write(writing, json.dumps(said).encode())
            os._exit(0)
    os.close(writing)
    with open(reading, encoding="utf-8") as end:
        said = end.read()
    _, status = os.waitpid(child, 0)
    return json.loads(said) if said else f"it was ended by signal {os.waitstatus_to_exitcode(status)}"


def main(words=None):
    """Prints each line that is deaf for too long or is not taken back; returns the exit value."""
    parser = argparse.ArgumentParser(prog="python -m tests.deafness", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--things", type=int, default=20_000)
    parser.add_argument("--most", type=float, default=MOST, help="seconds that a line may be deaf (%(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("names", nargs="*", metavar="COMMAND|KIND")
    options = parser.parse_args(words)
    random = Random(options.seed)
    commands = [name for name in options.names if name not in KINDS]
    asked = [
        question
        for command in registry.every()
        if (command.name in commands if commands else command.name not in PASSED_OVER)
        for question in questions(command)
    ]
    print(f"{len(asked)} questions, {'compiled' if compiled() else 'Python'}", flush=True)
    bad = interrupts = 0
    for kind in [name for name in options.names if name in KINDS] or KINDS:
        session = full(kind, options.things)
        print(f"{kind} ...", flush=True)
        for question in asked:
            label = question.replace("\n", "; ")
            found = fork(listened, session, question)
            if found is None:
                continue
            if isinstance(found, str):
                print(f"  {label}: {found}", flush=True)
                bad += 1
                continue
            longest, collected, where, whole = found
            if longest - collected > options.most:
                bad += 1
                print(
                    f"  {label}: deaf for {longest * 1000:.0f} of {whole * 1000:.0f} ms"
                    f" ({collected * 1000:.0f} collecting), until {where}",
                    flush=True,
                )
            if whole > 0.02:
                interrupts += 1
                wrong = fork(interrupted, session, question, random.uniform(0.001, whole))
                if wrong:
                    bad += 1
                    print(f"  {label}: {wrong}", flush=True)
    print(f"{bad} bad, {interrupts} lines interrupted", flush=True)
    return min(bad, 1)


if __name__ == "__main__":
    sys.exit(main())
