"""Wait sets: many waits at a time.

    wait set -- entries, by cookie --> Entry <-- observers -- object
          `- triggered: those whose signals are there, or whose handle is gone, in the order it happened

Rules: `kernel/lib/magenta/wait_set_dispatcher.cpp`.
"""

from __future__ import annotations

from kshell.kernel import heap
from kshell.kernel.abi import ERR_ALREADY_EXISTS, ERR_NOT_FOUND, ERR_NOT_SUPPORTED, OBJ_TYPE_WAIT_SET, KernelError
from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.handles import Handle
from kshell.kernel.objects import Blocks, KernelObject
from kshell.kernel.signals import StateObserver
from kshell.kernel.system import System

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@mypyc_attr(allow_interpreted_subclasses=True)
class Entry(StateObserver):
    """A wait for `watched` signals with `handle`, which is None once it was closed or moved."""

    __slots__ = ("waitset", "cookie", "watched", "handle", "signals")

    def __init__(self, waitset: WaitSet, cookie: int, watched: int, handle: Handle) -> None:
        super().__init__()
        self.waitset = waitset
        self.cookie = cookie
        self.watched = watched
        self.handle: Handle | None = handle
        self.signals = 0

    def on_initialize(self, signals: int, messages: int) -> None:
        self.on_state_change(signals)

    def on_state_change(self, signals: int) -> None:
        self.signals = signals
        triggered = self.waitset.triggered
        if not self.watched & signals:
            triggered.pop(self, None)
        else:
            triggered.setdefault(self)

    def on_cancel(self, handle: Handle) -> None:
        if handle is self.handle:
            self.handle = None
            self.remove = True
            self.waitset.triggered.setdefault(self)


@mypyc_attr(allow_interpreted_subclasses=True)
class WaitSet(KernelObject):
    """A wait set. Its one handle can be neither sent nor duplicated, so the object goes with it."""

    __slots__ = ("system", "entries", "triggered")

    def __init__(self, system: System, koid: int) -> None:
        """Raises ERR_NO_MEMORY."""
        system.heap.take(heap.WAIT_SET)
        super().__init__(koid, OBJ_TYPE_WAIT_SET)
        self.system = system
        self.entries: dict[int, Entry] = {}
        self.triggered: dict[Entry, None] = {}

    def blocks(self) -> Iterator[Blocks]:
        yield "wait set", 1, heap.WAIT_SET
        for _ in self.entries:
            yield "wait set entry", 1, heap.WAIT_SET_ENTRY

    def add(self, cookie: int, handle: Handle, watched: int) -> None:
        """Watches `handle` for `watched` under `cookie`; the block of the entry is taken already.

        Raises ERR_NOT_SUPPORTED for an object without signals, ERR_ALREADY_EXISTS.
        """
        if not handle.object.waitable:
            raise KernelError(ERR_NOT_SUPPORTED, "the object has no signals to wait for")
        if cookie in self.entries:
            raise KernelError(ERR_ALREADY_EXISTS, f"the wait set has an entry with the cookie {cookie}")
        entry = self.entries[cookie] = Entry(self, cookie, watched, handle)
        handle.object.add_observer(entry)

    def remove(self, cookie: int) -> None:
        """Ends the entry under `cookie`. Raises ERR_NOT_FOUND."""
        entry = self.entries.pop(cookie, None)
        if entry is None:
            raise KernelError(ERR_NOT_FOUND, f"the wait set has no entry with the cookie {cookie}")
        self._end(entry)

    def _end(self, entry: Entry) -> None:
        self.triggered.pop(entry, None)
        if entry.handle is not None:
            entry.handle.object.remove_observer(entry)
        self.system.heap.give(heap.WAIT_SET_ENTRY)

    def on_zero_handles(self) -> None:
        """The wait set ends, and its waits with it."""
        entries, self.entries = self.entries, {}
        for entry in entries.values():
            self._end(entry)
        self.system.heap.give(heap.WAIT_SET)
