"""What objects stand on: koids and addresses, and an observer that is told of every event, with what it happened to."""

import pytest

from kshell.kernel import faults
from kshell.kernel.abi import VMO_OP_COMMIT, VMO_OP_DECOMMIT, KernelError
from kshell.kernel.copy import copy_machine
from kshell.kernel.system import HEAP_BASE, HEAP_STRIDE, Observer, System

P = 4096
READ, WRITE, EXECUTE = 1, 2, 4


class Notes(Observer):
    """Keeps every event as a tuple."""

    def __init__(self):
        self.seen = []

    def page_committed(self, vmo, start, end):
        self.seen.append(("committed", vmo, start, end))

    def page_freed(self, vmo, start, end, count):
        self.seen.append(("freed", vmo, start, end, count))

    def page_fault(self, aspace, mapping, start, end, kind):
        self.seen.append(("fault", aspace, mapping, start, end, kind))

    def mapped(self, mapping):
        self.seen.append(("mapped", mapping))

    def mapping_split(self, mapping, start, end):
        self.seen.append(("split", mapping, start, end))

    def process_died(self, process):
        self.seen.append(("died", process))

    def told(self):
        seen, self.seen = self.seen, []
        return seen


@pytest.fixture
def notes(small):
    small.machine.observer = Notes()
    return small.machine.observer


def mapped(small, pages):
    """(VMO, mapping, address) of a mapping that shows the VMO from its second page on."""
    handle = small.calls.vmo_create((pages + 1) * P)
    address = small.calls.vmar_map(small.vmar, 0, handle, P, pages * P, READ | WRITE)
    mapping, offset = small.process.root_vmar.locate(address)
    assert offset == P
    return small.process.handles.get(handle).object, mapping, address


def test_koids_and_addresses_follow_each_other_and_never_come_again():
    system = System(64 << 20, 100)
    assert [system.new_koid() for _ in range(3)] == [1024, 1025, 1026]
    assert [system.kernel_address() for _ in range(2)] == [HEAP_BASE, HEAP_BASE + HEAP_STRIDE]


def test_secrets_differ_from_process_to_process_and_are_the_same_on_every_machine():
    system = System(64 << 20, 100)
    assert (system.secret(1024), system.secret(3020)) == (0xAAF6A82F, 0x1CFFABFE)
    secrets = {system.secret(koid) for koid in range(1024, 2024)}
    assert len(secrets) == 1000 and all(0 <= secret < 1 << 32 for secret in secrets)


def test_an_observer_that_listens_for_nothing_is_told_and_stays_silent(small):
    small.machine.observer = Observer()
    vmo, _, address = mapped(small, 4)
    faults.touch(small.process, address, 4 * P, "w")
    small.calls.vmar_unmap(small.vmar, address, P)
    vmo.decommit(0, 2 * P)
    _, handle, _ = small.running()
    small.calls.task_kill(handle)


def test_mapping_and_faults(small, notes):
    vmo, mapping, address = mapped(small, 4)
    page, aspace = address // P, small.process.aspace
    assert notes.told() == [("mapped", mapping)]
    faults.touch(small.process, address + P, 2 * P, "r")
    assert notes.told() == [("fault", aspace, mapping, page + 1, page + 3, READ)]
    # A range counts from its first page, also where some were there before.
    faults.touch(small.process, address, 4 * P, "w")
    assert notes.told() == [("committed", vmo, 1, 5), ("fault", aspace, mapping, page, page + 4, WRITE)]
    faults.touch(small.process, address, 4 * P, "w")
    faults.load(small.process, address)
    faults.store(small.process, address, 1)
    assert notes.told() == []


def test_single_pages_tell_what_ranges_tell(small, notes):
    vmo, mapping, address = mapped(small, 4)
    page, aspace = address // P, small.process.aspace
    notes.told()
    faults.store(small.process, address + P + 5, 1)
    assert notes.told() == [("committed", vmo, 2, 3), ("fault", aspace, mapping, page + 1, page + 2, WRITE)]
    faults.load(small.process, address + 5)
    assert notes.told() == [("fault", aspace, mapping, page, page + 1, READ)]
    small.calls.vmo_write(small.process.handles.value_for(vmo), 0, b"x")
    assert notes.told() == [("committed", vmo, 0, 1)]


