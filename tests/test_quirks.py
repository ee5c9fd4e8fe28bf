"""The reference kernel's quirks (docs/kernel-rules.md 8), by their numbers: reproduced, or mended as the papers say."""

import pytest

from kshell.commands.help.quirks import QUIRKS
from kshell.commands.kernel_console import misc
from kshell.kernel import faults
from kshell.kernel.abi import INFO_JOB_CHILDREN, INFO_PROCESS, INFO_PROCESS_MAPS, KernelError
from kshell.sizes import format_size
from tests.commands.support import fresh, output, run
from tests.kernel.support import Small

P = 4096
SAME = 0x80000000


@pytest.fixture
def small():
    made = Small()
    yield made
    made.machine.check()


def status(call, *arguments):
    try:
        call(*arguments)
    except KernelError as error:
        return error.name
    return "NO_ERROR"


def code(small, handle):
    return tuple(small.calls.object_get_info(handle, INFO_PROCESS).records[0].values())


def test_quirk_1_job_children_lists_descendants_and_ps_shows_each_once(small):
    first = small.calls.job_create(small.job)
    small.calls.job_create(first)
    info = small.calls.object_get_info(small.job, INFO_JOB_CHILDREN)
    assert (info.actual, info.avail) == (2, 0)
    session = fresh()
    run(session, "j = job_create $job", "k = job_create $j")
    text = output(session, "ps")
    assert text.count("j:3183") == text.count("j:3184") == 1 and "WARNING" not in text


def test_quirk_2_ps_shows_a_process_that_was_never_started():
    session = fresh()
    run(session, "p = process_create $job initial")
    assert "p:3183                 initial" in output(session, "ps") and session.state.last_exit == 0
    assert status(session.state.calls.object_get_info, session.state.variables["p"].value, 12) == "ERR_BAD_STATE"


def test_quirk_3_jobless_processes_are_invisible_everywhere():
    session = fresh()
    run(
        session,
        "p = process_create 0 ghost",
        "t = thread_create $p t",
        "e = event_create",
        "process_start $p $t 0 0 $e 0",
    )
    for line in ("ps", "k mx ps"):
        assert "ghost" not in output(session, line)
    for line in ("k mx ht 3183", "k mx jb 3183", "k mx asd 3183", "k mx kill 3183"):
        assert output(session, line) == "process not found!\n"
    assert (
        "couldn't find process" in output(session, "vmaps 3183") and output(session, "kill 3183") == "no task found\n"
    )


def test_quirk_4_a_killed_job_with_a_child_that_lives_stays_killing(small):
    job = small.calls.job_create(small.job)
    child = small.calls.job_create(job)
    small.calls.process_create(child, "p")
    small.calls.task_kill(job)
    assert status(small.calls.process_create, job, "q") == "ERR_BAD_STATE"
    assert status(small.calls.process_create, child, "q") == "NO_ERROR"


def test_quirk_5_a_killed_process_that_never_ran_says_it_was_started(small):
    process, _ = small.calls.process_create(small.job, "p")
    small.calls.task_kill(process)
    assert code(small, process) == (-1, 1, 1, 0)


def test_quirk_6_return_codes(small):
    killed, ended = small.running("killed")[1], small.running("ended")
    small.calls.task_kill(killed)
    next(iter(ended[0].threads.values())).kill()
    assert (code(small, killed), code(small, ended[1])) == ((-1, 1, 1, 0), (0, 1, 1, 0))


def test_quirk_7_closing_the_last_handle_of_a_running_thread_kills_it(small):
    thread = small.calls.thread_create(small.me, "t")
    small.calls.thread_start(thread, 0, 0, 0, 0)
    small.calls.handle_close(thread)
    assert len(small.process.threads) == 1


def test_quirks_8_and_9_a_failed_start_has_moved_its_argument_and_a_dead_target_drops_it(small):
    event = small.calls.event_create()
    other, handle, _ = small.running()
    thread = small.calls.thread_create(handle, "t")
    assert status(small.calls.process_start, handle, thread, 0, 0, event, 0) == "ERR_BAD_STATE"
    assert small.process.handles.get(event) is None and len(other.handles) == 2
    small.calls.task_kill(handle)
    event, live = small.calls.event_create(), small.machine.handles.live
    assert status(small.calls.process_start, handle, thread, 0, 0, event, 0) == "ERR_BAD_STATE"
    assert small.machine.handles.live == live - 1


def test_quirk_10_thread_create_works_on_a_dead_process(small):
    process, _ = small.calls.process_create(small.job, "p")
    small.calls.task_kill(process)
    assert status(small.calls.thread_create, process, "t") == "NO_ERROR"


