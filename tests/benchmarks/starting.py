"""Starting: the whole process of one command, and the first prompt."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.benchmarks.benchmark import ONLY, Benchmark, Figures, Row, Skipped
from tests.benchmarks.installed import bin_folder
from tests.benchmarks.processes import clean_environment, program, timed
from tests.benchmarks.targets import Ratio
from tests.benchmarks.terminal import seconds_to_prompt
from tests.benchmarks.units import MODULES

IPYTHON_VARIABLE = "KSHELL_BENCH_IPYTHON"


class Start(Benchmark):
    """The whole process, next to that of an empty Python program of the same environment."""

    name = "start"
    rows = (
        Row(
            "whole process `kshell -c ps`, installed by a current pip",
            "`python3 -c pass`",
            (Ratio(2.0),),
            compiled=(Ratio(1.6),),
        ),
    )
    repeats = 5

    def ours(self) -> Figures:
        return {ONLY: timed([bin_folder() / "kshell", "-c", "ps"])}

    def theirs(self) -> Figures:
        return {ONLY: timed([bin_folder() / "python3", "-c", "pass"])}


class StartGdb(Start):
    """The whole process, next to a debugger's."""

    name = "start-gdb"
    rows = (Row("the same", "`gdb -nx -batch -ex 'p 1'`", (Ratio(0.5),), compiled=(Ratio(0.4),)),)

    def theirs(self) -> Figures:
        return {ONLY: timed([program("gdb"), "-nx", "-batch", "-ex", "p 1"])}


class StartImports(Benchmark):
    """The part of a start that loads modules, next to what Python loads for itself."""

    name = "start-imports"
    rows = (
        Row("the modules of kshell in it, `-X importtime`", "all that Python itself loads", ()),
        Row("how many they are", "", (), figure="modules", unit=MODULES),
    )
    repeats = 5

    def ours(self) -> Figures:
        times = [time for name, time in _imports([bin_folder() / "kshell", "-c", "ps"]) if name.startswith("kshell")]
        return {ONLY: sum(times), "modules": len(times)}

    def theirs(self) -> Figures:
        return {ONLY: sum(time for _, time in _imports(["-c", "pass"]))}


def _imports(arguments: list[str | Path]) -> list[tuple[str, float]]:
    """The modules that Python loads for a program, and the seconds that each takes by itself."""
    words = [bin_folder() / "python3", "-X", "importtime", *arguments]
    done = subprocess.run(words, env=clean_environment(), capture_output=True, text=True, check=True)
    found = []
    for line in done.stderr.splitlines():
        alone, _, name = line.removeprefix("import time:").split("|")
        if alone.strip().isdigit():
            found.append((name.strip(), int(alone) / 1e6))
    return found


BARE = "from prompt_toolkit import PromptSession; PromptSession().prompt('magenta$ ')"
SHOWN, ECHOED = "shown", "echoed"


def _first_prompt(arguments: list[str | Path], prompt: bytes) -> Figures:
    shown, echoed = seconds_to_prompt(arguments, prompt)
    return {SHOWN: shown, ECHOED: echoed}


class Prompt(Benchmark):
    """What a person waits for at the start, next to what the library that edits lines takes for the least prompt."""

    name = "prompt"
    rows = (
        Row("first prompt on a terminal: it shows", "a bare prompt_toolkit prompt", (Ratio(0.5),), SHOWN),
        Row(
            "a key typed as soon as it shows: it is echoed", "the same", (Ratio(1.25),), ECHOED, compiled=(Ratio(1.2),)
        ),
    )
    repeats = 2

    def ours(self) -> Figures:
        return _first_prompt([bin_folder() / "kshell"], b"magenta$")

    def theirs(self) -> Figures:
        return _first_prompt([bin_folder() / "python3", "-c", BARE], b"magenta$")


class PromptIpython(Prompt):
    """The same, next to a console that people know."""

    name = "prompt-ipython"
    rows = (
        Row("first prompt: it shows", "ipython", (Ratio(0.6),), SHOWN),
        Row("a key typed as soon as it shows: it is echoed", "ipython", (), ECHOED),
    )

    def theirs(self) -> Figures:
        return _first_prompt([_ipython()], b"In [1]:")


def _ipython() -> Path:
    """The program. A missing one, or a script that only looks for another, is not a peer."""
    named = os.environ.get(IPYTHON_VARIABLE) or shutil.which("ipython")
    if named is None:
        raise Skipped(f"ipython is not installed; {IPYTHON_VARIABLE} may name it")
    path = Path(named)
    if b"python" not in path.read_bytes().split(b"\n", 1)[0]:
        raise Skipped(f"{path.name} is a shell script that looks for ipython; {IPYTHON_VARIABLE} may name the real one")
    return path
