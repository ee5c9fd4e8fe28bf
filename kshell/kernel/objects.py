"""Kernel objects: what a handle can refer to.

Every object has a koid, a type and a count of the handles that refer to it, wherever they are: in a process's
table or in a message that nobody has read. When the last one goes, `on_zero_handles` says what that means.
The small objects live here; tasks, VMOs and VMARs have files of their own.

Rules: facts sections 1.3, 1.6, 2.1 and 2.2; `kernel/lib/magenta/dispatcher.cpp`.
"""

from __future__ import annotations

from kshell.kernel.abi import (
    NOT_WAITABLE,
    OBJ_TYPE_CHANNEL,
    SIGNAL_PEER_CLOSED,
    SIGNAL_READABLE,
    SIGNAL_WRITABLE,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kshell.kernel.handles import Handle, HandleArena


class KernelObject:
    """Anything with a koid. `koid` is never reused; 0 stands for an object that no handle ever named."""

    __slots__ = ("koid", "type", "handle_count")

    def __init__(self, koid: int, type_: int) -> None:
        self.koid = koid
        self.type = type_
        self.handle_count = 0

    @property
    def related_koid(self) -> int:
        """The koid MX_INFO_HANDLE_BASIC reports beside the object's own: parent or peer, 0 for none."""
        return 0

    @property
    def waitable(self) -> bool:
        """Whether the object has signals to wait for."""
        return self.type not in NOT_WAITABLE

    def on_zero_handles(self) -> None:
        """The last handle to the object was closed."""


class SimpleObject(KernelObject):
    """An object that the model only counts: event, port, wait set, log, resource, interrupt, PCI device ..."""

    __slots__ = ("signals",)

    def __init__(self, koid: int, type_: int) -> None:
        super().__init__(koid, type_)
        self.signals = 0


class PeerObject(KernelObject):
    """One end of a pair: channel, socket, event pair, fifo.

    Invariant: `peer.peer is self` while both ends live; `peer` is None once the other end is gone, and
    `peer_koid` still names it.
    """

    __slots__ = ("peer", "peer_koid", "signals", "held")

    def __init__(self, koid: int, type_: int) -> None:
        super().__init__(koid, type_)
        self.peer: PeerObject | None = None
        self.peer_koid = 0
        self.signals = SIGNAL_WRITABLE
        # Kept open by a part of the system that the model does not have, without a handle.
        self.held = False

    @property
    def related_koid(self) -> int:
        return self.peer_koid

    def on_zero_handles(self) -> None:
        """The end dies: the other one gets PEER_CLOSED and keeps what was already queued for it."""
        peer, self.peer = self.peer, None
        if peer is not None:
            peer.peer = None
            peer.signals = (peer.signals & ~SIGNAL_WRITABLE) | SIGNAL_PEER_CLOSED


class Message:
    """A message in a channel: its bytes, and handles that belong to nobody until it is read."""

    __slots__ = ("data", "handles")

    def __init__(self, data: bytes, handles: list[Handle]) -> None:
        self.data = data
        self.handles = handles


class Channel(PeerObject):
    """A channel end: `queue` holds the messages that wait to be read from it, oldest first."""

    __slots__ = ("queue", "arena")

    def __init__(self, koid: int, arena: HandleArena) -> None:
        super().__init__(koid, OBJ_TYPE_CHANNEL)
        self.queue: list[Message] = []
        self.arena = arena

    def push(self, message: Message) -> None:
        """Queues `message` for the reader of this end."""
        self.queue.append(message)
        self.arena.travelling.update(dict.fromkeys(message.handles))
        self.signals |= SIGNAL_READABLE

    def pop(self) -> Message:
        """Takes the oldest message off the queue, which must not be empty."""
        message = self.queue.pop(0)
        for handle in message.handles:
            del self.arena.travelling[handle]
        if not self.queue:
            self.signals &= ~SIGNAL_READABLE
        return message

    def on_zero_handles(self) -> None:
        """Messages that nobody can read any more die with the end, and their handles with them."""
        super().on_zero_handles()
        while self.queue:
            for handle in self.pop().handles:
                self.arena.destroy(handle)


def link(first: PeerObject, second: PeerObject) -> None:
    """Makes two new ends a pair."""
    first.peer, second.peer = second, first
    first.peer_koid, second.peer_koid = second.koid, first.koid
