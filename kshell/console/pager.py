"""Output that is taller than the terminal goes through a pager of the host."""

from __future__ import annotations

import os
import subprocess

from kshell.console.programs import NOT_STARTED, environment, words_of
from kshell.output import complain
from kshell.shell.files import reason
from kshell.text import printable

# Programs to try, best first; -X leaves the text on the screen.
USUAL = ("less -X", "more")


class Pager:
    """Shows texts through the pager that is set; says once why it cannot."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def show(self, setting: str, text: str) -> bool:
        """Shows `text`; returns False if no pager could be started, and the text is still to be shown."""
        words = self.command(setting)
        if not words:
            return False
        try:
            done = subprocess.run(
                words, input=text, text=True, errors="backslashreplace", check=False, env=environment()
            )
        except (OSError, ValueError) as error:
            self._tell(" ".join(words), reason(error))
            return False
        if done.returncode in NOT_STARTED:
            self._tell(" ".join(words), "it could not be started")
            return False
        return True

    def command(self, setting: str) -> list[str]:
        """The pager's words: the setting, or $PAGER, or a usual one; empty when it is off or none is there."""
        if setting == "off":
            return []
        asked = os.environ.get("PAGER", "") if setting == "auto" else setting
        if asked.strip():
            try:
                return words_of(asked)
            except ValueError as error:
                self._tell(asked, str(error))
        for choice in USUAL if setting == "auto" else ():
            try:
                return words_of(choice)
            except ValueError:
                continue
        return []

    def _tell(self, pager: str, why: str) -> None:
        if pager not in self._told:
            self._told.add(pager)
            complain(f"kshell: no pager {printable(pager)!r}: {why}\n")
