"""Starting: the whole process of one command, and the first prompt."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.benchmarks.benchmark import ONLY, Benchmark, Figures, Row, Skipped
from tests.benchmarks.installed import bin_folder
from tests.benchmarks.processes import program, timed
from tests.benchmarks.targets import Ratio
from tests.benchmarks.terminal import seconds_to_prompt

IPYTHON_VARIABLE = "KSHELL_BENCH_IPYTHON"


class Start(Benchmark):
    """The whole process, next to that of an empty Python program of the same environment."""

    name = "start"
    rows = (Row("whole process `kshell -c ps`, installed by a current pip", "`python3 -c pass`", (Ratio(2.5),)),)
    repeats = 5

    def ours(self) -> Figures:
        return {ONLY: timed([bin_folder() / "kshell", "-c", "ps"])}

    def theirs(self) -> Figures:
        return {ONLY: timed([bin_folder() / "python3", "-c", "pass"])}


class StartGdb(Start):
    """The whole process, next to a debugger's."""

    name = "start-gdb"
    rows = (Row("the same", "`gdb -nx -batch -ex 'p 1'`", (Ratio(0.5),)),)

    def theirs(self) -> Figures:
        return {ONLY: timed([program("gdb"), "-nx", "-batch", "-ex", "p 1"])}


class Prompt(Benchmark):
    """What a person waits for at the start."""

    name = "prompt"
    rows = (Row("first prompt on a terminal", "ipython", (Ratio(0.6),)),)
    repeats = 2

    def ours(self) -> Figures:
        return {ONLY: seconds_to_prompt([bin_folder() / "kshell"], b"magenta$")}

    def theirs(self) -> Figures:
        return {ONLY: seconds_to_prompt([_ipython()], b"In [1]:")}


def _ipython() -> Path:
    """The program. A missing one, or a script that only looks for another, is not a peer."""
    named = os.environ.get(IPYTHON_VARIABLE) or shutil.which("ipython")
    if named is None:
        raise Skipped(f"ipython is not installed; {IPYTHON_VARIABLE} may name it")
    path = Path(named)
    if b"python" not in path.read_bytes().split(b"\n", 1)[0]:
        raise Skipped(f"{path.name} is a shell script that looks for ipython; {IPYTHON_VARIABLE} may name the real one")
    return path
