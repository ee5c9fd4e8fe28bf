"""Bills: who pays for the memory in use, by process, by job or by VMO, down to the byte.

    pays  =  private + scaled + unmapped + kernel

A VMO's part (`sharing.py`) is split equally among the processes that reach it, by a handle or a mapping; a job pays
what its own processes pay. What nobody reaches, and what the kernel has for itself, are rows of their own, so the sum
of all is what is in use. Amounts are exact fractions until they are printed, and rounded so that the sum stays.

Rules: docs/accounting.md.
"""

from __future__ import annotations

from kshell.accounting.ledger import REMAINDER
from kshell.accounting.sharing import (
    PSS,
    SHARERS,
    Parts,
    add_part,
    add_parts,
    by_pss,
    counted_by_mapping,
    exact,
    whole,
)
from kshell.accounting.standing import Standings
from kshell.accounting.upkeep import Payer, Reach, aspace_bytes, object_bytes, reach_of, upkeep
from kshell.kernel.abi import KERNEL_STACK_PAGES, PAGE_SHIFT, PAGE_SIZE
from kshell.kernel.census import Census
from kshell.kernel.compiling import poll, product
from kshell.kernel.machine import Machine
from kshell.kernel.sockets import SocketEnd
from kshell.kernel.tasks import Job, Process, Thread
from kshell.kernel.vmo import Vmo

BY_PROCESS = "process"
BY_JOB = "job"
BY_VMO = "vmo"
GROUPS = (BY_PROCESS, BY_JOB, BY_VMO)
# Rows of what no task pays for.
JOBS = "jobs themselves"
NO_JOB = "processes in no job"
UNUSED = "heap, in no block"
BOOT_HEAP = "heap, from boot"
LEAKED = "heap, leaked"
WIRED = "wired"
TABLES = "kernel's page tables"
ALLOC = "zero page, pmm alloc"
STACKS = "kernel stacks"
RINGS = "rings of sockets"
USER_TABLES = "processes' tables"
BLOCKS = "heap, other objects"
# A row's key: a process, a job, a VMO, or in words what is none of these.
Key = Process | Job | Vmo | str


class Bill:
    """What one payer has and pays.

    `res` bytes as `ps` counts them, of a VMO its committed ones; `private` bytes that nobody else reaches and sees,
    `shared` those that others do, too; `scaled` its part of the shared, `unmapped` its part of what it reaches by
    handles only, `kernel` its part of what the kernel keeps for it: bytes as parts. `sum`, all that it pays, as parts,
    and `pays`, the same in whole bytes, are set when all is known.
    """

    __slots__ = ("key", "res", "private", "shared", "scaled", "unmapped", "kernel", "sum", "pays")

    def __init__(self, key: Key) -> None:
        self.key = key
        self.res = self.private = self.shared = self.pays = 0
        self.scaled: Parts = {}
        self.unmapped: Parts = {}
        self.kernel: Parts = {}
        self.sum: Parts = {}

    def close(self) -> None:
        """Adds up."""
        self.sum = {1: self.private}
        for more in (self.scaled, self.unmapped, self.kernel):
            add_parts(self.sum, more, 1)


class _Sum:
    """What VMOs pay together, in pages: those that each pays alone, those of which others pay a part, and their own
    part of those. `reached` are the processes that reach them, True for those that map them."""

    __slots__ = ("alone", "shared", "scaled", "reached")

    def __init__(self, reached: dict[Process, bool]) -> None:
        self.alone = self.shared = 0
        self.scaled: Parts = {}
        self.reached = reached


