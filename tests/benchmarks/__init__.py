"""How fast kshell is, next to what people use otherwise: python, gdb, ipython, procps, and Linux itself.

    python -m tests.benchmarks                      the whole table, and how cost grows
    python -m tests.benchmarks start touch          some of its rows
    python -m tests.benchmarks growth               only how cost grows
    python -m tests.benchmarks --markdown           for docs/benchmarks.md
    python -m tests.benchmarks --compiled FOLDER    with columns for the compiled kshell in FOLDER (tests/compiled.py)
    python -m tests.benchmarks --runs 1 terabyte    a quick look; a figure to quote needs 7

What is measured next to a peer is measured in turn (ours, theirs, ours, theirs ...), each time in a fresh process;
the table has medians. A peer that is not there (gdb, ipython, procps, a C compiler) leaves a `-` and a note.

| file | what |
|---|---|
| `benchmark.py` | a benchmark and its rows, measured in turn |
| `targets.py`, `units.py`, `table.py` | when a row is met, how a figure is written, the table |
| `processes.py`, `fresh.py`, `model.py` | timing a program; a function in a fresh process; a session to measure |
| `linux.c`, `linux.py` | the same done to real memory |
| `trees.py` | the kshell of this tree, or that of a compiled copy of it |
| `installed.py`, `terminal.py` | kshell as a user has it; a program's first prompt |
| `starting.py`, `keystrokes.py`, `pasting.py` | the benchmarks: starting and typing |
| `lines.py`, `memory.py`, `regions.py`, `tasks.py`, `handles.py`, `clones.py` | the benchmarks: the machine |
| `growth.py` | three sizes a factor of ten apart, and the exponent |

ipython is looked for in PATH, or is what the variable KSHELL_BENCH_IPYTHON names.
"""
