"""Runs benchmarks and prints their table: `python -m tests.benchmarks [--runs N] [--markdown] [NAME...]`.

With `--compiled FOLDER`, a folder that `python -m tests.compiled FOLDER` has made, every row has a second column.

`python -m tests.benchmarks sweep [COMMAND or KIND...]` asks every command of sessions full of each kind of things.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import (
    audits,
    benchmark,
    clones,
    growth,
    handles,
    interpreter,
    keystrokes,
    lines,
    memory,
    pasting,
    regions,
    starting,
    sweep,
    table,
    tasks,
)

BENCHMARKS: tuple[benchmark.Benchmark, ...] = (
    starting.Start(),
    starting.StartGdb(),
    starting.StartImports(),
    starting.Prompt(),
    starting.PromptIpython(),
    lines.Lines(),
    memory.Touch(),
    memory.RandomTouches(),
    memory.Terabyte(),
    regions.Mappings(),
    regions.Vmaps(),
    regions.Gap(),
    tasks.Ps(),
    audits.Audit(),
    handles.Handles(),
    clones.CloneChain(),
    clones.CloneFamily(),
    lines.Undo(),
    keystrokes.Keystroke(),
    pasting.Paste(),
)
GROWTH = "growth"
SWEEP = "sweep"
NAMES = (*(one.name for one in BENCHMARKS), GROWTH)
RUNS = 7


def main(words: Sequence[str]) -> int:
    """Measures what `words` ask for; returns 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="kshell next to its peers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"all, or some of: {', '.join(NAMES)}")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"alternating runs; {RUNS} or more for figures to quote")
    parser.add_argument("--markdown", action="store_true", help="print GitHub Markdown")
    parser.add_argument("--long", action="store_true", help=f"`{GROWTH}` at sizes ten times as large")
    parser.add_argument("--compiled", type=Path, metavar="FOLDER", help="measure the compiled kshell of FOLDER, too")
    parser.epilog = (
        f"`{SWEEP} [COMMAND or KIND...]` asks commands, all if none is named, of sessions full of each kind of things, "
        "and lists what grows faster than n log n or takes longer than it may. It takes minutes."
    )
    if words and words[0] == SWEEP:
        return sweep.main(words[1:])
    options = parser.parse_args(words)
    names = options.names or NAMES
    unknown = sorted(set(names) - set(NAMES))
    if unknown or options.runs < 1:
        parser.error(f"there is no benchmark {unknown[0]}" if unknown else "--runs has to be at least 1")
    draw = table.markdown_table if options.markdown else table.text_table
    met = True
    measured: list[benchmark.Measured] = []
    for one in BENCHMARKS:
        if one.name in names:
            print(f"{one.name} ...", file=sys.stderr, flush=True)
            measured += benchmark.measure(one, options.runs, options.compiled and options.compiled.absolute())
    if measured:
        header, rows_of = table.HEADER, [table.cells(row) for row in measured]
        if options.compiled:
            header += table.COMPILED
            rows_of = [cells + table.compiled_cells(row) for cells, row in zip(rows_of, measured, strict=True)]
        print(draw(header, rows_of))
        print("\n".join(interpreter.lines()) + "\n")
        for note in dict.fromkeys(note for row in measured for note in row.notes):
            print(f"skipped: {note}\n")
        met = all(row.met is not False and row.compiled_met is not False for row in measured)
    if GROWTH in names:
        rows = []
        for subject in growth.SUBJECTS:
            print(f"growth: {subject.what} ...", file=sys.stderr, flush=True)
            rows += growth.measure(subject, min(options.runs, growth.RUNS), growth.LONGER if options.long else 1)
        print(draw(growth.HEADER, rows))
        met = met and all(row[-1] != table.word_for(False) for row in rows)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
