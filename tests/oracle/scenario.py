"""The written form of a scenario: calls, and under each what the real kernel answered.

    vmar_map v 0 a 0 4p R|W -> A          a call: operation, arguments, names for the results
      NO_ERROR addr=0x1000000             its answer, indented

Parsing is strict: an operation, an argument count, a name of a result or an answer line that this module does not
know is a `FormError`, so nothing in a file can be passed over by accident.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from kshell.kernel import abi

U64 = (1 << 64) - 1

STATUS = r"(?:NO_ERROR|ERR_[A-Z_]+)"
_HEX = r"0x[0-9a-f]+"
_ONLY_STATUS = (STATUS,)
_ACTUAL_AVAIL = rf"{STATUS} actual=\d+ avail=\d+"
_WRITTEN = (rf"{STATUS} actual=\d+",)
_READ = (
    r"NO_ERROR actual=\d+ data=(?:-|(?:[0-9a-f]{2}\*\d+,)*(?:[0-9a-f]{2}\*\d+|\.\.\.))",
    r"ERR_[A-Z_]+ actual=\d+",
)
_PLACED = (rf"NO_ERROR addr={_HEX}", r"ERR_[A-Z_]+")
_TOOL = (r"\|(?: .*)?", r"exited \d+", r"k: write returned -?\d+ of \d+")


class Operation:
    """One operation: the kinds of its arguments, of its results, and the forms its answer lines may have.

    `kinds` has a letter for each argument: h a handle, n a number of 64 bits, w one of 32 bits, s a text; those
    after a `?` may be left out. `results` says how many names may come after the arrow.
    """

    __slots__ = ("kinds", "optional", "results", "forms")

    def __init__(self, kinds: str, results: tuple[int, ...], forms: tuple[str, ...]) -> None:
        needed, _, optional = kinds.partition("?")
        self.kinds = needed + optional
        self.optional = len(optional)
        self.results = results
        self.forms = tuple(re.compile(form) for form in forms)


OPERATIONS: dict[str, Operation] = {
    "let": Operation("n", (1,), (_HEX,)),
    "diff": Operation("nn", (0,), (_HEX,)),
    "sandbox": Operation("s", (2,), _ONLY_STATUS),
    "job_create": Operation("hw", (1,), _ONLY_STATUS),
    "process_create": Operation("hsw", (2,), _ONLY_STATUS),
    "process_start": Operation("h", (0,), (STATUS, r"(?:bind|thread) ERR_[A-Z_]+")),
    "thread_create": Operation("h", (1,), _ONLY_STATUS),
    "task_kill": Operation("h", (0,), _ONLY_STATUS),
    "process_read_memory": Operation("hnn", (0,), _READ),
    "process_write_memory": Operation("hnnn", (0,), _WRITTEN),
    "event_create": Operation("", (1,), _ONLY_STATUS),
    "handle_close": Operation("h", (0,), _ONLY_STATUS),
    "handle_duplicate": Operation("hw", (1,), _ONLY_STATUS),
    "handle_replace": Operation("hw", (1,), _ONLY_STATUS),
    "get_child": Operation("hnw", (1,), _ONLY_STATUS),
    "get_name": Operation("h", (0,), (r"NO_ERROR name='.*'", r"ERR_[A-Z_]+")),
    "set_name": Operation("hs", (0,), _ONLY_STATUS),
    "vmo_create": Operation("nw", (1,), _ONLY_STATUS),
    "vmo_clone": Operation("hwnn", (1,), _ONLY_STATUS),
    "vmo_read": Operation("hnn", (0,), _READ),
    "vmo_write": Operation("hnnn", (0,), _WRITTEN),
    "vmo_get_size": Operation("h", (0,), (rf"{STATUS} size={_HEX}",)),
    "vmo_set_size": Operation("hn", (0,), _ONLY_STATUS),
    "vmo_op_range": Operation("hwnn?n", (0,), (STATUS, rf"{STATUS} pages=\[(?:(?:#\d+|-)(?:,(?:#\d+|-))*)?\]")),
    "vmar_allocate": Operation("hnnw", (2,), _PLACED),
    "vmar_map": Operation("hnhnnw", (1,), _PLACED),
    "vmar_unmap": Operation("hnn", (0,), _ONLY_STATUS),
    "vmar_protect": Operation("hnnw", (0,), _ONLY_STATUS),
    "vmar_destroy": Operation("h", (0,), _ONLY_STATUS),
    "self_map": Operation("hnnw", (1,), _ONLY_STATUS),
    "self_unmap": Operation("nn", (0,), _ONLY_STATUS),
    "self_load": Operation("n", (0,), (r"byte=[0-9a-f]{2}",)),
    "self_store": Operation("nn", (0,), (r"stored",)),
    "info": Operation(
        "h",
        (0, 1),
        (rf"NO_ERROR type=[a-z0-9-]+ rights={_HEX} props=\d+ koid=\d+ related=\d+", r"ERR_[A-Z_]+"),
    ),
    "info_valid": Operation("h", (0,), _ONLY_STATUS),
    "info_vmar": Operation("h", (0, 1), (rf"NO_ERROR base={_HEX} len={_HEX}", r"ERR_[A-Z_]+")),
    "info_process": Operation("h", (0,), (r"NO_ERROR return_code=-?\d+ started=[01] exited=[01]", r"ERR_[A-Z_]+")),
    "stats": Operation("h", (0,), (r"NO_ERROR mapped=\d+ committed=\d+ \(pages \d+/\d+\)", r"ERR_[A-Z_]+")),
    "maps": Operation(
        "h",
        (0,),
        (
            _ACTUAL_AVAIL,
            rf" *(?:ASPACE|VMAR) depth=\d+ base={_HEX} size={_HEX} name=.*",
            rf" *MAPPING depth=\d+ base={_HEX} size={_HEX} perms=[r-][w-][x-] committed=\d+ name=.*",
        ),
    ),
    "job_children": Operation("h", (0,), (_ACTUAL_AVAIL,)),
    "job_processes": Operation("h", (0,), (_ACTUAL_AVAIL,)),
    "run": Operation("", (0,), _TOOL),
    "k": Operation("", (0,), _TOOL),
}

UNKNOWN_NAME = re.compile(r"\?unknown name '[^']+'")

CONSTANTS: dict[str, int] = {
    "R": abi.VM_READ,
    "W": abi.VM_WRITE,
    "X": abi.VM_EXECUTE,
    "COMPACT": abi.VM_COMPACT,
    "SPECIFIC": abi.VM_SPECIFIC,
    "OVERWRITE": abi.VM_SPECIFIC_OVERWRITE,
    "CAN_SPECIFIC": abi.VM_CAN_MAP_SPECIFIC,
    "CAN_R": abi.VM_CAN_MAP_READ,
    "CAN_W": abi.VM_CAN_MAP_WRITE,
    "CAN_X": abi.VM_CAN_MAP_EXECUTE,
    "RT_DUP": abi.RIGHT_DUPLICATE,
    "RT_TRANSFER": abi.RIGHT_TRANSFER,
    "RT_READ": abi.RIGHT_READ,
    "RT_WRITE": abi.RIGHT_WRITE,
    "RT_MAP": abi.RIGHT_MAP,
    "RT_GETPROP": abi.RIGHT_GET_PROPERTY,
    "RT_SETPROP": abi.RIGHT_SET_PROPERTY,
    "RT_ENUM": abi.RIGHT_ENUMERATE,
    "RT_DESTROY": abi.RIGHT_DESTROY,
    "RT_SAME": abi.RIGHT_SAME_RIGHTS,
    "COMMIT": abi.VMO_OP_COMMIT,
    "DECOMMIT": abi.VMO_OP_DECOMMIT,
    "LOCK": abi.VMO_OP_LOCK,
    "UNLOCK": abi.VMO_OP_UNLOCK,
    "LOOKUP": abi.VMO_OP_LOOKUP,
    "CACHE_SYNC": abi.VMO_OP_CACHE_SYNC,
    "CACHE_INVALIDATE": abi.VMO_OP_CACHE_INVALIDATE,
    "CACHE_CLEAN": abi.VMO_OP_CACHE_CLEAN,
    "CACHE_CLEAN_INVALIDATE": abi.VMO_OP_CACHE_CLEAN_INVALIDATE,
    "COW": abi.VMO_CLONE_COPY_ON_WRITE,
    "MAX": U64,
}
_UNITS = {"": 1, "p": abi.PAGE_SIZE, "k": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_NUMBER = re.compile(r"(0x[0-9a-fA-F]+|\d+)([pkMGT]?)")
_TERM = re.compile(r"[+-]?[^+-]+")
_WORD = re.compile(r'"[^"]*"|\S+')
_NAME = re.compile(r"[A-Za-z_]\w*")


class FormError(Exception):
    """A file that is not in the form of the README: says which line and what is wrong with it."""


class UnknownName(Exception):
    """An expression names something the driver has no value for; `name` is what."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unknown name {name!r}")
        self.name = name


