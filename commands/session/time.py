"""`time`: how long a command takes on this computer."""

from __future__ import annotations

from time import perf_counter

from kshell.shell.arguments import CommandLine
from kshell.shell.execution import call
from kshell.shell.inner import inner_command, nested
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State


@command(
    "time",
    category="session",
    summary="runs COMMAND and says how long it took on this computer",
    params=(CommandLine(done="timed"),),
    examples=(
        ("time vmo_create 4k", "handle 2080213179: vmo, koid 3183\n..."),
        ("time touch 0", "time: ERR_NOT_FOUND (-25): a write at 0x0 faults: nothing is mapped there\n"),
    ),
    details="Commands can run each other, as in time repeat 9 COMMAND, up to 16 deep.",
)
def time(state: State, words: list[str]) -> Result:
    found = inner_command(words[0], "timed")
    notes: list[str] = []
    with nested(state):
        begin = perf_counter()
        result: Result = call(state, found, state, words[1:], notes)
        seconds = perf_counter() - begin
    result.text = f"{''.join(notes)}{result.output()}{words[0]} took {seconds * 1000:.3f} ms\n"
    return result
