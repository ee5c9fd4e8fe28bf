"""A line while it is typed: what each word is, and what could come next. Colour, completion and hints ask this, so
they never disagree.

    a = as demo vmo_read $v 0|            roles: variable assign prefix task command argument argument
                             ^ next: the parameter OFFSET, being typed; LEN is still missing
"""

from __future__ import annotations

from kshell.shell import registry
from kshell.shell.arguments import Parameter, Task
from kshell.shell.context import Context
from kshell.shell.errors import UsageError
from kshell.shell.grammar import CONNECTORS, Token, tokenize
from kshell.shell.registry import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

PREFIXES = ("!", "expect", "as")
# Options that any command takes.
VIEW_OPTIONS = (("--format", "the result as json, csv or table"), ("--calls", "show the syscalls it makes, in C"))


class Piece:
    """A word or an operator of the line with its role; `param` is what an argument is parsed by."""

    __slots__ = ("token", "role", "param")

    def __init__(self, token: Token, role: str, param: Parameter | None = None) -> None:
        self.token = token
        self.role = role
        self.param = param


class Partial:
    """The line up to the cursor, read.

    `word` is what is being typed ("" behind a blank), `role` and `param` what it is; `command` is that of the last
    clause, `given` its words before the one being typed.
    """

    __slots__ = ("pieces", "word", "role", "param", "command", "given", "rest", "broken")

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.word = ""
        self.role = "command"
        self.param: Parameter | None = None
        self.command: Command | None = None
        self.given: list[str] = []
        # Where a comment begins, or the end of the line.
        self.rest = 0
        self.broken = False

    def missing(self) -> list[str]:
        """The parameters that are still to be given behind the word being typed, optional ones in brackets."""
        command = self.command
        if command is None or self.role not in ("argument", "command"):
            return []
        plain = [word for word in self.given if not word.startswith("--")]
        done = len(plain) + (1 if self.word else 0) if self.role == "argument" else 0
        names = [f"[{param.name}]" if param.optional else param.name for param in command.positional[done:]]
        if command.rest is not None:
            names.append(f"[{command.rest.name} ...]")
        return names


def read(session: Context, line: str) -> Partial:
    """Reads a line that may be unfinished; never fails."""
    found = Partial()
    try:
        tokens = tokenize(line)
    except UsageError:
        found.broken = True
        found.role = "broken"
        return found
    end = tokens[-1].end if tokens else 0
    found.rest = end
    typing = bool(tokens) and end == len(line) and not tokens[-1].operator
    reader = _Reader(session, found)
    for index, token in enumerate(tokens):
        following = tokens[index + 1].text if index + 1 < len(tokens) else ""
        found.pieces.append(reader.piece(token, following))
    if line[end:].lstrip().startswith("#"):
        found.role = "comment"
    elif typing:
        found.word = line[tokens[-1].start :]
        found.role, found.param = found.pieces[-1].role, found.pieces[-1].param
        if found.given and found.role in ("argument", "option", "value"):
            found.given.pop()
    else:
        found.role, found.param = reader.next_role("")
    return found


class _Reader:
    """Where in a clause the reading is."""

    def __init__(self, session: Context, found: Partial) -> None:
        self.session = session
        self.found = found
        self.state = "command"

    def piece(self, token: Token, following: str) -> Piece:
        """The role of the next token; moves on."""
        found = self.found
        if token.operator:
            connects = token.text in CONNECTORS
            self.state = "command" if connects else "host" if token.text == "|" else "file"
            if connects:
                found.command, found.given = None, []
            return Piece(token, "operator")
        text = token.text
        if self.state == "command":
            if following == "=" and text not in PREFIXES:
                self.state = "assign"
                return Piece(token, "variable")
            if text in PREFIXES:
                self.state = {"expect": "status", "as": "task"}.get(text, "command")
                return Piece(token, "prefix")
            found.command = _command(self.session, text)
            self.state = "argument"
            return Piece(token, "command")
        if self.state == "assign":
            self.state = "command"
            return Piece(token, "operator")
        if self.state in ("status", "task"):
            role, self.state = self.state, "command"
            return Piece(token, role, Task("TASK") if role == "task" else None)
        if self.state in ("file", "host"):
            return Piece(token, self.state)
        role, param = self.next_role(text)
        found.given.append(text)
        return Piece(token, role, param)

    def next_role(self, text: str) -> tuple[str, Parameter | None]:
        """What a word `text` here would be."""
        if self.state == "task":
            return "task", Task("TASK")
        if self.state == "assign":
            return "operator", None
        if self.state != "argument":
            return self.state, None
        command, given = self.found.command, self.found.given
        if command is None:
            return "argument", None
        if given and given[-1] in command.options and command.options[given[-1]].name:
            return "value", command.options[given[-1]]
        if given and given[-1] == "--format":
            return "format", None
        if text.startswith("--"):
            return "option", None
        plain = len(_plain(command, given))
        if plain < len(command.positional):
            return "argument", command.positional[plain]
        return "argument", command.rest


def _plain(command: Command, given: Sequence[str]) -> list[str]:
    """The words that are no options and no values of options."""
    plain: list[str] = []
    value = False
    for word in given:
        if value:
            value = False
        elif word in command.options or word in ("--format", "--calls"):
            value = word == "--format" or (word in command.options and bool(command.options[word].name))
        else:
            plain.append(word)
    return plain


def _command(session: Context, word: str) -> Command | None:
    said = session.state.aliases.get(word)
    return registry.find(said[0] if said else word)
