"""Looking at what lines do: trace, time, watch, clear."""

from __future__ import annotations

from time import perf_counter

from kshell.shell import registry
from kshell.shell.arguments import Choice, Parameter, Raw
from kshell.shell.context import Context
from kshell.shell.errors import UsageError
from kshell.shell.grammar import quoted
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session
from kshell.shell.tracing import Tracer


class OnOff(Parameter):
    """A switch's new position."""

    __slots__ = ()

    explain = "on or off"

    def parse(self, session: Context, word: str) -> bool:
        if word not in ("on", "off"):
            raise UsageError(f"{word!r} is neither on nor off")
        return word == "on"

    def choices(self, session: Context) -> list[Choice]:
        return [("on", ""), ("off", "")]


@command(
    "trace",
    "session",
    "shows what happens in the machine while commands run: faults, commits, splits, deaths",
    params=(OnOff("on|off"),),
    examples=(
        ("m = map 64k", ""),
        ("trace on", ""),
        ("touch $m 4k", "trace: commit, VMO 3183, 1 page from page 0\n...\n1 fault, 1 page committed\n"),
        ("trace off", ""),
    ),
    moves=True,
)
def trace(session: Session, on: bool) -> Result:
    session.tracer = session.machine.observer = Tracer() if on else None
    return Result()


@command(
    "time",
    "session",
    "runs COMMAND and says how long it took on this computer",
    params=(Raw("COMMAND"), Raw("WORD", many=True)),
    examples=(("time vmo_create 4k", "handle 2080213179: vmo, koid 3183\n..."), ("time touch 0", "...")),
)
def time(session: Session, name: str, words: list[str]) -> Result:
    found = registry.find(name)
    if found is None or found.moves:
        raise UsageError(f"{name} is no command that could be timed")
    begin = perf_counter()
    result = found.function(session, *found.bind(session, words))
    seconds = perf_counter() - begin
    result.text = f"{result.output()}{name} took {seconds * 1000:.3f} ms\n"
    return result


@command(
    "watch",
    "session",
    "runs COMMAND every two seconds (-n S: every S) until Ctrl-C, and shows what changes",
    params=(Raw("[-n S] [--times N] COMMAND", many=True),),
    examples=(
        ("watch --times 2 -n 0 memory", "..."),
        ("watch --times 2 -n 0 echo hello", "hello\nhello\n"),
    ),
    details="Each run is a line of the session: `undo` takes it back.",
    moves=True,
)
def watch(session: Session, words: list[str]) -> Result:
    seconds, times = 2.0, 0
    while words and words[0] in ("-n", "--times"):
        if len(words) < 2:
            raise UsageError(f"{words[0]} wants a number; usage: watch [-n S] [--times N] COMMAND")
        try:
            value = float(words[1])
        except ValueError:
            value = -1.0
        if not 0 <= value <= 86400 or (words[0] == "--times" and value != int(value)):
            raise UsageError(f"{words[1]!r} is no number that {words[0]} could take: 0 to 86400")
        if words[0] == "-n":
            seconds = value
        else:
            times = int(value)
        del words[:2]
    if not words:
        raise UsageError("COMMAND is missing; usage: watch [-n S] [--times N] COMMAND")
    found = registry.find(words[0])
    if found is None or found.moves:
        raise UsageError(f"{words[0]} is no command that could be watched")
    result = Result()
    result.watch = (seconds, times, " ".join(quoted(word) for word in words))
    return result


@command("clear", "session", "clears the screen", examples=(("clear", ""),), moves=True)
def clear(session: Session) -> Result:
    return Result()
