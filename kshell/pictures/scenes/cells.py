"""The cells of a strip of pages: runs as they are, or where there are too many of them, equal pieces.

    exact     5 own | 3 parent 3183 | 8 absent                  unit 1
    pieces    [16G: 3 of its pages own][16G: absent] ...        unit 4,194,304

Each piece is a power of two of pages and tells the state of most note in it, and how many of its pages are in that: a
strip of 2^52 pages is cut at once, and so is one of two million pages of which every other one is there.

Both are filled from the VMO up, ancestor by ancestor: each puts the pages that it has into what is still empty, and is
asked for its next page from the next empty place on. So an ancestor takes as many steps as it has runs, or as there are
empty places, whichever are fewer.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from kshell.accounting.sight import ABSENT, OWN, PARENT, ZERO
from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.filling import fill
from kshell.kernel.pages import PageSet
from kshell.kernel.physical_vmo import PhysicalVmo
from kshell.kernel.vmar import Mapping
from kshell.kernel.vmo import Vmo
from kshell.pictures.scene import STATES, Cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# More runs are not told one by one.
MOST_RUNS = 2048
# So many pieces at most; at least half as many.
MOST_PIECES = 2048


def page_cells(vmo: Vmo, start: int, end: int, mappings: Iterable[Mapping]) -> tuple[list[Cell], int]:
    """The cells of the pages [start, end) of a VMO, counted from `start`, and how many pages a cell has at least.

    `mappings` are those of the VMO through which the page of zeros is seen.
    """
    zeros = [] if isinstance(vmo, PhysicalVmo) else [one for one in mappings if one.aspace.present]
    runs = _runs(vmo, start, end, zeros)
    if runs is not None:
        return runs, 1
    unit = unit_for(end - start, MOST_PIECES)
    return _pieces(vmo, start, end, zeros, unit), unit


def unit_for(pages: int, cells: int) -> int:
    """How many pages a cell must have so that there are no more than `cells`: a power of two."""
    return 1 << (max(1, -(-pages // cells)) - 1).bit_length()


# Runs


def _runs(vmo: Vmo, start: int, end: int, mappings: list[Mapping]) -> list[Cell] | None:
    """Every run, or None where there are too many."""
    found: list[Cell] = []
    lows, highs = [start], [end]
    for above, shift, limit in _ancestors(vmo, start, end):
        state = OWN if above is vmo else PARENT
        for low, high in fill(above.pages, shift, limit, lows, highs):
            found.append(Cell(low - start, high - start, state, above.koid))
            if len(found) + len(lows) > MOST_RUNS:
                return None
    nobodys = list(zip(lows, highs, strict=True))
    zeros = _zeros(vmo, nobodys, mappings)
    if zeros is None:
        return None
    for low, high in nobodys:
        found.extend(Cell(first - start, last - start, ZERO) for first, last in zeros.runs(low, high))
        found.extend(Cell(first - start, last - start, ABSENT) for first, last in zeros.gaps(low, high))
    found.sort(key=lambda cell: cell.start)
    return found if len(found) <= MOST_RUNS else None


def _zeros(vmo: Vmo, nobodys: list[tuple[int, int]], mappings: list[Mapping]) -> PageSet | None:
    """Of stretches that nobody has (ascending), the pages where a CPU reads zeros; None where it is too many runs."""
    zeros = PageSet()
    lows = [low for low, _ in nobodys]
    highs = [high for _, high in nobodys]
    total = 0
    for mapping in mappings:
        first, last, shift = _shown(mapping)
        for at in range(bisect_right(highs, first), bisect_left(lows, last)):
            low, high = max(lows[at], first), min(highs[at], last, vmo.page_count)
            for one, other in mapping.aspace.present.runs(low + shift, high + shift):
                zeros.add_range(one - shift, other - shift)
                total += 1
                if total > MOST_RUNS:
                    return None
    return zeros


def _shown(mapping: Mapping) -> tuple[int, int, int]:
    """The pages of its VMO that a mapping shows, and how much further on its virtual pages lie."""
    first = mapping.vmo_offset >> PAGE_SHIFT
    return first, first + (mapping.size >> PAGE_SHIFT), (mapping.base >> PAGE_SHIFT) - first


# Pieces


def _pieces(vmo: Vmo, start: int, end: int, mappings: list[Mapping], unit: int) -> list[Cell]:
    cells = [Cell(low - start, min(low + unit, end) - start, ABSENT) for low in range(start, end, unit)]
    # The next cell from each one on that is empty, or a cell on the way to it.
    empty = list(range(len(cells) + 1))
    for above, shift, limit in _ancestors(vmo, start, end):
        at = _next_empty(empty, 0)
        while at < len(cells):
            first = above.pages.first(start + cells[at].start + shift)
            if first is None or first - shift >= limit:
                break
            found = (first - shift - start) // unit
            at = _next_empty(empty, found)
            if at == found:
                cell = cells[at]
                cell.count = above.pages.count_range(first, min(start + cell.end, limit) + shift)
                cell.state, cell.owner = OWN if above is vmo else PARENT, above.koid
                empty[at] = at + 1
    _add_zeros(vmo, start, mappings, cells, unit)
    return cells


def _next_empty(empty: list[int], at: int) -> int:
    """The next cell from `at` on that is empty; the way to it is shorter afterwards."""
    while empty[at] != at:
        empty[at] = empty[empty[at]]
        at = empty[at]
    return at


def _ancestors(vmo: Vmo, start: int, end: int) -> Iterator[tuple[Vmo, int, int]]:
    """The VMO and those of its ancestors that have any of its pages [start, end): how much further on they lie there,
    and the page of `vmo` at which its sight of them ends."""
    shift, limit = 0, end
    at: Vmo | None = vmo
    while at is not None:
        limit = min(limit, at.page_count - shift)
        if limit <= start:
            return
        if at.pages.count_range(start + shift, limit + shift):
            yield at, shift, limit
        shift += at.parent_page
        at = at.parent


def _add_zeros(vmo: Vmo, start: int, mappings: list[Mapping], cells: list[Cell], unit: int) -> None:
    """Makes cells that nobody has anything of ZERO where a mapping reaches pages of them."""
    for mapping in mappings:
        first, last, shift = _shown(mapping)
        first, last = max(first, start), min(last, vmo.page_count, start + cells[-1].end)
        while first < last:
            reached = mapping.aspace.present.first(first + shift)
            if reached is None or reached - shift >= last:
                break
            at = (reached - shift - start) // unit
            first = start + cells[at].end
            if cells[at].state in (ABSENT, ZERO):
                # Two mappings may reach the same page: the count is then the larger one's.
                count = mapping.aspace.present.count_range(reached, min(first, last) + shift)
                cells[at].count = max(count, cells[at].count if cells[at].state == ZERO else 0)
                cells[at].state = ZERO


# Coarser


def coarser(cells: list[Cell], unit: int) -> list[Cell]:
    """The cells as pieces of `unit` pages, a multiple of what they have now: each tells the state of most note in it,
    the owner of the first page in that, and is changed where any of it is."""
    found: list[Cell] = []
    for cell in cells:
        low = cell.start
        while low < cell.end:
            piece = low // unit
            high = min(cell.end, (piece + 1) * unit)
            # A long run is a run still, up to the pieces at its ends.
            if low % unit == 0 and cell.end - low >= 2 * unit:
                high = cell.end // unit * unit
            share = high - low if cell.count == cell.end - cell.start else cell.count
            _join(found, low, high, cell, share, low % unit == 0)
            low = high
    return found


def _join(found: list[Cell], low: int, high: int, cell: Cell, count: int, begins: bool) -> None:
    """Adds the part [low, high) of a cell: a piece of its own, or to the piece that has begun."""
    if begins or not found:
        made = Cell(low, high, cell.state, cell.owner, count)
        made.changed = cell.changed
        found.append(made)
        return
    piece = found[-1]
    piece.end = high
    piece.changed = piece.changed or cell.changed
    if cell.state == piece.state:
        piece.count += count
    elif STATES.index(cell.state) < STATES.index(piece.state):
        piece.state, piece.owner, piece.count = cell.state, cell.owner, count


# Finer


def cut(cells: list[Cell], places: list[int]) -> list[Cell]:
    """Cells that are runs, cut at these places, which ascend."""
    found: list[Cell] = []
    at = 0
    for cell in cells:
        low = cell.start
        while at < len(places) and places[at] <= low:
            at += 1
        while at < len(places) and places[at] < cell.end:
            found.append(Cell(low, places[at], cell.state, cell.owner))
            low = places[at]
            at += 1
        found.append(Cell(low, cell.end, cell.state, cell.owner))
    return found


def joined(cells: list[Cell]) -> list[Cell]:
    """Cells that are runs, neighbours that differ in nothing as one."""
    found: list[Cell] = []
    for cell in cells:
        last = found[-1] if found else None
        if last is not None and (last.state, last.owner, last.changed) == (cell.state, cell.owner, cell.changed):
            last.end = cell.end
            last.count += cell.count
        else:
            found.append(cell)
    return found
