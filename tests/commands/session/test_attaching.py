"""attach and detach: whose syscalls the next lines are."""

from tests.commands.support import fresh, output, run


def test_calls_are_those_of_the_attached_process():
    session = fresh()
    run(session, "spawn demo")
    attached = run(session, "attach demo").result
    assert (attached.value, attached.fields) == (3183, {"koid": 3183, "name": "demo"})
    run(session, "v = vmo_create 4k")
    assert "demo (3183) has " in output(session, "handles") and run(session, "vmo_get_size $v").ok
    back = run(session, "detach").result
    assert (back.value, back.fields) == (2988, {"koid": 2988, "name": "sh:console"})
    # The handle is the other process's.
    assert run(session, "vmo_get_size $v").status == -11


def test_only_a_process_makes_syscalls():
    session = fresh()
    assert run(session, "attach 1068").exit == 1 and run(session, "attach nobody").exit == 1
    assert output(session, "handles").splitlines()[-1].startswith("sh:console (2988)")
