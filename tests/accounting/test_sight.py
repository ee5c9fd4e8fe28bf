"""Who sees a VMO's pages, against a look at each page of each mapping."""

from random import Random

import pytest

from kshell.accounting.sight import PARENT, seen_vmo
from tests.accounting import naive
from tests.accounting.houses import PAGE, House
from tests.accounting.test_viewers import SEEDS, grown
from tests.steps import growth


@pytest.mark.parametrize("seed", SEEDS)
def test_mappings_of_clones_are_told_that_show_a_page(seed):
    choose = Random(seed)
    house, handles = grown(choose)
    _, _, root = house.running()
    for vmo in choose.choices(handles, k=8):
        size = house.calls.vmo_get_size(vmo)
        if size:
            first = choose.randrange(size // PAGE)
            house.calls.vmar_map(root, 0, vmo, first * PAGE, size - first * PAGE, 1)
    # What a mapping shows may be beyond the end by now.
    house.calls.vmo_set_size(choose.choice(handles), 2 * PAGE)
    views = [view for vmo in house.machine.vmos for view in vmo.mappings]
    for handle in handles:
        vmo = house.object(handle)
        wanted = set(vmo.mappings)
        for view in views:
            first = view.vmo_offset // PAGE
            owners = [naive.looks_at(view.vmo, page) for page in range(first, first + view.size // PAGE)]
            if any(owner is not None and owner[0] is vmo for owner in owners):
                wanted.add(view)
        found = seen_vmo(vmo)
        assert {one.mapping for one in found} == wanted and len(found) == len(wanted), seed
        assert all(one.how == PARENT for one in found if one.mapping.vmo is not vmo)


def test_a_chain_of_clones_that_hide_a_page_each_takes_steps_for_each():
    def asked(count):
        house = House(64 << 20)
        _, _, root = house.running()
        first = vmo = house.vmo(count, count)
        for page in range(count - 1):
            vmo = house.clone(vmo, 0, count)
            house.commit(vmo, page)
            house.calls.vmar_map(root, 0, vmo, 0, count * PAGE, 1)
        looked = house.object(first)
        return lambda: seen_vmo(looked)

    # n log n would be 2 at these sizes, the square 16.
    assert growth(asked, 16, 256) < 2.5
