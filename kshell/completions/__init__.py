"""Completion of kshell's own command line, for bash, zsh and fish: `kshell --completion SHELL` prints it."""

from __future__ import annotations

import os

FILES = {"bash": "kshell.bash", "zsh": "_kshell", "fish": "kshell.fish"}


def script(shell: str) -> str:
    """The completion script for `shell`. Raises KeyError for one that is not known."""
    with open(os.path.join(os.path.dirname(__file__), FILES[shell]), encoding="utf-8") as file:
        return file.read()
