"""The host of a line that is only tried: it touches no file and runs no program.

What the line does to the machine does not depend on what happens to its text, so a file that would be written counts as
written; what a program would print nobody knows.
"""

from __future__ import annotations

from kshell.shell.errors import ShellError
from kshell.shell.host import Sandbox


class Rehearsal(Sandbox):
    """No host, for a line that goes on as if there were one. `spared` says what has not been done."""

    __slots__ = ("spared",)

    def __init__(self) -> None:
        super().__init__()
        self.spared: list[str] = []

    def write(self, path: str, text: str, append: bool = False) -> None:
        self.spared.append(f"{path} is not written")

    def replace(self, path: str, text: str) -> None:
        self.write(path, text)

    def pipe(self, line: str, text: str) -> str:
        self.spared.append(f"{line} is not run")
        return ""

    def read_script(self, path: str) -> list[str]:
        raise ShellError("what-if reads no files; try the script's lines one by one")

    def save_script(self, path: str, text: str, private: bool = False) -> None:
        raise ShellError("what-if writes no files")
