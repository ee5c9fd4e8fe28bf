"""Contiguous VMOs: all of the memory at once, in a row, from a multiple of the alignment on."""

import pytest

from kshell.kernel.abi import OBJ_TYPE_RESOURCE, VMO_OP_COMMIT, VMO_OP_DECOMMIT, VMO_OP_LOOKUP
from kshell.kernel.objects import SimpleObject
from tests.kernel.injection import ALLOCATIONS, refused_at_every_allocation
from tests.kernel.support import refused

P = 4096


@pytest.fixture
def resource(small):
    return small.process.handles.new(SimpleObject(small.machine, small.machine.new_koid(), OBJ_TYPE_RESOURCE), 0)


def addresses(small, vmo, pages):
    return small.calls.vmo_op_range(vmo, VMO_OP_LOOKUP, 0, pages * P)


def in_a_row(found):
    return found == list(range(found[0], found[0] + len(found) * P, P))


@pytest.mark.parametrize("alignment", [0, 12, 13, 16, 20, 24])
def test_its_pages_are_in_a_row_from_a_multiple_on(small, resource, alignment):
    free = small.free
    vmo = small.calls.vmo_create_contiguous(resource, 5 * P - 7, alignment)
    assert small.calls.vmo_get_size(vmo) == 5 * P and free - small.free == 5
    other = small.calls.vmo_create(P)
    small.calls.vmo_op_range(other, VMO_OP_COMMIT, 0, P)
    before = addresses(small, other, 1)
    found = addresses(small, vmo, 5)
    assert in_a_row(found) and found[0] % (1 << max(alignment, 12)) == 0 and before[0] not in found
    assert addresses(small, vmo, 5) == found
    small.calls.handle_close(vmo)
    assert small.free == free - 1


def test_what_was_decommitted_comes_back_anywhere(small, resource):
    calls = small.calls
    vmo = calls.vmo_create_contiguous(resource, 6 * P)
    found = addresses(small, vmo, 6)
    calls.vmo_op_range(vmo, VMO_OP_DECOMMIT, 2 * P, 2 * P)
    calls.vmo_op_range(vmo, VMO_OP_COMMIT, 0, 6 * P)
    # The last one freed is the first one used.
    assert addresses(small, vmo, 6) == [*found[:2], found[3], found[2], *found[4:]]


def test_a_part_that_is_gone_before_anybody_looked(small, resource):
    calls = small.calls
    vmo = calls.vmo_create_contiguous(resource, 6 * P)
    calls.vmo_op_range(vmo, VMO_OP_DECOMMIT, 2 * P, P)
    calls.vmo_set_size(vmo, 1 << 50)
    calls.vmo_op_range(vmo, VMO_OP_COMMIT, 1 << 49, P)
    (last,) = calls.vmo_op_range(vmo, VMO_OP_LOOKUP, 1 << 49, P)
    first = calls.vmo_op_range(vmo, VMO_OP_LOOKUP, 0, 2 * P)
    rest = calls.vmo_op_range(vmo, VMO_OP_LOOKUP, 3 * P, 3 * P)
    assert in_a_row(first) and in_a_row(rest) and rest[0] == first[0] + 3 * P
    assert last == first[0] + 2 * P
    clone = calls.vmo_clone(vmo, 1, 3 * P, P)
    assert addresses(small, clone, 1) == rest[:1]


def test_a_size_that_rounds_to_nothing_is_an_empty_vmo(small, resource):
    vmo = small.calls.vmo_create_contiguous(resource, (1 << 64) - 1)
    assert small.calls.vmo_get_size(vmo) == 0


def test_it_is_an_ordinary_vmo_otherwise(small, resource):
    calls = small.calls
    vmo = calls.vmo_create_contiguous(resource, 2 * P)
    assert small.process.handles.get(vmo).rights == 0x3F
    calls.vmo_write(vmo, P, b"x")
    assert calls.vmo_read(vmo, P, 1).tobytes() == b"x"
    refused("ERR_NO_MEMORY", calls.vmo_create_contiguous, resource, small.free * P + P)


@pytest.mark.parametrize("kind", ALLOCATIONS)
def test_one_that_fails_leaves_nothing(small, resource, kind, monkeypatch):
    refused_at_every_allocation(
        monkeypatch, small.machine, kind, lambda: small.calls.vmo_create_contiguous(resource, 40 * P)
    )
