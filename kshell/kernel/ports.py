"""Ports of the first kind: packets wait in them to be read.

    port_queue --------------------> [user packet] --.
    source -- PortClient -- signal -> [signal packet] -- packets --> port_wait
    task ---- ExceptionPort ------> [report] --------'       ^           |
                                                             `- at_zero <' signal packets only

A user packet and a report are freed when they are read. A signal packet is made at the first time of its signal and
goes back and forth between the two lists. It is freed with the port if it lies in `at_zero` when the port's last
handle is closed; one that was not read then is lost for good, since the kernel mistakes it for one that its source
still owns (`IOP_Packet::Delete`).

The port's object lives on while a source is bound to it, or an exception port names it.

Rules: `kernel/lib/magenta/port_dispatcher.cpp`, `port_client.cpp`, `excp_port.cpp`.
"""

from __future__ import annotations

from kshell.kernel import heap
from kshell.kernel.abi import OBJ_TYPE_IOPORT, KernelError
from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.light import deque
from kshell.kernel.objects import Blocks, KernelObject
from kshell.kernel.system import System

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

# Packet types, as they stand in a packet's header.
TYPE_SIGNAL = 1
TYPE_USER = 2
TYPE_EXCEPTION = 3
# Bytes: key, type, extra.
HEADER_SIZE = 16
# The header, timestamp, bytes, signals, and padding.
SIGNAL_SIZE = 40
# The header and the largest report.
EXCEPTION_SIZE = 80
MAX_PACKET_SIZE = 128


@mypyc_attr(allow_interpreted_subclasses=True)
class Packet:
    """A packet: `size` bytes for its reader, `block` bytes of the heap.

    Of TYPE_USER `data` are the bytes behind the header; of TYPE_SIGNAL `signals` is the bit, and `count` how often it
    came since it was read; of TYPE_EXCEPTION `report` is (what happened, koid of the process, koid of the thread or 0).
    """

    __slots__ = ("type", "key", "extra", "size", "block", "data", "signals", "count", "report")

    def __init__(self, type_: int, key: int, size: int, block: int) -> None:
        self.type = type_
        self.key = key
        self.extra = 0
        self.size = size
        self.block = block
        self.data = b""
        self.signals = 0
        self.count = 0
        self.report: tuple[str, int, int] = ("", 0, 0)

    @property
    def kind(self) -> str:
        """What the packet is, in words."""
        return {TYPE_SIGNAL: "signal packet", TYPE_USER: "port packet", TYPE_EXCEPTION: "exception report"}[self.type]


@mypyc_attr(allow_interpreted_subclasses=True)
class Port(KernelObject):
    """A port v1.

    Invariants: no list holds a packet twice; `clients` is how many PortClients refer to it; once `closed`, nothing
    but signals is queued any more. The object exists until it is closed and neither clients nor exception ports are
    left.
    """

    __slots__ = ("system", "closed", "packets", "at_zero", "exception_ports", "clients", "exists")

    def __init__(self, system: System, koid: int) -> None:
        """An empty port. Raises ERR_NO_MEMORY."""
        system.heap.take(heap.PORT)
        super().__init__(koid, OBJ_TYPE_IOPORT)
        self.system = system
        self.closed = False
        self.packets: deque[Packet] = deque()
        self.at_zero: dict[Packet, None] = {}
        self.exception_ports: list[ExceptionPort] = []
        self.clients = 0
        self.exists = True

    def blocks(self) -> Iterator[Blocks]:
        yield "port", 1, heap.PORT
        for packet in (*self.packets, *self.at_zero):
            yield packet.kind, 1, packet.block
        for _ in self.exception_ports:
            yield "exception port", 1, heap.EXCEPTION_PORT

    def keeps(self) -> Iterator[KernelObject]:
        for bound in self.exception_ports:
            if bound.target is not None:
                yield bound.target

    def queue(self, packet: Packet) -> bool:
        """Queues `packet`, whose block is taken already; frees it and returns False when the port is closed."""
        if self.closed:
            self.system.heap.give(packet.block)
            return False
        self.packets.append(packet)
        return True

    def signal(self, packet: Packet | None, key: int, signal: int) -> Packet:
        """The source bound under `key` shows `signal`: queues `packet`, None for the first time of this signal.

        A closed port takes signals, too. Raises ERR_NO_MEMORY when there is none for the packet.
        """
        if packet is None:
            self.system.heap.take(heap.PORT_SIGNAL)
            packet = Packet(TYPE_SIGNAL, key, SIGNAL_SIZE, heap.PORT_SIGNAL)
            packet.signals = signal
        packet.count += 1
        # The packet of a signal that had been read is freed when the port is closed, and the real kernel writes to it
        # if the signal comes again; here that changes nothing.
        if packet.count == 1 and packet.block:
            self.at_zero.pop(packet, None)
            self.packets.append(packet)
        return packet

    def wait(self) -> Packet | None:
        """The oldest packet, or None. One that is not a signal is the caller's to free, with `free`."""
        if not self.packets:
            return None
        packet = self.packets.popleft()
        if packet.type == TYPE_SIGNAL:
            packet.count -= 1
            if packet.count:
                self.packets.append(packet)
            else:
                self.at_zero[packet] = None
        return packet

    def free(self, packet: Packet) -> None:
        """Frees a packet that `wait` returned; a signal's stays."""
        if packet.type != TYPE_SIGNAL:
            self.system.heap.give(packet.block)

    def on_zero_handles(self) -> None:
        """The port is closed: its packets go, and no task has it as its exception port any more."""
        self.closed = True
        self._free_packets()
        while self.exception_ports:
            self.exception_ports.pop().port_closed()
        self.release()

    def release(self) -> None:
        """Ends the object when nothing refers to it any more."""
        if self.exists and self.closed and not self.clients and not self.exception_ports:
            self.exists = False
            # Signals that came after the last handle went.
            self._free_packets()
            self.system.heap.give(heap.PORT)

    def _free_packets(self) -> None:
        for packet in self.packets:
            if packet.type == TYPE_SIGNAL:
                self.system.heap.leak(packet.block)
            else:
                self.system.heap.give(packet.block)
        for packet in self.at_zero:
            self.system.heap.give(packet.block)
            packet.block = 0
        self.packets.clear()
        self.at_zero.clear()


