"""VMOs: life, pages, bytes, clones, and who has to look again when a page comes or goes."""

import pytest

from kshell.kernel import faults
from kshell.kernel.abi import MAX_VMO_SIZE, VMO_OP_COMMIT, VMO_OP_DECOMMIT, VMO_OP_LOOKUP
from kshell.kernel.content import Data
from kshell.kernel.heap import PAGE_LIST_NODE, VMO, VMO_DISPATCHER
from kshell.kernel.physmem import ARENA_BASE
from tests.kernel.support import refused

P = 4096
COW = 1
RW = 3


def vmo_of(small, handle):
    return small.process.handles.get(handle).object


def own_pages(small, handle):
    return list(vmo_of(small, handle).pages.runs())


def filled(small, pages, byte=b"x"):
    """A VMO whose pages all hold `byte`."""
    handle = small.calls.vmo_create(pages * P)
    small.calls.vmo_write(handle, 0, Data.fill(byte[0], pages * P))
    return handle


def first_bytes(small, handle, pages):
    """The first byte of each page."""
    return b"".join(small.calls.vmo_read(handle, page * P, 1).tobytes() for page in range(pages))


# Life


def test_a_mapping_keeps_a_vmo_whose_handles_are_closed(small):
    free = small.free
    handle = filled(small, 4)
    vmo = vmo_of(small, handle)
    address = small.calls.vmar_map(small.vmar, 0, handle, 0, 4 * P, RW)
    small.calls.handle_close(handle)
    assert vmo.exists and vmo in small.machine.vmos and small.free == free - 4
    assert faults.load(small.process, address + 3 * P) == ord("x")
    small.calls.vmar_unmap(small.vmar, address, 4 * P)
    assert not vmo.exists and vmo not in small.machine.vmos and small.free == free


def test_part_of_a_mapping_keeps_the_whole_vmo(small):
    free = small.free
    handle = filled(small, 4)
    address = small.calls.vmar_map(small.vmar, 0, handle, 0, 4 * P, RW)
    small.calls.handle_close(handle)
    small.calls.vmar_unmap(small.vmar, address + P, 3 * P)
    assert small.free == free - 4
    small.calls.vmar_unmap(small.vmar, address, P)
    assert small.free == free


def test_a_clone_keeps_its_parent_and_the_chain_goes_with_the_last_of_it(small):
    free = small.free
    handles = [filled(small, 2)]
    for _ in range(3):
        handles.append(small.calls.vmo_clone(handles[-1], COW, 0, 2 * P))
    chain = [vmo_of(small, handle) for handle in handles]
    for handle in handles[:-1]:
        small.calls.handle_close(handle)
    assert all(vmo.exists for vmo in chain) and first_bytes(small, handles[-1], 2) == b"xx"
    small.calls.handle_close(handles[-1])
    assert not any(vmo.exists for vmo in chain) and small.free == free
    assert [vmo.parent for vmo in chain] == [None] * 4 and not any(vmo.children for vmo in chain)


def test_a_clone_that_goes_leaves_a_parent_that_is_held(small):
    parent = filled(small, 1)
    small.calls.handle_close(small.calls.vmo_clone(parent, COW, 0, P))
    assert vmo_of(small, parent).exists and not vmo_of(small, parent).children


def test_a_chain_of_thousands_goes_without_a_stack(small):
    last = filled(small, 1)
    physmem = small.machine.physmem
    pages, live = physmem.object, small.machine.heap.live
    for _ in range(5000):
        clone = small.calls.vmo_clone(last, COW, 0, P)
        small.calls.handle_close(last)
        last = clone
    assert first_bytes(small, last, 1) == b"x" and physmem.object == pages
    # A VMO for each link; only the first has a page-list node, and only the last a handle.
    assert small.machine.heap.live == live + 5000 * VMO
    small.calls.handle_close(last)
    assert physmem.object == pages - 1
    assert small.machine.heap.live == live - VMO - VMO_DISPATCHER - PAGE_LIST_NODE


