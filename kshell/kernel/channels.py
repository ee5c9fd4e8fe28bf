"""Pairs of objects, and the messages that travel through channels.

    end <--- peer ---> end          channel, socket, event pair, fifo
     |                  |
     queue: messages waiting to be read from this end, oldest first, with the handles in them

An end dies with its last handle. The other one lives on without a peer and keeps what was queued for it.

Rules: docs/kernel-rules.md 2.2 and 3.8; `kernel/lib/magenta/channel_dispatcher.cpp`, `message_packet.cpp`.
"""

from __future__ import annotations

from kshell.kernel.abi import OBJ_TYPE_CHANNEL
from kshell.kernel.handles import Handle, HandleArena
from kshell.kernel.objects import KernelObject


class PeerObject(KernelObject):
    """One end of a pair: channel, socket, event pair, fifo.

    Invariant: `peer.peer is self` while both ends live; `peer` is None once the other end is gone, and
    `peer_koid` still names it.
    """

    __slots__ = ("peer", "peer_koid", "held")

    def __init__(self, koid: int, type_: int) -> None:
        super().__init__(koid, type_)
        self.peer: PeerObject | None = None
        self.peer_koid = 0
        # Kept open by a part of the system that the model does not have, without a handle.
        self.held = False

    @property
    def related_koid(self) -> int:
        return self.peer_koid

    def on_zero_handles(self) -> None:
        """The end dies: the other one has no peer any more and keeps what was already queued for it."""
        peer, self.peer = self.peer, None
        if peer is not None:
            peer.peer = None


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

    def pop(self) -> Message:
        """Takes the oldest message off the queue, which must not be empty."""
        message = self.queue.pop(0)
        for handle in message.handles:
            del self.arena.travelling[handle]
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
