"""The colours of a line while it is typed: each word by what it is, as running it would take it.

Pygments' token types name the kinds, so any of its styles can colour them.
"""

from __future__ import annotations

from collections.abc import Iterator

from pygments.token import Comment, Error, Keyword, Name, Number, Operator, String, Text, _TokenType

from kshell.shell import registry
from kshell.shell.errors import UsageError
from kshell.shell.grammar import CONNECTORS, Literal, tokenize
from kshell.shell.session import Session

PREFIXES = ("!", "expect", "as")


def colours(session: Session, line: str) -> Iterator[tuple[_TokenType, str]]:
    """(token type, text) of the whole line, in order."""
    try:
        tokens = tokenize(line)
    except UsageError:
        yield Error, line
        return
    at = 0
    # What the next word is: the command, the argument of a prefix, or an argument.
    expecting = "command"
    for index, token in enumerate(tokens):
        yield Text, line[at : token.start]
        at = token.end
        raw = line[token.start : token.end]
        if token.operator:
            yield Operator, raw
            expecting = "command" if token.text in CONNECTORS else "file"
            continue
        following = tokens[index + 1].text if index + 1 < len(tokens) else ""
        if token.open:
            yield Error, raw
        elif expecting == "command" and following == "=":
            yield Name.Variable, raw
        elif expecting == "command" and token.text in (*PREFIXES, "="):
            yield Keyword if token.text != "=" else Operator, raw
            expecting = "prefix" if token.text in ("expect", "as") else "command"
            continue
        elif expecting == "prefix":
            yield Name.Constant, raw
            expecting = "command"
            continue
        elif expecting == "command":
            yield Keyword if registry.find(token.text) else Error, raw
            expecting = "argument"
        else:
            yield _argument(session, token.text), raw
    rest = line[at:]
    yield Comment if rest.lstrip().startswith("#") else Text, rest


def _argument(session: Session, text: str) -> _TokenType:
    if isinstance(text, Literal):
        return String
    if text.startswith("$"):
        head = text[1:].split(".")[0].split("+")[0].split("-")[0].split("*")[0]
        known = head in session.variables or head in ("?", "_") or session.handle_value(head) is not None
        return Name.Variable if known else Error
    if text[:1].isdigit():
        return Number
    if text.startswith("--"):
        return Name.Attribute
    return Name.Variable if text in session.variables else Text
