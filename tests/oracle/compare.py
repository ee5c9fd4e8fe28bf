"""Is the model's answer the real kernel's? Line by line, literally, except for what belongs to the captured machine:

| in the answer | rule |
|---|---|
| koids | one captured koid is one model koid, and their distances agree: see `Koids` |
| kernel pointers, handle values in a tool's text | one captured number is one model number |
| `stats self` | only the form: the driver's program is not in the model |
| `job_processes job0`, `job_children job0` | the differences between the counts of one file |
| rows of tools about other programs | not compared: objects made before the driver, and the tool itself |
"""

from __future__ import annotations

import re

from .driver import DEVMGR_JOB, ROOT_JOB, SERVICES_JOB
from .scenario import Call

# The kernel log breaks a line after this many characters; the command printed it whole.
LOG_WIDTH = 127
MANY = 1 << 32
_COUNTS = re.compile(r"(NO_ERROR) actual=(\d+) avail=(\d+)")
_KOID_FIELDS = re.compile(r"(koid|related)=(\d+)")
_STATS = re.compile(r"NO_ERROR mapped=(\d+) committed=(\d+) \(pages (\d+)/(\d+)\)")

# Where a tool's line names objects: each group is a koid.
_TOOL_KOIDS = (
    re.compile(r" *[pj]:(\d+) .*"),
    re.compile(r" *(\d+)-[A-Z] .*\[ *(\d+):.*\]"),
    re.compile(r"process \[?(\d+)\]?(?: .*)?"),
    re.compile(r"in job ((?:\[\d+\])(?:-->\[\d+\])*)"),
    re.compile(r"- (\d+) (?:proc|child job) .*"),
    re.compile(r"ERROR: couldn't find process with koid (\d+): .*"),
)
_TABLE_HANDLE = re.compile(r"(\d+) +(\d+) : (\S+)")
_POINTER = re.compile(r"0xffffff80[0-9a-f]{8}")
# Rows of `ps`, `k mx ps` and `k mx jb` about one object: its koid, its name.
_ROWS = (
    re.compile(r" *p:(\d+) +\S+ +\S+ (.*)"),
    re.compile(r" *j:(\d+) +(.*)"),
    re.compile(r" *(\d+)-[A-Z] .*\[ *\d+:(.*)\]"),
    re.compile(r"- (\d+) (?:child job|proc) [\[(](.*)[\])]"),
)


class Bijection:
    """Pairs of a captured and a model number: neither side of a pair may ever be in another pair."""

    __slots__ = ("what", "_model", "_captured")

    def __init__(self, what: str) -> None:
        self.what = what
        self._model: dict[int, int] = {}
        self._captured: dict[int, int] = {}

    def pair(self, captured: int, model: int) -> str | None:
        """Makes the pair; returns why it cannot be one, or None."""
        known = self._model.get(captured)
        if known is not None:
            return None if known == model else f"{self.what} {captured} was {known} before and is {model} now"
        other = self._captured.get(model)
        if other is not None:
            return f"{self.what} {captured} is {model}, which was {other} before"
        self._model[captured] = model
        self._captured[model] = captured
        return None


class Koids(Bijection):
    """Pairs of koids. Koids count every object made, so the distances between them have to agree too.

    `strangers` is how many objects of other programs may lie between two captured koids of the file.
    """

    __slots__ = ("strangers",)

    def __init__(self) -> None:
        super().__init__("koid")
        self.strangers = 1
        # No object at all, and the jobs that are older than the driver, have the same koid on both machines.
        for koid in (0, ROOT_JOB, DEVMGR_JOB, SERVICES_JOB):
            self.pair(koid, koid)

    def pair(self, captured: int, model: int) -> str | None:
        if captured not in self._model and captured > SERVICES_JOB:
            for before, theirs in self._model.items():
                if before <= SERVICES_JOB:
                    continue
                more = (captured - before) - (model - theirs)
                if not 0 <= (more if captured > before else -more) <= self.strangers:
                    return (
                        f"koids {before} and {captured} are {theirs} and {model} on the model: "
                        f"{abs(captured - before)} and {abs(model - theirs)} objects apart"
                    )
        return super().pair(captured, model)


