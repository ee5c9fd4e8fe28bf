"""VMOs: memory objects, their pages, and copy-on-write clones.

    root  [a][b][ ][d]        a page the VMO has is its own: it belongs to exactly one VMO
            |  |  .  |
    clone [ ][B][ ][ ]        what a clone lacks is looked for in its parent, at the clone's offset
    reads  a  B  0  d         and is zero where nobody has it

A clone is not a snapshot: what the parent does to a page shows through until the clone has a page of its own. A
write makes one: a copy of what was visible, or zeros. The request travels up the chain as a write, so a clone
in the middle, between the writer and the page that is copied, gets a copy too (docs/kernel-rules.md 4.7).

Everything is done by ranges of page indexes; nothing loops over pages.

Rules: docs/kernel-rules.md 3.6, 4.5 to 4.8; `kernel/kernel/vm/vm_object_paged.cpp`.
"""

from __future__ import annotations

from kshell.kernel.abi import (
    ERR_NO_MEMORY,
    ERR_OUT_OF_RANGE,
    MAX_VMO_SIZE,
    OBJ_TYPE_VMO,
    PAGE_MASK,
    PAGE_SHIFT,
    PAGE_SIZE,
    U64_END,
    KernelError,
)
from kshell.kernel.compiling import mypyc_attr, poll
from kshell.kernel.heap import NODE_SHIFT, PAGE_LIST_NODE, VMO, VMO_DISPATCHER
from kshell.kernel.mapping_index import MappingIndex, View
from kshell.kernel.objects import Blocks, KernelObject
from kshell.kernel.pages import PageSet
from kshell.kernel.physmem import out_of_memory
from kshell.kernel.system import System
from kshell.kernel.windows import Windows, windows_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import ClassVar

    from kshell.kernel.content import Content, Data

# With more mappings than this a VMO keeps them sorted by what they show.
MANY_MAPPINGS = 32

# A stretch of a VMO's pages, and who has them: (start, end, owner or None, the owner's index of `start`, depth),
# depth 0 for the VMO itself, 1 for its parent and so on.
Stretch = tuple[int, int, "Vmo | None", int, int]


