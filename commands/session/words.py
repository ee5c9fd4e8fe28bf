"""Words of scripts: echo, assert, exit, vars."""

from __future__ import annotations

from kshell.shell.arguments import Choice, Number, Raw, Word
from kshell.shell.errors import ShellError, UsageError
from kshell.shell.expressions import evaluate
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.text import printable
from kshell.shell.values import FIELDS, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@command(
    "vars",
    category="session",
    summary="the variables and what they hold",
    examples=(("a = vmo_create 4k", ""), ("vars", "$a = 2080213179  handle=2080213179 koid=3183\n")),
)
def vars_(state: State) -> Result:
    entries: dict[str, object] = {}
    lines: list[str] = []
    for name, result in state.variables.items():
        entries[name] = result.value
        fields = " ".join(_fields(result.fields))
        lines.append(f"${name} = {_short(text_of(result.value, result.kind))}  {fields}".rstrip() + "\n")
    return Result(len(entries), {"vars": entries}, "".join(lines))


def _fields(fields: dict[str, object], head: str = "") -> Iterator[str]:
    """Each field as `name=value`, of records in it as `name.field=value`; lists are counted."""
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from _fields(value, f"{head}{name}.")
            continue
        text = f"[{len(value)} entries]" if isinstance(value, list) else text_of(value, FIELDS.get(name, ""))
        yield f"{head}{name}={_short(text)}"


def _short(text: str) -> str:
    return printable(text if len(text) <= 40 else f"{text[:37]}...")


@command(
    "echo",
    category="session",
    summary="prints its words; `x = echo 4k` keeps a number or a text",
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
        evaluate(words[at], state.number)


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


def compare(operator: str, low: int, high: int) -> bool:
    """Whether the comparison holds. Raises UsageError for a word that compares nothing."""
    holds = {
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
    if holds is None:
        raise UsageError(f"{operator!r} is not a comparison: give ==, !=, lt, le, gt or ge")
    return holds


@command(
    "assert",
    category="session",
    summary="fails unless LEFT OP RIGHT holds: ==, !=, le, ge, lt, gt",
    params=(Side("LEFT"), Comparison("OP"), Side("RIGHT")),
    examples=(("assert 4k == 4096", ""), ("! assert 1 gt 2", "")),
    details="Both sides are numbers, with variables and sums: assert $after.res == $before.res+1M.\n"
    "`<` and `>` would be redirections: write lt, le, gt, ge, or quote them.",
)
def assert_(state: State, left: str, operator: str, right: str) -> Result:
    low, high = evaluate(left, state.number), evaluate(right, state.number)
    if not compare(operator, low, high):
        raise ShellError(f"{left} is {low}, {right} is {high}: {left} {operator} {right} does not hold")
    return Result()


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
