"""Processes: a machine full of them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from kshell.kernel.abi import VM_READ, VM_WRITE
from kshell.shell.session import Session
from tests.benchmarks import linux
from tests.benchmarks.benchmark import ONLY, Benchmark, Figures, Row
from tests.benchmarks.fresh import in_fresh_process
from tests.benchmarks.model import PAGE, run, session, timed_line
from tests.benchmarks.processes import program, timed
from tests.benchmarks.regions import rows_of
from tests.benchmarks.targets import Ratio

COUNT = 10_000
MAPPINGS_EACH = 10
# As many as a small machine lets one user have; what counts is the time for each.
LINUX_COUNT = 2_000


class Ps(Benchmark):
    """The table of all processes."""

    name = "ps"
    rows = (
        Row(
            "`ps` of 10,000 processes with 10 mappings each, a process",
            "`ps aux`, a process",
            (Ratio(0.2),),
            compiled=(Ratio(0.1),),
        ),
    )

    def ours(self) -> Figures:
        return in_fresh_process(ps)

    def theirs(self) -> Figures:
        words = [program("ps"), "aux"]
        with linux.staying("processes", LINUX_COUNT), tempfile.TemporaryDirectory() as folder:
            table = Path(folder, "table")
            seconds = timed(words, str(table))
            return {ONLY: seconds / rows_of(table)}


def ps() -> Figures:
    """Makes the processes, and shows them."""
    crowded = session()
    make_processes(crowded, COUNT)
    return {ONLY: timed_line(crowded, "ps") / COUNT}


def make_processes(on: Session, count: int) -> list[int]:
    """Makes `count` running processes with some mappings each; returns the handles to them."""
    calls, job = on.state.calls, on.state.number("job")
    vmo = calls.vmo_create(MAPPINGS_EACH * PAGE)
    made = []
    for _ in range(count):
        process, root = calls.process_create(job, "bench")
        for page in range(MAPPINGS_EACH):
            calls.vmar_map(root, 0, vmo, page * PAGE, PAGE, VM_READ | VM_WRITE)
        thread = calls.thread_create(process, "main")
        calls.process_start(process, thread, 0, 0, calls.event_create(), 0)
        made.append(process)
    run(on, f"vmo_op_range {vmo} commit 0 {PAGE}")
    return made