@mypyc_attr(allow_interpreted_subclasses=True)
class PortClient:
    """What a source has of the port it is bound to: `packets` are its signal packets, by signal."""

    __slots__ = ("port", "key", "signals", "packets", "heap")

    def __init__(self, port: Port, key: int, signals: int) -> None:
        """Sends those of `signals` that come to `port`, under `key`. Raises ERR_NO_MEMORY."""
        port.system.heap.take(heap.PORT_CLIENT)
        self.heap = port.system.heap
        self.port: Port | None = port
        self.key = key
        self.signals = signals
        self.packets: dict[int, Packet] = {}
        port.clients += 1

    def signal(self, signals: int) -> None:
        """The source shows the one bit `signals` again. A port that cannot take it is left for good."""
        signal = signals & -signals
        if self.port is None or not signals & self.signals:
            return
        try:
            self.packets[signal] = self.port.signal(self.packets.get(signal), self.key, signal)
        except KernelError:
            self._leave()

    def end(self) -> None:
        """The source is gone, or did not take the client."""
        self.heap.give(heap.PORT_CLIENT)
        self._leave()

    def _leave(self) -> None:
        port, self.port = self.port, None
        if port is not None:
            port.clients -= 1
            port.release()


@mypyc_attr(allow_interpreted_subclasses=True)
class ExceptionPort:
    """The binding of a port to a task, or to the system: the exceptions there are reported to `port` under `key`.

    It is in its port's list as long as it has one. `target` is None before the task has accepted it, or when it has
    not: such a one stays until the port is closed (`task_bind_exception_port` in `syscalls_exceptions.cpp`).
    `waiting` threads wait for its answer; each keeps it, also when it is unbound. Its block is out of all reach then,
    and counted as lost until the last of them goes on.
    """

    __slots__ = ("kind", "port", "key", "target", "waiting", "heap")

    def __init__(self, kind: int, port: Port, key: int) -> None:
        """For `kind` EXCEPTION_* of `exceptions.py`. Raises ERR_NO_MEMORY."""
        port.system.heap.take(heap.EXCEPTION_PORT)
        self.kind = kind
        self.port: Port | None = port
        self.key = key
        # The Process or Thread that it is bound to; the System is no object.
        self.target: Any = None
        self.waiting = 0
        self.heap = port.system.heap
        port.exception_ports.append(self)

    def report(self, what: str, process: int, thread: int = 0) -> bool:
        """Queues the report that `what` happened, in the process and thread of these koids; False if it cannot be."""
        if self.port is None:
            return False
        block = heap.EXCEPTION_REPORT
        try:
            self.heap.take(block)
        except KernelError:
            return False
        packet = Packet(TYPE_EXCEPTION, self.key, EXCEPTION_SIZE, block)
        packet.report = (what, process, thread)
        return self.port.queue(packet)

    def port_closed(self) -> None:
        """The port, which has it no longer in its list, has no handles any more."""
        if self.target is not None:
            self.target.reset_exception_port(self)
        elif self.port is not None and self.port.system.exception_port is self:
            self.port.system.exception_port = None
        self.unbind()

    def unbind(self) -> None:
        """It ends: the target, which has let go of it, and the port are left."""
        port, self.port = self.port, None
        self.target = None
        if port is None:
            return
        if self in port.exception_ports:
            port.exception_ports.remove(self)
        if self.waiting:
            self.heap.leak(heap.EXCEPTION_PORT)
        else:
            self.heap.give(heap.EXCEPTION_PORT)
        port.release()

    def wait(self) -> None:
        """A thread waits for the answer from now on."""
        self.waiting += 1

    def leave(self) -> None:
        """A thread waits no more."""
        self.waiting -= 1
        if self.port is None and not self.waiting:
            self.heap.leaked -= heap.EXCEPTION_PORT
            self.heap.give(heap.EXCEPTION_PORT)