def test_a_fault_that_finds_no_memory_is_told_with_the_pages_it_got(small, notes):
    vmo, mapping, address = mapped(small, 4)
    hog = small.calls.vmo_create(1 << 30)
    small.calls.vmo_op_range(hog, VMO_OP_COMMIT, 0, (small.free - 5) * P)
    page, aspace = address // P, small.process.aspace
    notes.told()
    with pytest.raises(KernelError):
        faults.touch(small.process, address, 4 * P, "w")
    assert notes.told() == [("committed", vmo, 1, 3), ("fault", aspace, mapping, page, page + 2, WRITE)]
    with pytest.raises(KernelError):
        faults.touch(small.process, address + 2 * P, P, "w")
    assert notes.told() == [("fault", aspace, mapping, page + 2, page + 2, WRITE)]


def test_a_fault_that_is_refused_is_not_told(small, notes):
    vmo, _, address = mapped(small, 4)
    vmo.set_size(P)
    notes.told()
    for where, access in ((address, "x"), (address, "w"), (0, "r")):
        with pytest.raises(KernelError):
            faults.touch(small.process, where, P, access)
    assert notes.told() == []


def test_a_copy_in_a_chain_is_told_for_each_clone_the_nearest_to_the_page_first(small, notes):
    calls = small.calls
    handles = [calls.vmo_create(2 * P)]
    calls.vmo_write(handles[0], 0, b"x")
    for _ in range(2):
        handles.append(calls.vmo_clone(handles[-1], 1, 0, 2 * P))
    _, middle, leaf = (small.process.handles.get(handle).object for handle in handles)
    notes.told()
    calls.vmo_write(handles[2], 0, b"y")
    assert notes.told() == [("committed", middle, 0, 1), ("committed", leaf, 0, 1)]


def test_pages_that_are_freed(small, notes):
    calls = small.calls
    handle = calls.vmo_create(8 * P)
    vmo = small.process.handles.get(handle).object
    calls.vmo_op_range(handle, VMO_OP_COMMIT, P, 4 * P)
    assert notes.told() == [("committed", vmo, 1, 5)]
    calls.vmo_op_range(handle, VMO_OP_DECOMMIT, 0, 2 * P)
    assert notes.told() == [("freed", vmo, 0, 2, 1)]
    calls.vmo_op_range(handle, VMO_OP_DECOMMIT, 0, 2 * P)
    assert notes.told() == []
    calls.vmo_set_size(handle, 4 * P)
    assert notes.told() == [("freed", vmo, 4, 8, 1)]
    calls.handle_close(handle)
    ((event, freed, start, _, count),) = notes.told()
    assert (event, freed, start, count) == ("freed", vmo, 0, 2)


def test_splits_name_the_mapping_that_was_cut_and_what_was_changed(small, notes):
    _, mapping, address = mapped(small, 8)
    notes.told()
    small.calls.vmar_unmap(small.vmar, address + 2 * P, P)
    assert notes.told() == [("split", mapping, address + 2 * P, address + 3 * P)]
    small.calls.vmar_protect(small.vmar, address, P, READ)
    assert notes.told() == [("split", mapping, address, address + P)]
    # Permissions for the whole mapping, the same ones, and its end are no split.
    small.calls.vmar_protect(small.vmar, address, P, READ | WRITE)
    small.calls.vmar_protect(small.vmar, address, P, READ | WRITE)
    small.calls.vmar_unmap(small.vmar, address, P)
    assert notes.told() == []


def test_a_process_that_dies_is_empty_when_it_is_told(small):
    class Last(Observer):
        def process_died(self, process):
            found.append((process, process.state, len(process.handles), process.aspace.mapping_count))

    found = []
    small.machine.observer = Last()
    process, handle, vmar = small.running()
    small.calls.vmar_map(vmar, 0, small.calls.vmo_create(P), 0, P, READ)
    small.calls.task_kill(handle)
    assert found == [(process, "dead", 0, 0)]


def test_a_copy_of_the_machine_has_no_observer_and_the_original_keeps_its_own(small, notes):
    twin, process = copy_machine(small.machine, small.process)
    assert twin.observer is None and small.machine.observer is notes
    twin.check()
    process.kill()
    assert notes.told() == [] and small.process.state == "running"
