"""Life and death of jobs, processes and threads."""

import pytest

from kshell.kernel.abi import INFO_JOB_CHILDREN, INFO_JOB_PROCESSES, INFO_PROCESS, INFO_PROCESS_THREADS, KernelError
from tests.kernel.support import Small, refused

SAME = 0x80000000


def state(small, handle):
    record = small.calls.object_get_info(handle, INFO_PROCESS).records[0]
    return record["return_code"], record["started"], record["exited"]


def test_the_states_of_a_process(small):
    calls = small.calls
    process, _ = calls.process_create(small.job, "p")
    assert state(small, process) == (0, 0, 0)
    _, running, _ = small.running()
    assert state(small, running) == (0, 1, 0)
    calls.task_kill(running)
    assert state(small, running) == (-1, 1, 1)
    # A killed process that was never started says it was started.
    calls.task_kill(process)
    assert state(small, process) == (-1, 1, 1)
    small.machine.check()


def test_the_last_thread_takes_the_process_with_it_and_its_code_is_0(small):
    process, handle, _ = small.running()
    thread = next(iter(process.threads))
    child = small.calls.object_get_child(handle, thread, SAME)
    small.calls.task_kill(child)
    assert state(small, handle) == (0, 1, 1)
    assert small.calls.object_get_info(handle, INFO_PROCESS_THREADS).records == []
    small.machine.check()


def test_closing_the_last_handle_of_a_running_thread_kills_it(small):
    process, handle, _ = small.running()
    value = next(value for value, held in small.process.handles if held.object in process.threads.values())
    small.calls.handle_close(value)
    assert state(small, handle) == (0, 1, 1)
    small.machine.check()


def test_closing_the_last_handle_of_a_process_kills_it(small):
    process, handle, vmar = small.running()
    vmo = small.calls.vmo_create(4096)
    small.calls.vmar_map(vmar, 0, vmo, 0, 4096, 1)
    small.calls.handle_close(handle)
    assert process.state == "dead" and not small.process.handles.get(vmo).object.mappings
    small.machine.check()


def test_two_processes_that_hold_each_other_live_until_their_threads_end(small):
    first, first_handle, _ = small.running("first")
    second, second_handle, _ = small.running("second")
    first.handles.new(second, 0x1CF)
    second.handles.new(first, 0x1CF)
    small.calls.handle_close(first_handle)
    small.calls.handle_close(second_handle)
    assert first.state == second.state == "running"
    small.machine.check()
    next(iter(first.threads.values())).kill()
    assert first.state == "dead" and second.state == "dead"
    small.machine.check()


def test_a_killed_thread_that_never_ran_can_never_be_started(small):
    thread = small.calls.thread_create(small.me, "t")
    small.calls.task_kill(thread)
    refused("ERR_BAD_STATE", small.calls.thread_start, thread, 0, 0, 0, 0)
    small.calls.handle_close(thread)
    small.machine.check()


def test_threads_of_dead_processes_can_be_made_and_not_started(small):
    _, handle, _ = small.running()
    small.calls.task_kill(handle)
    thread = small.calls.thread_create(handle, "late")
    refused("ERR_BAD_STATE", small.calls.thread_start, thread, 0, 0, 0, 0)
    small.machine.check()


def test_a_start_that_fails_has_moved_its_argument(small):
    process, handle, _ = small.running()
    thread = small.calls.thread_create(handle, "second")
    event = small.calls.event_create()
    count = len(process.handles)
    refused("ERR_BAD_STATE", small.calls.process_start, handle, thread, 0, 0, event, 0)
    assert small.process.handles.get(event) is None and len(process.handles) == count + 1
    small.machine.check()


def test_a_start_of_the_dead_drops_its_argument(small):
    handle, _ = small.calls.process_create(small.job, "p")
    thread = small.calls.thread_create(handle, "t")
    small.calls.task_kill(handle)
    near, far = small.calls.channel_create()
    refused("ERR_BAD_STATE", small.calls.process_start, handle, thread, 0, 0, near, 0)
    refused("ERR_PEER_CLOSED", small.calls.channel_write, far, b"", [])
    small.machine.check()


@pytest.mark.parametrize("argument", [0, 12345])
def test_a_process_starts_with_an_argument_handle(small, argument):
    handle, _ = small.calls.process_create(small.job, "p")
    thread = small.calls.thread_create(handle, "t")
    refused("ERR_INVALID_ARGS", small.calls.process_start, handle, thread, 0, 0, argument, 0)
    assert state(small, handle) == (0, 0, 0)


def test_a_dead_process_with_a_handle_keeps_its_job_listed(small):
    calls = small.calls
    job = calls.job_create(small.job)
    koid = small.process.handles.get(job).object.koid
    process, _ = calls.process_create(job, "p")
    calls.handle_close(job)
    calls.task_kill(process)
    assert koid in calls.object_get_info(small.job, INFO_JOB_CHILDREN).records
    calls.handle_close(process)
    assert koid not in calls.object_get_info(small.job, INFO_JOB_CHILDREN).records
    small.machine.check()


