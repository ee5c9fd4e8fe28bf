"""`repeat`: the same command many times."""

from __future__ import annotations

from kshell.commands.syscalls.answers import plural
from kshell.shell import registry
from kshell.shell.arguments import Number, Raw
from kshell.shell.errors import ShellError, UsageError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session


@command(
    "repeat",
    "session",
    "runs COMMAND N times, silently, and stops when it fails",
    params=(Number("N"), Raw("COMMAND"), Raw("WORD", many=True)),
    examples=(("e = event_create", ""), ("repeat 1000 handle_duplicate $e same", "1000 times\n")),
    details="The words are read once, before the first run.",
)
def repeat(session: Session, times: int, name: str, words: list[str]) -> Result:
    found = registry.find(name)
    if found is None:
        raise UsageError(f"there is no command {name!r}")
    if found.name == "repeat" or found.moves:
        raise UsageError(f"{name} is not repeated: it is no call on the machine")
    arguments = found.bind(session, words)
    function = found.function
    for done in range(times):
        result = function(session, *arguments)
        if result.exit:
            raise ShellError(f"{name} failed after {plural(done, 'run')}: {result.err.strip()}")
    return Result(times, {"count": times}, f"{times} times\n")
