"""Handles: a million in one process."""

from __future__ import annotations

from kshell.shell.session import Session
from tests.benchmarks.benchmark import Benchmark, Figures, Row
from tests.benchmarks.fresh import in_fresh_process
from tests.benchmarks.model import resident, run, session, timed_line
from tests.benchmarks.targets import AtMost
from tests.benchmarks.units import BYTES

COUNT = 1_000_000


class Handles(Benchmark):
    """Making them and showing how many there are."""

    name = "handles"
    rows = (
        Row("`k mx ps` with a process holding 1,000,000 handles", "", (AtMost(0.05),), "show"),
        Row("making them", "", (AtMost(2),), "make"),
        Row("their memory", "", (AtMost(300e6),), "memory", BYTES),
    )

    def ours(self) -> Figures:
        return in_fresh_process(handles)


def handles() -> Figures:
    """A million duplicates of one handle, made by one command."""
    roomy = session(handles="2M")
    memory = resident()
    make = make_handles(roomy, COUNT)
    memory = resident() - memory
    return {"make": make, "memory": memory, "show": timed_line(roomy, "k mx ps")}


def make_handles(on: Session, count: int) -> float:
    """Makes `count` handles; returns the seconds it took."""
    run(on, "event = event_create")
    return timed_line(on, f"repeat {count} handle_duplicate $event same")
