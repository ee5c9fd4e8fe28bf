"""Replays what a real Magenta answered on the model and says where the two differ.

    python -m tests.oracle.replay [--first] [FILE...]      from the project's root; without files: all of them

`scenario` reads the files, `driver` makes the calls, `compare` says what has to be equal.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

from kshell.kernel import abi
from kshell.kernel.machine import Machine

from .compare import Comparer
from .console import run_tool
from .driver import Driver, RunTool, no_console
from .scenario import Call, UnknownName, read

DATA = Path(__file__).parent / "data"
# Calls between two runs of the machine's own check.
CHECK_EVERY = 48
# What a kernel with a bug in it may raise where it should answer.
BROKEN = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


class Mismatch:
    """One difference: the call, what the model answered, and why that is wrong."""

    __slots__ = ("call", "answer", "why")

    def __init__(self, call: Call, answer: list[str], why: str) -> None:
        self.call = call
        self.answer = answer
        self.why = why

    @property
    def cause(self) -> tuple[str, str, str]:
        """What mismatches of one cause have in common: the operation and the first words of both answers."""
        ours = self.call.answer[0].split()[0] if self.call.answer else "!!"
        theirs = self.answer[0].split()[0] if self.answer else "nothing"
        return self.call.operation, ours, theirs

    def __str__(self) -> str:
        expected = "\n".join("    " + line for line in self.call.lines()[1:])
        given = "\n".join("    " + line for line in self.answer)
        return f"line {self.call.line}: {self.call.text}\n  {self.why}\n  expected\n{expected}\n  given\n{given}"


def data_files() -> list[Path]:
    """Every file of captured answers, in the order of their names."""
    return sorted(DATA.glob("*/*.out"))


def replay(calls: list[Call], run_tool: RunTool = no_console) -> Iterator[Mismatch]:
    """The differences between `calls` and what a fresh machine answers, in order.

    The replay goes on after a difference, but what follows one may be its consequence. The machine's laws are
    checked every few dozen calls and at the end. `run_tool` runs the lines of console tools (`driver.RunTool`).
    """
    driver = Driver(run_tool)
    comparer = Comparer(driver.process.koid)
    made = 0
    for call in calls:
        if call.skipped:
            continue
        yield from _step(driver, comparer, call)
        made += 1
        if made % CHECK_EVERY == 0:
            yield from _check(driver.machine, call)
    if calls:
        yield from _check(driver.machine, calls[-1])


def _check(machine: Machine, call: Call) -> Iterator[Mismatch]:
    try:
        machine.check()
    except BROKEN as error:
        yield Mismatch(call, [], f"after this call a law is broken: {_describe(error)}")


def _step(driver: Driver, comparer: Comparer, call: Call) -> Iterator[Mismatch]:
    answer: list[str] | None = []
    try:
        answer = driver.run(call)
        why = dying_difference(call, answer or []) if call.death else comparer.difference(call, answer)
    except UnknownName as unknown:
        why = f"{unknown}: an earlier call did not give it"
    except BROKEN as error:
        why = _describe(error)
    if why is not None:
        yield Mismatch(call, answer or [], why)


def dying_difference(call: Call, answer: list[str]) -> str | None:
    """What is wrong with the model's `answer` to a call of which the real kernel, or the driver, died; or None.

    The driver died of a page fault: the fault has to fail on the model too, for the reason the log shows. The
    kernel died of an assertion: the mended kernel just does it, so the model has to (README, "the form"); a VMAR
    that was destroyed under its process may be ERR_BAD_STATE instead.
    """
    log = "\n".join(call.death)
    status = answer[0].split()[0]
    if "MAGENTA KERNEL PANIC" in log:
        allowed = ["NO_ERROR"] + (["ERR_BAD_STATE"] if "vm_aspace.cpp" in log else [])
        return None if status in allowed else f"the mended kernel gives {' or '.join(allowed)}, the model {status}"
    if "failed to fault in or grab existing page" in log:
        expected = abi.ERR_OUT_OF_RANGE
    elif "free pages" in log:
        expected = abi.ERR_NOT_FOUND
    else:
        expected = abi.ERR_ACCESS_DENIED
    wanted = abi.status_name(expected)
    return None if status == wanted else f"the fault fails with {wanted}, on the model it is {status}"


def _describe(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}: {error}"


def main(arguments: list[str]) -> int:
    """Replays the files named (all without names) and prints the differences, those of one cause together."""
    first = "--first" in arguments
    names = [argument for argument in arguments if argument != "--first"]
    files = [Path(name) for name in names] or data_files()
    groups: dict[tuple[str, str, str], list[tuple[Path, Mismatch]]] = {}
    failed = 0
    for path in files:
        mismatches = list(replay(read(path), run_tool))
        failed += bool(mismatches)
        for mismatch in mismatches[:1] if first else mismatches:
            groups.setdefault(mismatch.cause, []).append((path, mismatch))
    for cause, members in sorted(groups.items(), key=lambda item: -len(item[1])):
        operation, ours, theirs = cause
        print(f"== {operation}: the kernel said {ours}, the model {theirs}: {len(members)} times")
        for path, mismatch in members[:3]:
            print(f"{path.parent.name}/{path.name}:{mismatch}")
    print(f"{len(files) - failed} of {len(files)} files agree")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
