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

The cost is that of the VMOs and of the runs of their pages, n log n where they are clones (`viewers.py`).

Rules: docs/accounting.md; Fuchsia's RFC-0254 (viewers); `kernel/lib/magenta/diagnostics.cpp` (pss).
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from kshell.accounting.viewers import SHOW, Family, Sweep
from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.compiling import poll, product
from kshell.kernel.mapping_index import View
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
# What a VMO pays: (the VMO, pages that it pays alone, pages that others pay a part of, its own part of those).
Share = tuple[Vmo, int, int, Parts]
# The part of who shares nothing. Nobody adds to it.
NOTHING: Parts = {}
# A VMO's share while it is added up is one number, with a digit of so many bits for the pages that it pays alone, one
# for those of which others pay a part, and above them its part.
DIGIT = 64


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


def add_parts(sums: Parts, parts: Parts, factor: int) -> None:
    """Adds `factor` times the amount that `parts` are."""
    for divisor, count in parts.items():
        sums[divisor] = sums.get(divisor, 0) + product(count, factor)


def whole(amounts: Sequence[Parts]) -> list[int]:
    """The amounts as integers whose sum is that of the amounts, rounded: the largest remainders are rounded up."""
    unit = lcm(*{divisor for parts in amounts for divisor in parts})
    counts = [sum([product(count, unit // divisor) for divisor, count in parts.items()]) for parts in amounts]
    floors = [count // unit for count in counts]
    missing = round(Fraction(sum(counts), unit)) - sum(floors)
    if missing:
        # Only what is no integer has a remainder, and there are more of these than are missing.
        rests = {at: count % unit for at, count in enumerate(counts) if count % unit}
        for at in sorted(rests, key=lambda at: -rests[at])[:missing]:
            floors[at] += 1
    return floors


# Rule `owner`


def by_owner(vmos: Iterable[Vmo]) -> Iterator[Share]:
    """The pages that each VMO pays for: its own. Those that pay nothing are left out."""
    for vmo in vmos:
        poll()
        count = len(vmo.pages)
        if count and not isinstance(vmo, WiredVmo):
            yield vmo, count, 0, NOTHING


# Rule `viewers`


def by_viewers(vmos: Iterable[Vmo]) -> Iterator[Share]:
    """The pages that each VMO pays for, its own and those it shows; `vmos` are all of a machine, in the order they were
    made. Those that pay nothing are left out."""
    shares: dict[Vmo, Share] = {}
    families: list[Vmo] = []
    for vmo in vmos:
        poll()
        if vmo.parent is not None or vmo.children:
            families.append(vmo)
            if vmo.parent is None:
                _add_shares(vmo, shares)
        elif vmo.pages and not isinstance(vmo, WiredVmo):
            yield vmo, len(vmo.pages), 0, NOTHING
    for vmo in families:
        if vmo in shares:
            yield shares[vmo]


def sees(vmo: Vmo) -> bool:
    """Whether somebody can look through the VMO: it has a handle, wherever that is, or a mapping."""
    return bool(vmo.handle_count or vmo.mappings)


def _add_shares(first: Vmo, shares: dict[Vmo, Share]) -> None:
    """Adds the shares of a VMO and all its descendants: each page costs those who see it, or its owner, if nobody
    does."""
    family = Family(first)
    members = family.members
    looks = [
        (number, 0, members[number].page_count)
        for number in range(1, len(members))
        if members[number].size and sees(members[number])
    ]
    sweep = Sweep(family, looks)
    # Pages that only their owner pays, as nobody sees them; and by how many any page is seen.
    unseen: dict[Vmo, int] = {}
    counts: set[int] = set()
    for what, number, pages, seen_by in sweep.steps:
        if what == SHOW:
            if seen_by:
                counts.add(seen_by)
            elif not isinstance(members[number], WiredVmo):
                unseen[members[number]] = unseen.get(members[number], 0) + pages
    unit = lcm(*counts)
    worth = {count: (1 << DIGIT) + (unit // count << 2 * DIGIT) for count in counts}
    worth[0], worth[1] = 0, 1
    amounts = sweep.amounts(lambda number, count: 0 if isinstance(members[number], WiredVmo) else worth[count])
    for (number, _, _), amount in zip(looks, amounts, strict=True):
        if amount:
            vmo = members[number]
            digits = (1 << DIGIT) - 1
            part = amount >> 2 * DIGIT
            alone = (amount & digits) + unseen.pop(vmo, 0)
            shares[vmo] = vmo, alone, amount >> DIGIT & digits, {unit: part} if part else NOTHING
    for vmo, pages in unseen.items():
        shares[vmo] = vmo, pages, 0, NOTHING


# Rule `pss`


def by_pss(vmos: Iterable[Vmo]) -> Iterator[Share]:
    """What all mappings of each VMO count together, shared by as many as there are address spaces that map it.

    Wired pages count, and a page that two mappings show counts twice: so do the tools.
    """
    for vmo in vmos:
        poll()
        if vmo.pages and vmo.mappings:
            count = counted_by_mappings(vmo)
            spaces = address_spaces(vmo)
            if count:
                yield (vmo, 0, count, {spaces: count}) if spaces > 1 else (vmo, count, 0, NOTHING)


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
