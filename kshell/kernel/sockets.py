"""Sockets: pairs through which bytes flow.

    end <--- peer ---> end
     `- ring of 256 KiB: what was written at the other end and waits to be read here

    ring  [.....tail######head.....]      one byte stays free, so it holds 262143

The ring is a VMO of the kernel's, mapped in its address space. Its pages are taken when they are first written to and
stay until the end is closed.

Rules: `kernel/lib/magenta/socket_dispatcher.cpp`.
"""

from __future__ import annotations

from kshell.kernel import heap
from kshell.kernel.abi import (
    ERR_BAD_STATE,
    ERR_PEER_CLOSED,
    ERR_SHOULD_WAIT,
    OBJ_TYPE_SOCKET,
    PAGE_SHIFT,
    KernelError,
)
from kshell.kernel.channels import BindableEnd
from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.objects import Blocks
from kshell.kernel.ports import PortClient
from kshell.kernel.signals import PEER_CLOSED, READABLE, USER_ALL, WRITABLE
from kshell.kernel.system import System

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

RING_SIZE = 256 << 10
# The bits of `touched` of the pages of one node.
NODE_MASK = (1 << (1 << heap.NODE_SHIFT)) - 1


@mypyc_attr(allow_interpreted_subclasses=True)
class SocketEnd(BindableEnd):
    """One end of a socket.

    `data` are the bytes that wait to be read here, `tail` where in the ring they begin; bit n of `touched` says that
    the ring has its page n; `ring` is its place in the kernel's addresses. `half_closed`: this end writes no more, and
    the other will not either.
    """

    __slots__ = ("data", "tail", "touched", "ring", "half_closed", "other_half_closed")

    bindable = READABLE | PEER_CLOSED | USER_ALL

    def __init__(self, system: System, koid: int) -> None:
        """Raises ERR_NO_MEMORY."""
        self.data = b""
        self.tail = 0
        self.touched = 0
        self.half_closed = False
        self.other_half_closed = False
        self.ring = system.kernel_space.place_ring()
        try:
            super().__init__(system, koid, OBJ_TYPE_SOCKET)
        except KernelError:
            system.kernel_space.free_ring(self.ring)
            raise

    def blocks(self) -> Iterator[Blocks]:
        yield "socket end", 1, heap.SOCKET_END
        yield "VMO", 1, heap.VMO
        yield "mapping", 1, heap.MAPPING
        nodes = _nodes(self.touched)
        if nodes:
            yield "page list node", nodes, nodes * heap.PAGE_LIST_NODE
        yield from super().blocks()

    @property
    def pages(self) -> int:
        """How many pages the ring has."""
        return self.touched.bit_count()

    @property
    def room(self) -> int:
        """How many bytes more fit the ring."""
        return RING_SIZE - 1 - len(self.data)

    def end(self) -> None:
        super().end()
        self.system.physmem.give(self.pages)
        self.touched = 0
        self.data = b""
        self.system.kernel_space.free_ring(self.ring)

    def write(self, data: bytes) -> int:
        """Sends as much of `data` as fits the other end's ring; returns how many bytes.

        Raises ERR_PEER_CLOSED, ERR_BAD_STATE after half_close, ERR_SHOULD_WAIT when the ring is full, ERR_NO_MEMORY
        when there is none for its pages (the real kernel loses the bytes then, and says nothing).
        """
        peer = self.peer
        if peer is None:
            raise KernelError(ERR_PEER_CLOSED, "the other end of the socket is closed")
        if self.half_closed:
            raise KernelError(ERR_BAD_STATE, "this end of the socket was closed for writing")
        assert isinstance(peer, SocketEnd)
        if not peer.room:
            raise KernelError(ERR_SHOULD_WAIT, f"the socket is full: {RING_SIZE - 1} bytes wait to be read")
        data = data[: peer.room]
        peer.touch(len(data))
        was_empty = not peer.data
        peer.data += data
        if data:
            if was_empty:
                peer.update_signals(0, READABLE)
            if peer.client is not None:
                peer.client.signal(READABLE)
        if not peer.room:
            self.update_signals(WRITABLE, 0)
        return len(data)

    def touch(self, length: int) -> None:
        """Takes the pages for `length` bytes more. Raises ERR_NO_MEMORY, and takes none then."""
        if not length:
            return
        start = self.tail + len(self.data)
        touched = self.touched
        pages = RING_SIZE >> PAGE_SHIFT
        for page in range(start >> PAGE_SHIFT, ((start + length - 1) >> PAGE_SHIFT) + 1):
            touched |= 1 << page % pages
        if touched == self.touched:
            return
        nodes = (_nodes(touched) - _nodes(self.touched)) * heap.PAGE_LIST_NODE
        self.system.heap.take(nodes)
        try:
            self.system.physmem.take(touched.bit_count() - self.pages)
        except KernelError:
            self.system.heap.give(nodes)
            raise
        self.touched = touched

    def read(self, length: int) -> bytes:
        """The oldest bytes, `length` at most. Raises ERR_PEER_CLOSED, ERR_SHOULD_WAIT when there are none."""
        closed = self.other_half_closed or self.peer is None
        if not self.data:
            if closed:
                raise KernelError(ERR_PEER_CLOSED, "no byte is left and the other end of the socket writes no more")
            raise KernelError(ERR_SHOULD_WAIT, "no byte has arrived yet")
        was_full = not self.room
        data = self.data[:length]
        self.data = self.data[len(data) :]
        self.tail = (self.tail + len(data)) % RING_SIZE
        if not self.data:
            self.update_signals(READABLE, 0)
        if not closed and was_full and data and self.peer is not None:
            self.peer.update_signals(0, WRITABLE)
        return data

    def half_close(self) -> None:
        """This end writes no more. Raises ERR_PEER_CLOSED."""
        if self.half_closed:
            return
        peer = self.peer
        if peer is None:
            raise KernelError(ERR_PEER_CLOSED, "the other end of the socket is closed")
        assert isinstance(peer, SocketEnd)
        self.half_closed = True
        self.update_signals(WRITABLE, 0)
        peer.other_half_closed = True
        peer.update_signals(0, PEER_CLOSED)

    def set_port_client(self, client: PortClient) -> None:
        """Raises ERR_INVALID_ARGS, ERR_BAD_STATE. Bytes that wait are signalled at once."""
        self.require_bindable(client.signals)
        self.require_unbound()
        self.client = client
        if self.data:
            client.signal(READABLE)


def _nodes(touched: int) -> int:
    count = 0
    while touched:
        count += bool(touched & NODE_MASK)
        touched >>= 1 << heap.NODE_SHIFT
    return count
