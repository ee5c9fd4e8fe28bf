"""`repeat`: the same command many times."""

from __future__ import annotations

from kshell.shell.arguments import CommandLine, Count
from kshell.shell.errors import ShellError
from kshell.shell.execution import bound
from kshell.shell.inner import inner_command, nested
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import COUNT
from kshell.text import plural


@command(
    "repeat",
    category="session",
    summary="runs COMMAND N times, silently, and stops when it fails",
    params=(Count("N"), CommandLine(done="repeated")),
    examples=(("e = event_create", ""), ("repeat 1000 handle_duplicate $e same", "1000 times\n")),
    details="The words are read once, before the first run.",
)
def repeat(state: State, times: int, words: list[str]) -> Result:
    found = inner_command(words[0], "repeated")
    arguments, _ = bound(state, found, words[1:])
    function = found.function
    with nested(state):
        for done in range(times):
            result = function(state, *arguments)
            if result.exit:
                raise ShellError(f"{words[0]} failed after {plural(done, 'run')}: {result.err.strip()}")
    return Result(times, {"count": times}, f"{times} times\n", kind=COUNT)
