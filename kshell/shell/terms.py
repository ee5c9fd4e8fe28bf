"""Terms: what stands on a side of a comparison, or is to be printed: a number with its kind, or a text.

    $m+4k   64k   $a.size        numbers
    "sh:vc"   $p.name            texts: quoted words, and names that stand for a text

A quoted number is still a number where the other side is one.
"""

from __future__ import annotations

from kshell.shell.errors import UsageError
from kshell.shell.expressions import appraise, evaluate
from kshell.shell.quoting import Literal, Quoted
from kshell.shell.state import State
from kshell.shell.values import Value, text_of


def term(state: State, word: str) -> Value | str:
    """What the word stands for. Raises UsageError."""
    try:
        return appraise(word, state.value)
    except UsageError:
        text = text_in(state, word)
        if text is None:
            raise
        return text


def pair(state: State, left: str, right: str) -> tuple[int, int] | tuple[str, str]:
    """Both sides of a comparison: numbers, or texts where one of them is a text. Raises UsageError."""
    try:
        return evaluate(left, state.number), evaluate(right, state.number)
    except UsageError:
        low, high = text_in(state, left), text_in(state, right)
        if low is None and high is None:
            raise
    return _as_text(state, left, low), _as_text(state, right, high)


def text_in(state: State, word: str) -> str | None:
    """The text that a quoted word is, or that a name alone stands for; None where there is none. Raises UsageError."""
    if isinstance(word, Quoted):
        return state.expand(word)
    if word[:1] != "$" or isinstance(word, Literal):
        return None
    try:
        found = state.look_up(word[1:])
    except UsageError:
        # Not a name: what is wrong with it as a number is what matters.
        return None
    return text_of(found, "") if found is None or isinstance(found, (str, bool)) else None


def _as_text(state: State, word: str, text: str | None) -> str:
    """A side whose other side is a text."""
    return text if text is not None else str(evaluate(word, state.number))
