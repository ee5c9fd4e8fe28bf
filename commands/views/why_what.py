"""What the word of `why` can mean: an address, a handle, a koid, a task.

A value whose kind is known is that and nothing else; a number that was typed may be several of them.
"""

from __future__ import annotations

from kshell.kernel.abi import FIRST_KOID, OBJ_TYPE_VMO, TYPE_NAMES, USER_BASE, USER_SIZE
from kshell.kernel.machine import Machine
from kshell.kernel.objects import KernelObject
from kshell.kernel.tasks import Process
from kshell.kernel.vmo import Vmo
from kshell.shell.arguments import Address, Choice, Handle, Parameter, Task, begins_a_task
from kshell.shell.errors import ShellError
from kshell.shell.expressions import appraise
from kshell.shell.quoting import Literal
from kshell.shell.state import OWN, State
from kshell.shell.values import ADDRESS, HANDLE, KOID, Misfit, Value
from kshell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WANTED = "an address, a handle or a koid"


class Subject:
    """One meaning of a word: an object, or (`object` None) an address of `process`. `kind` names it: "address", "vmo",
    "process" ..."""

    __slots__ = ("word", "process", "object", "address")

    def __init__(self, word: str, process: Process, object_: KernelObject | None, address: int = 0) -> None:
        self.word = word
        self.process = process
        self.object = object_
        self.address = address

    @property
    def kind(self) -> str:
        return "address" if self.object is None else TYPE_NAMES[self.object.type]


class What(Parameter["list[Subject]"]):
    """The word of `why`."""

    __slots__ = ()

    explain = "an address, a handle, a koid, or a task: $m, v, 0x1200000, 3020, sh:vc, j:1068"
    type_name = "list[Subject]"
    expressions = True

    def parse(self, state: State, word: str) -> list[Subject]:
        process = state.process
        text = f"${word}" if word in state.variables or word in OWN else word
        if text[:1] in "$0123456789" and not isinstance(word, Literal):
            return _of_value(state, str(word), appraise(text, state.value))
        if text[:2] in ("p:", "j:"):
            return [Subject(word, process, state.task(text))]
        named = state.named_task(text)
        if named is None:
            raise ShellError(f"{text[:40]!r} is not a task, and not {WANTED}; `ps` lists tasks, `vars` what has a name")
        return [Subject(word, process, named)]

    def check_later(self, state: State, words: Sequence[str], at: int) -> None:
        """What there is changes with every command."""

    def choices(self, state: State) -> Iterable[Choice]:
        return self.completions(state, [""], 0)

    def completions(self, state: State, words: Sequence[str], at: int) -> Iterable[Choice]:
        """Handles, addresses, tasks."""
        for param in (Handle("HANDLE"), Address("ADDR"), Task("TASK")):
            yield from param.completions(state, words, at)

    def unfinished(self, state: State, words: Sequence[str], at: int) -> bool:
        word = words[at]
        named = word in state.variables or word in OWN or state.likely.any_begins(word)
        return word[:1] in "$0123456789" or named or begins_a_task(state, state.tasks(), word)


def _of_value(state: State, word: str, value: Value) -> list[Subject]:
    """The meanings of a number; it belongs to the process that the value says, or to the current one."""
    process = state.machine.processes.get(value.owner, state.process) if value.owner else state.process
    if value.owner and process.koid != value.owner:
        raise Misfit(word, value, WANTED, f"{value.kind} {state.another(value.owner, process.koid)}")
    number = value.number
    if value.kind not in ("", HANDLE, KOID, ADDRESS):
        raise Misfit(word, value, WANTED)
    found: list[Subject] = []
    handle = process.handles.get(number) if value.kind in ("", HANDLE) else None
    if handle is not None:
        found.append(Subject(word, process, handle.object))
    if value.kind in ("", KOID):
        object_ = of_koid(state.machine, number)
        if object_ is not None and all(object_ is not one.object for one in found):
            found.append(Subject(word, process, object_))
    inside = USER_BASE <= number < USER_BASE + USER_SIZE
    if value.kind in ("", ADDRESS) and inside and (not found or process.root_vmar.locate(number) is not None):
        found.append(Subject(word, process, None, number))
    if not found:
        raise ShellError(_nothing(process, word, value))
    return found


def _nothing(process: Process, word: str, value: Value) -> str:
    who = f"{printable(process.name)} ({process.koid})"
    shown = word if len(word) <= 40 else f"{word[:37]}..."
    if value.kind == HANDLE:
        return f"{shown} is no longer a handle of {who}"
    if value.kind == KOID:
        return f"nothing has the koid {value.number} any more"
    return f"{shown} is not a koid, not a handle of {who}, and not an address of a process"


def of_koid(machine: Machine, koid: int) -> KernelObject | None:
    """The object of that koid, or None: tasks, VMOs, threads, and what somebody has a handle to."""
    if not FIRST_KOID <= koid < machine.next_koid:
        return None
    task = machine.processes.get(koid) or machine.find_job(koid)
    if task is not None:
        return task
    vmo = _vmo_of_koid(list(machine.vmos), koid)
    if vmo is not None:
        return vmo
    return next((object_ for object_ in _others(machine) if object_.koid == koid), None)


def _vmo_of_koid(vmos: list[Vmo], koid: int) -> Vmo | None:
    """The VMO of that koid. They are in the order they were made, which nearly always is that of their koids: that is
    tried first, as reading the koid of each takes long where there are very many."""
    low, high = 0, len(vmos)
    while low < high:
        middle = (low + high) // 2
        if vmos[middle].koid == koid:
            return vmos[middle]
        if vmos[middle].koid < koid:
            low = middle + 1
        else:
            high = middle
    return next((vmo for vmo in vmos if vmo.koid == koid), None)


def _others(machine: Machine) -> Iterator[KernelObject]:
    for process in machine.processes.values():
        yield from process.threads.values()
        yield process.root_vmar
    for table in (machine.kernel_handles, *(process.handles for process in machine.processes.values())):
        if len(table) > table.counts[OBJ_TYPE_VMO]:
            yield from (handle.object for _, handle in table)
    yield from (handle.object for handle in machine.handles.travelling)