def test_references_are_mappings_clones_and_one_for_all_handles(small):
    handle = small.calls.vmo_create(P)
    vmo = vmo_of(small, handle)
    assert vmo.references == 1
    small.calls.handle_duplicate(handle, 0x80000000)
    assert vmo.references == 1
    small.calls.vmar_map(small.vmar, 0, handle, 0, P, 1)
    small.calls.vmar_map(small.vmar, 0, handle, 0, P, 1)
    small.calls.vmo_clone(handle, COW, 0, P)
    assert vmo.references == 4


# Sizes and ranges


@pytest.mark.parametrize(("size", "pages"), [(0, 0), (1, 1), (P, 1), (P + 1, 2), (MAX_VMO_SIZE, (1 << 52) - 1)])
def test_a_size_is_kept_exactly_and_its_last_page_counts_whole(small, size, pages):
    handle = small.calls.vmo_create(size)
    assert small.calls.vmo_get_size(handle) == size and vmo_of(small, handle).page_count == pages


@pytest.mark.parametrize(
    ("offset", "length", "expected"),
    [(0, 10, 10), (0, P + 50, P + 50), (0, 1 << 40, P + 100), (P, P, 100), (P + 100, 5, 0), (P + 99, 5, 1)],
)
def test_a_range_is_cut_at_the_size(small, offset, length, expected):
    handle = small.calls.vmo_create(P + 100)
    assert vmo_of(small, handle).trim(offset, length) == expected
    assert len(small.calls.vmo_read(handle, offset, length)) == expected
    assert small.calls.vmo_write(handle, offset, Data.fill(1, min(length, 1 << 20))) == expected


def test_a_range_that_begins_beyond_the_size_or_wraps_is_refused(small):
    handle = small.calls.vmo_create(P)
    vmo = vmo_of(small, handle)
    assert "beyond the VMO's size of 0x1000" in refused("ERR_OUT_OF_RANGE", vmo.trim, P + 1, 0)
    assert "2^64" in refused("ERR_OUT_OF_RANGE", vmo.trim, 1, (1 << 64) - 1)
    assert "2^64" in refused("ERR_OUT_OF_RANGE", vmo.trim, 0, 1 << 64)
    assert vmo.trim(0, (1 << 64) - 1) == P


@pytest.mark.parametrize(
    ("offset", "length", "runs"),
    [
        (0, 1, [(0, 1)]),
        (1, P, [(0, 2)]),
        (P - 1, 2, [(0, 2)]),
        (P, P, [(1, 2)]),
        (2 * P, 1 << 40, [(2, 4)]),
        (P, 0, []),
    ],
)
def test_commit_takes_every_page_the_range_touches(small, offset, length, runs):
    handle = small.calls.vmo_create(3 * P + 5)
    free = small.free
    small.calls.vmo_op_range(handle, VMO_OP_COMMIT, offset, length)
    assert own_pages(small, handle) == runs and small.free == free - sum(end - start for start, end in runs)


@pytest.mark.parametrize(
    ("offset", "length", "runs"),
    [
        (0, 1, [(1, 4)]),
        (0, P, [(1, 4)]),
        (1, P, [(0, 1), (2, 4)]),
        (1, P - 1, [(0, 4)]),
        (P - 1, 2, [(0, 1), (2, 4)]),
        (2 * P, 1 << 40, [(0, 2)]),
        (5, 5, [(0, 4)]),
        (P, 0, [(0, 4)]),
    ],
)
def test_decommit_rounds_both_ends_up(small, offset, length, runs):
    handle = small.calls.vmo_create(3 * P + 5)
    small.calls.vmo_op_range(handle, VMO_OP_COMMIT, 0, 4 * P)
    free = small.free
    small.calls.vmo_op_range(handle, VMO_OP_DECOMMIT, offset, length)
    assert own_pages(small, handle) == runs and small.free == free + 4 - sum(end - start for start, end in runs)


