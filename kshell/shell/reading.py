"""A line while it is typed: what each word is to the command that gets it, and what could come next.

    a = as demo vmo_read $v 0|            variable assign prefix task command, words of VMO and OFFSET
                             ^ next: OFFSET, being typed; LEN is still missing

The pieces are the grammar's and the parameters are those that `Command.assign` gives, which is what runs the line. So
colours, hints and completion cannot disagree with what Enter does.
"""

from __future__ import annotations

from kshell.kernel.abi import STATUS_CODES
from kshell.kernel.tasks import Job
from kshell.shell import grammar, registry
from kshell.shell.arguments import Parameter, Task
from kshell.shell.errors import ShellError
from kshell.shell.grammar import Piece
from kshell.shell.registry import Assignment, Command
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TASK = Task("TASK")


class Word:
    """A piece of the line with what it is to its command: `param` takes an argument, `option` is an option's own word.

    `error` is why Enter would refuse the line here, or "".
    """

    __slots__ = ("piece", "role", "param", "option", "error")

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.role = piece.role
        self.param: Parameter[Any] | None = None
        self.option = False
        self.error = piece.error


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
    reading = grammar.read(text)
    line.words = [Word(piece) for piece in reading.pieces]
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
    """What the words of one clause are."""
    line.command = line.assignment = None
    head = next((at for at, word in enumerate(clause) if word.role == grammar.COMMAND), len(clause))
    for word in clause[:head]:
        if word.role == grammar.STATUS and word.piece.value not in STATUS_CODES:
            word.error = word.error or "this is not a status"
        elif word.role == grammar.TASK:
            word.param = TASK
            word.error = word.error or _task_error(state, word.piece.value)
    if head == len(clause):
        return
    first, words = clause[head], [word for word in clause[head + 1 :] if word.role == grammar.WORD]
    said = state.aliases.get(first.piece.value, [first.piece.value])
    command = line.command = registry.find(said[0])
    if command is None:
        first.error = first.error or "there is no such command"
        return
    given = line.assignment = command.assign([*said[1:], *(word.piece.value for word in words)])
    alias = len(said) - 1
    for word, param, head in zip(words, given.params[alias:], given.heads[alias:], strict=True):
        word.param = param
        word.option = head
        word.error = word.error or _word_error(state, word)


def _word_error(state: State, word: Word) -> str:
    """Why the parameter refuses a word, or ""."""
    param, value = word.param, word.piece.value
    if param is None:
        return "this is one word too many"
    if word.option:
        _, equals, value = value.partition("=")
        if not equals:
            return ""
    try:
        param.parse(state, value)
    except ShellError as error:
        return error.message
    return ""


def _task_error(state: State, value: str) -> str:
    """Why `as` refuses a task, or ""."""
    try:
        return "a job makes no syscalls" if isinstance(state.task(value), Job) else ""
    except ShellError as error:
        return error.message


def _read_next(line: Line, clause: list[Word]) -> None:
    """What a further word, after the last clause's, would be."""
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
