"""Typing: what a keystroke costs on a machine full of processes, and in a session full of variables."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from kshell.console.completion import suggestions
from kshell.console.highlight import colours
from kshell.shell.reading import read
from kshell.shell.session import Session
from tests.benchmarks.benchmark import Benchmark, Figures, Row
from tests.benchmarks.fresh import in_fresh_process
from tests.benchmarks.model import run, session
from tests.benchmarks.targets import AtMost
from tests.benchmarks.tasks import COUNT, make_processes

# Each is typed a character at a time; tasks by koid, by a name, and by what is neither are the dear ones.
LINES = (
    "x = as bench vmar_map $vmar 0 $vmo 0 64k rw,specific",
    "attach bench",
    "vmaps 9999999",
    "kill p:3020",
    "k mx ht nobody",
    "help vmo_read",
    "ps --sort res | grep bench",
)


# The same of variables, most of which hold handles.
VARIABLES = 100_000
NAMED = (
    "x = vmo_read $v9 0 4k",
    "handle_close v",
    "print $v99999.koid+$nobody",
    "echo $",
)


class Keystroke(Benchmark):
    """The dearest keystroke of some lines: parse, colours, hint and menu."""

    name = "keystroke"
    rows = (
        Row(
            "a keystroke among 10,000 processes (parse, colour, hint, complete), worst",
            "",
            (AtMost(10e-3),),
            "processes",
            compiled=(AtMost(5e-3),),
        ),
        Row(
            "a keystroke among 100,000 variables, worst",
            "",
            (AtMost(10e-3),),
            "variables",
            compiled=(AtMost(5e-3),),
        ),
    )

    def ours(self) -> Figures:
        return {**in_fresh_process(among_processes), **in_fresh_process(among_variables)}


def among_processes() -> Figures:
    """Makes the processes, and types."""
    crowded = session(memory="8G")
    make_processes(crowded, COUNT)
    run(crowded, "vmo = vmo_create 64k")
    return {"processes": dearest(crowded, LINES)}


def among_variables() -> Figures:
    """Names that many handles, and types."""
    named = session(handles="2M")
    for at in range(VARIABLES):
        run(named, f"v{at} = event_create")
    return {"variables": dearest(named, NAMED)}


def dearest(on: Session, lines: Sequence[str]) -> float:
    """The seconds of the slowest keystroke of some lines; each counts with the best of three."""
    prefixes = [line[:end] for line in lines for end in range(1, len(line) + 1)]
    return max(min(keystroke(on, text) for _ in range(3)) for text in prefixes)


def keystroke(on: Session, text: str) -> float:
    """The seconds that the console works when the cursor stands after `text`."""
    begin = perf_counter()
    list(colours(on, text))
    _ = read(on.state, text).missing
    suggestions(on, text)
    return perf_counter() - begin
