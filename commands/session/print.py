"""`print`: what an expression comes to, in hexadecimal, decimal and for people; `p`, `p/x` and `p/d` as in gdb.

A line that is a value alone, `$m`, is printed too, and `n = 4k` keeps one under a name.
"""

from __future__ import annotations

from kshell.kernel.abi import TYPE_NAMES, U64_END
from kshell.kernel.tasks import Process
from kshell.shell.arguments import Choice, Raw
from kshell.shell.command import TYPE_WORDS
from kshell.shell.expressions import goes_on, joined
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.terms import term
from kshell.shell.values import ADDRESS, HANDLE, KOID, Value
from kshell.sizes import format_size
from kshell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Sizes below this one are told by their decimal number.
SMALL = 1 << 10


class Expression(Raw):
    """A number or a text, in one word or in several: `$m+4k`, `$m + 4k`, `$p.name`, `"a text"`."""

    __slots__ = ()

    explain = "a number, with + - * / % ( ), a $name, or a quoted text"
    expressions = True

    def check(self, state: State, words: Sequence[str], at: int) -> None:
        # The expression is all the words together, so the last one is where it is right or wrong.
        if at == len(words) - 1:
            term(state, _whole(words))

    def check_later(self, state: State, words: Sequence[str], at: int) -> None:
        self.check(state, words, at)

    def choices(self, state: State) -> list[Choice]:
        return self.completions(state, [""], 0)

    def completions(self, state: State, words: Sequence[str], at: int) -> list[Choice]:
        if at and not goes_on(words[at - 1]):
            # After a whole value a sign comes next.
            return []
        names = state.likely.names(words[at].removeprefix("$"))
        return [(f"${name}", state.variables[name].kind) for name in names if name in state.variables]


def _whole(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else joined(words)


@command(
    "print",
    category="session",
    summary="what an expression comes to, in hexadecimal, decimal and as a size",
    params=(Expression("EXPR"), Expression("MORE", many=True)),
    aliases=("p",),
    examples=(
        ("m = map 64k", ""),
        ("print $m + 4k", "0x12fe000  19914752  19.0M\n"),
        ("n = $m.addr % 2M / 4k", ""),
        ("$n", "0xfd  253\n"),
        ("print (1+2)*4k", "0x3000  12288  12k\n"),
    ),
    details="`p/x` prints the hexadecimal number alone, `p/d` the decimal one. $name alone as a line\n"
    "prints it, and n = EXPR keeps a value under a name. A text is printed as it stands. What is\n"
    "less than 0 is a number of 64 bits, as everywhere, and its third form has the minus.",
    gives=("value", "hex"),
)
def print_(state: State, first: str, more: list[str]) -> Result:
    return _printed(state, [first, *more], lambda value: f"{value.number:#x}  {value.number}{_remark(state, value)}")


@command(
    "p/x",
    category="session",
    summary="what an expression comes to, in hexadecimal",
    params=(Expression("EXPR"), Expression("MORE", many=True)),
    aliases=("print/x",),
    examples=(("p/x 64k + 1", "0x10001\n"), ("m = map 4k", ""), ("p/x $m", "0x12fd000\n")),
    gives=("value", "hex"),
)
def print_hexadecimal(state: State, first: str, more: list[str]) -> Result:
    return _printed(state, [first, *more], lambda value: f"{value.number:#x}")


@command(
    "p/d",
    category="session",
    summary="what an expression comes to, in decimal",
    params=(Expression("EXPR"), Expression("MORE", many=True)),
    aliases=("print/d",),
    examples=(("p/d 0x10000", "65536\n"), ("m = map 4k", ""), ("p/d $m / 4k", "4861\n")),
    gives=("value", "hex"),
)
def print_decimal(state: State, first: str, more: list[str]) -> Result:
    return _printed(state, [first, *more], lambda value: str(value.number))


def _printed(state: State, words: list[str], shown: Callable[[Value], str]) -> Result:
    """The result for an expression. Under another name it is what it was, fields included."""
    whole = _whole(words)
    found = term(state, whole)
    if isinstance(found, str):
        return Result(found, {"value": found, "hex": None}, f"{found}\n")
    text = f"{shown(found)}\n"
    kept = state.variables.get(whole[1:]) if whole[:1] == "$" else None
    return Result(
        found.number,
        {"value": found.number, "hex": f"{found.number:#x}"},
        text,
        extra=None if kept is None else lambda: {**kept.fields, **kept.extra},
        kind=found.kind,
        owner=found.owner if found.kind != ADDRESS else 0,
        space=found.owner if found.kind == ADDRESS else 0,
    )


def _remark(state: State, value: Value) -> str:
    """What a number means to people: a size, or which object it names; "" for nothing."""
    if value.kind in (HANDLE, KOID):
        return _named(state, value)
    below = U64_END - value.number
    if below <= value.number:
        # Less than nothing, as a difference that was taken the wrong way round: that is how people read it.
        text = f"  -{format_size(below) if below >= SMALL else below}"
    else:
        text = f"  {format_size(value.number)}" if value.number >= SMALL else ""
    if value.kind == ADDRESS and value.owner != state.process.koid and value.owner:
        text += f"  an address {state.another(value.owner, state.process.koid)}"
    return text


def _named(state: State, value: Value) -> str:
    """Which object a handle or a koid stands for."""
    if value.kind == KOID:
        task = state.machine.processes.get(value.number) or state.machine.find_job(value.number)
        return f"  a koid{_name(task)}"
    holder = state.machine.processes.get(value.owner or state.process.koid)
    handle = None if holder is None else holder.handles.get(value.number)
    if handle is None:
        return "  a handle that is closed"
    kind = TYPE_NAMES[handle.object.type]
    kind = TYPE_WORDS.get(kind, f"a {kind}").removeprefix("a ")
    whose = "" if holder is state.process or holder is None else f" of {printable(holder.name)} ({holder.koid})"
    return f"  a handle{whose} to {kind} {handle.object.koid}"


def _name(task: object) -> str:
    name = printable(task.name) if isinstance(task, Process) else ""
    return f" of process {name}" if name else ""
