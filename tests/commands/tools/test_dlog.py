"""`dlog`: what the kernel had to say."""

from tests.commands.support import fresh, output, run


def test_the_log_has_a_line_for_each_of_the_kernels():
    session = fresh()
    assert output(session, "dlog") == output(session, "dlog -f") == output(session, "dlog what ever") == ""
    session.state.machine.log.extend(["[warn: main used a bad handle]", "tab\there \x1b[m"])
    assert output(session, "dlog") == (
        "[00000.000] K [warn: main used a bad handle]\n[00000.000] K tab\\x09here \\x1b[m\n"
    )
    result = run(session, "dlog").result
    assert result.value == 2 and result.fields["lines"][0] == {
        "time": 0,
        "kernel": True,
        "text": "[warn: main used a bad handle]",
    }


def test_it_is_a_program_with_koids_of_its_own():
    session = fresh()
    run(session, "dlog", "spawn next")
    assert session.state.last_result.fields["koid"] > 3183
    session.state.machine.check()
