"""One ledger of physical memory: every page has a line, and each line is the sum of the deeper lines below it.

    physical memory
      free
      used
        wired, heap, page tables, kernel stacks, the kernel's buffers, rings of sockets
        pages of VMOs, by what the VMOs are to the world (`standing.py`)
        remainder

Each line is counted from what it is about; only the kernel's image and the tables of dead processes are what is left of
their states. The remainder is what physical memory has in use beyond all lines.

Under the rules `owner` and `viewers` it is 0. That is two laws of the kernel's own, `_check_memory` in `laws.py` and
`PhysicalMemory.check`, which `Machine.check` knows without this room, and that shares of pages sum to the pages. Under
`pss` the remainder is what the tools for processes leave or count twice, and has lines that say why.

Rules: docs/accounting.md.
"""

from __future__ import annotations

from kshell.accounting.sharing import (
    PSS,
    SHARERS,
    Parts,
    add_part,
    add_parts,
    address_spaces,
    by_pss,
    counted_by_mappings,
    shown_by_mappings,
    whole,
)
from kshell.accounting.standing import MAPPED_BY_ONE, MAPPED_BY_SEVERAL, STANDINGS, Standings
from kshell.kernel.abi import KERNEL_STACK_PAGES, OBJ_TYPE_SOCKET, PAGE_SHIFT, PAGE_SIZE
from kshell.kernel.channels import PeerObject
from kshell.kernel.compiling import poll
from kshell.kernel.kernel_space import STACK_AREA
from kshell.kernel.machine import Machine
from kshell.kernel.sockets import SocketEnd
from kshell.kernel.vmo import Vmo
from kshell.kernel.wired_vmo import WiredVmo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

REMAINDER = "remainder"
# Lines below those of MAPPED_BY_ONE.
HELD_TOO = "and held by a handle"
BY_MAPPING = "kept by the mapping alone"
HELD_PLACE = (MAPPED_BY_ONE, HELD_TOO)
MAPPING_PLACE = (MAPPED_BY_ONE, BY_MAPPING)
# The lines of VMOs under `pss`, and the lines of its remainder.
PRIVATE = "private"
SCALED = "shared, each process's part"
UNSEEN = "shown by no mapping"
IN_PART = "shown, and counted in part"
TWICE = "counted more than once"
WIRED_TOO = "wired, and counted too"


class Line:
    """A line: its name, its bytes, and the lines below it, whose sum its bytes are if there are any.

    `res` are the bytes that `ps` makes of it in RES, None where `ps` has nothing to say.
    """

    __slots__ = ("name", "bytes", "res", "below")

    def __init__(self, name: str, below: list[Line] | None = None, size: int = 0, res: int | None = None) -> None:
        self.name = name
        self.below = below or []
        self.bytes: int = sum(line.bytes for line in self.below) if self.below else size
        counted = [line.res for line in self.below if line.res is not None]
        self.res: int | None = sum(counted) if counted else res

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Line]]:
        """(depth, line) of this line and all below it, in the order in which they are printed."""
        yield depth, self
        for line in self.below:
            yield from line.walk(depth + 1)


class Ledger:
    """The ledger of a machine under a rule: `top` is the line of all memory; sizes are bytes."""

    __slots__ = ("rule", "total", "used", "remainder", "top")

    def __init__(self, machine: Machine, rule: str) -> None:
        """`rule` is one of RULES."""
        physmem = machine.physmem
        self.rule = rule
        self.total = physmem.total << PAGE_SHIFT
        self.used = self.total - (physmem.free << PAGE_SHIFT)
        lines = _kernel(machine)
        rest: Line | None = None
        if rule == PSS:
            vmos, rest = _vmos_by_pss(machine)
            lines.append(vmos)
        else:
            lines.append(_vmos(machine, rule))
        self.remainder = self.used - sum(line.bytes for line in lines)
        lines.append(rest if rest is not None else Line(REMAINDER, None, self.remainder))
        self.top = Line("physical memory", [_pages("free", physmem.free), Line("used", lines)])


def _pages(name: str, pages: int, below: list[Line] | None = None) -> Line:
    return Line(name, below, pages << PAGE_SHIFT)


# The kernel's own


def _kernel(machine: Machine) -> list[Line]:
    physmem = machine.physmem
    return [
        Line("wired", _wired(machine)),
        _pages("heap", physmem.heap),
        Line("page tables", _page_tables(machine)),
        _pages("kernel stacks", stacks(machine) * KERNEL_STACK_PAGES),
        *(_pages(name, pages) for name, pages in machine.kernel_pages.items()),
        _pages("rings of sockets", sum(end.pages for end in socket_ends(machine))),
        _pages("zero page and `k pmm alloc`", physmem.alloc),
    ]


def _wired(machine: Machine) -> list[Line]:
    vmos = [vmo for vmo in machine.vmos if isinstance(vmo, WiredVmo)]
    pages = sum(len(vmo.pages) for vmo in vmos)
    res = sum(counted_by_mappings(vmo) for vmo in vmos)
    return [
        _pages("image and page records", machine.physmem.wired - pages),
        Line("vDSO and ramdisk", None, pages << PAGE_SHIFT, res << PAGE_SHIFT),
    ]


