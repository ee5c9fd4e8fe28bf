"""Pages: touching, counting and keeping them."""

from __future__ import annotations

import random
from time import perf_counter

from kshell.kernel import info
from kshell.kernel.abi import VM_WRITE
from kshell.kernel.faults import fault
from tests.benchmarks import linux
from tests.benchmarks.benchmark import ONLY, Benchmark, Figures, Row
from tests.benchmarks.fresh import in_fresh_process
from tests.benchmarks.model import PAGE, resident, run, session, timed_line
from tests.benchmarks.targets import AtMost, Ratio
from tests.benchmarks.units import BYTES

GIB = 1 << 30
RANDOM_SIZE = 16 * GIB
RANDOM_TOUCHES = 1_000_000


class Touch(Benchmark):
    """A gibibyte at once."""

    name = "touch"
    rows = (Row("`touch` of 1 GiB of a fresh mapping, one command", "Linux, 262,144 fresh pages", (Ratio(0.001),)),)

    def ours(self) -> Figures:
        return in_fresh_process(touch)

    def theirs(self) -> Figures:
        linux.require_memory(GIB)
        return linux.run("touch", GIB // PAGE)


def touch() -> Figures:
    """Maps a gibibyte and touches it; the command was used before, so its file is loaded."""
    fresh = session()
    run(fresh, "m = map 4k")
    run(fresh, "touch $m")
    run(fresh, "m = map 1G")
    return {ONLY: timed_line(fresh, "touch $m 1G")}


class RandomTouches(Benchmark):
    """Single pages here and there: the worst there is for a set of ranges."""

    name = "random-touches"
    rows = (
        Row(
            "one of 1,000,000 random single-page touches over 16 GiB, kernel calls, whole path",
            "Linux, the same",
            (Ratio(1),),
            "touch",
            compiled=(Ratio(0.5),),
        ),
        Row("RES of that mapping", "`mincore` over it", (Ratio(0.05),), "res"),
        Row("memory of a page of them", "", (AtMost(16),), "memory", BYTES),
    )

    def ours(self) -> Figures:
        return in_fresh_process(random_touches)

    def theirs(self) -> Figures:
        linux.require_memory(RANDOM_TOUCHES * PAGE)
        return linux.run("random", RANDOM_SIZE, RANDOM_TOUCHES)


def random_touches() -> Figures:
    """Touches random pages of a large mapping; then asks for RES."""
    large = session(memory="8G")
    run(large, f"m = map {RANDOM_SIZE}")
    process, base = large.state.process, large.state.number("m")
    pages = random.Random(1).choices(range(RANDOM_SIZE // PAGE), k=RANDOM_TOUCHES)
    pages = [base // PAGE + page for page in pages]
    committed = info.committed_pages(process)
    memory = resident()
    begin = perf_counter()
    for page in pages:
        fault(process, page, page + 1, VM_WRITE)
    touched = perf_counter()
    memory = resident() - memory
    asked = perf_counter()
    virt_and_res = info.task_stats(process)
    answered = perf_counter()
    committed = virt_and_res[1] // PAGE - committed
    return {
        "touch": (touched - begin) / RANDOM_TOUCHES,
        "res": answered - asked,
        "memory": memory / committed,
    }


class Terabyte(Benchmark):
    """Sizes nobody has."""

    name = "terabyte"
    rows = (Row("`vmo_create 16T`, commit 1T, decommit half, clone, drop", "", (AtMost(0.005),)),)

    def ours(self) -> Figures:
        return in_fresh_process(terabyte)


def terabyte() -> Figures:
    """The life of a terabyte, line by line."""
    large = session(memory="2T")
    lines = (
        "v = vmo_create 16T",
        "vmo_op_range $v commit 0 1T",
        "vmo_op_range $v decommit 256G 512G",
        "c = vmo_clone $v cow 0 16T",
        "handle_close $c",
        "handle_close $v",
    )
    return {ONLY: sum(timed_line(large, line) for line in lines)}
