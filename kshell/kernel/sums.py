"""Sums: numbers in order, what so many of them are together, and which of them a running count falls into: each in
log n steps.

numbers    3   1   4   1   5   9   2   6
nodes      3   4   4   9   5  14   2  31        node i, counted from 1, is the sum of the numbers up to the i-th,
           '---'       |   '---'       |        of as many as the lowest bit of i says: a Fenwick tree
           '-----------'               |
           '---------------------------'
"""

from __future__ import annotations

from kshell.kernel.compiling import mypyc_attr


@mypyc_attr(allow_interpreted_subclasses=True)
class Sums:
    """Numbers, none negative where `find` is asked; `total` is their sum.

    `stale` is the owner's: the places whose numbers are to be set again before anything is asked.
    """

    __slots__ = ("total", "stale", "_numbers", "_nodes")

    def __init__(self, numbers: list[int]) -> None:
        """Takes the list over."""
        self.stale: list[int] = []
        self._numbers = numbers
        self._nodes: list[int] = []
        self.total = 0
        self._add_up()

    def __len__(self) -> int:
        return len(self._numbers)

    def _add_up(self) -> None:
        numbers = self._numbers
        nodes = [0, *numbers]
        for at in range(1, len(nodes)):
            above = at + (at & -at)
            if above < len(nodes):
                nodes[above] += nodes[at]
        self._nodes = nodes
        self.total = sum(numbers)

    def set(self, at: int, number: int) -> None:
        """Makes the number at place `at` another one."""
        more = number - self._numbers[at]
        if more:
            self.add(at, more)

    def add(self, at: int, more: int) -> None:
        """Adds to the number at place `at`."""
        self._numbers[at] += more
        self.total += more
        nodes = self._nodes
        node = at + 1
        while node < len(nodes):
            nodes[node] += more
            node += node & -node

    def below(self, end: int) -> int:
        """The sum of the first `end` numbers."""
        nodes = self._nodes
        found = 0
        while end:
            found += nodes[end]
            end &= end - 1
        return found

    def split(self, at: int) -> None:
        """The number at place `at` becomes two; both are stale, and the second is 0 until it is set."""
        self._numbers.insert(at + 1, 0)
        self.stale = [place + (place > at) for place in self.stale]
        self.stale += (at, at + 1)
        self._add_up()

    def find(self, count: int) -> tuple[int, int]:
        """(place, rest): the number that a count from 0 up, below `total`, falls into, and how far into it."""
        nodes = self._nodes
        at = 0
        step = 1 << len(self._numbers).bit_length() - 1
        while step:
            above = at + step
            if above < len(nodes) and nodes[above] <= count:
                at = above
                count -= nodes[above]
            step >>= 1
        return at, count

    def numbers(self) -> list[int]:
        """The numbers, in order."""
        return self._numbers.copy()
