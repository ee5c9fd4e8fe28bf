"""mx_socket_*, mx_fifo_*: moving bytes and elements. Rules: `syscalls_socket.cpp`, `syscalls_fifo.cpp`."""

from __future__ import annotations

from kshell.kernel.abi import ERR_INVALID_ARGS, OBJ_TYPE_FIFO, OBJ_TYPE_SOCKET, RIGHT_READ, RIGHT_WRITE, KernelError
from kshell.kernel.compiling import mypyc_attr, trait
from kshell.kernel.fifos import FifoEnd
from kshell.kernel.sockets import SocketEnd
from kshell.kernel.syscalls.base import U32, Caller, no_options

SOCKET_HALF_CLOSE = 1


@trait
@mypyc_attr(allow_interpreted_subclasses=True)
class StreamCalls(Caller):
    """The calls on sockets and fifos."""

    def socket_write(self, socket: int, options: int, data: bytes) -> int:
        """Writes `data` to the other end, as much as fits; returns how many bytes. Needs WRITE.

        Option HALF_CLOSE (1), without data: this end writes no more. Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED,
        ERR_WRONG_TYPE, ERR_INVALID_ARGS, ERR_PEER_CLOSED, ERR_BAD_STATE after HALF_CLOSE, ERR_SHOULD_WAIT when the
        other end is full, ERR_NO_MEMORY.
        """
        end = self._socket(socket, RIGHT_WRITE)
        options &= U32
        if not options:
            return end.write(data)
        if options != SOCKET_HALF_CLOSE or data:
            raise KernelError(
                ERR_INVALID_ARGS,
                f"options are 0, or 1 (half close) without data, not {options:#x} and {len(data)} bytes",
            )
        end.half_close()
        return 0

    def socket_read(self, socket: int, options: int, size: int) -> tuple[bytes, int]:
        """Up to `size` of the bytes that wait, and how many they are; with size 0 how many wait. Needs READ.

        Raises ERR_INVALID_ARGS for options, ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_PEER_CLOSED,
        ERR_SHOULD_WAIT when there is nothing to read (not with size 0).
        """
        no_options(options)
        end = self._socket(socket, RIGHT_READ)
        if not size:
            return b"", len(end.data)
        data = end.read(size)
        return data, len(data)

    def fifo_write(self, fifo: int, data: bytes) -> int:
        """Writes the whole elements of `data` to the other end, as many as fit; returns how many. Needs WRITE.

        Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_PEER_CLOSED, ERR_OUT_OF_RANGE for less than an
        element, ERR_SHOULD_WAIT when the other end is full.
        """
        return self._fifo(fifo, RIGHT_WRITE).write(data)

    def fifo_read(self, fifo: int, size: int) -> bytes:
        """The oldest elements, as many as `size` bytes hold. Needs READ.

        Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_OUT_OF_RANGE for less than an element,
        ERR_SHOULD_WAIT when there is none, also when the other end is gone.
        """
        return self._fifo(fifo, RIGHT_READ).read(size)

    def _socket(self, value: int, right: int) -> SocketEnd:
        object_ = self._lookup(value, right, OBJ_TYPE_SOCKET).object
        assert isinstance(object_, SocketEnd)
        return object_

    def _fifo(self, value: int, right: int) -> FifoEnd:
        object_ = self._lookup(value, right, OBJ_TYPE_FIFO).object
        assert isinstance(object_, FifoEnd)
        return object_
