"""Random machines: the ledger closes under every rule, and the shares are those of a count page by page."""

import os
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kshell.accounting.bills import Bills
from kshell.accounting.sharing import SHARERS, exact
from kshell.kernel.pages import PageSet
from kshell.kernel.tasks import Process
from tests.accounting import naive
from tests.accounting.houses import PAGE, House, closed
from tests.kernel.player import Player

RULES = ("owner", "viewers", "pss")


def agrees(machine):
    """Whether the accounting says what the naive count says."""
    for rule in RULES:
        wanted = naive.by_process(machine, rule)
        nobody = wanted.pop(None)
        rows = Bills(machine, rule, "process").rows
        for process, figures in wanted.items():
            bill = rows[process]
            assert [bill.private, bill.shared, exact(bill.scaled), exact(bill.unmapped)] == figures, (
                rule,
                process.koid,
            )
        others = sum(exact(bill.unmapped) for key, bill in rows.items() if not isinstance(key, Process))
        assert others == nobody[3], rule
    for rule in ("owner", "viewers"):
        wanted = {}
        for vmo, payers in naive.costs(machine, rule):
            alone, shared, scaled = wanted.get(vmo, (0, 0, 0))
            part = Fraction(payers > 1, payers)
            wanted[vmo] = alone + (payers == 1), shared + (payers > 1), scaled + part
        assert shares(machine, rule) == wanted, rule


def shares(machine, rule):
    """{VMO: (pages alone, pages of which others pay, its part of those)}"""
    return {vmo: (alone, shared, exact(scaled)) for vmo, alone, shared, scaled in SHARERS[rule](machine.vmos)}


@pytest.mark.parametrize("seed", range(int(os.environ.get("KSHELL_AUDITS", "12"))))
def test_random_machines_close_and_agree_with_a_count_page_by_page(seed):
    player = Player(seed, [3 << 20, 8 << 20, 6 << 20][seed % 3], [262144, 300, 60][seed % 3])
    machine = player.small.machine
    for step in range(400):
        player.touch() if player.choose.random() < 0.15 else player.call()
        if step % 10 == 0:
            closed(machine)
        if step % 100 == 99:
            agrees(machine)
    player.small.process.kill()
    closed(machine)


@st.composite
def families(draw):
    """VMOs, each (parent or None, first page of it, size in pages, pages of its own, handle stays, who maps it)."""
    count = draw(st.integers(1, 7))
    made = []
    for index in range(count):
        parent = draw(st.none() | st.integers(0, index - 1)) if index else None
        size = draw(st.integers(1, 6))
        own = draw(st.sets(st.integers(0, size - 1)))
        mapped = draw(st.lists(st.integers(0, 2), max_size=3))
        made.append((parent, draw(st.integers(0, 5)), size, own, draw(st.booleans()), mapped))
    return made


@given(families())
@settings(max_examples=int(os.environ.get("KSHELL_FAMILIES", "60")), deadline=None)
def test_random_families_of_clones_agree_with_a_count_page_by_page(family):
    house = House(8 << 20)
    roots = [house.running()[2] for _ in range(3)]
    handles = []
    for parent, first, size, own, _, _ in family:
        made = house.vmo(size) if parent is None else house.clone(handles[parent], first, size)
        for page in own:
            house.commit(made, page)
        handles.append(made)
    for vmo, (_, _, size, _, _, mapped) in zip(handles, family, strict=True):
        for process in mapped:
            house.calls.vmar_map(roots[process], 0, vmo, 0, size * PAGE, 1)
    for vmo, (_, _, _, _, stays, _) in zip(handles, family, strict=True):
        if not stays:
            house.forget(vmo)
    house.close()
    agrees(house.machine)


def test_scattered_pages_are_counted_as_sets():
    """A parent and two clones that write every other page: sets with very many runs."""
    house = House(1 << 30)
    parent = house.vmo(40_000, 40_000)
    clones = [house.clone(parent, 0, 40_000) for _ in range(2)]
    every_other = PageSet.ascending((page, page + 1) for page in range(0, 40_000, 2))
    for clone in clones:
        house.object(clone).adopt(tuple(every_other.runs()))
    # 20,000 pages are the parent's alone, as both clones have written theirs, and 20,000 are seen by three.
    assert [*shares(house.machine, "viewers").values()] == [(20_000, 20_000, Fraction(20_000, 3))] * 3
    closed(house.machine)
