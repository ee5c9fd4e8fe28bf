"""`shell`: a program of the host."""

from kshell.shell.host import Sandbox
from tests.commands.support import fresh, output


def test_what_it_prints_can_go_on(tmp_path):
    """A redirection is the command's, as of any other; only a watched line has one of its own."""
    session = fresh()
    assert output(session, f"shell echo a b > {tmp_path}/f") == "" and (tmp_path / "f").read_text() == "a b\n"
    assert output(session, "shell echo a b | tr a x") == "x b\n"
    assert output(session, "shell echo '>' x") == "> x\n"
    assert output(session, "shell 'echo a; echo b'") == "a\nb\n"
    assert output(session, "history") == ""


def test_a_sandbox_has_no_programs():
    said = output(fresh(host=Sandbox()), "shell ls")
    assert said == "shell: this console runs in a sandbox: no program of the host is run\n"
