"""Handle values, slots and what a handle that travels keeps."""

import pytest

from kshell.kernel.abi import RIGHT_SAME_RIGHTS, KernelError
from kshell.kernel.system import Observer
from tests.kernel.support import Small


def test_values_are_odd_and_positive(small):
    values = [small.calls.event_create() for _ in range(50)]
    assert len(set(values)) == 50 and all(value & 1 and 0 < value < 1 << 31 for value in values)


def test_the_slot_freed_last_is_used_first_with_another_generation(small):
    calls, table = small.calls, small.process.handles
    first, second = calls.event_create(), calls.event_create()
    slots = [table.get(value).base & 0x3FFFF for value in (first, second)]
    calls.handle_close(first)
    calls.handle_close(second)
    again = [calls.event_create() for _ in range(2)]
    assert [table.get(value).base & 0x3FFFF for value in again] == slots[::-1]
    assert not {first, second} & set(again)
    for stale in (first, second):
        with pytest.raises(KernelError) as caught:
            calls.handle_close(stale)
        assert caught.value.name == "ERR_BAD_HANDLE"


def test_a_value_comes_back_after_4096_generations_and_not_before(small):
    first = small.calls.event_create()
    seen = {first}
    small.calls.handle_close(first)
    for _ in range(4095):
        value = small.calls.event_create()
        assert value not in seen
        seen.add(value)
        small.calls.handle_close(value)
    assert small.calls.event_create() == first


def test_the_same_slot_has_another_value_in_every_process(small):
    other, _, _ = small.running()
    assert small.process.handles.value_of(next(iter(other.handles))[1]) != next(iter(other.handles))[0]


def test_replace_changes_the_value_and_frees_the_old_slot(small):
    value = small.calls.event_create()
    live = small.machine.handles.live
    changed = small.calls.handle_replace(value, RIGHT_SAME_RIGHTS)
    assert changed != value and small.machine.handles.live == live
    assert small.process.handles.get(value) is None


def test_a_handle_keeps_its_value_when_it_comes_back_through_a_channel(small):
    calls = small.calls
    near, far = calls.channel_create()
    event = calls.event_create()
    koid = small.process.handles.get(event).object.koid
    calls.channel_write(near, b"", [event])
    assert small.process.handles.get(event) is None
    data, handles = calls.channel_read(far)
    assert (data, handles) == (b"", [event]) and small.process.handles.get(event).object.koid == koid


class Deaths(Observer):
    def __init__(self):
        self.names = []

    def process_died(self, process):
        self.names.append(process.name)


def test_the_handles_of_a_dying_process_are_closed_newest_first(small):
    small.machine.observer = deaths = Deaths()
    for name in ("first", "second", "third"):
        small.running(name)
    small.process.kill()
    small.machine.check()
    assert deaths.names == [b"third", b"second", b"first", b"main"]


def test_the_slots_of_a_dying_process_are_used_again_oldest_handle_first(small):
    calls = small.calls
    process, _ = calls.process_create(small.job, "other")
    thread = calls.thread_create(process, "main")
    calls.process_start(process, thread, 0, 0, calls.event_create(), 0)
    other = small.process.handles.get(process).object
    for _ in range(3):
        other.handles.new(small.job_object, 0)
    slots = [handle.base & 0x3FFFF for _, handle in other.handles]
    calls.task_kill(process)
    # The slot that was freed last is used first.
    again = [small.process.handles.get(calls.event_create()).base & 0x3FFFF for _ in slots]
    assert len(slots) == 4 and again == slots


def test_a_larger_table_holds_more():
    roomy = Small(handle_slots=600_000)
    table = roomy.process.handles
    event = roomy.calls.event_create()
    for _ in range(300_000):
        roomy.calls.handle_duplicate(event, RIGHT_SAME_RIGHTS)
    assert len(table) > 300_000
    roomy.machine.check()


def test_the_bad_handle_policy(small):
    calls = small.calls
    calls.object_set_property(small.me, 1, 1)
    with pytest.raises(KernelError):
        calls.handle_close(1)
    assert small.process.state == "running" and not small.machine.log
    calls.object_set_property(small.me, 1, 2)
    # A lookup that needs a right never gets as far as the policy.
    with pytest.raises(KernelError):
        calls.vmo_set_size(1, 0)
    assert small.process.state == "running"
    with pytest.raises(KernelError):
        calls.handle_close(1)
    assert small.process.state == "dead" and small.process.return_code == -11
    assert small.machine.log[-1] == "[fatal: main used a bad handle]"
    small.machine.check()


def test_the_values_of_an_object_are_those_of_its_handles(small):
    calls, table = small.calls, small.process.handles
    first = calls.event_create()
    calls.event_create()
    object_ = table.get(first).object
    second = calls.handle_duplicate(first, RIGHT_SAME_RIGHTS)
    assert table.values_for(object_) == [first, second]
    calls.handle_close(first)
    calls.handle_close(second)
    assert table.values_for(object_) == []
