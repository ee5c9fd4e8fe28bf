"""Pairs of objects, and the messages that travel through channels.

    end <--- peer ---> end          channel, event pair; sockets and fifos have files of their own
     |                  |
     queue: messages waiting to be read from this end, oldest first, with the handles in them

An end dies with its last handle. The other one lives on without a peer and keeps what was queued for it.

Rules: docs/kernel-rules.md 2.2 and 3.8; `kernel/lib/magenta/channel_dispatcher.cpp`, `event_pair_dispatcher.cpp`,
`message_packet.cpp`.
"""

from __future__ import annotations

from kshell.kernel import heap
from kshell.kernel.abi import (
    ERR_BAD_STATE,
    ERR_INVALID_ARGS,
    ERR_PEER_CLOSED,
    OBJ_TYPE_CHANNEL,
    OBJ_TYPE_EVENT_PAIR,
    TYPE_NAMES,
    KernelError,
)
from kshell.kernel.compiling import mypyc_attr, poll
from kshell.kernel.handles import Handle
from kshell.kernel.light import deque
from kshell.kernel.objects import Blocks, KernelObject
from kshell.kernel.ports import PortClient
from kshell.kernel.signals import PEER_CLOSED, READABLE, SIGNALED, USER_ALL, WRITABLE
from kshell.kernel.system import System

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import ClassVar


@mypyc_attr(allow_interpreted_subclasses=True)
class PeerObject(KernelObject):
    """One end of a pair: channel, socket, event pair, fifo.

    Invariant: `peer.peer is self` while both ends live; `peer` is None once the other end is gone, and
    `peer_koid` still names it.
    """

    __slots__ = ("system", "peer", "peer_koid", "held")

    def __init__(self, system: System, koid: int, type_: int) -> None:
        """Takes the blocks of the end from the heap. Raises ERR_NO_MEMORY."""
        super().__init__(koid, type_)
        self.system = system
        self.peer: PeerObject | None = None
        self.peer_koid = 0
        # Kept open by a part of the system that the model does not have, without a handle.
        self.held = False
        system.heap.take(self.size_when_made())

    def size_when_made(self) -> int:
        """The bytes of the blocks that a new end takes."""
        return self.block_bytes()

    @property
    def related_koid(self) -> int:
        return self.peer_koid

    def keeps(self) -> Iterator[KernelObject]:
        """The far end may be kept without a handle."""
        if self.peer is not None:
            yield self.peer

    def on_zero_handles(self) -> None:
        """The end dies: the other one has no peer any more and keeps what was already queued for it."""
        peer, self.peer = self.peer, None
        self.end()
        if peer is not None:
            peer.peer = None
            peer.peer_closed()
            if peer.held:
                # Whoever kept it open sees that nobody is left, and closes it.
                peer.held = False
                peer.on_zero_handles()

    def end(self) -> None:
        """Frees what belongs to this end alone."""
        self.system.heap.give(self.block_bytes())

    def peer_closed(self) -> None:
        """The other end is gone: nothing can be written any more."""
        self.update_signals(WRITABLE, PEER_CLOSED)

    def lose(self) -> None:
        """The end can be reached by nobody, and its peer keeps it: its blocks are lost for good."""
        self.system.heap.leak(self.block_bytes())

    def user_signal_peer(self, clear: int, set_: int) -> None:
        """Raises ERR_INVALID_ARGS for signals that are not to be set by callers, ERR_PEER_CLOSED."""
        self.require_user(clear | set_)
        if self.peer is None:
            raise KernelError(ERR_PEER_CLOSED, f"the other end of the {TYPE_NAMES[self.type]} is closed")
        self.peer.signalled(clear, set_)

    def signalled(self, clear: int, set_: int) -> None:
        """The other end sets and clears signals of this one."""
        self.update_signals(clear, set_)


@mypyc_attr(allow_interpreted_subclasses=True)
class BindableEnd(PeerObject):
    """An end that can be bound to a port: `client` sends its signals there."""

    __slots__ = ("client",)

    # The signals that a port may be told of.
    bindable: ClassVar[int] = READABLE | PEER_CLOSED

    def __init__(self, system: System, koid: int, type_: int) -> None:
        self.client: PortClient | None = None
        super().__init__(system, koid, type_)

    def blocks(self) -> Iterator[Blocks]:
        if self.client is not None:
            yield "port client", 1, heap.PORT_CLIENT

    def keeps(self) -> Iterator[KernelObject]:
        yield from super().keeps()
        if self.client is not None and self.client.port is not None:
            yield self.client.port

    def end(self) -> None:
        client, self.client = self.client, None
        super().end()
        if client is not None:
            client.end()

    def peer_closed(self) -> None:
        super().peer_closed()
        if self.client is not None:
            self.client.signal(PEER_CLOSED)

    def signalled(self, clear: int, set_: int) -> None:
        changed = ~self.signals & set_
        if self.client is not None and changed:
            self.client.signal(changed)
        super().signalled(clear, set_)

    def require_unbound(self) -> None:
        """Raises ERR_BAD_STATE when a port is bound already."""
        if self.client is not None:
            raise KernelError(ERR_BAD_STATE, f"the {TYPE_NAMES[self.type]} is bound to a port; it can be bound once")

    def require_bindable(self, signals: int) -> None:
        """Raises ERR_INVALID_ARGS unless a port may be told of all `signals`."""
        if signals & ~self.bindable:
            raise KernelError(
                ERR_INVALID_ARGS,
                f"of a {TYPE_NAMES[self.type]} a port can be told of the signals {self.bindable:#x}, not {signals:#x}",
            )


