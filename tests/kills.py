"""Kills kshell at random moments and looks whether anything that was answered is lost.

    python -m tests.kills --kills 500 --seed 1

Each round starts kshell on a journal, sends lines as fast as they are answered, and kills the process (SIGKILL) after
a random while, often in the middle of a line. Then the journal is opened again: every answered line must be there, in
order, and at most one more, the one that was being answered. Two rounds run side by side, so the machine is busy.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from tests.lines import random_line

START = [sys.executable, "-m", "kshell", "--json", "-k", "--journal"]


def one_kill(seed, folder):
    """One round; returns how many lines were answered. Raises AssertionError when one is lost."""
    random = Random(seed)
    path = Path(folder) / f"journal-{seed}"
    kept = []
    answered_in_all = 0
    for life in range(2):
        process = subprocess.Popen([*START, str(path), "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        killer = threading.Timer(random.uniform(0.0, 0.25), process.send_signal, (signal.SIGKILL,))
        killer.start()
        answered, sent = [], ""
        try:
            while True:
                sent = random_line(random)
                process.stdin.write(sent.encode() + b"\n")
                process.stdin.flush()
                while sent.strip() and not sent.lstrip().startswith("#"):
                    answer = process.stdout.readline()
                    if not answer.endswith(b"\n"):
                        raise BrokenPipeError
                    if json.loads(answer)["line"] == sent and _last(sent, answer):
                        break
                answered.append(sent)
        except BrokenPipeError:
            pass
        process.wait()
        killer.cancel()
        process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        found = in_journal(path)
        expected = kept + _told(answered)
        told = f"seed {seed}, life {life}: answered {len(expected)}, kept {len(found)}"
        assert found[: len(expected)] == expected, told
        assert found[len(expected) :] in ([], _told([sent])) or _only_quiet(found[len(expected) :]), told
        kept = found
        answered_in_all += len(answered)
    return answered_in_all


def _last(line, answer):
    """Whether this is the last answer to the line: lines of two commands have two."""
    return "; " not in line or json.loads(answer)["command"] == line.split("; ")[1].split()[-1]


def _told(lines):
    """Lines that are answered at all: with nothing in them there is nothing to wait for."""
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _only_quiet(lines):
    return len(lines) <= 1


def in_journal(path):
    """The lines a new kshell finds in the journal."""
    if not path.exists() or not path.stat().st_size:
        return []
    done = subprocess.run([*START, str(path), "-c", "history"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return _told([entry["line"] for entry in json.loads(done.stdout)["result"]["lines"]])


def main(arguments=None):
    """Runs the kills; prints what came of them; returns the exit value."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args(arguments)
    begin = time.monotonic()
    rounds = (options.kills + 1) // 2
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        seeds = range(options.seed, options.seed + rounds)
        answered = sum(pool.map(lambda seed: one_kill(seed, folder), seeds))
    seconds = time.monotonic() - begin
    print(f"{2 * rounds} kills, {answered} lines answered, none lost; seeds from {options.seed}, {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
