"""Page faults: what touching commits, what it costs to touch again, and where it fails."""

import pytest

from kshell.kernel import faults
from kshell.kernel.abi import VMO_OP_COMMIT, VMO_OP_DECOMMIT, KernelError

P = 4096


def touch(small, address, pages, access="w", process=None):
    done = faults.touch(process or small.process, address, pages * P, access)
    small.machine.check()
    return done.faults, done.committed


def failing(small, address, pages, access="w"):
    with pytest.raises(KernelError) as caught:
        faults.touch(small.process, address, pages * P, access)
    small.machine.check()
    return caught.value.name


def mapped(small, pages, size=None, flags=3, offset=0):
    vmo = small.calls.vmo_create(pages * P)
    return vmo, small.calls.vmar_map(small.vmar, 0, vmo, offset, (size or pages) * P, flags)


def test_a_write_commits_and_the_second_takes_no_fault(small):
    _, address = mapped(small, 16)
    assert touch(small, address, 4) == (4, 4)
    assert touch(small, address, 4) == (0, 0)
    assert touch(small, address + 2 * P, 4) == (2, 2)


def test_a_read_maps_the_zero_page_and_a_write_after_it_faults_again(small):
    _, address = mapped(small, 16)
    assert touch(small, address, 4, "r") == (4, 0)
    assert touch(small, address, 4, "r") == (0, 0)
    assert touch(small, address, 4, "w") == (4, 4)
    assert touch(small, address, 4, "r") == (0, 0)


def test_one_byte_over_a_page_border_is_two_pages(small):
    _, address = mapped(small, 4)
    done = faults.touch(small.process, address + P - 1, 2, "w")
    assert (done.faults, done.committed) == (2, 2)


def test_a_range_may_cover_several_mappings(small):
    _, first = mapped(small, 4)
    _, second = mapped(small, 4, flags=1)
    assert second == first + 4 * P
    assert touch(small, first + 2 * P, 4, "r") == (4, 0)
    # The second is read-only: what was touched before it stays.
    assert failing(small, first + 2 * P, 4, "w") == "ERR_ACCESS_DENIED"
    assert touch(small, first + 2 * P, 2, "w") == (0, 0)


@pytest.mark.parametrize(
    ("flags", "access", "status"),
    [(1, "w", "ERR_ACCESS_DENIED"), (3, "x", "ERR_ACCESS_DENIED"), (5, "w", "ERR_ACCESS_DENIED")],
)
def test_permissions(small, flags, access, status):
    _, address = mapped(small, 4, flags=flags)
    assert failing(small, address, 1, access) == status
    assert touch(small, address, 1, "r") == (1, 0)


def test_execute_needs_the_permission_even_where_the_page_is_there(small):
    _, address = mapped(small, 4, flags=7)
    assert touch(small, address, 1, "x") == (1, 0)
    small.calls.vmar_protect(small.vmar, address, P, 3)
    assert failing(small, address, 1, "x") == "ERR_ACCESS_DENIED"


def test_a_gap_and_beyond_the_vmo(small):
    _, address = mapped(small, 2, size=4)
    assert failing(small, address, 4) == "ERR_OUT_OF_RANGE"
    assert touch(small, address, 2) == (0, 0)
    assert failing(small, address + 4 * P, 1) == "ERR_NOT_FOUND"
    assert failing(small, 0, 1) == "ERR_NOT_FOUND"


def test_the_page_of_the_last_byte_can_be_touched_whole(small):
    vmo = small.calls.vmo_create(P + 1)
    address = small.calls.vmar_map(small.vmar, 0, vmo, 0, 4 * P, 3)
    assert touch(small, address, 2) == (2, 2)
    assert failing(small, address + 2 * P, 1) == "ERR_OUT_OF_RANGE"


