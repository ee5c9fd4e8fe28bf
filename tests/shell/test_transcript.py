"""`save FILE.md`: a session as a document that can be checked."""

from tests.commands.support import fresh, output
from tests.program import kshell


def test_a_saved_document_says_what_the_session_printed(tmp_path):
    session = fresh()
    for line in (
        *("spawn demo", "attach demo", "m = map 64k", "touch $m 16k", "handle_close 0 ; stat", "nonsense", "# remark"),
        *("ps | head -1", f"ps > {tmp_path}/out", "echo '# a remark' '```'", "detach", "kill demo", "exit"),
    ):
        output(session, line)
    session.state.finished = False
    (tmp_path / "out").unlink()
    assert output(session, f"save {tmp_path}/s.md") == f"12 lines in {tmp_path}/s.md\n"
    text = (tmp_path / "s.md").read_text()
    assert "magenta[demo]$ touch $m 16k\n4 faults, 4 pages committed\n" in text
    # Running them again for the document did nothing to the host.
    assert not (tmp_path / "out").exists()
    # What would mean something else in a document is written all the same.
    assert "magenta$ echo '# a remark' '```'\n\\# a remark ```\n" in text.replace("magenta[demo]", "magenta")
    assert kshell("--check", tmp_path / "s.md").stdout == f"{tmp_path}/s.md: 12 commands, all as it says\n"
    assert output(session, f"save {tmp_path}/s.md").startswith("12 lines")


def test_a_document_of_another_machine_says_how_to_check_it(tmp_path):
    done = kshell("--memory", "1G", "-c", "memory", "-c", f"save {tmp_path}/s.md")
    assert done.returncode == 0 and "`kshell --memory 1G --check FILE`" in (tmp_path / "s.md").read_text()
    assert kshell("--memory", "1G", "--check", tmp_path / "s.md").returncode == 0


def test_only_a_saved_document_is_replaced(tmp_path):
    (tmp_path / "s.md").write_text("# My notes\n")
    assert "is not a saved session" in output(fresh(), f"save {tmp_path}/s.md")
