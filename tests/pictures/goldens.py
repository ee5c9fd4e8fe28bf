"""Pictures as they have to be, byte for byte: files in `golden/`.

KSHELL_GOLDENS=write makes them anew; look at each before it is kept.
"""

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def same(name, text):
    """Asserts that `text` is what the file `name` has."""
    path = FOLDER / name
    if os.environ.get("KSHELL_GOLDENS") == "write":
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")
