"""Shapes of machines and sessions that once cost more than they had to: each function makes one of a size and times it.

`growth.py` has them as rows of its table. The figures of a function are named by what is timed.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time

from kshell.console.completion import suggestions
from kshell.kernel.abi import VM_WRITE, VMO_CLONE_COPY_ON_WRITE, VMO_OP_COMMIT, VMO_OP_DECOMMIT, VMO_OP_LOOKUP
from kshell.kernel.content import Content, Data
from kshell.kernel.copy import copy_machine
from kshell.kernel.faults import fault
from kshell.kernel.vmo import Vmo
from kshell.shell.session import Session
from tests.benchmarks.audits import fill
from tests.benchmarks.benchmark import Figures
from tests.benchmarks.handles import make_handles
from tests.benchmarks.model import PAGE, run, session
from tests.benchmarks.regions import READ_WRITE, map_pages
from tests.benchmarks.tasks import make_processes

# Multiples of this prime, modulo a count, are each number below it once, and neighbours are far apart.
SCATTER = 7919


def timed(action: Callable[[], object]) -> float:
    """The seconds of CPU time that `action` takes: how they grow says the same on a busy machine."""
    begin = process_time()
    action()
    return process_time() - begin


def timed_line(on: Session, line: str) -> float:
    """The seconds of CPU time until a line's output is there."""
    return timed(lambda: run(on, line))


def timed_text(on: Session, line: str) -> float:
    """The same, with the text that a person reads."""
    return timed(lambda: run(on, line).output)


def memgraphs(count: int) -> Figures:
    """Processes that all map one VMO ten times."""
    crowded = session()
    make_processes(crowded, count)
    run(crowded, "memgraph")
    return {
        "memgraph": timed_line(crowded, "memgraph"),
        "-v": timed_line(crowded, "memgraph -v"),
        "-t": timed_line(crowded, "memgraph -t"),
    }


def views(count: int) -> Figures:
    """One VMO mapped so often by one process."""
    fresh = session()
    vmo = fresh.state.calls.vmo_create(PAGE)
    root = fresh.state.number("vmar")
    for _ in range(count):
        fresh.state.calls.vmar_map(root, 0, vmo, 0, PAGE, READ_WRITE)
    koid = fresh.state.process.koid
    run(fresh, f"vmos {koid}")
    return {"vmos": timed_line(fresh, f"vmos {koid}"), "memgraph": timed_line(fresh, "memgraph")}


def chain(count: int) -> Figures:
    """A write at the end of a chain of clones: each on the way gets a page."""
    fresh = session()
    calls = fresh.state.calls
    vmo = calls.vmo_create(PAGE)
    calls.vmo_write(vmo, 0, b"first")
    for _ in range(count):
        vmo = calls.vmo_clone(vmo, VMO_CLONE_COPY_ON_WRITE, 0, PAGE)
    return {"write": timed(lambda: calls.vmo_write(vmo, 0, b"last"))}


def pages_in_chains(count: int) -> Figures:
    """A chain of clones that hide a page each of the first VMO, here and there, and the last one is mapped: who pays,
    what is said of the first one, and how the last one looks."""
    fresh = session(memory="8G", handles="2M")
    calls, size = fresh.state.calls, count * PAGE
    first = vmo = calls.vmo_create(size)
    calls.vmo_op_range(first, VMO_OP_COMMIT, 0, size)
    for page in range(count):
        vmo = calls.vmo_clone(vmo, VMO_CLONE_COPY_ON_WRITE, 0, size)
        calls.vmo_op_range(vmo, VMO_OP_COMMIT, page * SCATTER % count * PAGE, PAGE)
    calls.vmar_map(fresh.state.number("vmar"), 0, vmo, 0, size, READ_WRITE)
    # What is loaded when it is used first does not count.
    small = session()
    for line in ("v = vmo_create 4k", "audit --rule viewers --by process", "clones $v", "pages $v", "why $v"):
        timed_text(small, line)
    return {
        "audit": timed_text(fresh, "audit --rule viewers"),
        "bills": timed_text(fresh, "audit --rule viewers --by process"),
        "clones": timed_text(fresh, f"clones {vmo}"),
        "pages": timed_text(fresh, f"pages {vmo}"),
        "why": timed_text(fresh, f"why {first}"),
    }


