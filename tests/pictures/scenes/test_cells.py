"""Cells of pages: whatever clones, zeros and ends there are, they say what `why` says of each page."""

import random
from functools import partial
from itertools import pairwise

import pytest

from kshell.accounting.sight import ABSENT, OWN, PARENT, ZERO, Page
from kshell.kernel.abi import VMO_CLONE_COPY_ON_WRITE, VMO_OP_COMMIT
from kshell.kernel.pages import PageSet
from kshell.pictures.scene import STATES, Cell
from kshell.pictures.scenes import cells as module
from kshell.pictures.scenes.cells import MOST_PIECES, MOST_RUNS, coarser, cut, joined, page_cells, unit_for
from tests.commands.support import run
from tests.pictures.views import machine
from tests.steps import growth, steps


def vmo_of(session, name):
    return session.state.process.handles.get(session.state.variables[name].value).object


def mapping_at(session, name):
    return session.state.process.root_vmar.locate(session.state.variables[name].value)[0]


def grown(seed):
    """A random family of which the last clone is mapped at `$m`, longer than it is."""
    chance = random.Random(seed)
    session = machine("v = vmo_create 160k")
    for _ in range(chance.randrange(4)):
        for _ in range(3):
            run(session, f"vmo_write $v {chance.randrange(160)}k --len {chance.randrange(1, 9)}k")
        run(session, f"v = vmo_clone $v cow {4 * chance.randrange(12)}k {4 * chance.randrange(20, 40)}k")
    run(session, "m = vmar_map $vmar 0 $v 8k 200k rw")
    for _ in range(4):
        run(session, f"touch $m+{4 * chance.randrange(30)}k {4 * chance.randrange(1, 4)}k {chance.choice('rw')}")
    return session


@pytest.mark.parametrize("seed", range(25))
def test_each_page_is_what_why_says(seed, monkeypatch):
    session = grown(seed)
    mapping = mapping_at(session, "m")
    vmo = mapping.vmo
    wanted = [(page.state, page.owner and page.owner.koid) for page in (Page(vmo, at, mapping) for at in range(2, 52))]
    found, unit = page_cells(vmo, 2, 52, [mapping])
    assert unit == 1 and spread(found) == wanted
    assert all(one.end == other.start for one, other in pairwise(found))
    # The same in pieces: the state of most note in each, and how many pages are in it.
    monkeypatch.setattr(module, "MOST_RUNS", 0)
    monkeypatch.setattr(module, "MOST_PIECES", 13)
    pieces, unit = page_cells(vmo, 2, 52, [mapping])
    assert unit == 4 and len(pieces) == 13 and pieces[-1].end == 50
    for piece in pieces:
        states = [state for state, _ in wanted[piece.start : piece.end]]
        best = min(states, key=STATES.index)
        assert piece.state == best and (best in (PARENT, ABSENT) or piece.count == states.count(best))
    # And cut from what is exact.
    for made in coarser(found, 4):
        states = [state for state, _ in wanted[made.start : made.end]]
        best = min(states, key=STATES.index)
        assert made.state == best and made.count == states.count(best)


def spread(cells):
    return [(cell.state, cell.owner) for cell in cells for _ in range(cell.start, cell.end)]


def test_a_vmo_is_zero_where_any_mapping_reads_zeros():
    session = machine("v = vmo_create 32k", "m = vmar_map $vmar 0 $v 8k 8k rw", "n = vmar_map $vmar 0 $v 0 32k r")
    run(session, "touch $m+4k 4k r")
    run(session, "touch $n 4k r")
    vmo = vmo_of(session, "v")
    found, _ = page_cells(vmo, 0, 8, vmo.mappings)
    assert [state for state, _ in spread(found)] == [ZERO, ABSENT, ABSENT, ZERO, *[ABSENT] * 4]
    only, _ = page_cells(vmo, 0, 8, [mapping_at(session, "m")])
    assert [cell.start for cell in only if cell.state == ZERO] == [3]


