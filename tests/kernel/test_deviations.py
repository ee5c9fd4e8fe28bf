"""Where the model once differed from the running kernel: each answer as that kernel gives it."""

import pytest

from kshell.kernel.abi import (
    DEFAULT_RIGHTS,
    INFO_HANDLE_BASIC,
    INFO_HANDLE_VALID,
    INFO_PROCESS,
    INFO_RESOURCE_RECORDS,
    INFO_VMAR,
    OBJ_TYPE_RESOURCE,
    POLICY_EXIT,
    POLICY_LOG,
    PROP_BAD_HANDLE_POLICY,
    PROP_PROCESS_DEBUG_ADDR,
    PROP_REGISTER_FS,
    RIGHT_EXECUTE,
    RIGHT_READ,
    RIGHT_SAME_RIGHTS,
    RIGHT_WRITE,
    TYPE_NAMES,
    VMO_OP_DECOMMIT,
    VMO_OP_LOOKUP,
)
from kshell.kernel.boot import boot
from kshell.kernel.launch import DEBUG_ADDR, launch
from kshell.kernel.objects import KernelObject
from kshell.kernel.syscalls import Syscalls
from kshell.start import read_image
from tests.kernel.support import refused

P = 4096
U64 = 1 << 64
SHELL = 2988
VDSO = 1031


@pytest.fixture(scope="module")
def image():
    return read_image(None)


@pytest.fixture
def machine(image):
    made = boot(image)
    yield made
    made.check()


@pytest.fixture
def shell(machine):
    """The calls of the shipped machine's shell."""
    return Syscalls(machine, machine.processes[SHELL])


def handle_to(calls, koid):
    return next(value for value, handle in calls.process.handles if handle.object.koid == koid)


# 2: the vDSO


def test_deviation_2_handles_to_the_vdso_lack_write(machine, shell):
    vdso = handle_to(shell, VDSO)
    launched = launch(machine, machine.programs["/boot/bin/ps"], machine.find_job(1082), b"ps")
    for process in machine.processes.values():
        rights = [handle.rights for _, handle in process.handles if handle.object.koid == VDSO]
        assert all(right == 0x37 for right in rights) and (rights or process is not launched)
    refused("ERR_ACCESS_DENIED", shell.vmo_write, vdso, 0, b"XXXX")
    refused("ERR_ACCESS_DENIED", shell.vmo_set_size, vdso, P)
    root = handle_to(shell, SHELL + 1)
    refused("ERR_ACCESS_DENIED", shell.vmar_map, root, 0, vdso, 0, P, 3)
    refused("ERR_INVALID_ARGS", shell.handle_duplicate, vdso, RIGHT_WRITE)
    clone = shell.vmo_clone(vdso, 1, 0, 7 * P)
    assert shell.process.handles.get(clone).rights == 0x3F
    assert shell.vmo_write(clone, 0, b"XXXX") == 4


def test_deviation_2_the_vdso_is_not_decommitted(shell):
    vdso = handle_to(shell, VDSO)
    assert "all programs die" in refused("ERR_NOT_SUPPORTED", shell.vmo_op_range, vdso, VMO_OP_DECOMMIT, 0, P)
    refused("ERR_OUT_OF_RANGE", shell.vmo_op_range, vdso, VMO_OP_DECOMMIT, 8 * P, P)
    # What would free nothing is as it is everywhere.
    shell.vmo_op_range(vdso, VMO_OP_DECOMMIT, 0, 0)
    clone = shell.vmo_clone(vdso, 1, 0, 7 * P)
    shell.vmo_op_range(clone, VMO_OP_DECOMMIT, 0, 7 * P)


# 4: the policy for bad handles

