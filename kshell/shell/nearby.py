"""What a line points at, in numbers: where those from before and after it differ, it has changed something.

    process_start $process $thread 0x1000000 0 $argument 0
                  '---+--' '--+--'             '---+---'
                   koid, state, handles ...    and of what these refer to, until so many objects have been seen

The numbers follow from the state alone: objects are numbered in the order in which they are met, of long lists only the
end counts. So two states of which nothing distinguishes one from the other have the same, and `changes.same` need not
be asked where they differ. Equal ones tell nothing.
"""

from __future__ import annotations

from kshell.kernel.content import Content
from kshell.kernel.copy import VALUES
from kshell.kernel.light import deque
from kshell.kernel.numbers import decimal
from kshell.kernel.pages import PageSet
from kshell.kernel.region_list import RegionList
from kshell.kernel.specs import Program
from kshell.shell.changes import compared
from kshell.shell.errors import UsageError
from kshell.shell.grammar import Clause
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# So many words of a line are followed, and so many objects are looked at.
MOST_WORDS = 8
MOST_OBJECTS = 12
# Of lists and dictionaries so many of the last entries count, and sets of so many pages are compared as a whole.
LAST = 4
FEW_PAGES = 100
# Slots that lead to everything: what is there is counted already, by `changes.stamp`.
AWAY = frozenset(("system", "heap", "_arena", "_physmem"))


class Pointed:
    """What the clauses of a line point at: the names that they give, and numbers that are handles, koids, addresses."""

    __slots__ = ("names", "numbers")

    def __init__(self, state: State, clauses: list[Clause]) -> None:
        """`state` is that before the line."""
        self.names = [clause.name for clause in clauses if clause.name]
        self.numbers: list[int] = []
        for clause in clauses:
            for word in [*(prefix[-1] for prefix in clause.prefixes), *clause.words[1:]]:
                number = _number(state, word)
                if number is not None and len(self.numbers) < MOST_WORDS:
                    self.numbers.append(number)


def _number(state: State, word: str) -> int | None:
    """The number that a word stands for, if that is easily said."""
    if word[:1] != "$":
        return decimal(word)
    name = word[1:].split("+", 1)[0]
    if name[:1] in ("_", "?"):
        return None
    try:
        return state.number(name)
    except UsageError:
        return None


def near(state: State, pointed: Pointed) -> tuple[object, ...]:
    """Numbers of what is pointed at: where they differ the states do."""
    said: list[object] = []
    for name in pointed.names:
        result = state.variables.get(name)
        said.append(None if result is None else (result.value, result.kind, result.owner, result.space, result.exit))
    look = _Look()
    machine, process = state.machine, state.process
    for number in pointed.numbers:
        handle = process.handles.get(number)
        look.meet(machine.processes.get(number) if handle is None else handle.object)
        if handle is None and process.root_vmar.alive:
            found = process.root_vmar.locate(number)
            look.meet(None if found is None else found[0])
    look.meet(process.aspace)
    look.meet(process)
    look.meet(state.shell_job)
    return *said, *look.finish()


class _Look:
    """A walk over objects, nearest first. `seen` are their numbers, by their ids."""

    __slots__ = ("seen", "said", "_queue")

    def __init__(self) -> None:
        self.seen: dict[int, int] = {}
        self.said: list[object] = []
        self._queue: deque[Any] = deque()

    def finish(self) -> list[object]:
        """Looks at what was met, and at what that refers to; returns what there is to say."""
        queue, said, meet = self._queue, self.said, self.meet
        while queue:
            met = queue.popleft()
            for name in compared(met.__class__):
                value = getattr(met, name)
                if value.__class__ is int:
                    said.append(value)
                elif name not in AWAY:
                    meet(value)
        return said

    def meet(self, value: Any) -> None:
        """Says what `value` is; an object is looked at later."""
        said = self.said
        kind = value.__class__
        if kind in VALUES:
            if kind is not Program:
                said.append(value)
        elif kind is PageSet:
            said.append(value.copy() if len(value) <= FEW_PAGES else len(value))
        elif kind is Content:
            few = len(value.mixed) <= FEW_PAGES
            said.append(dict(value.mixed) if few else len(value.mixed))
            said.extend((bit, len(pages)) for bit, pages in sorted(value.planes.items()))
        elif kind is list or kind is tuple or kind is deque or kind is RegionList or kind is dict:
            said.append(len(value))
            last = reversed(value.items()) if kind is dict else reversed(value)
            for entry, _ in zip(last, range(LAST), strict=False):
                self.meet(entry)
        elif kind.__name__ != "Random":
            number = self.seen.get(id(value))
            if number is not None:
                said.append(number)
            elif len(self.seen) == MOST_OBJECTS:
                said.append(kind.__name__)
            else:
                self.seen[id(value)] = len(self.seen)
                self._queue.append(value)
