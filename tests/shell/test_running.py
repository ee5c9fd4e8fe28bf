"""A tool is a process while it runs, and its koids stay spent."""

from tests.commands.support import fresh, run


def test_a_tool_lists_itself_last_and_is_gone_afterwards():
    session = fresh()
    before = run(session, "memory").result.fields
    tasks = run(session, "ps").result.fields["tasks"]
    assert (tasks[-1]["koid"], tasks[-1]["name"]) == (3183, "/boot/bin/ps")
    assert run(session, "memory").result.fields == before
    assert run(session, "v = vmo_create 4k").result.fields["koid"] == 3268
    session.state.machine.check()


def test_a_tool_that_fails_was_a_process_too():
    session = fresh()
    run(session, "kill 99999", "kill", "vmaps abc")
    assert run(session, "vmo_create 4k").result.fields["koid"] == 3183 + 3 * 85


def test_a_full_machine_starts_no_tool():
    session = fresh()
    run(session, "v = vmo_create 2G", "vmo_op_range $v commit 0 1900M")
    physmem = session.state.machine.physmem
    physmem.reserve("alloc", physmem.free - 40)
    outcome = run(session, "ps")
    assert outcome.exit == 1 and outcome.error.startswith("ps: Cannot create child process: physical memory is full")
    assert run(session, "k mx ps").ok and len(run(session, "k mx ps").result.fields["processes"]) == 13


def test_tools_run_though_the_shell_and_all_beside_it_were_killed():
    session = fresh()
    run(session, "kill 1082")
    tasks = run(session, "ps").result.fields["tasks"]
    assert [task["koid"] for task in tasks][-2:] == [1082, 3268] and tasks[-1]["name"] == "/boot/bin/ps"
    assert not {2988, 3020} & {task["koid"] for task in tasks}