class Bills:
    """The bills of a machine under a rule, by process, job or VMO; `remainder` (bytes) is what no row explains."""

    __slots__ = ("machine", "rule", "by", "rows", "used", "remainder", "_of")

    def __init__(self, machine: Machine, rule: str, by: str) -> None:
        """`rule` is one of RULES, `by` one of GROUPS."""
        self.machine = machine
        self.rule = rule
        self.by = by
        self.used = (machine.physmem.total - machine.physmem.free) << PAGE_SHIFT
        self.rows: dict[Key, Bill] = {}
        # The row in which each process pays.
        self._of: dict[Process, Bill] = {}
        self._open()
        if by == BY_VMO:
            self._vmo_pages()
            self._upkeep_by_kind()
        else:
            reach = reach_of(machine)
            if rule == PSS:
                self._mapped_pages()
            else:
                self._reached_pages(reach)
            self._upkeep(reach)
        self._kernel()
        self._close()

    def row(self, key: Key) -> Bill:
        """The bill of `key`, which is there from now on."""
        found = self.rows.get(key)
        if found is None:
            found = self.rows[key] = Bill(key)
        return found

    def _open(self) -> None:
        """A row for each of those that the bills are for, in the order of `ps` or of their making."""
        machine = self.machine
        if self.by == BY_VMO:
            for vmo in machine.vmos:
                self.row(vmo).res = len(vmo.pages) << PAGE_SHIFT
            return
        for job in (job for _, job in machine.walk_jobs()) if self.by == BY_JOB else ():
            self.row(job)
        spaces: dict[object, Bill] = {}
        for process in machine.processes.values():
            key = process if self.by == BY_PROCESS else process.job or NO_JOB
            self._of[process] = spaces[process.aspace] = self.row(key)
        for vmo in machine.vmos:
            poll()
            for mapping in vmo.mappings:
                spaces[mapping.aspace].res += counted_by_mapping(vmo, mapping) << PAGE_SHIFT

    def _paying(self, payer: Payer) -> Bill:
        """The row in which a process, a job for itself, or what is neither pays."""
        if isinstance(payer, Process):
            return self._of[payer]
        return self.row(JOBS if isinstance(payer, Job) and self.by == BY_PROCESS else payer)

    # Pages of VMOs

    def _vmo_pages(self) -> None:
        """Each VMO pays for itself."""
        for vmo, alone, shared, scaled in SHARERS[self.rule](self.machine.vmos):
            sums = _Sum({})
            sums.alone, sums.shared, sums.scaled = alone, shared, scaled
            self._add_vmos(self.row(vmo), sums, 1, 1, bool(vmo.mappings))

    def _reached_pages(self, reach: Reach) -> None:
        """A VMO's part is split equally among the processes that reach it."""
        standings = Standings(self.machine)
        # VMOs that the same processes reach in the same way are added up first: most have the same dictionary of them.
        together: dict[int, _Sum] = {}
        for vmo, alone, shared, scaled in SHARERS[self.rule](self.machine.vmos):
            processes = reach.get(vmo)
            if processes is None:
                unmapped = self.row(standings.of(vmo)).unmapped
                add_part(unmapped, 1, alone << PAGE_SHIFT)
                add_parts(unmapped, scaled, PAGE_SIZE)
                continue
            sums = together.get(id(processes))
            if sums is None:
                sums = together[id(processes)] = _Sum(processes)
            sums.alone += alone
            if scaled:
                sums.shared += shared
                add_parts(sums.scaled, scaled, 1)
        for sums in together.values():
            groups: dict[Bill, list[int]] = {}
            for process, maps in sums.reached.items():
                entry = groups.setdefault(self._of[process], [0, 0])
                entry[0] += 1
                entry[1] += maps
            for bill, (members, mapping) in groups.items():
                self._add_vmos(bill, sums, members, len(sums.reached), mapping > 0)

    def _add_vmos(self, bill: Bill, sums: _Sum, members: int, reached: int, mapped: bool) -> None:
        """`members` of the `reached` processes that reach some VMOs pay their part of what these pay together."""
        target = bill.scaled if mapped else bill.unmapped
        alone = sums.alone
        if mapped and members == reached:
            bill.private += alone << PAGE_SHIFT
            alone = 0
        if mapped:
            bill.shared += alone + sums.shared << PAGE_SHIFT
        if alone:
            add_part(target, reached, alone * members << PAGE_SHIFT)
        for divisor, pages in sums.scaled.items():
            add_part(target, product(divisor, reached), product(pages, members) << PAGE_SHIFT)

    def _mapped_pages(self) -> None:
        """Each mapping counts for itself, as `ps --units` does it."""
        spaces = {process.aspace: bill for process, bill in self._of.items()}
        for vmo, alone, _, scaled in by_pss(self.machine.vmos):
            for mapping in vmo.mappings:
                size = counted_by_mapping(vmo, mapping) << PAGE_SHIFT
                bill = spaces[mapping.aspace]
                if alone:
                    bill.private += size
                else:
                    bill.shared += size
                    (count,) = scaled
                    add_part(bill.scaled, count, size)

    # The kernel's own

    def _upkeep(self, reach: Reach) -> None:
        for payers, size in upkeep(self.machine, reach):
            for payer in payers:
                add_part(self._paying(payer).kernel, len(payers), size)

    def _upkeep_by_kind(self) -> None:
        """A VMO pays for its own blocks; nothing else has a VMO that would pay for it."""
        census = Census(self.machine, self.machine.root_job)
        for object_ in census.objects:
            if isinstance(object_, Vmo):
                add_part(self.row(object_).kernel, 1, object_bytes(object_))
                continue
            pages = KERNEL_STACK_PAGES if isinstance(object_, Thread) else 0
            if isinstance(object_, SocketEnd):
                pages = object_.pages
            self._add_pages(STACKS if isinstance(object_, Thread) else RINGS, pages, object_bytes(object_))
        for aspace in census.aspaces:
            self._add_pages(USER_TABLES, 1 + len(aspace.tables), aspace_bytes(aspace))

    def _add_pages(self, name: str, pages: int, size: int) -> None:
        """Of `size` bytes so many whole pages are what the row `name` is for, and the others blocks of the heap."""
        if pages:
            add_part(self.row(name).kernel, 1, pages << PAGE_SHIFT)
        add_part(self.row(BLOCKS).kernel, 1, size - (pages << PAGE_SHIFT))

    def _kernel(self) -> None:
        """What the kernel has for itself."""
        machine = self.machine
        physmem, heap = machine.physmem, machine.heap
        tables = len(machine.kernel_space.tables) + machine.boot_tables + machine.handles.tables
        for name, size in (
            (WIRED, physmem.wired << PAGE_SHIFT),
            (ALLOC, physmem.alloc << PAGE_SHIFT),
            (BOOT_HEAP, heap.base),
            (LEAKED, heap.leaked),
            (UNUSED, (physmem.heap << PAGE_SHIFT) - heap.live),
            (TABLES, tables << PAGE_SHIFT),
            *((name, pages << PAGE_SHIFT) for name, pages in machine.kernel_pages.items()),
        ):
            if size:
                add_part(self.row(name).kernel, 1, size)

    def _close(self) -> None:
        """Adds up, gives the remainder its row, and rounds."""
        missing: Parts = {1: self.used}
        for bill in self.rows.values():
            poll()
            bill.close()
            add_parts(missing, bill.sum, -1)
        if exact(missing):
            self.row(REMAINDER).sum = missing
        for bill, pays in zip(self.rows.values(), whole([bill.sum for bill in self.rows.values()]), strict=True):
            bill.pays = pays
        rest = self.rows.get(REMAINDER)
        self.remainder = rest.pays if rest is not None else 0


def columns(bills: Bills) -> dict[str, list[int]]:
    """The columns `scaled`, `unmapped` and `kernel` in whole bytes, each rounded so that it still sums."""
    rows = bills.rows.values()
    return {name: whole([getattr(bill, name) for bill in rows]) for name in ("scaled", "unmapped", "kernel")}