def _page_tables(machine: Machine) -> list[Line]:
    processes = sum(1 + len(process.aspace.tables) for process in machine.processes.values())
    kernel = len(machine.kernel_space.tables) + machine.boot_tables + machine.handles.tables
    return [
        _pages("of processes", processes),
        _pages("of the kernel", kernel),
        _pages("of dead processes", machine.physmem.mmu - processes - kernel),
    ]


def stacks(machine: Machine) -> int:
    """How many threads have a kernel stack."""
    return sum(1 for area in machine.kernel_space.areas if area.size == STACK_AREA)


def socket_ends(machine: Machine) -> dict[SocketEnd, None]:
    """The ends of sockets that exist: those with a handle, in a table or a message, and their peers."""
    found: dict[SocketEnd, None] = {}
    handles = [handle for handle in machine.handles.travelling if handle.object.type == OBJ_TYPE_SOCKET]
    for table in (machine.kernel_handles, *(process.handles for process in machine.processes.values())):
        if table.counts[OBJ_TYPE_SOCKET]:
            handles.extend(handle for _, handle in table)
    for handle in handles:
        end = handle.object
        for one in (end, end.peer if isinstance(end, PeerObject) else None):
            if isinstance(one, SocketEnd):
                found[one] = None
    return found


# Pages of VMOs


class _Sum:
    """Bytes as parts, and what `ps` makes of them in RES."""

    __slots__ = ("parts", "res")

    def __init__(self) -> None:
        self.parts: Parts = {}
        self.res = 0


def _vmos(machine: Machine, rule: str) -> Line:
    """The pages of VMOs, by what the VMOs that pay for them are to the world."""
    sums: dict[tuple[str, str], _Sum] = {}
    standings = Standings(machine)
    for vmo, alone, _, scaled in SHARERS[rule](machine.vmos):
        poll()
        place = place_of(vmo, standings)
        found = sums.get(place)
        if found is None:
            found = sums[place] = _Sum()
        add_part(found.parts, 1, alone << PAGE_SHIFT)
        add_parts(found.parts, scaled, PAGE_SIZE)
        if vmo.mappings:
            found.res += counted_by_mappings(vmo) << PAGE_SHIFT
    # In the order of the lines, as the largest remainders are rounded up from the first one on.
    ordered = sorted(sums.items(), key=lambda item: (STANDINGS.index(item[0][0]), len(item[0][1]), item[0][1]))
    sizes = whole([found.parts for _, found in ordered])
    lines = []
    for name in STANDINGS:
        mapped = name in (MAPPED_BY_ONE, MAPPED_BY_SEVERAL)
        below = [
            Line(detail or name, None, size, found.res if mapped else None)
            for ((standing, detail), found), size in zip(ordered, sizes, strict=True)
            if standing == name
        ]
        lines.append(Line(name, below, 0, 0 if mapped else None) if mapped or not below else below[0])
    return Line("pages of VMOs", lines)


def place_of(vmo: Vmo, standings: Standings) -> tuple[str, str]:
    """The line of a VMO, and the line below it, if there is any."""
    spaces = address_spaces(vmo)
    if spaces == 1:
        return HELD_PLACE if vmo.handle_count else MAPPING_PLACE
    return (MAPPED_BY_SEVERAL, f"by {spaces}") if spaces else (standings.of(vmo), "")


# What `ps --units` counts, and what it leaves


def _vmos_by_pss(machine: Machine) -> tuple[Line, Line]:
    """The pages of VMOs as mappings answer for them, and the remainder by its reasons."""
    sums: dict[str, Parts] = {name: {} for name in (PRIVATE, SCALED, UNSEEN, IN_PART, TWICE, WIRED_TOO)}
    counted = {vmo: alone + shared for vmo, alone, shared, _ in by_pss(machine.vmos)}
    for vmo in machine.vmos:
        pages = len(vmo.pages)
        if not pages:
            continue
        count = counted.get(vmo, 0)
        spaces = address_spaces(vmo) or 1
        add_part(sums[PRIVATE if spaces == 1 else SCALED], spaces, count << PAGE_SHIFT)
        if isinstance(vmo, WiredVmo):
            add_part(sums[WIRED_TOO], spaces, -count << PAGE_SHIFT)
        else:
            _note_missed(vmo, pages, count, spaces, sums)
    sizes = dict(zip(sums, whole(list(sums.values())), strict=True))
    lines = [Line(name, None, sizes[name]) for name in (PRIVATE, SCALED)]
    reasons = [Line(name, None, sizes[name]) for name in (UNSEEN, IN_PART, TWICE, WIRED_TOO)]
    return Line("pages of VMOs, as mappings count", lines), Line(REMAINDER, reasons)


def _note_missed(vmo: Vmo, pages: int, count: int, spaces: int, sums: dict[str, Parts]) -> None:
    """Adds to `sums` why what the mappings of a VMO `count`, in so many address spaces, is not the `pages` it has."""
    shown = shown_by_mappings(vmo) if vmo.mappings else 0
    add_part(sums[UNSEEN], 1, (pages - shown) << PAGE_SHIFT)
    wrong = shown * spaces - count
    if wrong:
        add_part(sums[IN_PART if wrong > 0 else TWICE], spaces, wrong << PAGE_SHIFT)
