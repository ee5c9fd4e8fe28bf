"""A line of the kernel's own console: how it is cut into words, and which status it leaves."""

from tests.commands.support import fresh, output, run


def test_an_unknown_kernel_command_reports_what_the_one_before_it_left():
    session = fresh()
    assert output(session, "k bogus") == ""
    run(session, "k mx bogus")
    assert output(session, "k bogus") == "error: cannot write dmctl: -1\n"
    assert session.state.last_exit == -1
    run(session, "k version")
    assert output(session, "k bogus") == ""
