"""`watch`: a command again and again; `clear`: an empty screen."""

from __future__ import annotations

from kshell.shell.arguments import CommandLine, Parameter
from kshell.shell.errors import UsageError
from kshell.shell.inner import whole_line
from kshell.shell.registry import command
from kshell.shell.results import Outcome, Result
from kshell.shell.session import Session
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator

# A day, in seconds; also the most often that a command is watched.
MOST = 86400


class Seconds(Parameter[float]):
    """A time in seconds, 0 to a day."""

    __slots__ = ()

    type_name = "float"
    explain = "seconds between two runs, such as 0.5"

    def parse(self, state: State, word: str) -> float:
        return _number(self.option, word)


class Times(Parameter[int]):
    """How many times, 0 to MOST."""

    __slots__ = ()

    type_name = "int"
    explain = "how many runs; without it, until Ctrl-C"

    def parse(self, state: State, word: str) -> int:
        value = _number(self.option, word)
        if value != int(value):
            raise UsageError(_refusal(self.option, word))
        return int(value)


def _number(option: str, word: str) -> float:
    try:
        # `float` reads the digits of every script.
        value = float(word) if word.isascii() else -1.0
    except ValueError:
        value = -1.0
    if not 0 <= value <= MOST:
        raise UsageError(_refusal(option, word))
    return value


def _refusal(option: str, word: str) -> str:
    return f"{str(word)!r} is not a number that {option} can take: 0 to {MOST}"


@command(
    "watch",
    category="session",
    summary="runs COMMAND every two seconds (-n S: every S) until Ctrl-C, and shows what changes",
    params=(CommandLine(done="watched", lines=True), Seconds("S", 2.0, option="-n"), Times("N", 0, option="--times")),
    examples=(
        ("watch --times 2 -n 0 memory", "total      523999 pages  2046.9M\n...\nhandles       421 of 262144\n"),
        ("watch --times 2 -n 0 echo hello | tr h j", "jello\njello\n"),
        ("watch --times 1 'event_create; echo done'", "handle 2080213179: event, koid 3183\ndone\n"),
    ),
    details="Each run is a line of the session, redirection and all: `undo` takes it back. A line of several "
    "commands is quoted as a whole.",
    unrecorded=True,
)
def watch(session: Session, words: list[str], seconds: float, times: int) -> Generator[Outcome, None, Result]:
    line = whole_line(session.state, words, "watched")
    tick = 0
    while not times or tick < times:
        tick += 1
        for inner in session.run(line):
            inner.tick = tick
            inner.last = False
            yield inner
            if not inner.ok and not inner.forgiven:
                return Result(exit_=inner.exit, reason=inner.reason or "")
        if tick == times or session.interrupts.sleep(seconds):
            break
    return Result()


@command("clear", category="session", summary="clears the screen", examples=(("clear", ""),), unrecorded=True)
def clear(session: Session) -> Result:
    return Result()
