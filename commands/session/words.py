"""Words of scripts: echo, assert, exit, true, false."""

from __future__ import annotations

from kshell.shell.arguments import Choice, Number, Raw, Word
from kshell.shell.errors import ShellError, UsageError
from kshell.shell.expressions import evaluate
from kshell.shell.quoting import Quoted
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.terms import pair, text_in
from kshell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


@command(
    "echo",
    category="session",
    summary="prints its words; `x = echo hello` keeps a text, as `x = 4k` keeps a number",
    params=(Word("WORD", many=True),),
    examples=(("echo hello", "hello\n"), ("echo $?", "0\n"), ("x = echo 4k", ""), ("echo $x", "4096\n")),
    details="A handle, a koid or a size is printed in decimal, an address in hexadecimal, a list of fields as JSON.\n"
    "The $names of one command may stand for 16M characters.",
)
def echo(state: State, words: list[str]) -> Result:
    said = " ".join(words)
    try:
        value: int | str = evaluate(said, state.number)
    except UsageError:
        value = said
    return Result(value, text=f"{said}\n")


class Side(Raw):
    """An expression, which the message of a failure shows as it was written."""

    __slots__ = ()

    explain = Number.explain
    expressions = True

    def check(self, state: State, words: Sequence[str], at: int) -> None:
        if text_in(state, words[at]) is None:
            evaluate(words[at], state.number)


# The words that compare, as they are told; some have other forms.
COMPARISONS = ("==", "!=", "lt", "le", "gt", "ge")


class Comparison(Raw):
    """What compares two numbers."""

    __slots__ = ()

    explain = "==, !=, lt, le, gt or ge"
    expressions = closed = True

    def check(self, state: State, words: Sequence[str], at: int) -> None:
        compare(words[at], 0, 0)

    def choices(self, state: State) -> list[Choice]:
        return [
            ("==", "equal"),
            ("!=", "not equal"),
            ("lt", "less"),
            ("le", "less or equal"),
            ("gt", "greater"),
            ("ge", "greater or equal"),
        ]


def compare(operator: str, low: int | str, high: int | str) -> bool:
    """Whether the comparison holds. Raises UsageError for a word that compares nothing, or not texts."""
    if isinstance(low, str) or isinstance(high, str):
        if operator in ("lt", "<", "le", "<=", "gt", ">", "ge", ">="):
            raise UsageError(f"texts have no order: compare them with == or !=, not {operator}")
        low, high = str(low), str(high)
        holds = {"==": low == high, "eq": low == high, "!=": low != high, "ne": low != high}.get(operator)
    else:
        holds = _compared(operator, low, high)
    if holds is None:
        raise UsageError(f"{operator!r} is not a comparison: give ==, !=, lt, le, gt or ge")
    return holds


def _compared(operator: str, low: int, high: int) -> bool | None:
    """Whether the comparison of two numbers holds; None for a word that compares nothing."""
    return {
        "==": low == high,
        "eq": low == high,
        "!=": low != high,
        "ne": low != high,
        "<": low < high,
        "lt": low < high,
        "<=": low <= high,
        "le": low <= high,
        ">": low > high,
        "gt": low > high,
        ">=": low >= high,
        "ge": low >= high,
    }.get(operator)


@command(
    "assert",
    category="session",
    summary="fails unless LEFT OP RIGHT holds: ==, !=, le, ge, lt, gt",
    params=(Side("LEFT"), Comparison("OP"), Side("RIGHT")),
    examples=(
        ("assert 4k == 4096", ""),
        ("! assert 1 gt 2", ""),
        ("p = spawn demo", ""),
        ('assert $p.name == "demo"', ""),
    ),
    details="Both sides are numbers, with variables and sums: assert $after.res == $before.res+1M.\n"
    "With == and != they may be texts: quoted, or a $name that stands for one.\n"
    "`<` and `>` would be redirections: write lt, le, gt, ge, or quote them.",
)
def assert_(state: State, left: str, operator: str, right: str) -> Result:
    low, high = pair(state, left, right)
    if not compare(operator, low, high):
        said = f"{_quoted(left)} {operator} {_quoted(right)} does not hold"
        come_to = ", ".join(_is(side, value) for side, value in ((left, low), (right, high)) if side != value)
        raise ShellError(f"{come_to}: {said}" if come_to else said)
    return Result()


def _is(side: str, value: int | str) -> str:
    """What a side comes to, in words."""
    return f"{_quoted(side)} is {value}" if isinstance(value, int) else f"{_quoted(side)} is {_cut(value)!r}"


def _quoted(side: str) -> str:
    return f'"{_cut(side)}"' if isinstance(side, Quoted) else side


def _cut(text: str) -> str:
    return printable(text if len(text) <= 40 else f"{text[:37]}...")


@command("exit", category="session", summary="leaves the console", aliases=("quit",), examples=(("exit", ""),))
def exit_(state: State) -> Result:
    state.finished = True
    return Result()


@command(
    "true",
    category="session",
    summary="does nothing, and succeeds",
    params=(Word("WORD", many=True),),
    examples=(("true", ""), ("echo $?", "0\n")),
)
def true(state: State, words: list[str]) -> Result:
    return Result()


@command(
    "false",
    category="session",
    summary="does nothing, and fails",
    params=(Word("WORD", many=True),),
    examples=(("false", ""), ("echo $?", "1\n")),
)
def false(state: State, words: list[str]) -> Result:
    return Result(exit_=1)
