"""Launching a program: what the new process has, and that a launch which fails leaves nothing."""

import pytest

from kshell.kernel.abi import (
    DEFAULT_RIGHTS,
    OBJ_TYPE_CHANNEL,
    OBJ_TYPE_EVENT,
    OBJ_TYPE_JOB,
    OBJ_TYPE_PROCESS,
    OBJ_TYPE_THREAD,
    OBJ_TYPE_VMAR,
    OBJ_TYPE_VMO,
    VMO_OP_COMMIT,
    KernelError,
)
from kshell.kernel.boot import boot
from kshell.kernel.launch import KOIDS_PER_LAUNCH, launch
from kshell.kernel.specs import HandleSpec, MappingSpec, Program, ThreadSpec, VmarSpec, VmoSpec
from kshell.kernel.vmo import Vmo
from kshell.start import read_image
from tests.kernel.injection import ALLOCATIONS, accounts, refused_at_every_allocation
from tests.kernel.support import Small

P = 4096
BASE = 0x1000000
WORDS = [
    (OBJ_TYPE_PROCESS, "self", None),
    (OBJ_TYPE_VMAR, "rootvmar", 4),
    (OBJ_TYPE_JOB, "job", None),
    (OBJ_TYPE_THREAD, "thread", None),
    (OBJ_TYPE_CHANNEL, "channel", None),
    (OBJ_TYPE_EVENT, "event", None),
    (OBJ_TYPE_VMO, "heap", None),
    (OBJ_TYPE_VMO, "log", None),
]


@pytest.fixture
def small():
    return Small(handle_slots=60)


@pytest.fixture
def program(small):
    """A program with a shared VMO, two of its own that are mapped, and one that only a handle names."""
    shared = Vmo(small.machine, 0, 4 * P)
    small.machine.kernel_handles.new(shared, 0)
    small.machine.shared["vdso"] = shared
    made = Program()
    for spec in (
        VmoSpec("image", 4 * P, ((0, 2), (3, 4))),
        VmoSpec("heap", 8 * P, ((0, 1),)),
        VmoSpec("log", P, ((0, 1),)),
    ):
        made.vmos[spec.label] = spec
    made.regions = [
        VmarSpec(BASE, 16 * P),
        MappingSpec(BASE, 2 * P, 5, "image", 0, "", True),
        MappingSpec(BASE + 2 * P, 2 * P, 3, "image", 2 * P, "data", True),
        MappingSpec(BASE + 16 * P, 8 * P, 3, "heap", 0, "", False),
        MappingSpec(BASE + 32 * P, P, 5, "vdso", 0, "", False),
    ]
    made.threads = [ThreadSpec(0, b""), ThreadSpec(0, b"second")]
    made.handles = [HandleSpec(*words) for words in WORDS]
    return made


def test_a_process_is_made_as_its_program_says(small, program):
    first_koid = small.machine.next_koid
    process = launch(small.machine, program, small.job_object, b"tool")
    small.machine.check()
    assert (process.state, process.job, process.name) == ("running", small.job_object, b"tool")
    assert [thread.name for thread in process.threads.values()] == [b"tool", b"second"]
    assert [(mapping.base - BASE, mapping.size, mapping.perms, mapping.max_perms, mapping.name, mapping.committed)
            for mapping in process.root_vmar.mappings()] == [
        (0, 2 * P, 5, 5, "useralloc", 2),
        (2 * P, 2 * P, 3, 3, "data", 1),
        (16 * P, 8 * P, 3, 3, "useralloc", 1),
        (32 * P, P, 5, 5, "useralloc", 0),
    ]  # fmt: skip
    assert [(handle.object.type, handle.rights) for _, handle in process.handles] == [
        (type_, DEFAULT_RIGHTS[type_] if rights is None else rights) for type_, _, rights in WORDS
    ]
    objects = [handle.object for _, handle in process.handles]
    assert objects[:4] == [process, process.root_vmar, small.job_object, next(iter(process.threads.values()))]
    # The far end is held by a part of the system that the model does not have.
    assert objects[4].peer.held and not objects[4].held
    # A VMO gets a koid when a handle names it; the launcher has spent as many koids as the real one.
    assert all(first_koid < object_.koid < small.machine.next_koid for object_ in objects[4:])
    assert small.machine.next_koid == first_koid + KOIDS_PER_LAUNCH