def test_a_dead_thread_with_a_handle_keeps_the_job_too(small):
    calls = small.calls
    job = calls.job_create(small.job)
    koid = small.process.handles.get(job).object.koid
    process, vmar = calls.process_create(job, "p")
    thread = calls.thread_create(process, "t")
    calls.process_start(process, thread, 0, 0, calls.event_create(), 0)
    calls.handle_close(job)
    calls.task_kill(process)
    calls.handle_close(process)
    calls.handle_close(vmar)
    assert koid in calls.object_get_info(small.job, INFO_JOB_CHILDREN).records
    calls.handle_close(thread)
    assert koid not in calls.object_get_info(small.job, INFO_JOB_CHILDREN).records
    small.machine.check()


def test_a_killed_job_with_a_child_that_lives_on_stays_stuck(small):
    calls = small.calls
    job = calls.job_create(small.job)
    child = calls.job_create(job)
    process, _ = calls.process_create(child, "p")
    calls.task_kill(job)
    assert state(small, process) == (-1, 1, 1)
    spent = small.machine.next_koid
    refused("ERR_BAD_STATE", calls.process_create, job, "q")
    refused("ERR_BAD_STATE", calls.job_create, job)
    # Each refusal cost a koid.
    assert small.machine.next_koid == spent + 2
    # The child is ready again and takes new ones; a second kill of its parent does not reach them.
    second, _ = calls.process_create(child, "q")
    calls.task_kill(job)
    assert state(small, second) == (0, 0, 0)
    calls.handle_close(second)
    calls.handle_close(process)
    calls.handle_close(child)
    calls.process_create(job, "at last")
    small.machine.check()


def test_a_job_that_is_being_killed_is_ready_again_only_with_its_last_child(small):
    calls = small.calls
    job = calls.job_create(small.job)
    child = calls.job_create(job)
    first, second = (calls.process_create(job, name)[0] for name in "ab")
    thread = calls.thread_create(first, "t")
    calls.process_start(first, thread, 0, 0, calls.event_create(), 0)
    calls.task_kill(job)
    # Both processes are gone from the job, and the child job is still in it.
    assert state(small, first) == state(small, second) == (-1, 1, 1)
    assert calls.object_get_info(job, INFO_JOB_PROCESSES).records == []
    refused("ERR_BAD_STATE", calls.process_create, job, "c")
    calls.handle_close(child)
    calls.process_create(job, "c")
    small.machine.check()


def test_a_refused_start_says_which_state_a_process_must_have(small):
    calls = small.calls
    process, _ = calls.process_create(small.job, "p")
    first, second = (calls.thread_create(process, name) for name in "ab")

    def reason(call, *arguments):
        with pytest.raises(KernelError) as caught:
            call(*arguments)
        assert caught.value.name == "ERR_BAD_STATE"
        return caught.value.reason.split(": ", 1)[1]

    assert reason(calls.thread_start, first, 0, 0, 0, 0) == "its first thread is started by process_start"
    calls.process_start(process, first, 0, 0, calls.event_create(), 0)
    assert reason(calls.process_start, process, second, 0, 0, calls.event_create(), 0) == (
        "process_start is for one that never ran"
    )
    assert reason(calls.thread_start, first, 0, 0, 0, 0) == "a thread is started once"
    calls.task_kill(process)
    assert reason(calls.thread_start, second, 0, 0, 0, 0) == "only a running one takes threads"


def test_jobs_are_walked_with_their_depth_oldest_first(small):
    calls = small.calls
    first, second = calls.job_create(small.job), calls.job_create(small.job)
    inner = calls.job_create(first)
    jobs = [small.process.handles.get(handle).object for handle in (first, inner, second)]
    walked = [(depth, job) for depth, job in small.job_object.walk() if job is not small.job_object]
    assert walked == list(zip((1, 2, 1), jobs, strict=True))
    assert [depth for depth, _ in small.machine.walk_jobs()] == [0, 1, 2, 3, 4, 3]


def test_tasks_are_found_by_koid(small):
    machine = small.machine
    handle = small.calls.job_create(small.job)
    job = small.process.handles.get(handle).object
    assert machine.find_job(job.koid) is job and machine.find_job(small.process.koid) is None
    assert machine.find_process(small.process.koid) is small.process and machine.find_process(job.koid) is None
    jobless, _ = small.calls.process_create(0, "free")
    assert machine.find_process(small.process.handles.get(jobless).object.koid) is None


def test_children_of_a_job_are_all_below_it_and_avail_is_the_last_ones(small):
    calls = small.calls
    first = calls.job_create(small.job)
    second = calls.job_create(first)
    calls.job_create(second)
    calls.job_create(first)
    koids = [handle.object.koid for _, handle in small.process.handles if handle.object.type == 17][2:]
    everything = calls.object_get_info(first, INFO_JOB_CHILDREN)
    assert everything.records == koids and everything.avail == 0
    one = calls.object_get_info(first, INFO_JOB_CHILDREN, 1)
    assert one.records == koids[:1] and one.avail == 1
    none = calls.object_get_info(first, INFO_JOB_CHILDREN, 0)
    assert none.records == [] and none.avail == 2


