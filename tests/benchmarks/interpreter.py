"""The Python that a table was measured with: how long it takes to do nothing, how fast a loop is, and how it was built.

Machines differ in what Python costs next to C, and so do builds of the same Python: one without optimisation takes a
quarter longer for the same lines. Ratios to programs in C mean little without these three.
"""

from __future__ import annotations

import platform
import sys
import sysconfig
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.benchmarks.processes import timed
from tests.benchmarks.units import SECONDS, written

STARTS = 9
ROUNDS = 1_000_000
# What the build was configured with, and what it is called.
OPTIMISATIONS = {"--enable-optimizations": "PGO", "--with-lto": "LTO", "--with-pydebug": "checks for debugging"}


def lines(python: str | Path = sys.executable) -> list[str]:
    """Three lines about the interpreter; `python` is the program that is started, of the same build as this one."""
    start = median(timed([python, "-S", "-c", "pass"]) for _ in range(STARTS))
    loop = min(_loop() for _ in range(5))
    return [
        f"`python3 -S -c pass`, which looks for no packages: {written(start, SECONDS)} (median of {STARTS})",
        f"a loop of {ROUNDS:,} rounds in Python: {written(loop, SECONDS)}",
        f"{platform.python_implementation()} {platform.python_version()}, {build(_configured())}",
    ]


def _loop() -> float:
    """The seconds that the loop takes."""
    total = 0
    begin = perf_counter()
    for number in range(ROUNDS):
        total += number & 1
    return perf_counter() - begin


def _configured() -> str | None:
    words = sysconfig.get_config_var("CONFIG_ARGS")
    return words if isinstance(words, str) else None


def build(configured: str | None) -> str:
    """How the interpreter was built, in words, from what it was configured with; None where nobody knows."""
    if configured is None:
        return "of an unknown build"
    names = [name for option, name in OPTIMISATIONS.items() if _asked(configured, option)]
    return f"built with {' and '.join(names)}" if names else "built without PGO and LTO: not optimised"


def _asked(configured: str, option: str) -> bool:
    words = configured.replace("'", " ").replace('"', " ").split()
    # `--with-lto=thin` is one, `--with-lto=no` is none.
    return any(word == option or (word.startswith(f"{option}=") and not word.endswith("=no")) for word in words)
