"""Long operations of the kernel let Python look for signals all the time, whether they are Python or machine code."""

import signal
from functools import partial

import pytest

from kshell.kernel.abi import VM_READ, VM_WRITE, VMO_CLONE_COPY_ON_WRITE, VMO_OP_COMMIT
from kshell.kernel.compiling import slots
from kshell.kernel.faults import touch
from kshell.kernel.kernel_space import Area
from tests.kernel.support import Small
from tests.polls import polls, with_a_signal_waiting

PAGE = 4096
RW = VM_READ | VM_WRITE
MANY = 400


def processes(world):
    job = world.calls.job_create(world.job)
    for at in range(MANY):
        world.calls.handle_close(world.running(f"p{at}")[2])
        made = world.calls.process_create(job, f"q{at}")
        world.calls.thread_create(made[0], "t")
    return lambda: world.calls.task_kill(job)


def mappings(world):
    """One page each, each next to the other."""
    vmo = world.calls.vmo_create(PAGE)
    return min(world.calls.vmar_map(world.vmar, 0, vmo, 0, PAGE, RW) for _ in range(MANY))


def unmapping(world):
    first = mappings(world)
    return lambda: world.calls.vmar_unmap(world.vmar, first, MANY * PAGE)


def protecting(world):
    first = mappings(world)
    return lambda: world.calls.vmar_protect(world.vmar, first, MANY * PAGE, VM_READ)


def touching(world):
    first = mappings(world)
    return lambda: touch(world.process, first, MANY * PAGE, "w")


def handles(world):
    for _ in range(MANY):
        world.calls.event_create()
    return world.process.kill


def messages(world):
    one, other = world.calls.channel_create()
    for _ in range(MANY):
        world.calls.channel_write(one, b"x", [])
    return lambda: world.calls.handle_close(other)


def clone_chain(world):
    vmo = world.calls.vmo_create(PAGE)
    world.calls.vmo_write(vmo, 0, b"first")
    for _ in range(MANY):
        vmo = world.calls.vmo_clone(vmo, VMO_CLONE_COPY_ON_WRITE, 0, PAGE)
    return lambda: world.calls.vmo_write(vmo, 0, b"last")


def holes(world):
    vmo = world.calls.vmo_create(2 * MANY * PAGE)
    for at in range(MANY):
        world.calls.vmo_op_range(vmo, VMO_OP_COMMIT, 2 * at * PAGE, PAGE)
    clone = world.calls.vmo_clone(vmo, VMO_CLONE_COPY_ON_WRITE, 0, 2 * MANY * PAGE)
    address = world.calls.vmar_map(world.vmar, 0, clone, 0, 2 * MANY * PAGE, RW)
    return lambda: touch(world.process, address, 2 * MANY * PAGE, "w")


def laws(world):
    handles(world)
    return world.machine.check


@pytest.mark.parametrize(
    "prepare", (processes, unmapping, protecting, touching, handles, messages, clone_chain, holes, laws)
)
def test_ctrl_c_is_looked_for_at_each_of_many(prepare):
    assert polls(prepare(Small())) >= MANY


def test_a_walk_looks_for_it_now_and_then():
    world = Small()
    mappings(world)
    count = polls(lambda: list(world.process.root_vmar.mappings()))
    assert MANY / 128 <= count < MANY


def test_a_signal_ends_an_operation_in_its_middle():
    world = Small()
    kill = processes(world)
    before = len(world.machine.processes)

    def interrupt(number, frame):
        raise KeyboardInterrupt

    usual = signal.signal(signal.SIGALRM, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            signal.setitimer(signal.ITIMER_REAL, 0.0005)
            kill()
            # In a kernel that does not look it is noticed here.
            for _ in range(1000):
                pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, usual)
    assert len(world.machine.processes) > before - MANY


def test_a_signal_in_the_middle_of_a_long_product_ends_no_program():
    """Python looks for signals there, and compiled code that multiplies itself cannot be interrupted: it aborts."""
    secret = Small().machine.secret
    with pytest.raises(KeyboardInterrupt):
        with_a_signal_waiting(partial(secret, 3020))


def test_the_slots_of_a_class_are_those_of_its_bases_too():
    assert slots(Area) == ["base", "size"]
    names = slots(Small().process.__class__)
    assert {"koid", "observers", "threads", "root_vmar"} <= set(names) and len(set(names)) == len(names)
