"""Messages, and the handles that travel in them."""

from kshell.kernel.channels import EMPTY
from tests.kernel.support import refused


def test_messages_come_in_order_and_the_last_handle_is_the_newest(small):
    calls = small.calls
    near, far = calls.channel_create()
    events = [calls.event_create() for _ in range(3)]
    calls.channel_write(near, b"one", events)
    calls.channel_write(near, b"", [])
    assert calls.channel_read(far) == (b"one", events)
    assert [value for value, _ in small.process.handles][-3:] == events
    assert calls.channel_read(far) == (b"", [])
    refused("ERR_SHOULD_WAIT", calls.channel_read, far)


def test_a_message_in_flight_keeps_what_its_handles_name(small):
    calls = small.calls
    near, far = calls.channel_create()
    vmo = calls.vmo_create(1 << 20)
    calls.vmo_op_range(vmo, 1, 0, 1 << 20)
    free = small.free
    calls.channel_write(near, b"", [vmo])
    assert small.free == free
    small.machine.check()
    calls.handle_close(far)
    # With the end that nobody can read from the message dies, and the VMO with it.
    assert small.free == free + 256
    small.machine.check()


def test_what_was_queued_before_the_close_can_still_be_read(small):
    calls = small.calls
    near, far = calls.channel_create()
    calls.channel_write(near, b"last words", [])
    calls.handle_close(near)
    assert calls.channel_read(far) == (b"last words", [])
    refused("ERR_PEER_CLOSED", calls.channel_read, far)
    refused("ERR_PEER_CLOSED", calls.channel_write, far, b"", [])


def test_a_channel_full_of_channels_dies_without_a_stack(small):
    calls = small.calls
    near, far = calls.channel_create()
    for _ in range(5000):
        outer_near, outer_far = calls.channel_create()
        calls.channel_write(outer_near, b"", [near, far])
        near, far = outer_near, outer_far
    live = small.machine.handles.live
    calls.handle_close(near)
    calls.handle_close(far)
    assert small.machine.handles.live < live - 2
    small.machine.check()


def test_too_little_room_keeps_the_message_unless_it_may_be_discarded(small):
    calls = small.calls
    near, far = calls.channel_create()
    calls.channel_write(near, b"12345", [calls.event_create()])
    refused("ERR_BUFFER_TOO_SMALL", calls.channel_read, far, 0, 4, 1)
    refused("ERR_BUFFER_TOO_SMALL", calls.channel_read, far, 0, 5, 0)
    live = small.machine.handles.live
    refused("ERR_BUFFER_TOO_SMALL", calls.channel_read, far, 1, 4, 1)
    assert small.machine.handles.live == live - 1
    refused("ERR_SHOULD_WAIT", calls.channel_read, far)
    refused("ERR_NOT_SUPPORTED", calls.channel_read, far, 2)


def test_a_refused_write_leaves_every_handle_with_the_writer(small):
    calls = small.calls
    near, far = calls.channel_create()
    event, stuck = calls.event_create(), calls.waitset_create()
    refused("ERR_BAD_HANDLE", calls.channel_write, near, b"", [event, 1])
    refused("ERR_NOT_SUPPORTED", calls.channel_write, near, b"", [event, near])
    refused("ERR_ACCESS_DENIED", calls.channel_write, near, b"", [event, stuck])
    refused("ERR_INVALID_ARGS", calls.channel_write, near, b"", [event, event])
    refused("ERR_OUT_OF_RANGE", calls.channel_write, near, b"x" * 65537, [])
    refused("ERR_OUT_OF_RANGE", calls.channel_write, near, b"", [event] * 1025)
    refused("ERR_INVALID_ARGS", calls.channel_write, near, b"", [], 1)
    calls.handle_close(far)
    refused("ERR_PEER_CLOSED", calls.channel_write, near, b"", [event])
    calls.handle_close(event)
    small.machine.check()


def test_an_end_that_was_sent_to_itself_is_lost_with_its_handle(small):
    live = small.machine.handles.live
    near, far = small.calls.channel_create()
    small.calls.channel_write(near, b"", [far])
    small.machine.check()
    # Nobody can read it any more, and its only handle lies in its own queue, as in the real kernel.
    small.calls.handle_close(near)
    assert small.machine.handles.live == live + 1
    small.machine.check()


def test_related_koids_stay_after_the_peer_is_gone(small):
    near, far = small.calls.channel_create()
    koid = small.process.handles.get(far).object.koid
    small.calls.handle_close(far)
    assert small.calls.object_get_info(near, 2).records[0]["related_koid"] == koid


def test_ends_that_had_no_message_share_a_queue_that_stays_empty(small):
    ends = [small.process.handles.get(value).object for _ in range(2) for value in small.calls.channel_create()]
    near, far = small.calls.channel_create()
    small.calls.channel_write(near, b"one", [])
    written = small.process.handles.get(far).object
    assert [message.data for message in written.queue] == [b"one"]
    assert all(end.queue is EMPTY and not end.queue for end in ends)
