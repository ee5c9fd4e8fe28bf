"""The colours of a line while it is typed: each word by what it is, and whether Enter would take it.

Pygments' token types name the kinds, so any of its styles can colour them.
"""

from __future__ import annotations

from collections.abc import Iterator

from pygments.token import Comment, Error, Keyword, Name, Number, Operator, String, Text, _TokenType

from kshell.console.abbreviations import expand
from kshell.shell import grammar, reading, registry
from kshell.shell.errors import ShellError
from kshell.shell.grammar import Literal
from kshell.shell.session import Session
from kshell.shell.state import State

ROLES = {
    grammar.OPERATOR: Operator,
    grammar.ASSIGN: Operator,
    grammar.VARIABLE: Name.Variable,
    grammar.PREFIX: Keyword,
    grammar.COMMAND: Keyword,
    grammar.STATUS: Name.Constant,
    grammar.FILE: String,
    grammar.HOST: String,
    grammar.REMARK: Comment,
}


def colours(session: Session, text: str, finished: bool = False) -> Iterator[tuple[_TokenType, str]]:
    """(token type, text) of the whole line, in order.

    The word at the end of a line that is not `finished` is still being typed: it is wrong only when no more typing
    could make it right.
    """
    try:
        whole = expand(session, text)
    except ShellError:
        yield Error, text
        return
    # `!ps more` stands for an earlier line and more; it has the colour of one word.
    word = text[: len(text) - len(text.lstrip())] + text.lstrip().partition(" ")[0] if whole != text else ""
    longer = len(whole) - len(text)
    line = reading.read(session.state, whole)
    at = len(word)
    if word:
        wrong = any(found.error(session.state) for found in line.words if found.piece.start < at + longer)
        yield Error if wrong else Keyword, word
    for found in line.words:
        start, end = found.piece.start - longer, found.piece.end - longer
        if start < at:
            continue
        yield Text, text[at:start]
        yield _kind(session.state, found, found is line.typed and not finished), text[start:end]
        at = end
    yield Text, text[at:]


def _kind(state: State, word: reading.Word, typing: bool) -> _TokenType:
    error = word.error(state)
    if error and not (typing and _may_become_right(state, word)):
        return Error
    if word.option:
        return Name.Attribute
    if word.role in ROLES:
        # An unknown command that may still become a known one has no colour yet.
        return ROLES[word.role] if not error or word.role != grammar.COMMAND else Text
    return _plain_kind(state, word.piece.value)


def _may_become_right(state: State, word: reading.Word) -> bool:
    """Whether a word that is wrong now, the one at the cursor, is only unfinished."""
    value, piece = word.piece.value, word.piece
    if piece.open:
        return True
    if word.role == grammar.COMMAND:
        return any(command.name.startswith(value) for command in registry.every())
    if word.role == grammar.STATUS or piece.error or word.param is None:
        return False
    return not value.startswith("$") or _begins_a_name(state, value[1:])


def _begins_a_name(state: State, text: str) -> bool:
    return any(name.startswith(text) for name in (*state.variables, "self", "vmar", "job", "_", "?"))


def _plain_kind(state: State, value: str) -> _TokenType:
    if isinstance(value, Literal):
        return String
    if value.startswith("$"):
        return Name.Variable
    if value[:1].isdigit():
        return Number
    return Name.Variable if value in state.variables else Text
