"""Ports of the second kind: the ones that mx_object_wait_async reports to.

    object -- observers --> PortObserver ---- port ---> PortV2 -- packets --> port_wait
                              `- its packet, in place, in that list while it is queued

A PortObserver keeps its port. It is freed when it is off its object's list and its packet is not queued. Two things
are lost for good, as in the real kernel: the user packets that wait when the port is closed, and an observer that is
to fire once and finds its signal there when it is made (nobody tells it that it was removed), with the port, which it
keeps (`StateTracker::AddObserver`, `PortDispatcherV2::DeQueue`).

Rules: `kernel/lib/magenta/port_dispatcher_v2.cpp`, `port_dispatcher_v2.h`.
"""

from __future__ import annotations

from kshell.kernel import heap
from kshell.kernel.abi import OBJ_TYPE_IOPORT2
from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.handles import Handle
from kshell.kernel.light import deque
from kshell.kernel.objects import Blocks, KernelObject
from kshell.kernel.signals import StateObserver
from kshell.kernel.system import System

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Packet types, as they stand in a packet.
TYPE_USER = 0
TYPE_SIGNAL_ONE = 1
TYPE_SIGNAL_REP = 2
PACKET_SIZE = 48


@mypyc_attr(allow_interpreted_subclasses=True)
class UserPacket:
    """A packet that somebody queued: `key`, `status` and 32 bytes."""

    __slots__ = ("key", "status", "data")

    def __init__(self, key: int, status: int, data: bytes) -> None:
        self.key = key
        self.status = status
        self.data = data


@mypyc_attr(allow_interpreted_subclasses=True)
class PortObserver(StateObserver):
    """A wait for signals of an object that ends in a port, with the packet it sends.

    `queued`: the packet is in the port's list; `observed` and `count` are its contents. `reap`: the observer goes when
    the packet is read. `lost`: it fired once at once; nobody has it any more but the port, for the packet.
    """

    __slots__ = ("once", "key", "trigger", "handle", "port", "queued", "observed", "count", "reap", "lost")

    def __init__(self, port: PortV2, handle: Handle, key: int, trigger: int, once: bool) -> None:
        """Waits for any of `trigger` with `handle`. Raises ERR_NO_MEMORY."""
        port.system.heap.take(heap.PORT_OBSERVER)
        super().__init__()
        self.once = once
        self.key = key
        self.trigger = trigger
        self.handle = handle
        self.port = port
        self.queued = False
        self.observed = 0
        self.count = 0
        self.reap = False
        self.lost = False
        port.waits[self] = None

    def keeps(self) -> PortV2:
        return self.port

    def on_initialize(self, signals: int, messages: int) -> None:
        count = messages if messages and self.trigger & 1 else 1
        self._maybe_queue(signals, count)
        self.lost = self.remove

    def on_state_change(self, signals: int) -> None:
        self._maybe_queue(signals, 1)

    def on_cancel(self, handle: Handle) -> None:
        if handle is self.handle:
            self.remove = True

    def on_cancel_by_key(self, handle: Handle, key: int) -> None:
        # Whichever port it belongs to: the kernel compares only these two.
        if handle is self.handle and key == self.key:
            self.remove = True

    def on_removed(self) -> None:
        if self.queued:
            self.reap = True
        else:
            self.port.forget(self)

    def _maybe_queue(self, signals: int, count: int) -> None:
        if not self.trigger & signals:
            return
        taken = self.port.queue_signals(self, signals, count)
        if self.once or not taken:
            self.remove = True


@mypyc_attr(allow_interpreted_subclasses=True)
class PortV2(KernelObject):
    """A port v2.

    Invariants: `waits` are the PortObservers that exist and keep it; those that are queued are in `packets` once.
    `lost` is how many others keep it for ever. The object exists until it is closed and has neither.
    """

    __slots__ = ("system", "closed", "packets", "waits", "lost", "exists")

    def __init__(self, system: System, koid: int) -> None:
        """An empty port. Raises ERR_NO_MEMORY."""
        system.heap.take(heap.PORT_V2)
        super().__init__(koid, OBJ_TYPE_IOPORT2)
        self.system = system
        self.closed = False
        self.packets: deque[UserPacket | PortObserver] = deque()
        self.waits: dict[PortObserver, None] = {}
        self.lost = 0
        self.exists = True

    def blocks(self) -> Iterator[Blocks]:
        yield "port", 1, heap.PORT_V2
        for _ in self.waits:
            yield "wait of a port", 1, heap.PORT_OBSERVER
        for packet in self.packets:
            if isinstance(packet, UserPacket):
                yield "port packet", 1, heap.PORT_PACKET

    def queue_user(self, packet: UserPacket) -> None:
        """Queues a packet of somebody's own. Raises ERR_NO_MEMORY."""
        self.system.heap.take(heap.PORT_PACKET)
        self.packets.append(packet)

    def queue_signals(self, observer: PortObserver, signals: int, count: int) -> bool:
        """Queues the packet of `observer`, unless it is queued already; False when the port is closed."""
        if self.closed:
            return False
        if not observer.queued:
            observer.queued = True
            observer.observed = signals
            observer.count = count
            self.packets.append(observer)
        return True

    def wait(self) -> UserPacket | PortObserver | None:
        """The oldest packet, which is freed with this, or None."""
        if not self.packets:
            return None
        packet = self.packets.popleft()
        if isinstance(packet, UserPacket):
            self.system.heap.give(heap.PORT_PACKET)
        else:
            self._dequeued(packet)
        return packet

    def _dequeued(self, observer: PortObserver) -> None:
        observer.queued = False
        if observer.reap:
            self.forget(observer)
        elif observer.lost:
            del self.waits[observer]
            self.lost += 1
            self.system.heap.leak(heap.PORT_OBSERVER)

    def forget(self, observer: PortObserver) -> None:
        """Frees `observer`, which nobody else has any more."""
        del self.waits[observer]
        self.system.heap.give(heap.PORT_OBSERVER)
        self._release()

    def on_zero_handles(self) -> None:
        """The port is closed. What users queued is lost; the packets of signals go as if they were read."""
        self.closed = True
        packets, self.packets = self.packets, deque()
        for packet in packets:
            if isinstance(packet, UserPacket):
                self.system.heap.leak(heap.PORT_PACKET)
            else:
                self._dequeued(packet)
        self._release()

    def _release(self) -> None:
        if not self.exists or not self.closed or self.waits:
            return
        self.exists = False
        if self.lost:
            self.system.heap.leak(heap.PORT_V2)
        else:
            self.system.heap.give(heap.PORT_V2)
