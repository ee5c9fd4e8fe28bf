"""Whether a line has changed anything: the machine, variables, aliases, snaps, or which process is attached.

    stamp(before) != stamp(after)      numbers that tell most changes at once; equal ones tell nothing
    same(before, after)                all there is, object by object, in step; exact

What every line leaves behind is no change: `$?`, `$_`, the number of lines and of failures. Nor is what was used up and
given back: koids, addresses, which handle slot and which frame is next. The real `ps` is a program that has run, and a
command that only looks has changed nothing.
"""

from __future__ import annotations

from kshell.kernel.compiling import poll, slots
from kshell.kernel.content import Content
from kshell.kernel.copy import VALUES
from kshell.kernel.light import deque
from kshell.kernel.pages import PageSet
from kshell.kernel.region_list import RegionList
from kshell.kernel.specs import Program
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    # Whether two objects are alike, slot by slot; the function says so of what is in the slots.
    Comparer = Callable[[Any, Any, Callable[[Any, Any], bool]], bool]

# What is used up; and what an object keeps only to answer sooner: it follows from the rest, and looking may change it.
PASSED_OVER = frozenset((
    *("next_koid", "_next_address", "_freed", "_fresh", "_slot_limit", "_freed_limit", "_next_frame", "_named_free"),
    *("observer", "index", "_node", "_nodes", "_last", "_shares"),
))  # fmt: skip


def stamp(state: State) -> tuple[object, ...]:
    """Numbers of a state: where they differ the states do."""
    machine = state.machine
    physmem, handles = machine.physmem, machine.handles
    return (
        *(machine.regions, len(machine.vmos), machine.heap.live, handles.live),
        *(physmem.free, physmem.object, physmem.heap, physmem.mmu, physmem.alloc),
        *(state.process.koid, len(state.aliases), tuple(state.snaps), tuple(state.variables)),
    )


def same(before: State, after: State) -> bool:
    """Whether nothing distinguishes two states but what every line leaves behind."""
    if before.aliases != after.aliases or before.snaps != after.snaps or not _same_variables(before, after):
        return False
    return _Comparison().same(
        (before.machine, before.shell, before.shell_job, before.process),
        (after.machine, after.shell, after.shell_job, after.process),
    )


def _same_variables(before: State, after: State) -> bool:
    if before.variables.keys() != after.variables.keys():
        return False
    for name, old in before.variables.items():
        new = after.variables[name]
        if new is old:
            continue
        # The session's own figures of a result are made again by each run.
        if (old.value, old.kind, old.owner, old.space, old.exit) != (
            new.value,
            new.kind,
            new.owner,
            new.space,
            new.exit,
        ):
            return False
        if old.fields != new.fields or old.extra != new.extra:
            return False
    return True


class _Comparison:
    """Two graphs of objects, walked in step. `pairs` maps the id of an object of the first to its twin."""

    __slots__ = ("pairs", "twins", "_queue")

    def __init__(self) -> None:
        self.pairs: dict[int, Any] = {}
        self.twins: set[int] = set()
        self._queue: list[tuple[Any, Any]] = []

    def same(self, first: Any, second: Any) -> bool:
        """Whether both are the same in shape and values. Dictionaries are ordered, as the kernel's lists are."""
        if not self._alike(first, second):
            return False
        queue, alike = self._queue, self._alike
        while queue:
            poll()
            one, other = queue.pop()
            kind = one.__class__
            comparer = _COMPARERS.get(kind) or _learn(kind)
            if not comparer(one, other, alike):
                return False
        return True

    def _alike(self, one: Any, other: Any) -> bool:
        kind = one.__class__
        if kind is not other.__class__:
            return False
        if kind is Program:
            # What the boot image says: nothing changes it.
            return True
        if kind in VALUES or kind is PageSet or kind is Content:
            return bool(one == other)
        if kind is dict:
            return (
                len(one) == len(other) and self._all_alike(one, other) and self._all_alike(one.values(), other.values())
            )
        if kind is list or kind is tuple or kind is deque or kind is RegionList:
            return len(one) == len(other) and self._all_alike(one, other)
        if kind.__name__ == "Random":
            return bool(one.getstate() == other.getstate())
        known = self.pairs.get(id(one))
        if known is not None or id(other) in self.twins:
            return known is other
        self.pairs[id(one)] = other
        self.twins.add(id(other))
        self._queue.append((one, other))
        return True

    def _all_alike(self, ones: Iterable[Any], others: Iterable[Any]) -> bool:
        alike = self._alike
        for one, other in zip(ones, others, strict=True):  # noqa: SIM110  (a generator costs more)
            # A copy shares its values.
            if one is not other and not alike(one, other):
                return False
        return True


# The names of the slots that count, and what compares them, by class.
_SLOTS: dict[type, list[str]] = {}
_COMPARERS: dict[type, Comparer] = {}


def compared(kind: type) -> list[str]:
    """The names of the slots of a class of the kernel's that count."""
    names = _SLOTS.get(kind)
    if names is None:
        names = [name for name in slots(kind) if name not in PASSED_OVER]
        _SLOTS[kind] = names
    return names


def _learn(kind: type) -> Comparer:
    """Makes what compares two objects of a class of the kernel's slot by slot, as `copy.py` makes what copies them."""
    lines = ["def compare(one, other, alike):"]
    for name in compared(kind):
        lines.append(f"    old = one.{name}; new = other.{name}")
        lines.append("    if old is not new and not alike(old, new): return False")
    scope: dict[str, Any] = {}
    exec("\n".join([*lines, "    return True"]), scope)
    comparer: Comparer = scope["compare"]
    _COMPARERS[kind] = comparer
    return comparer
