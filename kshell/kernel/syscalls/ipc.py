"""mx_channel_*, and making events, event pairs, ports, sockets, fifos and wait sets.

Rules: docs/kernel-rules.md 3.8 and 3.9; `syscalls_channel.cpp`, `syscalls_magenta.cpp`, `message_packet.cpp`.
"""

from __future__ import annotations

from kshell.kernel.abi import (
    CHANNEL_READ_MAY_DISCARD,
    ERR_ACCESS_DENIED,
    ERR_BUFFER_TOO_SMALL,
    ERR_INVALID_ARGS,
    ERR_NOT_SUPPORTED,
    ERR_OUT_OF_RANGE,
    ERR_PEER_CLOSED,
    ERR_SHOULD_WAIT,
    MAX_MESSAGE_BYTES,
    MAX_MESSAGE_HANDLES,
    OBJ_TYPE_CHANNEL,
    OBJ_TYPE_EVENT,
    OBJ_TYPE_EVENT_PAIR,
    OBJ_TYPE_FIFO,
    OBJ_TYPE_IOPORT,
    OBJ_TYPE_IOPORT2,
    OBJ_TYPE_SOCKET,
    OBJ_TYPE_WAIT_SET,
    PAGE_SIZE,
    RIGHT_READ,
    RIGHT_TRANSFER,
    RIGHT_WRITE,
    KernelError,
)
from kshell.kernel.channels import Channel, Message, PeerObject, link
from kshell.kernel.handles import Handle
from kshell.kernel.objects import SimpleObject
from kshell.kernel.syscalls.base import U32, Caller, no_options, rights_text