def test_quirk_11_a_failed_creation_spends_a_koid(small):
    test_quirk_4_a_killed_job_with_a_child_that_lives_stays_killing(small)
    job = next(value for value, handle in small.process.handles if getattr(handle.object, "state", "") == "killing")
    koid = small.machine.next_koid
    assert status(small.calls.job_create, job) == "ERR_BAD_STATE" and small.machine.next_koid == koid + 1
    # A refused clone spends none.
    assert status(small.calls.vmo_clone, small.calls.vmo_create(P), 2, 0, P) == "ERR_INVALID_ARGS"
    assert small.machine.next_koid == koid + 2


def test_quirk_12_commit_on_a_clone_hides_the_parents_data(small):
    vmo = small.calls.vmo_create(P)
    small.calls.vmo_write(vmo, 0, b"data")
    clone = small.calls.vmo_clone(vmo, 1, 0, P)
    small.calls.vmo_op_range(clone, 1, 0, P)
    assert small.calls.vmo_read(clone, 0, 4).tobytes() == b"\0\0\0\0"


def test_quirk_13_decommit_rounds_its_start_up(small):
    vmo = small.calls.vmo_create(4 * P)
    small.calls.vmo_op_range(vmo, 1, 0, 4 * P)
    free = small.free
    small.calls.vmo_op_range(vmo, 2, 1, P - 1)
    assert small.free == free
    small.calls.vmo_op_range(vmo, 2, 1, P)
    assert small.free == free + 1 and small.calls.vmo_op_range(vmo, 5, 0, P)


def test_quirk_14_a_grandchilds_write_forks_the_page_in_the_middle_too(small):
    root = small.calls.vmo_create(P)
    small.calls.vmo_write(root, 0, b"r")
    middle = small.calls.vmo_clone(root, 1, 0, P)
    leaf = small.calls.vmo_clone(middle, 1, 0, P)
    free = small.free
    small.calls.vmo_write(leaf, 1, b"l")
    assert small.free == free - 2
    small.calls.vmo_write(root, 0, b"x")
    assert small.calls.vmo_read(middle, 0, 2).tobytes() == b"r\0"


def test_quirk_15_clones_are_no_snapshots(small):
    root = small.calls.vmo_create(2 * P)
    clone = small.calls.vmo_clone(root, 1, 0, 2 * P)
    small.calls.vmo_write(root, P, b"later")
    assert small.calls.vmo_read(clone, P, 5).tobytes() == b"later"
    small.calls.vmo_set_size(root, P)
    assert small.calls.vmo_read(clone, P, 5).tobytes() == bytes(5)


def test_quirk_16_bytes_beyond_the_size_survive_in_the_last_page(small):
    vmo = small.calls.vmo_create(P)
    small.calls.vmo_write(vmo, 0, b"abcdef")
    small.calls.vmo_set_size(vmo, 3)
    small.calls.vmo_set_size(vmo, P)
    assert small.calls.vmo_read(vmo, 0, 6).tobytes() == b"abcdef"


def test_quirk_17_an_unaligned_write_to_a_mapped_vmo_works(small):
    vmo = small.calls.vmo_create(4 * P)
    small.calls.vmar_map(small.vmar, 0, vmo, 0, 4 * P, 3)
    assert small.calls.vmo_write(vmo, P + 5, b"x") == 1
    assert status(small.calls.vmo_op_range, vmo, 1, 3 * P + 7, 1) == "NO_ERROR"


def test_quirk_18_calls_that_need_no_right(small):
    vmo = small.calls.handle_duplicate(small.calls.vmo_create(P), 0)
    vmar = small.calls.handle_duplicate(small.vmar, 0)
    assert status(small.calls.vmo_op_range, vmo, 1, 0, P) == status(small.calls.vmo_get_size, vmo) == "NO_ERROR"
    assert (
        status(small.calls.object_get_info, vmar, 7) == status(small.calls.vmar_unmap, vmar, 0x1000000, P) == "NO_ERROR"
    )
    assert status(small.calls.vmar_destroy, vmar) == "NO_ERROR"


def test_quirk_19_lookup_of_an_absent_page(small):
    vmo = small.calls.vmo_create(2 * P)
    small.calls.vmo_op_range(vmo, 1, 0, P)
    found = []
    assert status(small.calls.vmo_op_range, vmo, 5, 0, 2 * P, found) == "ERR_NO_MEMORY" and len(found) == 1
    assert status(small.calls.vmo_op_range, vmo, 5, 0, 0) == "ERR_INVALID_ARGS"


def test_quirk_20_clone_options_and_the_rights_a_clone_gains(small):
    source = small.calls.handle_duplicate(small.calls.vmo_create(P), 5)
    clone = small.calls.vmo_clone(source, 3, 0, P)
    assert small.process.handles.get(clone).rights == 0x3D


