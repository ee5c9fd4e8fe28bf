"""Linux as a peer: `linux.c`, compiled when it is first needed."""

from __future__ import annotations

import atexit
import functools
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.benchmarks.benchmark import Figures, Skipped
from tests.benchmarks.processes import program

SOURCE = Path(__file__).with_name("linux.c")
# What is to stay free beside what a program touches.
SPARE = 1 << 30


@functools.cache
def _compiled() -> Path:
    compiler = program("cc")
    folder = tempfile.mkdtemp(prefix="kshell-bench-")
    atexit.register(shutil.rmtree, folder)
    path = Path(folder, "linux")
    subprocess.run([compiler, "-O2", "-o", path, SOURCE], check=True)
    return path


def run(*words: str | int) -> Figures:
    """The figures of `linux WORDS`. Raises Skipped without a compiler."""
    done = subprocess.run(_command(words), stdout=subprocess.PIPE, text=True, check=True)
    return _figures(done.stdout.splitlines())


@contextmanager
def staying(*words: str | int) -> Iterator[tuple[int, Figures]]:
    """`linux WORDS` while it waits: (its process id, its figures). Raises Skipped without a compiler."""
    with subprocess.Popen(_command(words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        lines = list(_lines_until_ready(process.stdout))
        try:
            yield process.pid, _figures(lines)
        finally:
            process.stdin.close()


def require_memory(size: int) -> None:
    """Raises Skipped unless the host has `size` bytes to spare."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            free = int(value.split()[0]) << 10
            if free < size + SPARE:
                raise Skipped(f"Linux would need {size >> 20} MB, and {free >> 20} MB are free")


def _command(words: tuple[str | int, ...]) -> list[str]:
    return [str(_compiled()), *map(str, words)]


def _figures(lines: list[str]) -> Figures:
    return {name: float(value) for name, value in (line.split() for line in lines)}


def _lines_until_ready(output: IO[str]) -> Iterator[str]:
    for line in output:
        if line == "ready\n":
            return
        yield line
    raise RuntimeError("the Linux program ended early")
