"""mx_channel_*, and making events, event pairs, ports, sockets, fifos, wait sets and logs.

Rules: docs/kernel-rules.md 3.8 and 3.9; `syscalls_channel.cpp`, `syscalls_magenta.cpp`, `message_packet.cpp`.
"""

from __future__ import annotations

from kshell.kernel import heap
from kshell.kernel.abi import (
    CHANNEL_READ_MAY_DISCARD,
    DEFAULT_RIGHTS,
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
    OBJ_TYPE_LOG,
    OBJ_TYPE_SOCKET,
    OBJ_TYPE_WAIT_SET,
    PAGE_SIZE,
    RIGHT_READ,
    RIGHT_TRANSFER,
    RIGHT_WRITE,
    KernelError,
)
from kshell.kernel.channels import Channel, Message, PeerObject, link
from kshell.kernel.compiling import mypyc_attr, trait
from kshell.kernel.fifos import FifoEnd
from kshell.kernel.handles import Handle
from kshell.kernel.making import make_end, make_single
from kshell.kernel.objects import KernelObject
from kshell.kernel.signals import READABLE
from kshell.kernel.syscalls.base import U32, Caller, no_options, rights_text

LOG_READABLE = 0x40000000


@trait
@mypyc_attr(allow_interpreted_subclasses=True)
class IpcCalls(Caller):
    """The calls that carry messages, and those that make the small objects."""

    def channel_create(self, options: int = 0) -> tuple[int, int]:
        """A channel; returns handles to its two ends, whose koids follow each other. Raises ERR_INVALID_ARGS."""
        no_options(options)
        return self._make_pair(OBJ_TYPE_CHANNEL)

    def channel_write(self, channel: int, data: bytes, handles: list[int], options: int = 0) -> None:
        """Sends `data` and `handles`, which leave this process with the message. Needs WRITE.

        On failure all handles stay, but those already taken become the newest of the table. Raises
        ERR_INVALID_ARGS, ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_OUT_OF_RANGE,
        ERR_NO_MEMORY, ERR_NOT_SUPPORTED (an end sent through itself), ERR_PEER_CLOSED.
        """
        no_options(options)
        end = self._channel(channel, RIGHT_WRITE)
        if len(data) > MAX_MESSAGE_BYTES or len(handles) > MAX_MESSAGE_HANDLES:
            raise KernelError(
                ERR_OUT_OF_RANGE,
                f"a message has at most {MAX_MESSAGE_BYTES} bytes and {MAX_MESSAGE_HANDLES} handles, "
                f"not {len(data)} and {len(handles)}",
            )
        size = heap.message(len(data), len(handles))
        self.machine.heap.take(size)
        try:
            for value in handles:
                self._transferable(value, end)
            message = Message(data, self._take(handles))
            if end.peer is None:
                self._put_back(message.handles)
                raise KernelError(ERR_PEER_CLOSED, "the other end of the channel is closed")
        except KernelError:
            self.machine.heap.give(size)
            raise
        assert isinstance(end.peer, Channel)
        end.peer.push(message)

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
        for handle in message.handles:
            # Waits of the process that sent it end now, and not when it was sent.
            handle.object.cancel(handle)
        return message.data, [self.process.handles.add(handle) for handle in message.handles]

    def event_create(self, options: int = 0) -> int:
        """An event; returns its handle. Raises ERR_INVALID_ARGS."""
        no_options(options)
        return self._make(OBJ_TYPE_EVENT)

    def eventpair_create(self, options: int = 0) -> tuple[int, int]:
        """An event pair; returns handles to its ends. Raises ERR_NOT_SUPPORTED for options, unlike the others."""
        if options & U32:
            raise KernelError(ERR_NOT_SUPPORTED, f"options have to be 0, not {options & U32:#x}")
        return self._make_pair(OBJ_TYPE_EVENT_PAIR)

    def port_create(self, options: int = 0) -> int:
        """A port: v1 with options 0, v2 with 1. Raises ERR_INVALID_ARGS."""
        if options & U32 > 1:
            raise KernelError(ERR_INVALID_ARGS, f"options are 0 (a port v1) or 1 (a port v2), not {options & U32:#x}")
        return self._make(OBJ_TYPE_IOPORT2 if options & U32 else OBJ_TYPE_IOPORT)

    def socket_create(self, options: int = 0) -> tuple[int, int]:
        """A socket; returns handles to its two ends. Raises ERR_INVALID_ARGS."""
        no_options(options)
        return self._make_pair(OBJ_TYPE_SOCKET)

    def fifo_create(self, count: int, elem_size: int, options: int = 0) -> tuple[int, int]:
        """A fifo of `count` elements (a power of two) of `elem_size` bytes, together at most 4096; options are
        ignored. Returns handles to its ends. Raises ERR_OUT_OF_RANGE."""
        count, elem_size = count & U32, elem_size & U32
        if count == 0 or count & count - 1 or elem_size == 0 or count * elem_size > PAGE_SIZE:
            raise KernelError(
                ERR_OUT_OF_RANGE,
                f"{count} elements of {elem_size} bytes: the count must be a power of two, all of it at most 4096",
            )
        return self._make_pair(OBJ_TYPE_FIFO, count, elem_size)

    def waitset_create(self, options: int = 0) -> int:
        """A wait set; its handle can be neither sent nor duplicated. Raises ERR_INVALID_ARGS."""
        no_options(options)
        return self._make(OBJ_TYPE_WAIT_SET)

    def log_create(self, options: int = 0) -> int:
        """A handle to write to the kernel's log, and with option READABLE (0x40000000) to read it; other options mean
        nothing. Raises ERR_NO_MEMORY."""
        readable = bool(options & LOG_READABLE)
        log = self._single(OBJ_TYPE_LOG)
        if readable:
            # The kernel's log is never empty.
            log.update_signals(0, READABLE)
        return self._publish(log, DEFAULT_RIGHTS[OBJ_TYPE_LOG] | (RIGHT_READ if readable else 0))

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

    def _take(self, handles: list[int]) -> list[Handle]:
        """Takes `handles` out of the table; those that were taken go back when one of them is not there any more."""
        taken: list[Handle] = []
        for value in handles:
            handle = self.process.handles.take(value)
            if handle is None:
                self._put_back(taken)
                raise KernelError(ERR_INVALID_ARGS, f"handle {value} is named twice")
            taken.append(handle)
        return taken

    def _put_back(self, handles: list[Handle]) -> None:
        for handle in handles:
            self.process.handles.add(handle)

    def _make(self, type_: int) -> int:
        return self._publish(self._single(type_))

    def _single(self, type_: int) -> KernelObject:
        """A new object that is no end of a pair; the koid is not spent when there is no memory for it."""
        koid = self.machine.next_koid
        try:
            return make_single(self.machine, self.machine.new_koid(), type_)
        except KernelError:
            self.machine.next_koid = koid
            raise

    def _make_pair(self, type_: int, *size: int) -> tuple[int, int]:
        """Handles to the two ends of a new pair; `size` are the element count and size of a fifo."""
        koid = self.machine.next_koid
        ends: list[PeerObject] = []
        try:
            for _ in range(2):
                if type_ == OBJ_TYPE_FIFO:
                    ends.append(FifoEnd(self.machine, self.machine.new_koid(), *size))
                else:
                    ends.append(make_end(self.machine, self.machine.new_koid(), type_))
        except KernelError:
            self.machine.next_koid = koid
            for end in ends:
                end.end()
            raise
        link(ends[0], ends[1])
        self._require_room(ends)
        return self._publish(ends[0]), self._publish(ends[1])

    def _require_room(self, ends: list[PeerObject]) -> None:
        """Raises ERR_NO_MEMORY unless two handles fit. With room for none the real kernel loses the pair, whose ends
        keep each other; with room for one it closes that and the ends are gone."""
        arena = self.machine.handles
        room = arena.slots - arena.live
        if room >= 2:
            return
        for end in ends:
            if room:
                end.on_zero_handles()
            else:
                end.lose()
        raise arena.full()
