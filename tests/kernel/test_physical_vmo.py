"""Device memory: it can be mapped and reached, has no pages, and cannot be written by the kernel."""

import pytest

from kshell.kernel import faults, info
from kshell.kernel.abi import DEFAULT_RIGHTS, OBJ_TYPE_VMO, VMO_OP_COMMIT, VMO_OP_DECOMMIT
from kshell.kernel.physical_vmo import PhysicalVmo
from tests.kernel.support import refused

P = 4096


@pytest.fixture
def device(small):
    """A handle to four pages of registers."""
    vmo = PhysicalVmo(small.machine, small.machine.new_koid(), 4 * P, 0xFEBC0000)
    return small.process.handles.new(vmo, DEFAULT_RIGHTS[OBJ_TYPE_VMO])


def test_it_cannot_be_written_committed_or_decommitted(small, device):
    calls, free = small.calls, small.free
    address = calls.vmar_map(small.vmar, 0, device, 0, 4 * P, 3)
    assert "device memory" in refused("ERR_NOT_SUPPORTED", calls.vmo_write, device, 0, b"x")
    assert "device memory" in refused("ERR_NOT_SUPPORTED", calls.process_write_memory, small.me, address, b"x")
    assert "device memory" in refused("ERR_NOT_SUPPORTED", calls.vmo_op_range, device, VMO_OP_COMMIT, 0, P)
    assert "device memory" in refused("ERR_NOT_SUPPORTED", calls.vmo_op_range, device, VMO_OP_DECOMMIT, 0, P)
    assert small.free == free


def test_the_kernel_does_not_read_it(small, device):
    assert "device memory" in refused("ERR_NOT_SUPPORTED", small.calls.vmo_read, device, 0, 2 * P)


def test_the_cpu_reaches_it_and_takes_no_memory(small, device):
    free = small.free
    address = small.calls.vmar_map(small.vmar, 0, device, 0, 4 * P, 3)
    done = faults.touch(small.process, address, 3 * P, "w")
    # The page tables take a page of each kind, and the device none.
    assert (done.faults, done.committed, small.free) == (3, 0, free - 3)
    assert faults.touch(small.process, address, 4 * P, "w").faults == 1
    # What is stored is gone: the model has no device.
    faults.store(small.process, address, 7)
    assert faults.load(small.process, address) == 0
    assert info.task_stats(small.process) == (4 * P, 0)


def test_it_ends_like_any_other_vmo(small, device):
    address = small.calls.vmar_map(small.vmar, 0, device, 0, 4 * P, 3)
    vmo = small.process.handles.get(device).object
    small.calls.handle_close(device)
    assert vmo.exists
    small.calls.vmar_unmap(small.vmar, address, 4 * P)
    assert not vmo.exists
