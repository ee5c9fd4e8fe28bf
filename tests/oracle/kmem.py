"""Replays programs of syscalls with the kernel's memory counters after each call, and says where the model differs.

    python -m tests.oracle.kmem [--all] [FILE...]      from the project's root; without files: all of data_kmem

Each call of a program has its answer and a line `kmem mmu=+1 heap=+0 used=+1552 live=+1544 object=+0 free=-1`: what
this call alone changed. Compared are the answer and

| counter | the model's | compared |
|---|---|---|
| `mmu`, `object` | pages of that state | exactly |
| `live` | bytes of the heap's living blocks | exactly |
| `heap` | pages of the heap | exactly in programs that left them alone, else within `HEAP_SLACK` at any time |
| `free` | free pages | where `heap` did not change |

and what is left once the driver has closed everything. For each file the first difference of each counter is printed
(`--all`: every one), and at the end how many files and calls agree.
"""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

from kshell.kernel import abi
from kshell.kernel.machine import Machine

from .compare import Comparer
from .kmem_driver import OPERATIONS, KmemDriver, counters
from .scenario import Call, FormError, UnknownName

DATA = Path(__file__).parent / "data_kmem"
COUNTERS = ("mmu", "live", "object", "heap", "free")
# How far the pages of a heap that has grown may be off: where in a chunk a block lies is not modelled.
HEAP_SLACK = 300
CHECK_EVERY = 48
BROKEN = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
_COUNTER = re.compile(r"([a-z]+)=([+-]?\d+)")


class KmemCall(Call):
    """One call of a program; `counts` is what it changed, by counter, None for a line that made no call.

    `repeat N CALL` is one call with `times` N: its operation, words and results are those of CALL, with `@` in them.
    """

    __slots__ = ("counts", "times")

    operations = OPERATIONS
    # In a `repeat` the names have the number of the turn in them.
    name_form = re.compile(r"[A-Za-z_][\w@]*")

    def __init__(self, line: int, text: str) -> None:
        self.counts: dict[str, int] | None = None
        self.times: int | None = None
        if text.startswith("repeat "):
            _, times, text = text.split(" ", 2)
            self.times = int(times)
        super().__init__(line, text)

    def turns(self) -> Iterator[Call]:
        """The calls that this one stands for."""
        if self.times is None:
            yield self
            return
        for turn in range(self.times):
            call = KmemCall(self.line, self.text.replace("@", str(turn)))
            yield call


class Program:
    """A file: the counters before its first call, its calls, and what was left after them."""

    __slots__ = ("path", "before", "calls", "left")

    def __init__(self, path: Path) -> None:
        """Reads `path`. Raises FormError naming the line that is not of the form."""
        self.path = path
        self.before: dict[str, int] = {}
        self.left: dict[str, int] = {}
        self.calls: list[KmemCall] = []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            self._line(number, line)
        for call in self.calls:
            if call.times is None:
                call.check_answer()
            if call.counts is None and not call.skipped and call.operation != "let":
                raise FormError(f"{path.name}: line {call.line} has no counters")

    def _line(self, number: int, line: str) -> None:
        if line.startswith("# before: "):
            self.before = numbers(line)
        elif line.startswith("# left: "):
            self.left = numbers(line)
        elif line.startswith("  kmem "):
            self.calls[-1].counts = numbers(line)
        elif line.startswith("  "):
            self.calls[-1].answer.append(line[2:])
        elif line and not line.startswith("#"):
            self.calls.append(KmemCall(number, line))


class Difference:
    """Something that is not as on the real kernel: in which counter (or "answer", "law"), at which line, how."""

    __slots__ = ("counter", "line", "text", "why")

    def __init__(self, counter: str, line: int, text: str, why: str) -> None:
        self.counter = counter
        self.line = line
        self.text = text
        self.why = why

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}: {self.why}"


def numbers(line: str) -> dict[str, int]:
    """The counters of a line: `mmu=+1 heap=+0` is {"mmu": 1, "heap": 0}."""
    return {name: int(number) for name, number in _COUNTER.findall(line)}


def data_files() -> list[Path]:
    """Every program, in the order of their names."""
    return sorted(DATA.glob("*.out"))


