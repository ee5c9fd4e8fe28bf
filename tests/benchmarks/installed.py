"""kshell as a user of a current pip has it: a wheel, in an environment of its own that goes when the benchmarks end.

The program `kshell` is written by pip, and what it loads before kshell differs: up to pip 25 it loads `re`.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.benchmark import Skipped
from tests.benchmarks.processes import clean_environment
from tests.benchmarks.trees import ROOT, tree
from tests.packaging.making import copy_sources


def bin_folder() -> Path:
    """The folder of the programs `kshell` and `python3` of the environment where the kshell that is measured is
    installed. Raises Skipped when it cannot be made."""
    return _bin_folder(tree())


@functools.cache
def _bin_folder(tree: Path) -> Path:
    folder = tempfile.mkdtemp(prefix="kshell-bench-")
    atexit.register(shutil.rmtree, folder)
    source, environment = Path(folder, "source"), Path(folder, "environment")
    copy_sources(source, tree)
    _run(sys.executable, "-m", "venv", "--upgrade-deps", environment)
    _run(environment / "bin" / "python3", "-m", "pip", "install", "-q", source)
    if tree != ROOT:
        # A compiled wheel holds these beside the files that they were made of.
        (library,) = (environment / "lib").glob("python*/site-packages")
        for path in (*tree.glob("*.so"), *tree.glob("kshell/**/*.so")):
            shutil.copy(path, library / path.relative_to(tree))
    return environment / "bin"


def _run(*words: str | Path) -> None:
    done = subprocess.run(words, env=clean_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit {done.returncode}"]
        raise Skipped(f"the wheel cannot be installed: {said[-1]}")
