"""The sweep: every command on machines and sessions that are full of one thing, at two sizes a factor of thirty apart.

    command x {processes, jobs, VMOs ... names}  ->  what grows faster than n log n, and what takes longer than it may

The lines of a command's own examples are run, the last of them is timed, and what they did is forgotten. What looks
suspicious is measured again, and the fastest run counts. The CPU's time counts, which a busy machine changes little.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from math import log
from time import process_time

from kshell.__main__ import spare_the_collector
from kshell.kernel.abi import VMO_OP_COMMIT
from kshell.shell import registry
from kshell.shell.changes import LOOKS
from kshell.shell.command import Command
from kshell.shell.session import Session
from tests.benchmarks.clones import make_clones
from tests.benchmarks.handles import make_handles
from tests.benchmarks.model import PAGE, run
from tests.benchmarks.regions import READ_WRITE, map_pages
from tests.benchmarks.shapes import every_other
from tests.benchmarks.units import SECONDS, three_digits, written
from tests.sessions import opened

SMALL, LARGE = 50, 1_500
# No command may take longer on so few things; what takes less than the other says nothing about growth.
MOST_SECONDS, LEAST_SECONDS = 0.1, 0.005
# What the exponent of n log n is at these sizes, and what noise may add.
LIMIT = log(LARGE * log(LARGE) / (SMALL * log(SMALL))) / log(LARGE / SMALL) + 0.1
TRIES = 3
HEADER = ("command", "full of", f"{SMALL:,}", f"{LARGE:,}", "exponent", "why")
WIDTHS = (24, 12, 10, 10, 10, 0)

Row = tuple[str, ...]


def main(words: Sequence[str]) -> int:
    """Prints what is above its bound as it is found; returns 1 if anything is."""
    found = 0
    for found, row in enumerate(sweep(words), 1):
        for cells in (HEADER, row) if found == 1 else (row,):
            print("".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)), flush=True)
    return min(found, 1)


def processes(on: Session, count: int) -> None:
    """Running processes that share a VMO."""
    calls, job = on.state.calls, on.state.number("job")
    vmo = calls.vmo_create(PAGE)
    calls.vmo_op_range(vmo, VMO_OP_COMMIT, 0, PAGE)
    for _ in range(count):
        process, root = calls.process_create(job, "bench")
        calls.vmar_map(root, 0, vmo, 0, PAGE, READ_WRITE)
        thread = calls.thread_create(process, "main")
        calls.process_start(process, thread, 0, 0, calls.event_create(), 0)


def jobs(on: Session, count: int) -> None:
    job = on.state.number("job")
    for _ in range(count):
        on.state.calls.job_create(job, 0)


def vmos(on: Session, count: int) -> None:
    for _ in range(count):
        on.state.calls.vmo_create(PAGE)


def mappings(on: Session, count: int) -> None:
    map_pages(on, on.state.calls.vmo_create(count * PAGE), count)


def channels(on: Session, count: int) -> None:
    for _ in range(count):
        on.state.calls.channel_create()


def messages(on: Session, count: int) -> None:
    near, _ = on.state.calls.channel_create()
    for _ in range(count):
        on.state.calls.channel_write(near, b"hello", [])


def threads(on: Session, count: int) -> None:
    process = on.state.number("self")
    for _ in range(count):
        on.state.calls.thread_create(process, "worker")


def pages(on: Session, count: int) -> None:
    every_other(on, count)


def lines(on: Session, count: int) -> None:
    for at in range(count):
        run(on, f"x = {at}")


def variables(on: Session, count: int) -> None:
    for at in range(count):
        run(on, f"v{at} = {at}")


def aliases(on: Session, count: int) -> None:
    for at in range(count):
        run(on, f"alias a{at} ps")


def names(on: Session, count: int) -> None:
    """Processes of different names, with a VMO each that only a message holds."""
    calls, job = on.state.calls, on.state.number("job")
    near, _ = calls.channel_create()
    for at in range(count):
        calls.process_create(job, f"p{at}")
        vmo = calls.vmo_create(PAGE)
        calls.vmo_op_range(vmo, VMO_OP_COMMIT, 0, PAGE)
        calls.channel_write(near, b"", [vmo])


KINDS: dict[str, Callable[[Session, int], object]] = {
    "processes": processes,
    "jobs": jobs,
    "VMOs": vmos,
    "mappings": mappings,
    "clones": make_clones,
    "handles": make_handles,
    "channels": channels,
    "messages": messages,
    "threads": threads,
    "pages": pages,
    "lines": lines,
    "variables": variables,
    "aliases": aliases,
    "names": names,
}


def example_lines(command: Command) -> list[str]:
    """The lines of the command's first examples, up to one of its own; those of a line that fails say nothing."""
    found: list[str] = []
    for line, output in command.examples:
        found.append(line)
        if command.name in line and f"{command.name}: " not in output:
            return found
    return [command.name]


def seconds(on: Session, command: Command) -> float:
    """The seconds that the last line of the command's example takes; the session is as before then."""
    state, timeline = on.state, on.timeline
    count = len(timeline.lines)
    *before, last = example_lines(command)
    if before or command.name not in LOOKS:
        on.state = state.copy()
        on.state.past = on
    try:
        for line in before:
            list(on.run(line))
        begin = process_time()
        list(on.run(last))
        return process_time() - begin
    finally:
        # What is in the lines may have been taken back, as by `undo`.
        timeline.forget(max(0, len(timeline.lines) - count))
        on.state = state


def full(kind: str, count: int) -> Session:
    """A session that is full of a kind of things."""
    spare_the_collector()
    made = opened("--sandbox", memory="4G", handles="1M")
    KINDS[kind](made, count)
    return made


def sweep(words: Sequence[str]) -> Iterator[Row]:
    """The rows of what is above its bound, among the commands `words`, all if there are none."""
    commands = [command for command in registry.every() if not words or command.name in words]
    for kind in KINDS:
        print(f"sweep: {kind} ...", file=sys.stderr, flush=True)
        small, large = full(kind, SMALL), full(kind, LARGE)
        for command in commands:
            if command.name in ("reset", "undo", "redo") and len(commands) > 1:
                # They go back in the lines, of which most kinds of things here know nothing.
                continue
            few, many = seconds(small, command), seconds(large, command)
            for _ in range(TRIES if _suspicious(few, many) else 0):
                few, many = min(few, seconds(small, command)), min(many, seconds(large, command))
            why = _suspicious(few, many)
            if why:
                slope = three_digits(_slope(few, many))
                yield command.name, kind, written(few, SECONDS), written(many, SECONDS), slope, why


def _slope(few: float, many: float) -> float:
    return log(many / few) / log(LARGE / SMALL)


def _suspicious(few: float, many: float) -> str:
    """Why a pair of times is above its bound; "" if it is not."""
    if many > LEAST_SECONDS and _slope(few, many) > LIMIT:
        return "above n log n"
    return f"above {written(MOST_SECONDS, SECONDS)}" if many > MOST_SECONDS else ""
