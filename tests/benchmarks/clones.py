"""Clones: long chains and large families."""

from __future__ import annotations

from time import perf_counter

from kshell.kernel.abi import VMO_CLONE_COPY_ON_WRITE
from kshell.shell.session import Session
from tests.benchmarks.benchmark import ONLY, Benchmark, Figures, Row
from tests.benchmarks.fresh import in_fresh_process
from tests.benchmarks.model import PAGE, session
from tests.benchmarks.targets import AtMost, Ratio

CHAIN = 1_000
FAMILY = 10_000
# What linear is as a ratio of times per clone at sizes a factor of ten apart: n log n would be 1.33.
LINEAR = 1.33
SIZE = 64 * PAGE


class CloneChain(Benchmark):
    """A clone of a clone of a clone."""

    name = "clone-chain"
    rows = (Row("a page read through a chain of 1,000 clones", "", (AtMost(1e-3),)),)

    def ours(self) -> Figures:
        return in_fresh_process(clone_chain)


def clone_chain() -> Figures:
    """Reads at the end of a chain what was written at its beginning."""
    calls = session().state.calls
    vmo = calls.vmo_create(SIZE)
    calls.vmo_write(vmo, 0, b"first")
    for _ in range(CHAIN):
        vmo = calls.vmo_clone(vmo, VMO_CLONE_COPY_ON_WRITE, 0, SIZE)
    begin = perf_counter()
    data = calls.vmo_read(vmo, 0, PAGE)
    seconds = perf_counter() - begin
    assert data.tobytes().startswith(b"first")
    return {ONLY: seconds}


class CloneFamily(Benchmark):
    """Many clones of one VMO, and their end. Linear means: each takes what it takes in a family of a tenth."""

    name = "clone-family"
    rows = (
        Row("one of 10,000 clones of a VMO", "one of 1,000", (Ratio(LINEAR),), "make"),
        Row("killing that family, each clone", "one of 1,000", (Ratio(LINEAR),), "kill"),
    )

    def ours(self) -> Figures:
        return in_fresh_process(clone_family, FAMILY)

    def theirs(self) -> Figures:
        return in_fresh_process(clone_family, FAMILY // 10)


def clone_family(count: int) -> Figures:
    """Makes clones with a page of their own and kills the process that holds them; seconds for each."""
    fresh = session()
    begin = perf_counter()
    make_clones(fresh, count)
    made = perf_counter()
    fresh.state.process.kill()
    killed = perf_counter()
    return {"make": (made - begin) / count, "kill": (killed - made) / count}


def make_clones(on: Session, count: int) -> None:
    """Makes `count` clones of one VMO, each of which writes a page."""
    calls = on.state.calls
    vmo = calls.vmo_create(SIZE)
    calls.vmo_write(vmo, 0, b"parent")
    for _ in range(count):
        clone = calls.vmo_clone(vmo, VMO_CLONE_COPY_ON_WRITE, 0, SIZE)
        calls.vmo_write(clone, 0, b"clone")
