"""Lines: how many a second a script runs, and what it takes to take one back."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.benchmarks.benchmark import ONLY, Benchmark, Figures, Row
from tests.benchmarks.fresh import in_fresh_process
from tests.benchmarks.installed import bin_folder
from tests.benchmarks.model import run, session, timed_line
from tests.benchmarks.processes import program, timed
from tests.benchmarks.targets import AtMost, Ratio

COUNT = 100_000
OURS = ("x = vmo_create 4k\n", "handle_close x\n")
THEIRS = "set $x=1\n"


class Lines(Benchmark):
    """A long script, with a journal. What starting takes is not counted: it is another row's."""

    name = "lines"
    rows = (
        Row(
            "a line of a script of 100,000, `x = vmo_create 4k` and `handle_close x`, with journal and undo",
            "gdb, `set $x=1`",
            (Ratio(0.6),),
            compiled=(Ratio(0.3),),
        ),
    )

    def ours(self) -> Figures:
        with tempfile.TemporaryDirectory(prefix="kshell-bench-") as folder:
            full, empty = _scripts(folder, "".join(OURS) * (COUNT // len(OURS)))
            kshell = bin_folder() / "kshell"
            base = timed([kshell, "--journal", Path(folder, "first"), empty])
            return {ONLY: (timed([kshell, "--journal", Path(folder, "second"), full]) - base) / COUNT}

    def theirs(self) -> Figures:
        gdb = [program("gdb"), "-nx", "-batch", "-x"]
        with tempfile.TemporaryDirectory(prefix="kshell-bench-") as folder:
            full, empty = _scripts(folder, THEIRS * COUNT)
            base = timed([*gdb, empty])
            return {ONLY: (timed([*gdb, full]) - base) / COUNT}


def _scripts(folder: str, lines: str) -> tuple[Path, Path]:
    full, empty = Path(folder, "full"), Path(folder, "empty")
    full.write_text(lines)
    empty.write_text("")
    return full, empty


class Undo(Benchmark):
    """Taking one line back at the end of a long session."""

    name = "undo"
    rows = (Row("undo of one line after 100,000", "", (AtMost(0.1),)),)

    def ours(self) -> Figures:
        return in_fresh_process(undo)


def undo() -> Figures:
    """100,000 lines, and one back."""
    long = session()
    for _ in range(COUNT // len(OURS)):
        for line in OURS:
            run(long, line.rstrip())
    return {ONLY: timed_line(long, "undo")}
