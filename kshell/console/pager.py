"""Output that is taller than the terminal goes through a pager of the host."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess

# Programs to try, best first; -R keeps colours, -F is for what fits after all, -X leaves it on the screen.
USUAL = ("less -RFX", "more")


def pager_command(setting: str) -> list[str]:
    """The pager's words: the setting, or $PAGER, or a usual one; empty when it is off or none is there."""
    if setting == "off":
        return []
    choices = [setting] if setting != "auto" else [os.environ.get("PAGER", ""), *USUAL]
    for choice in choices:
        try:
            words = shlex.split(choice)
        except ValueError:
            continue
        if words and shutil.which(words[0]):
            # `less` alone would show colours as codes.
            return [*words, "-R"] if len(words) == 1 and os.path.basename(words[0]) == "less" else words
    return []


def page(words: list[str], text: str) -> bool:
    """Shows `text` through the pager; returns whether that succeeded."""
    try:
        return subprocess.run(words, input=text, text=True, errors="backslashreplace", check=False).returncode == 0
    except (OSError, ValueError):
        return False
