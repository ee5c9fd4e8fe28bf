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
from kshell.shell.results import Result
from kshell.shell.session import Session
from kshell.shell.state import State
from kshell.sizes import typed_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# A size in a text.
SIZES = re.compile(r"\{([^{}]+)\}")


def draws(state: State, picks: list[Entry], seed: int, place: str) -> list[tuple[str, int]]:
    """What each `pick` of a block comes to, which nothing is changed by. Raises BlockError."""
    state = state.beside()
    found: list[tuple[str, int]] = []
    for entry in picks:
        name, _, range_ = entry.value.partition(" ")
        if not is_name(name) or not range_.strip():
            raise BlockError(entry.line, f"a pick has a name and a range, as in `pick n 2..9`: {entry.value[:40]}")
        try:
            low, high = bounds(state, "".join(range_.split()))
        except UsageError as error:
            raise BlockError(entry.line, f"pick: {error.message}") from None
        found.append((name, draw(seed, f"{place}, {name}", low, high)))
        # A later range may be written with it.
        state.variables[name] = Result(found[-1][1])
    return found


def draw_numbers(session: Session, picks: list[Entry], seed: int, place: str) -> None:
    """Draws the numbers of a block. Lines of the session set them, so that whatever looks back at the lines finds them.
    Raises BlockError."""
    for name, number in draws(session.state, picks, seed, place):
        for _ in session.run(f"{name} = {number}"):
            pass


def fill(state: State, entry: Entry, picks: list[Entry]) -> str:
    """The value of an entry with `$name` of each number that was drawn and `{EXPR}` filled in; as it stands where none
    was drawn. Other names are those of the console, which the text talks about. Raises BlockError."""
    if not picks:
        return entry.value
    return _filled(state, entry, entry.value, lambda text: with_numbers(state, text, picks))


def with_numbers(state: State, text: str, picks: list[Entry]) -> str:
    """`text` with `$name` of each number that was drawn filled in, and everything else as it stands."""
    names = "|".join(pick.value.partition(" ")[0] for pick in picks)
    return re.sub(rf"\$({names})\b", lambda found: str(state.number(found[1])), text) if picks else text


def fill_all(state: State, entry: Entry, text: str) -> str:
    """`text`, a part of an entry, with every `$name` and `{EXPR}` filled in. Raises BlockError."""
    return _filled(state, entry, text, state.expand)


def _filled(state: State, entry: Entry, text: str, names: Callable[[str], str]) -> str:
    """The text with each `{EXPR}` as a size, and what `names` makes of all around them."""
    parts: list[str] = []
    at = 0
    try:
        for found in SIZES.finditer(text):
            parts.append(names(text[at : found.start()]))
            parts.append(typed_size(evaluate("".join(found[1].split()), state.number)))
            at = found.end()
        return "".join([*parts, names(text[at:])])
    except UsageError as error:
        raise BlockError(entry.line, f"{entry.key}: {error.message}") from None
