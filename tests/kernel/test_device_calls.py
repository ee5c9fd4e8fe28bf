"""Device memory in a process's address space, and the end of a thread that unmaps its stack."""

import pytest

from kshell.kernel import faults, info
from kshell.kernel.abi import OBJ_TYPE_RESOURCE
from kshell.kernel.objects import SimpleObject
from kshell.kernel.physical_vmo import PhysicalVmo
from tests.kernel.injection import ALLOCATIONS, refused_at_every_allocation
from tests.kernel.support import refused

P = 4096


@pytest.fixture
def resource(small):
    return small.process.handles.new(SimpleObject(small.machine, small.machine.new_koid(), OBJ_TYPE_RESOURCE), 0)


def test_device_memory_is_virt_and_not_res(small, resource):
    free, tables = small.free, small.machine.physmem.mmu
    address = small.calls.mmap_device_memory(resource, 0xFEBC0000, 16 * P, 3)
    assert info.task_stats(small.process) == (16 * P, 0)
    # All of it is reachable, so the page tables are there, and no touch is a fault.
    assert small.machine.physmem.mmu > tables and free - small.free == small.machine.physmem.mmu - tables
    assert faults.touch(small.process, address, 16 * P, "w").faults == 0
    mapping, _ = small.process.root_vmar.locate(address)
    assert isinstance(mapping.vmo, PhysicalVmo) and mapping.vmo.cache_policy == 3
    assert (mapping.name, mapping.perms, mapping.max_perms, mapping.vmo.base) == ("user_mmio", 3, 3, 0xFEBC0000)
    refused("ERR_NOT_SUPPORTED", small.calls.process_read_memory, small.me, address, 1)
    refused("ERR_ACCESS_DENIED", small.calls.vmar_protect, small.vmar, address, P, 5)
    small.calls.vmar_unmap(small.vmar, address, 16 * P)
    assert (small.free, small.machine.physmem.mmu) == (free, tables)


@pytest.mark.parametrize("kind", ALLOCATIONS)
def test_one_that_fails_leaves_nothing(small, resource, kind, monkeypatch):
    refused_at_every_allocation(
        monkeypatch, small.machine, kind, lambda: small.calls.mmap_device_memory(resource, 0xFEBC0000, P, 0)
    )


def mapped(small):
    return small.calls.vmar_map(small.vmar, 0, small.calls.vmo_create(4 * P), 0, 4 * P, 3)


def test_a_thread_that_ends_with_its_stack_and_its_handle(small):
    calls = small.calls
    second = calls.thread_create(small.me, "second")
    calls.thread_start(second, 0, 0, 0, 0)
    address = mapped(small)
    calls.vmar_unmap_handle_close_thread_exit(small.vmar, address, 4 * P, small.thread)
    assert small.process.state == "running" and next(iter(small.process.threads.values())).name == b"second"
    assert small.process.root_vmar.locate(address) is None and small.process.handles.get(small.thread) is None
    # With the last one the process ends.
    calls.vmar_unmap_handle_close_thread_exit(small.vmar, mapped(small), 4 * P, second)
    assert (small.process.state, small.process.return_code) == ("dead", 0)


def test_a_thread_whose_unmapping_fails_goes_on(small):
    event = small.calls.event_create()
    call = small.calls.vmar_unmap_handle_close_thread_exit
    refused("ERR_INVALID_ARGS", call, small.vmar, mapped(small), 0, event)
    assert small.process.handles.get(event) is not None and small.process.state == "running"


def test_a_thread_that_has_lost_its_stack_and_has_a_bad_handle_takes_an_exception(small):
    address = mapped(small)
    refused("ERR_BAD_HANDLE", small.calls.vmar_unmap_handle_close_thread_exit, small.vmar, address, 4 * P, 0)
    # Nobody takes it, so the process is killed.
    assert (small.process.state, small.process.return_code) == ("dead", -1)
