"""What a person has set: `$XDG_CONFIG_HOME/kshell/config`, one `name = value` a line, `#` for comments.

Beside it, `startup.kshell` holds lines that run when a console starts.
"""

from __future__ import annotations

import os

from kshell.shell.errors import UsageError
from kshell.shell.files import read_end, reason
from kshell.shell.folders import user_folder
from kshell.shell.settings import Settings

# Bytes of the settings, bytes of the startup file, and complaints, at most.
MOST = 1 << 16
MOST_STARTUP = 1 << 20
MOST_COMPLAINTS = 10


def read_settings() -> Settings:
    """The settings of this user; what makes no sense is reported and skipped."""
    settings = Settings()
    folder = user_folder("XDG_CONFIG_HOME", ".config")
    if folder is None:
        return settings
    startup = os.path.join(folder, "startup.kshell")
    if _read(settings, startup, MOST_STARTUP) is not None:
        settings.startup = startup
    path = os.path.join(folder, "config")
    read = _read(settings, path, MOST)
    lines = read.decode("utf-8", "replace").split("\n") if read is not None else []
    for number, line in enumerate(lines, 1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        name, _, value = (part.strip() for part in text.partition("="))
        try:
            settings.change(name, value)
        except UsageError as error:
            settings.complaints.append(f"{path}:{number}: {error.message}")
            if len(settings.complaints) >= MOST_COMPLAINTS:
                settings.complaints.append(f"{path}: the lines after that are skipped")
                break
    return settings


def _read(settings: Settings, path: str, most: int) -> bytes | None:
    """A whole file; None, with a complaint, for one that cannot be read, and without for one that is not there."""
    try:
        text, whole = read_end(path, most)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        settings.complaints.append(f"skipped: {reason(error)}: {path}")
        return None
    if not whole:
        settings.complaints.append(f"skipped: longer than {most >> 10}k: {path}")
        return None
    return text
