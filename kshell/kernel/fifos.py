"""Fifos: pairs through which elements of one size travel.

    end <--- peer ---> end
     `- data: the elements that wait to be read from this end

Each end has room for all its elements from the start, so moving them takes no memory.

Rules: `kernel/lib/magenta/fifo_dispatcher.cpp`.
"""

from __future__ import annotations

from kshell.kernel import heap
from kshell.kernel.abi import ERR_OUT_OF_RANGE, ERR_PEER_CLOSED, ERR_SHOULD_WAIT, OBJ_TYPE_FIFO, KernelError
from kshell.kernel.channels import PeerObject
from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.objects import Blocks
from kshell.kernel.signals import READABLE, WRITABLE
from kshell.kernel.system import System

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@mypyc_attr(allow_interpreted_subclasses=True)
class FifoEnd(PeerObject):
    """One end of a fifo of `elem_count` elements of `elem_size` bytes; `data` are whole elements."""

    __slots__ = ("elem_count", "elem_size", "data")

    def __init__(self, system: System, koid: int, elem_count: int, elem_size: int) -> None:
        """Raises ERR_NO_MEMORY."""
        self.elem_count = elem_count
        self.elem_size = elem_size
        self.data = b""
        super().__init__(system, koid, OBJ_TYPE_FIFO)

    def blocks(self) -> Iterator[Blocks]:
        yield "fifo end", 1, heap.FIFO_END
        yield "fifo elements", 1, heap.block(self.elem_count * self.elem_size)

    def write(self, data: bytes) -> int:
        """Sends as many whole elements of `data` as fit the other end; returns how many.

        Raises ERR_PEER_CLOSED, ERR_OUT_OF_RANGE for less than an element, ERR_SHOULD_WAIT when it is full.
        """
        peer = self.peer
        if peer is None:
            raise KernelError(ERR_PEER_CLOSED, "the other end of the fifo is closed")
        assert isinstance(peer, FifoEnd)
        count = self._elements(len(data))
        room = peer.elem_count - len(peer.data) // peer.elem_size
        if not room:
            raise KernelError(ERR_SHOULD_WAIT, f"the fifo is full: {peer.elem_count} elements wait to be read")
        was_empty = not peer.data
        count = min(count, room)
        peer.data += data[: count * self.elem_size]
        if was_empty:
            peer.update_signals(0, READABLE)
        if count == room:
            self.update_signals(WRITABLE, 0)
        return count

    def read(self, length: int) -> bytes:
        """The oldest elements, as many as `length` bytes hold.

        Raises ERR_OUT_OF_RANGE for less than an element, ERR_SHOULD_WAIT when there is none, the other end gone or not.
        """
        count = self._elements(length)
        if not self.data:
            raise KernelError(ERR_SHOULD_WAIT, "the fifo is empty")
        was_full = len(self.data) == self.elem_count * self.elem_size
        data = self.data[: count * self.elem_size]
        self.data = self.data[len(data) :]
        if was_full and self.peer is not None:
            self.peer.update_signals(0, WRITABLE)
        if not self.data:
            self.update_signals(READABLE, 0)
        return data

    def _elements(self, length: int) -> int:
        count = length // self.elem_size
        if not count:
            raise KernelError(
                ERR_OUT_OF_RANGE, f"{length} bytes are less than one element of {self.elem_size} bytes of this fifo"
            )
        return count
