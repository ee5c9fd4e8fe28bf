"""A benchmark: something we do and a peer does, measured in turn, with one or more rows of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.targets import Target
from tests.benchmarks.trees import measuring
from tests.benchmarks.units import SECONDS

# One run's figures by name, in seconds or bytes.
Figures = dict[str, float]
# The name of the only figure of most benchmarks.
ONLY = "time"


class Skipped(Exception):
    """This cannot be measured here; says why."""


@dataclass(frozen=True)
class Row:
    """One row: a figure of a benchmark, and what it has to reach; `compiled` are the targets of the compiled kshell."""

    what: str
    against: str
    targets: tuple[Target, ...]
    figure: str = ONLY
    unit: str = SECONDS
    compiled: tuple[Target, ...] = ()


class Benchmark:
    """What is measured together. `name` is its name on the command line."""

    name: str
    rows: tuple[Row, ...]
    # How many times a run is repeated, for what takes milliseconds and varies.
    repeats = 1

    def ours(self) -> Figures:
        """Does it once with kshell. Raises Skipped."""
        raise NotImplementedError

    def theirs(self) -> Figures:
        """Has the peer do it once. Raises Skipped."""
        return {}


class Series:
    """The runs of one side."""

    def __init__(self, run: Callable[[], Figures]) -> None:
        self._run = run
        self._figures: dict[str, list[float]] = {}
        # Why it was given up, or nothing.
        self.note = ""

    def run(self) -> None:
        """Runs once more, unless it was given up."""
        if self.note:
            return
        try:
            figures = self._run()
        except Skipped as skipped:
            self.note = str(skipped)
            return
        for name, value in figures.items():
            self._figures.setdefault(name, []).append(value)

    def median(self, figure: str) -> float | None:
        """The middle of all runs, or None when there were none."""
        values = self._figures.get(figure)
        return median(values) if values and not self.note else None


@dataclass(frozen=True)
class Measured:
    """A row with its medians."""

    row: Row
    ours: float | None
    theirs: float | None
    notes: tuple[str, ...]
    compiled: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours by theirs."""
        return self.ours / self.theirs if self.ours is not None and self.theirs else None

    @property
    def met(self) -> bool | None:
        """Whether every target is met; None without one, and when one cannot be judged and none is missed."""
        return self._judge(self.ours, self.row.targets)

    @property
    def compiled_met(self) -> bool | None:
        """The same of the compiled one and its targets."""
        return self._judge(self.compiled, self.row.compiled)

    def _judge(self, ours: float | None, targets: tuple[Target, ...]) -> bool | None:
        if ours is None or not targets:
            return None
        judged = [target.met(ours, self.theirs) for target in targets]
        return False if False in judged else None if None in judged else True


def measure(benchmark: Benchmark, runs: int, compiled: Path | None = None) -> list[Measured]:
    """Runs both sides in turn, `runs` times each, and ours compiled, where the tree `compiled` is; returns the rows."""
    sides = (Series(benchmark.ours), Series(benchmark.theirs), Series(benchmark.ours))
    for _ in range(runs * benchmark.repeats):
        sides[0].run()
        sides[1].run()
        if compiled is not None:
            with measuring(compiled):
                sides[2].run()
    notes = tuple(side.note for side in sides if side.note)
    return [
        Measured(row, ours, theirs, notes, again)
        for row in benchmark.rows
        for ours, theirs, again in [[side.median(row.figure) for side in sides]]
    ]