BAD = 12345
DEADLY = {
    "handle_close": lambda s: (BAD,),
    "handle_duplicate": lambda s: (BAD, RIGHT_SAME_RIGHTS),
    "handle_replace": lambda s: (BAD, RIGHT_SAME_RIGHTS),
    "vmo_get_size": lambda s: (BAD,),
    "vmo_op_range": lambda s: (BAD, 1, 0, P),
    "vmar_map": lambda s: (BAD, 0, s.calls.vmo_create(P), 0, P, 1),
    "vmar_map ": lambda s: (s.vmar, 0, BAD, 0, P, 1),
    "vmar_unmap": lambda s: (BAD, 0x1000000, P),
    "vmar_destroy": lambda s: (BAD,),
    "object_get_child": lambda s: (BAD, 1, RIGHT_SAME_RIGHTS),
    "object_get_info": lambda s: (BAD, INFO_HANDLE_BASIC),
    "object_get_info ": lambda s: (BAD, INFO_VMAR),
    "channel_write": lambda s: (s.calls.channel_create()[0], b"", [BAD]),
}
HARMLESS = {
    "vmo_read": lambda s: (BAD, 0, 1),
    "vmo_write": lambda s: (BAD, 0, b"x"),
    "vmo_set_size": lambda s: (BAD, P),
    "vmo_clone": lambda s: (BAD, 1, 0, P),
    "vmar_allocate": lambda s: (BAD, 0, P, 0),
    "vmar_allocate ": lambda s: (BAD, 0, P, 0x80),
    "vmar_protect": lambda s: (BAD, 0x1000000, P, 1),
    "vmar_protect ": lambda s: (BAD, 0x1000000, P, 0),
    "process_create": lambda s: (BAD, "p"),
    "process_start": lambda s: (BAD, BAD, 0, 0, BAD, 0),
    "thread_create": lambda s: (BAD, "t"),
    "thread_start": lambda s: (BAD, 0, 0, 0, 0),
    "job_create": lambda s: (BAD,),
    "task_kill": lambda s: (BAD,),
    "channel_read": lambda s: (BAD,),
    "channel_write": lambda s: (BAD, b"", []),
    "object_get_property": lambda s: (BAD, 3),
    "object_set_property": lambda s: (BAD, 3, "x"),
    "process_read_memory": lambda s: (BAD, 0, 1),
    "process_write_memory": lambda s: (BAD, 0, b"x"),
    "object_get_info": lambda s: (BAD, INFO_PROCESS),
    "object_get_info ": lambda s: (BAD, INFO_HANDLE_VALID),
}
WRONG_TYPES = {
    "vmo_get_size": lambda s: (s.me,),
    "vmo_op_range": lambda s: (s.me, 1, 0, P),
    "vmar_unmap": lambda s: (s.me, 0x1000000, P),
    "vmar_destroy": lambda s: (s.me,),
    "object_get_child": lambda s: (s.calls.object_get_child(s.me, next(iter(s.process.threads)), 0x80000000), 1, 0),
    "object_get_info": lambda s: (s.me, INFO_VMAR),
}


@pytest.mark.parametrize("call", DEADLY)
def test_deviation_4_a_bad_handle_ends_the_process_in_these_calls(small, call):
    arguments = DEADLY[call](small)
    small.calls.object_set_property(small.me, PROP_BAD_HANDLE_POLICY, POLICY_LOG)
    refused("ERR_BAD_HANDLE", getattr(small.calls, call.strip()), *arguments)
    assert small.process.state == "running" and not small.machine.log
    small.calls.object_set_property(small.me, PROP_BAD_HANDLE_POLICY, POLICY_EXIT)
    refused("ERR_BAD_HANDLE", getattr(small.calls, call.strip()), *arguments)
    assert (small.process.state, small.process.return_code) == ("dead", -11)
    assert small.machine.log == ["[fatal: main used a bad handle]"]


@pytest.mark.parametrize("call", HARMLESS)
def test_deviation_4_a_bad_handle_is_survived_in_all_others(small, call):
    arguments = HARMLESS[call](small)
    small.calls.object_set_property(small.me, PROP_BAD_HANDLE_POLICY, POLICY_EXIT)
    refused("ERR_BAD_HANDLE", getattr(small.calls, call.strip()), *arguments)
    assert small.process.state == "running"


