"""The line in an editor of the host."""

from __future__ import annotations

import os
import subprocess
import tempfile

from kshell.console.programs import words_of
from kshell.output import complain
from kshell.shell.files import read_end, reason
from kshell.shell.session import MAX_LINE
from kshell.text import printable

# What is tried when neither $VISUAL nor $EDITOR is set.
USUAL = ("editor", "nano", "vi", "emacs")


def edited(text: str) -> str | None:
    """The text as it is after the editor; None, and one line on standard error if need be, when it is not to run."""
    asked = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    with tempfile.TemporaryDirectory(prefix="kshell-") as folder:
        path = os.path.join(folder, "line.kshell")
        with open(path, "wb") as file:
            file.write(text.encode("utf-8", "surrogateescape") + b"\n")
        words: list[str] = []
        missing = ""
        for choice in (asked,) if asked.strip() else USUAL:
            try:
                words = words_of(choice, path)
                break
            except ValueError as error:
                missing = str(error)
        try:
            if not words:
                raise ValueError(missing)
            if subprocess.run(words, check=False).returncode:
                # An editor that fails says so itself; the line stays as it was.
                return None
            # Editors may save in any encoding: a byte that is not UTF-8 stays that byte, as when it is typed.
            data, whole = read_end(path, MAX_LINE)
            if not whole:
                raise ValueError(f"the text is longer than {MAX_LINE >> 10}k")
        except (OSError, ValueError) as error:
            complain(f"kshell: no editor {printable(asked or ' '.join(USUAL))!r}: {reason(error)}\n")
            return None
    return data.decode("utf-8", "surrogateescape").replace("\r\n", "\n").removesuffix("\n")
