"""`audit`: the ledger of a machine that is full."""

from __future__ import annotations

from kshell.kernel.abi import VM_READ, VM_WRITE, VMO_OP_COMMIT
from kshell.shell.session import Session
from tests.benchmarks.benchmark import Benchmark, Figures, Row
from tests.benchmarks.fresh import in_fresh_process
from tests.benchmarks.model import PAGE, run, session, timed_line
from tests.benchmarks.targets import AtMost, Ratio

PROCESSES = 10_000
VMOS_EACH = 10
PAGES_EACH = 10
# What linear is as a ratio of times per process at sizes a factor of ten apart: n log n would be 1.33.
LINEAR = 1.33


class Audit(Benchmark):
    """Where all memory is, and who pays for it. Linear means: a process takes what it takes among a tenth of them."""

    name = "audit"
    rows = (
        Row(
            "`audit` of 10,000 processes, 100,000 VMOs and a million pages",
            "",
            (AtMost(0.5),),
            "whole",
            compiled=(AtMost(0.2),),
        ),
        Row("the same, a process", "of 1,000", (Ratio(LINEAR),), "ledger"),
        Row("`audit --rule viewers`, a process", "of 1,000", (Ratio(LINEAR),), "viewers"),
        Row("`audit --by process`, a process", "of 1,000", (Ratio(LINEAR),), "bills"),
    )

    def ours(self) -> Figures:
        return in_fresh_process(audit, PROCESSES)

    def theirs(self) -> Figures:
        return in_fresh_process(audit, PROCESSES // 10)


def audit(count: int) -> Figures:
    """Makes the processes and audits them; seconds, and seconds for each process."""
    # What is loaded when it is used first does not count.
    for line in ("audit --rule viewers", "audit --by job"):
        run(session(), line)
    full = session(memory="16G", handles="2M")
    fill(full, count)
    whole = timed_line(full, "audit")
    return {
        "whole": whole,
        "ledger": whole / count,
        "viewers": timed_line(full, "audit --rule viewers") / count,
        "bills": timed_line(full, "audit --by process") / count,
    }


def fill(on: Session, count: int) -> None:
    """Makes `count` running processes with VMOs of their own, of which one in ten is held by a handle, too."""
    calls, job = on.state.calls, on.state.number("job")
    size = PAGES_EACH * PAGE
    for _ in range(count):
        process, root = calls.process_create(job, "bench")
        for index in range(VMOS_EACH):
            vmo = calls.vmo_create(size)
            calls.vmo_op_range(vmo, VMO_OP_COMMIT, 0, size)
            calls.vmar_map(root, 0, vmo, 0, size, VM_READ | VM_WRITE)
            if index:
                calls.handle_close(vmo)
        thread = calls.thread_create(process, "main")
        calls.process_start(process, thread, 0, 0, calls.event_create(), 0)
