"""Makes the pages in docs/examples anew: the document that kshell began with, and a script that it ships.

    python scripts/dev/examples.py

A page is what `kshell --export docs/examples/NAME.html SOURCE` makes; a test compares.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "examples"
# The name of each page, and what it is made of, from the root.
PAGES = {"memory": "tests/data/memory.md", "shared-by-clones": "scripts/demos/shared-by-clones.kshell"}


def main() -> int:
    """Makes the pages; returns how many could not be made."""
    failed = 0
    for name, source in PAGES.items():
        words = [sys.executable, "-m", "kshell", "--export", f"{FOLDER / name}.html", source]
        failed += subprocess.run(words, cwd=ROOT).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
