"""What could be typed next: commands, and arguments by their types.

The line up to the cursor is cut by the same grammar that runs it. The last clause's words say where the cursor is:
on the command, behind `expect` or `as`, on the n-th argument, in an option, behind `$` or `>`. Nothing here knows the
terminal; the console turns `Suggestion`s into a menu.
"""

from __future__ import annotations

from kshell.kernel.abi import STATUS_NAMES
from kshell.shell import registry
from kshell.shell.arguments import MapFlags, Parameter, Rights, Task
from kshell.shell.errors import UsageError
from kshell.shell.grammar import CONNECTORS, Token, tokenize
from kshell.shell.session import Session

PREFIXES = ("!", "expect", "as")
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
    try:
        tokens = tokenize(text)
    except UsageError:
        return []
    if "#" in text and tokens and not tokens[-1].open and text[tokens[-1].end :].lstrip().startswith("#"):
        return []
    typing = bool(tokens) and tokens[-1].end == len(text) and not tokens[-1].operator and not text[-1:].isspace()
    word = text[tokens[-1].start :] if typing else ""
    before = _clause(tokens[:-1] if typing else tokens)
    if word.startswith("$"):
        return _variables(session, word)
    if before and before[-1].operator and before[-1].text in (">", ">>"):
        return _files(session, word)
    return _in_clause(session, [token.text for token in before if not token.operator], word)


def _clause(tokens: list[Token]) -> list[Token]:
    """The tokens behind the last `;`, `&&` or `||`."""
    for at in range(len(tokens) - 1, -1, -1):
        if tokens[at].operator and tokens[at].text in CONNECTORS:
            return tokens[at + 1 :]
    return tokens


def _in_clause(session: Session, words: list[str], word: str) -> list[Suggestion]:
    at = 2 if len(words) > 1 and words[1] == "=" else 0
    if len(words) == 1 and word == "=":
        return []
    while at < len(words) and words[at] in PREFIXES:
        if words[at] == "!":
            at += 1
            continue
        if at + 1 == len(words):
            if words[at] == "as":
                return _choices(Task("TASK"), session, word)
            return _matching([(name, str(code)) for code, name in STATUS_NAMES.items()], word)
        at += 2
    if at >= len(words):
        return _matching([(found.name, found.summary) for found in registry.every()], word)
    command = registry.find(words[at])
    if command is None:
        return []
    if command.name == "k":
        return _kernel(session, words[at + 1 :], word)
    if command.name == "help":
        return _matching([(found.name, found.summary) for found in registry.every()], word)
    return _argument(session, command, words[at + 1 :], word)


def _argument(session: Session, command: registry.Command, given: list[str], word: str) -> list[Suggestion]:
    if given and given[-1] in command.options and command.options[given[-1]].name:
        return _choices(command.options[given[-1]], session, word)
    if word.startswith("-") and command.options:
        about = [(name, param.explain) for name, param in command.options.items()]
        return _matching(about, word)
    plain = [other for other in given if other not in command.options]
    if len(plain) < len(command.positional):
        return _choices(command.positional[len(plain)], session, word)
    return _choices(command.rest, session, word) if command.rest is not None else []


def _choices(param: Parameter, session: Session, word: str) -> list[Suggestion]:
    if isinstance(param, Rights | MapFlags) and "," in word:
        # The pieces before the last comma stand; the last one is completed.
        word = word.rsplit(",", 1)[1]
    return _matching(param.choices(session), word)


def _kernel(session: Session, given: list[str], word: str) -> list[Suggestion]:
    """The words of the kernel's own console."""
    from commands.k_misc import HELP

    if not given:
        return _matching(list(HELP), word)
    if given == ["mx"]:
        names = ("ps", "ht", "jb", "kill", "asd", "vmos", "mwd")
        return _matching([(name, f"k mx {name}") for name in names], word)
    if given[0] == "mx" and len(given) == 2 and given[1] not in ("ps", "mwd"):
        koids = [(str(process.koid), session.task_name(process)) for process in session.machine.walk_processes()]
        return _matching(koids, word)
    if given == ["pmm"]:
        return _matching([(name, "") for name in ("arenas", "alloc", "dump_alloced", "free_alloced", "free")], word)
    return []


def _variables(session: Session, word: str) -> list[Suggestion]:
    sign = max(word.rfind(char) for char in "+-*") + 1
    word = word[sign:] if word[sign:].startswith("$") else word
    head, dot, field = word[1:].partition(".")
    if dot:
        result = session.state.last_result if head == "_" else session.variables.get(head)
        names = result.names() if result is not None else []
        return _matching([(name, "") for name in names], field)
    found = [(f"${name}", _value(session, name)) for name in [*session.variables, "self", "vmar", "job", "_", "?"]]
    return _matching(found, word)


def _value(session: Session, name: str) -> str:
    value = session.handle_value(name)
    if value is None:
        return ""
    handle = session.process.handles.get(value)
    if handle is None:
        return str(value)
    from kshell.kernel.abi import TYPE_NAMES

    return f"{TYPE_NAMES[handle.object.type]} {handle.object.koid}"


def _files(session: Session, word: str) -> list[Suggestion]:
    folder, slash, name = word.rpartition("/")
    found = session.host.names(folder + slash)
    return _matching([(entry, "") for entry in found if entry[0] != "." or name], name)


def _matching(choices: list[tuple[str, str]], word: str) -> list[Suggestion]:
    """The choices that begin with the word, then those that hold it, then tasks whose name does."""
    low = word.lower()
    first = [choice for choice in choices if choice[0].lower().startswith(low)]
    rest: list[tuple[str, str]] = []
    if len(low) > 1:
        others = [choice for choice in choices if choice not in first]
        rest = [choice for choice in others if low in choice[0].lower()]
        # A koid is known to people by its task's name.
        rest += [choice for choice in others if choice[0].isdigit() and low in choice[1].lower()]
    return [Suggestion(text, len(word), about) for text, about in (first + rest)[:MOST]]
