"""Completion of kshell's own command line, for bash, zsh and fish: `kshell --completion SHELL` prints it."""

from __future__ import annotations

from kshell import shipped_text

FILES = {"bash": "kshell.bash", "zsh": "_kshell", "fish": "kshell.fish"}


def script(shell: str) -> str:
    """The completion script for `shell`. Raises KeyError for an unknown one."""
    return shipped_text(__path__[0], FILES[shell])
