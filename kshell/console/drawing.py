"""Pictures for the terminal at hand: as wide as it is, in its characters and colours.

outcome.output     as scripts get it: ASCII, 80 columns
drawn(outcome)     the same scene as this terminal shows it
"""

from __future__ import annotations

import os
import sys

from kshell.output import terminal_size
from kshell.pictures.scene import Scene
from kshell.pictures.terminal.drawing import draw
from kshell.pictures.terminal.look import ASCII, COLOURS, FEW_COLOURS, UNICODE, Look
from kshell.shell.results import Outcome
from kshell.text import shown


def drawn(outcome: Outcome, coloured: bool) -> tuple[str, str] | None:
    """(text, the same in colours) of an outcome that prints a picture, for this terminal; None for any other.

    What went through a program, or was asked for in another form, is no picture any more.
    """
    result = outcome.result
    scene = result.scene() if result is not None and result.scene is not None and outcome.ok else None
    if not isinstance(scene, Scene):
        return None
    plain = shown(draw(scene))
    if not outcome.output.endswith(plain):
        return None
    before = outcome.output.removesuffix(plain)
    columns, _ = terminal_size()
    look = characters()
    text = before + draw(scene, columns, look)
    return text, before + draw(scene, columns, look.coloured(colours())) if coloured else text


def characters() -> Look:
    """Unicode where the locale and the encoding of the output have it."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next((name for name in names if name), "C")
    if locale in ("C", "POSIX"):
        return ASCII
    try:
        "".join((*UNICODE.signs.values(), UNICODE.edges, UNICODE.branch)).encode(sys.stdout.encoding or "ascii")
    except (UnicodeError, LookupError):
        return ASCII
    return UNICODE


def colours() -> dict[str, str]:
    """Those of a terminal of 256 colours or more, or those of one that has 16."""
    many = os.environ.get("COLORTERM", "") in ("truecolor", "24bit") or "256" in os.environ.get("TERM", "")
    return COLOURS if many else FEW_COLOURS