def test_quirk_21_a_lone_write_flag_and_compact(small):
    assert status(small.calls.vmar_allocate, small.vmar, 0, P, 2) == "NO_ERROR"
    assert status(small.calls.vmar_allocate, small.vmar, 0, P, 8) == "NO_ERROR"
    assert status(small.calls.vmar_map, small.vmar, 0, small.calls.vmo_create(P), 0, P, 9) == "ERR_INVALID_ARGS"


def test_quirk_22_too_large_is_invalid_and_full_is_no_memory(small):
    vmar, _ = small.calls.vmar_allocate(small.vmar, 0, 2 * P, 0)
    assert status(small.calls.vmar_allocate, vmar, 0, 3 * P, 0) == "ERR_INVALID_ARGS"
    small.calls.vmar_allocate(vmar, 0, P, 0)
    assert status(small.calls.vmar_allocate, vmar, 0, 2 * P, 0) == "ERR_NO_MEMORY"


def test_quirk_23_unmap_looks_at_the_region_before_the_address(small):
    _, base = small.calls.vmar_allocate(small.vmar, 0, P, 0)
    assert status(small.calls.vmar_unmap, small.vmar, base + 2 * P, P) == "ERR_INVALID_ARGS"
    # Behind a mapping the reference kernel panics; the mended one did nothing.
    address = small.calls.vmar_map(small.vmar, 0, small.calls.vmo_create(P), 0, P, 1)
    assert status(small.calls.vmar_unmap, small.vmar, address + 2 * P, P) == "NO_ERROR"


def test_quirk_24_huge_lengths_round_to_nothing(small):
    address = small.calls.vmar_map(small.vmar, 0, small.calls.vmo_create(P), 0, P, 3)
    assert status(small.calls.vmar_unmap, small.vmar, address, (1 << 64) - 1) == "NO_ERROR"
    assert status(small.calls.vmar_protect, small.vmar, address, (1 << 64) - 1, 1) == "NO_ERROR"
    assert small.process.aspace.mapped_bytes == P and faults.touch(small.process, address, 1, "w").committed == 1


def test_quirk_25_shrinking_a_huge_vmo_is_instant(small):
    vmo = small.calls.vmo_create(1 << 60)
    small.calls.vmo_set_size(vmo, 0)


def test_quirk_26_a_destroyed_root_vmar_leaves_a_process_of_nothing(small):
    _, handle, vmar = small.running()
    small.calls.vmar_destroy(vmar)
    assert tuple(small.calls.object_get_info(handle, 12).records[0].values()) == (0, 0)
    assert status(small.calls.vmar_map, vmar, 0, small.calls.vmo_create(P), 0, P, 1) == "ERR_BAD_STATE"


def test_quirk_27_process_memory_follows_the_vmo_and_not_the_mapping(small):
    vmo = small.calls.vmo_create(2 * P)
    address = small.calls.vmar_map(small.vmar, 0, vmo, 0, P, 1)
    small.calls.vmar_map(small.vmar, 0, small.calls.vmo_create(P), 0, P, 1)
    assert len(small.calls.process_read_memory(small.me, address, 4 * P)) == 2 * P
    assert small.calls.process_write_memory(small.me, address, b"over read-only") == 14


def test_quirk_28_maps_that_fail_report_the_buffers_capacity(small):
    process, _ = small.calls.process_create(small.job, "p")
    with pytest.raises(KernelError) as caught:
        small.calls.object_get_info(process, INFO_PROCESS_MAPS, 2048)
    assert (caught.value.actual, caught.value.avail) == (2048, 0)


def test_quirk_29_the_buffer_is_looked_at_before_the_state(small):
    process, _ = small.calls.process_create(small.job, "p")
    assert status(small.calls.object_get_info, process, 12, 0) == "ERR_BUFFER_TOO_SMALL"
    assert status(small.calls.object_get_info, process, 12, 1) == "ERR_BAD_STATE"


def test_quirk_30_get_child_gives_the_parents_rights_and_the_system_gives_any_process(small):
    thread = next(iter(small.process.threads))
    child = small.calls.object_get_child(small.me, thread, SAME)
    assert small.process.handles.get(child).rights == 0x1CF
    assert status(small.calls.object_get_child, 0, small.process.koid, SAME) == "NO_ERROR"


def test_quirk_31_odd_options(small):
    assert status(small.calls.eventpair_create, 1) == "ERR_NOT_SUPPORTED"
    assert status(small.calls.socket_create, 1) == "ERR_INVALID_ARGS"
    assert status(small.calls.fifo_create, 2, 8, 7) == "NO_ERROR"


def test_quirk_32_a_related_koid_outlives_the_peer(small):
    near, far = small.calls.socket_create()
    koid = small.process.handles.get(far).object.koid
    small.calls.handle_close(far)
    assert small.calls.object_get_info(near, 2).records[0]["related_koid"] == koid


