"""The kernel's heap: how many bytes its living blocks take, and how many pages that costs.

    chunk of 256 pages, from boot          chunk of 257 pages, once the first is full
    [ live blocks .......... | room ]      [ live blocks ... | room                  ]

A block of n bytes takes `block(n)`: the allocator rounds up, and puts a header before it. What lives is counted
exactly. Where in a chunk a block lies is not modelled: a chunk is taken from physical memory when the living blocks no
longer fit the chunks there are, less the crumbs that no block fits, and given back when they fit without it. The pages
of the heap are therefore an estimate, and the bytes are not.

Rules: docs/kernel-memory.md; `kernel/lib/heap/cmpctmalloc/cmpctmalloc.c`.
"""

from __future__ import annotations

from kshell.kernel.abi import PAGE_SHIFT, PAGE_SIZE
from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.physmem import PhysicalMemory, out_of_memory

# Before each block: a pointer to its left neighbour, and its size.
HEADER = 16
SMALLEST = 16
# Up to here sizes are exact, in steps of 8; above, there are eight sizes for each power of two.
LARGEST_EXACT = 128
# Two sentinels of a header each delimit a chunk.
CHUNK_OVERHEAD = 2 * HEADER
LEAST_GROWTH = 1 << 20
MOST_GROWTH = 4 << 20
# Free bytes of the first chunk that lie in pieces too small for anything: seen on the real machine when it grew.
CRUMBS = 3576


def block(size: int) -> int:
    """The bytes that a block of `size` bytes takes: rounded up, header included (`size_to_index_helper`)."""
    rounded = (size + 7) & ~7
    if rounded <= SMALLEST:
        return SMALLEST + HEADER
    if rounded <= LARGEST_EXACT:
        return rounded + HEADER
    above = rounded - 8
    row = above.bit_length() - 4
    column = ((row << 3) | ((above >> row) & 7)) + 1
    return ((8 + (column & 7)) << (column >> 3)) + HEADER


# What each kind of object takes. The sizes are those of the reference commit, as its compiler laid them out.
EVENT = block(120)
EVENT_PAIR_END = block(176)
CHANNEL_END = block(200)
MESSAGE_HEADER = 40
MESSAGE_HANDLE = 8
SOCKET_END = block(232)
FIFO_END = block(208)
PORT = block(168)
PORT_V2 = block(144)
PORT_CLIENT = block(288)
PORT_OBSERVER = block(144)
PORT_PACKET = block(72)
PORT_SIGNAL = block(80)
PORT_USER_PACKET_HEADER = 32
EXCEPTION_PORT = block(120)
EXCEPTION_REPORT = block(112)
WAIT_SET = block(304)
WAIT_SET_ENTRY = block(136)
LOG = block(216)
RESOURCE = block(288)
RESOURCE_RECORD = block(96)
INTERRUPT = block(120)
IO_MAPPING = block(72)
PCI_IO_MAPPING = block(88)
JOB = block(264)
PROCESS = block(784)
USER_THREAD = block(2160)
THREAD = block(40)
ASPACE = block(440)
VMAR = block(160)
VMAR_DISPATCHER = block(40)
MAPPING = block(168)
VMO = block(184)
VMO_PHYSICAL = block(144)
VMO_DISPATCHER = block(128)
PAGE_LIST_NODE = block(176)
# A page-list node holds the pages of 64 KiB.
NODE_SHIFT = 4
# A kernel stack is a VMO of its own, one node, mapped in a VMAR of its own in the kernel's address space.
KERNEL_STACK = VMO + PAGE_LIST_NODE + VMAR + MAPPING


# The longest message: 64 KiB and 1024 handles.
LARGEST_BLOCK = block(MESSAGE_HEADER + MESSAGE_HANDLE * 1024 + (64 << 10))


def message(data: int, handles: int) -> int:
    """The bytes that a channel's message of `data` bytes and `handles` handles takes: one block."""
    return block(MESSAGE_HEADER + MESSAGE_HANDLE * handles + data)


