"""Who sees the pages of a family of clones, and how many others do: one sweep over the family's pages.

    axis      0  1  2  3  4      All VMOs of a family lie over one axis. At each place of it a VMO has a page of its
    first    [a][a][a][ ][ ]     own, and is a *holder* there, or looks through to the nearest holder above it. A
      clone      |  |[b][b]      holder serves its branch of the family, the VMO itself and all that was cloned from
        clone       [c][ ]       it, but for the branches of holders inside.

The sweep goes from place to place where anything begins or ends: pages that a VMO has (HOLD, RELEASE), or a look at
pages of a VMO (JOIN, LEAVE). VMOs are numbered as a tree is read from the top, so a branch is a range of numbers, and
each step asks two trees about ranges:

    the nearest holder above     the last number before whose branch goes on (`farthest.py`)
    the looks that it takes      those in its branch that no holder inside it serves: a sum over the branch (`sums.py`)

What a look has seen is what its holder has shown so far, less what that had shown when the look began. A holder that
takes its branch over goes on from what the one above has shown; when it gives the branch back, all in it is put right
by the difference of the two, at once: one more sum over numbers. Holders inside stand in that sum too, so what they
have shown is counted from where they stand.

So n VMOs, looks and runs of pages take n log n steps, however long chains of clones are. Where a VMO ends its clones
see nothing through it: from there on it holds its branch, and shows nothing.
"""

from __future__ import annotations

from kshell.accounting.farthest import Farthest
from kshell.kernel.compiling import poll
from kshell.kernel.sums import Sums
from kshell.kernel.vmo import Vmo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# A look at the pages [start, end) of a VMO, not beyond its end: (the VMO's number, start, end), as that VMO counts.
Look = tuple[int, int, int]
# What happens, in this order where several things happen at one place.
RELEASE, LEAVE, HOLD, JOIN, SHOW = range(5)
# One thing that happened: (RELEASE or HOLD, the holder's number, that of the next one above, 0), (LEAVE or JOIN, which
# look, its holder's number, 0), (SHOW, the holder's number, how many pages it showed, to how many looks).
Step = tuple[int, int, int, int]
# The number of what is above all VMOs: it holds what none of the family has, and shows nothing.
NOBODY = 0


class Family:
    """A VMO and all its descendants, numbered from 1 on, parents before their clones.

    `members` has the VMOs by number, `begins` where on the axis they begin, and `ends` the number behind their branch;
    at 0 stands the first VMO again, for NOBODY.
    """

    __slots__ = ("members", "begins", "ends")

    def __init__(self, first: Vmo) -> None:
        self.members: list[Vmo] = [first]
        self.begins: list[int] = [0]
        above: list[int] = [NOBODY]
        todo: list[tuple[Vmo, int, int]] = [(first, 0, NOBODY)]
        while todo:
            poll()
            vmo, begins, parent = todo.pop()
            number = len(self.members)
            self.members.append(vmo)
            self.begins.append(begins)
            above.append(parent)
            for child in vmo.children:
                todo.append((child, begins + child.parent_page, number))
        self.ends: list[int] = [number + 1 for number in range(len(above))]
        for number in range(len(above) - 1, 0, -1):
            if self.ends[number] > self.ends[above[number]]:
                self.ends[above[number]] = self.ends[number]


class Sweep:
    """What `looks` at the members of a family see: `steps` are all that happens on the way, in order."""

    __slots__ = ("steps", "_family", "_looks", "_holders", "_free", "_served", "_since")

    def __init__(self, family: Family, looks: Sequence[Look]) -> None:
        self.steps: list[Step] = []
        self._family = family
        self._looks = looks
        count = len(family.members)
        # The branches of those that hold something here.
        self._holders = Farthest(count)
        self._holders.put(NOBODY, count)
        # At each number its looks, less those it serves as a holder: what is left in a branch is free to be taken.
        self._free = Sums([0] * count)
        # How many looks a holder serves, and since where.
        self._served = [0] * count
        self._since = [0] * count
        for at, what, which in sorted(self._places()):
            poll()
            if what == HOLD:
                self._hold(which, at)
            elif what == RELEASE:
                self._release(which, at)
            else:
                self._look(what, which, at)

    def _places(self) -> list[tuple[int, int, int]]:
        """Where on the axis what begins and ends: (place, what happens, the number of the VMO or which look)."""
        family = self._family
        found: list[tuple[int, int, int]] = []
        for number in range(1, len(family.members)):
            poll()
            vmo, begins = family.members[number], family.begins[number]
            for start, end in vmo.pages.runs():
                found.append((begins + start, HOLD, number))
                found.append((begins + end, RELEASE, number))
            if vmo.children:
                found.append((begins + vmo.page_count, HOLD, number))
        for which, (number, start, end) in enumerate(self._looks):
            found.append((family.begins[number] + start, JOIN, which))
            found.append((family.begins[number] + end, LEAVE, which))
        return found

    def _hold(self, number: int, at: int) -> None:
        """From here on a VMO serves its branch."""
        above = self._nearest(number, at)
        taken = self._free.below(self._family.ends[number]) - self._free.below(number)
        self._move(taken, above, number)
        self._since[number] = at
        self._holders.put(number, self._family.ends[number])
        self.steps.append((HOLD, number, above, 0))

    def _release(self, number: int, at: int) -> None:
        """From here on the next holder above does."""
        self._settle(number, at)
        self._holders.put(number, 0)
        above = self._nearest(number, at)
        self._move(self._served[number], number, above)
        self.steps.append((RELEASE, number, above, 0))

    def _look(self, what: int, which: int, at: int) -> None:
        number = self._looks[which][0]
        holder = self._nearest(number, at)
        change = 1 if what == JOIN else -1
        self._free.add(number, change)
        self._free.add(holder, -change)
        self._served[holder] += change
        self.steps.append((what, which, holder, 0))

    def _nearest(self, number: int, at: int) -> int:
        """The holder that serves a VMO; what it showed up to here is in `steps` then."""
        found = self._holders.last(number)
        self._settle(found, at)
        return found

    def _settle(self, holder: int, at: int) -> None:
        since = self._since[holder]
        if since < at:
            self._since[holder] = at
            # It has no pages beyond its end.
            if holder and since < self._family.begins[holder] + self._family.members[holder].page_count:
                self.steps.append((SHOW, holder, at - since, self._served[holder]))

    def _move(self, looks: int, source: int, target: int) -> None:
        """So many looks are served by the holder `target` now and not by `source`."""
        self._served[source] -= looks
        self._served[target] += looks
        self._free.add(source, looks)
        self._free.add(target, -looks)

    def amounts(self, worth: Callable[[int, int], int]) -> list[int]:
        """What each look saw, in all: each page is `worth(the number of who has it, how many looks see it)`."""
        ends = self._family.ends
        # What each holder has shown; less what stands at its number in `right`, and more what stands at that of a VMO
        # in its branch, it is what was shown there.
        shown = [0] * len(ends)
        right = Sums([0] * (len(ends) + 1))
        # Of a look that goes on, what had been shown when it began.
        seen = [0] * len(self._looks)
        for what, which, other, count in self.steps:
            poll()
            if what == SHOW:
                shown[which] += other * worth(which, count)
                continue
            now = shown[other] - right.below(other + 1)
            if what == HOLD:
                shown[which] = now + right.below(which + 1)
            elif what == RELEASE:
                change = shown[which] - right.below(which + 1) - now
                if change:
                    right.add(which, change)
                    right.add(ends[which], -change)
            else:
                seen[which] = now + right.below(self._looks[which][0] + 1) - seen[which]
        return seen
