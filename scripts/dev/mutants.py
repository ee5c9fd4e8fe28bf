"""Breaks the code in many small ways, one at a time, and tells which of them no test notices.

    python scripts/dev/mutants.py --count 500 --seed 1
    python scripts/dev/mutants.py kshell/kernel/vmo.py commands/tools --count 40
    python scripts/dev/mutants.py --only 3f2a9c01 --only 77e0b1d4 --long

A mutant is the tree with one change: a comparison turned, a number off by one, a statement left out (`mutations.py`
lists the kinds). Mutants are drawn from the given files and folders, the kernel and the shell if none are given; the
same seed draws the same ones from the same code. Each is written into a copy of the tree, one copy for each worker,
and the tests run there until the first that fails: those of the file's mirror (kshell/kernel/vmo.py is mirrored by
tests/kernel/test_vmo.py), those of the mirror's folder, then all others but the longest, quick files first. A run
that takes far longer than it does unbroken has noticed too: the change made it hang.

What survives goes as a diff into a file. Some of that is equivalent: it changes nothing that anybody could see. A
reader who has made sure says so in `equivalent-mutants.txt`, a line each: the mutant's id, then why. Such mutants are
left out of the draw. An id follows from the change and the function it is in, so it lasts while those do.

This is not part of the checks: it takes an hour and needs a reader.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from signal import SIGKILL, SIGTERM

from kshell.scripts.dev.mutations import Mutant, mutants_of

ROOT = Path(__file__).parent.parent.parent
EQUIVALENT = Path(__file__).parent / "equivalent-mutants.txt"
# No part of what is tested.
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist")
# A change can make a loop collect without end: more memory than this is refused to a run.
MEMORY = 4 << 30
# And a shell that runs this in the background has it ignore an interrupt, of which there are tests.
PYTEST = f"""\
import resource, signal, sys, pytest
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(pytest.main(sys.argv[1:]))
"""
# Shares of the time that all tests take: of a file that is quick, and of one that is long.
QUICK, LONGEST = 1 / 60, 1 / 15
# They wait for a terminal or measure, so a busy machine fails them.
SKIPPED = [
    *(f"tests/console/test_{name}.py" for name in ("console", "screen", "prompt", "signals")),
    *("tests/benchmarks", "tests/packaging"),
]


class Copy:
    """A copy of the tree, in which one mutant stands at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written = 0
        shutil.copytree(ROOT, folder, symlinks=True, ignore=NOT_COPIED)

    def require_imported(self, paths: list[str]) -> None:
        """Ends the program unless what the tests import from these files is this copy's."""
        names = [path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in paths]
        modules = [name if name.startswith("kshell") else f"kshell.{name}" for name in names]
        code = "import importlib, sys\nfor name in sys.argv[1:]: print(importlib.import_module(name).__file__)"
        found = subprocess.run(
            [sys.executable, "-c", code, *modules],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
        )
        wanted = [str((self.folder / path).resolve()) for path in paths]
        if [os.path.realpath(line) for line in found.stdout.split("\n")[:-1]] != wanted:
            sys.exit(f"not the copy is imported: {found.stdout}{found.stderr}")

    def environment(self) -> dict[str, str]:
        """The variables for a program that runs in the copy."""
        return {**os.environ, "PYTHONPATH": str(self.folder)}

    def write(self, path: str, source: bytes) -> None:
        """Replaces a file. Each version has a time of its own, so no compiled file of another is taken for it."""
        self.written += 1
        (self.folder / path).write_bytes(source)
        os.utime(self.folder / path, (self.written, self.written))

    def test(self, arguments: list[str], limit: float | None) -> tuple[int | None, str]:
        """(exit value, output) of pytest; the exit value is None when the time limit in seconds was passed."""
        with tempfile.TemporaryFile("w+") as output:
            process = subprocess.Popen(
                [sys.executable, "-c", PYTEST, "-q", "--tb=no", "-p", "no:cacheprovider", *arguments],
                cwd=self.folder,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                exit_: int | None = process.wait(limit)
            except subprocess.TimeoutExpired:
                exit_ = None
            # Programs that the tests started may be left; they are of the same session.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, SIGKILL)
            process.wait()
            output.seek(0)
            return exit_, output.read()


def seconds_by_file(copy: Copy, skipped: list[str], longest: float) -> dict[str, float]:
    """How long each test file takes on the code as it is. A file that fails there is left out, and one that takes a
    larger share of the whole than `longest`."""
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        ignored = [f"--ignore={path}" for path in skipped]
        copy.test([f"--junitxml={report.name}", "-o", "junit_family=xunit1", *ignored, "tests"], None)
        cases = list(ElementTree.parse(report.name).iter("testcase"))
    failing = {case.get("file") for case in cases if case.find("failure") is not None or case.find("error") is not None}
    seconds: dict[str, float] = {}
    for case in cases:
        file = case.attrib["file"]
        if file not in failing:
            seconds[file] = seconds.get(file, 0.0) + float(case.attrib["time"])
    whole = sum(seconds.values())
    left_out = [str(file) for file in failing] + [file for file in seconds if seconds[file] > longest * whole]
    print(f"the tests take {whole:.0f} s; left out: {', '.join(left_out) or 'none'}", flush=True)
    return {file: taken for file, taken in seconds.items() if file not in left_out}


def stages(path: str, seconds: dict[str, float]) -> list[list[str]]:
    """The test files for a change in `path`, in the order in which they are run, in one run for each stage."""
    folder, _, name = path.removeprefix("kshell/").rpartition("/")
    mirror = f"tests/{folder}/test_{name}"
    beside, quick = os.path.dirname(mirror), QUICK * sum(seconds.values())
    left = sorted(seconds, key=lambda file: seconds[file])
    found: list[list[str]] = []
    rules: tuple[Callable[[str], bool], ...] = (
        lambda file: file == mirror,
        lambda file: file.startswith(f"{beside}/"),
        lambda file: seconds[file] < quick,
        lambda file: True,
    )
    for rule in rules:
        found.append([file for file in left if rule(file)])
        left = [file for file in left if not rule(file)]
    return [stage for stage in found if stage]


def try_mutant(copy: Copy, mutant: Mutant, seconds: dict[str, float]) -> str:
    """The test that noticed the mutant, or nothing when it survived."""
    source = (ROOT / mutant.path).read_bytes()
    copy.write(mutant.path, mutant.applied_to(source))
    try:
        for stage in stages(mutant.path, seconds):
            exit_: int | None = -SIGTERM
            # Whoever ends programs by their names ends these too; that says nothing about the mutant.
            while exit_ in (-SIGTERM, -SIGKILL):
                exit_, output = copy.test(["-x", *stage], 20 + 6 * sum(seconds[file] for file in stage))
            if exit_ is None:
                return "a run without end"
            if exit_:
                lines = [line for line in output.split("\n") if line.startswith(("FAILED ", "ERROR "))]
                return (lines[0].split(" - ")[0] if lines else f"exit {exit_}: {output[-80:]!r}")[:120]
    finally:
        copy.write(mutant.path, source)
    return ""


def python_files(places: list[str]) -> list[str]:
    """The Python files in these files and folders, relative to the root."""
    found: list[Path] = []
    for place in places:
        path = ROOT / place
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return [path.relative_to(ROOT).as_posix() for path in found]


def equivalent(path: Path) -> set[str]:
    """The ids that a reader has marked as equivalent."""
    return {line.split()[0] for line in path.read_text().splitlines() if line.strip() and line[0] != "#"}


def options() -> argparse.Namespace:
    """The command line, read."""
    parser = argparse.ArgumentParser(description="Which small changes of the code does no test notice?")
    parser.add_argument("places", nargs="*", default=["kshell/kernel", "kshell/shell"], help="files and folders")
    parser.add_argument("--count", type=int, default=500, help="how many mutants to draw")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", action="append", default=[], metavar="ID", help="no draw: the mutant with this id")
    parser.add_argument("--skip", action="append", default=[], metavar="PATH", help="a test file that is not run")
    parser.add_argument("--long", action="store_true", help="run the longest test files too")
    parser.add_argument("--list", action="store_true", help="only print the mutants that were drawn")
    parser.add_argument("--survivors", type=Path, default=Path("survivors.diff"), help="where the diffs go")
    return parser.parse_args()


def main() -> int:
    """Draws the mutants, tries them, and prints a line for each and a summary."""
    chosen = options()
    marked = equivalent(EQUIVALENT)
    paths = python_files(chosen.places)
    every = [mutant for path in paths for mutant in mutants_of(path, (ROOT / path).read_bytes())]
    open_ = [mutant for mutant in every if mutant.id not in marked]
    if chosen.only:
        drawn = [mutant for mutant in every if mutant.id in chosen.only]
    else:
        drawn = random.Random(chosen.seed).sample(open_, min(chosen.count, len(open_)))
    print(f"{len(drawn)} drawn of {len(every)} mutants; {len(every) - len(open_)} are marked as equivalent")
    if chosen.list:
        print(*drawn, sep="\n")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        copies: SimpleQueue[Copy] = SimpleQueue()
        for number in range(chosen.workers):
            copy = Copy(Path(scratch) / str(number))
            copy.require_imported(sorted({mutant.path for mutant in drawn}))
            copies.put(copy)
        seconds = seconds_by_file(copy, [*SKIPPED, *chosen.skip], 1.0 if chosen.long else LONGEST)

        def tried(mutant: Mutant) -> str:
            copy = copies.get()
            start = time.monotonic()
            by = try_mutant(copy, mutant, seconds)
            copies.put(copy)
            print(f"{'killed  ' if by else 'SURVIVED'} {mutant}  {time.monotonic() - start:.1f} s  {by}", flush=True)
            return by

        with ThreadPoolExecutor(chosen.workers) as pool:
            killers = list(pool.map(tried, drawn))
    survivors = [mutant for mutant, by in zip(drawn, killers, strict=True) if not by]
    chosen.survivors.write_text("".join(mutant.diff((ROOT / mutant.path).read_bytes()) for mutant in survivors))
    kinds, dead = Counter(mutant.kind for mutant in drawn), len(drawn) - len(survivors)
    alive = Counter(mutant.kind for mutant in survivors)
    print(*(f"{kind:<20} {count - alive[kind]:4} of {count:4}" for kind, count in sorted(kinds.items())), sep="\n")
    print(f"killed {dead} of {len(drawn)}; the diffs of the survivors are in {chosen.survivors}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
