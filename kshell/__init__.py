"""kshell: a debugger-style console over a faithful model of the Magenta kernel's memory objects."""

from __future__ import annotations

__version__ = "0.1.0"


def shipped_text(folder: str, *names: str) -> str:
    """The text of a file that comes with kshell: the file at `names` below `folder`, a package's own.

    Python's loader reads it, so it is found inside a zip archive as well. Raises OSError if there is no such file.
    """
    import os

    content: bytes = __spec__.loader.get_data(os.path.join(folder, *names))  # type: ignore[union-attr]
    # A checkout on Windows may have that system's ends of lines.
    return content.decode().replace("\r\n", "\n")