class Comparer:
    """Compares the answers of one file, in order.

    `driver` is the koid of the driver's process on the model's machine.
    """

    __slots__ = ("koids", "pointers", "handles", "driver", "_count_shift")

    def __init__(self, driver: int) -> None:
        self.koids = Koids()
        self.pointers = Bijection("pointer")
        self.handles = Bijection("handle")
        self.driver = driver
        self._count_shift: dict[str, int] = {}

    def difference(self, call: Call, answer: list[str] | None) -> str | None:
        """The first difference between `call.answer` and the model's `answer` in words, or None.

        An `answer` of None is that of a tool nobody can run here: nothing to compare.
        """
        if call.operation in ("run", "k"):
            # The tool was a program on the captured machine, which made objects of its own.
            self.koids.strangers = MANY
        if answer is None:
            return None
        if call.operation in ("run", "k"):
            return self._tool(call, answer)
        for index, (captured, model) in enumerate(zip(call.answer, answer, strict=False)):
            why = self._line(call, captured, model)
            if why is not None:
                return f"line {call.line + 1 + index}: {why}"
        if len(call.answer) != len(answer):
            return f"{len(call.answer)} lines expected, {len(answer)} given"
        return None

    def _line(self, call: Call, captured: str, model: str) -> str | None:
        if not any(form.fullmatch(model) for form in call.operations[call.operation].forms):
            return f"{model!r} is of no known form"
        if call.operation == "stats" and call.words == ["self"]:
            return self._own_stats(captured, model)
        if call.operation in ("job_processes", "job_children") and call.words == ["job0"]:
            return self._own_counts(call.operation, captured, model)
        if call.operation != "info":
            return literally(captured, model)
        why = literally(_KOID_FIELDS.sub(r"\1", captured), _KOID_FIELDS.sub(r"\1", model))
        if why is not None:
            return literally(captured, model)
        for ours, theirs in zip(_KOID_FIELDS.findall(captured), _KOID_FIELDS.findall(model), strict=True):
            why = self.koids.pair(int(ours[1]), int(theirs[1]))
            if why is not None:
                return why
        return None

    def _own_stats(self, captured: str, model: str) -> str | None:
        for text in (captured, model):
            match = _STATS.fullmatch(text)
            if match is None:
                return literally(captured, model)
            mapped, committed, pages, resident = map(int, match.groups())
            if (mapped, committed) != (pages << 12, resident << 12):
                return f"{text!r}: bytes and pages differ"
        return None

    def _own_counts(self, operation: str, captured: str, model: str) -> str | None:
        ours, theirs = _COUNTS.fullmatch(captured), _COUNTS.fullmatch(model)
        if ours is None or theirs is None:
            return literally(captured, model)
        shifts = [int(ours[group]) - int(theirs[group]) for group in (2, 3)]
        shift = self._count_shift.setdefault(operation, shifts[0])
        if shifts != [shift, shift]:
            return f"{model!r} is off from {captured!r} by {shifts}, before it was {shift}"
        return None

    # Tools

    def _tool(self, call: Call, answer: list[str]) -> str | None:
        if answer and answer[-1].startswith("exited ") and answer[-1] not in call.answer:
            return f"the model's tool {answer[-1]}"
        ours = self._own_rows(unbroken([line[2:] for line in call.answer if line.startswith("|")]), None)
        theirs = self._own_rows([line[2:] for line in answer if line.startswith("|")], self.driver)
        for captured, model in zip(ours, theirs, strict=False):
            why = self._tool_line(captured, model)
            if why is not None:
                return why
        if len(ours) != len(theirs):
            rest = (ours if len(ours) > len(theirs) else theirs)[min(len(ours), len(theirs))]
            return f"{len(ours)} lines expected, {len(theirs)} given; the first one too many or missing is {rest!r}"
        return None

    def _own_rows(self, lines: list[str], driver: int | None) -> list[str]:
        """Without the rows about objects that are older than the driver, about the driver and about the tool.

        On the captured machine (`driver` None) the driver is the process called vmplay; a tool's warnings about
        nested jobs are dropped too (the model's tools have none, docs/kernel-rules.md 8 no. 1).
        """
        rows = [(line, *_row(line)) for line in lines]
        if driver is None:
            driver = max((koid for _, koid, name in rows if name == "/boot/bin/vmplay"), default=0)
        return [
            line
            for line, koid, name in rows
            if not line.startswith("WARNING: ") and (not koid or (koid > driver and name.rpartition("/")[2] != "ps"))
        ]

    def _tool_line(self, captured: str, model: str) -> str | None:
        ours, theirs = _TABLE_HANDLE.fullmatch(captured), _TABLE_HANDLE.fullmatch(model)
        if ours is not None and theirs is not None:
            return (
                self.handles.pair(int(ours[1]), int(theirs[1]))
                or self.koids.pair(int(ours[2]), int(theirs[2]))
                or literally(ours[3], theirs[3])
            )
        our_numbers, our_text = _named(captured)
        their_numbers, their_text = _named(model)
        if our_text != their_text or len(our_numbers) != len(their_numbers):
            return literally(captured, model)
        for (table, first), (_, second) in zip(our_numbers, their_numbers, strict=True):
            why = (self.pointers if table == "pointer" else self.koids).pair(first, second)
            if why is not None:
                return why
        return None


def literally(captured: str, model: str) -> str | None:
    """Why the two lines are not one and the same, or None when they are."""
    return None if captured == model else f"the kernel said {captured!r}, the model {model!r}"


def unbroken(lines: list[str]) -> list[str]:
    """`lines` of the kernel log as the command printed them: what the log broke is put together again."""
    whole: list[str] = []
    broken = False
    for line in lines:
        if broken:
            whole[-1] += line
        else:
            whole.append(line)
        broken = len(line) >= LOG_WIDTH
    return whole


def _row(line: str) -> tuple[int, str]:
    """The koid and the name of the object a tool's row is about; 0 for a line about none, or about all."""
    for form in _ROWS:
        match = form.fullmatch(line)
        if match is not None:
            return int(match[1]), match[2]
    return 0, ""


def _named(line: str) -> tuple[list[tuple[str, int]], str]:
    """The koids and kernel pointers a tool's line names, and the line with a mark in place of each."""
    numbers: list[tuple[str, int]] = []
    for form in _TOOL_KOIDS:
        match = form.fullmatch(line)
        if match is None:
            continue
        for group in range(len(match.groups()), 0, -1):
            start, end = match.span(group)
            found = [("koid", int(koid)) for koid in re.findall(r"\d+", line[start:end])]
            numbers = found + numbers
            line = line[:start] + re.sub(r"\d+", "#", line[start:end]) + line[end:]
        break
    pointers = [("pointer", int(pointer, 16)) for pointer in _POINTER.findall(line)]
    return numbers + pointers, _POINTER.sub("@", line)