def test_committing_again_takes_only_what_is_missing(small):
    handle = small.calls.vmo_create(8 * P)
    vmo = vmo_of(small, handle)
    assert vmo.commit(2 * P, 2 * P) == 2 and vmo.commit(0, 8 * P) == 6 and vmo.commit(0, 8 * P) == 0
    assert vmo.decommit(6 * P, 8 * P) == 2 and vmo.decommit(0, 8 * P) == 6


def test_committing_needs_memory_for_all_or_takes_none(small):
    handle = small.calls.vmo_create(1 << 30)
    small.calls.vmo_op_range(handle, VMO_OP_COMMIT, P, P)
    free = small.free
    reason = refused("ERR_NO_MEMORY", vmo_of(small, handle).commit, 0, (free + 2) * P)
    assert reason == f"committing needs {free + 1} pages, {free} are free; nothing was committed: all or none"
    assert own_pages(small, handle) == [(1, 2)] and small.free == free
    assert vmo_of(small, handle).commit(0, (free + 1) * P) == free and small.free == 0


def test_what_is_counted_as_committed_is_cut_at_the_size(small):
    vmo = vmo_of(small, filled(small, 4))
    vmo.decommit(P, P)
    assert [vmo.committed(0, size * P) for size in range(7)] == [0, 1, 1, 2, 3, 3, 3]
    assert vmo.committed(3 * P, P) == 1 and vmo.committed(P, P) == 0 and vmo.committed(4 * P, P) == 0
    vmo.set_size(3 * P + 1)
    assert vmo.committed(2 * P, 8 * P) == 2 and vmo.committed(3 * P, P) == 1
    vmo.set_size(3 * P)
    assert vmo.committed(2 * P, 8 * P) == 1


# Resizing


def test_shrinking_frees_whole_pages_and_growing_brings_zeros(small):
    handle = filled(small, 4)
    free = small.free
    small.calls.vmo_set_size(handle, P + 1)
    assert own_pages(small, handle) == [(0, 2)] and small.free == free + 2
    small.calls.vmo_set_size(handle, 4 * P)
    assert first_bytes(small, handle, 4) == b"xx\0\0" and small.free == free + 2
    small.calls.vmo_set_size(handle, 0)
    assert own_pages(small, handle) == [] and small.free == free + 4


def test_bytes_beyond_the_size_in_the_last_page_survive(small):
    handle = filled(small, 2)
    small.calls.vmo_set_size(handle, 100)
    assert small.calls.vmo_read(handle, 0, P).runs == ((b"x", 100),)
    small.calls.vmo_set_size(handle, 2 * P)
    assert small.calls.vmo_read(handle, 0, 2 * P).runs == ((b"x", P), (b"\0", P))


def test_the_largest_size(small):
    handle = filled(small, 1)
    small.calls.vmo_set_size(handle, MAX_VMO_SIZE)
    reason = refused("ERR_OUT_OF_RANGE", small.calls.vmo_set_size, handle, MAX_VMO_SIZE + 1)
    assert f"at most {MAX_VMO_SIZE:#x}" in reason
    assert small.calls.vmo_get_size(handle) == MAX_VMO_SIZE and first_bytes(small, handle, 1) == b"x"


def test_a_parent_that_shrinks_shows_zeros_and_may_grow_again(small):
    parent = filled(small, 4)
    clone = small.calls.vmo_clone(parent, COW, 0, 4 * P)
    small.calls.vmo_set_size(parent, 2 * P)
    assert first_bytes(small, clone, 4) == b"xx\0\0"
    small.calls.vmo_set_size(parent, 4 * P)
    small.calls.vmo_write(parent, 3 * P, b"y")
    assert first_bytes(small, clone, 4) == b"xx\0y"


# Reading and writing


