"""The ledger finds what is wrong: its remainder is not made to be 0."""

import pytest

from kshell.accounting.ledger import Ledger
from kshell.accounting.sharing import exact
from tests.accounting.houses import PAGE, House, closed


def remainder(house, rule="owner"):
    return Ledger(house.machine, rule).remainder


def lines(house, rule="owner"):
    return {line.name: line.bytes for _, line in Ledger(house.machine, rule).top.walk()}


@pytest.mark.parametrize("rule", ["owner", "viewers"])
def test_a_page_that_is_lost_is_in_the_remainder_and_breaks_a_law(rule):
    house = House()
    physmem = house.machine.physmem
    assert remainder(house, rule) == 0
    physmem.take(3)
    assert remainder(house, rule) == 3 * PAGE
    with pytest.raises(AssertionError, match="physical memory"):
        house.machine.check()
    physmem.give(4)
    assert remainder(house, rule) == -PAGE
    with pytest.raises(AssertionError, match="physical memory"):
        house.machine.check()


def test_a_page_that_two_vmos_claim_is_in_the_remainder():
    house = House()
    vmo = house.object(house.vmo(4, 2))
    vmo.pages.add(3)
    assert remainder(house) == -PAGE


def test_sockets_in_tables_in_messages_and_far_ends_are_counted():
    house = House()
    for _ in range(3):
        near, far = house.calls.socket_create()
        house.calls.socket_write(near, 0, b"x" * 5000)
        house.calls.socket_write(far, 0, b"x")
    one, _ = house.calls.channel_create()
    house.calls.channel_write(one, b"", [far])
    house.forget(near)
    # Two pairs of three pages; of the third the end in the message has its two pages still.
    assert lines(house)["rings of sockets"] == (2 * 3 + 2) * PAGE
    house.close()


def test_pages_that_a_mapping_does_not_show():
    house = House()
    vmo = house.vmo(4, 4)
    first, second = house.running(), house.running()
    for _, _, vmar in (first, second):
        house.calls.vmar_map(vmar, 0, vmo, PAGE, PAGE, 1)
    found = lines(house, "pss")
    assert found["shown by no mapping"] == 3 * PAGE and found["counted more than once"] == 0
    house.calls.vmar_map(first[2], 0, vmo, 2 * PAGE, PAGE, 1)
    # Both show the second page, and one of them the third: one and a half pages are counted of two that are shown.
    found = lines(house, "pss")
    assert found["shown, and counted in part"] == PAGE // 2 and found["shown by no mapping"] == 2 * PAGE
    for _ in range(3):
        house.calls.vmar_map(second[2], 0, vmo, PAGE, PAGE, 1)
    found = lines(house, "pss")
    assert found["counted more than once"] == -PAGE and found["shown, and counted in part"] == 0
    closed(house.machine)


def test_who_maps_a_vmo_decides_its_line_before_who_holds_it():
    house = House()
    vmo = house.vmo(2, 2)
    assert lines(house)["held by handles only"] == 2 * PAGE
    house.start(vmo)
    assert lines(house)["and held by a handle"] == 2 * PAGE
    house.start(vmo)
    assert lines(house)["by 2"] == 2 * PAGE
    house.machine.kernel_handles.new(house.object(vmo), 1)
    house.forget(vmo)
    assert lines(house)["by 2"] == 2 * PAGE
    alone = house.vmo(1, 1)
    house.machine.kernel_handles.new(house.object(alone), 1)
    assert lines(house)["kept open by the kernel"] == 0
    house.forget(alone)
    assert lines(house)["kept open by the kernel"] == PAGE
    house.close()


def test_parts_are_exact():
    assert exact({}) == 0 and exact({3: 1, 6: 4}) == 1 and exact({7: 2}) * 7 == 2