@pytest.mark.parametrize("call", WRONG_TYPES)
def test_deviation_4_a_wrong_type_is_always_survived(small, call):
    arguments = WRONG_TYPES[call](small)
    small.calls.object_set_property(small.me, PROP_BAD_HANDLE_POLICY, POLICY_EXIT)
    refused("ERR_WRONG_TYPE", getattr(small.calls, call), *arguments)
    assert small.process.state == "running"


def test_deviation_4_handle_0_asks_the_system_for_a_child(small):
    small.calls.object_set_property(small.me, PROP_BAD_HANDLE_POLICY, POLICY_EXIT)
    refused("ERR_NOT_FOUND", small.calls.object_get_child, 0, 99999, RIGHT_SAME_RIGHTS)
    refused("ERR_NOT_SUPPORTED", small.calls.object_set_property, small.me, PROP_BAD_HANDLE_POLICY, 3)
    assert small.process.state == "running"


# 6 to 9: properties, records, the order of handles


def test_deviation_6_the_loader_has_set_the_debug_address(machine, shell):
    me = handle_to(shell, SHELL)
    assert shell.object_get_property(me, PROP_PROCESS_DEBUG_ADDR) == DEBUG_ADDR == 0x4000000DA700
    refused("ERR_ACCESS_DENIED", shell.object_set_property, me, PROP_PROCESS_DEBUG_ADDR, 42)
    refused("ERR_INVALID_ARGS", shell.object_set_property, me, PROP_PROCESS_DEBUG_ADDR, 0)
    launched = launch(machine, machine.programs["/boot/bin/ps"], machine.find_job(1082), b"ps")
    assert launched.debug_addr == DEBUG_ADDR
    fresh, _ = shell.process_create(0, "fresh")
    assert shell.object_get_property(fresh, PROP_PROCESS_DEBUG_ADDR) == 0
    shell.object_set_property(fresh, PROP_PROCESS_DEBUG_ADDR, 42)
    refused("ERR_ACCESS_DENIED", shell.object_set_property, fresh, PROP_PROCESS_DEBUG_ADDR, 43)


def test_deviation_7_a_process_says_whether_a_debugger_is_attached(small):
    process, _ = small.calls.process_create(small.job, "p")
    small.calls.task_kill(process)
    record = small.calls.object_get_info(process, INFO_PROCESS).records[0]
    assert record == {"return_code": -1, "started": 1, "exited": 1, "debugger_attached": 0}


def test_deviation_8_what_cannot_be_waited_for(small):
    assert {TYPE_NAMES[type_] for type_ in TYPE_NAMES if not KernelObject(1, type_).waitable} == {
        "interrupt", "io-map", "pci-device", "vmar", "io-port", "portv2"
    }  # fmt: skip
    record = small.calls.object_get_info(small.vmar, INFO_HANDLE_BASIC).records[0]
    assert record["props"] == 0


def test_deviation_9_a_refused_replace_makes_its_handle_the_newest(small):
    calls = small.calls
    a, b = calls.event_create(), calls.vmo_create(P)
    h = calls.handle_duplicate(a, RIGHT_READ)
    c = calls.event_create()
    newest = [value for value, _ in small.process.handles.newest_first()]
    assert newest[:4] == [c, h, b, a]
    refused("ERR_INVALID_ARGS", calls.handle_replace, h, RIGHT_EXECUTE)
    newest = [value for value, _ in small.process.handles.newest_first()]
    assert newest[:4] == [h, c, b, a]
    assert small.process.handles.get(h).rights == RIGHT_READ


# 10: device memory


def test_deviation_10_device_memory_is_neither_read_nor_written_for_a_process(machine, shell):
    for koid in (1208, 1473, 1756, 1993):
        process = shell.object_get_child(0, koid, RIGHT_SAME_RIGHTS)
        names = ("user_mmio", "usr_pci_")
        devices = [m for m in machine.processes[koid].root_vmar.mappings() if m.name.startswith(names)]
        assert devices
        for mapping in devices:
            refused("ERR_NOT_SUPPORTED", shell.process_read_memory, process, mapping.base, 16)
            refused("ERR_NOT_SUPPORTED", shell.process_write_memory, process, mapping.base, b"x")


