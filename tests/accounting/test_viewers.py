"""The sweep over a family of clones, against a look at each page of each VMO."""

import os
from random import Random

import pytest

from kshell.accounting.sharing import SHARERS
from kshell.accounting.viewers import SHOW, Family, Sweep
from tests.accounting import naive
from tests.accounting.houses import House
from tests.accounting.test_random import agrees
from tests.steps import growth

SEEDS = range(int(os.environ.get("KSHELL_FAMILIES", "30")))


def grown(choose):
    """A house with a random family of clones, and its VMOs: chains, fans and what is between them, of any sizes."""
    house = House(64 << 20)
    first = house.vmo(choose.randrange(1, 16))
    handles = [first]
    deep = choose.choice([1, 3, 40])
    for _ in range(choose.randrange(40)):
        step = choose.random()
        vmo = choose.choice(handles[-deep:])
        if step < 0.5:
            handles.append(house.clone(vmo, choose.choice([0, 0, 1, 5, 20]), choose.randrange(1, 16)))
        elif step < 0.9:
            pages = house.calls.vmo_get_size(vmo) // 4096
            if pages:
                first_page = choose.randrange(pages)
                house.commit(vmo, first_page, choose.randrange(1, pages - first_page + 1))
        else:
            house.calls.vmo_set_size(vmo, choose.randrange(16) * 4096)
    return house, handles


@pytest.mark.parametrize("seed", SEEDS)
def test_random_families_are_paid_for_as_a_count_page_by_page_says(seed):
    choose = Random(seed)
    house, handles = grown(choose)
    _, _, root = house.running()
    for vmo in handles:
        if choose.random() < 0.2 and house.calls.vmo_get_size(vmo):
            house.calls.vmar_map(root, 0, vmo, 0, house.calls.vmo_get_size(vmo), 1)
        if choose.random() < 0.4:
            house.forget(vmo)
    house.close()
    agrees(house.machine)


@pytest.mark.parametrize("seed", SEEDS)
def test_looks_see_what_a_look_at_each_page_sees(seed):
    choose = Random(seed)
    house, handles = grown(choose)
    family = Family(house.object(handles[0]))
    looks = []
    for _ in range(20):
        number = choose.randrange(1, len(family.members))
        start = choose.randrange(family.members[number].page_count + 1)
        looks.append((number, start, choose.randrange(start, family.members[number].page_count + 1)))
    sweep = Sweep(family, looks)
    seen_by = {}
    found = []
    for which, (number, start, end) in enumerate(looks):
        owners = [naive.looks_at(family.members[number], page) for page in range(start, end)]
        found.append([owner for owner in owners if owner is not None])
        for owner in found[-1]:
            seen_by.setdefault(owner, []).append(which)
    # Each page weighs what tells its owner, and how many see it, from all others.
    weights = {vmo: 1000**number for number, vmo in enumerate(family.members)}
    wanted = [sum(weights[owner[0]] * len(seen_by[owner]) for owner in owners) for owners in found]
    assert sweep.amounts(lambda number, count: weights[family.members[number]] * count) == wanted, seed
    shown = {}
    for what, number, pages, _ in sweep.steps:
        if what == SHOW:
            shown[number] = shown.get(number, 0) + pages
    assert shown == {number: len(vmo.pages) for number, vmo in enumerate(family.members) if number and vmo.pages}, seed


@pytest.mark.parametrize("shape", ["chain", "fan", "staggered", "hidden"])
def test_a_clone_costs_what_it_takes_to_find_its_place(shape):
    def asked(count):
        house = House(1 << 30)
        vmo = parent = house.vmo(count + 1, 1)
        for page in range(1, count + 1):
            vmo = house.clone(parent, 1 if shape == "staggered" else 0, count + 1)
            # Half of the last shape are a chain with a page each, and half are clones of its end that hide all of it.
            hides = shape == "hidden" and page > count // 2
            house.commit(vmo, 0 if hides or shape == "staggered" else page, count + 1 if hides else 1)
            if shape != "fan" and not hides:
                parent = vmo
        return lambda: list(SHARERS["viewers"](house.machine.vmos))

    # n log n would be 2 at these sizes, the square 16.
    assert growth(asked, 16, 256) < 2.5