def test_reading_commits_nothing_and_writing_only_what_it_touches(small):
    handle = small.calls.vmo_create(4 * P)
    free = small.free
    assert small.calls.vmo_read(handle, 0, 4 * P).runs == ((b"\0", 4 * P),)
    assert small.free == free
    small.calls.vmo_write(handle, 2 * P - 1, b"ab")
    assert own_pages(small, handle) == [(1, 3)] and small.free == free - 2
    assert small.calls.vmo_read(handle, 2 * P - 3, 6).tobytes() == b"\0\0ab\0\0"
    # Zeros written are pages too.
    small.calls.vmo_write(handle, 0, b"\0")
    assert own_pages(small, handle) == [(0, 3)] and vmo_of(small, handle).content


def test_a_read_is_pieced_together_from_every_owner(small):
    root = filled(small, 4, b"r")
    middle = small.calls.vmo_clone(root, COW, 0, 4 * P)
    small.calls.vmo_write(middle, P, Data.fill(ord("m"), P))
    leaf = small.calls.vmo_clone(middle, COW, 0, 6 * P)
    small.calls.vmo_write(leaf, 2 * P, Data.fill(ord("l"), P))
    assert first_bytes(small, leaf, 6) == b"rmlr\0\0"
    data = small.calls.vmo_read(leaf, P - 2, 4 * P + 4)
    assert data.runs == ((b"r", 2), (b"m", P), (b"l", P), (b"r", P), (b"\0", P + 2))
    assert vmo_of(small, leaf).read_page(1).runs == ((b"m", P),)


def test_decommitting_a_page_loses_its_bytes(small):
    handle = filled(small, 3)
    small.calls.vmo_op_range(handle, VMO_OP_DECOMMIT, P, P)
    assert first_bytes(small, handle, 3) == b"x\0x"


# Clones


def test_a_write_to_a_clone_copies_the_page_and_leaves_the_parent(small):
    parent = filled(small, 4)
    clone = small.calls.vmo_clone(parent, COW, 0, 4 * P)
    free = small.free
    small.calls.vmo_write(clone, P + 10, b"new")
    assert own_pages(small, clone) == [(1, 2)] and small.free == free - 1
    assert small.calls.vmo_read(clone, P, 20).tobytes() == b"x" * 10 + b"new" + b"x" * 7
    assert small.calls.vmo_read(parent, P, P).runs == ((b"x", P),)


def test_a_clone_is_not_a_snapshot_until_it_has_a_page_of_its_own(small):
    parent = filled(small, 3)
    clone = small.calls.vmo_clone(parent, COW, 0, 3 * P)
    small.calls.vmo_write(clone, 0, b"c")
    for page in range(3):
        small.calls.vmo_write(parent, page * P, b"p")
    assert first_bytes(small, clone, 3) == b"cpp"
    small.calls.vmo_op_range(parent, VMO_OP_DECOMMIT, 0, 3 * P)
    assert first_bytes(small, clone, 3) == b"c\0\0"
    # What the clone gives up, the parent shows again.
    small.calls.vmo_write(parent, 0, b"q")
    small.calls.vmo_op_range(clone, VMO_OP_DECOMMIT, 0, P)
    assert first_bytes(small, clone, 3) == b"q\0\0"


def test_a_clone_shows_its_parent_from_an_offset_and_zeros_beyond(small):
    parent = small.calls.vmo_create(4 * P)
    for page in range(4):
        small.calls.vmo_write(parent, page * P, b"0123"[page : page + 1])
    clone = small.calls.vmo_clone(parent, COW, 2 * P, 4 * P)
    assert first_bytes(small, clone, 4) == b"23\0\0"
    beyond = small.calls.vmo_clone(parent, COW, 64 * P, 2 * P)
    assert first_bytes(small, beyond, 2) == b"\0\0"
    small.calls.vmo_set_size(parent, 6 * P)
    small.calls.vmo_write(parent, 5 * P, b"5")
    assert first_bytes(small, clone, 4) == b"23\x005"


