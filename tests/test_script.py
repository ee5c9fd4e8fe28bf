"""Lines that run one after the other, and how a failure is told."""

import io
import json

import pytest

from kshell.script import Runner, lines_of, process_exit
from kshell.shell.results import Outcome
from kshell.shipped import find_script
from tests.commands.support import fresh
from tests.program import kshell


@pytest.fixture
def printed(capsys):
    """Runs lines in a session of their own; returns the runner, and what went to standard output and error."""

    def run(*lines, name="f", flush=False, **options):
        runner = Runner(fresh(), **options)
        more = runner.run(name, lines, flush)
        out, err = capsys.readouterr()
        return runner, more, out, err

    return run


def test_lines_run_in_order_and_share_a_session(printed):
    runner, more, out, err = printed("v = vmo_create 4k\r\n", "", "# remark", "vmo_get_size $v\n", "echo $?")
    assert (runner.exit, more, out, err) == (0, True, "size 4096\n0\n", "")


def test_the_first_failure_ends_the_run_with_its_place(printed):
    runner, more, out, err = printed("echo a", "kill 9; echo b", "echo c")
    assert (runner.exit, more, out) == (1, False, "a\n") and err == "no task found\nf:2: kill: no task found\n"


def test_keeping_going_runs_all_and_ends_with_the_first_failures_exit(printed):
    runner, more, out, _ = printed("foo", "kill 9; echo b", "vmo_create", keep_going=True)
    assert (runner.exit, more, out) == (127, True, "b\n")


def test_a_failure_that_the_line_deals_with_goes_on(printed):
    runner, more, out, _ = printed("kill 9 || echo b", "echo c")
    assert (runner.exit, more, out) == (0, True, "b\nc\n")


def test_exit_ends_the_run_without_a_failure(printed):
    runner, more, out, err = printed("echo a; exit; echo b", "echo c")
    assert (runner.exit, more, out, err) == (0, False, "a\n", "")


def test_only_the_first_line_may_name_options(printed):
    assert printed("#! kshell --memory 1G", "echo a")[2] == "a\n"
    assert printed("echo a", "#! kshell frob")[2] == "a\n"


def test_json_answers_every_command_and_says_nothing_else(printed):
    runner, _, out, err = printed("a = vmo_create 4k", "", "echo b; foo", json=True)
    found = [json.loads(line) for line in out.splitlines()]
    assert [(one["command"], one["ok"]) for one in found] == [("vmo_create", True), ("echo", True), ("foo", False)]
    assert (runner.exit, err) == (127, "")


def test_each_line_is_out_before_the_next_is_read(monkeypatch):
    seen = []

    class Flushed(io.StringIO):
        def flush(self):
            seen.append(self.getvalue())

    monkeypatch.setattr("sys.stdout", Flushed())

    def lines():
        yield "echo a"
        assert seen[-1] == "a\n"
        yield "echo b"
        assert seen[-1] == "a\nb\n"

    assert Runner(fresh()).run("-", lines(), flush=True)


@pytest.mark.parametrize(
    ("exit_", "process"), [(1, 1), (2, 2), (127, 127), (130, 130), (-1, 1), (3, 1), (0, 1), (255, 1)]
)
def test_only_documented_exit_values_leave_the_process(exit_, process):
    outcome = Outcome("line", "word")
    outcome.exit = exit_
    assert process_exit(outcome) == process


def test_the_lines_of_a_file_and_the_commands_of_a_document(tmp_path):
    script = tmp_path / "s"
    script.write_bytes(b"one\ntwo\xff\n")
    assert lines_of(*find_script(str(script))) == ["one", "two\udcff"]
    document = "text\n```\nmagenta$ one\nout\nmagenta$ two\n```\n"
    assert lines_of("d.md", document) == ["", "", "one", "", "two", "", ""]


@pytest.mark.parametrize(
    "line", ["ps > /nosuch/x", "ps >> /nosuch/x", "ps | false", "! ps", "expect ERR_IO ps", "ps 'x"]
)
def test_what_kshell_itself_says_is_said_once_and_with_its_place(line):
    """A file that cannot be written was told twice: without the line's place and with it."""
    said = kshell("-c", line).stderr
    assert said.count("\n") == 1 and said.startswith("-c:1: ")
