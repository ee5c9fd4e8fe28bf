"""Compiles kshell in a copy of this tree, and runs the tests there: `python -m tests.compiled [FOLDER [TEST...]]`.

The copy has the machine code beside the files that it was made of, which Python prefers. With a FOLDER it stays there,
for benchmarks (`--compiled FOLDER`). Tests that look inside Python's own calls are skipped, each with its reason:

    $ grep -rn require_python tests

Ends non-zero if the build or a test fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from kshell.kernel.compiling import compiled
from tests.program import ROOT

NOT_COPIED = shutil.ignore_patterns(".git", ".venv*", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info", "build")


# Why tests are skipped that count calls of a method, or make it do something else.
REPLACED = "a method that is put in the place of a compiled one is not called by compiled code"


def require_python(why: str) -> None:
    """Skips the running test where the kernel is machine code; `why` is what of it that hides."""
    if compiled():
        pytest.skip(f"compiled: {why}")


def build(folder: Path) -> None:
    """Copies the tree into `folder` and compiles it there. Raises CalledProcessError when the compiler refuses it."""
    shutil.copytree(ROOT, folder, ignore=NOT_COPIED, symlinks=True, dirs_exist_ok=True)
    environment = {**os.environ, "KSHELL_COMPILE": "1"}
    subprocess.run(
        [sys.executable, "setup.py", "-q", "build_ext", "--inplace"], cwd=folder, env=environment, check=True
    )


def environment_of(folder: Path) -> dict[str, str]:
    """The environment in which Python finds the kshell of `folder` before any other."""
    return {**os.environ, "PYTHONPATH": str(folder)}


def main(words: list[str]) -> int:
    """Builds and tests; returns the exit value."""
    with tempfile.TemporaryDirectory(prefix="kshell-compiled-") as temporary:
        folder = Path(words[0] if words else temporary).absolute()
        build(folder)
        asked = ["-c", "from kshell.kernel.compiling import compiled; assert compiled()"]
        subprocess.run([sys.executable, *asked], cwd=folder, env=environment_of(folder), check=True)
        tests = words[1:] or ["-n", "auto"]
        return subprocess.run(
            [sys.executable, "-m", "pytest", *tests], cwd=folder, env=environment_of(folder)
        ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