def test_committing_in_a_clone_hides_what_the_parent_has(small):
    parent = filled(small, 3)
    clone = small.calls.vmo_clone(parent, COW, 0, 3 * P)
    small.calls.vmo_op_range(clone, VMO_OP_COMMIT, P, P)
    assert first_bytes(small, clone, 3) == b"x\0x" and first_bytes(small, parent, 3) == b"xxx"


def test_a_write_through_a_chain_leaves_copies_on_the_way(small):
    root = filled(small, 4)
    middle = small.calls.vmo_clone(root, COW, P, 3 * P)
    leaf = small.calls.vmo_clone(middle, COW, P, 2 * P)
    free = small.free
    small.calls.vmo_write(leaf, 0, b"l")
    # Leaf page 0 is middle page 1 and root page 2.
    assert (own_pages(small, leaf), own_pages(small, middle)) == ([(0, 1)], [(1, 2)]) and small.free == free - 2
    small.calls.vmo_write(root, 2 * P, b"r")
    assert first_bytes(small, leaf, 2) == b"lx" and first_bytes(small, middle, 3) == b"xxx"
    # A page that nobody has costs one: there is nothing to copy on the way.
    small.calls.vmo_op_range(root, VMO_OP_DECOMMIT, 3 * P, P)
    small.calls.vmo_write(leaf, P, b"z")
    assert own_pages(small, middle) == [(1, 2)] and small.free == free + 1 - 3


def test_the_middle_gets_its_copy_first_when_memory_ends(small):
    root = filled(small, 2)
    middle = small.calls.vmo_clone(root, COW, 0, 2 * P)
    leaf = small.calls.vmo_clone(middle, COW, 0, 2 * P)
    address = small.calls.vmar_map(small.vmar, 0, leaf, 0, 2 * P, RW)
    hog = small.calls.vmo_create(1 << 30)
    small.calls.vmo_op_range(hog, VMO_OP_COMMIT, 0, (small.free - 1) * P)
    refused("ERR_NO_MEMORY", faults.store, small.process, address, 1)
    assert (own_pages(small, middle), own_pages(small, leaf), small.free) == ([(0, 1)], [], 0)
    small.machine.check()
    small.calls.handle_close(hog)
    faults.store(small.process, address, ord("w"))
    assert first_bytes(small, leaf, 2) == b"wx" and first_bytes(small, middle, 2) == b"xx"


def test_a_byte_beyond_the_parents_size_is_not_its_to_show(small):
    # One page of "x", of which the parent keeps 100 bytes.
    parent = filled(small, 1)
    small.calls.vmo_set_size(parent, 100)
    clone = small.calls.vmo_clone(parent, COW, 0, P)
    # A look that begins inside the parent finds its whole page; one that begins beyond finds nothing.
    assert small.calls.vmo_read(clone, 0, P).runs == ((b"x", P),)
    assert small.calls.vmo_read(clone, 99, 3).tobytes() == b"xxx"
    assert small.calls.vmo_read(clone, 100, 3).tobytes() == b"\0\0\0"
    # So a write there does not copy the parent's bytes.
    small.calls.vmo_write(clone, 200, b"w")
    assert small.calls.vmo_read(clone, 0, P).runs == ((b"\0", 200), (b"w", 1), (b"\0", P - 201))


def test_a_write_that_begins_inside_the_parent_copies_all_of_its_page(small):
    parent = filled(small, 1)
    small.calls.vmo_set_size(parent, 100)
    clone = small.calls.vmo_clone(parent, COW, 0, P)
    small.calls.vmo_write(clone, 50, b"w")
    assert small.calls.vmo_read(clone, 0, P).tobytes() == b"x" * 50 + b"w" + b"x" * (P - 51)


