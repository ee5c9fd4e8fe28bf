"""mx_port_*: packets of the two kinds of ports. Rules: `syscalls_port.cpp`, `port_dispatcher.cpp`."""

from __future__ import annotations

from kshell.kernel import heap
from kshell.kernel.abi import (
    ERR_ACCESS_DENIED,
    ERR_BAD_HANDLE,
    ERR_BUFFER_TOO_SMALL,
    ERR_INVALID_ARGS,
    ERR_NOT_SUPPORTED,
    ERR_TIMED_OUT,
    NO_ERROR,
    OBJ_TYPE_IOPORT,
    OBJ_TYPE_IOPORT2,
    RIGHT_READ,
    RIGHT_WRITE,
    TYPE_NAMES,
    KernelError,
)
from kshell.kernel.compiling import mypyc_attr, trait
from kshell.kernel.info import Record
from kshell.kernel.ports import (
    HEADER_SIZE,
    MAX_PACKET_SIZE,
    TYPE_EXCEPTION,
    TYPE_SIGNAL,
    TYPE_USER,
    Packet,
    Port,
    PortClient,
)
from kshell.kernel.ports_v2 import PACKET_SIZE, TYPE_SIGNAL_ONE, TYPE_SIGNAL_REP, PortV2, UserPacket
from kshell.kernel.ports_v2 import TYPE_USER as TYPE_USER_V2
from kshell.kernel.syscalls.base import U32, Caller, rights_text

U64 = (1 << 64) - 1


@trait
@mypyc_attr(allow_interpreted_subclasses=True)
class PortCalls(Caller):
    """The calls on ports."""

    def port_queue(self, port: int, packet: bytes, size: int) -> None:
        """Queues `packet`: `size` bytes (16 to 128) for a port v1, 48 bytes and size 0 for a port v2. Needs WRITE.

        A packet that is too short is filled with zeros. Raises ERR_BUFFER_TOO_SMALL for more than 128 bytes,
        ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_INVALID_ARGS for less than 16, ERR_NO_MEMORY.
        """
        if size > MAX_PACKET_SIZE:
            raise KernelError(ERR_BUFFER_TOO_SMALL, f"a packet has at most {MAX_PACKET_SIZE} bytes, not {size}")
        try:
            target = self._port(port, RIGHT_WRITE)
        except KernelError:
            if size:
                raise
            self._queue_v2(port, packet)
            return
        if size < HEADER_SIZE:
            raise KernelError(ERR_INVALID_ARGS, f"a packet has at least its header of {HEADER_SIZE} bytes, not {size}")
        data = packet[:size].ljust(size, b"\0")
        block = heap.block(heap.PORT_USER_PACKET_HEADER + size)
        self.machine.heap.take(block)
        made = Packet(TYPE_USER, int.from_bytes(data[:8], "little"), size, block)
        # Bytes 8 to 11 are the type, which the kernel writes.
        made.extra = int.from_bytes(data[12:16], "little")
        made.data = data[HEADER_SIZE:]
        target.queue(made)

    def _queue_v2(self, port: int, packet: bytes) -> None:
        target = self._port_v2(port)
        data = packet[:PACKET_SIZE].ljust(PACKET_SIZE, b"\0")
        status = int.from_bytes(data[12:16], "little", signed=True)
        target.queue_user(UserPacket(int.from_bytes(data[:8], "little"), status, data[16:]))

    def port_wait(self, port: int, deadline: int = 0, size: int = MAX_PACKET_SIZE) -> Record | None:
        """The oldest packet as a record, with room for `size` bytes; size 0 for a port v2.

        A port v1 needs READ, a port v2 WRITE, as in the real kernel. A packet of a port v1 for which there is too
        little room is gone all the same: the record is None then (`IOP_Packet::CopyToUser`). Raises ERR_BAD_HANDLE,
        ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_TIMED_OUT, whatever the deadline.
        """
        try:
            target = self._port(port, RIGHT_READ)
        except KernelError:
            if size:
                raise
            return self._wait_v2(port)
        packet = target.wait()
        if packet is None:
            raise _timed_out()
        record = _record(packet) if packet.size <= size else None
        target.free(packet)
        return record

    def _wait_v2(self, port: int) -> Record:
        packet = self._port_v2(port).wait()
        if packet is None:
            raise _timed_out()
        if isinstance(packet, UserPacket):
            return {"key": packet.key, "type": TYPE_USER_V2, "status": packet.status, "data": packet.data.hex()}
        return {
            "key": packet.key,
            "type": TYPE_SIGNAL_ONE if packet.once else TYPE_SIGNAL_REP,
            "status": NO_ERROR,
            "trigger": packet.trigger,
            "observed": packet.observed,
            "count": packet.count,
        }

    def port_bind(self, port: int, key: int, source: int, signals: int) -> None:
        """The port v1 gets a packet when `source`, a channel, socket or resource, shows one of `signals`.

        The port needs WRITE, the source READ. It lasts until the source is closed. Raises ERR_INVALID_ARGS for no
        signal and for one that cannot be bound, ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_NO_MEMORY,
        ERR_NOT_SUPPORTED for other sources, ERR_BAD_STATE for a source that is bound.
        """
        if not signals & U32:
            raise KernelError(ERR_INVALID_ARGS, "a source is bound for at least one signal")
        target = self._port(port, RIGHT_WRITE)
        object_ = self._lookup(source, RIGHT_READ).object
        client = PortClient(target, key & U64, signals & U32)
        try:
            object_.set_port_client(client)
        except KernelError:
            client.end()
            raise

    def port_cancel(self, port: int, source: int, key: int) -> None:
        """Ends the waits of object_wait_async with the handle `source` under `key`; no port is asked which were its.

        Both handles need WRITE. A packet that is queued stays. Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED,
        ERR_WRONG_TYPE, ERR_NOT_SUPPORTED for an object without signals.
        """
        self._port_v2(port)
        found = self.process.handles.get(source)
        if found is None:
            raise self._bad_handle(source, ERR_BAD_HANDLE, policy=True)
        if not found.rights & RIGHT_WRITE:
            raise KernelError(ERR_ACCESS_DENIED, f"handle {source} lacks WRITE: it has {rights_text(found.rights)}")
        if not found.object.waitable:
            raise KernelError(
                ERR_NOT_SUPPORTED, f"handle {source} refers to a {TYPE_NAMES[found.object.type]}, which has no signals"
            )
        found.object.cancel_by_key(found, key & U64)

    def _port(self, value: int, right: int) -> Port:
        object_ = self._lookup(value, right, OBJ_TYPE_IOPORT).object
        assert isinstance(object_, Port)
        return object_

    def _port_v2(self, value: int) -> PortV2:
        object_ = self._lookup(value, RIGHT_WRITE, OBJ_TYPE_IOPORT2).object
        assert isinstance(object_, PortV2)
        return object_


def _timed_out() -> KernelError:
    return KernelError(ERR_TIMED_OUT, "no packet waits in the port; no time passes in the model")


def _record(packet: Packet) -> Record:
    """A packet of a port v1 with the struct's field names."""
    record: Record = {"key": packet.key, "type": packet.type, "extra": packet.extra}
    if packet.type == TYPE_USER:
        record["data"] = packet.data.hex()
    elif packet.type == TYPE_SIGNAL:
        record.update(timestamp=0, bytes=0, signals=packet.signals)
    else:
        assert packet.type == TYPE_EXCEPTION
        what, process, thread = packet.report
        record.update(exception=what, pid=process, tid=thread)
    return record
