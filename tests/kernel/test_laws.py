"""Every law is broken once, by hand, and is named."""

import pytest

from kshell.kernel import faults
from kshell.kernel.abi import VMO_OP_LOOKUP
from kshell.kernel.channels import Channel
from kshell.kernel.tasks import Job
from kshell.kernel.vmo import Vmo
from tests.kernel.support import Small

P = 4096


class World(Small):
    """A machine with one of everything, by name."""

    def __init__(self):
        super().__init__()
        calls, table = self.calls, self.process.handles
        self.vmo_handle = calls.vmo_create(8 * P)
        self.vmo = table.get(self.vmo_handle).object
        self.clone = table.get(calls.vmo_clone(self.vmo_handle, 1, 0, 8 * P)).object
        self.inner_handle, _ = calls.vmar_allocate(self.vmar, 0, 64 * P, 0x380)
        self.inner = table.get(self.inner_handle).object
        self.address = calls.vmar_map(self.inner_handle, 0, self.vmo_handle, 2 * P, 4 * P, 3)
        self.mapping, _ = self.process.root_vmar.locate(self.address)
        self.page = self.address // P
        faults.touch(self.process, self.address, 2 * P, "w")
        faults.touch(self.process, self.address + 2 * P, P, "r")
        calls.vmo_write(self.vmo_handle, 0, b"hello")
        calls.vmo_op_range(self.vmo_handle, VMO_OP_LOOKUP, 0, P)
        near, self.far_handle = calls.channel_create()
        self.near, self.far = table.get(near).object, table.get(self.far_handle).object
        calls.channel_write(near, b"", [calls.event_create()])
        self.child = table.get(calls.job_create(self.job)).object
        self.other, self.other_handle, _ = self.running()
        self.first_thread = next(iter(self.process.threads.values()))
        self.machine.check()


def twin_of_a_handle(world):
    """A handle in the table that the arena never made."""
    table = world.process.handles
    handle = table.get(world.vmo_handle)
    table._entries[world.vmo_handle + 2] = handle


def forget_message(world):
    world.far.queue.clear()


def unlist_mapping(world):
    del world.vmo.mappings[world.mapping]


def detach_mapping(world):
    world.inner.children.remove(world.mapping)
    world.process.aspace.mapping_count -= 1
    world.process.aspace.mapped_bytes -= world.mapping.size
    world.process.aspace.clear()


def dead_child(world):
    world.inner.alive = False


def outgrow(world):
    world.inner.size = 2 * P


def end_elsewhere(world):
    world.far.peer = Channel(world.machine, 1)


def lose_the_last_handle(world):
    """The end is still linked, and nothing holds it."""
    handle = world.process.handles.take(world.far_handle)
    for message in world.far.queue:
        for travelling in message.handles:
            del world.machine.handles.travelling[travelling]
            world.machine.handles.destroy(travelling)
    world.far.queue.clear()
    world.far.handle_count = 0
    world.machine.handles.live -= 1
    world.machine.handles._freed.append(handle.base)


def forgotten_job(world):
    Job(world.machine, 99999, world.job_object)


def forgotten_vmo(world):
    Vmo(world.machine, 0, P)


def crooked_index(world):
    calls = world.calls
    for _ in range(40):
        calls.vmar_map(world.vmar, 0, world.vmo_handle, 0, P, 3)
    calls.vmo_write(world.vmo_handle, 6 * P, b"x")
    world.machine.check()
    world.vmo.index.remove(world.mapping)


def stale_frame(world):
    world.vmo.frames[7] = 0x100000


def dead_thread(world):
    world.first_thread.state = "dead"


