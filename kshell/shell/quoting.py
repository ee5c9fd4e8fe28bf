"""Words of which it matters how they were written: they are text, and isinstance tells them apart."""

from __future__ import annotations


class Quoted(str):
    """A word that was quoted: it is neither operator nor prefix nor option, whatever it says."""

    __slots__ = ()


class Literal(Quoted):
    """A word that is taken as it stands: `$` in it means nothing."""

    __slots__ = ()