class IpcCalls(Caller):
    """The calls that carry messages, and those that make the small objects."""

    def channel_create(self, options: int = 0) -> tuple[int, int]:
        """A channel; returns handles to its two ends, whose koids follow each other. Raises ERR_INVALID_ARGS."""
        no_options(options)
        return self._make_pair(
            Channel(self.machine.new_koid(), self.machine.handles),
            Channel(self.machine.new_koid(), self.machine.handles),
        )

    def channel_write(self, channel: int, data: bytes, handles: list[int], options: int = 0) -> None:
        """Sends `data` and `handles`, which leave this process with the message. Needs WRITE.

        On failure all handles stay, but those already taken become the newest of the table. Raises
        ERR_INVALID_ARGS, ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_OUT_OF_RANGE,
        ERR_NOT_SUPPORTED (an end sent through itself), ERR_PEER_CLOSED.
        """
        no_options(options)
        end = self._channel(channel, RIGHT_WRITE)
        if len(data) > MAX_MESSAGE_BYTES or len(handles) > MAX_MESSAGE_HANDLES:
            raise KernelError(
                ERR_OUT_OF_RANGE,
                f"a message has at most {MAX_MESSAGE_BYTES} bytes and {MAX_MESSAGE_HANDLES} handles, "
                f"not {len(data)} and {len(handles)}",
            )
        for value in handles:
            self._transferable(value, end)
        table = self.process.handles
        taken: list[Handle] = []
        for value in handles:
            handle = table.take(value)
            if handle is None:
                self._put_back(taken)
                raise KernelError(ERR_INVALID_ARGS, f"handle {value} is named twice")
            taken.append(handle)
        if end.peer is None:
            self._put_back(taken)
            raise KernelError(ERR_PEER_CLOSED, "the other end of the channel is closed")
        assert isinstance(end.peer, Channel)
        end.peer.push(Message(data, taken))

    def channel_read(
        self, channel: int, options: int = 0, num_bytes: int = MAX_MESSAGE_BYTES, num_handles: int = MAX_MESSAGE_HANDLES
    ) -> tuple[bytes, list[int]]:
        """The oldest message: its bytes and handles, the last of which is the newest of the table. Needs READ.

        `num_bytes` and `num_handles` are the room for them; with too little the message stays, or is thrown
        away with option MAY_DISCARD (1). Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE,
        ERR_NOT_SUPPORTED, ERR_SHOULD_WAIT, ERR_PEER_CLOSED, ERR_BUFFER_TOO_SMALL.
        """
        end = self._channel(channel, RIGHT_READ)
        if options & U32 & ~CHANNEL_READ_MAY_DISCARD:
            raise KernelError(ERR_NOT_SUPPORTED, f"the only option is 1 (may discard), not {options:#x}")
        if not end.queue:
            if end.peer is None:
                raise KernelError(ERR_PEER_CLOSED, "no message is left and the other end of the channel is closed")
            raise KernelError(ERR_SHOULD_WAIT, "no message has arrived yet")
        message = end.queue[0]
        if len(message.data) > num_bytes or len(message.handles) > num_handles:
            if options & CHANNEL_READ_MAY_DISCARD:
                for handle in end.pop().handles:
                    self.machine.handles.destroy(handle)
            raise KernelError(
                ERR_BUFFER_TOO_SMALL,
                f"the message has {len(message.data)} bytes and {len(message.handles)} handles, "
                f"there is room for {num_bytes} and {num_handles}",
            )
        message = end.pop()
        return message.data, [self.process.handles.add(handle) for handle in message.handles]

    def event_create(self, options: int = 0) -> int:
        """An event; returns its handle. Raises ERR_INVALID_ARGS."""
        no_options(options)
        return self._make(OBJ_TYPE_EVENT)

    def eventpair_create(self, options: int = 0) -> tuple[int, int]:
        """An event pair; returns handles to its ends. Raises ERR_NOT_SUPPORTED for options, unlike the others."""
        if options & U32:
            raise KernelError(ERR_NOT_SUPPORTED, f"options have to be 0, not {options & U32:#x}")
        return self._make_peers(OBJ_TYPE_EVENT_PAIR)

    def port_create(self, options: int = 0) -> int:
        """A port: v1 with options 0, v2 with 1. Raises ERR_INVALID_ARGS."""
        if options & U32 > 1:
            raise KernelError(ERR_INVALID_ARGS, f"options are 0 (a port v1) or 1 (a port v2), not {options & U32:#x}")
        return self._make(OBJ_TYPE_IOPORT2 if options & U32 else OBJ_TYPE_IOPORT)

    def socket_create(self, options: int = 0) -> tuple[int, int]:
        """A socket; returns handles to its two ends. Raises ERR_INVALID_ARGS."""
        no_options(options)
        return self._make_peers(OBJ_TYPE_SOCKET)

    def fifo_create(self, count: int, elem_size: int, options: int = 0) -> tuple[int, int]:
        """A fifo of `count` elements (a power of two) of `elem_size` bytes, together at most 4096; options are
        ignored. Returns handles to its ends. Raises ERR_OUT_OF_RANGE."""
        count, elem_size = count & U32, elem_size & U32
        if count == 0 or count & count - 1 or elem_size == 0 or count * elem_size > PAGE_SIZE:
            raise KernelError(
                ERR_OUT_OF_RANGE,
                f"{count} elements of {elem_size} bytes: the count must be a power of two, all of it at most 4096",
            )
        return self._make_peers(OBJ_TYPE_FIFO)

    def waitset_create(self, options: int = 0) -> int:
        """A wait set; its handle can be neither sent nor duplicated. Raises ERR_INVALID_ARGS."""
        no_options(options)
        return self._make(OBJ_TYPE_WAIT_SET)

    def _channel(self, value: int, right: int) -> Channel:
        object_ = self._lookup(value, right, OBJ_TYPE_CHANNEL).object
        assert isinstance(object_, Channel)
        return object_

    def _transferable(self, value: int, end: Channel) -> None:
        handle = self.process.handles.get(value)
        if handle is None:
            raise self._bad_handle(value)
        if handle.object is end:
            raise KernelError(ERR_NOT_SUPPORTED, "a channel end cannot be sent through itself")
        if not handle.rights & RIGHT_TRANSFER:
            raise KernelError(ERR_ACCESS_DENIED, f"handle {value} lacks TRANSFER: it has {rights_text(handle.rights)}")

    def _put_back(self, handles: list[Handle]) -> None:
        for handle in handles:
            self.process.handles.add(handle)

    def _make(self, type_: int) -> int:
        return self._publish(SimpleObject(self.machine.new_koid(), type_))

    def _make_peers(self, type_: int) -> tuple[int, int]:
        return self._make_pair(PeerObject(self.machine.new_koid(), type_), PeerObject(self.machine.new_koid(), type_))

    def _make_pair(self, first: PeerObject, second: PeerObject) -> tuple[int, int]:
        link(first, second)
        return self._publish_pair(first, second)