LAWS = [
    (lambda w: setattr(w.machine.physmem, "free", 0), "physical memory: .* do not add up"),
    (lambda w: setattr(w.machine.handles, "live", 1), r"handles: 1 are said to exist, \d+ do"),
    (lambda w: w.machine.handles._freed.append(0), "handles: slots are lost"),
    (twin_of_a_handle, "handles: a value does not belong to its slot"),
    (lambda w: w.process.handles.counts.__setitem__(1, 9), "handles: the counts by type are wrong"),
    (lambda w: setattr(w.vmo, "handle_count", 5), r"koid \d+: it counts 5 handles, 1 exist"),
    (forget_message, "handles: messages and the handles in them differ"),
    (end_elsewhere, "its peer does not know it"),
    (lose_the_last_handle, "its peer lives without a handle"),
    (lambda w: w.machine.vmos.pop(w.vmo), r"VMO \d+: it has a handle, and is gone"),
    (forgotten_vmo, "VMO 0xffff.*: nothing refers to it"),
    (lambda w: setattr(w.vmo, "exists", False), "nothing refers to it"),
    (lambda w: setattr(w.vmo, "_shares", 9), "it counts other address spaces than map it"),
    (lambda w: w.vmo.pages.add(8), "has pages beyond its size"),
    (lambda w: w.vmo.content.mixed_pages.add(2), "content: mixed pages and their set differ"),
    (stale_frame, "a page that is gone has a physical address"),
    (lambda w: w.vmo.children.clear(), "its parent does not know it"),
    (lambda w: setattr(w.clone, "parent", None), "a clone has another parent"),
    (crooked_index, "mapping index: a mapping is in a wrong bucket, or missing"),
    (lambda w: setattr(w.mapping, "vmo", w.clone), "a mapping shows another VMO"),
    (detach_mapping, "a mapping is in no VMAR"),
    (unlist_mapping, "a VMO does not know its mapping"),
    (lambda w: w.vmo.pages.add(7), r"physical memory: \d+ object pages are charged, \d+ belong"),
    (lambda w: w.machine.physmem.take(2), r"object pages are charged, .* 0 to sockets and 2 threads have stacks"),
    (dead_child, "a dead VMAR is in the tree"),
    (lambda w: setattr(w.inner, "aspace", w.other.aspace), "a dead VMAR is in the tree"),
    (lambda w: setattr(w.mapping, "parent", w.process.root_vmar), "a mapping is in no VMAR"),
    (lambda w: setattr(w.inner, "parent", w.inner), "a region has another parent"),
    (outgrow, "a region is outside its parent"),
    (lambda w: setattr(w.inner, "flags", 0x80), "a region may have more permissions than its parent"),
    (lambda w: setattr(w.process.root_vmar.children._chunks[0], "gap", P), "regions: a largest gap is 0x0, not 4096"),
    (lambda w: setattr(w.process.aspace, "mapped_bytes", 5), r"5 bytes are counted as mapped, 16384 are"),
    (lambda w: setattr(w.process.aspace, "mapping_count", 5), "5 mappings are counted, 1 exist"),
    (lambda w: setattr(w.process.aspace, "vmar_count", 5), "VMARs are miscounted"),
    (lambda w: w.process.aspace.present.clear(), "a page is read-only and not present"),
    (lambda w: w.process.aspace.present.add(w.page + 4), "the page tables reach beyond the mappings"),
    (lambda w: w.process.aspace.present.add(5), "the page tables reach beyond the mappings"),
    (lambda w: setattr(w.mapping, "max_perms", 1), "a mapping may do more than its handles allowed"),
    (lambda w: setattr(w.mapping, "perms", 1), "a page of the read-only mapping at 0x1000000 can be written"),
    (lambda w: w.process.aspace.read_only.discard(w.page + 2), "can write a page its VMO does not own"),
    (lambda w: setattr(w.vmo, "size", 4 * P), "a page beyond the VMO's end can be reached"),
    (lambda w: setattr(w.child, "parent", w.child), "has another parent"),
    (forgotten_job, "job 99999: nothing refers to it"),
    (lambda w: setattr(w.other, "job", w.child), "is wrongly listed in job"),
    (lambda w: w.job_object.processes.pop(w.other.koid), "is not in its job's list"),
    (lambda w: setattr(w.other, "state", "dead"), "is wrongly listed in job"),
    (lambda w: w.other.threads.clear(), "is running with 0 threads"),
    (lambda w: setattr(w.other, "state", "initial"), "is initial with 1 threads"),
    (dead_thread, r"thread \d+: wrongly listed"),
    (lambda w: setattr(w.first_thread, "process", w.other), r"thread \d+: wrongly listed"),
]


@pytest.mark.parametrize(("change", "law"), LAWS, ids=[law for _, law in LAWS])
def test_a_broken_law_is_named(change, law):
    world = World()
    change(world)
    with pytest.raises(AssertionError, match=law):
        world.machine.check()


def test_a_dead_process_that_is_listed():
    world = World()
    world.machine.processes[world.other.koid].state = "dead"
    del world.job_object.processes[world.other.koid]
    with pytest.raises(AssertionError, match="is dead and listed"):
        world.machine.check()


def test_handles_that_are_lost():
    world = World()
    world.clone.handle_count = 1
    for value, handle in list(world.process.handles):
        if handle.object is world.clone:
            world.process.handles.take(value)
            world.machine.handles.live -= 1
            world.machine.handles._freed.append(handle.base)
    with pytest.raises(AssertionError, match="its handles are lost"):
        world.machine.check()
