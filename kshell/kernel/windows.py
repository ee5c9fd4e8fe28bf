"""Windows: in which stretches of 2^n pages a set of pages has any member.

    pages     ..###.......|............|.#..........|###.....       members of a PageSet
    windows        0            1            2           3          occupied: 0, 2, 3

A page-table page is there for each window of 2 MiB that holds a present page, a page-list node for each window of
64 KiB that holds a page of a VMO. Both come with the first page and go with the last; asking and changing costs a few
operations on sets of ranges, however many pages a range has.
"""

from __future__ import annotations

from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.pages import PageSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def windows_of(runs: Iterable[tuple[int, int]], shift: int) -> int:
    """How many windows of 2^`shift` the pages of `runs`, which ascend, lie in."""
    count = 0
    last = -1
    for start, end in runs:
        first, final = start >> shift, (end - 1) >> shift
        count += final - first + (first != last)
        last = final
    return count


@mypyc_attr(allow_interpreted_subclasses=True)
class Windows:
    """The windows of 2^`shift` indexes that hold a member of a set, which the owner keeps.

    Invariant: a window is in `occupied` exactly when the set has a member in it. Ranges are half open.
    """

    __slots__ = ("shift", "occupied")

    def __init__(self, shift: int) -> None:
        self.shift = shift
        self.occupied = PageSet()

    def __len__(self) -> int:
        return len(self.occupied)

    def copy(self) -> Windows:
        """The same windows, for a set of its own."""
        twin = Windows.__new__(Windows)
        twin.shift = self.shift
        twin.occupied = self.occupied.copy()
        return twin

    def missing(self, start: int, end: int) -> int:
        """How many windows more there would be with all of [start, end), which is not empty, in the set."""
        first, last = start >> self.shift, (end - 1) >> self.shift
        return last + 1 - first - self.occupied.count_range(first, last + 1)

    def enter(self, start: int, end: int) -> int:
        """All of [start, end), which is not empty, came into the set; returns how many windows are new."""
        return self.occupied.add_range(start >> self.shift, ((end - 1) >> self.shift) + 1)

    def leave(self, members: PageSet, start: int, end: int) -> tuple[int, int, int]:
        """All of [start, end), which is not empty, has left the set, which now is `members`.

        Returns how many windows are gone, and the first and the end of those in the range that are empty now."""
        shift = self.shift
        first, last = start >> shift, (end - 1) >> shift
        low, high = first << shift, (last + 1) << shift
        # Only the windows at both ends can have members outside the range.
        if start > low and members.count_range(low, start):
            first += 1
        if high > end and members.count_range(end, high):
            last -= 1
        return self.occupied.remove_range(first, last + 1), first, last + 1

    def recount(self, members: PageSet) -> PageSet:
        """The windows of `members`, computed from scratch."""
        shift = self.shift
        return PageSet.ascending((start >> shift, ((end - 1) >> shift) + 1) for start, end in members.runs())
