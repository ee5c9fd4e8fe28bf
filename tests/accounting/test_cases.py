"""Cases with known answers, by number: what tests and documents of other systems give for the same memory.

Those of Linux (1 to 5) count as `pss` does here; 6 to 9 are Zircon's, of before clones were snapshots; 10 to 17 are
Zircon's for the rule `viewers`. Zircon counts what a VMO has to itself in `scaled`, too; here it is in `private` alone.

A clone that is a snapshot is brought about with a parent that nobody can see: two clones of a VMO whose handle is
closed then are the two sides.
"""

from fractions import Fraction
from functools import partial

import pytest

from kshell.accounting.bills import Bills
from kshell.accounting.ledger import Ledger
from kshell.accounting.sharing import add_parts, exact, whole
from kshell.kernel.info import task_stats
from tests.accounting.houses import PAGE, House
from tests.polls import with_a_signal_waiting

HALF = Fraction(1, 2)
THIRD = Fraction(1, 3)


@pytest.fixture
def house():
    found = House()
    yield found
    found.close()


def pss(house, process):
    """Private and scaled pages together, under the rule `pss`."""
    ((private, _, scaled),) = house.by_process("pss", process)
    return private + scaled


def test_case_1_a_thousand_pages_of_its_own_and_a_thousand_shared_by_two(house):
    own, both = house.vmo(1000, 1000), house.vmo(1000, 1000)
    first, second = house.start(own, both), house.start(both)
    assert pss(house, first) == 1500 and pss(house, second) == 500


def test_case_2_one_page_of_its_own_and_one_shared_by_two_or_three(house):
    own, common = house.vmo(1, 1), house.vmo(1, 1)
    first = house.start(own, common)
    house.start(common)
    assert house.by_process("pss", first) == [(1, 1, HALF)]
    house.start(common)
    assert house.by_process("pss", first) == [(1, 1, THIRD)]


def test_case_3_own_shared_by_two_and_shared_by_three(house):
    """4k, 4k and 3k there; as pages 12, 12 and 9, so that each is a number of pages."""
    own, two, three = house.vmo(12, 12), house.vmo(12, 12), house.vmo(9, 9)
    first = house.start(own, two, three)
    house.start(two, three)
    house.start(three)
    assert task_stats(first)[1] == 33 * PAGE
    assert pss(house, first) == 21


def test_case_4_ten_processes_share_ten_times_what_each_has(house):
    """1 GB and 100 MB there; 1000 and 100 pages here."""
    common = house.vmo(1000, 1000)
    own = [house.vmo(100, 100) for _ in range(10)]
    processes = [house.start(common, vmo) for vmo in own]
    assert sum(task_stats(process)[1] for process in processes) == 11_000 * PAGE
    assert [pss(house, process) for process in processes] == [200] * 10
    house.forget(common, *own)
    # With nobody else, the processes pay for all of it, under every rule.
    for rule in ("owner", "viewers", "pss"):
        found = house.by_process(rule, *processes)
        assert sum(private + scaled for private, _, scaled in found) == 2000


def test_case_5_a_fork_of_which_the_child_writes_one_page_of_eight(house):
    """Linux gives both Rss 32k, Pss 18k, Shared 28k, Private 4k: as two snapshots that see seven pages in common have
    it under `viewers`. A clone of this kernel has only what it wrote: RES of the child is 4k."""
    origin = house.vmo(8, 8)
    parent, child = house.clone(origin, 0, 8), house.clone(origin, 0, 8)
    # On Linux the page that only the parent sees is the old one.
    house.commit(parent, 0)
    house.write(child, 0)
    first, second = house.start(parent), house.start(child)
    house.forget(origin, parent, child)
    assert house.by_process("viewers", first, second) == [(1, 7, 3 + HALF)] * 2
    assert [task_stats(process)[1] for process in (first, second)] == [PAGE, PAGE]
    # What is left of the origin's first page nobody can see; a clone keeps it.
    rows = Bills(house.machine, "viewers", "process").rows
    assert exact(rows["kept by clones only"].unmapped) == PAGE
    plain = house.vmo(8, 8)
    house.write(clone := house.clone(plain, 0, 8), 0)
    child = house.start(clone)
    assert task_stats(child)[1] == PAGE
    assert house.by_vmo("owner", plain, clone) == [(8, 0, 0), (1, 0, 0)]


