"""A function's figures, measured in a process of its own: `python -m tests.benchmarks.fresh MODULE FUNCTION [N...]`."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable

from kshell.__main__ import spare_the_collector
from tests.benchmarks.benchmark import Figures
from tests.benchmarks.processes import clean_environment
from tests.benchmarks.trees import tree


def in_fresh_process(function: Callable[..., Figures], *numbers: int) -> Figures:
    """What `function(*numbers)`, a function of a module, returns in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.fresh", function.__module__, function.__name__, *map(str, numbers)],
        cwd=tree(),
        env=clean_environment(),
        stdout=subprocess.PIPE,
        check=True,
    )
    figures: Figures = json.loads(done.stdout)
    return figures


def main(module: str, function: str, *numbers: str) -> None:
    """Runs the function, as the program would run it, and prints its figures."""
    spare_the_collector()
    figures = getattr(importlib.import_module(module), function)(*map(int, numbers))
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
