"""Which kshell is measured: that of this tree, or that of a compiled copy of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_measured = [ROOT]


def tree() -> Path:
    """The tree whose kshell is measured now."""
    return _measured[-1]


@contextmanager
def measuring(folder: Path) -> Iterator[None]:
    """While the block lasts, the kshell of the tree in `folder` is measured."""
    _measured.append(folder)
    try:
        yield
    finally:
        _measured.pop()
