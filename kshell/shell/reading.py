"""A line while it is typed: what each word is to the command that gets it, and what could come next.

    a = as demo vmo_read $v 0|            variable assign prefix task command, words of VMO and OFFSET
                             ^ next: OFFSET, being typed; LEN is still missing

The pieces are the grammar's, and the parameters are those that `Command.assign` gives, which is what runs the line. So
colours, hints and completion cannot disagree with what Enter does.
"""

from __future__ import annotations

from kshell.kernel.abi import STATUS_CODES
from kshell.kernel.tasks import Job
from kshell.shell import grammar, registry
from kshell.shell.arguments import Parameter, Raw, Task
from kshell.shell.command import Assignment, Command
from kshell.shell.errors import ShellError
from kshell.shell.grammar import Clause, Piece
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TASK = Task("TASK")
# What takes the words of a command that nobody knows.
ANY = Raw("WORD")


class Word:
    """A piece of the line with what it is to its command.

    `param` takes it where it is an argument, `option` says that it is an option's own word; `command` is what a command
    word names. None where there is none: an unknown command, a word too many. `clauses` are the whole line's.
    """

    __slots__ = ("piece", "role", "param", "option", "command", "clauses")

    def __init__(self, piece: Piece, clauses: list[Clause]) -> None:
        self.piece = piece
        self.clauses = clauses
        self.role = piece.role
        self.param: Parameter[Any] | None = None
        self.option = False
        self.command: Command | None = None

    def error(self, state: State) -> str:
        """Why Enter would refuse the line at this word, or "". Takes as long as reading the argument."""
        piece, value = self.piece, self.piece.value
        if piece.error:
            return piece.error
        if self.role == grammar.COMMAND:
            return "there is no such command" if self.command is None else self.command.misplaced(self.clauses)
        if self.role == grammar.STATUS:
            return "" if value in STATUS_CODES else "this is not a status"
        if self.role not in (grammar.WORD, grammar.TASK):
            return ""
        if self.param is None:
            return "this is one word too many"
        if self.option:
            _, equals, value = value.partition("=")
            if not equals:
                return ""
        try:
            found = self.param.parse(state, value)
        except ShellError as error:
            return error.message
        return "a job makes no syscalls" if self.role == grammar.TASK and isinstance(found, Job) else ""


class Line:
    """A line, read with a state.

    `words` are all its pieces in order. `typed` is the one under a cursor at the end of the line, or None after a blank
    or an operator. `command` and `assignment` are those of the last clause; `role` and `param` what a word at the end
    of the line is, or would be.
    """

    __slots__ = ("words", "typed", "command", "assignment", "role", "param", "option")

    def __init__(self) -> None:
        self.words: list[Word] = []
        self.typed: Word | None = None
        self.command: Command | None = None
        self.assignment: Assignment | None = None
        self.role = grammar.COMMAND
        self.param: Parameter[Any] | None = None
        self.option = False

    @property
    def missing(self) -> list[str]:
        """The parameters of the last command that are still to be given, optional ones in brackets."""
        command, given = self.command, self.assignment
        if command is None or given is None or self.role not in (grammar.WORD, grammar.COMMAND):
            return []
        if self.option or (self.param is not None and self.param.option):
            return []
        names = [
            f"[{param.name}]" if param.optional else param.name for param in command.positional[len(given.values) :]
        ]
        if command.rest is not None and not (command.rest.verbatim and given.many):
            names.append(command.rest.shown_rest)
        return names


def read(state: State, text: str) -> Line:
    """Reads a line that may be unfinished. Never fails; takes time in proportion to the line."""
    line = Line()
    state.expanded = 0
    reading = grammar.read(text)
    line.words = [Word(piece, reading.clauses) for piece in reading.pieces]
    clause: list[Word] = []
    for word in line.words:
        if word.role == grammar.OPERATOR and word.piece.value in grammar.CONNECTORS:
            _read_clause(state, line, clause)
            clause = []
        else:
            clause.append(word)
    _read_clause(state, line, clause)
    last = line.words[-1] if line.words else None
    if last is not None and last.piece.end == len(text) and last.role != grammar.OPERATOR:
        line.typed = last
        line.role, line.param, line.option = last.role, last.param, last.option
    else:
        _read_next(line, clause)
    return line


def _read_clause(state: State, line: Line, clause: list[Word]) -> None:
    """What each word of one clause is."""
    line.command = line.assignment = None
    words: list[Word] = []
    for word in clause:
        if word.role == grammar.TASK:
            word.param = TASK
        elif word.role == grammar.COMMAND:
            said = state.aliases.get(word.piece.value, [word.piece.value])
            word.command = line.command = registry.find(said[0])
        elif word.role == grammar.WORD:
            words.append(word)
    if line.command is None:
        for word in words:
            word.param = ANY
        return
    given = line.assignment = line.command.assign([*said[1:], *(word.piece.value for word in words)])
    alias = len(said) - 1
    for word, param, head in zip(words, given.params[alias:], given.heads[alias:], strict=True):
        word.param = param
        word.option = head


def _read_next(line: Line, clause: list[Word]) -> None:
    """What another word, after those of the last clause, would be."""
    last = clause[-1] if clause else None
    if last is None:
        return
    role = last.role
    if role == grammar.REMARK:
        line.role = grammar.REMARK
    elif role == grammar.OPERATOR:
        line.role = grammar.HOST if last.piece.value == "|" else grammar.FILE
    elif role in (grammar.HOST, grammar.FILE):
        line.role = role
    elif role == grammar.PREFIX and last.piece.value != "!":
        line.role = grammar.STATUS if last.piece.value == "expect" else grammar.TASK
        line.param = TASK if line.role == grammar.TASK else None
    elif role in (grammar.COMMAND, grammar.WORD):
        line.role = grammar.WORD
        if line.command is not None and line.assignment is not None:
            line.param = line.command.next_param(line.assignment)