# 11, 15: lengths near 2^64


def test_deviation_11_a_length_that_rounds_to_nothing(small):
    calls = small.calls
    _, base = calls.vmar_allocate(small.vmar, 0, 16 * P, 0x80)
    mapping = calls.vmar_map(small.vmar, 0, calls.vmo_create(4 * P), 0, 4 * P, 1)
    before = [(region.base, region.size) for _, region in small.process.root_vmar.walk()]
    for length in (U64 - 1, U64 - P + 1):
        calls.vmar_unmap(small.vmar, base, length)
        calls.vmar_protect(small.vmar, base, length, 1)
        calls.vmar_unmap(small.vmar, mapping, length)
        calls.vmar_protect(small.vmar, mapping, length, 1)
        # Behind its base the child VMAR is in the way.
        refused("ERR_INVALID_ARGS", calls.vmar_unmap, small.vmar, base + P, length)
    refused("ERR_INVALID_ARGS", calls.vmar_unmap, small.vmar, base, U64 - P)
    assert [(region.base, region.size) for _, region in small.process.root_vmar.walk()] == before


@pytest.mark.parametrize(
    ("offset", "length", "capacity", "status"),
    [
        (0x2000, U64 - P, None, "ERR_BUFFER_TOO_SMALL"),
        (0x2000, U64 - P, 1 << 40, "ERR_BUFFER_TOO_SMALL"),
        (0, U64 - 1, 1, "ERR_OUT_OF_RANGE"),
        (U64 - P, P, 1, "ERR_OUT_OF_RANGE"),
        (P + 1, 0, 1, "ERR_INVALID_ARGS"),
        (0, 0, 1, "ERR_INVALID_ARGS"),
        (0, 2 * P, 1, "ERR_BUFFER_TOO_SMALL"),
        (P, 2 * P, 1, "ERR_BUFFER_TOO_SMALL"),
        (P, 2 * P, 2, "ERR_OUT_OF_RANGE"),
    ],
)
def test_deviation_15_lookup_counts_its_addresses_in_64_bits_first(small, offset, length, capacity, status):
    vmo = small.calls.vmo_create(2 * P)
    refused(status, small.calls.vmo_op_range, vmo, VMO_OP_LOOKUP, offset, length, [], capacity)


# 12, 13, 14


def test_deviation_12_the_order_of_the_checks_of_register_fs(small):
    calls, thread = small.calls, small.thread
    other = calls.thread_create(small.me, "other")
    refused("ERR_WRONG_TYPE", calls.object_set_property, small.me, PROP_REGISTER_FS, 1 << 63)
    refused("ERR_ACCESS_DENIED", calls.object_set_property, other, PROP_REGISTER_FS, 1 << 63)
    for address in (1 << 47, 1 << 63, 0xFFFF7FFFFFFFFFFF):
        refused("ERR_INVALID_ARGS", calls.object_set_property, thread, PROP_REGISTER_FS, address)
    for address in (0, (1 << 47) - 1, 0xFFFF800000000000, U64 - 1):
        calls.object_set_property(thread, PROP_REGISTER_FS, address)


def test_deviation_13_the_version_is_the_build_id(small):
    assert small.calls.system_get_version() == "GIT_BCA629410D0DB300F4138875D930B98587DD3717"


def test_deviation_14_the_root_resource_has_a_record_about_itself(machine, shell):
    table = shell.process.handles
    resource = table.new(next(h.object for _, h in machine.processes[1041].handles if h.object.koid == 1027),
                         DEFAULT_RIGHTS[OBJ_TYPE_RESOURCE])  # fmt: skip
    found = shell.object_get_info(resource, INFO_RESOURCE_RECORDS)
    assert (found.actual, found.avail) == (1, 1)
    assert found.records == [
        {"type": 1, "subtype": 1, "koid": 1027, "record_count": 0, "child_count": 0, "name": "root"}
    ]
    found = shell.object_get_info(resource, INFO_RESOURCE_RECORDS, 0)
    assert (found.actual, found.avail) == (0, 1)
