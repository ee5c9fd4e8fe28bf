"""`vars`: the variables, what each holds, and whose it is.

$a = 2080213179  0x7bfd88bb  a handle of sh:console (2988)  koid=3183
"""

from __future__ import annotations

from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import ADDRESS, FIELDS, HANDLE, text_of
from kshell.text import GLUE, printable, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# No value or name takes more of a row.
WIDEST = 40


@command(
    "vars",
    category="session",
    summary="the variables: what they hold, and whose that is",
    examples=(
        ("a = vmo_create 4k", ""),
        ("n = 64k", ""),
        (
            "vars",
            "$a = 2080213179  0x7bfd88bb  a handle of sh:console (2988)  koid=3183\n$n = 65536  0x10000\n",
        ),
    ),
    details="A value is in decimal, then in hexadecimal; an address is in hexadecimal, then in decimal.",
)
def vars_(state: State) -> Result:
    variables = dict(state.variables)
    fields: dict[str, object] = {
        "vars": {name: result.value for name, result in variables.items()},
        "kinds": {name: result.kind.partition(" ")[2] for name, result in variables.items() if result.kind},
        "owners": {name: owner for name, result in variables.items() if (owner := _owner(result))},
    }
    return Result(len(variables), fields, "".join(_row(state, name, result) for name, result in variables.items()))


def _owner(result: Result) -> int:
    """The koid of the process whose handle or address it is, 0 for neither."""
    return result.owner if result.kind == HANDLE else result.space if result.kind == ADDRESS else 0


def _row(state: State, name: str, result: Result) -> str:
    """A variable in one line, or in more that are indented."""
    words = [_short(text_of(result.value, result.kind))]
    value = result.value
    if isinstance(value, int) and not isinstance(value, bool):
        if result.kind == ADDRESS:
            words.append(str(value))
        elif value > 9:
            words.append(f"{value:#x}")
        if result.kind:
            words.append(f"{result.kind}{_whose(state, _owner(result))}")
    words.append(" ".join(text for text in _fields(result.fields) if not _says_again(text, result)))
    # The parts stay apart by two blanks, and a name with blanks is not broken.
    text = "  ".join(word.replace(" ", GLUE) if at else word for at, word in enumerate(words[:-1]))
    rest = words[-1]
    line = f"${name} = {text}".replace(GLUE, " ")
    if not rest:
        return f"{line.rstrip()}\n"
    return wrap(rest, f"{line}  ", indent="    ") if len(line) < 60 else f"{line}\n{wrap(rest, '    ')}"


def _whose(state: State, koid: int) -> str:
    """The process of that koid, in words."""
    if not koid:
        return ""
    process = state.machine.processes.get(koid)
    return f" of {printable(process.name)} ({koid})" if process is not None else f" of process {koid}, which is gone"


def _says_again(text: str, result: Result) -> bool:
    """Whether a field only repeats the value."""
    return text in (f"{name}={text_of(result.value, result.kind)}" for name in ("handle", "addr", "koid", "value")) or (
        text.startswith("hex=0x") and "value" in result.fields
    )


def _fields(fields: dict[str, object], head: str = "") -> Iterator[str]:
    """Each field as `name=value`, of records in it as `name.field=value`; lists are counted."""
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from _fields(value, f"{head}{name}.")
            continue
        text = f"[{len(value)} entries]" if isinstance(value, list) else text_of(value, FIELDS.get(name, ""))
        yield f"{head}{name}={_short(text)}"


def _short(text: str) -> str:
    return printable(text if len(text) <= WIDEST else f"{text[: WIDEST - 3]}...")
