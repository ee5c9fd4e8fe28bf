"""Lines that are known already mean what they would mean if they were read again."""

from kshell.shell.known_lines import MOST_CHARACTERS, MOST_LINES, KnownLines
from tests.commands.support import fresh, output, run
from tests.steps import steps


def test_a_line_that_comes_again_is_not_read_again(no_time):
    known = KnownLines()
    first = known.meaning("a = vmo_create 4k", {})
    assert known.meaning("a = vmo_create 4k", {}) is first
    assert [command.name for command in first.commands] == ["vmo_create"]
    session = fresh()
    lines = [f"x{at} = vmo_create {at + 1}k" for at in range(20)]
    read = steps(lambda: [list(session.run(line)) for line in lines])
    again = steps(lambda: [list(session.run(line)) for line in lines])
    assert again < 0.9 * read


def test_only_the_latest_lines_are_kept():
    known = KnownLines()
    first = known.meaning("echo first", {})
    for at in range(MOST_LINES - 1):
        known.meaning(f"echo {at}", {})
    assert known.meaning("echo first", {}) is first
    known.meaning("echo more", {})
    assert known.meaning("echo first", {}) is not first
    long = f"echo {'x' * MOST_CHARACTERS}"
    assert known.meaning(long, {}) is not known.meaning(long, {})


def test_aliases_come_and_go():
    session = fresh()
    assert "not found" in output(session, "say two")
    for word in ("one", "another"):
        assert output(session, f"alias say echo {word}") == ""
        assert output(session, "say two") == f"{word} two\n"
    assert output(session, "unalias say") == ""
    assert "not found" in output(session, "say two")


def test_what_was_wrong_and_what_was_no_command_is_read_again():
    known = KnownLines()
    assert known.meaning("echo 'open", {}).wrong is not known.meaning("echo 'open", {}).wrong
    assert known.meaning("nonsense", {}) is not known.meaning("nonsense", {})
    assert known.meaning("nonsense; ps", {}).commands[0] is None


def test_a_session_command_sends_its_text_to_the_same_place_each_time(tmp_path):
    session = fresh()
    run(session, "a = vmo_create 4k")
    path = tmp_path / "history"
    for _ in range(2):
        path.write_text("")
        assert output(session, f"history > {path}") == ""
        assert "vmo_create" in path.read_text()


def test_a_redirection_goes_to_the_line_of_another_each_time(tmp_path):
    session = fresh()
    for _ in range(2):
        assert "is not written" in output(session, f"what-if ps > {tmp_path}/tasks") + run(session, "echo").output
        assert not (tmp_path / "tasks").exists()


def test_nothing_and_remarks_are_lines_too():
    known = KnownLines()
    for line in ("", "   ", "# remark"):
        made = known.meaning(line, {})
        assert (made.clauses, made.commands, made.wrong, made.mover) == ([], [], None, None)
