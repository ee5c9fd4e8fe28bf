"""Stretches of pages that are filled from a VMO up, ancestor by ancestor: each puts in what it has.

    empty      [. . . . . . . .]    stretches, told by where they begin and end
    clone          [a b]            puts in [2, 4); empty is [0, 2) [4, 8) now
    parent     [x x x x x]          puts in [0, 2) [4, 5)
    nobody                [. . .]   what is left

An ancestor is asked for its next page from the next empty page on. So it takes as many steps as it has runs, or as
there are empty stretches, whichever are fewer, and one for each run that it puts in.
"""

from __future__ import annotations

from kshell.kernel.light import bisect_right
from kshell.kernel.pages import PageSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def fill(pages: PageSet, shift: int, limit: int, lows: list[int], highs: list[int]) -> Iterator[tuple[int, int]]:
    """Puts the pages below `limit`, which lie `shift` further on in `pages`, into the empty stretches, which begin at
    `lows` and end at `highs`, ascending; gives them as runs. At the end `lows` and `highs` are what is still empty."""
    at = lows[0] if lows else limit
    # What takes the place of so many of the stretches: where it begins and ends.
    changed: list[tuple[int, list[int], list[int]]] = []
    while at < limit:
        first = pages.first(at + shift)
        if first is None or first - shift >= limit:
            break
        page = first - shift
        which = bisect_right(highs, page)
        if which == len(highs):
            break
        low, high = lows[which], highs[which]
        if page < low:
            at = low
            continue
        begins: list[int] = []
        ends: list[int] = []
        for start, end in pages.runs(first, min(high, limit) + shift):
            if low < start - shift:
                begins.append(low)
                ends.append(start - shift)
            low = end - shift
            yield start - shift, low
        if low < high:
            begins.append(low)
            ends.append(high)
        changed.append((which, begins, ends))
        at = high
    if len(changed) == 1:
        ((which, begins, ends),) = changed
        lows[which : which + 1] = begins
        highs[which : which + 1] = ends
    elif changed:
        old_lows, old_highs = lows[:], highs[:]
        lows.clear()
        highs.clear()
        after = 0
        for which, begins, ends in changed:
            lows += old_lows[after:which]
            lows += begins
            highs += old_highs[after:which]
            highs += ends
            after = which + 1
        lows += old_lows[after:]
        highs += old_highs[after:]


def cut(limit: int, lows: list[int], highs: list[int]) -> list[tuple[int, int]]:
    """Takes what is not below `limit` out of the empty stretches; returns it."""
    which = bisect_right(highs, limit)
    beyond = list(zip(lows[which:], highs[which:], strict=True))
    del lows[which:], highs[which:]
    if beyond and beyond[0][0] < limit:
        low, high = beyond[0]
        lows.append(low)
        highs.append(limit)
        beyond[0] = limit, high
    return beyond
