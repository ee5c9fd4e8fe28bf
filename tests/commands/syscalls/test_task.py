"""The calls on tasks: memory of another process, and of devices."""

import pytest

from tests.commands.support import fresh, output, run

# 16 MB of a graphics card, mapped rw by devhost:pci#1.
BAR = "0x12fa000"


@pytest.fixture
def session():
    session = fresh()
    run(session, "h = object_get_child 0 1756 same")
    return session


@pytest.mark.parametrize("data", ["x", "--len 64k --fill 1", "--len 1"])
def test_device_memory_is_not_written(session, data):
    before = run(session, "memory").result.fields
    outcome = run(session, f"process_write_memory $h {BAR} {data}")
    assert (outcome.ok, outcome.status) == (False, -2)
    assert outcome.reason == "this VMO is device memory: the kernel does not write to it for a process"
    assert run(session, f"process_read_memory $h {BAR} 16").status == -2
    assert run(session, "memory").result.fields == before
    session.state.machine.check()


def test_device_memory_is_touched_without_a_page_committed(session):
    # All of it is in the page tables from the start.
    assert output(session, f"as 1756 touch {BAR} 16k") == "0 faults, 0 pages committed\n"
    assert output(session, f"as 1756 touch {BAR} 32k r") == "0 faults, 0 pages committed\n"
    assert output(session, f"as 1756 touch {BAR} 16k") == "0 faults, 0 pages committed\n"
    session.state.machine.check()


def test_memory_beside_it_is_written_and_read(session):
    assert output(session, "process_write_memory $h 0x10b6ffe hello") == "5 bytes written\n"
    assert run(session, "process_read_memory $h 0x10b6ffd 7").result.fields == {"actual": 7, "data": "0068656c6c6f00"}
