"""What a VMO knows about the mappings that show it, and how it finds those that show a page.

    VMO    [0][1][2][3][4][5][6][7]
    view         '--------'             offset 0x2000, size 0x3000: who sees pages 2 to 4

A page that comes or goes has to leave the page tables of whoever maps it. A VMO with a hundred thousand mappings must
not ask every one of them, so they are sorted into buckets by what they show: a mapping of up to 16 pages goes into the
one or two buckets of 16 pages it touches, one of up to 256 into buckets of 256, and so on.

    level 0   [0-15] [16-31] [32-47] ...        level 1   [0-255] [256-511] ...
"""

from __future__ import annotations

from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.aspace import AddressSpace
from kshell.kernel.compiling import mypyc_attr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# A bucket of the lowest level has 2^4 pages; one of the next level 2^4 times as many.
BITS = 4


@mypyc_attr(allow_interpreted_subclasses=True)
class View:
    """A mapping as the VMO sees it: which of its pages are shown, and to whom.

    `vmo_offset` and `size` are bytes, page multiples; `aspace` is the address space the pages are shown in.
    """

    __slots__ = ()

    vmo_offset: int
    size: int
    aspace: AddressSpace

    def unmap_pages(self, start: int, end: int) -> None:
        """Takes those of the VMO's pages [start, end) that are shown here out of the page tables. Pages that are not
        shown here do no harm."""
        raise NotImplementedError


@mypyc_attr(allow_interpreted_subclasses=True)
class MappingIndex:
    """The views of one VMO by the pages they show.

    Invariant: a view is in each bucket of its level that its pages touch, of which there are at most two.
    """

    __slots__ = ("levels",)

    def __init__(self) -> None:
        self.levels: dict[int, dict[int, dict[View, None]]] = {}

    def add(self, view: View) -> None:
        """Adds a view."""
        level, buckets = _place(view)
        known = self.levels.setdefault(level, {})
        for bucket in buckets:
            known.setdefault(bucket, {})[view] = None

    def remove(self, view: View) -> None:
        """Takes a view out; it must show what it showed when it was added."""
        level, buckets = _place(view)
        known = self.levels[level]
        for bucket in buckets:
            members = known[bucket]
            del members[view]
            if not members:
                del known[bucket]
        if not known:
            del self.levels[level]

    def near(self, start: int, end: int) -> Iterator[View]:
        """The views that may show pages of [start, end), some perhaps twice."""
        for level, known in self.levels.items():
            shift = BITS * (level + 1)
            first, last = start >> shift, (end - 1) >> shift
            if last - first >= len(known):
                for bucket, members in known.items():
                    if first <= bucket <= last:
                        yield from members
                continue
            for bucket in range(first, last + 1):
                yield from known.get(bucket, ())

    def check(self, views: dict[View, None]) -> None:
        """Raises AssertionError unless exactly `views` are here, each in the buckets of its pages."""
        found: dict[tuple[int, int, View], None] = {
            (level, bucket, view): None
            for level, known in self.levels.items()
            for bucket, members in known.items()
            for view in members
        }
        wanted = {(level, bucket, view): None for view in views for level, buckets in [_place(view)]
                  for bucket in buckets}  # fmt: skip
        assert found.keys() == wanted.keys(), "mapping index: a mapping is in a wrong bucket, or missing"


def _place(view: View) -> tuple[int, range]:
    """(level, buckets) of a view."""
    first = view.vmo_offset >> PAGE_SHIFT
    pages = view.size >> PAGE_SHIFT
    level = max(0, (pages - 1).bit_length() - 1) // BITS
    shift = BITS * (level + 1)
    return level, range(first >> shift, (first + pages - 1 >> shift) + 1)
