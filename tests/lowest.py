"""Runs the tests that use what kshell depends on, with the lowest versions it declares: `python -m tests.lowest`.

The versions are installed into an environment that goes at the end; pytest and the rest are the running one's.
Ends non-zero if a test fails.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from tests.packaging import making
from tests.program import ROOT

# The console for prompt_toolkit and pygments, sets of pages for pyroaring, documents for markdown-it-py, and every
# command's examples.
TESTS = (
    "tests/console",
    "tests/kernel/test_pages.py",
    "tests/commands/test_examples.py",
    "tests/documents/test_reading.py",
    "tests/documents/test_rendering.py",
)
# Thousands of signals ask little of a dependency and take long.
LEFT_OUT = "tests/console/test_signals.py"


def lowest_versions() -> dict[str, str]:
    """The lowest version of each dependency, as pyproject.toml declares them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return dict(requirement.split(">=") for requirement in project["dependencies"])


def main() -> int:
    """Runs the tests; returns pytest's exit value."""
    versions = lowest_versions()
    with tempfile.TemporaryDirectory(prefix="kshell-lowest-") as folder:
        making.make_environment(folder)
        # Those of the running environment that are as old as that serve as they are.
        making.pip(folder, "install", "-q", "--no-deps", *(f"{name}=={version}" for name, version in versions.items()))
        python = Path(folder, "bin", "python")
        return subprocess.run(
            [python, "-m", "pytest", "-n", "auto", f"--ignore={LEFT_OUT}", *TESTS], cwd=ROOT
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
