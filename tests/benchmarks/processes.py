"""Programs, timed from outside."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from tests.benchmarks.benchmark import Skipped


def clean_environment(**additions: str) -> dict[str, str]:
    """The environment without what changes how a Python starts."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, **additions}


def timed(arguments: Sequence[str | Path], output: str = os.devnull) -> float:
    """The seconds a program takes from its start to its end; its output goes to the file `output`.

    Raises RuntimeError when it fails."""
    words = [str(word) for word in arguments]
    files = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
    ]
    environment = clean_environment()
    begin = perf_counter()
    process = os.posix_spawn(words[0], words, environment, file_actions=files)
    _, status = os.waitpid(process, 0)
    seconds = perf_counter() - begin
    if status:
        raise RuntimeError(f"{' '.join(words)} ended with {os.waitstatus_to_exitcode(status)}")
    return seconds


def program(name: str) -> str:
    """The path of a program of the host. Raises Skipped when it is not installed."""
    path = shutil.which(name)
    if path is None:
        raise Skipped(f"{name} is not installed")
    return path
