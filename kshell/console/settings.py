"""What a person has set: `$XDG_CONFIG_HOME/kshell/config`, one `name = value` a line, `#` for comments.

    pager = auto          auto, off, or a program of the host such as `less -R`
    colour = auto         auto or off
    toolbar = on          on or off
    suggest = on          suggestions from history while typing: on or off
    complete = tab        tab: the menu opens on Tab; typing: while typing

Beside it, `startup.kshell` holds lines that run when a console starts.
"""

from __future__ import annotations

import os

from kshell.shell.folders import user_folder

CHOICES = {
    "pager": None,
    "colour": ("auto", "off"),
    "toolbar": ("on", "off"),
    "suggest": ("on", "off"),
    "complete": ("tab", "typing"),
}


class Settings:
    """The settings, and what was wrong with the file they came from."""

    def __init__(self) -> None:
        self.values = {"pager": "auto", "colour": "auto", "toolbar": "on", "suggest": "on", "complete": "tab"}
        self.complaints: list[str] = []
        # The file of lines to run at the start, or nothing.
        self.startup = ""

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    @property
    def coloured(self) -> bool:
        """Whether anything is coloured at all: not with NO_COLOR, not on a dumb terminal."""
        return self["colour"] == "auto" and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def read_settings() -> Settings:
    """The settings of this user; a line that makes no sense is reported and skipped."""
    settings = Settings()
    folder = user_folder("XDG_CONFIG_HOME", ".config")
    if folder is None:
        return settings
    startup = os.path.join(folder, "startup.kshell")
    if os.path.isfile(startup):
        settings.startup = startup
    path = os.path.join(folder, "config")
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read().split("\n")
    except OSError:
        return settings
    for number, line in enumerate(lines, 1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or name not in CHOICES:
            settings.complaints.append(
                f"{path}:{number}: there is no setting {name!r}; the settings are {', '.join(CHOICES)}"
            )
            continue
        allowed = CHOICES[name]
        if not value or (allowed and value not in allowed):
            wanted = " or ".join(allowed) if allowed else "auto, off, or a program of the host"
            settings.complaints.append(f"{path}:{number}: {name} is {wanted}, not {value!r}")
            continue
        settings.values[name] = value
    return settings
