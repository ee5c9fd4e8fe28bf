"""kshell as a user has it: an installed wheel, in an environment of its own that goes when the benchmarks end."""

from __future__ import annotations

import atexit
import functools
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.benchmark import Skipped
from tests.benchmarks.processes import ROOT, clean_environment

# What a build does not need, and must not leave in the checkout.
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "tests")


@functools.cache
def bin_folder() -> Path:
    """The folder of the environment's programs: `kshell`, `python3`. Raises Skipped when it cannot be made."""
    folder = tempfile.mkdtemp(prefix="kshell-bench-")
    atexit.register(shutil.rmtree, folder)
    source, environment = Path(folder, "source"), Path(folder, "environment")
    shutil.copytree(ROOT, source, ignore=NOT_COPIED)
    _run(sys.executable, "-m", "venv", environment)
    _run(environment / "bin" / "python3", "-m", "pip", "install", "-q", source)
    return environment / "bin"


def _run(*words: str | Path) -> None:
    done = subprocess.run(words, env=clean_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit {done.returncode}"]
        raise Skipped(f"the wheel cannot be installed: {said[-1]}")
