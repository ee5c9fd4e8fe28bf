"""How cost grows: making, showing and dropping n things, at three sizes a factor of ten apart.

The exponent is the slope of log time over log n (least squares): 1 is linear, 2 is quadratic. What n log n would
have at these sizes is the most that is allowed, and a little more: a larger set also leaves the CPU's caches.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from statistics import linear_regression, median

from kshell.kernel.abi import VM_WRITE
from kshell.kernel.faults import fault
from tests.benchmarks import shapes
from tests.benchmarks.benchmark import Figures
from tests.benchmarks.clones import make_clones
from tests.benchmarks.fresh import in_fresh_process
from tests.benchmarks.handles import make_handles
from tests.benchmarks.model import PAGE, run, session
from tests.benchmarks.regions import READ_WRITE, map_pages
from tests.benchmarks.shapes import timed, timed_line
from tests.benchmarks.table import word_for
from tests.benchmarks.tasks import make_processes
from tests.benchmarks.units import SECONDS, three_digits, written

# What grows with the square of anything shows in three runs as in seven.
RUNS = 3
# By how much the sizes of `--long` are larger.
LONGER = 10
STEPS = {"make": "making", "show": "showing", "drop": "dropping"}
HEADER = ("what", "small", "medium", "large", "exponent", "n log n", "met")
TOLERANCE = 0.1
# What takes less at the largest size does not grow; what differs is noise.
LEAST_SECONDS = 0.002


def n_log_n(count: int) -> float:
    return count * log(count)


@dataclass(frozen=True)
class Subject:
    """What there is n of; `function(n)` has a figure for each of `steps`, which has the rows' words; `shown_by` is the
    command that shows."""

    what: str
    shown_by: str
    sizes: tuple[int, int, int]
    function: Callable[[int], Figures]
    steps: Mapping[str, str] = field(default_factory=STEPS.copy)
    # What has to be done for n of them, at the least.
    work: Callable[[int], float] = n_log_n


def commits(count: int) -> Figures:
    """Random single pages of a mapping four times as large."""
    large = session(memory="16G")
    run(large, f"m = map {4 * count * PAGE}")
    base, process = large.state.number("m"), large.state.process
    addresses = [base + page * PAGE for page in random.Random(1).choices(range(4 * count), k=count)]

    def touch_all() -> None:
        for address in addresses:
            fault(process, address // PAGE, address // PAGE + 1, VM_WRITE)

    make = timed(touch_all)
    show = timed_line(large, "ps")
    root = large.state.number("vmar")
    return {
        "make": make,
        "show": show,
        "drop": timed(lambda: large.state.calls.vmar_unmap(root, base, 4 * count * PAGE)),
    }


def mappings(count: int) -> Figures:
    """Single pages, each mapped on its own; all unmapped by destroying the root VMAR."""
    fresh = session()
    vmo = fresh.state.calls.vmo_create(count * PAGE)
    make = timed(lambda: map_pages(fresh, vmo, count))
    show = timed_line(fresh, f"vmaps {fresh.state.process.koid}")
    root = fresh.state.number("vmar")
    return {"make": make, "show": show, "drop": timed(lambda: fresh.state.calls.vmar_destroy(root))}


def touched_mappings(count: int) -> Figures:
    """The same, and each page is touched: a page that comes into a VMO concerns all who map it."""
    fresh = session()
    vmo = fresh.state.calls.vmo_create(count * PAGE)

    def map_and_touch() -> None:
        calls, root = fresh.state.calls, fresh.state.number("vmar")
        for page in range(count):
            address = calls.vmar_map(root, 0, vmo, page * PAGE, PAGE, READ_WRITE)
            fault(fresh.state.process, address // PAGE, address // PAGE + 1, VM_WRITE)

    make = timed(map_and_touch)
    show = timed_line(fresh, f"vmaps {fresh.state.process.koid}")
    root = fresh.state.number("vmar")
    return {"make": make, "show": show, "drop": timed(lambda: fresh.state.calls.vmar_destroy(root))}


def processes(count: int) -> Figures:
    """Running processes with ten mappings each, killed one by one."""
    crowded = session()
    made: list[int] = []
    make = timed(lambda: made.extend(make_processes(crowded, count)))
    show = timed_line(crowded, "ps")

    def kill_all() -> None:
        for process in made:
            crowded.state.calls.task_kill(process)

    return {"make": make, "show": show, "drop": timed(kill_all)}


def handles(count: int) -> Figures:
    """Handles to one event, closed by the end of their process."""
    roomy = session(handles="2M")
    make = timed(lambda: make_handles(roomy, count))
    show = timed_line(roomy, "k mx ps")
    return {"make": make, "show": show, "drop": timed(roomy.state.process.kill)}


def clones(count: int) -> Figures:
    """Clones of one VMO with a page of their own, dropped by the end of their process."""
    fresh = session()
    make = timed(lambda: make_clones(fresh, count))
    show = timed_line(fresh, f"vmos {fresh.state.process.koid}")
    return {"make": make, "show": show, "drop": timed(fresh.state.process.kill)}


SUBJECTS = (
    Subject("commits", "ps", (10_000, 100_000, 1_000_000), commits),
    Subject("mappings", "vmaps", (1_000, 10_000, 100_000), mappings),
    Subject("mappings of one VMO, each touched", "vmaps", (30, 300, 3_000), touched_mappings),
    Subject("processes", "ps", (100, 1_000, 10_000), processes),
    Subject("handles", "k mx ps", (10_000, 100_000, 1_000_000), handles),
    Subject("clones", "vmos", (1_000, 10_000, 100_000), clones),
    Subject(
        "processes that map one VMO",
        "",
        (100, 1_000, 10_000),
        shapes.memgraphs,
        {"memgraph": "`memgraph` of", "-v": "`memgraph -v` of", "-t": "`memgraph -t` of"},
    ),
    Subject(
        "mappings of one VMO",
        "",
        (1_000, 10_000, 100_000),
        shapes.views,
        {"vmos": "`vmos` of", "memgraph": "`memgraph` of"},
    ),
    Subject("clones in a chain", "", (100, 1_000, 10_000), shapes.chain, {"write": "a write through"}),
    Subject(
        "clones in a chain, a page in each",
        "",
        (100, 1_000, 10_000),
        shapes.pages_in_chains,
        {
            "audit": "`audit --rule viewers` of",
            "bills": "`audit --rule viewers --by process` of",
            "clones": "`clones` of",
            "pages": "`pages` of",
            "why": "`why` of the first VMO of",
        },
    ),
    Subject(
        "VMOs, ten a process",
        "",
        (1_000, 10_000, 100_000),
        shapes.bills,
        {"ledger": "`audit` of", "bills": "`audit --by process` of"},
    ),
    Subject("mappings with --aslr", "", (100, 1_000, 10_000), shapes.random_places, {"map": "making"}),
    Subject(
        "queued messages",
        "",
        (1_000, 10_000, 100_000),
        shapes.messages,
        {"read": "reading half of", "close": "closing the end of the other half of"},
    ),
    Subject("gaps with `trace on`", "", (1_000, 10_000, 100_000), shapes.traced, {"touch": "touching"}),
    Subject(
        "looked-up pages",
        "",
        (1_000, 10_000, 100_000),
        shapes.looked_up,
        {"whole": "decommitting", "singly": "one by one, decommitting"},
    ),
    Subject(
        "jobs in jobs, whose rows are indented",
        "",
        (100, 1_000, 10_000),
        shapes.nested,
        {"ps": "`ps --jobs` of", "floor": "writing so many characters for"},
        shapes.indented,
    ),
    Subject(
        "variables that hold handles",
        "",
        (1_000, 10_000, 100_000),
        shapes.named,
        {"handles": "`handles` of", "vars": "`vars` of", "tab": "Tab among"},
    ),
    Subject("lines", "", (10_000, 100_000, 1_000_000), shapes.lines, {"save": "`save` of", "history": "`history` of"}),
    Subject("lines of a journal", "", (1_000, 10_000, 100_000), shapes.journal, {"again": "reading again"}),
    Subject(
        "alternating pages",
        "",
        (10_000, 100_000, 1_000_000),
        shapes.alternating,
        {
            "read": "reading",
            "clone read": "reading through a clone of",
            "clone write": "writing through a clone to",
            "touch": "touching what lies between",
        },
    ),
    Subject(
        "mappings",
        "",
        (1_000, 5_000, 25_000),
        shapes.undone,
        {
            "singly": "`undo` of one line after lines of",
            "whole": "`undo` of one line after a line of",
            "handles": "`undo` of one line after a line of as many handles as",
        },
    ),
    Subject(
        "processes, 40 times `ps`",
        "",
        (100, 1_000, 10_000),
        shapes.looking,
        {"median": "the median among", "slowest": "the slowest among"},
    ),
    Subject(
        "pages of 255 values",
        "",
        (1_000, 10_000, 100_000),
        shapes.many_values,
        {"fill": "filling", "read": "reading one of"},
    ),
    Subject(
        "one-byte writes at random",
        "",
        (1_000, 10_000, 100_000),
        shapes.bytes_at_random,
        {"write": "making", "copy": "copying a machine after"},
    ),
)


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The slope of log seconds over log size."""
    return linear_regression([log(size) for size in sizes], [log(second) for second in seconds]).slope


def measure(subject: Subject, runs: int, scale: int = 1) -> list[tuple[str, ...]]:
    """The rows of one subject, with the median of `runs` runs at each of its sizes, times `scale`."""
    sizes = tuple(scale * size for size in subject.sizes)
    found = [[in_fresh_process(subject.function, size) for _ in range(runs)] for size in sizes]
    limit = exponent(sizes, [subject.work(size) for size in sizes])
    rows = []
    for step, word in subject.steps.items():
        seconds = [median(figures[step] for figures in runs_of_size) for runs_of_size in found]
        slope = exponent(sizes, seconds)
        by = f", `{subject.shown_by}`" if step == "show" and subject.shown_by else ""
        rows.append(
            (
                f"{word} {', '.join(f'{size:,}' for size in sizes)} {subject.what}{by}",
                *(written(second, SECONDS) for second in seconds),
                three_digits(slope) if slope > 0 else "0",
                f"<= {three_digits(limit)}",
                word_for(slope <= limit + TOLERANCE or seconds[-1] < LEAST_SECONDS),
            )
        )
    return rows
