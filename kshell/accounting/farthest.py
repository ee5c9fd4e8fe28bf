"""Numbers at places, and the last place up to another whose number reaches beyond it, in log n steps.

    larger of two          [ 7 ]
                      [ 4 ]     [ 7 ]
    number           [4] [0]   [7] [5]
    place             0   1     2   3

Where the numbers are the ends of ranges that begin at their places, one inside the other or apart, that is the
innermost range that a place is in.
"""

from __future__ import annotations


class Farthest:
    """`count` numbers, all 0 at first."""

    __slots__ = ("_size", "_nodes")

    def __init__(self, count: int) -> None:
        self._size = 1 << (count - 1).bit_length()
        # Node i has the larger of the nodes 2i and 2i + 1; the numbers themselves are at the end.
        self._nodes = [0] * (2 * self._size)

    def put(self, at: int, number: int) -> None:
        """Makes the number at a place another one."""
        nodes = self._nodes
        at += self._size
        nodes[at] = number
        while at > 1:
            at >>= 1
            left, right = nodes[2 * at], nodes[2 * at + 1]
            nodes[at] = left if left > right else right

    def last(self, at: int) -> int:
        """The last place up to `at` whose number is larger than `at`; there has to be one."""
        nodes = self._nodes
        node = at + self._size
        if nodes[node] > at:
            return at
        # Up to where a node on the left has one, and down again, on the right where that has one.
        while not (node & 1 and nodes[node - 1] > at):
            node >>= 1
        node -= 1
        while node < self._size:
            node = 2 * node + 1
            if nodes[node] <= at:
                node -= 1
        return node - self._size
