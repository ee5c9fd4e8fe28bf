"""Sends Ctrl-C at every moment of kshell's life: while it starts, waits, completes, runs, shows a pager, watches, ends.

    python -m tests.signals --signals 20000 --seed 1

Some are signals from outside, some are typed. None may end kshell, show a traceback or swallow a line: each line that
is typed is answered by what it prints or by `interrupted`.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from random import Random

from tests.program import ROOT
from tests.screen import Terminal

INTERRUPTED = "interrupted: the machine is as it was before the line"
# What is typed between the lines that are looked for, and what Enter after it does.
BETWEEN = (
    "vm\t\t",
    "help ps\r",
    "watch -n 0 --times 30 stat\r",
    "touch \t",
    "ps --name \t",
    "repeat 300 event_create\r",
)


class Storm:
    """Signals to one process at random times, until there were so many."""

    def __init__(self, random, pid, count):
        self.random = random
        self.pid = pid
        self.left = count
        self._thread = threading.Thread(target=self._send, daemon=True)
        self._thread.start()

    def _send(self):
        while self.left > 0:
            try:
                os.kill(self.pid, signal.SIGINT)
            except ProcessLookupError:
                return
            self.left -= 1
            time.sleep(self.random.choice((0, 0.0002, 0.001, 0.005)))

    def end(self):
        self.left, sent = 0, self.left
        self._thread.join()
        return sent


def console(random, folder, count, **options):
    """A console in a storm of `count` signals; returns how many lines were answered."""
    terminal = Terminal(folder, columns=80, lines=24, PAGER="cat", **options)
    try:
        terminal.wait(lambda: terminal.shows("magenta$"), "the first prompt")
        storm = Storm(random, terminal.process.pid, count)
        answered = 0
        while storm.left:
            if random.random() < 0.4:
                terminal.type(random.choice(BETWEEN))
                terminal.type("\x03" if random.random() < 0.5 else "\x15")
                terminal.settle(0.02)
            # What was typed last is gone: typed keys are read in their order.
            terminal.type("\x15")
            word = f"word{answered}x{random.randrange(10**6)}"
            before = terminal.written.count(INTERRUPTED)
            terminal.type(f"echo {word}\r")
            terminal.wait(
                lambda word=word, before=before: word in terminal.lines or terminal.written.count(INTERRUPTED) > before,
                f"an answer to echo {word}",
            )
            answered += 1
        storm.end()
        terminal.type("\x15")
        terminal.run("echo calm")
        assert "Traceback" not in terminal.written, terminal.written[-3000:]
        assert terminal.leave() == 0
        return answered
    finally:
        terminal.process.close(force=True)


def coming_and_going(random, folder, count):
    """Consoles in a storm from their first moment to their last, until there were `count` signals."""
    starts = 0
    while count > 0:
        terminal = Terminal(folder, columns=80, lines=24, program=(sys.executable, "-c", READY))
        try:
            terminal.wait(lambda terminal=terminal: terminal.shows("ready"), "the handler")
            storm = Storm(random, terminal.process.pid, 150)
            terminal.wait(lambda terminal=terminal: terminal.shows("magenta$"), "the first prompt")
            status = terminal.leave()
            count -= 150 - storm.end()
            assert (status, terminal.process.signalstatus) == (0, None), (status, terminal.process.signalstatus)
            assert "Traceback" not in terminal.written, terminal.written[-3000:]
            starts += 1
        finally:
            terminal.process.close(force=True)
    return starts


# What `python -m kshell` does, and a word when its handler is there: until then Python itself answers a signal.
READY = """
from kshell.shell.interrupts import PROGRAM
PROGRAM.install()
print("ready", flush=True)
from kshell.__main__ import entry
entry()
"""


def start(random, folder, *arguments):
    """A script that is interrupted at some moment; its exit value has to be one that is documented."""
    process = subprocess.Popen(
        [sys.executable, "-c", READY, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "HOME": str(folder), "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout.readline() == "ready\n"
    time.sleep(random.uniform(0, 0.08))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert "Traceback" not in err and process.returncode in (0, 130), (process.returncode, err)
    return process.returncode


def main(arguments=None):
    """Sends the signals; prints what came of them, minutes apart where they are many; returns the exit value."""
    parser = argparse.ArgumentParser(prog="python -m tests.signals", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--signals", type=int, default=20000)
    parser.add_argument("--starts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args(arguments)
    random = Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        print(f"seed {options.seed}", flush=True)
        answered = console(random, folder, options.signals)
        print(f"{options.signals} signals to a console, {answered} lines answered", flush=True)
        starts = coming_and_going(random, folder, options.signals // 4)
        print(f"{options.signals // 4} more to {starts} consoles that come and go", flush=True)
        ends = [start(random, folder, "-c", "repeat 3000 event_create", "-c", "ps") for _ in range(options.starts)]
        print(f"{len(ends)} scripts, {ends.count(130)} stopped", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
