"""Regions, and the children of a VMAR: regions in order, and the lowest gap that fits.

    owner [base ......................................... end)
          |gap|child|gap|child child|   gap   |child|  gap  |
          '---- chunk 0 ----'-- chunk 1 --'--- ...  '-tail-'

Children sit in chunks of at most 128. A gap belongs to the child after it, and so to that child's chunk; the tail
after the last child belongs to none. Each chunk knows its largest gap, so looking for the lowest gap of a size
skips whole chunks and opens the first that has one. Where places are drawn, the places that each chunk has for a size
are in a tree of sums, for the sizes that were asked for last: a draw opens one chunk.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort

from kshell.kernel.abi import PAGE_SHIFT, PAGE_SIZE
from kshell.kernel.compiling import mypyc_attr, poll, trait
from kshell.kernel.sums import Sums

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import ClassVar


@trait
@mypyc_attr(allow_interpreted_subclasses=True)
class Region:
    """A stretch of an address space: a VMAR or a mapping, and nothing else.

    `base` is its first address and `size` its length in bytes, both page multiples.
    """

    __slots__ = ()

    base: int
    size: int

    @property
    def end(self) -> int:
        """The address after the last byte."""
        return self.base + self.size

    def move(self, base: int, size: int) -> None:
        """Takes another base and size. Only the list that the region is in calls this."""
        raise NotImplementedError


@mypyc_attr(allow_interpreted_subclasses=True)
class _Chunk:
    """Some neighbouring children: their base addresses, themselves, and the largest gap before any of them.

    Invariants: gap == max over the chunk of base - (end of the child before it in the list, or the owner's base);
    None when it has to be computed anew. No other gap of the chunk is larger than `rest`.
    """

    __slots__ = ("bases", "items", "gap", "rest", "pages")

    def __init__(self, bases: list[int], items: list[Region]) -> None:
        self.bases = bases
        self.items = items
        self.gap: int | None = None
        self.rest = 0
        # The lengths of all gaps of the chunk in pages, ascending; empty until somebody asks how many places it has.
        self.pages: list[int] = []

    def forget(self) -> None:
        """What is known of the gaps holds no more."""
        self.gap = None
        self.pages = []

    def grow_gap(self, length: int) -> None:
        """There is a new gap of `length` bytes, in place of smaller ones or none."""
        self.pages = []
        if self.gap is None:
            return
        if length >= self.gap:
            self.rest = max(self.rest, self.gap)
            self.gap = length
        else:
            self.rest = max(self.rest, length)

    def cut_gap(self, old: int, below: int, above: int) -> None:
        """A gap of `old` bytes became two of `below` and `above` bytes."""
        pages = self.pages
        if pages:
            del pages[bisect_left(pages, old >> PAGE_SHIFT)]
            insort(pages, below >> PAGE_SHIFT)
            insort(pages, above >> PAGE_SHIFT)
        if self.gap is None or old < self.gap:
            return
        # The largest gap was cut. Often its larger piece is still the largest, as above a growing heap.
        if max(below, above) >= self.rest:
            self.gap = max(below, above)
            self.rest = max(self.rest, min(below, above))
        else:
            self.gap = None


@mypyc_attr(allow_interpreted_subclasses=True)
class RegionList:
    """Regions inside [base, base + size), ascending, never overlapping."""

    __slots__ = ("base", "end", "_chunks", "_firsts", "_count", "_low_size", "_low_at", "_places")

    # A chunk that grows beyond this is split in two.
    LIMIT: ClassVar[int] = 128
    # For how many sizes the places of each chunk are kept.
    SIZES: ClassVar[int] = 8

    def __init__(self, base: int, size: int) -> None:
        """An empty list for the addresses [base, base + size)."""
        self.base = base
        self.end = base + size
        self._chunks: list[_Chunk] = []
        # Invariant: _firsts[i] == _chunks[i].bases[0], and no chunk is empty.
        self._firsts: list[int] = []
        self._count = 0
        # Invariant: no gap of at least _low_size bytes begins below _low_at. A list that only grows is not searched
        # from its start, and the place where the last region went is found again at once.
        self._low_size = 0
        self._low_at = base
        # How many places each chunk has for a region of so many pages, for the sizes asked for last.
        # Invariant: there is a number for each chunk, and those that may be wrong are stale.
        self._places: dict[int, Sums] = {}

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Region]:
        for chunk in self._chunks:
            poll()
            yield from chunk.items

    def __reversed__(self) -> Iterator[Region]:
        for chunk in reversed(self._chunks):
            poll()
            yield from reversed(chunk.items)

    # Finding

    def floor(self, address: int) -> Region | None:
        """The last region that begins at or before `address`, or None."""
        at = bisect_right(self._firsts, address) - 1
        if at < 0:
            return None
        chunk = self._chunks[at]
        return chunk.items[bisect_right(chunk.bases, address) - 1]

    def find(self, address: int) -> Region | None:
        """The region that holds `address`, or None."""
        at = bisect_right(self._firsts, address) - 1
        if at < 0:
            return None
        chunk = self._chunks[at]
        region = chunk.items[bisect_right(chunk.bases, address) - 1]
        return region if address < region.base + region.size else None

    def overlapping(self, start: int, end: int) -> list[Region]:
        """The regions that share an address with [start, end), ascending."""
        if start >= end:
            return []
        found: list[Region] = []
        at = max(0, bisect_right(self._firsts, start) - 1)
        for chunk in self._chunks[at:]:
            if chunk.bases[0] >= end:
                break
            first = max(0, bisect_right(chunk.bases, start) - 1)
            for region in chunk.items[first:]:
                if region.base >= end:
                    return found
                if region.base + region.size > start:
                    found.append(region)
        return found

    def is_free(self, start: int, end: int) -> bool:
        """Whether no region shares an address with [start, end)."""
        before = self.floor(end - 1)
        return before is None or before.base + before.size <= start

    # Changing

    def insert(self, region: Region) -> None:
        """Adds a region, which overlaps none of the others."""
        base = region.base
        assert self.base <= base and base + region.size <= self.end
        self._count += 1
        if not self._chunks:
            self._chunks.append(_Chunk([base], [region]))
            self._firsts.append(base)
            self._places.clear()
            return
        chunk = self._chunks[-1]
        last = chunk.items[-1]
        if base > last.base:
            # After all others, as programs and boot images map.
            assert base >= last.base + last.size
            chunk.bases.append(base)
            chunk.items.append(region)
            chunk.grow_gap(base - last.base - last.size)
            self._gaps_changed(len(self._chunks) - 1)
            if len(chunk.items) > self.LIMIT:
                self._split(len(self._chunks) - 1)
            return
        at = max(0, bisect_right(self._firsts, base) - 1)
        chunk = self._chunks[at]
        where = bisect_right(chunk.bases, base)
        if where:
            below = chunk.items[where - 1]
            before = below.base + below.size
        else:
            before = self._end_before(at, 0)
        above = chunk.bases[where] if where < len(chunk.bases) else self._firsts[at + 1]
        assert before <= base and base + region.size <= above
        chunk.bases.insert(where, base)
        chunk.items.insert(where, region)
        if where == 0:
            self._firsts[at] = base
        self._gaps_changed(at)
        if where + 1 < len(chunk.bases):
            rest = above - base - region.size
            if base == before and chunk.gap == above - before and rest >= chunk.rest:
                # The foot of the largest gap was taken, and it is still the largest, as below a stack.
                chunk.gap = rest
                chunk.pages = []
            else:
                chunk.cut_gap(above - before, base - before, rest)
        else:
            chunk.grow_gap(base - before)
            self._forget_gap(at + 1)
        if len(chunk.items) > self.LIMIT:
            self._split(at)

    def remove(self, region: Region) -> None:
        """Takes a region out of the list."""
        at = bisect_right(self._firsts, region.base) - 1
        chunk = self._chunks[at]
        where = bisect_right(chunk.bases, region.base) - 1
        assert chunk.items[where] is region
        self._low_at = min(self._low_at, self._end_before(at, where))
        del chunk.bases[where], chunk.items[where]
        self._count -= 1
        if not chunk.items:
            del self._chunks[at], self._firsts[at]
            self._places.clear()
            # The gap before the chunk that now stands here reaches further down.
            self._forget_gap(at)
            return
        self._gaps_changed(at)
        if where == 0:
            self._firsts[at] = chunk.bases[0]
        if where < len(chunk.items):
            chunk.grow_gap(chunk.bases[where] - self._end_before(at, where))
        else:
            # The gap before the removed region was this chunk's and is now part of the next one's.
            chunk.forget()
            self._forget_gap(at + 1)
        if len(chunk.items) < self.LIMIT // 8:
            self._merge(at)

    def set_bounds(self, region: Region, base: int, size: int) -> None:
        """Gives a member another base and size in place; it must still fit between its neighbours."""
        at = bisect_right(self._firsts, region.base) - 1
        chunk = self._chunks[at]
        where = bisect_right(chunk.bases, region.base) - 1
        assert chunk.items[where] is region
        self._low_at = min(self._low_at, self._end_before(at, where))
        region.move(base, size)
        chunk.bases[where] = base
        if where == 0:
            self._firsts[at] = base
        chunk.forget()
        self._gaps_changed(at)
        if where + 1 == len(chunk.items):
            self._forget_gap(at + 1)

    def _forget_gap(self, at: int) -> None:
        if at < len(self._chunks):
            self._chunks[at].forget()
            self._gaps_changed(at)

    def _gaps_changed(self, at: int) -> None:
        """Chunk `at` may have more or fewer places than before."""
        for pages, sums in list(self._places.items()):
            sums.stale.append(at)
            if len(sums.stale) > len(sums):
                # Nobody has asked for so long that counting them all again takes no longer.
                del self._places[pages]

    def _split(self, at: int) -> None:
        chunk = self._chunks[at]
        half = len(chunk.items) // 2
        upper = _Chunk(chunk.bases[half:], chunk.items[half:])
        del chunk.bases[half:], chunk.items[half:]
        chunk.forget()
        self._chunks.insert(at + 1, upper)
        self._firsts.insert(at + 1, upper.bases[0])
        for sums in self._places.values():
            sums.split(at)

    def _merge(self, at: int) -> None:
        """Joins a small chunk with a neighbour that has room."""
        other = at - 1 if at else at + 1
        if not 0 <= other < len(self._chunks):
            return
        low, high = min(at, other), max(at, other)
        first, second = self._chunks[low], self._chunks[high]
        if len(first.items) + len(second.items) > self.LIMIT // 2:
            return
        first.bases += second.bases
        first.items += second.items
        first.forget()
        del self._chunks[high], self._firsts[high]
        self._places.clear()

    # Gaps

    def _end_before(self, at: int, where: int) -> int:
        """The end of the region before place `where` of chunk `at`, or the owner's base.

        `at` may be one beyond the last chunk, with `where` 0."""
        if where:
            before = self._chunks[at].items[where - 1]
        elif at:
            before = self._chunks[at - 1].items[-1]
        else:
            return self.base
        return before.base + before.size

    def _largest_gap(self, at: int) -> int:
        chunk = self._chunks[at]
        if chunk.gap is None:
            end = self._end_before(at, 0)
            largest = rest = 0
            for base, region in zip(chunk.bases, chunk.items, strict=True):
                gap = base - end
                if gap > largest:
                    largest, rest = gap, largest
                elif gap > rest:
                    rest = gap
                end = base + region.size
            chunk.gap = largest
            chunk.rest = rest
        return chunk.gap

    def _gaps(self, size: int) -> Iterator[tuple[int, int]]:
        """(start, length) of every gap of at least `size` bytes, ascending."""
        end = self.base
        for at, chunk in enumerate(self._chunks):
            if (chunk.gap if chunk.gap is not None else self._largest_gap(at)) >= size:
                for base, region in zip(chunk.bases, chunk.items, strict=True):
                    if base - end >= size:
                        yield end, base - end
                    end = base + region.size
            last = chunk.items[-1]
            end = last.base + last.size
        if self.end - end >= size:
            yield end, self.end - end

    def gaps(self, size: int) -> Iterator[tuple[int, int]]:
        """(start, length) of every gap of at least `size` bytes, ascending. The list must not change meanwhile."""
        return self._gaps(size)

    def lowest_gap(self, size: int) -> int | None:
        """The lowest address where `size` bytes (more than 0) are free, or None."""
        found = self._gap_from(size, self._low_at if size >= self._low_size else self.base)
        if found is not None:
            self._low_size, self._low_at = size, found
        return found

    def _gap_from(self, size: int, start: int) -> int | None:
        """The lowest gap of at least `size` bytes, of those that begin at `start`, which is where one may begin, or
        above."""
        at = max(0, bisect_right(self._firsts, start) - 1)
        chunks = self._chunks
        if not chunks:
            return self.base if self.end - self.base >= size else None
        where = bisect_right(chunks[at].bases, start)
        if where:
            below = chunks[at].items[where - 1]
            end = below.base + below.size
        else:
            end = self._end_before(at, 0)
        for index in range(at, len(chunks)):
            chunk = chunks[index]
            if (chunk.gap if chunk.gap is not None else self._largest_gap(index)) >= size:
                for place in range(where, len(chunk.bases)):
                    if chunk.bases[place] - end >= size:
                        return end
                    region = chunk.items[place]
                    end = region.base + region.size
            where = 0
            last = chunk.items[-1]
            end = last.base + last.size
        return end if self.end - end >= size else None

    def pick(self, size: int, choose: Callable[[int], int]) -> int | None:
        """One of the page-aligned addresses that could hold a region of `size` bytes, or None where there is none.

        `choose(n)` says which of n it is, counted from 0, ascending.
        """
        places = self._places_for(size >> PAGE_SHIFT)
        last = self._end_before(len(self._chunks), 0)
        total = places.total + max(0, (self.end - last - size >> PAGE_SHIFT) + 1)
        if not total:
            return None
        index = choose(total)
        if index >= places.total:
            return last + (index - places.total << PAGE_SHIFT)
        at, index = places.find(index)
        chunk, end = self._chunks[at], self._end_before(at, 0)
        # How far into the places of the chunk, in bytes.
        left = index << PAGE_SHIFT
        for base, region in zip(chunk.bases, chunk.items, strict=True):
            room = base - end - size
            if room >= 0:
                if left <= room:
                    break
                left -= room + PAGE_SIZE
            end = base + region.size
        return end + left

    def _places_for(self, pages: int) -> Sums:
        """At how many page-aligned addresses in the gaps of each chunk a region of so many pages can begin."""
        places = self._places.get(pages)
        if places is None:
            if len(self._places) == self.SIZES:
                del self._places[next(iter(self._places))]
            places = self._places[pages] = Sums([self._count_places(at, pages) for at in range(len(self._chunks))])
        elif places.stale:
            for at in places.stale:
                places.set(at, self._count_places(at, pages))
            places.stale.clear()
        return places

    def _count_places(self, at: int, pages: int) -> int:
        """The same of chunk `at`, counted."""
        chunk = self._chunks[at]
        if not chunk.pages:
            self._know_gaps(at)
        room = chunk.pages[bisect_left(chunk.pages, pages) :]
        return sum(room) - len(room) * (pages - 1)

    def _know_gaps(self, at: int) -> None:
        """Makes the lengths of the gaps of chunk `at` known."""
        chunk = self._chunks[at]
        ends = [self._end_before(at, 0), *(region.base + region.size for region in chunk.items)]
        chunk.pages = sorted(base - end >> PAGE_SHIFT for base, end in zip(chunk.bases, ends, strict=False))

    def check(self) -> None:
        """Raises AssertionError when the order, the bounds or a cached gap is wrong."""
        assert len(self._chunks) == len(self._firsts), "regions: chunks and their first addresses differ"
        end, count = self.base, 0
        for at, chunk in enumerate(self._chunks):
            assert chunk.items and len(chunk.items) == len(chunk.bases) <= self.LIMIT, "regions: a chunk is malformed"
            assert self._firsts[at] == chunk.bases[0], "regions: a chunk's first address is wrong"
            largest = rest = 0
            for base, region in zip(chunk.bases, chunk.items, strict=True):
                assert base == region.base and region.size > 0, "regions: an address is stale"
                assert base >= end, f"regions: the region at {base:#x} overlaps the one before"
                largest, rest = max(largest, base - end), max(rest, min(largest, base - end))
                end = base + region.size
                count += 1
            assert chunk.gap in (None, largest), f"regions: a largest gap is {largest:#x}, not {chunk.gap}"
            if chunk.pages:
                known = chunk.pages
                self._know_gaps(at)
                assert chunk.pages == known, "regions: the lengths of gaps are stale"
            assert chunk.gap is None or chunk.rest >= rest, "regions: a gap is larger than the rest is said to be"
        for start, length in self._gaps(1):
            assert start >= self._low_at or length < self._low_size, "regions: a low gap was forgotten"
        for pages, sums in self._places.items():
            numbers = sums.numbers()
            assert len(numbers) == len(self._chunks), "regions: places are counted of other chunks"
            for at, number in enumerate(numbers):
                right = at in sums.stale or number == self._count_places(at, pages)
                assert right, "regions: the places of a chunk are wrong"
        assert end <= self.end, "regions: a region reaches beyond its owner"
        assert count == self._count, "regions: the count is wrong"
