"""Kernel objects: what a handle can refer to.

Every object has a koid, a type and a count of the handles that refer to it, wherever they are: in a process's
table or in a message that nobody has read. When the last one goes, `on_zero_handles` does what that means.
An object takes its blocks of the kernel's heap when it is made and gives them back when it is gone; `blocks` names
them, and `keeps` the objects that exist because of it. The smallest objects live here; channels, ports, tasks, VMOs
and VMARs have files of their own.

Rules: docs/kernel-rules.md 1.3, 1.6, 2.1 and 2.2; `kernel/lib/magenta/dispatcher.cpp`, `state_tracker.cpp`.
"""

from __future__ import annotations

from kshell.kernel import signals
from kshell.kernel.abi import (
    ERR_INVALID_ARGS,
    ERR_NOT_SUPPORTED,
    OBJ_TYPE_EVENT,
    OBJ_TYPE_INTERRUPT,
    OBJ_TYPE_IOMAP,
    OBJ_TYPE_LOG,
    OBJ_TYPE_RESOURCE,
    TYPE_NAMES,
    KernelError,
)
from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.heap import EVENT, INTERRUPT, IO_MAPPING, LOG, RESOURCE, Heap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

# Blocks of one kind in the kernel's heap: what they are in words, how many, and their bytes together.
Blocks = tuple[str, int, int]


@mypyc_attr(allow_interpreted_subclasses=True)
class KernelObject:
    """Anything with a koid. `koid` is never reused; 0 stands for an object that no handle ever named.

    `signals` are the bits that are set now; `observers`, newest first, are told of each change (None: there are none).
    """

    __slots__ = ("koid", "type", "handle_count", "signals", "observers")

    def __init__(self, koid: int, type_: int) -> None:
        self.koid = koid
        self.type = type_
        self.handle_count = 0
        self.signals = signals.INITIAL.get(type_, 0)
        self.observers: list[signals.StateObserver] | None = None

    @property
    def related_koid(self) -> int:
        """The koid that MX_INFO_HANDLE_BASIC reports besides the object's own: the parent's or peer's, 0 for none."""
        return 0

    @property
    def waitable(self) -> bool:
        """Whether the object has signals to wait for."""
        return self.type in signals.NAMES

    @property
    def user_mask(self) -> int:
        """The signals that mx_object_signal may set and clear."""
        return signals.USER_ALL

    @property
    def messages(self) -> int:
        """How many messages wait to be read: a wait that is queued at once reports it (`StateObserver::CountInfo`)."""
        return 0

    def blocks(self) -> Iterator[Blocks]:
        """The object's own blocks in the kernel's heap."""
        return iter(())

    def block_bytes(self) -> int:
        """What those take, in bytes."""
        return sum([size for _, _, size in self.blocks()])

    def keeps(self) -> Iterator[KernelObject]:
        """Objects that exist because of this one, whether or not a handle refers to them."""
        return iter(())

    def on_first_handle(self) -> None:
        """A handle is about to be made to the object, the first one. Raises ERR_NO_MEMORY."""

    def on_zero_handles(self) -> None:
        """The last handle to the object was closed."""

    def on_no_handle(self) -> None:
        """The object was just made, and there was no room for a handle to it: it ends again."""
        self.on_zero_handles()

    # Signals (`StateTracker`)

    def add_observer(self, observer: signals.StateObserver) -> None:
        """Tells `observer` of the signals now, and of each change until it wants to be removed."""
        observer.on_initialize(self.signals, self.messages)
        if observer.remove:
            return
        if self.observers is None:
            self.observers = [observer]
        else:
            self.observers.insert(0, observer)

    def remove_observer(self, observer: signals.StateObserver) -> None:
        """Takes `observer`, which must be there, off the list."""
        assert self.observers is not None
        self.observers.remove(observer)
        if not self.observers:
            self.observers = None

    def update_signals(self, clear: int, set_: int) -> None:
        """Clears and sets signals; the observers are told if that changed any."""
        before = self.signals
        self.signals = now = (before & ~clear) | set_
        if now == before or self.observers is None:
            return
        for observer in self.observers:
            observer.on_state_change(now)
        self._removed()

    def cancel(self, handle: Any) -> None:
        """Ends the waits with the Handle `handle`: it is being closed, or has arrived with a message."""
        if self.observers is not None:
            for observer in self.observers:
                observer.on_cancel(handle)
            self._removed()

    def cancel_by_key(self, handle: Any, key: int) -> None:
        """Ends the waits of ports with the Handle `handle` under `key`."""
        if self.observers is not None:
            for observer in self.observers:
                observer.on_cancel_by_key(handle, key)
            self._removed()

    def _removed(self) -> None:
        assert self.observers is not None
        gone = [observer for observer in self.observers if observer.remove]
        if gone:
            self.observers = [observer for observer in self.observers if not observer.remove] or None
            for observer in gone:
                observer.on_removed()

    def user_signal(self, clear: int, set_: int) -> None:
        """What mx_object_signal does. Raises ERR_NOT_SUPPORTED for an object without signals, ERR_INVALID_ARGS for
        one that is not to be set by callers."""
        if not self.waitable:
            raise KernelError(ERR_NOT_SUPPORTED, f"a {TYPE_NAMES[self.type]} has no signals")
        self.require_user(clear | set_)
        self.update_signals(clear, set_)

    def user_signal_peer(self, clear: int, set_: int) -> None:
        """What mx_object_signal_peer does: the other end of a pair is meant. Raises ERR_NOT_SUPPORTED."""
        raise KernelError(ERR_NOT_SUPPORTED, f"a {TYPE_NAMES[self.type]} has no other end")

    def require_user(self, mask: int) -> None:
        """Raises ERR_INVALID_ARGS unless callers may set and clear all signals in `mask`."""
        if mask & ~self.user_mask:
            wrong = "|".join(signals.names_of(self.type, mask & ~self.user_mask))
            allowed = "|".join(signals.names_of(self.type, self.user_mask))
            raise KernelError(ERR_INVALID_ARGS, f"{wrong} is the kernel's to set; callers have {allowed}")

    def set_port_client(self, client: Any) -> None:
        """A PortClient `client` is to send this object's signals to a port. Raises ERR_NOT_SUPPORTED."""
        raise KernelError(
            ERR_NOT_SUPPORTED,
            f"a {TYPE_NAMES[self.type]} cannot be bound to a port: channels, sockets and resources can",
        )


