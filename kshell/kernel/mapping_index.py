"""Which mappings show a page of a VMO, when there are many of them.

A page that comes or goes leaves the page tables of whoever maps it. A VMO with a hundred thousand mappings must not
ask every one of them, so they are sorted into buckets by what they show: a mapping of up to 16 pages goes into the
one or two buckets of 16 pages it touches, one of up to 256 into buckets of 256, and so on.

    level 0   [0-15] [16-31] [32-47] ...        level 1   [0-255] [256-511] ...
"""

from __future__ import annotations

from kshell.kernel.abi import PAGE_SHIFT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kshell.kernel.vmar import Mapping

# A bucket of the lowest level has 2^4 pages; one of the next level 2^4 times as many.
BITS = 4


class Windows:
    """The mappings of one VMO by the pages they show.

    Invariant: a mapping is in each bucket of its level that its window touches, of which there are at most two.
    """

    __slots__ = ("levels",)

    def __init__(self) -> None:
        self.levels: dict[int, dict[int, dict[Mapping, None]]] = {}

    def add(self, mapping: Mapping) -> None:
        """Adds a mapping."""
        level, buckets = _place(mapping)
        known = self.levels.setdefault(level, {})
        for bucket in buckets:
            known.setdefault(bucket, {})[mapping] = None

    def remove(self, mapping: Mapping) -> None:
        """Takes a mapping out; its window must be what it was when it was added."""
        level, buckets = _place(mapping)
        known = self.levels[level]
        for bucket in buckets:
            members = known[bucket]
            del members[mapping]
            if not members:
                del known[bucket]
        if not known:
            del self.levels[level]

    def near(self, start: int, end: int) -> Iterator[Mapping]:
        """The mappings that may show pages of [start, end), some perhaps twice."""
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

    def check(self, mappings: dict[Mapping, None]) -> None:
        """Raises AssertionError unless exactly `mappings` are here, each where its window is."""
        found: dict[tuple[int, int, Mapping], None] = {
            (level, bucket, mapping): None
            for level, known in self.levels.items()
            for bucket, members in known.items()
            for mapping in members
        }
        wanted = {(level, bucket, mapping): None for mapping in mappings for level, buckets in [_place(mapping)]
                  for bucket in buckets}  # fmt: skip
        assert found.keys() == wanted.keys(), "windows: a mapping is in a wrong bucket, or missing"


def _place(mapping: Mapping) -> tuple[int, range]:
    """(level, buckets) of a mapping."""
    first = mapping.vmo_offset >> PAGE_SHIFT
    pages = mapping.size >> PAGE_SHIFT
    level = max(0, (pages - 1).bit_length() - 1) // BITS
    shift = BITS * (level + 1)
    return level, range(first >> shift, (first + pages - 1 >> shift) + 1)