@pytest.mark.parametrize(
    ("pages", "cells", "unit"), [(0, 4, 1), (1, 4, 1), (4, 4, 1), (5, 4, 2), (9, 4, 4), (1 << 52, 1 << 11, 1 << 41)]
)
def test_pieces_are_powers_of_two(pages, cells, unit):
    assert unit_for(pages, cells) == unit


def test_many_pages_are_cut_at_once():
    """Sixteen tebibytes, every other one of two million pages, and a clone of those."""
    session = machine("v = vmo_create 16T", "c = vmo_clone $v cow 4k 1T")
    vmo, clone = vmo_of(session, "v"), vmo_of(session, "c")
    assert spread_runs(page_cells(vmo, 0, vmo.page_count, [])[0]) == [(0, 1 << 32, ABSENT)]
    vmo.pages = PageSet.ascending((at, at + 1) for at in range(0, 4_000_000, 2))
    for looked in (vmo, clone):
        made = []
        # Some steps for each cell, and none for each page.
        assert steps(partial(_cells, looked, made)) < 100 * MOST_PIECES
        ((found, unit),) = made
        assert unit > 1 and len(found) <= 2048 and found[0].state == (OWN if looked is vmo else PARENT)
        assert sum(cell.count for cell in found if cell.state != ABSENT) == 2_000_000 - (looked is clone)


def _cells(vmo, made):
    made.append(page_cells(vmo, 0, vmo.page_count, []))


@pytest.mark.parametrize("shape", ["a page in each", "hiding the first one's"])
def test_a_long_chain_of_clones_takes_steps_for_each_clone(shape):
    def asked(count):
        session = machine(f"v = vmo_create {count}*4k")
        calls, vmo = session.state.calls, session.state.number("v")
        if shape != "a page in each":
            calls.vmo_op_range(vmo, VMO_OP_COMMIT, 0, count * 4096)
        for page in range(0, count, 2):
            vmo = calls.vmo_clone(vmo, VMO_CLONE_COPY_ON_WRITE, 0, count * 4096)
            calls.vmo_op_range(vmo, VMO_OP_COMMIT, page * 4096, 4096)
        looked = session.state.process.handles.get(vmo).object
        return lambda: page_cells(looked, 0, looked.page_count, [])

    assert growth(asked, 60, 1200) < 1.5


@pytest.mark.parametrize("most", [MOST_RUNS, 0])
def test_mappings_of_one_page_take_steps_for_each(most, monkeypatch):
    """However many cells there are beside it."""
    monkeypatch.setattr(module, "MOST_RUNS", most)

    def asked(count):
        session = machine(f"v = vmo_create {count}*4k")
        calls, root, vmo = session.state.calls, session.state.number("vmar"), session.state.number("v")
        for page in range(count):
            run(session, f"touch {calls.vmar_map(root, 0, vmo, 0, count * 4096, 1) + page * 4096} 1 r")
        looked = vmo_of(session, "v")
        return lambda: page_cells(looked, 0, looked.page_count, looked.mappings)

    assert growth(asked, 30, 600) < 2


def spread_runs(cells):
    return [(cell.start, cell.end, cell.state) for cell in cells]


def test_long_runs_stay_runs_when_they_are_cut():
    made = coarser([Cell(0, 3, OWN, 7), Cell(3, 1 << 40, ABSENT)], 4)
    assert [(cell.start, cell.end, cell.state, cell.count) for cell in made] == [
        *((0, 4, OWN, 3), (4, 1 << 40, ABSENT, (1 << 40) - 4)),
    ]


def test_cutting_and_joining():
    cells = cut([Cell(0, 8, OWN, 7), Cell(8, 9, ABSENT)], [0, 2, 8])
    assert spread_runs(cells) == [(0, 2, OWN), (2, 8, OWN), (8, 9, ABSENT)]
    cells[1].changed = True
    assert spread_runs(joined(cells)) == spread_runs(cells)
    cells[1].changed = False
    (first, _) = joined(cells)
    assert (first.start, first.end, first.count) == (0, 8, 8)
