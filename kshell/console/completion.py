"""What could be typed next: commands, and arguments by their types.

The reading of the line says what the word at the cursor is; here it becomes a list of words, each with a short remark
about it. Nothing here knows the terminal; the console turns `Suggestion`s into a menu.
"""

from __future__ import annotations

from kshell.kernel.abi import STATUS_NAMES, TYPE_NAMES
from kshell.kernel.tasks import Process
from kshell.shell import grammar, registry
from kshell.shell.arguments import CALLS, FORMAT, Choice
from kshell.shell.call_arguments import MapFlags, Rights
from kshell.shell.reading import Line, read
from kshell.shell.session import Session
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# The menu holds no more than this, and this many are enough to stop looking.
MOST = 200


class Suggestion:
    """A word that could stand where the cursor is: `text` replaces the `length` characters before the cursor."""

    __slots__ = ("text", "length", "about")

    def __init__(self, text: str, length: int, about: str) -> None:
        self.text = text
        self.length = length
        self.about = about


def suggestions(session: Session, text: str) -> list[Suggestion]:
    """What could stand at the end of `text`, the part of a line before the cursor; best first."""
    state = session.state
    line = read(state, text)
    typed = line.typed
    # What was typed is replaced; what it means is the piece's value.
    word = text[typed.piece.start :] if typed is not None else ""
    if line.role in (grammar.REMARK, grammar.OPERATOR, grammar.ASSIGN, grammar.HOST, grammar.VARIABLE):
        return []
    if "$" in word:
        return _variables(state, word)
    if line.role == grammar.FILE:
        return _files(session, word)
    if line.role == grammar.STATUS:
        return matching([(name, str(code)) for code, name in STATUS_NAMES.items()], word)
    if line.role == grammar.COMMAND:
        return matching(_commands(state), word)
    return _argument(session, line, word)


def _commands(state: State) -> list[Choice]:
    found = [(command.name, command.summary) for command in registry.every()]
    found += [(name, f"alias: {' '.join(words)}") for name, words in state.aliases.items()]
    return [*found, ("expect", "succeeds when the command ends with a status"), ("as", "as another process")]


def _argument(session: Session, line: Line, word: str) -> list[Suggestion]:
    state, command, param, given = session.state, line.command, line.param, line.assignment
    if param is not None and (line.role == grammar.TASK or (param.option and not line.option)):
        return matching(param.completions(state, word), word)
    if command is None or given is None:
        return []
    if word.startswith("--") or line.option:
        options = {**command.options, FORMAT.option: FORMAT, CALLS.option: CALLS}
        return matching([(name, option.about) for name, option in options.items()], word)
    if command.name == "k":
        return _kernel(state, given.many[:-1] if word else given.many, word)
    if param is None:
        return []
    if isinstance(param, Rights | MapFlags) and "," in word:
        # The pieces before the last comma stay; the last one is completed.
        word = word.rsplit(",", 1)[1]
    found = matching(param.completions(state, word), word)
    if param.name == "FILE":
        return _files(session, word)
    if param.verbatim and not found and len(given.many) == (1 if word else 0):
        return matching(_commands(state), word)
    return found


def _kernel(state: State, given: list[str], word: str) -> list[Suggestion]:
    """The words of the kernel's own console."""
    from kshell.commands.kernel_console.misc import HELP

    if not given:
        return matching(HELP, word)
    if given == ["mx"]:
        tools = ("ps", "ht", "jb", "kill", "asd", "vmos", "mwd")
        return matching([(name, f"k mx {name}") for name in tools], word)
    if given[0] == "mx" and len(given) == 2 and given[1] not in ("ps", "mwd"):
        names = state.task_names()
        return matching(((str(task.koid), name) for task, name in names if isinstance(task, Process)), word)
    if given == ["pmm"]:
        return matching([(name, "") for name in ("arenas", "alloc", "dump_alloced", "free_alloced", "free")], word)
    return []


def _variables(state: State, word: str) -> list[Suggestion]:
    word = word[word.rfind("$") :]
    head, dot, field = word[1:].partition(".")
    if dot:
        result = state.last_result if head == "_" else state.variables.get(head)
        names = result.names() if result is not None else []
        return matching([(name, "") for name in names], field)
    found = [(f"${name}", _value(state, name)) for name in [*state.variables, "self", "vmar", "job", "_", "?"]]
    return matching(found, word)


def _value(state: State, name: str) -> str:
    value = state.handle_value(name)
    if value is None:
        return ""
    handle = state.process.handles.get(value)
    if handle is None:
        return f"{value:#x}" if value >= 1 << 20 else str(value)
    return f"{TYPE_NAMES[handle.object.type]} {handle.object.koid}"


def _files(session: Session, word: str) -> list[Suggestion]:
    folder, slash, name = word.rpartition("/")
    found = session.host.names(folder + slash)
    return matching([(entry, "") for entry in found if entry[0] != "." or name], name)


def matching(choices: Iterable[Choice], word: str) -> list[Suggestion]:
    """The choices that begin with the word, then those that hold it, in their name or in what is said about a
    number, then those that have its letters in their order."""
    low = word.lower()
    length = len(word)
    if not low:
        return [Suggestion(text, 0, about) for (text, about), _ in zip(choices, range(MOST), strict=False)]
    begin: list[Suggestion] = []
    hold: list[Suggestion] = []
    scattered: list[Suggestion] = []
    for text, about in choices:
        lower = text.lower()
        if lower.startswith(low):
            begin.append(Suggestion(text, length, about))
            if len(begin) >= MOST:
                break
        elif len(hold) < MOST and length > 1:
            # People know a koid or an address by what is said about it.
            if low in lower or (text[0].isdigit() and low in about.lower()):
                hold.append(Suggestion(text, length, about))
            elif len(scattered) < MOST and low[0] == lower[:1] and _in_order(low, lower):
                scattered.append(Suggestion(text, length, about))
    return (begin + hold + scattered)[:MOST]


def _in_order(letters: str, text: str) -> bool:
    """Whether `text` has these letters in this order, with others allowed between them."""
    rest = iter(text)
    return all(letter in rest for letter in letters)
