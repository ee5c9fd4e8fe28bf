"""Tables: aligned for a terminal, or as GitHub Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from tests.benchmarks.benchmark import Measured
from tests.benchmarks.targets import Target
from tests.benchmarks.units import three_digits, written

HEADER = ("what", "ours", "theirs", "ratio", "target", "met")
# Further columns, where kshell is measured compiled as well.
COMPILED = ("compiled", "ratio", "target", "met")
NOTHING = "-"


def cells(measured: Measured) -> tuple[str, ...]:
    """A row's cells."""
    row = measured.row
    theirs = NOTHING if measured.theirs is None else written(measured.theirs, row.unit)
    return (
        row.what,
        NOTHING if measured.ours is None else written(measured.ours, row.unit),
        f"{theirs} ({row.against})" if row.against else NOTHING,
        NOTHING if measured.ratio is None else three_digits(measured.ratio),
        _texts(row.targets, row.unit),
        word_for(measured.met),
    )


def compiled_cells(measured: Measured) -> tuple[str, ...]:
    """The cells of a row's further columns: compiled, by the peer, what is asked of it."""
    ours, theirs, row = measured.compiled, measured.theirs, measured.row
    figures = (NOTHING, NOTHING)
    if ours is not None:
        figures = written(ours, row.unit), three_digits(ours / theirs) if theirs else NOTHING
    return *figures, _texts(row.compiled, row.unit), word_for(measured.compiled_met)


def _texts(targets: Sequence[Target], unit: str) -> str:
    return ", ".join(target.text(unit) for target in targets)


def word_for(met: bool | None) -> str:
    """Yes, NO, or nothing to say."""
    return NOTHING if met is None else "yes" if met else "NO"


def text_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns of equal width."""
    widths = [max(len(line[column]) for line in (header, *rows)) for column in range(len(header))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n"
        for line in (header, *rows)
    )


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table as GitHub shows it."""
    lines = (header, ["---"] * len(header), *rows)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