def test_quirk_33_a_nameless_type_has_an_empty_name():
    # No call gives a handle to one GET_PROPERTY; the answer is ready all the same.
    small = Small()
    value = small.process.handles.new(small.process.root_vmar, 0x40)
    assert small.calls.object_get_property(value, 3) == b""


def test_quirk_34_pages_count_once_for_every_mapping_and_never_through_a_parent(small):
    vmo = small.calls.vmo_create(P)
    small.calls.vmo_op_range(vmo, 1, 0, P)
    clone = small.calls.vmo_clone(vmo, 1, 0, P)
    for which in (vmo, vmo, clone):
        small.calls.vmar_map(small.vmar, 0, which, 0, P, 1)
    assert small.calls.object_get_info(small.me, 12).records[0]["mem_committed_bytes"] == 2 * P


def test_quirk_35_splits_never_merge(small):
    address = small.calls.vmar_map(small.vmar, 0, small.calls.vmo_create(4 * P), 0, 4 * P, 3)
    small.calls.vmar_protect(small.vmar, address + P, P, 1)
    small.calls.vmar_protect(small.vmar, address + P, P, 3)
    assert small.process.aspace.mapping_count == 3


def test_quirk_36_an_unknown_kernel_command_reports_the_status_before_it():
    session = fresh()
    run(session, "k mx bogus")
    assert (output(session, "k nonsense"), session.state.last_exit) == ("error: cannot write dmctl: -1\n", -1)


def test_quirk_37_dead_processes_and_second_ports_do_not_show_in_k_mx_ps():
    session = fresh()
    run(session, "p = process_create $job gone", "task_kill $p")
    assert "gone" not in output(session, "k mx ps")
    before = run(session, "k mx ps").result.extra["2988"]
    run(session, "a = port_create 0", "b = port_create 1")
    after = run(session, "k mx ps").result.extra["2988"]
    assert (after["handles"], after["port_handles"]) == (before["handles"] + 2, before["port_handles"] + 1)


def test_quirk_38_no_processes_is_said_of_one_too():
    session = fresh()
    run(session, "j = job_create $job", "p = process_create $j only")
    assert "no processes\n" in output(session, "k mx jb 3184")


def test_quirk_39_what_crashes_the_real_kernel_is_refused():
    session = fresh()
    for line in ("k thread list", "k vm_object dump 0x10", "k vm_object dump", "k kill 1"):
        assert output(session, line) and session.state.last_exit == -1
    assert any(name == "thread" for name, _ in misc.HELP)


def test_quirk_40_a_flat_tree_misaligns_vmaps():
    session = fresh()
    run(session, "p = process_create $job flat", "t = thread_create $p t", "e = event_create")
    run(session, "process_start $p $t 0 0 $e 0", "v = vmo_create 4k", "vmar_map $p.vmar 0 $v 0 4k r")
    lines = output(session, "vmaps flat").splitlines()
    assert [line.index("_") for line in lines] == [4, 4, 2]


def test_quirk_41_sizes_are_cut_to_seven_characters():
    assert format_size(10239976) == "10000.0"


def test_quirk_42_the_columns_of_kstats_stand_under_the_wrong_headers():
    session = fresh()
    header, values = output(session, "kstats -m").splitlines()[2:]
    assert header.split()[2] == "VMOs" and values.split()[2] == "20.3M"


def test_quirk_43_a_process_that_is_not_running_has_no_size_in_later_tables():
    session = fresh()
    run(session, "p = process_create $job initial")
    row = next(line for line in output(session, "ps --units=k").splitlines() if "initial" in line)
    assert row.split() == ["p:3183", "0k", "0k", "0k", "initial"]


def test_quirk_44_kill_is_silent_and_kills_jobs():
    session = fresh()
    assert (output(session, "kill 1068"), session.state.last_exit) == ("", 0)


def test_quirk_45_the_exit_policy_is_reached_by_lookups_without_rights_only(small):
    other, _, _ = small.running()
    small.calls.object_set_property(small.me, 1, 2)
    assert status(small.calls.vmo_set_size, 1, 0) == "ERR_BAD_HANDLE" and small.process.state == "running"
    assert status(small.calls.vmo_get_size, 1) == "ERR_BAD_HANDLE" and small.process.state == "dead"
    assert other.state == "dead"


def test_quirk_47_ps_lists_more_than_128_tasks():
    session = fresh()
    run(session, "repeat 150 process_create $job many")
    assert output(session, "ps").count("many") == 150


def test_help_tells_the_quirks_a_user_can_trip_over():
    text = " ".join(output(fresh(), "help quirks").split())
    for line in QUIRKS:
        assert line in text
    assert len(QUIRKS) >= 30