def counts(small):
    machine = small.machine
    return len(machine.vmos), len(machine.processes), machine.handles.live, machine.physmem.free


@pytest.mark.parametrize("free", range(9))
def test_a_launch_that_finds_too_little_memory_leaves_nothing(small, program, free):
    # Five pages of VMOs and four of stacks are wanted.
    hog = small.calls.vmo_create(1 << 30)
    small.calls.vmo_op_range(hog, VMO_OP_COMMIT, 0, (small.free - free) * P)
    before = counts(small)
    with pytest.raises(KernelError) as caught:
        launch(small.machine, program, small.job_object, b"tool")
    assert caught.value.name == "ERR_NO_MEMORY"
    small.machine.check()
    assert counts(small) == before and list(small.job_object.processes.values()) == [small.process]


def test_a_launch_that_finds_just_enough_memory_succeeds(small, program):
    hog = small.calls.vmo_create(1 << 30)
    # Seven pages of its VMOs, two of its thread's stack, and a top page table with one of each kind below it.
    small.calls.vmo_op_range(hog, VMO_OP_COMMIT, 0, (small.free - 13) * P)
    launch(small.machine, program, small.job_object, b"tool")
    assert small.free == 0
    small.machine.check()


def test_a_launch_that_finds_too_few_handles_leaves_nothing(program, small):
    before = counts(small)
    while small.machine.handles.live < small.machine.handles.slots - 7:
        small.calls.handle_duplicate(small.me, 0)
    with pytest.raises(KernelError, match="handle table is full"):
        launch(small.machine, program, small.job_object, b"tool")
    small.machine.check()
    assert counts(small)[:2] == before[:2] and small.free == before[3]


def test_a_job_that_is_being_killed_takes_no_program(small, program):
    small.job_object.state = "killing"
    with pytest.raises(KernelError) as caught:
        launch(small.machine, program, small.job_object, b"tool")
    assert caught.value.name == "ERR_BAD_STATE"


@pytest.mark.parametrize("kind", ALLOCATIONS)
def test_deviation_1_a_launch_that_fails_anywhere_leaves_nothing(small, program, kind, monkeypatch):
    count = refused_at_every_allocation(
        monkeypatch, small.machine, kind, lambda: launch(small.machine, program, small.job_object, b"tool")
    )
    # Three VMOs with pages, and two stacks; a slot for each handle.
    assert count == {"pages": 5, "handles": len(WORDS)}.get(kind, count)


@pytest.mark.parametrize("kind", ALLOCATIONS)
def test_deviation_1_holds_for_the_shipped_program(kind, monkeypatch):
    machine = boot(read_image(None))
    program = machine.programs["/boot/bin/ps"]
    job = machine.find_job(1082)
    refused_at_every_allocation(monkeypatch, machine, kind, lambda: launch(machine, program, job, b"ps"))


def test_deviation_1_holds_with_any_number_of_free_pages():
    """Page tables and the kernel's heap take pages of their own, so that each page may be the one that is missing."""
    machine = boot(read_image(None))
    program, job, physmem = machine.programs["/boot/bin/ps"], machine.find_job(1082), machine.physmem
    failures = 0
    for free in range(2000):
        hog = physmem.free - free
        physmem.take_for("alloc", hog)
        before = accounts(machine)
        try:
            launch(machine, program, job, b"ps")
        except KernelError as error:
            failures += 1
            assert error.name == "ERR_NO_MEMORY" and accounts(machine) == before, f"{free} pages are free"
            physmem.give_from("alloc", hog)
        else:
            break
    # The pages of the program's VMOs alone are more than two hundred.
    assert 200 < failures < 1000
    machine.check()
