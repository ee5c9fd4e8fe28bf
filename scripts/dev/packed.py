"""Writes kshell/images/magenta.py anew: the boot image as constants, which a start need not read.

    python scripts/dev/packed.py

To be run after every change of kshell/images/magenta.img or of what reads it; a test compares.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from kshell.kernel.image import parse  # noqa: E402
from kshell.kernel.packed_image import pack  # noqa: E402

SOURCE = ROOT / "kshell" / "images" / "magenta.img"
TARGET = SOURCE.with_suffix(".py")
HEAD = '''"""Magenta.img in constants (`kshell/kernel/packed_image.py`), made by `scripts/dev/packed.py`."""

# ruff: noqa
# fmt: off
from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

IMAGE: tuple[Any, ...] = '''


def written(value: object, indent: str = "") -> str:
    """A value as Python writes it: tuples that hold tuples of tuples with a row for each."""
    if isinstance(value, tuple) and any(isinstance(entry, tuple) for entry in value) and _depth(value) > 3:
        inner = indent + " "
        rows = "".join(f"{inner}{written(entry, inner)},\n" for entry in value)
        return f"(\n{rows}{indent})"
    return repr(value)


def _depth(value: object) -> int:
    return 1 + max(map(_depth, value), default=0) if isinstance(value, tuple) else 0


def module(packed: tuple[object, ...]) -> str:
    """The text of the module."""
    return f"{HEAD}{written(packed)}\n"


def main() -> None:
    """Writes the file."""
    TARGET.write_text(module(pack(parse(SOURCE.read_text()))))


if __name__ == "__main__":
    main()