def test_case_6_a_clone_pays_nothing_until_it_commits(house):
    parent = house.vmo(1, 1)
    clone = house.clone(parent, 0, 1)
    assert house.by_vmo("owner", clone, parent) == [(0, 0, 0), (1, 0, 0)]
    house.commit(clone, 0)
    assert house.by_vmo("owner", clone, parent) == [(1, 0, 0), (1, 0, 0)]
    house.forget(clone)
    assert house.by_vmo("owner", parent) == [(1, 0, 0)]


@pytest.mark.parametrize("rule", ["owner", "viewers"])
def test_case_7_commit_decommit_read_write_resize(house, rule):
    vmo = house.vmo(4)
    calls = house.calls

    def pays():
        ((private, shared, _),) = house.by_vmo(rule, vmo)
        assert not shared
        return private

    calls.vmo_op_range(vmo, 1, 0, 4 * PAGE)
    assert pays() == 4
    calls.vmo_op_range(vmo, 2, 0, 4 * PAGE)
    assert pays() == 0
    calls.vmo_read(vmo, 0, 4 * PAGE)
    assert pays() == 0
    house.write(vmo, 0), house.write(vmo, 1)
    assert pays() == 2
    house.write(vmo, 2), house.write(vmo, 3)
    assert pays() == 4
    calls.vmo_set_size(vmo, 2 * PAGE)
    assert pays() == 2


def test_case_8_what_no_process_reaches_has_a_line(house):
    """There 5K of VMOs, of which a process has 1K: here 5 pages, 4 of them in an unread message."""
    own, sent = house.vmo(1, 1), house.vmo(4, 4)
    process = house.start(own)
    house.forget(own)
    end, _ = house.calls.channel_create()
    house.calls.channel_write(end, b"", [sent])
    rows = Bills(house.machine, "owner", "process").rows
    assert rows[process].private == PAGE
    assert exact(rows["in unread messages only"].unmapped) == 4 * PAGE
    lines = {line.name: line.bytes for _, line in Ledger(house.machine, "owner").top.walk()}
    assert lines["pages of VMOs"] == 5 * PAGE and lines["in unread messages only"] == 4 * PAGE


def test_case_9_two_owners_and_a_parent_that_nobody_reaches(house):
    common = house.vmo(1, 1)
    first, second = house.start(common), house.start(common)
    house.forget(common)
    for rule in ("owner", "viewers"):
        assert house.by_process(rule, first, second) == [(0, 1, HALF)] * 2
    parent = house.vmo(2, 2)
    clone = house.clone(parent, 0, 1)
    house.forget(parent)
    rows = Bills(house.machine, "owner", "process").rows
    assert exact(rows["kept by clones only"].unmapped) == 2 * PAGE
    rows = Bills(house.machine, "viewers", "process").rows
    assert exact(rows["kept by clones only"].unmapped) == PAGE
    assert house.by_vmo("viewers", clone) == [(1, 0, 0)]


# Rule `viewers`


def test_case_10_a_page_seen_by_two_vmos_and_three_processes(house):
    a = house.vmo(1, 1)
    b = house.clone(a, 0, 1)
    processes = house.start(a), house.start(b), house.start(b)
    house.forget(a, b)
    quarter = Fraction(1, 4)
    assert house.by_process("viewers", *processes) == [(0, 1, HALF), (0, 1, quarter), (0, 1, quarter)]


def test_case_11_the_same_with_a_process_that_reaches_both(house):
    a = house.vmo(1, 1)
    b = house.clone(a, 0, 1)
    processes = house.start(a, b), house.start(b)
    house.forget(a, b)
    assert house.by_process("viewers", *processes) == [(0, 2, Fraction(3, 4)), (0, 1, Fraction(1, 4))]


def test_case_12_two_snapshots_of_which_each_has_written_a_page(house):
    a, b, origin = house.vmo(1, 1), house.vmo(1, 1), house.vmo(3, 3)
    c, d = house.clone(origin, 0, 3), house.clone(origin, 0, 3)
    house.write(c, 0), house.write(d, 1)
    processes = house.start(a, b, c), house.start(b, c, d)
    house.forget(a, b, c, d, origin)
    found = [tuple(int(figure * PAGE) for figure in figures) for figures in house.by_process("viewers", *processes)]
    assert found == [(4096, 16384, 7168), (8192, 20480, 9216)]
    assert sum(private + scaled for private, _, scaled in found) == 7 * PAGE


