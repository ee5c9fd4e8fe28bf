"""A session to measure, and what it uses of the host."""

from __future__ import annotations

import os
from pathlib import Path
from time import perf_counter

from kshell.shell.results import Outcome
from kshell.shell.session import Session
from tests.sessions import opened

PAGE = 4096


def session(**options: str) -> Session:
    """A session as the command line starts it: `session(memory="8G")` is `kshell --memory 8G`."""
    return opened(**options)


def run(on: Session, line: str) -> Outcome:
    """Runs a line of one command, which has to succeed."""
    (outcome,) = on.run(line)
    assert outcome.ok, outcome.error
    return outcome


def timed_line(on: Session, line: str) -> float:
    """The seconds until a line's output is there."""
    begin = perf_counter()
    run(on, line)
    return perf_counter() - begin


def resident() -> int:
    """The bytes of memory this process has in use (its RSS)."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