def test_memory_that_runs_out_keeps_the_pages_before(small):
    _, address = mapped(small, 1 << 15)
    # A table for each 2 MiB, and one of each kind above.
    free = small.free - 2
    free -= -(-free // 513)
    with pytest.raises(KernelError) as caught:
        faults.touch(small.process, address, (free + 50) * P, "w")
    assert caught.value.name == "ERR_NO_MEMORY" and small.free == 0
    small.machine.check()
    assert touch(small, address, free) == (0, 0)
    assert failing(small, address + free * P, 1) == "ERR_NO_MEMORY"
    # The page that found no memory can still be read: the zero page costs nothing.
    assert touch(small, address + free * P, 1, "r") == (1, 0)


def test_a_change_of_the_vmo_takes_pages_out_of_every_mapping(small):
    vmo, first = mapped(small, 8)
    second = small.calls.vmar_map(small.vmar, 0, vmo, 2 * P, 4 * P, 3)
    assert touch(small, first, 8, "r") == (8, 0)
    assert touch(small, second, 4, "r") == (4, 0)
    # Page 3 is committed through the second mapping: the first has to look again.
    assert touch(small, second + P, 1, "w") == (1, 1)
    assert touch(small, first, 8, "r") == (1, 0)
    assert touch(small, second, 4, "r") == (0, 0)
    small.calls.vmo_op_range(vmo, VMO_OP_COMMIT, 0, 8 * P)
    assert touch(small, first, 8, "r") == (8, 0)
    small.calls.vmo_op_range(vmo, VMO_OP_DECOMMIT, 4 * P, P)
    assert touch(small, first, 8, "r") == (1, 0) and touch(small, second, 4, "r") == (4, 0)
    small.calls.vmo_set_size(vmo, 4 * P)
    assert failing(small, first, 8, "r") == "ERR_OUT_OF_RANGE"


def test_a_change_of_the_parent_shows_in_clones_at_an_offset(small):
    parent = small.calls.vmo_create(8 * P)
    clone = small.calls.vmo_clone(parent, 1, 2 * P, 4 * P)
    deeper = small.calls.vmo_clone(clone, 1, P, 4 * P)
    shown = small.calls.vmar_map(small.vmar, 0, clone, 0, 4 * P, 3)
    below = small.calls.vmar_map(small.vmar, 0, deeper, 0, 4 * P, 3)
    assert touch(small, shown, 4, "r") == (4, 0) and touch(small, below, 4, "r") == (4, 0)
    # Parent page 4 is page 2 of the clone and page 1 of the deeper one.
    small.calls.vmo_write(parent, 4 * P, b"x")
    assert touch(small, shown, 4, "r") == (1, 0) and touch(small, below, 4, "r") == (1, 0)
    assert faults.load(small.process, shown + 2 * P) == faults.load(small.process, below + P) == ord("x")
    # The deeper clone's write copies it into both clones; the parent's is unchanged.
    assert touch(small, below + P, 1, "w") == (1, 2)
    faults.store(small.process, below + P, ord("y"))
    assert small.calls.vmo_read(parent, 4 * P, 1).tobytes() == b"x" == small.calls.vmo_read(clone, 2 * P, 1).tobytes()


def test_unmapping_and_protecting_take_pages_out(small):
    _, address = mapped(small, 8)
    assert touch(small, address, 8) == (8, 8)
    small.calls.vmar_protect(small.vmar, address + 2 * P, 2 * P, 1)
    assert failing(small, address, 8) == "ERR_ACCESS_DENIED"
    small.calls.vmar_protect(small.vmar, address + 2 * P, 2 * P, 3)
    assert touch(small, address, 8) == (2, 0)
    small.calls.vmar_unmap(small.vmar, address + 4 * P, P)
    assert failing(small, address, 8) == "ERR_NOT_FOUND"
    assert touch(small, address, 4) == (0, 0)


def test_two_processes_fault_for_themselves(small):
    vmo, here = mapped(small, 4)
    other, _, vmar = small.running()
    there = small.calls.vmar_map(vmar, 0, vmo, 0, 4 * P, 3)
    assert touch(small, here, 4) == (4, 4)
    assert touch(small, there, 4, "w", other) == (4, 0)


def test_single_bytes_are_stored_and_loaded(small):
    _, address = mapped(small, 2)
    faults.store(small.process, address + P + 5, 0x42)
    assert faults.load(small.process, address + P + 5) == 0x42 and faults.load(small.process, address) == 0


def test_a_store_changes_one_byte_at_the_mappings_offset(small):
    vmo = small.calls.vmo_create(4 * P)
    small.calls.vmo_write(vmo, 0, b"." * 4 * P)
    address = small.calls.vmar_map(small.vmar, 0, vmo, 2 * P, 2 * P, 3)
    faults.store(small.process, address + P + 5, ord("x"))
    data = small.calls.vmo_read(vmo, 0, 4 * P).tobytes()
    assert data.count(b"x") == 1 and data.index(b"x") == 3 * P + 5 and len(data.strip(b".")) == 1
    assert faults.load(small.process, address + P + 5) == ord("x")
    assert faults.load(small.process, address + P + 6) == ord(".")


@pytest.mark.parametrize(
    ("page", "access", "why"),
    [
        (0, "x", "an execute at {:#x} faults: the mapping there is rw-"),
        (2, "r", "a read at {:#x} faults: it is byte 0x3000 of a VMO of 0x2010 bytes"),
        (2, "w", "a write at {:#x} faults: it is byte 0x3000 of a VMO of 0x2010 bytes"),
        (4, "r", "a read at {:#x} faults: nothing is mapped there"),
    ],
)
def test_a_fault_says_what_was_tried_where_and_why_not(small, page, access, why):
    vmo = small.calls.vmo_create(2 * P + 16)
    address = small.calls.vmar_map(small.vmar, 0, vmo, P, 4 * P, 3)
    with pytest.raises(KernelError) as caught:
        faults.touch(small.process, address + page * P, P, access)
    assert caught.value.reason == why.format(address + page * P)


def test_a_range_that_fails_on_the_way_names_the_first_page_that_does(small):
    vmo = small.calls.vmo_create(2 * P + 16)
    address = small.calls.vmar_map(small.vmar, 0, vmo, P, 4 * P, 3)
    with pytest.raises(KernelError, match=f"a write at {address + 2 * P:#x} faults: it is byte 0x3000"):
        faults.touch(small.process, address, 4 * P, "w")
    assert touch(small, address, 2) == (0, 0)
    with pytest.raises(KernelError, match=f"a read at {address + 4 * P:#x} faults: nothing"):
        small.calls.vmo_set_size(vmo, 8 * P)
        faults.touch(small.process, address, 5 * P, "r")
    assert touch(small, address, 4, "r") == (0, 0)


def test_one_page_without_memory_says_so(small):
    _, address = mapped(small, 4)
    hog = small.calls.vmo_create(1 << 30)
    small.calls.vmo_op_range(hog, VMO_OP_COMMIT, 0, small.free * P)
    with pytest.raises(KernelError, match="1 page wanted, 0 free"):
        faults.store(small.process, address, 1)


def test_another_processs_memory_is_reached_whatever_it_may_do_there_itself(small):
    calls = small.calls
    vmo, address = mapped(small, 4, size=2, flags=1, offset=P)
    assert calls.process_write_memory(small.me, address + 1, b"hello") == 5
    assert calls.vmo_read(vmo, P, 7).tobytes() == b"\0hello\0"
    # The VMO's end is the end, not the mapping's.
    assert calls.process_write_memory(small.me, address + 2 * P - 2, b"over") == 4
    assert calls.process_read_memory(small.me, address + 2 * P - 2, 1 << 20).tobytes() == b"over" + bytes(P - 2)
    for call, data in ((calls.process_read_memory, 1), (calls.process_write_memory, b"x")):
        with pytest.raises(KernelError) as caught:
            call(small.me, address + 2 * P, data)
        assert (caught.value.name, caught.value.reason) == (
            "ERR_NO_MEMORY",
            f"process {small.process.koid} has nothing mapped at {address + 2 * P:#x}",
        )
    calls.vmo_set_size(vmo, P + 8)
    assert calls.process_write_memory(small.me, address + 8, b"x") == 0
    with pytest.raises(KernelError) as caught:
        calls.process_write_memory(small.me, address + 9, b"x")
    assert (caught.value.name, caught.value.reason) == (
        "ERR_OUT_OF_RANGE",
        f"{address + 9:#x} is offset 0x1009 of a VMO of 0x1008 bytes",
    )


@pytest.mark.parametrize(("length", "access"), [(0, "w"), (1, "q"), (-1, "r")])
def test_a_touch_of_nothing_is_refused(small, length, access):
    with pytest.raises(KernelError):
        faults.touch(small.process, 0x1000000, length, access)
