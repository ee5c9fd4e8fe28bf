"""PageSet: a set of page indexes, as ranges.

    runs    {0..32, 512, 4096..5000}     starts [0, 512, 4096]   ends [33, 513, 5001]
    bitmap  a million scattered pages    about two bytes each

Committing a terabyte is one range, and a million scattered pages are a million members; both have to be cheap.
A set is a list of runs as long as it has few of them, and a compressed bitmap (pyroaring) once it has many; it
goes back once it has become simple again. Which of the two it is cannot be seen from outside.

The laws are those of a mathematical set of integers in [0, 2^52); the tests compare it with one.
"""

from __future__ import annotations

from kshell.kernel.compiling import poll
from kshell.kernel.light import bisect_left, bisect_right

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyroaring import BitMap64

# Beyond the last page index of an object of 2^64 bytes.
LIMIT = 1 << 52
# A list with more runs becomes a bitmap; a bitmap with fewer pages than half of this becomes a list again.
MAX_RUNS = 64
# A bitmap is searched for runs in windows of this many pages.
WINDOW = 1 << 16


class PageSet:
    """A mutable set of page indexes. Ranges are half open: [start, end).

    Invariants: `_bits` is None and the runs are in `_starts` and `_ends`, ascending, never touching; or `_bits`
    holds the members and both lists are empty. `_count` is the number of members.
    """

    __slots__ = ("_starts", "_ends", "_bits", "_count")

    def __init__(self, runs: Iterable[tuple[int, int]] = ()) -> None:
        """The set of all pages in `runs`."""
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._bits: BitMap64 | None = None
        self._count = 0
        for start, end in runs:
            self.add_range(start, end)

    @classmethod
    def ascending(cls, runs: Iterable[tuple[int, int]]) -> PageSet:
        """The set of all pages in `runs`, which ascend; they may touch and overlap."""
        made = cls()
        starts, ends = made._starts, made._ends
        last = -1
        for start, end in runs:
            if start > last:
                starts.append(start)
                ends.append(end)
                last = end
            elif end > last:
                ends[-1] = last = end
        made._count = sum(ends) - sum(starts)
        if len(starts) > MAX_RUNS:
            made._to_bitmap()
        return made

    def begin(self, runs: tuple[tuple[int, int], ...]) -> None:
        """Puts all pages of `runs`, which ascend and do not touch, into the set, which is empty."""
        if len(runs) == 1:
            # Most of what a boot image lists is one run.
            start, end = runs[0]
            self._starts.append(start)
            self._ends.append(end)
            self._count = end - start
            return
        self._starts = [start for start, _ in runs]
        self._ends = [end for _, end in runs]
        self._count = sum(self._ends) - sum(self._starts)
        if len(runs) > MAX_RUNS:
            self._to_bitmap()

    # Asking

    def __len__(self) -> int:
        return self._count

    def __bool__(self) -> bool:
        return self._count > 0

    def __contains__(self, page: int) -> bool:
        if self._bits is not None:
            return page in self._bits
        at = bisect_right(self._starts, page) - 1
        return at >= 0 and page < self._ends[at]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PageSet):
            return NotImplemented
        if self._count != other._count:
            return False
        if self._bits is not None and other._bits is not None:
            return bool(self._bits == other._bits)
        if self._bits is None and other._bits is None:
            return self._starts == other._starts and self._ends == other._ends
        return all(a == b for a, b in zip(self.runs(), other.runs(), strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"PageSet({list(self.runs())})"

    def count_range(self, start: int, end: int) -> int:
        """How many members lie in [start, end)."""
        if start >= end or not self._count:
            return 0
        if self._bits is not None:
            return int(self._bits.range_cardinality(start, end))
        starts, ends = self._starts, self._ends
        first = bisect_right(ends, start)
        last = bisect_left(starts, end)
        if first >= last:
            return 0
        total = sum(ends[first:last]) - sum(starts[first:last])
        return total - max(0, start - starts[first]) - max(0, ends[last - 1] - end)

    def contains_range(self, start: int, end: int) -> bool:
        """Whether every page of [start, end) is a member."""
        return start >= end or self.count_range(start, end) == end - start

    def first(self, start: int = 0) -> int | None:
        """The lowest member that is at least `start`, or None."""
        if self._bits is not None:
            return _next_member(self._bits, start)
        at = bisect_right(self._ends, start)
        return max(start, self._starts[at]) if at < len(self._starts) else None

    def runs(self, start: int = 0, end: int = LIMIT) -> Iterator[tuple[int, int]]:
        """The longest runs of members inside [start, end), ascending. The set must not change meanwhile."""
        if start >= end:
            return
        if self._bits is not None:
            if end - start > 1:
                yield from self._bitmap_runs(start, end)
            elif start in self._bits:
                yield start, end
            return
        starts, ends = self._starts, self._ends
        for at in range(bisect_right(ends, start), len(starts)):
            low, high = starts[at], ends[at]
            if low >= end:
                return
            yield (low if low > start else start), (high if high < end else end)

    def _bitmap_runs(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        bits = self._bits
        assert bits is not None
        run: tuple[int, int] | None = None
        at = _next_member(bits, start)
        while at is not None and at < end:
            poll()
            window_end = min(end, (at | (WINDOW - 1)) + 1)
            for low, high in _window_runs(bits, at, window_end):
                if run is None:
                    run = (low, high)
                elif run[1] == low:
                    run = (run[0], high)
                else:
                    yield run
                    run = (low, high)
            at = _next_member(bits, window_end)
        if run is not None:
            yield run

    def gaps(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The longest runs inside [start, end) of pages that are not members, ascending."""
        at = start
        for low, high in self.runs(start, end):
            if at < low:
                yield at, low
            at = high
        if at < end:
            yield at, end

    def listed(self, start: int, end: int) -> list[tuple[int, int]]:
        """The same as `runs`, all at once: quicker where they are few."""
        starts, ends = self._starts, self._ends
        if len(starts) == 1 and start <= starts[0] and ends[0] <= end:
            return [(starts[0], ends[0])]
        return list(self.runs(start, end)) if self._count else []

    # Changing

    def add(self, page: int) -> bool:
        """Adds one page; returns whether it is new."""
        bits = self._bits
        if bits is not None:
            if page in bits:
                return False
            bits.add(page)
            self._count += 1
            return True
        starts, ends = self._starts, self._ends
        at = bisect_right(starts, page)
        if at and page <= ends[at - 1]:
            if page < ends[at - 1]:
                return False
            # The page continues the run before it, and may close the gap to the one after it.
            if at < len(starts) and starts[at] == page + 1:
                ends[at - 1] = ends[at]
                del starts[at], ends[at]
            else:
                ends[at - 1] = page + 1
        elif at < len(starts) and starts[at] == page + 1:
            starts[at] = page
        else:
            starts.insert(at, page)
            ends.insert(at, page + 1)
            if len(starts) > MAX_RUNS:
                self._to_bitmap()
        self._count += 1
        return True

    def discard(self, page: int) -> bool:
        """Removes one page; returns whether it was a member."""
        if self._bits is None:
            return self.remove_range(page, page + 1) > 0
        if page not in self._bits:
            return False
        self._bits.discard(page)
        self._count -= 1
        self._simplify()
        return True

    def add_range(self, start: int, end: int) -> int:
        """Adds [start, end); returns how many pages are new.

        For a set of many runs the cost grows with (end - start) / 65536: callers bound it by physical memory.
        """
        if start >= end:
            return 0
        if start < 0 or end > LIMIT:
            raise ValueError(f"pages [{start}, {end}) are outside [0, 2^52)")
        if end - start == 1:
            return self.add(start)
        new = end - start - self.count_range(start, end)
        if not new:
            return 0
        self._count += new
        if self._bits is not None:
            self._bits.add_range(start, end)
            return new
        starts, ends = self._starts, self._ends
        # All runs that touch the range become one with it.
        first = bisect_left(ends, start)
        last = bisect_right(starts, end)
        if first < last:
            start = min(start, starts[first])
            end = max(end, ends[last - 1])
        starts[first:last] = [start]
        ends[first:last] = [end]
        if len(starts) > MAX_RUNS:
            self._to_bitmap()
        return new

    def remove_range(self, start: int, end: int) -> int:
        """Removes [start, end); returns how many pages were members."""
        if end - start == 1 and self._bits is not None:
            return int(self.discard(start))
        gone = self.count_range(start, end)
        if not gone:
            return 0
        self._count -= gone
        if self._bits is not None:
            if self._count:
                self._bits.remove_range(start, end)
                self._simplify()
            else:
                self._bits = None
            return gone
        starts, ends = self._starts, self._ends
        first = bisect_right(ends, start)
        last = bisect_left(starts, end)
        kept_starts: list[int] = []
        kept_ends: list[int] = []
        if starts[first] < start:
            kept_starts.append(starts[first])
            kept_ends.append(start)
        if ends[last - 1] > end:
            kept_starts.append(end)
            kept_ends.append(ends[last - 1])
        starts[first:last] = kept_starts
        ends[first:last] = kept_ends
        if len(starts) > MAX_RUNS:
            self._to_bitmap()
        return gone

    def clear(self) -> None:
        """Removes all members."""
        self._starts, self._ends, self._bits, self._count = [], [], None, 0

    def update(self, other: PageSet) -> None:
        """Adds the members of `other`."""
        for start, end in list(other.runs()):
            self.add_range(start, end)

    def difference_update(self, other: PageSet) -> None:
        """Removes the members of `other`."""
        for start, end in list(other.runs()):
            self.remove_range(start, end)

    # New sets

    def copy(self) -> PageSet:
        """A set of its own with the same members."""
        twin = PageSet.__new__(PageSet)
        twin._starts = self._starts[:]
        twin._ends = self._ends[:]
        bits = self._bits
        twin._bits = None if bits is None else bits.copy()
        twin._count = self._count
        return twin

    def window(self, start: int, end: int) -> PageSet:
        """The members inside [start, end)."""
        return PageSet(self.runs(start, end))

    def shifted(self, delta: int) -> PageSet:
        """The members moved by `delta` pages; none may become negative."""
        return PageSet((start + delta, end + delta) for start, end in self.runs())

    def __or__(self, other: PageSet) -> PageSet:
        small, large = sorted((self, other), key=len)
        result = large.copy()
        result.update(small)
        return result

    def __sub__(self, other: PageSet) -> PageSet:
        return PageSet(gap for start, end in self.runs() for gap in other.gaps(start, end))

    def __and__(self, other: PageSet) -> PageSet:
        small, large = sorted((self, other), key=len)
        return PageSet(run for start, end in small.runs() for run in large.runs(start, end))

    # The two shapes

    def _to_bitmap(self) -> None:
        global MAX_RUNS
        try:
            from pyroaring import BitMap64
        except ImportError:
            # Compiled code cannot be loaded from a zip archive. A list of any length is as right, and slower.
            MAX_RUNS = LIMIT
            return
        bits = BitMap64()
        for start, end in zip(self._starts, self._ends, strict=True):
            bits.add_range(start, end)
        self._starts, self._ends, self._bits = [], [], bits

    def _simplify(self) -> None:
        """Back to runs once there cannot be many: half the pages that made it a bitmap, so it does not flap."""
        if self._count <= MAX_RUNS // 2 and self._bits is not None:
            runs = list(self._bitmap_runs(0, LIMIT))
            self._starts = [start for start, _ in runs]
            self._ends = [end for _, end in runs]
            self._bits = None


def _next_member(bits: BitMap64, start: int) -> int | None:
    try:
        return int(bits.next_set_bit(start))
    except ValueError:
        return None


def _window_runs(bits: BitMap64, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The runs of `bits` inside [start, end), a window of at most 65536 pages."""
    from pyroaring import BitMap64

    if bits.contains_range(start, end):
        yield start, end
        return
    mask = BitMap64()
    mask.add_range(start, end)
    window = bits & mask
    low = window - window.shift(1)
    high = window - window.shift(-1)
    for first, last in zip(low, high, strict=True):
        yield first, last + 1
