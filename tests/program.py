"""Runs kshell as a program of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def kshell(*arguments, stdin="", cwd=ROOT, env=None):
    """The finished process of `kshell ARGUMENTS`, with `stdout`, `stderr` and `returncode`."""
    return subprocess.run(
        [sys.executable, "-m", "kshell", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        timeout=60,
    )
