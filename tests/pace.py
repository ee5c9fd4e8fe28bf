"""The tests on a machine that is infinitely fast, or very slow: `python -m pytest -p tests.pace --pace still|slow`.

How long lines take decides when checkpoints are taken, and nothing else. With `still` no line takes any time, so that
none ever is; with `slow` each takes a second, so that one is before every line that may change something. No test may
notice: one that does would fail now and then, on another machine.
"""

from __future__ import annotations

from itertools import count

import pytest

import kshell.shell.session as session


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pace", choices=("still", "slow"), default="still", help="how long each line takes")


def pytest_configure(config: pytest.Config) -> None:
    clock = count() if config.getoption("--pace") == "slow" else None
    session.perf_counter = (lambda: 0.0) if clock is None else (lambda: float(next(clock)))  # type: ignore[assignment]