def bills(count: int) -> Figures:
    """Processes that map ten VMOs each, and who pays for them."""
    fresh = session(memory="16G", handles="2M")
    fill(fresh, max(1, count // 10))
    run(session(), "audit --by process")
    return {"ledger": timed_text(fresh, "audit"), "bills": timed_text(fresh, "audit --by process")}


def random_places(count: int) -> Figures:
    """Mappings at random addresses."""
    fresh = session(aslr="1")
    vmo = fresh.state.calls.vmo_create(count * PAGE)
    return {"map": timed(lambda: map_pages(fresh, vmo, count))}


def messages(count: int) -> Figures:
    """Messages that wait in a channel: half of them are read, and then their end is closed."""
    fresh = session(memory="4G")
    calls = fresh.state.calls
    first, second = calls.channel_create()
    for _ in range(count):
        calls.channel_write(first, b"hello", [])

    def read() -> None:
        for _ in range(count // 2):
            calls.channel_read(second)

    return {"read": timed(read), "close": timed(lambda: calls.handle_close(second))}


def traced(count: int) -> Figures:
    """A touch of pages while what happens is told: every other one is there already, so each is an event of its own."""
    fresh = session(memory="64G")
    vmo = every_other(fresh, count)
    address = fresh.state.calls.vmar_map(fresh.state.number("vmar"), 0, vmo, 0, 2 * count * PAGE, READ_WRITE)
    run(fresh, "trace on")
    return {"touch": timed_line(fresh, f"touch {address} {2 * count * PAGE}")}


def looked_up(count: int) -> Figures:
    """Pages whose addresses somebody has looked up, given back: all at once, and one by one."""
    figures: Figures = {}
    for name, step in (("whole", count), ("singly", 1)):
        fresh = session(memory="4G")
        calls = fresh.state.calls
        vmo = calls.vmo_create(count * PAGE)
        calls.vmo_op_range(vmo, VMO_OP_COMMIT, 0, count * PAGE)
        calls.vmo_op_range(vmo, VMO_OP_LOOKUP, 0, count * PAGE)
        begin = process_time()
        for page in range(0, count, step):
            calls.vmo_op_range(vmo, VMO_OP_DECOMMIT, page * PAGE, step * PAGE)
        figures[name] = process_time() - begin
    return figures


def nested(count: int) -> Figures:
    """Jobs in jobs. Each row is indented by its depth, so the output is a square itself: `floor` is the time that it
    takes to write so many characters."""
    fresh = session()
    calls, job = fresh.state.calls, fresh.state.number("job")
    for _ in range(count):
        job = calls.job_create(job, 0)
    run(fresh, "ps --jobs")
    floor = timed(lambda: "".join([f"{' ' * 2 * depth}j:{depth:<10} \n" for depth in range(count)]))
    return {"ps": timed_line(fresh, "ps --jobs"), "floor": floor}


def indented(count: int) -> float:
    """How many characters that is, roughly."""
    return count * (count + 30)


def named(count: int) -> Figures:
    """Variables that hold handles."""
    fresh = session(handles="2M")
    for at in range(count):
        run(fresh, f"e{at} = event_create")
    run(fresh, "handles")
    suggestions(fresh, "handle_close $e")
    return {
        "handles": timed_line(fresh, "handles"),
        "vars": timed_line(fresh, "vars"),
        "tab": timed(lambda: suggestions(fresh, "handle_close $e")),
    }


def lines(count: int) -> Figures:
    """A session of so many lines."""
    fresh = session()
    for at in range(count):
        run(fresh, f"x = {at}")
    with tempfile.TemporaryDirectory() as folder:
        saving = timed_line(fresh, f"save {Path(folder, 'lines')}")
    return {"save": saving, "history": timed_line(fresh, "history")}


def journal(count: int) -> Figures:
    """A journal of so many lines, read again; and how long the lines took without one."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "journal"))
        kept = session(journal=path)
        for at in range(count):
            run(kept, f"x = {at}")
        assert kept.journal is not None
        kept.journal.close()
        again = timed(lambda: session(journal=path))
    fresh = session()

    def script() -> None:
        for at in range(count):
            run(fresh, f"x = {at}")

    return {"again": again, "script": timed(script)}


def every_other(on: Session, count: int) -> int:
    """A VMO of which every other page is there, `count` of them."""
    calls = on.state.calls
    vmo = calls.vmo_create(2 * count * PAGE)
    found = on.state.process.handles.get(vmo)
    assert found is not None and isinstance(found.object, Vmo)
    found.object.adopt(tuple((page, page + 1) for page in range(0, 2 * count, 2)))
    found.object.own_nodes()
    return vmo


def alternating(count: int) -> Figures:
    """A VMO whose every other page is there: read, cloned and the clone written; touched as a whole."""
    fresh = session(memory="64G")
    calls = fresh.state.calls
    vmo = every_other(fresh, count)
    clone = calls.vmo_clone(vmo, VMO_CLONE_COPY_ON_WRITE, 0, 2 * count * PAGE)
    reading = timed(lambda: calls.vmo_read(vmo, 0, 2 * count * PAGE))
    through = timed(lambda: calls.vmo_read(clone, 0, 2 * count * PAGE))
    writing = timed(lambda: calls.vmo_write(clone, 0, Data.fill(1, 2 * count * PAGE)))
    whole = every_other(fresh, count)
    address = calls.vmar_map(fresh.state.number("vmar"), 0, whole, 0, 2 * count * PAGE, READ_WRITE)
    first = address // PAGE
    touching = timed(lambda: fault(fresh.state.process, first, first + 2 * count, VM_WRITE))
    return {"read": reading, "clone read": through, "clone write": writing, "touch": touching}


def undone(count: int) -> Figures:
    """One line taken back after lines of mappings, after a line of many mappings, and after one of many handles."""
    fresh = session(handles="4M")
    run(fresh, "v = vmo_create 4k")
    slowest = max(timed_line(fresh, "vmar_map $vmar 0 $v 0 4k rw") for _ in range(count))
    singly = timed_line(fresh, "undo")
    many = session(handles="4M")
    run(many, "v = vmo_create 4k")
    whole = timed_line(many, f"repeat {count} vmar_map \\$vmar 0 \\$v 0 4k rw")
    run(many, "x = 1")
    after = timed_line(many, "undo")
    held = session(handles="4M")
    make_handles(held, count)
    run(held, "x = 1")
    handles = timed_line(held, "undo")
    return {"singly": singly, "slowest line": slowest, "whole": after, "the line": whole, "handles": handles}


def looking(count: int) -> Figures:
    """`ps` of so many processes, forty times."""
    crowded = session()
    make_processes(crowded, count)
    run(crowded, "ps")
    found = [timed_line(crowded, "ps") for _ in range(40)]
    return {"median": median(found), "slowest": max(found)}


def many_values(count: int) -> Figures:
    """Pages each full of one value, of 255 values; one of them is read, a thousand times."""
    content = Content()
    filling = timed(lambda: [content.write(page * PAGE, Data.fill(page % 255 + 1, PAGE)) for page in range(count)])
    return {"fill": filling, "read": timed(lambda: [content.page(page % count) for page in range(1000)])}


def bytes_at_random(count: int) -> Figures:
    """Single bytes written all over a VMO, and the machine copied then."""
    fresh = session(memory="32G")
    calls = fresh.state.calls
    vmo = calls.vmo_create(4 * count * PAGE)
    places = [place * PAGE + place % PAGE for place in random.Random(1).choices(range(4 * count), k=count)]

    def write() -> None:
        for place in places:
            calls.vmo_write(vmo, place, b"x")

    writing = timed(write)
    return {"write": writing, "copy": timed(lambda: copy_machine(fresh.state.machine))}
