"""Which look fits a terminal: by the locale and the kind of terminal, as the environment names them."""

from __future__ import annotations

from functools import cache

from kshell.pictures.terminal.look import ASCII, COLOURS, FEW_COLOURS, UNICODE, Look

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def look_for(environ: Mapping[str, str], coloured: bool) -> Look:
    """The look for a terminal: beyond ASCII if the locale is one of UTF-8; with colours if it is to be `coloured`."""
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    many = "256color" in environ.get("TERM", "") or bool(environ.get("COLORTERM"))
    return _look("utf" in locale.lower(), coloured, many)


@cache
def _look(beyond_ascii: bool, coloured: bool, many: bool) -> Look:
    look = UNICODE if beyond_ascii else ASCII
    return look.coloured(COLOURS if many else FEW_COLOURS) if coloured else look
