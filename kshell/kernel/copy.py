"""A second machine like the first: a copy of everything a Machine refers to, sharing nothing that can change.

The graph of kernel objects has cycles and can be any depth (chains of clones, trees of jobs), so objects are
queued instead of followed: what is met first gets an empty twin at once, and is filled when its turn comes.

    queue: machine -> physmem, handles, root_job, vmos ...      each once, cycles end at the twin

What is a value is shared: numbers, texts, bytes, Data, and the launcher's programs, which nothing changes after
boot. The observer is not copied: it belongs to whoever watches, not to the machine.
"""

from __future__ import annotations

import gc

from kshell.kernel.compiling import poll, slots
from kshell.kernel.content import Content, Data
from kshell.kernel.light import deque
from kshell.kernel.machine import Machine
from kshell.kernel.pages import PageSet
from kshell.kernel.specs import Program
from kshell.kernel.windows import Windows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    # Fills a twin from its original; what is not a value goes through one of the functions: that which gives the twin
    # of an id if there is one, or that which makes one.
    Filler = Callable[[Any, Any, Callable[[int], Any], Callable[[Any], Any]], None]

VALUES = frozenset((int, bool, str, bytes, type(None), Data, Program))
# What belongs to one object alone, and refers to none: it is copied where it is met.
OWNED = frozenset((PageSet, Content, Windows))
BUILT_IN = OWNED | {dict, list, deque, tuple}


class Copier:
    """One copy in the making. `twins` maps the id of an original to (original, twin)."""

    __slots__ = ("twins", "_queue")

    def __init__(self) -> None:
        self.twins: dict[int, object] = {}
        self._queue: list[object] = []

    def copy(self, original: Any) -> Any:
        """The twin of `original` with all it refers to."""
        collecting = gc.isenabled()
        # A copy makes new objects only, and no garbage.
        gc.disable()
        try:
            twin = self._value(original)
            self._drain()
        finally:
            if collecting:
                gc.enable()
        return twin

    def _drain(self) -> None:
        queue, twins, fillers, make = self._queue, self.twins, FILLERS, self._make
        known = twins.get
        while queue:
            original = queue.pop()
            fillers[original.__class__](original, twins[id(original)], known, make)

    def _value(self, old: Any) -> Any:
        """What stands for `old` in the copy."""
        if old.__class__ in VALUES:
            return old
        twin = self.twins.get(id(old))
        return self._make(old) if twin is None else twin

    def _make(self, old: Any) -> Any:
        """The twin of what is no value and has none yet: one of a kernel object is still empty."""
        kind = old.__class__
        if kind in FILLERS or (kind not in BUILT_IN and _learn(kind)):
            poll()
            twin = self.twins[id(old)] = kind.__new__(kind)
            self._queue.append(old)
            return twin
        if kind in OWNED:
            return old.copy()
        value = self._value
        if kind is list:
            if not old or (old[0].__class__ in VALUES and VALUES.issuperset(map(type, old))):
                return old[:]
            return [it if it.__class__ in VALUES else value(it) for it in old]
        if kind is dict:
            return {
                key if key.__class__ in VALUES else value(key): it if it.__class__ in VALUES else value(it)
                for key, it in old.items()
            }
        if kind is deque:
            return deque([value(it) for it in old])
        if kind is tuple:
            return tuple([value(it) for it in old])
        if kind.__name__ == "Random":
            twin = self.twins[id(old)] = kind()
            twin.setstate(old.getstate())
            return twin
        raise TypeError(f"a {kind.__name__} in the machine is neither a value nor a kernel object")


# The filler of each class of the kernel that has been met so far.
FILLERS: dict[type, Filler] = {}


def _learn(kind: type) -> bool:
    """Makes the filler of a class, if it is one of the kernel's."""
    if not kind.__module__.startswith("kshell.kernel."):
        return False
    assert "__dict__" not in dir(kind), f"{kind.__name__} has attributes beyond its slots"
    FILLERS[kind] = _filler(slots(kind))
    return True


def _filler(names: list[str]) -> Filler:
    """A function that copies these slots, one after the other.

    It is written as source and compiled, as the standard library makes named tuples: a machine has thousands of
    objects of few classes, and a loop over descriptors is much slower.
    """
    lines = ["def fill(old, new, known, make):"]
    for name in names:
        lines.append(f"    it = old.{name}")
        lines.append("    if it.__class__ not in VALUES: it = make(it) if (twin := known(id(it))) is None else twin")
        lines.append(f"    new.{name} = it")
    scope: dict[str, Any] = {"VALUES": VALUES}
    exec("\n".join(lines), scope)
    filler: Filler = scope["fill"]
    return filler


def copy_machine(machine: Machine, *roots: object) -> tuple[Any, ...]:
    """A copy of `machine`, and after it the twins of `roots`, kernel objects of it or None."""
    copier = Copier()
    observer, machine.observer = machine.observer, None
    try:
        return tuple(copier.copy(root) for root in (machine, *roots))
    finally:
        machine.observer = observer