def replay(program: Program) -> Iterator[Difference]:
    """The differences between `program` and what a fresh machine does, in order. It goes on after a difference."""
    driver = KmemDriver(program.before)
    comparer = Comparer(driver.process.koid)
    before = counters(driver.machine)
    grown = 0
    grows = any(call.counts["heap"] for call in program.calls if call.counts is not None)
    for made, call in enumerate(program.calls, 1):
        if call.skipped:
            continue
        why = _answer(driver, comparer, call)
        if why is not None:
            yield Difference("answer", call.line, call.text, why)
        after = counters(driver.machine)
        changed = {name: after[name] - before[name] for name in COUNTERS}
        before = after
        if call.counts is not None:
            grown += changed["heap"] - call.counts["heap"]
            for name, why in _wrong(changed, call.counts, abs(grown) if grows else None):
                yield Difference(name, call.line, call.text, why)
        if made % CHECK_EVERY == 0 or made == len(program.calls):
            yield from _law(driver.machine, call)
    driver.close_everything()
    after = counters(driver.machine)
    left = {name: after[name] - driver.at_start[name] for name in COUNTERS}
    for name, why in _wrong(left, program.left, None):
        yield Difference("left", len(program.calls), f"everything closed, {name}", why)


def _wrong(changed: Mapping[str, int], captured: Mapping[str, int], apart: int | None) -> Iterator[tuple[str, str]]:
    """The counters that differ, each with the reason; `apart` is how far the pages of a heap that grows are from the
    captured ones by now, None where they have to be the same."""
    for name in COUNTERS:
        if name not in captured or captured[name] == changed[name]:
            continue
        if name == "heap" and apart is not None and apart <= HEAP_SLACK:
            continue
        if name == "free" and (captured["heap"] or changed["heap"]):
            continue
        yield name, f"{name} {captured[name]:+} on the kernel, {changed[name]:+} on the model"


def _answer(driver: KmemDriver, comparer: Comparer, call: KmemCall) -> str | None:
    """Makes the call; why its answer is wrong, or None."""
    answers: list[str] = []
    try:
        for turn in call.turns():
            answer = driver.run(turn) or []
            if call.times is None:
                return comparer.difference(call, answer)
            answers.append(answer[0].split()[0])
    except UnknownName as unknown:
        return f"{unknown}: an earlier call did not give it"
    except BROKEN as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}: {error}"
    runs = " ".join(f"{word}*{len(list(group))}" for word, group in groupby(answers))
    return None if call.answer == [runs] else f"the kernel said {call.answer[0]!r}, the model {runs!r}"


def _law(machine: Machine, call: KmemCall) -> Iterator[Difference]:
    try:
        machine.check()
    except BROKEN as error:
        yield Difference("law", call.line, call.text, f"after this call a law is broken: {error}")


def report(files: list[Path], every: bool) -> int:
    """Replays `files` and prints the differences and a total; returns how many files do not agree."""
    failed = calls = 0
    wrong: dict[str, int] = {}
    agreeing: dict[str, int] = {}
    for path in files:
        program = Program(path)
        calls += len(program.calls)
        found = list(replay(program))
        failed += bool(found)
        seen: set[str] = set()
        for difference in found:
            if every or difference.counter not in seen:
                print(f"{path.name}: {difference.counter}: {difference}")
            seen.add(difference.counter)
            wrong[difference.counter] = wrong.get(difference.counter, 0) + 1
        for name in ("answer", *COUNTERS, "law", "left"):
            agreeing[name] = agreeing.get(name, 0) + (name not in seen)
    text = ", ".join(f"{name} {count} files ({wrong.get(name, 0)} differences)" for name, count in agreeing.items())
    print(f"agree in {text}")
    print(f"{len(files) - failed} of {len(files)} files agree in everything; {calls} lines")
    return failed


def main(arguments: list[str]) -> int:
    """Replays the files named (all without names); returns 1 when one differs."""
    files = [Path(name) if Path(name).exists() else DATA / name for name in arguments if name != "--all"]
    return 1 if report(files or data_files(), "--all" in arguments) else 0


if __name__ == "__main__":
    assert abi.NO_ERROR == 0
    sys.exit(main(sys.argv[1:]))