def test_stretches_say_who_has_what_through_a_chain(small):
    root = small.calls.vmo_create(8 * P)
    small.calls.vmo_op_range(root, VMO_OP_COMMIT, P, 3 * P)
    middle = small.calls.vmo_clone(root, COW, P, 4 * P)
    small.calls.vmo_op_range(middle, VMO_OP_COMMIT, P, P)
    leaf = small.calls.vmo_clone(middle, COW, 0, 6 * P)
    small.calls.vmo_op_range(leaf, VMO_OP_COMMIT, 3 * P, P)
    top, mid, low = (vmo_of(small, handle) for handle in (root, middle, leaf))
    # The root's pages 1 to 3 are the leaf's 0 to 2; the middle ends at 4.
    assert list(low.stretches(0, 6)) == [
        (0, 1, top, 1, 2),
        (1, 2, mid, 1, 1),
        (2, 3, top, 3, 2),
        (3, 4, low, 3, 0),
        (4, 6, None, 0, 1),
    ]
    assert list(low.stretches(2, 3)) == [(2, 3, top, 3, 2)]
    assert [low.find(page, page * P) for page in range(6)] == [(top, 1), (mid, 1), (top, 3), (low, 3), None, None]


# Frames


def lookup(small, handle, pages, first=0):
    return small.calls.vmo_op_range(handle, VMO_OP_LOOKUP, first * P, pages * P)


def test_frames_are_the_lowest_and_stay_while_the_page_does(small):
    handle = filled(small, 3)
    first = lookup(small, handle, 3)
    assert first == [ARENA_BASE + page * P for page in range(3)] == lookup(small, handle, 3)
    small.calls.vmo_op_range(handle, VMO_OP_DECOMMIT, P, P)
    refused("ERR_NO_MEMORY", lookup, small, handle, 3)
    other = filled(small, 2)
    # The frame that was freed is used again.
    assert lookup(small, other, 2) == [first[1], ARENA_BASE + 3 * P]
    small.calls.vmo_set_size(handle, P)
    assert lookup(small, filled(small, 1), 1) == [first[2]] and lookup(small, handle, 1) == first[:1]


def test_a_clone_shows_its_parents_frames_until_it_has_its_own(small):
    parent = filled(small, 2)
    clone = small.calls.vmo_clone(parent, COW, P, P)
    assert lookup(small, clone, 1) == lookup(small, parent, 1, first=1)
    small.calls.vmo_write(clone, 0, b"y")
    assert lookup(small, clone, 1) != lookup(small, parent, 1, first=1)


# Who has to look again


def faults_of(small, address, pages, access="r"):
    return faults.touch(small.process, address, pages * P, access).faults


def test_a_write_to_the_vmo_takes_the_page_out_of_its_only_mapping(small):
    handle = small.calls.vmo_create(4 * P)
    address = small.calls.vmar_map(small.vmar, 0, handle, 0, 4 * P, RW)
    assert faults_of(small, address, 4) == 4
    small.calls.vmo_write(handle, 2 * P, b"w")
    assert [faults_of(small, address + page * P, 1) for page in range(4)] == [0, 0, 1, 0]
    assert faults.load(small.process, address + 2 * P) == ord("w")


def test_a_write_through_the_only_mapping_asks_nobody_to_look_again(small):
    handle = small.calls.vmo_create(4 * P)
    address = small.calls.vmar_map(small.vmar, 0, handle, 0, 4 * P, RW)
    assert faults_of(small, address, 4) == 4
    assert faults_of(small, address + P, 1, "w") == 1
    assert faults_of(small, address, 4) == 0 and faults_of(small, address, 4, "w") == 3