# What each kind of simple object takes of the heap. The size of a PCI device is not known.
SIZES: dict[int, tuple[str, int]] = {
    OBJ_TYPE_EVENT: ("event", EVENT),
    OBJ_TYPE_INTERRUPT: ("interrupt", INTERRUPT),
    OBJ_TYPE_IOMAP: ("io mapping", IO_MAPPING),
    OBJ_TYPE_LOG: ("log", LOG),
    OBJ_TYPE_RESOURCE: ("resource", RESOURCE),
}


@mypyc_attr(allow_interpreted_subclasses=True)
class SimpleObject(KernelObject):
    """An object of one block and nothing else that the model knows: event, log, resource, interrupt, PCI device ..."""

    __slots__ = ("heap",)

    def __init__(self, system: Any, koid: int, type_: int) -> None:
        """Takes its block from the heap of the System `system`. Raises ERR_NO_MEMORY."""
        system.heap.take(SIZES[type_][1] if type_ in SIZES else 0)
        super().__init__(koid, type_)
        self.heap: Heap = system.heap

    @property
    def user_mask(self) -> int:
        return signals.USER_ALL | signals.SIGNALED if self.type == OBJ_TYPE_EVENT else signals.USER_ALL

    def blocks(self) -> Iterator[Blocks]:
        if self.type in SIZES:
            kind, size = SIZES[self.type]
            yield kind, 1, size

    def on_zero_handles(self) -> None:
        """It is gone."""
        self.heap.give(self.block_bytes())
