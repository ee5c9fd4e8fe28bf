"""Numbers that are drawn for a block of a document, and texts in which they are filled in.

    pick n 2..9                 $n is drawn from the seed and the block's place: `exercise 1, n`
    Touch $n pages, {$n*4k}.    Touch 4 pages, 16k.

As a number depends on no other draw, whoever jumps to a block gets the same ones.
"""

from __future__ import annotations

import re

from kshell.commands.session.pick import bounds
from kshell.documents.keyed import BlockError, Entry
from kshell.shell.draws import draw
from kshell.shell.errors import UsageError
from kshell.shell.expressions import evaluate
from kshell.shell.grammar import is_name
from kshell.shell.session import Session
from kshell.shell.state import State
from kshell.sizes import typed_size


def draw_numbers(session: Session, picks: list[Entry], place: str) -> None:
    """Draws the numbers of a block from the session's seed; lines of the session set them. Raises BlockError."""
    for entry in picks:
        name, _, range_ = entry.value.partition(" ")
        if not is_name(name) or not range_.strip():
            raise BlockError(entry.line, f"a pick has a name and a range, as in `pick n 2..9`: {entry.value[:40]}")
        try:
            low, high = bounds(session.state, "".join(range_.split()))
        except UsageError as error:
            raise BlockError(entry.line, f"pick: {error.message}") from None
        number = draw(session.seed, f"{place}, {name}", low, high)
        for _ in session.run(f"{name} = {number}"):
            pass


def fill(state: State, entry: Entry, picks: list[Entry]) -> str:
    """The value of an entry with `$name` of each number that was drawn and `{EXPR}` filled in; as it stands where none
    was drawn. Other names are those of the console, which the text talks about. Raises BlockError."""
    if not picks:
        return entry.value
    names = "|".join(pick.value.partition(" ")[0] for pick in picks)

    def filled(found: re.Match[str]) -> str:
        if found[1] is None:
            return str(state.number(found[2]))
        return typed_size(evaluate("".join(found[1].split()), state.number))

    try:
        return re.sub(rf"\{{([^{{}}]+)\}}|\$({names})\b", filled, entry.value)
    except UsageError as error:
        raise BlockError(entry.line, f"{entry.key}: {error.message}") from None