@mypyc_attr(allow_interpreted_subclasses=True)
class Message:
    """A message in a channel: its bytes, and handles that belong to nobody until it is read."""

    __slots__ = ("data", "handles")

    def __init__(self, data: bytes, handles: list[Handle]) -> None:
        self.data = data
        self.handles = handles

    @property
    def block(self) -> int:
        """Bytes of the heap that the message takes."""
        return heap.message(len(self.data), len(self.handles))


# What is in the queue of every end that never had a message: a queue of its own would be most of what the end takes.
EMPTY: deque[Message] = deque()


@mypyc_attr(allow_interpreted_subclasses=True)
class Channel(BindableEnd):
    """A channel end: `queue` holds the messages that wait to be read from it, oldest first; `EMPTY` until there is
    one."""

    __slots__ = ("queue",)

    def __init__(self, system: System, koid: int) -> None:
        """Raises ERR_NO_MEMORY."""
        self.queue: deque[Message] = EMPTY
        super().__init__(system, koid, OBJ_TYPE_CHANNEL)

    @property
    def messages(self) -> int:
        return len(self.queue)

    def size_when_made(self) -> int:
        return heap.CHANNEL_END

    def blocks(self) -> Iterator[Blocks]:
        yield "channel end", 1, heap.CHANNEL_END
        for message in self.queue:
            yield "message", 1, message.block
        yield from super().blocks()

    def push(self, message: Message) -> None:
        """Queues `message`, whose block is taken already, for the reader of this end."""
        if self.queue is EMPTY:
            self.queue = deque()
        self.queue.append(message)
        if message.handles:
            self.system.handles.travelling.update(dict.fromkeys(message.handles))
        self.update_signals(0, READABLE)
        if self.client is not None:
            self.client.signal(READABLE)

    def pop(self) -> Message:
        """Takes the oldest message off the queue, which must not be empty, and frees its block."""
        message = self.queue.popleft()
        for handle in message.handles:
            del self.system.handles.travelling[handle]
        self.system.heap.give(message.block)
        if not self.queue:
            self.update_signals(READABLE, 0)
        return message

    def end(self) -> None:
        """Messages that nobody can read any more die with the end, and their handles with them."""
        while self.queue:
            poll()
            for handle in self.pop().handles:
                self.system.handles.destroy(handle)
        super().end()

    def set_port_client(self, client: PortClient) -> None:
        """Raises ERR_BAD_STATE, ERR_INVALID_ARGS. The messages that wait are signalled at once."""
        self.require_unbound()
        self.require_bindable(client.signals)
        self.client = client
        for _ in self.queue:
            client.signal(READABLE)


@mypyc_attr(allow_interpreted_subclasses=True)
class EventPairEnd(PeerObject):
    """One end of an event pair. The end that is closed first stays, without handles, until the other is closed.

    `ghost` is the other end when it is such a one. It takes signals still: the kernel lets go of it only when this end
    is closed (`EventPairDispatcher::on_zero_handles` resets its own reference, not the peer's).
    """

    __slots__ = ("ghost",)

    def __init__(self, system: System, koid: int) -> None:
        """Raises ERR_NO_MEMORY."""
        self.ghost: EventPairEnd | None = None
        super().__init__(system, koid, OBJ_TYPE_EVENT_PAIR)

    @property
    def user_mask(self) -> int:
        return USER_ALL | SIGNALED

    def blocks(self) -> Iterator[Blocks]:
        yield "event pair end", 1, heap.EVENT_PAIR_END
        if self.ghost is not None:
            yield "event pair end", 1, heap.EVENT_PAIR_END

    def end(self) -> None:
        """Frees both ends when this is the second to go, and one that never had another."""
        if self.ghost is not None or not self.peer_koid:
            super().end()
            self.ghost = None

    def on_zero_handles(self) -> None:
        peer = self.peer
        if isinstance(peer, EventPairEnd):
            peer.ghost = self
        super().on_zero_handles()

    def peer_closed(self) -> None:
        self.update_signals(0, PEER_CLOSED)

    def user_signal_peer(self, clear: int, set_: int) -> None:
        if self.ghost is None:
            super().user_signal_peer(clear, set_)
        else:
            self.require_user(clear | set_)
            self.ghost.update_signals(clear, set_)


def link(first: PeerObject, second: PeerObject) -> None:
    """Makes two new ends a pair."""
    first.peer, second.peer = second, first
    first.peer_koid, second.peer_koid = second.koid, first.koid