def evaluate(text: str, names: Mapping[str, int]) -> int:
    """The value of `text` modulo 2^64: `3p`, `0x10`, `A+1p-8`, `R|W|SPECIFIC`.

    Numbers may have a unit (p pages, k, M, G, T). What is in `names` hides a constant of the same name: some
    scenarios call an address X. Raises UnknownName for a word that is neither, FormError for what is not an expression.
    """
    value = 0
    for part in text.split("|"):
        total = 0
        if "".join(_TERM.findall(part)) != part or not part:
            raise FormError(f"{text!r} is not an expression")
        for term in _TERM.findall(part):
            sign = -1 if term[0] == "-" else 1
            total += sign * _atom(term.lstrip("+-"), names)
        value |= total & U64
    return value


def _atom(text: str, names: Mapping[str, int]) -> int:
    number = _NUMBER.fullmatch(text)
    if number is not None:
        return int(number[1], 0) * _UNITS[number[2]]
    if text in names:
        return names[text]
    if text in CONSTANTS:
        return CONSTANTS[text]
    if _NAME.fullmatch(text) is None:
        raise FormError(f"{text!r} is neither a number nor a name")
    raise UnknownName(text)


class Call:
    """One call of a scenario.

    `operations` are those it may be of, `name_form` what a result may be called. `line` is its number in the file,
    counted from 1; `words` the arguments as written, texts without their quotes;
    `results` the names after the arrow (`null` alone: the out pointer was NULL). `answer` holds the indented lines
    without the two blanks, `death` those that began with `!!`: then the kernel or the driver died of this call.
    """

    __slots__ = ("line", "text", "operation", "words", "results", "answer", "death")

    operations = OPERATIONS
    name_form = _NAME

    def __init__(self, line: int, text: str) -> None:
        self.line = line
        self.text = text
        self.answer: list[str] = []
        self.death: list[str] = []
        left, arrow, right = text.partition(" -> ")
        words = _WORD.findall(left)
        self.operation = words[0]
        self.words = [word[1:-1] if word[0] == '"' else word for word in words[1:]]
        self.results = right.split()
        self._check(bool(arrow))

    def _check(self, arrow: bool) -> None:
        operation = self.operations.get(self.operation)
        if operation is None:
            raise FormError(f"line {self.line}: {self.operation!r} is not an operation of a scenario")
        if self.operation in ("run", "k"):
            return
        most, least = len(operation.kinds), len(operation.kinds) - operation.optional
        if not least <= len(self.words) <= most:
            raise FormError(f"line {self.line}: {self.operation} takes {least} to {most} arguments: {self.text!r}")
        if arrow != bool(self.results) or (self.results != ["null"] and len(self.results) not in operation.results):
            raise FormError(f"line {self.line}: {self.operation} gives {operation.results} results: {self.text!r}")
        if not all(self.name_form.fullmatch(name) for name in self.results):
            raise FormError(f"line {self.line}: a result needs a name: {self.text!r}")

    @property
    def skipped(self) -> bool:
        """The driver had no value for a name in it, so no call was made."""
        return len(self.answer) == 1 and UNKNOWN_NAME.fullmatch(self.answer[0]) is not None

    def lines(self) -> list[str]:
        """The lines of the file this call was read from."""
        return [self.text, *("  " + line for line in self.answer), *("  !! " + line for line in self.death)]

    def check_answer(self) -> None:
        """Raises FormError for an answer line that is of no known form, or an answer that is missing."""
        if not self.answer and not self.death:
            raise FormError(f"line {self.line}: {self.text!r} has no answer")
        if self.skipped:
            return
        forms = self.operations[self.operation].forms
        for number, line in enumerate(self.answer, self.line + 1):
            if not any(form.fullmatch(line) for form in forms):
                raise FormError(f"line {number}: not an answer of {self.operation}: {line!r}")


def parse(text: str) -> list[Call]:
    """The calls of a scenario, in order. Raises FormError naming the line that is not of the form."""
    calls: list[Call] = []
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        if line.startswith("  !! ") or line == "  !!":
            _last(calls, number).death.append(line[5:])
        elif line.startswith("  "):
            _last(calls, number).answer.append(line[2:])
        elif line.startswith("#") or not line:
            continue
        else:
            calls.append(Call(number, line))
    for index, call in enumerate(calls):
        call.check_answer()
        if call.death and index != len(calls) - 1:
            raise FormError(f"line {call.line}: something ran after the death of the kernel or the driver")
    return calls


def _last(calls: list[Call], number: int) -> Call:
    if not calls:
        raise FormError(f"line {number}: an answer without a call")
    return calls[-1]


def read(path: Path) -> list[Call]:
    """The calls of the file `path`. Raises FormError."""
    return parse(path.read_text(encoding="utf-8"))
