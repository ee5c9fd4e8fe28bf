"""Mappings: making them, showing them, and finding room between them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter

from kshell.kernel.abi import (
    VM_CAN_MAP_PERMS,
    VM_CAN_MAP_SPECIFIC,
    VM_READ,
    VM_SPECIFIC,
    VM_WRITE,
    VMO_OP_COMMIT,
)
from kshell.shell.session import Session
from tests.benchmarks import linux
from tests.benchmarks.benchmark import ONLY, Benchmark, Figures, Row
from tests.benchmarks.fresh import in_fresh_process
from tests.benchmarks.model import PAGE, session, timed_line
from tests.benchmarks.processes import program, timed
from tests.benchmarks.targets import AtMost, Ratio

COUNT = 100_000
# Linux has 65,530 mappings at most (vm.max_map_count), some of which every program needs.
LINUX_COUNT = 60_000
READ_WRITE = VM_READ | VM_WRITE
GAP_PLACES, GAP_TRIES = 200, 5


class Mappings(Benchmark):
    """Many mappings in one process. The kernel of Linux is kept from merging them, ours never does."""

    name = "mappings"
    rows = (
        Row("one of 100,000 mappings of a process", "Linux `mmap`, one of 60,000", (Ratio(3),), compiled=(Ratio(1.5),)),
    )

    def ours(self) -> Figures:
        return in_fresh_process(mappings)

    def theirs(self) -> Figures:
        with linux.staying("mappings", LINUX_COUNT) as (_, figures):
            return figures


def mappings() -> Figures:
    """Maps one page of a VMO after the other."""
    fresh = session()
    vmo = fresh.state.calls.vmo_create(COUNT * PAGE)
    begin = perf_counter()
    map_pages(fresh, vmo, COUNT)
    return {ONLY: (perf_counter() - begin) / COUNT}


def map_pages(into: Session, vmo: int, count: int) -> None:
    """Maps the first `count` pages of a VMO, each on its own."""
    calls, root = into.state.calls, into.state.number("vmar")
    for page in range(count):
        calls.vmar_map(root, 0, vmo, page * PAGE, PAGE, READ_WRITE)


class Vmaps(Benchmark):
    """The map of such a process, into a file."""

    name = "vmaps"
    rows = (
        Row("`vmaps` of them into a file, with RES, a row", "`pmap -x`, a row", (Ratio(0.4),), compiled=(Ratio(0.3),)),
    )

    def ours(self) -> Figures:
        return in_fresh_process(vmaps)

    def theirs(self) -> Figures:
        pmap = program("pmap")
        with linux.staying("mappings", LINUX_COUNT) as (process, _), tempfile.TemporaryDirectory() as folder:
            table = Path(folder, "table")
            seconds = timed([pmap, "-x", str(process)], str(table))
            return {ONLY: seconds / rows_of(table)}


def vmaps() -> Figures:
    """Every second mapping has its page."""
    fresh = session()
    vmo = fresh.state.calls.vmo_create(COUNT * PAGE)
    for page in range(0, COUNT, 2):
        fresh.state.calls.vmo_op_range(vmo, VMO_OP_COMMIT, page * PAGE, PAGE)
    map_pages(fresh, vmo, COUNT)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder, "table")
        seconds = timed_line(fresh, f"vmaps {fresh.state.process.koid} > {table}")
        return {ONLY: seconds / rows_of(table)}


def rows_of(table: Path) -> int:
    """How many lines a file has."""
    with table.open("rb") as file:
        return sum(1 for _ in file)


class Gap(Benchmark):
    """The lowest gap that fits, wherever it is. Between all neighbours there is one that is too small."""

    name = "gap"
    rows = (Row("lowest gap that fits among 100,000 neighbours, worst", "", (AtMost(100e-6),)),)

    def ours(self) -> Figures:
        return in_fresh_process(gap)


def gap() -> Figures:
    """The slowest place for a mapping of two pages; at each place the fastest of some tries, for a quiet machine.

    The VMAR is full of single pages with a page free between them. One of them is unmapped, so that there is room
    at this one place; the mapping that takes it is timed.
    """
    fresh = session()
    calls = fresh.state.calls
    vmo = calls.vmo_create(2 * PAGE)
    flags = VM_CAN_MAP_SPECIFIC | VM_CAN_MAP_PERMS
    root, base = calls.vmar_allocate(fresh.state.number("vmar"), 0, 2 * COUNT * PAGE, flags)
    for place in range(COUNT):
        calls.vmar_map(root, 2 * place * PAGE, vmo, 0, PAGE, READ_WRITE | VM_SPECIFIC)

    def seconds_to_map(place: int) -> float:
        neighbour = base + 2 * place * PAGE
        calls.vmar_unmap(root, neighbour, PAGE)
        begin = perf_counter()
        found = calls.vmar_map(root, 0, vmo, 0, 2 * PAGE, READ_WRITE)
        seconds = perf_counter() - begin
        assert found <= neighbour < found + 2 * PAGE
        calls.vmar_unmap(root, found, 2 * PAGE)
        calls.vmar_map(root, neighbour - base, vmo, 0, PAGE, READ_WRITE | VM_SPECIFIC)
        return seconds

    places = range(COUNT - 1, 0, -COUNT // GAP_PLACES)
    return {ONLY: max(min(seconds_to_map(place) for _ in range(GAP_TRIES)) for place in places)}