def test_case_13_two_snapshots_write_one_after_the_other(house):
    origin = house.vmo(2, 2)
    parent, clone = house.clone(origin, 0, 2), house.clone(origin, 0, 2)
    house.forget(origin)

    def pays():
        return [private + scaled for private, _, scaled in house.by_vmo("viewers", parent, clone)]

    assert pays() == [1, 1]
    house.write(parent, 0)
    assert pays() == [1 + HALF, 1 + HALF]
    house.write(clone, 1)
    assert pays() == [2, 2]


def test_case_14_a_clone_of_the_middle(house):
    parent = house.vmo(4, 2)
    clone = house.clone(parent, 1, 2)
    # Zircon's scaled is 1.5 pages: here what the parent has to itself is not in it.
    assert house.by_vmo("viewers", parent, clone) == [(1, 1, HALF), (0, 1, HALF)]


def test_case_15_a_clone_of_a_clone(house):
    vmo = house.vmo(1, 1)
    first = house.clone(vmo, 0, 2)
    house.write(first, 1)
    second = house.clone(first, 0, 3)

    def pays():
        return [PAGE * (private + scaled) for private, _, scaled in house.by_vmo("viewers", vmo, first, second)]

    assert pays() == [1365 + THIRD, 3413 + THIRD, 3413 + THIRD]
    house.write(second, 2)
    assert pays() == [1365 + THIRD, 3413 + THIRD, 7509 + THIRD]
    # Committed, as a write would copy the first page into the clone in the middle, too.
    house.commit(second, 0, 3)
    assert pays() == [2048, 6144, 12288]
    clone = house.object(first)
    house.forget(first)
    ((private, _, scaled),) = house.by_vmo("viewers", second)
    assert PAGE * (private + scaled) == 12288
    # Nobody sees through the first clone any more; its own page stays, kept by the second, and has a line.
    assert house.by_vmo("viewers", vmo, clone) == [(1, 0, 0), (1, 0, 0)]


def test_case_16_the_parent_goes(house):
    parent = house.vmo(3, 3)
    clone = house.clone(parent, 1, 1)
    assert house.by_vmo("viewers", parent, clone) == [(2, 1, HALF), (0, 1, HALF)]
    house.forget(parent)
    assert house.by_vmo("viewers", clone) == [(1, 0, 0)]
    # With two: the first of two pages, one of which it has written; the second sees the last page.
    parent = house.vmo(3, 3)
    first, second = house.clone(parent, 1, 2), house.clone(parent, 2, 1)
    house.commit(first, 1)

    def pays(*vmos):
        return [private + scaled for private, _, scaled in house.by_vmo("viewers", *vmos)]

    assert pays(parent, first, second) == [2, 1 + HALF, HALF]
    house.forget(parent)
    assert pays(first, second) == [2, 1]


def test_case_17_what_a_reference_and_a_slice_see(house):
    vmo = house.vmo(2, 2)
    reference, slice_ = house.clone(vmo, 0, 2), house.clone(vmo, 1, 1)
    assert [PAGE * (private + shared) for private, shared, _ in house.by_vmo("viewers", reference, slice_)] == [
        8192,
        4096,
    ]


# Rounding


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_rounding_keeps_the_sum(count):
    amounts = [{count: PAGE}] * count + [{1: 10}]
    found = whole(amounts)
    assert sum(found) == PAGE + 10 and all(abs(exact(a) - b) < 1 for a, b in zip(amounts, found, strict=True))


def test_ctrl_c_in_the_middle_of_a_long_sum_is_heard():
    with pytest.raises(KeyboardInterrupt):
        with_a_signal_waiting(partial(add_parts, {}, {3: 1 << 70}, 1 << 70))


def test_rounding_gives_to_the_largest_remainders():
    assert whole([{4: 1}, {4: 3}, {1: 2}]) == [0, 1, 2]
    assert whole([{4: -1}, {4: 1}]) == [0, 0]
