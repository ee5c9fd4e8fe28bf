"""Ctrl-C at random moments of every command's lines: `python -m tests.stops [--things N] [--seed S] [COMMAND|KIND...]`.

Every question of the sweep (`tests/benchmarks/asked.py`) is put to sessions that are full of each kind of things, once
to see how long it takes, and once more to be stopped at a moment of that. It has to be answered, and where it says that
the machine is as it was before the line, it is. In a compiled tree (`tests/compiled.py`) this is about machine code.
"""

import argparse
import signal
import sys
from random import Random
from time import process_time

from kshell.kernel.compiling import compiled
from tests.benchmarks.full import full
from tests.deafness import chosen, prepared
from tests.dump import difference, dump
from tests.forks import in_a_fork

INTERRUPTED = 130


def seconds(session, question):
    """The seconds of CPU time that the last line of a question takes; None where it cannot be asked."""
    line = prepared(session, question)
    if line is None:
        return None
    begin = process_time()
    for outcome in session.run(line):
        outcome.to_json()
    return process_time() - begin


def stopped(session, question, after):
    """Stops the last line after so many seconds of CPU time; returns [whether it was stopped, what is wrong then]."""
    line = prepared(session, question)
    before = dump(session)
    signal.signal(signal.SIGPROF, session.interrupts.handle)
    signal.setitimer(signal.ITIMER_PROF, after)
    exits = [outcome.exit for outcome in session.run(line)]
    signal.setitimer(signal.ITIMER_PROF, 0)
    session.interrupts.pending = False
    session.state.machine.check()
    # What has run other lines has other results before the one that says so.
    return [INTERRUPTED in exits, difference(before, dump(session)) if exits == [INTERRUPTED] else ""]


def main(words=None):
    """Prints each line that dies or is not taken back, and how many were stopped; returns the exit value."""
    parser = argparse.ArgumentParser(prog="python -m tests.stops", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--things", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("names", nargs="*", metavar="COMMAND|KIND")
    options = parser.parse_args(words)
    random = Random(options.seed)
    lines, kinds = chosen(options.names)
    tries = hits = wrong = 0
    for kind in kinds:
        session = full(kind, options.things)
        for line in lines:
            whole = in_a_fork(seconds, session, line)
            if whole is None:
                continue
            tries += 1
            try:
                hit, difference_ = in_a_fork(stopped, session, line, random.uniform(0.0005, max(whole, 0.001)))
            except RuntimeError as error:
                hit, difference_ = True, str(error)
            hits += hit
            if difference_:
                wrong += 1
                print(f"{kind}: {line!r}: {difference_}", flush=True)
    print(f"{'compiled' if compiled() else 'Python'}: {tries} lines, {hits} stopped, {wrong} wrong", flush=True)
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
