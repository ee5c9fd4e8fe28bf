"""`trace`: what happens in the machine while lines run."""

from __future__ import annotations

from kshell.shell.arguments import OneOf
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session
from kshell.shell.tracing import Tracer


@command(
    "trace",
    category="session",
    summary="shows what happens in the machine while commands run: faults, commits, splits, deaths",
    params=(OneOf("on|off", ("on", "off"), "on or off"),),
    examples=(
        ("m = map 64k", ""),
        ("trace on", ""),
        ("touch $m 4k", "trace: commit, VMO 3183, 1 page from page 0\n...\n1 fault, 1 page committed\n"),
        ("trace off", ""),
    ),
    unrecorded=True,
)
def trace(session: Session, position: str) -> Result:
    session.trace(Tracer() if position == "on" else None)
    return Result()
