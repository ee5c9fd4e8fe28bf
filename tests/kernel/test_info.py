"""The figures the kernel reports: VIRT, RES, maps, and who answers for shared memory."""

from kshell.kernel import faults, info
from kshell.kernel.abi import MAPS_ASPACE, MAPS_MAPPING, MAPS_VMAR, USER_BASE, USER_SIZE, VMO_OP_COMMIT

P = 4096
RW = 3


def committed(small, pages):
    handle = small.calls.vmo_create(pages * P)
    small.calls.vmo_op_range(handle, VMO_OP_COMMIT, 0, pages * P)
    return handle


def figures(process):
    usage = info.usage(process)
    return usage.private, usage.shared, usage.scaled, usage.pss


# VIRT and RES


def test_a_page_seen_twice_counts_twice_and_one_seen_through_a_parent_not_at_all(small):
    parent = committed(small, 4)
    clone = small.calls.vmo_clone(parent, 1, 0, 4 * P)
    for _ in range(2):
        small.calls.vmar_map(small.vmar, 0, parent, P, 2 * P, RW)
    address = small.calls.vmar_map(small.vmar, 0, clone, 0, 8 * P, RW)
    assert info.task_stats(small.process) == (12 * P, 4 * P) and info.committed_pages(small.process) == 4
    faults.store(small.process, address, 1)
    assert info.task_stats(small.process) == (12 * P, 5 * P)


def test_mappings_in_vmars_count_and_a_destroyed_root_has_nothing(small):
    inner, base = small.calls.vmar_allocate(small.vmar, 0, 64 * P, 0x380)
    deeper, _ = small.calls.vmar_allocate(inner, 0, 16 * P, 0x380)
    small.calls.vmar_map(deeper, 0, committed(small, 3), 0, 3 * P, RW)
    small.calls.vmar_map(inner, 0, committed(small, 2), 0, 4 * P, RW)
    assert info.task_stats(small.process) == (7 * P, 5 * P)
    assert [(entry.depth, entry.type, entry.base, entry.size, entry.perms, entry.committed)
            for entry in info.maps(small.process)] == [
        (0, MAPS_ASPACE, USER_BASE, USER_SIZE, 0, 0),
        (1, MAPS_VMAR, USER_BASE, USER_SIZE, 0, 0),
        (2, MAPS_VMAR, base, 64 * P, 0, 0),
        (3, MAPS_VMAR, base, 16 * P, 0, 0),
        (4, MAPS_MAPPING, base, 3 * P, RW, 3),
        (3, MAPS_MAPPING, base + 16 * P, 4 * P, RW, 2),
    ]  # fmt: skip
    small.calls.vmar_destroy(small.vmar)
    assert info.task_stats(small.process) == (0, 0) and info.committed_pages(small.process) == 0
    assert [entry.type for entry in info.maps(small.process)] == [MAPS_ASPACE]


def test_the_record_of_a_mapping(small):
    address = small.calls.vmar_map(small.vmar, 0, committed(small, 3), P, 8 * P, 5)
    assert info.maps(small.process)[-1].record() == {
        "name": "useralloc",
        "base": address,
        "size": 8 * P,
        "depth": 2,
        "type": MAPS_MAPPING,
        "mmu_flags": 5,
        "committed_pages": 2,
    }


# Sharing


def test_a_vmo_is_shared_by_address_spaces_and_not_by_mappings(small):
    handle = committed(small, 4)
    vmo = small.process.handles.get(handle).object
    assert vmo.share_count == 1
    for _ in range(3):
        small.calls.vmar_map(small.vmar, 0, handle, 0, 4 * P, RW)
    assert vmo.share_count == 1
    for count in (2, 3, 4):
        _, process, vmar = small.running()
        for _ in range(2):
            small.calls.vmar_map(vmar, 0, handle, 0, 4 * P, RW)
        assert vmo.share_count == count
    small.calls.task_kill(process)
    assert vmo.share_count == 3


def test_private_shared_and_scaled_bytes(small):
    own, shared = committed(small, 5), committed(small, 7)
    small.calls.vmar_map(small.vmar, 0, own, 0, 5 * P, RW)
    small.calls.vmar_map(small.vmar, 0, shared, 0, 7 * P, RW)
    assert figures(small.process) == (12 * P, 0, 0, 12 * P)
    second, _, there = small.running("second")
    small.calls.vmar_map(there, 0, shared, 0, 7 * P, RW)
    assert figures(small.process) == (5 * P, 7 * P, 7 * P // 2, 5 * P + 7 * P // 2)
    third, _, elsewhere = small.running("third")
    # Three share seven pages: each answers for a third of them, rounded down to a byte.
    small.calls.vmar_map(elsewhere, 0, shared, 0, 7 * P, RW)
    third_part = 7 * P // 3
    assert 3 * third_part == 7 * P - 1
    assert figures(small.process) == (5 * P, 7 * P, third_part, 5 * P + third_part)
    assert figures(second) == figures(third) == (0, 7 * P, third_part, third_part)


def test_each_mapping_is_scaled_for_itself(small):
    shared = committed(small, 3)
    _, _, there = small.running()
    small.calls.vmar_map(there, 0, shared, 0, 3 * P, RW)
    small.calls.vmar_map(small.vmar, 0, shared, 0, 3 * P, RW)
    small.calls.vmar_map(small.vmar, 0, shared, P, P, RW)
    # Two address spaces: half of the three pages, and half of the one that is shown again.
    assert figures(small.process) == (0, 4 * P, 2 * P, 2 * P)


def test_the_vmos_of_a_process_are_its_handles_newest_first_and_then_its_mappings(small):
    first, second = committed(small, 1), committed(small, 2)
    vmos = [small.process.handles.get(handle).object for handle in (first, second)]
    again = small.calls.handle_duplicate(first, 4)
    small.calls.vmar_map(small.vmar, 0, second, 0, P, 1)
    small.calls.vmar_map(small.vmar, 0, first, 0, P, 1)
    uses = [(use.vmo, use.handle, use.rights) for use in info.vmos_of(small.process)]
    rights = small.process.handles.get(first).rights
    assert uses == [
        (vmos[0], again, 4),
        (vmos[1], second, rights),
        (vmos[0], first, rights),
        (vmos[1], None, None),
        (vmos[0], None, None),
    ]