def test_of_many_mappings_only_those_that_show_the_page_look_again(small):
    pages = 100
    handle = small.calls.vmo_create(pages * P)
    ones = [small.calls.vmar_map(small.vmar, 0, handle, page * P, P, RW) for page in range(pages)]
    tens = [small.calls.vmar_map(small.vmar, 0, handle, page * P, 10 * P, RW) for page in range(0, pages, 10)]
    for address in ones:
        assert faults_of(small, address, 1) == 1
    for address in tens:
        assert faults_of(small, address, 10) == 10
    small.calls.vmo_write(handle, 42 * P, b"w")
    small.machine.check()
    assert [faults_of(small, address, 1) for address in ones] == [int(page == 42) for page in range(pages)]
    assert [faults_of(small, address, 10) for address in tens] == [int(page == 4) for page in range(10)]
    # With most of them gone the rest are still told.
    for address in ones[:90] + tens[:8]:
        small.calls.vmar_unmap(small.vmar, address, P if address in ones else 10 * P)
    small.calls.vmo_write(handle, 95 * P, b"w")
    assert [faults_of(small, address, 1) for address in ones[90:]] == [int(page == 95) for page in range(90, 100)]
    assert [faults_of(small, address, 10) for address in tens[8:]] == [0, 1]


def test_a_mapping_that_was_cut_is_told_of_the_pages_it_still_shows(small):
    handle = small.calls.vmo_create(64 * P)
    addresses = [small.calls.vmar_map(small.vmar, 0, handle, 0, 64 * P, RW) for _ in range(40)]
    # The first write makes the index of so many mappings.
    small.calls.vmo_write(handle, 0, b"w")
    cut = addresses[0]
    small.calls.vmar_unmap(small.vmar, cut + 8 * P, 48 * P)
    small.machine.check()
    assert faults_of(small, cut, 8) == 8 and faults_of(small, cut + 56 * P, 8) == 8
    small.calls.vmo_write(handle, 3 * P, b"w")
    small.calls.vmo_write(handle, 60 * P, b"w")
    assert faults_of(small, cut, 8) == 1 and faults_of(small, cut + 56 * P, 8) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda calls, parent: calls.vmo_write(parent, 3 * P, b"w"),
        lambda calls, parent: calls.vmo_op_range(parent, VMO_OP_COMMIT, 3 * P, P),
        lambda calls, parent: calls.vmo_set_size(parent, 3 * P + 1) or calls.vmo_set_size(parent, 3 * P),
    ],
)
def test_a_change_of_the_parent_reaches_mappings_of_clones_at_their_offset(small, change):
    calls = small.calls
    parent = calls.vmo_create(4 * P)
    clone = calls.vmo_clone(parent, COW, P, 3 * P)
    deeper = calls.vmo_clone(clone, COW, P, 3 * P)
    address = calls.vmar_map(small.vmar, 0, deeper, 0, 3 * P, RW)
    assert faults_of(small, address, 3) == 3
    # Page 3 of the parent is page 1 of the deeper clone.
    change(calls, parent)
    assert [faults_of(small, address + page * P, 1) for page in range(3)] == [0, 1, 0]


def test_a_change_before_what_a_clone_shows_is_not_its_business(small):
    calls = small.calls
    parent = calls.vmo_create(4 * P)
    clone = calls.vmo_clone(parent, COW, 2 * P, 2 * P)
    address = calls.vmar_map(small.vmar, 0, clone, 0, 2 * P, RW)
    assert faults_of(small, address, 2) == 2
    calls.vmo_write(parent, 0, Data.fill(1, 2 * P))
    assert faults_of(small, address, 2) == 0
    calls.vmo_write(parent, 0, Data.fill(1, 2 * P + 1))
    assert faults_of(small, address, 2) == 1


def test_decommitting_takes_pages_out_of_mappings(small):
    handle = filled(small, 4)
    address = small.calls.vmar_map(small.vmar, 0, handle, 0, 4 * P, RW)
    assert faults_of(small, address, 4, "w") == 4
    small.calls.vmo_op_range(handle, VMO_OP_DECOMMIT, P, 2 * P)
    assert [faults_of(small, address + page * P, 1, "w") for page in range(4)] == [0, 1, 1, 0]
