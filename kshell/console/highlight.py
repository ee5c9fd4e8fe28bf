"""The colours of a line while it is typed: each word by what it is, and whether Enter would take it.

Pygments' token types name the kinds, so any of its styles can colour them.
"""

from __future__ import annotations

from collections.abc import Iterator

from pygments.token import Comment, Error, Keyword, Name, Number, Operator, String, Text, _TokenType

from kshell.kernel.abi import STATUS_CODES
from kshell.shell.errors import ShellError
from kshell.shell.grammar import Literal
from kshell.shell.partial import Partial, Piece, read
from kshell.shell.session import Session

ROLES = {"operator": Operator, "variable": Name.Variable, "prefix": Keyword, "file": String, "host": String}


def colours(session: Session, line: str) -> Iterator[tuple[_TokenType, str]]:
    """(token type, text) of the whole line, in order."""
    partial = read(session, line)
    if partial.broken:
        yield Error, line
        return
    at = 0
    for piece in partial.pieces:
        token = piece.token
        yield Text, line[at : token.start]
        at = token.end
        # The word under the cursor is not wrong yet.
        typing = token.end == len(line) and piece is partial.pieces[-1]
        yield _kind(session, partial, piece, typing), line[token.start : token.end]
    rest = line[at:]
    yield Comment if rest.lstrip().startswith("#") else Text, rest


def _kind(session: Session, partial: Partial, piece: Piece, typing: bool) -> _TokenType:
    token, role = piece.token, piece.role
    if token.open:
        return String if typing else Error
    if role in ROLES:
        return ROLES[role]
    if role == "status":
        return Name.Constant if token.text in STATUS_CODES else Error
    if role == "command":
        from kshell.shell import registry

        known = token.text in session.state.aliases or registry.find(token.text) is not None
        return Keyword if known else Text if typing and _may_become(token.text) else Error
    if role == "option":
        return Name.Attribute
    return _argument(session, piece, typing)


def _may_become(text: str) -> bool:
    from kshell.shell import registry

    return any(command.name.startswith(text) for command in registry.every())


def _argument(session: Session, piece: Piece, typing: bool) -> _TokenType:
    text, param = piece.token.text, piece.param
    kind = _plain_kind(session, text)
    if param is None:
        return kind
    try:
        param.parse(session, text)
    except ShellError:
        return kind if typing and (not text.startswith("$") or _begins_a_name(session, text[1:])) else Error
    return kind


def _begins_a_name(session: Session, text: str) -> bool:
    return any(name.startswith(text) for name in (*session.variables, "self", "vmar", "job", "_", "?"))


def _plain_kind(session: Session, text: str) -> _TokenType:
    if isinstance(text, Literal):
        return String
    if text.startswith("$"):
        return Name.Variable
    if text[:1].isdigit():
        return Number
    return Name.Variable if text in session.variables else Text
