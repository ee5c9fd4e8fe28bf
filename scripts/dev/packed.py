"""Writes what is made of kshell/images/magenta.img, so that a start need not read and boot it.

    python scripts/dev/packed.py

    kshell/images/magenta.py    what its lines say, as constants
    kshell/images/machine.py    the machine that boots of it, as code

To be run after every change of the image, of what reads and boots it, and of what slots the kernel's objects have; a
test compares.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from kshell.kernel.boot import boot  # noqa: E402
from kshell.kernel.image import parse  # noqa: E402
from kshell.kernel.packed_image import pack  # noqa: E402
from kshell.scripts.dev.frozen import text_of, written  # noqa: E402

SOURCE = ROOT / "kshell" / "images" / "magenta.img"
TARGET = SOURCE.with_suffix(".py")
MACHINE = SOURCE.with_name("machine.py")
HEAD = '''"""Magenta.img in constants (`kshell/kernel/packed_image.py`), made by `scripts/dev/packed.py`."""

# ruff: noqa
# fmt: off
from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

IMAGE: tuple[Any, ...] = '''


def module(packed: tuple[object, ...]) -> str:
    """The text of the module."""
    return f"{HEAD}{written(packed)}\n"


def main() -> None:
    """Writes the files."""
    text = SOURCE.read_text()
    TARGET.write_text(module(pack(parse(text))))
    MACHINE.write_text(text_of(boot(text)))


if __name__ == "__main__":
    main()
