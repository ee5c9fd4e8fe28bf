"""What Python itself costs here: rows against C move with it. An interpreter built without optimisation takes a quarter
more than one built with it."""

from __future__ import annotations

import platform
import sys
import sysconfig
from statistics import median
from time import perf_counter

from tests.benchmarks.processes import timed
from tests.benchmarks.units import SECONDS, written

ROUNDS = 1_000_000
# What a build may have been asked for that makes it faster, or slower.
ASKED = {
    "--enable-optimizations": "profile-guided optimisation",
    "--with-lto": "link-time optimisation",
    "--with-pydebug": "checks of a debug build",
}


def described(runs: int) -> list[str]:
    """The build, an empty program and an empty loop, each a line; medians of `runs` runs."""
    empty = median(timed([sys.executable, "-c", "pass"]) for _ in range(runs))
    return [
        f"Python {platform.python_version()}, {platform.python_compiler()}, {build()}; {platform.machine()}",
        f"`python3 -c pass`: {written(empty, SECONDS)}",
        f"a round of a bare loop: {written(median(loop() for _ in range(runs)), SECONDS)}",
    ]


def build() -> str:
    """How the interpreter was built, in words."""
    given = str(sysconfig.get_config_var("CONFIG_ARGS") or "")
    found = [words for option, words in ASKED.items() if option in given]
    return f"built with {' and '.join(found)}" if found else "built without profile-guided and link-time optimisation"


def loop() -> float:
    """The seconds of one of many rounds of a loop that adds."""
    total = 0
    begin = perf_counter()
    for number in range(ROUNDS):
        total += number
    return (perf_counter() - begin) / ROUNDS
