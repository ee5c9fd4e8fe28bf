"""Programs of the host that a person has named, in `$PAGER`, `$EDITOR` or a setting."""

from __future__ import annotations

import os
import shlex
import shutil

# What only a shell understands.
SHELL = frozenset("|&;<>()$`*?[]#~{}!\n")
# What a shell ends with when it could not start the program.
NOT_STARTED = (126, 127)


def words_of(line: str, file: str = "") -> list[str]:
    """The words that start the program line `line`, on `file` if one is given; through a shell where it needs one.

    Raises ValueError with what is wrong with it.
    """
    if not SHELL.isdisjoint(line) or "=" in line.partition(" ")[0]:
        return ["/bin/sh", "-c", f'{line} "$@"' if file else line, *(["sh", file] if file else [])]
    try:
        words = shlex.split(line)
    except ValueError:
        raise ValueError("a quote in it is not closed") from None
    if not words or shutil.which(words[0]) is None:
        raise ValueError("there is no such program" if words else "it is empty")
    return [*words, *([file] if file else [])]


def environment() -> dict[str, str]:
    """The environment of a pager: a `less` in it shows colours, unless `$LESS` says otherwise."""
    return {**os.environ, "LESS": f"-R {os.environ.get('LESS', '')}".rstrip()}