@mypyc_attr(allow_interpreted_subclasses=True)
class Heap:
    """The heap's accounts.

    Invariants: `live` is the sum of the blocks that exist, `base` and `leaked` included: what booting took and what no
    object can ever give back. `_chunks` are the pages of each chunk, oldest first, together physmem.heap; live lies in
    (`_floor`, `_limit`], or the heap has one chunk and live is at most `_limit`, or it has none and live is 0.
    """

    __slots__ = ("live", "base", "leaked", "_physmem", "_chunks", "_capacity", "_limit", "_floor")

    def __init__(self, physmem: PhysicalMemory) -> None:
        """An empty heap, whose chunks come from `physmem`."""
        self.live = 0
        self.base = 0
        self.leaked = 0
        self._physmem = physmem
        self._chunks: list[int] = []
        # How many bytes fit all chunks up to each.
        self._capacity: list[int] = []
        self._limit = 0
        self._floor = -1

    @property
    def size(self) -> int:
        """Bytes of all chunks: what `k heap info` calls size."""
        return sum(self._chunks) << PAGE_SHIFT

    @property
    def remaining(self) -> int:
        """Bytes in no block: what `k heap info` calls remaining."""
        return self.size - self.live - CHUNK_OVERHEAD * max(0, len(self._chunks) - 1)

    def boot(self, pages: int) -> None:
        """Makes the heap one chunk of `pages` in place of what it has grown to. Raises ValueError when physical memory
        has not so much, or what lives does not fit."""
        while self._chunks:
            self._drop_chunk()
        self._physmem.reserve("heap", pages)
        self._add_chunk(pages, max(0, (pages << PAGE_SHIFT) - CRUMBS))
        if self.live > self._limit:
            raise ValueError(f"a heap of {pages} pages does not hold the {self.live} bytes that are in use")

    def take(self, size: int) -> None:
        """Counts blocks of together `size` bytes, headers included. Raises ERR_NO_MEMORY when the heap cannot grow;
        nothing is counted then."""
        live = self.live + size
        if live > self._limit:
            self._grow(size)
        self.live = live

    def give(self, size: int) -> None:
        """Frees blocks of together `size` bytes."""
        self.live -= size
        while self.live <= self._floor:
            self._drop_chunk()

    def leak(self, size: int) -> None:
        """Blocks of together `size` bytes, counted before, can never be freed any more."""
        self.leaked += size

    def settle(self, used: int) -> None:
        """Makes the bytes in use `used`, as far as they are more than what lives: what booting took for itself."""
        self.base = max(0, used - self.live)
        self.take(self.base)

    def growth(self, size: int) -> int:
        """How many pages the heap takes from physical memory, where there are enough, for blocks of together `size`
        bytes."""
        missing = self.live + size - self._limit
        pages = 0
        while missing > 0:
            chunk = _chunk_pages(self._next_growth((pages << PAGE_SHIFT) + self.size))
            pages += chunk
            missing -= (chunk << PAGE_SHIFT) - CHUNK_OVERHEAD
        return pages

    def _next_growth(self, size: int) -> int:
        """The bytes by which a heap of `size` bytes grows."""
        return min(MOST_GROWTH, max(size >> 3, LEAST_GROWTH))

    def _grow(self, size: int) -> None:
        """Adds chunks until `size` more bytes fit. All or none: raises ERR_NO_MEMORY without having taken any."""
        added = 0
        while self.live + size > self._limit:
            free = self._physmem.free
            growth = self._next_growth(self.size)
            # As little as one block needs, where memory is short. What is more than any block is many of them.
            least = size if size <= LARGEST_BLOCK else PAGE_SIZE - CHUNK_OVERHEAD
            while _chunk_pages(growth) > free and growth > least:
                growth = max(growth >> 1, least)
            pages = _chunk_pages(growth)
            if pages > free:
                for _ in range(added):
                    self._drop_chunk()
                raise out_of_memory(pages, free)
            self._physmem.take_for("heap", pages)
            self._add_chunk(pages, (pages << PAGE_SHIFT) - CHUNK_OVERHEAD)
            added += 1

    def _add_chunk(self, pages: int, usable: int) -> None:
        self._chunks.append(pages)
        self._floor = self._limit if self._capacity else -1
        self._limit += usable
        self._capacity.append(self._limit)

    def _drop_chunk(self) -> None:
        self._physmem.give_from("heap", self._chunks.pop())
        self._capacity.pop()
        self._limit = self._capacity[-1] if self._capacity else 0
        self._floor = self._capacity[-2] if len(self._capacity) > 1 else -1

    def check(self, counted: int) -> None:
        """Raises AssertionError unless blocks of `counted` bytes exist besides `base` and `leaked`."""
        known = counted + self.base + self.leaked
        assert self.live == known, f"heap: {self.live} bytes are counted, {known} exist"
        assert sum(self._chunks) == self._physmem.heap, "heap: its chunks are not the pages that are charged"
        assert self._floor < self.live <= self._limit or not self.live, "heap: it has a chunk too many or too few"


def _chunk_pages(growth: int) -> int:
    return (growth + CHUNK_OVERHEAD + PAGE_SIZE - 1) >> PAGE_SHIFT
