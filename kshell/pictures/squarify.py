"""Sizes to rectangles: a squarified treemap, in which each rectangle is as near to a square as it can be.

    6 6 4 3 2 2 1 in 6 by 4        +--------+-----+---+
                                   |   6    |  4  | 3 |
    rows stand along the shorter   +--------+---+-+-+-+
    side; a row ends when one      |   6    | 2 | 2 |1|
    more would make it worse       +--------+---+---+-+

It is the way of Bruls, Huizing and van Wijk ("Squarified treemaps", 2000). Rectangles that touch have the very same
number as their edge, so whoever rounds edges gets rectangles that touch still, and neither gap nor overlap.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# left, top, right, bottom
Rectangle = tuple[float, float, float, float]


def squarify(sizes: Sequence[int], left: float, top: float, right: float, bottom: float) -> list[Rectangle]:
    """A rectangle (left, top, right, bottom) for each size, in the order of `sizes`; together they are the one given.

    The area is in proportion to the size, the largest at the left and the top, equal ones in their order. A size of 0
    has a rectangle without area, at the bottom right corner. Whoever wants rectangles that look square in units that
    are not, such as characters, scales one side before and after.
    """
    found: list[Rectangle] = [(right, bottom, right, bottom)] * len(sizes)
    order = [at for at in sorted(range(len(sizes)), key=lambda at: -sizes[at]) if sizes[at] > 0]
    rest = sum(sizes[at] for at in order)
    start = 0
    while start < len(order):
        wide, high = right - left, bottom - top
        end, row = _row(sizes, order, start, min(wide, high), wide * high / rest if rest else 0.0)
        last = end == len(order)
        if wide >= high:
            edge = right if last else left + wide * row / rest
            for at, (near, far) in _shares(sizes, order[start:end], row, top, bottom):
                found[at] = (left, near, edge, far)
            left = edge
        else:
            edge = bottom if last else top + high * row / rest
            for at, (near, far) in _shares(sizes, order[start:end], row, left, right):
                found[at] = (near, top, far, edge)
            top = edge
        start = end
        rest -= row
    return found


def _row(sizes: Sequence[int], order: list[int], start: int, side: float, scale: float) -> tuple[int, int]:
    """Where the row from `start` ends, and its sum: it takes sizes as long as its worst rectangle gets no worse.

    The row stands along `side`; a size takes `scale` of area. The worst of a row is its first size or its last.
    """
    row = end = 0
    worst = 0.0
    for end in range(start, len(order)):
        more = row + sizes[order[end]]
        thick = more * scale / side if side else 0.0
        first, last = (sizes[order[at]] * scale for at in (start, end))
        ratio = max(first / thick / thick, thick * thick / last) if thick else 1.0
        if row and ratio > worst:
            return end, row
        row, worst = more, ratio
    return end + 1, row


def _shares(
    sizes: Sequence[int], members: list[int], row: int, near: float, far: float
) -> list[tuple[int, tuple[float, float]]]:
    """(member, (where it begins, where it ends)) along the side of a row from `near` to `far`."""
    found = []
    edge, so_far = near, 0
    for at in members:
        so_far += sizes[at]
        before, edge = edge, far if so_far == row else near + (far - near) * so_far / row
        found.append((at, (before, edge)))
    return found
