"""`pick`: a number drawn from the session's seed, under a name.

kshell --seed 7        the seed of the session, 1 without it
pick n 2..9            $n is the session's first draw: for this seed the same on every machine, whenever it runs
pick m 2..9            the second one
"""

from __future__ import annotations

from kshell.shell.arguments import Raw
from kshell.shell.draws import draw
from kshell.shell.errors import UsageError
from kshell.shell.expressions import evaluate
from kshell.shell.grammar import is_name
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# What stands between the bounds of a range.
TO = ".."


class Name(Raw):
    """The name of a variable that is going to be set."""

    __slots__ = ()

    explain = "a name: letters, digits and _, the first no digit"

    def check(self, state: State, words: Sequence[str], at: int) -> None:
        self.parse(state, words[at])

    def parse(self, state: State, word: str) -> str:
        if not is_name(word):
            raise UsageError(f"{word[:40]!r} cannot be a name: letters, digits and _, the first no digit")
        return word


class Range(Raw):
    """The numbers from one to another, both included: `2..9`, `$n..2*$n`."""

    __slots__ = ()

    explain = "the least and the largest number, as in 2..9"
    expressions = True

    def check(self, state: State, words: Sequence[str], at: int) -> None:
        bounds(state, words[at])


def bounds(state: State, word: str) -> tuple[int, int]:
    """The least and the largest number of a range. Raises UsageError."""
    first, dots, last = word.partition(TO)
    if not dots or not first or not last:
        raise UsageError(f"{word[:40]!r} is not a range: give the least and the largest number, as in 2..9")
    low, high = evaluate(first, state.number), evaluate(last, state.number)
    if low > high:
        raise UsageError(f"{word[:40]!r} has no number in it: {low} is more than {high}")
    return low, high


@command(
    "pick",
    category="session",
    summary="sets $NAME to a whole number of a range, drawn from the seed",
    params=(Name("NAME"), Range("LOW..HIGH")),
    examples=(("pick n 2..9", "n = 4\n"), ("pick m $n*4k..$n*8k", "m = 23939\n"), ("map $n*4k", "address 0x12fd000\n")),
    details="The seed is that of `kshell --seed N`, 1 without it. With the same seed the first pick of a session is "
    "always the same, and so are the second and all others.",
    gives=("name", "value"),
)
def pick(state: State, name: str, range_: str) -> Result:
    low, high = bounds(state, range_)
    number = draw(state.past.seed, f"pick {state.picks}", low, high)
    state.picks += 1
    result = Result(number, {"name": name, "value": number}, f"{name} = {number}\n")
    state.variables[name] = result
    return result
