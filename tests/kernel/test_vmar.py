"""Regions: where an address leads, the order of the tree, and what cutting and protecting leave."""

import pytest

from kshell.kernel import faults
from kshell.kernel.abi import USER_BASE
from kshell.kernel.vmar import Mapping, Vmar
from tests.kernel.support import Small, refused

P = 4096
CAN_ALL = 0x3C0
RW = 3


@pytest.fixture
def vmo(small):
    return small.calls.vmo_create(64 * P)


def spans(small):
    """(first page from USER_BASE, pages, perms, first page of the VMO) of each mapping."""
    return [
        ((mapping.base - USER_BASE) // P, mapping.size // P, mapping.perms, mapping.vmo_offset // P)
        for mapping in small.process.root_vmar.mappings()
    ]


def test_an_address_leads_through_vmars_to_a_mapping_and_an_offset(small, vmo):
    calls, root = small.calls, small.process.root_vmar
    outer, base = calls.vmar_allocate(small.vmar, 0, 32 * P, CAN_ALL)
    inner, within = calls.vmar_allocate(outer, 8 * P, 16 * P, CAN_ALL | 0x10)
    assert within == base + 8 * P
    address = calls.vmar_map(inner, 2 * P, vmo, 5 * P, 4 * P, RW | 0x10)
    mapping, offset = root.locate(address)
    assert (mapping.base, offset) == (address, 5 * P) and mapping.parent.parent.parent is root
    assert root.locate(address + 4 * P - 1) == (mapping, 9 * P - 1)
    # A part of the tree finds what is below it.
    assert mapping.parent.locate(address) == (mapping, 5 * P)
    for gap in (0, address - 1, address + 4 * P, base, base + 31 * P, base + 32 * P, 1 << 47):
        assert root.locate(gap) is None
    calls.vmar_destroy(small.vmar)
    assert root.locate(address) is None and list(root.walk()) == []


def test_the_tree_is_walked_depth_first_by_address(small, vmo):
    calls = small.calls
    first, base = calls.vmar_allocate(small.vmar, 0, 16 * P, CAN_ALL)
    high = calls.vmar_map(first, 0, vmo, 0, P, RW)
    _, deeper = calls.vmar_allocate(first, 0, 4 * P, CAN_ALL)
    last = calls.vmar_map(small.vmar, 0, vmo, 0, P, RW)
    root = small.process.root_vmar
    assert [(depth, type(region), region.base) for depth, region in root.walk()] == [
        (1, Vmar, USER_BASE),
        (2, Vmar, base),
        (3, Mapping, high),
        (3, Vmar, deeper),
        (2, Mapping, last),
    ]
    assert [mapping.base for mapping in root.mappings()] == [high, last]


@pytest.mark.parametrize(
    ("first", "count", "left"),
    [
        (0, 2, [(2, 6, RW, 12)]),
        (6, 2, [(0, 6, RW, 10)]),
        (3, 2, [(0, 3, RW, 10), (5, 3, RW, 15)]),
        (0, 8, []),
    ],
)
def test_unmapping_leaves_pieces_that_show_what_they_showed(small, vmo, first, count, left):
    address = small.calls.vmar_map(small.vmar, 0, vmo, 10 * P, 8 * P, RW)
    faults.touch(small.process, address, 8 * P, "w")
    aspace = small.process.aspace
    small.calls.vmar_unmap(small.vmar, address + first * P, count * P)
    assert spans(small) == left
    assert (aspace.mapped_bytes, aspace.mapping_count) == ((8 - count) * P, len(left))
    # What is left stays within the CPU's reach.
    assert len(aspace.present) == len(aspace.writable) == 8 - count


@pytest.mark.parametrize(
    ("first", "count", "pieces"),
    [
        (0, 2, [(0, 2, 1, 10), (2, 6, RW, 12)]),
        (6, 2, [(0, 6, RW, 10), (6, 2, 1, 16)]),
        (3, 2, [(0, 3, RW, 10), (3, 2, 1, 13), (5, 3, RW, 15)]),
        (0, 8, [(0, 8, 1, 10)]),
    ],
)
def test_protecting_splits_in_place_and_pieces_never_merge_again(small, vmo, first, count, pieces):
    address = small.calls.vmar_map(small.vmar, 0, vmo, 10 * P, 8 * P, RW)
    original, _ = small.process.root_vmar.locate(address)
    faults.touch(small.process, address, 8 * P, "w")
    aspace = small.process.aspace
    small.calls.vmar_protect(small.vmar, address + first * P, count * P, 1)
    assert spans(small) == pieces and small.process.root_vmar.locate(address)[0] is original
    assert (len(aspace.present), len(aspace.writable)) == (8, 8 - count)
    small.calls.vmar_protect(small.vmar, address, 8 * P, RW)
    assert spans(small) == [(base, pages, RW, offset) for base, pages, _, offset in pieces]
    assert {mapping.max_perms for mapping in small.process.root_vmar.mappings()} == {7}


def test_protecting_goes_no_further_than_both_handles_went(small, vmo):
    address = small.calls.vmar_map(small.vmar, 0, small.calls.handle_duplicate(vmo, 0x24), 0, 2 * P, 1)
    assert "at most r--, not rw-" in refused("ERR_ACCESS_DENIED", small.calls.vmar_protect, small.vmar, address, P, RW)
    assert spans(small) == [(0, 2, 1, 0)]


def test_protecting_is_all_or_nothing(small, vmo):
    calls = small.calls
    address = calls.vmar_map(small.vmar, 0, vmo, 0, 2 * P, RW)
    calls.vmar_map(small.vmar, 0, calls.handle_duplicate(vmo, 0x24), 0, 2 * P, 1)
    refused("ERR_ACCESS_DENIED", calls.vmar_protect, small.vmar, address, 4 * P, RW)
    refused("ERR_NOT_FOUND", calls.vmar_protect, small.vmar, address, 5 * P, 1)
    assert spans(small) == [(0, 2, RW, 0), (2, 2, 1, 0)]


def test_a_length_that_rounds_to_nothing_looks_only_at_a_mapping_it_points_into(small, vmo):
    calls = small.calls
    address = calls.vmar_map(small.vmar, 0, calls.handle_duplicate(vmo, 0x24), 0, 2 * P, 1)
    calls.vmar_protect(small.vmar, address, (1 << 64) - 1, RW)
    refused("ERR_ACCESS_DENIED", calls.vmar_protect, small.vmar, address + P, (1 << 64) - 1, RW)
    assert spans(small) == [(0, 2, 1, 0)]


def test_a_destroyed_vmar_takes_all_below_it_and_frees_its_place(small, vmo):
    calls = small.calls
    outer, base = calls.vmar_allocate(small.vmar, 0, 32 * P, CAN_ALL)
    inner, _ = calls.vmar_allocate(outer, 0, 16 * P, CAN_ALL)
    calls.vmar_map(inner, 0, vmo, 0, 4 * P, RW)
    calls.vmar_map(outer, 0, vmo, 0, 4 * P, RW)
    calls.vmar_destroy(outer)
    aspace = small.process.aspace
    assert (aspace.mapped_bytes, aspace.mapping_count, aspace.vmar_count) == (0, 0, 1)
    assert not small.process.handles.get(vmo).object.mappings
    refused("ERR_BAD_STATE", calls.vmar_map, inner, 0, vmo, 0, P, RW)
    assert calls.vmar_map(small.vmar, 0, vmo, 0, 32 * P, RW) == base


def test_thousands_of_nested_vmars_are_destroyed_without_a_stack(small, vmo):
    calls = small.calls
    last, _ = calls.vmar_allocate(small.vmar, 0, 8 * P, CAN_ALL)
    for _ in range(3000):
        last, _ = calls.vmar_allocate(last, 0, 8 * P, CAN_ALL)
    address = calls.vmar_map(last, 0, vmo, 0, 8 * P, RW)
    assert small.process.root_vmar.locate(address)[1] == 0
    calls.vmar_destroy(small.vmar)
    assert small.process.aspace.vmar_count == 0 and not small.process.handles.get(vmo).object.mappings


def test_random_places_fit_and_are_the_same_for_the_same_seed():
    def places(seed):
        random = Small(aslr_seed=seed)
        handle = random.calls.vmo_create(P)
        found = [random.calls.vmar_map(random.vmar, 0, handle, 0, P, RW) for _ in range(20)]
        random.machine.check()
        return found

    assert places(1) == places(1) != places(2)
    assert len(set(places(1))) == 20 and places(1) != sorted(places(1))
