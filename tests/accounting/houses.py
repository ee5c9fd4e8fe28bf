"""Small machines for the accounting's tests, and what a rule makes of them, in pages."""

from fractions import Fraction

from kshell.accounting.bills import Bills
from kshell.accounting.ledger import Ledger
from kshell.accounting.sharing import exact
from tests.kernel.support import Small

PAGE = 4096
READ_WRITE = 3


class House(Small):
    """A Small machine with VMOs and processes that are made in a word. Sizes are pages."""

    def __init__(self, memory=64 << 20):
        super().__init__(memory)
        self.mapped = {}

    def vmo(self, pages, committed=0):
        """A handle to a VMO, with its first `committed` pages committed."""
        value = self.calls.vmo_create(pages * PAGE)
        if committed:
            self.calls.vmo_op_range(value, 1, 0, committed * PAGE)
        return value

    def clone(self, parent, first, pages):
        """A handle to a clone that shows `pages` pages of `parent` from page `first` on."""
        return self.calls.vmo_clone(parent, 1, first * PAGE, pages * PAGE)

    def write(self, vmo, page):
        """Writes to a page of a VMO."""
        self.calls.vmo_write(vmo, page * PAGE, one_byte())

    def commit(self, vmo, page, pages=1):
        """Gives a VMO pages of its own without a look at what a parent has there."""
        self.calls.vmo_op_range(vmo, 1, page * PAGE, pages * PAGE)

    def start(self, *vmos):
        """A running process that maps `vmos` whole, and nobody else's handle; returns the object."""
        process, _, vmar = self.running()
        for vmo in vmos:
            self.calls.vmar_map(vmar, 0, vmo, 0, self.calls.vmo_get_size(vmo), READ_WRITE)
        return process

    def forget(self, *vmos):
        """Closes handles."""
        for vmo in vmos:
            self.calls.handle_close(vmo)

    def object(self, vmo):
        """What a handle names."""
        return self.process.handles.get(vmo).object

    # What a rule says, in pages: (private, shared, scaled)

    def by_process(self, rule, *processes):
        """(private, shared, scaled) of processes."""
        rows = Bills(self.machine, rule, "process").rows
        return [figures(rows[process]) for process in processes]

    def by_vmo(self, rule, *vmos):
        """(private, shared, scaled) of VMOs, mapped or not: handles, or the objects."""
        from kshell.accounting.sharing import SHARERS

        shares = {
            vmo: (alone, shared, exact(scaled)) for vmo, alone, shared, scaled in SHARERS[rule](self.machine.vmos)
        }
        return [shares.get(self.object(vmo) if isinstance(vmo, int) else vmo, (0, 0, 0)) for vmo in vmos]

    def close(self):
        """The laws of the machine, and those of the accounting."""
        self.machine.check()
        closed(self.machine)


def figures(bill):
    """(private, shared, scaled) of a bill, in pages."""
    return Fraction(bill.private, PAGE), Fraction(bill.shared, PAGE), exact(bill.scaled) / PAGE


def one_byte():
    from kshell.kernel.content import Data

    return Data.of(b"x")


def closed(machine):
    """Every ledger adds up, and every table of bills."""
    for rule in ("owner", "viewers", "pss"):
        ledger = Ledger(machine, rule)
        for _, line in ledger.top.walk():
            assert not line.below or line.bytes == sum(below.bytes for below in line.below), (rule, line.name)
            assert line.bytes >= 0 or rule == "pss", (rule, line.name)
        assert ledger.top.bytes == ledger.total and ledger.top.below[1].bytes == ledger.used
        assert rule == "pss" or not ledger.remainder, (rule, ledger.remainder)
        for by in ("process", "job", "vmo"):
            bills = Bills(machine, rule, by)
            assert sum(bill.pays for bill in bills.rows.values()) == bills.used == ledger.used, (rule, by)
            assert rule == "pss" or not bills.remainder, (rule, by, bills.remainder)
            assert abs(bills.remainder - ledger.remainder) <= 1, (rule, by)
            for bill in bills.rows.values():
                parts = (bill.private, exact(bill.scaled), exact(bill.unmapped), exact(bill.kernel))
                assert min(parts) >= 0, (rule, by, bill.key)
                assert bill.private + exact(bill.scaled) <= bill.private + bill.shared, (rule, by, bill.key)
                if rule == "pss" and by != "vmo":
                    assert bill.private + bill.shared == bill.res, bill.key