def test_capacity_limits_what_is_written_and_not_what_is_there(small):
    for name in "abc":
        small.calls.process_create(small.job, name)
    info = small.calls.object_get_info(small.job, INFO_JOB_PROCESSES, 2)
    assert (info.actual, info.avail, len(info.records)) == (2, 4, 2)


def test_children_can_be_had_by_koid(small):
    calls = small.calls
    process, handle, _ = small.running()
    thread = next(iter(process.threads))
    # SAME gives the parent handle's rights, whatever the child is.
    child = calls.object_get_child(handle, thread, SAME)
    assert small.process.handles.get(child).rights == 0x1CF
    assert small.process.handles.get(calls.object_get_child(handle, thread, 4)).rights == 4
    assert small.process.handles.get(calls.object_get_child(small.job, process.koid, SAME)).object is process
    assert small.process.handles.get(calls.object_get_child(0, process.koid, SAME)).rights == 0x1CF
    refused("ERR_ACCESS_DENIED", calls.object_get_child, 0, process.koid, 0x10)
    refused("ERR_ACCESS_DENIED", calls.object_get_child, handle, thread, 0x10)
    refused("ERR_NOT_FOUND", calls.object_get_child, small.job, thread, SAME)
    refused("ERR_NOT_FOUND", calls.object_get_child, 0, 99999, SAME)
    refused("ERR_ACCESS_DENIED", calls.object_get_child, calls.vmo_create(1), thread, SAME)
    calls.task_kill(handle)
    refused("ERR_NOT_FOUND", calls.object_get_child, 0, process.koid, SAME)


def test_a_jobless_process_is_in_no_list(small):
    handle, _ = small.calls.process_create(0, "free")
    process = small.process.handles.get(handle).object
    assert process.related_koid == 0 and process not in list(small.machine.walk_processes())
    refused("ERR_NOT_FOUND", small.calls.object_get_child, 0, process.koid, SAME)
    small.calls.task_kill(handle)
    small.machine.check()


def test_properties(small):
    calls = small.calls
    assert calls.object_get_property(small.me, 3) == b"main"
    calls.object_set_property(small.me, 3, "x" * 40)
    assert calls.object_get_property(small.me, 3) == b"x" * 31
    calls.object_set_property(small.me, 3, b"a\0b")
    assert calls.object_get_property(small.me, 3) == b"a"
    assert calls.object_get_property(small.thread, 2) == 1
    refused("ERR_WRONG_TYPE", calls.object_get_property, small.me, 2)
    refused("ERR_INVALID_ARGS", calls.object_set_property, small.me, 5, 0)
    calls.object_set_property(small.me, 5, 0x1234)
    refused("ERR_ACCESS_DENIED", calls.object_set_property, small.me, 5, 0x1234)
    assert calls.object_get_property(small.me, 5) == 0x1234
    refused("ERR_NOT_SUPPORTED", calls.object_set_property, small.me, 1, 3)
    refused("ERR_INVALID_ARGS", calls.object_get_property, small.me, 99)
    refused("ERR_ACCESS_DENIED", calls.object_get_property, small.vmar, 3)
    calls.object_set_property(small.thread, 4, 0)


def test_thousands_of_nested_jobs_are_killed_without_a_stack(small):
    handle = small.calls.job_create(small.job)
    top, last = handle, handle
    for _ in range(3000):
        last = small.calls.job_create(last)
    process, _ = small.calls.process_create(last, "deep")
    small.calls.task_kill(top)
    assert state(small, process) == (-1, 1, 1)
    small.machine.check()


def test_a_thread_that_its_last_handle_ends_lets_go_of_its_process_and_that_of_its_job():
    """A job is in its parent's list as long as anything refers to it, dead processes and their threads included."""
    small = Small()
    calls = small.calls
    job = calls.job_create(small.job)
    process, vmar = calls.process_create(job, "p")
    thread = calls.thread_create(process, "t")
    calls.process_start(process, thread, 0, 0, calls.event_create(), 0)
    calls.handle_close(job)
    calls.handle_close(vmar)
    assert len(calls.object_get_info(small.job, INFO_JOB_CHILDREN).records) == 1
    calls.handle_close(thread)
    assert state(small, process) == (0, 1, 1)
    assert len(calls.object_get_info(small.job, INFO_JOB_CHILDREN).records) == 1
    calls.handle_close(process)
    assert calls.object_get_info(small.job, INFO_JOB_CHILDREN).records == []
    small.machine.check()


def test_a_process_that_ends_with_the_last_handle_to_its_own_thread_ends_its_root_vmar_once(small):
    small.calls.handle_close(small.thread)
    assert small.process.state == "dead"
    small.machine.check()
