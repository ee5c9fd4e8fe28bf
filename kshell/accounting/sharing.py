"""Who pays for the pages of VMOs: three rules, on sets of ranges.

    owner     a page is paid for by the VMO that it belongs to
    viewers   every VMO that can see a page pays an equal part of it
    pss       every mapping pays for the committed pages it shows, divided by how many address spaces map the VMO

    root  [a][b][c]    viewers:  a is seen by root and by clone: half a page each
            |  |                 b is root's alone, as clone has written its own B
    clone [ ][B]                 c is beyond the clone's end

Under `owner` and `viewers` the parts of all VMOs are all pages of VMOs, no more and no less. `pss` is what tools count,
and leaves a remainder. Pages that are wired are the kernel's under each of them, whoever maps them.

A VMO that has neither a handle nor a mapping sees nothing: what a clone keeps of it is paid for by the clones that see
it, and what nobody sees stays its own.

The cost is that of the VMOs and of the runs of their pages. Only a clone's clones cost more: each shows runs of all its
ancestors, so a chain of n clones with pages of their own takes n * n steps, and has as many different parts.

Rules: docs/accounting.md; Fuchsia's RFC-0254 (viewers); `kernel/lib/magenta/diagnostics.cpp` (pss).
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.compiling import poll, product
from kshell.kernel.mapping_index import View
from kshell.kernel.pages import PageSet
from kshell.kernel.vmo import Vmo
from kshell.kernel.wired_vmo import WiredVmo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

OWNER = "owner"
VIEWERS = "viewers"
PSS = "pss"
RULES = (OWNER, VIEWERS, PSS)

# An amount as parts: {1: 5, 3: 2} is 5 and two thirds. Sums of such are sums of integers, and exact.
Parts = dict[int, int]
# What a VMO pays.
Share = tuple[Vmo, Parts]
# A stretch of pages that as many VMOs see: (start, end, how many).
Piece = tuple[int, int, int]


def exact(parts: Parts) -> Fraction:
    """The amount that `parts` are together."""
    if len(parts) == 1:
        ((divisor, count),) = parts.items()
        return Fraction(count, divisor)
    unit = lcm(*parts)
    return Fraction(sum(product(count, unit // divisor) for divisor, count in parts.items()), unit)


def add_part(parts: Parts, divisor: int, count: int) -> None:
    """Adds `count` parts of 1/`divisor`."""
    parts[divisor] = parts.get(divisor, 0) + count


def sum_of(amounts: Sequence[Fraction]) -> Fraction:
    """The sum of the amounts, in integers: adding fractions one by one reduces each sum."""
    parts: Parts = {}
    for amount in amounts:
        add_part(parts, amount.denominator, amount.numerator)
    return exact(parts)


def whole(amounts: Sequence[Fraction]) -> list[int]:
    """The amounts as integers whose sum is that of the amounts, rounded: the largest remainders are rounded up."""
    floors = [amount.numerator // amount.denominator for amount in amounts]
    missing = round(sum_of(amounts)) - sum(floors)
    if missing:
        # Only what is no integer has a remainder, and there are more of these than are missing.
        broken = [at for at, amount in enumerate(amounts) if amount.denominator != 1]
        unit = lcm(*{amounts[at].denominator for at in broken})
        rests = {at: product(amounts[at].numerator, unit // amounts[at].denominator) % unit for at in broken}
        for at in sorted(broken, key=lambda at: -rests[at])[:missing]:
            floors[at] += 1
    return floors


# Rule `owner`


def by_owner(vmos: Iterable[Vmo]) -> Iterator[Share]:
    """The pages that each VMO pays for: its own. Those that pay nothing are left out."""
    for vmo in vmos:
        poll()
        count = len(vmo.pages)
        if count and not isinstance(vmo, WiredVmo):
            yield vmo, {1: count}


# Rule `viewers`


def by_viewers(vmos: Iterable[Vmo]) -> Iterator[Share]:
    """The pages that each VMO pays for, {how many see them: how many pages}; `vmos` in the order they were made.

    The sum over a VMO of n pages that k see is n/k; {1: n} are those it has to itself. Those that pay nothing are left
    out.
    """
    families: list[Vmo] = []
    for vmo in vmos:
        poll()
        if vmo.parent is not None or vmo.children:
            families.append(vmo)
        elif vmo.pages and not isinstance(vmo, WiredVmo):
            yield vmo, {1: len(vmo.pages)}
    if families:
        yield from _share_families(families)


def sees(vmo: Vmo) -> bool:
    """Whether somebody can look through the VMO: it has a handle, wherever that is, or a mapping."""
    return bool(vmo.handle_count or vmo.mappings)


def _share_families(families: list[Vmo]) -> Iterator[Share]:
    """The shares of VMOs that have clones or are clones, parents before their clones."""
    owned = _own_pages_by_viewers(families)
    # What can be seen of a VMO that has clones, by how many see it.
    visible: dict[Vmo, dict[int, PageSet]] = {}
    for vmo in families:
        poll()
        own = owned[vmo]
        inherited = visible.get(vmo.parent, {}) if vmo.parent is not None else {}
        if vmo.children:
            sets = visible[vmo] = _seen_sets(vmo, inherited, own)
            seen = {count: len(pages) for count, pages in sets.items() if pages}
        else:
            seen = _seen_counts(vmo, inherited, own)
        parts = seen if sees(vmo) else {}
        if not isinstance(vmo, WiredVmo):
            unseen = len(vmo.pages) - sum(len(pages) for pages in own.values())
            if unseen:
                add_part(parts, 1, unseen)
        if parts:
            yield vmo, parts


def _own_pages_by_viewers(families: list[Vmo]) -> dict[Vmo, dict[int, PageSet]]:
    """Of each VMO its own pages that anybody sees, by how many see them."""
    found: dict[Vmo, dict[int, PageSet]] = {}
    # Where the number of viewers changes, and by how much: filled by clones before their parent's turn comes.
    changes: dict[Vmo, list[tuple[int, int]]] = {}
    for vmo in reversed(families):
        poll()
        known = changes.pop(vmo, [])
        if sees(vmo) and vmo.size:
            known += ((0, 1), (vmo.page_count, -1))
        pieces = _pieces(known)
        found[vmo] = {} if isinstance(vmo, WiredVmo) else _own_pages(vmo, pieces)
        if vmo.parent is not None:
            _look_through(vmo, pieces, vmo.parent.page_count, changes.setdefault(vmo.parent, []))
    return found


def _pieces(changes: list[tuple[int, int]]) -> list[Piece]:
    """Stretches that at least one sees, ascending; neighbours differ in how many see them."""
    changes.sort()
    pieces: list[Piece] = []
    count = start = 0
    for at, change in changes:
        if at > start:
            if count and pieces and pieces[-1][1] == start and pieces[-1][2] == count:
                pieces[-1] = (pieces[-1][0], at, count)
            elif count:
                pieces.append((start, at, count))
            start = at
        count += change
    return pieces


def _own_pages(vmo: Vmo, pieces: list[Piece]) -> dict[int, PageSet]:
    runs: dict[int, list[tuple[int, int]]] = {}
    if vmo.pages:
        for start, end, count in pieces:
            runs.setdefault(count, []).extend(vmo.pages.runs(start, end))
    return {count: PageSet.ascending(found) for count, found in runs.items() if found}


def _look_through(vmo: Vmo, pieces: list[Piece], limit: int, changes: list[tuple[int, int]]) -> None:
    """Notes for the parent, of `limit` pages, who sees it where the clone `vmo` has no page of its own."""
    shift = vmo.parent_page
    for start, end, count in pieces:
        for low, high in vmo.pages.gaps(start, min(end, limit - shift)):
            changes.append((low + shift, count))
            changes.append((high + shift, -count))


def _seen_sets(vmo: Vmo, inherited: dict[int, PageSet], own: dict[int, PageSet]) -> dict[int, PageSet]:
    """What can be seen of a VMO, its own pages and those of `inherited`, what can be seen of its parent."""
    shift = vmo.parent_page
    end = shift + vmo.page_count
    # Most clones show all of their parent and have written little of it: what they have not is the same set.
    whole_parent = not shift and vmo.parent is not None and vmo.page_count >= vmo.parent.page_count
    found = dict(own)
    for count, pages in inherited.items():
        if whole_parent and not _overlap(vmo.pages, pages, 0, end):
            shown = pages
        else:
            shown = PageSet.ascending(
                gap for low, high in pages.runs(shift, end) for gap in vmo.pages.gaps(low - shift, high - shift)
            )
        if shown:
            found[count] = shown | found[count] if count in found else shown
    return found


def _seen_counts(vmo: Vmo, inherited: dict[int, PageSet], own: dict[int, PageSet]) -> Parts:
    """The same as numbers of pages."""
    shift = vmo.parent_page
    found = {count: len(pages) for count, pages in own.items()}
    for count, pages in inherited.items():
        shown = pages.count_range(shift, shift + vmo.page_count)
        if shown and vmo.pages:
            shown -= _overlap(vmo.pages, pages, shift, vmo.page_count)
        if shown:
            add_part(found, count, shown)
    return found


def _overlap(pages: PageSet, other: PageSet, shift: int, end: int) -> int:
    """How many pages of [0, end) are in `pages`, and `shift` higher in `other`."""
    if len(pages) <= len(other):
        return sum(other.count_range(low + shift, high + shift) for low, high in pages.runs(0, end))
    return sum(pages.count_range(low - shift, high - shift) for low, high in other.runs(shift, end + shift))


# Rule `pss`


def by_pss(vmos: Iterable[Vmo]) -> Iterator[Share]:
    """What all mappings of each VMO count together: {address spaces that map it: pages}, {1: n} being private.

    Wired pages count, and a page that two mappings show counts twice: so do the tools.
    """
    for vmo in vmos:
        poll()
        if vmo.pages and vmo.mappings:
            count = counted_by_mappings(vmo)
            if count:
                yield vmo, {address_spaces(vmo): count}


def address_spaces(vmo: Vmo) -> int:
    """How many address spaces map the VMO."""
    mappings = vmo.mappings
    return len(mappings) if len(mappings) < 2 else len({mapping.aspace for mapping in mappings})


def counted_by_mappings(vmo: Vmo) -> int:
    """The committed pages of all mappings of a VMO, each mapping counted for itself: what `ps` makes of it in RES."""
    total = 0
    for mapping in vmo.mappings:
        total += counted_by_mapping(vmo, mapping)
    return total


def counted_by_mapping(vmo: Vmo, mapping: View) -> int:
    """The committed pages that a mapping of a VMO shows."""
    if not mapping.vmo_offset and mapping.size >= vmo.size:
        # All of it, which is the most common and quickly known.
        return len(vmo.pages)
    return vmo.committed(mapping.vmo_offset, mapping.size)


def shown_by_mappings(vmo: Vmo) -> int:
    """How many of its pages the mappings of a VMO show, each counted once."""
    windows = sorted((mapping.vmo_offset, mapping.vmo_offset + mapping.size) for mapping in vmo.mappings)
    total = done = 0
    for start, end in windows:
        start = max(start, done)
        if start < end:
            total += vmo.pages.count_range(start >> PAGE_SHIFT, end >> PAGE_SHIFT)
            done = end
    return total


SHARERS = {OWNER: by_owner, VIEWERS: by_viewers, PSS: by_pss}
