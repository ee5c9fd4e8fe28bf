"""Physical memory is finite: each way of running out leaves what the kernel leaves."""

import pytest

from kshell.kernel.abi import VMO_OP_COMMIT, KernelError
from kshell.kernel.content import Data
from tests.kernel.support import Small

P = 4096


@pytest.fixture
def small():
    return Small(memory=4 << 20)


def no_memory(call, *arguments):
    with pytest.raises(KernelError) as caught:
        call(*arguments)
    assert caught.value.name == "ERR_NO_MEMORY" and "\n" not in caught.value.reason


def leave(small, pages):
    """Takes memory until `pages` are free."""
    hog = small.calls.vmo_create(1 << 30)
    small.calls.vmo_op_range(hog, VMO_OP_COMMIT, 0, (small.free - pages) * P)
    assert small.free == pages
    return hog


def test_commit_is_all_or_nothing(small):
    vmo = small.calls.vmo_create(1 << 30)
    free = small.free
    no_memory(small.calls.vmo_op_range, vmo, VMO_OP_COMMIT, 0, (free + 1) * P)
    assert small.free == free
    small.calls.vmo_op_range(vmo, VMO_OP_COMMIT, 0, free * P)
    assert small.free == 0
    # What is there already needs no memory.
    small.calls.vmo_op_range(vmo, VMO_OP_COMMIT, 0, free * P)
    small.machine.check()


def test_a_write_keeps_the_pages_it_got(small):
    leave(small, 3)
    vmo = small.calls.vmo_create(8 * P)
    no_memory(small.calls.vmo_write, vmo, P // 2, Data.fill(7, 6 * P))
    assert small.free == 0
    small.machine.check()
    # Three pages hold the first two and a half pages of data.
    assert small.calls.vmo_read(vmo, 0, 8 * P).runs == ((b"\0", P // 2), (b"\x07", 3 * P - P // 2), (b"\0", 5 * P))


def test_a_fork_through_a_chain_leaves_copies_where_the_kernel_does(small):
    calls = small.calls
    root = calls.vmo_create(4 * P)
    calls.vmo_write(root, 0, Data.fill(9, 4 * P))
    middle = calls.vmo_clone(root, 1, 0, 4 * P)
    leaf = calls.vmo_clone(middle, 1, 0, 4 * P)
    leave(small, 3)
    # Each page of the leaf costs two: the middle's copy is made first, and stays when there is none for the leaf.
    no_memory(calls.vmo_write, leaf, 0, Data.fill(1, 4 * P))
    assert small.free == 0
    small.machine.check()
    calls.vmo_write(root, 0, Data.fill(5, 4 * P))
    assert calls.vmo_read(middle, 0, 4 * P).runs == ((b"\x09", 2 * P), (b"\x05", 2 * P))
    assert calls.vmo_read(leaf, 0, 4 * P).runs == ((b"\x01", P), (b"\x09", P), (b"\x05", 2 * P))


def test_memory_comes_back_with_the_last_reference(small):
    hog = leave(small, 0)
    no_memory(small.calls.thread_create, small.me, "t")
    small.calls.handle_close(hog)
    small.calls.thread_create(small.me, "t")
    small.machine.check()


def test_a_refused_creation_leaves_nothing(small):
    tight = Small(memory=4 << 20, handle_slots=8)
    calls = tight.calls
    while tight.machine.handles.live < 8:
        calls.event_create()
    before = (len(tight.machine.vmos), len(tight.machine.processes), tight.free)
    vmo_calls = [
        (calls.vmo_create, P),
        (calls.job_create, tight.job),
        (calls.process_create, tight.job, "p"),
        (calls.thread_create, tight.me, "t"),
        (calls.channel_create,),
        (calls.event_create,),
        (calls.socket_create,),
        (calls.vmar_allocate, tight.vmar, 0, P, 0),
        (calls.handle_duplicate, tight.me, 0x80000000),
        (calls.handle_replace, tight.me, 0x80000000),
        (calls.object_get_child, 0, tight.process.koid, 0x80000000),
    ]
    for call, *arguments in vmo_calls:
        no_memory(call, *arguments)
        tight.machine.check()
    assert (len(tight.machine.vmos), len(tight.machine.processes), tight.free) == before
    assert not list(tight.process.root_vmar.children) and not tight.job_object.jobs


def test_one_slot_is_too_few_for_a_pair(small):
    tight = Small(handle_slots=8)
    for _ in range(8 - tight.machine.handles.live - 1):
        tight.calls.event_create()
    no_memory(tight.calls.channel_create)
    no_memory(tight.calls.process_create, tight.job, "p")
    tight.calls.event_create()
    tight.machine.check()
