"""The colours of a line while it is typed: each word by what it is, and whether Enter would take it.

Pygments' token types name the kinds, so any of its styles can colour them.
"""

from __future__ import annotations

from collections.abc import Iterator

from pygments.token import Comment, Error, Keyword, Name, Number, Operator, String, Text, _TokenType

from kshell.console.abbreviations import expand
from kshell.kernel.abi import STATUS_CODES
from kshell.shell import grammar, reading, registry
from kshell.shell.arguments import File
from kshell.shell.errors import ShellError
from kshell.shell.host import Host
from kshell.shell.quoting import Literal
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
        wrong = any(found.error(session.host) for found in line.words if found.piece.start < at + longer)
        yield Error if wrong else Keyword, word
    for found in line.words:
        start, end = found.piece.start - longer, found.piece.end - longer
        if start < at:
            continue
        yield Text, text[at:start]
        yield _kind(session, found, found is line.typed and not finished), text[start:end]
        at = end
    yield Text, text[at:]


def _kind(session: Session, word: reading.Word, typing: bool) -> _TokenType:
    error = word.error(session.host)
    if error and not (typing and _may_become_right(session.host, word)):
        return Error
    if word.option:
        return Name.Attribute
    if word.role in ROLES:
        # An unknown command that may still become a known one has no colour yet.
        return ROLES[word.role] if not error or word.role != grammar.COMMAND else Text
    return _plain_kind(session.state, word.piece.value)


def _may_become_right(host: Host, word: reading.Word) -> bool:
    """Whether a word that is wrong now, the one at the cursor, is only unfinished."""
    value, piece = word.piece.value, word.piece
    state = word.around.speaker
    if piece.open:
        return True
    if word.role == grammar.COMMAND:
        names = (*(command.name for command in registry.every()), *registry.ALIASES, *state.aliases, *grammar.PREFIXES)
        return any(name.startswith(value) and name != value for name in names)
    if word.role == grammar.STATUS:
        return any(name.startswith(value) for name in STATUS_CODES)
    if piece.error or word.param is None or not word.plain:
        return False
    if "$" in value and not isinstance(value, Literal):
        return _begins_a_name(state, value.rpartition("$")[2])
    if isinstance(word.param, File):
        folder, slash, name = value.rpartition("/")
        return any(entry.startswith(name) for entry in host.names(folder + slash))
    return word.param.unfinished(state, word.plain, word.at)


def _begins_a_name(state: State, text: str) -> bool:
    """Whether `text`, what follows the last `$`, begins the name of a variable or field, or has more after one."""
    head, dot, field = text.partition(".")
    if not grammar.NAME_CHARS.issuperset(text.replace(".", "").removesuffix("?")):
        return True
    if dot:
        result = state.last_result if head == "_" else state.variables.get(head)
        return result is not None and any(name.startswith(field.partition(".")[0]) for name in result.names())
    return state.likely.any_begins(text)


def _plain_kind(state: State, value: str) -> _TokenType:
    if isinstance(value, Literal):
        return String
    if value.startswith("$"):
        return Name.Variable
    if value[:1].isdigit():
        return Number
    return Name.Variable if value in state.variables else Text
