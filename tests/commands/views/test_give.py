"""`give`: a duplicate of a handle in another process."""

import pytest

from tests.commands.support import fresh, output, run


@pytest.fixture
def session():
    session = fresh()
    run(session, "a = vmo_create 64k", "p = spawn demo")
    return session


def test_the_handle_is_the_other_process_s(session):
    found = run(session, "h = give demo $a read,map,duplicate").result
    demo = session.state.machine.processes[session.state.number("p.koid")]
    handle = demo.handles.get(found.value)
    assert found.fields == {"handle": found.value, "koid": 3183}
    assert (handle.object.koid, handle.rights) == (3183, 0x25) and next(iter(demo.handles.newest_first()))[1] is handle
    assert (
        run(session, "as demo vmo_read $h 0 1").ok
        and run(session, "expect ERR_ACCESS_DENIED as demo vmo_write $h 0 x").ok
    )
    # What is given stays with the giver too.
    assert run(session, "vmo_write $a 0 x").ok
    assert output(session, "give demo $a").startswith("handle ") and "of demo: vmo, koid 3183" in output(
        session, "give demo $a"
    )
    session.state.machine.check()


def test_it_is_known_whose_it_is(session):
    run(session, "h = give demo $a")
    outcome = run(session, "vmo_read $h 0 1")
    assert "$h is a handle of demo (3184), not of sh:console (2988)" in outcome.error


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("give demo $ro same", "ERR_ACCESS_DENIED"),
        ("give demo $a get-property", "ERR_INVALID_ARGS"),
        ("give demo 5", "ERR_BAD_HANDLE"),
    ],
)
def test_rights_are_checked_as_by_handle_duplicate(session, line, status):
    run(session, "ro = handle_duplicate $a read")
    live = session.state.machine.handles.live
    assert run(session, f"expect {status} {line}").ok, run(session, line).error
    assert session.state.machine.handles.live == live


def test_a_dead_process_takes_nothing(session):
    run(session, "o = object_get_child $job $p.koid same", "kill demo")
    assert run(session, "give $p $a").exit