@mypyc_attr(allow_interpreted_subclasses=True)
class Vmo(KernelObject):
    """A paged VMO.

    Invariants: a committed page belongs to exactly one VMO and is charged to physical memory once;
    no page index is at or beyond the end of the page that holds the last byte; the object exists as long as a
    handle, a mapping or a clone refers to it.
    """

    __slots__ = (
        "system", "size", "pages", "_nodes", "_node", "content", "parent", "parent_page", "children", "mappings",
        "index", "_shares", "frames", "address", "exists",
    )  # fmt: skip

    # What the object itself takes of the kernel's heap.
    OBJECT_BYTES: ClassVar[int] = VMO
    # Whether the kernel itself refers to it, and it never ends.
    kept: ClassVar[bool] = False

    def __init__(self, system: System, koid: int, size: int) -> None:
        """A VMO of `size` bytes with no page committed. Raises ERR_NO_MEMORY."""
        super().__init__(koid, OBJ_TYPE_VMO)
        system.heap.take(self.OBJECT_BYTES)
        self.system = system
        # Bytes, exactly as asked; pages are counted by rounding up.
        self.size = size
        self.pages = PageSet()
        # Which 64 KiB hold a page, None for what can be told from the pages, and one of them that is known to.
        self._nodes: Windows | None = None
        self._node = -1
        self.content: Content | None = None
        self.parent: Vmo | None = None
        self.parent_page = 0
        self.children: dict[Vmo, None] = {}
        self.mappings: dict[View, None] = {}
        # The same by the pages they show, once there are many and a page has come or gone.
        self.index: MappingIndex | None = None
        # In how many address spaces it is mapped, 0 until somebody has counted.
        self._shares = 0
        # Physical addresses of the pages somebody looked up.
        self.frames: dict[int, int] | None = None
        self.address = system.kernel_address()
        self.exists = True
        system.vmo_table[self] = None

    # Life

    def clone(self, koid: int, page: int, size: int) -> Vmo:
        """A copy-on-write clone of `size` bytes whose first page shows this VMO's page `page`."""
        child = Vmo(self.system, koid, size)
        child.parent = self
        child.parent_page = page
        self.children[child] = None
        return child

    def blocks(self) -> Iterator[Blocks]:
        yield "VMO", 1, self.OBJECT_BYTES
        if self.handle_count:
            yield "VMO dispatcher", 1, VMO_DISPATCHER
        nodes = self._node_count()
        if nodes:
            yield "page list node", nodes, nodes * PAGE_LIST_NODE

    def block_bytes(self) -> int:
        # The same without the words: there are very many VMOs.
        return self.OBJECT_BYTES + bool(self.handle_count) * VMO_DISPATCHER + self._node_count() * PAGE_LIST_NODE

    def _node_count(self) -> int:
        nodes = self._nodes
        if nodes is not None:
            return len(nodes.occupied)
        return windows_of(self.pages.runs(), NODE_SHIFT) if self.pages else 0

    def keeps(self) -> Iterator[KernelObject]:
        if self.parent is not None:
            yield self.parent

    def on_first_handle(self) -> None:
        self.system.heap.take(VMO_DISPATCHER)

    def on_zero_handles(self) -> None:
        self.system.heap.give(VMO_DISPATCHER)
        self.release()

    def on_no_handle(self) -> None:
        self.release()

    def release(self) -> None:
        """Ends the VMO if nothing refers to it any more, and then perhaps its parent, and so on up."""
        vmo: Vmo | None = self
        while vmo is not None and vmo.exists and not (vmo.handle_count or vmo.mappings or vmo.children or vmo.kept):
            poll()
            vmo.exists = False
            del vmo.system.vmo_table[vmo]
            vmo._drop_pages(0, MAX_VMO_SIZE >> PAGE_SHIFT)
            vmo.system.heap.give(vmo.OBJECT_BYTES)
            parent, vmo.parent = vmo.parent, None
            if parent is not None:
                del parent.children[vmo]
            vmo = parent

    def add_mapping(self, mapping: View) -> None:
        """A mapping shows this VMO from now on."""
        self.mappings[mapping] = None
        self._shares = 0
        if self.index is not None:
            self.index.add(mapping)

    def remove_mapping(self, mapping: View) -> None:
        """A mapping no longer shows this VMO."""
        del self.mappings[mapping]
        self._shares = 0
        if self.index is not None:
            self.index.remove(mapping)
            if len(self.mappings) <= MANY_MAPPINGS // 2:
                self.index = None

    @property
    def share_count(self) -> int:
        """In how many address spaces the VMO is mapped; 1 for one that is mapped nowhere.

        Counted once after each change of its mappings: whoever shows all mappings of a machine asks for each of them.
        """
        if not self._shares:
            self._shares = len({mapping.aspace for mapping in self.mappings}) or 1
        return self._shares

    def shares_fit(self) -> bool:
        """Whether the count that is kept, if one is, is that of the mappings."""
        return self._shares in (0, len({mapping.aspace for mapping in self.mappings}) or 1)

    def _showing(self, start: int, end: int) -> Iterable[View]:
        """The mappings that may show pages of [start, end)."""
        if self.index is None:
            if len(self.mappings) <= MANY_MAPPINGS:
                return self.mappings
            self.index = MappingIndex()
            for known in self.mappings:
                self.index.add(known)
        return self.index.near(start, end)

    # Ranges

    @property
    def page_count(self) -> int:
        """Pages from the first to the one that holds the last byte."""
        return (self.size + PAGE_MASK) >> PAGE_SHIFT

    @property
    def nodes(self) -> Windows:
        """The stretches of 64 KiB that hold a page of the VMO: there is a page-list node for each. For reading."""
        if self._nodes is not None:
            return self._nodes
        nodes = Windows(NODE_SHIFT)
        nodes.occupied = nodes.recount(self.pages)
        return nodes

    def own_nodes(self) -> Windows:
        """The same, before pages come or go."""
        nodes = self._nodes
        if nodes is None:
            nodes = self._nodes = self.nodes
        return nodes

    def nodes_fit(self) -> bool:
        """Whether the nodes that are kept are those of the pages."""
        return self._nodes is None or self._nodes.recount(self.pages) == self._nodes.occupied

    def trim(self, offset: int, length: int) -> int:
        """The part of `length` bytes from `offset` that lies inside. Raises ERR_OUT_OF_RANGE when the range
        wraps at 2^64 or begins beyond the size."""
        if offset + length >= U64_END:
            raise KernelError(ERR_OUT_OF_RANGE, f"offset {offset:#x} plus length {length:#x} goes beyond 2^64")
        if offset > self.size:
            raise KernelError(ERR_OUT_OF_RANGE, f"offset {offset:#x} is beyond the VMO's size of {self.size:#x} bytes")
        return min(length, self.size - offset)

    def committed(self, offset: int, length: int) -> int:
        """How many of the VMO's own pages lie in [offset, offset + length) bytes, trimmed to its size.

        What `ps` and `vmaps` print as RES: pages seen through a clone's parent do not count
        (`VmObjectPaged::AllocatedPagesInRange`).
        """
        if not offset and length >= self.size:
            # Most mappings show all of their VMO, and it has no page beyond its end.
            return len(self.pages)
        end = min(offset + length, self.size)
        if end <= offset:
            return 0
        first, last = offset >> PAGE_SHIFT, (end + PAGE_MASK) >> PAGE_SHIFT
        # Mappings of one page are the most common where there are very many, and asking for one member is quicker.
        return int(first in self.pages) if last - first == 1 else self.pages.count_range(first, last)

    def stretches(self, start: int, end: int, roots_whole: bool = False) -> Iterable[Stretch]:
        """Who has the pages [start, end): stretches in ascending order, with no gap between them.

        With `roots_whole` a root is said to have all that its clones lack: what it holds is zero where it has no page.
        """
        return self._own(start, end, roots_whole) if self.parent is None else self._inherited(start, end, roots_whole)

    def _own(self, start: int, end: int, whole: bool) -> Iterator[Stretch]:
        """`stretches` of a VMO without a parent."""
        inside = min(end, max(start, self.page_count))
        at = start
        for low, high in ((start, inside),) if whole and start < inside else self.pages.runs(start, inside):
            poll()
            if at < low:
                yield at, low, None, 0, 0
            yield low, high, self, low, 0
            at = high
        if at < inside:
            yield at, inside, None, 0, 0
        if inside < end:
            yield inside, end, None, 0, 0

    def _inherited(self, start: int, end: int, roots_whole: bool) -> list[Stretch]:
        """`stretches` of a clone: what it lacks is looked for in its parent, and so on, all of it in one go."""
        from kshell.kernel.filling import cut, fill

        found: list[Stretch] = []
        lows, highs = [start], [end]
        vmo: Vmo = self
        # How much further on a page has its index there than here, and how many levels up.
        shift = depth = 0
        while lows:
            poll()
            limit = vmo.page_count - shift
            if limit < highs[-1]:
                # Beyond its end there is nothing to be seen of those above.
                found.extend((low, high, None, 0, depth) for low, high in cut(limit, lows, highs))
            parent = vmo.parent
            if parent is None and roots_whole:
                found.extend((low, high, vmo, low + shift, depth) for low, high in zip(lows, highs, strict=True))
                break
            if vmo.pages:
                for low, high in fill(vmo.pages, shift, limit, lows, highs):
                    poll()
                    found.append((low, high, vmo, low + shift, depth))
            if parent is None:
                found.extend((low, high, None, 0, depth) for low, high in zip(lows, highs, strict=True))
                break
            shift += vmo.parent_page
            vmo = parent
            depth += 1
        # No two begin at the same page.
        found.sort()
        return found

    def find(self, page: int, offset: int) -> tuple[Vmo, int] | None:
        """Who has the page at index `page`, and at which index of its own; None when nobody has it.

        `offset` is the byte offset the question is about: an ancestor answers only when that byte lies within
        its size, so a part of a page at a ragged end may be out of its reach (`GetPageLocked` checks bytes).
        """
        vmo: Vmo = self
        while True:
            if page in vmo.pages:
                return vmo, page
            parent = vmo.parent
            if parent is None:
                return None
            page += vmo.parent_page
            offset += vmo.parent_page << PAGE_SHIFT
            if offset >= parent.size:
                return None
            vmo = parent

    # Reading and writing

    def read(self, offset: int, length: int) -> Data:
        """The bytes [offset, offset + length), which must lie inside the size. Commits nothing."""
        from kshell.kernel.content import Data

        pieces: list[tuple[bytes, int]] = []
        if length and offset & PAGE_MASK:
            head = min(length, PAGE_SIZE - (offset & PAGE_MASK))
            found = self.find(offset >> PAGE_SHIFT, offset)
            pieces.extend(_page_of(found)[offset & PAGE_MASK : (offset & PAGE_MASK) + head].runs)
            offset += head
            length -= head
        if length:
            pages = (length + PAGE_MASK) >> PAGE_SHIFT
            first = offset >> PAGE_SHIFT
            body: list[tuple[bytes, int]] = []
            for low, high, owner, at, _ in self.stretches(first, first + pages, roots_whole=True):
                if owner is None or not owner.content:
                    body.append((b"\0", (high - low) << PAGE_SHIFT))
                else:
                    body.extend(owner.content.read(at, at + high - low).runs)
            pieces.extend(Data(body)[:length].runs)
        return Data(pieces)

    def read_page(self, page: int) -> Data:
        """The 4096 bytes that a fault on page index `page` would show."""
        return _page_of(self.find(page, page << PAGE_SHIFT))

    def write(self, offset: int, data: Data) -> None:
        """Writes `data` at `offset`; the range must lie inside the size. Commits each page before it is written.

        Raises ERR_NO_MEMORY when physical memory runs out; the pages before that one are committed and written.
        """
        length = len(data)
        if not length:
            return
        first = offset >> PAGE_SHIFT
        end = (offset + length + PAGE_MASK) >> PAGE_SHIFT
        error: KernelError | None = None
        try:
            if offset & PAGE_MASK and not self._reachable_as_whole(first, offset):
                self._commit_zero(first, first + 1)
            self.commit_for_write(first, end)
        except KernelError as failure:
            error = failure
            # The pages up to the first one missing were committed before it failed.
            missing = next(iter(self.pages.gaps(first, end)))[0]
            data = data[: max(0, (missing << PAGE_SHIFT) - offset)]
        if len(data):
            self.store(offset, data)
        if error is not None:
            raise error

    def _reachable_as_whole(self, page: int, offset: int) -> bool:
        """Whether asking for byte `offset` finds the same owner as asking for the page's first byte."""
        return self.parent is None or self.find(page, offset) == self.find(page, page << PAGE_SHIFT)

    def store(self, offset: int, data: Data) -> None:
        """Puts `data` at `offset` into pages that are the VMO's own already."""
        if self.content is None:
            if len(data.runs) == 1 and data.runs[0][0] == b"\0":
                return
            self.content = _no_content()
        self.content.write(offset, data)

    # Committing

    def commit_for_write(self, start: int, end: int, writer: View | None = None) -> None:
        """Makes the pages [start, end), inside the size, the VMO's own: copies of what was visible, or zeros.

        Whoever sees something else there has to look again, except `writer`, the mapping through which the CPU
        writes: it gets the pages next. Raises ERR_NO_MEMORY; the pages before the one that found no memory are
        committed then, as the kernel takes them one by one.
        """
        if self.parent is None:
            if end - start > 1 or self.children or len(self.mappings) > (writer is not None):
                self._commit_all(start, end, writer)
                return
            # One page that nobody but the writer can see: by far the most common.
            system = self.system
            physmem = system.physmem
            if not physmem.free and start not in self.pages:
                raise out_of_memory(1, 0)
            nodes = self._nodes
            if nodes is None:
                nodes = self.own_nodes()
            if self.pages.add(start):
                physmem.free -= 1
                physmem.object += 1
                node = start >> NODE_SHIFT
                if node != self._node:
                    if nodes.occupied.add(node):
                        self._pay_node(node, start)
                    self._node = node
                if system.observer is not None:
                    system.observer.page_committed(self, start, end)
            return
        self._commit_all(start, end, writer)

    def _commit_all(self, start: int, end: int, writer: View | None) -> None:
        """`commit_for_write` of any pages: in one step where memory is left for all and no clone on the way has to get
        copies too; otherwise stretch by stretch."""
        absent = end - start - self.pages.count_range(start, end)
        if not absent:
            return
        watched = bool(self.children) or len(self.mappings) > (writer is not None) or self.system.observer is not None
        if self.parent is None and not watched and self._room(absent, [(self, 0)], start, end):
            self.take_pages(start, end, absent)
            return
        lacking = [stretch for stretch in self.stretches(start, end) if stretch[2] is not self]
        at_once = all(owner is None or depth == 1 for _, _, owner, _, depth in lacking)
        if at_once and self._room(absent, [(self, 0)], start, end):
            self.take_pages(start, end, absent)
            for low, high, owner, at, _ in lacking:
                poll()
                if owner is not None:
                    self._copy_content(owner, at, low, high)
                if watched:
                    self._show(low, high)
            return
        for low, high, owner, at, depth in lacking:
            poll()
            if owner is None:
                self._commit_zero(low, high)
            else:
                self._fork(low, high, owner, at, depth)

    def _pay_node(self, node: int, page: int) -> None:
        """Takes the memory of a node that has just come with its first page. Raises ERR_NO_MEMORY; neither is there
        then."""
        try:
            self.system.heap.take(PAGE_LIST_NODE)
        except KernelError:
            self.own_nodes().occupied.discard(node)
            self.pages.discard(page)
            self.system.physmem.give(1)
            raise

    def write_cost(self, start: int, end: int) -> int:
        """How many free pages it takes, at most, to make the pages [start, end) the VMO's own: those pages, copies in
        clones on the way, and what the heap grows by for the nodes."""
        if self.parent is None:
            pages = end - start - self.pages.count_range(start, end)
            nodes = self.nodes.missing(start, end)
        else:
            pages = nodes = 0
            for low, high, owner, _, depth in self.stretches(start, end):
                if owner is not self:
                    levels = depth if owner is not None else 1
                    pages += (high - low) * levels
                    nodes += (((high - low) >> NODE_SHIFT) + 2) * levels
        return pages + self.system.heap.growth(PAGE_LIST_NODE * nodes)

    def _commit_zero(self, low: int, high: int) -> None:
        """Commits zero pages in [low, high), all absent now, as far as memory goes."""
        path = [(self, 0)]
        while low < high:
            # All at once where there is memory for all, pages and nodes; in halves otherwise, down to single pages.
            end = high
            while end - low > 1 and not self._room(end - low, path, low, end):
                end = (low + end) // 2
            self._add_pages(low, end)
            low = end

    def _fork(self, low: int, high: int, owner: Vmo, at: int, depth: int) -> None:
        """Copies pages of an ancestor `depth` levels up into every clone on the way down to this one."""
        path = [(self, 0)]
        for _ in range(depth - 1):
            vmo, shift = path[-1]
            assert vmo.parent is not None
            path.append((vmo.parent, shift + vmo.parent_page))
        highest = path[-1][0]
        start = low
        while low < high:
            end = high
            while end - low > 1 and not self._room((end - low) * depth, path, low, end):
                end = (low + end) // 2
            # The clone nearest to the page that is copied gets its copy first, and keeps it when the next gets none.
            for clone, shift in reversed(path):
                poll()
                clone.take_pages(low + shift, end + shift, end - low)
                if clone is highest:
                    # All that see the ancestor's pages through a clone of the path see them through this one.
                    clone.unmap_range(low + shift, end + shift)
                if self.system.observer is not None:
                    self.system.observer.page_committed(clone, low + shift, end + shift)
                clone._copy_content(owner, at + low - start, low + shift, end + shift)
            low = end

    def _room(self, count: int, path: list[tuple[Vmo, int]], low: int, high: int) -> bool:
        """Whether memory is left for `count` pages, and the nodes for [low, high) of each VMO of `path`."""
        nodes = sum(vmo.nodes.missing(low + shift, high + shift) for vmo, shift in path)
        return count + self.system.heap.growth(PAGE_LIST_NODE * nodes) <= self.system.physmem.free

    def _add_pages(self, low: int, high: int) -> None:
        """Adds the absent pages [low, high); whoever saw something else there sees these now."""
        self.take_pages(low, high, high - low)
        self._show(low, high)

    def _show(self, low: int, high: int) -> None:
        """The pages [low, high) have come: whoever saw something else there has to look again."""
        self.unmap_range(low, high)
        if self.system.observer is not None:
            self.system.observer.page_committed(self, low, high)

    def _copy_content(self, owner: Vmo, at: int, low: int, high: int) -> None:
        """The pages [low, high), which have just come, hold what the pages of `owner` from `at` on hold."""
        if owner.content:
            if self.content is None:
                self.content = _no_content()
            self.content.copy_range(owner.content, at, at + high - low, low)

    def touched(self, first: int, end: int) -> list[tuple[int, int]]:
        """The pages of [first, end), as ascending ranges, that a program that runs and maps them has touched: those
        that are committed."""
        return self.pages.listed(first, end)

    def adopt(self, runs: tuple[tuple[int, int], ...]) -> None:
        """Gives a new VMO the pages of `runs`, which ascend and do not touch. Raises ERR_NO_MEMORY."""
        if runs:
            self.charge(sum([end - start for start, end in runs]), windows_of(runs, NODE_SHIFT))
            self.pages.begin(runs)

    def charge(self, pages: int, nodes: int) -> None:
        """Takes the memory of pages and nodes. Raises ERR_NO_MEMORY, and has taken none then."""
        system = self.system
        system.physmem.take(pages)
        if nodes:
            try:
                system.heap.take(PAGE_LIST_NODE * nodes)
            except KernelError:
                system.physmem.give(pages)
                raise

    def take_pages(self, start: int, end: int, count: int) -> None:
        """Makes [start, end), of which `count` pages are absent, the VMO's own, with the nodes they need; what sees the
        VMO is left as it is. Raises ERR_NO_MEMORY; nothing is changed then."""
        nodes = self.own_nodes()
        missing = nodes.missing(start, end)
        self.charge(count, missing)
        if missing:
            nodes.enter(start, end)
        self.pages.add_range(start, end)

    def commit(self, offset: int, length: int) -> int:
        """MX_VMO_OP_COMMIT: a zero page for each absent one of the range, all or none; returns how many.

        In a clone they hide what the parent has there (docs/kernel-rules.md 8 no. 12).
        Raises ERR_OUT_OF_RANGE, ERR_NO_MEMORY.
        """
        length = self.trim(offset, length)
        if not length:
            return 0
        start, end = offset >> PAGE_SHIFT, (offset + length + PAGE_MASK) >> PAGE_SHIFT
        count = end - start - self.pages.count_range(start, end)
        if not count:
            return 0
        physmem = self.system.physmem
        if count > physmem.free:
            raise KernelError(
                ERR_NO_MEMORY,
                f"committing needs {count} pages, {physmem.free} are free; nothing was committed: all or none",
            )
        self.take_pages(start, end, count)
        self.unmap_range(start, end)
        if self.system.observer is not None:
            self.system.observer.page_committed(self, start, end)
        return count

    def decommit(self, offset: int, length: int) -> int:
        """MX_VMO_OP_DECOMMIT: frees the pages of the range, both ends rounded up to pages; returns how many.

        A range inside one page that rounds to nothing frees nothing (the reference kernel panics there).
        Raises ERR_OUT_OF_RANGE.
        """
        length = self.trim(offset, length)
        if not length:
            return 0
        start, end = (offset + PAGE_MASK) >> PAGE_SHIFT, (offset + length + PAGE_MASK) >> PAGE_SHIFT
        if start >= end:
            return 0
        self.unmap_range(start, end)
        return self._drop_pages(start, end)

    def _drop_pages(self, start: int, end: int) -> int:
        if not self.pages:
            return 0
        nodes = self.own_nodes()
        removed = self.pages.remove_range(start, end)
        if removed:
            self.system.physmem.give(removed)
            self._node = -1
            self.system.heap.give(PAGE_LIST_NODE * nodes.leave(self.pages, start, end)[0])
            if self.content is not None:
                self.content.drop(start, end)
            if self.frames:
                self._forget_frames(start, end)
            if self.system.observer is not None:
                self.system.observer.page_freed(self, start, end, removed)
        return removed

    def _forget_frames(self, start: int, end: int) -> None:
        """The frames of the pages [start, end), which are gone, are free again: those of the lowest pages first."""
        frames = self.frames
        assert frames is not None
        pages: Iterable[int] = range(start, end)
        if end - start > len(frames):
            pages = sorted(page for page in frames if start <= page < end)
        for page in pages:
            if page in frames:
                self.system.physmem.unname_frame(frames.pop(page))

    def set_size(self, size: int) -> None:
        """Resizes to `size` bytes. Whole pages beyond it are freed; the last page stays as it is.

        Bytes beyond the size in that page survive, and show again when the VMO grows (docs/kernel-rules.md 4.5).
        Raises ERR_OUT_OF_RANGE above the largest size.
        """
        if size > MAX_VMO_SIZE:
            raise KernelError(
                ERR_OUT_OF_RANGE, f"a VMO has at most {MAX_VMO_SIZE:#x} bytes (2^64 less one page), not {size:#x}"
            )
        old, new = self.page_count, (size + PAGE_MASK) >> PAGE_SHIFT
        if old != new:
            self.unmap_range(min(old, new), max(old, new))
        if new < old:
            self._drop_pages(new, old)
        self.size = size

    def unmap_range(self, start: int, end: int) -> None:
        """Takes the pages [start, end) out of the page tables of all who map them here or through a clone."""
        if not self.children and not self.mappings:
            return
        todo: list[tuple[Vmo, int, int]] = [(self, start, end)]
        while todo:
            poll()
            vmo, low, high = todo.pop()
            for mapping in vmo._showing(low, high):
                poll()
                mapping.unmap_pages(low, high)
            for child in vmo.children:
                shown = max(low, child.parent_page) - child.parent_page, high - child.parent_page
                if shown[0] < shown[1]:
                    todo.append((child, *shown))

    # Looking

    def frame(self, page: int) -> int | None:
        """The physical address of the page that is visible at index `page`, or None when none is committed."""
        found = self.find(page, page << PAGE_SHIFT)
        if found is None:
            return None
        owner, at = found
        return owner.frame_at(at)

    def frame_at(self, page: int) -> int:
        """The physical address of the VMO's own page at index `page`, which gets one if it had none."""
        if self.frames is None:
            self.frames = {}
        address = self.frames.get(page)
        if address is None:
            address = self.frames[page] = self.system.physmem.name_frame()
        return address

    @property
    def references(self) -> int:
        """The reference count `k mx asd` prints: mappings, clones, and one for all handles together."""
        return len(self.mappings) + len(self.children) + (1 if self.handle_count else 0)


def _no_content() -> Content:
    """What new content begins as. Until a VMO holds anything but zeros, nobody needs to know what content is."""
    from kshell.kernel.content import Content

    return Content()


def _page_of(found: tuple[Vmo, int] | None) -> Data:
    from kshell.kernel.content import Data

    if found is None or not found[0].content:
        return Data.fill(0, PAGE_SIZE)
    return found[0].content.page(found[1])
