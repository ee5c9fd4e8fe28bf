"""The console as a person sees it."""

import os

import pytest

from tests.commands.support import fresh
from tests.screen import Console, Terminal


@pytest.fixture
def terminal(tmp_path):
    made = Console(tmp_path)
    made.wait_prompt()
    yield made
    made.process.close(force=True)


def test_a_first_look(terminal):
    assert terminal.lines[0].startswith("kshell 0.1.0: a Magenta machine of April 2017.")
    terminal.run("a = vmo_create 64k")
    terminal.run("m = vmar_map $vmar 0 $a 0 64k rw")
    terminal.run("touch $m 16k")
    assert terminal.shows("4 faults, 4 pages committed")
    assert terminal.lines[-1].lstrip().startswith("sh:console (2988)   memory ") and terminal.shows("+4 pages")
    terminal.run("vmaps help")
    assert terminal.shows('"/A" -- Process address space')
    assert terminal.leave() == 0


def test_history_lasts(tmp_path):
    first = Terminal(tmp_path)
    first.wait_prompt()
    first.run("echo remember me")
    assert first.leave() == 0
    second = Console(tmp_path)
    second.wait_prompt()
    second.type("\x1b[A")
    second.wait_for("magenta$ echo remember me")
    second.type("\r")
    second.wait_prompt()
    assert "remember me" in second.lines
    second.leave()


def test_a_home_that_cannot_be_written_costs_the_history_and_nothing_else(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    terminal = Console(tmp_path, XDG_STATE_HOME=str(blocked))
    terminal.wait_prompt()
    assert terminal.shows("no history beyond this session")
    terminal.run("echo on")
    assert terminal.leave() == 0


def test_tab_completes_commands_and_arguments(terminal):
    terminal.type("vmo_op\t")
    terminal.wait_for("magenta$ vmo_op_range")
    terminal.type("\x03")
    terminal.wait_prompt()
    terminal.run("vmo = vmo_create 4k")
    terminal.type("vmaps 30\t")
    terminal.wait_for("sh:vc")
    terminal.type("\x03")
    terminal.wait_prompt()
    terminal.type("vmo_read $v\t")
    # The only variable there that holds a VMO.
    terminal.wait_for("vmo_read $vmo")


def test_ctrl_c_clears_the_line(terminal):
    terminal.type("echo not this")
    terminal.wait_for("magenta$ echo not this")
    terminal.type("\x03")
    terminal.wait_prompt()
    terminal.run("echo but this")
    assert "but this" in terminal.lines and "not this" not in terminal.lines


def test_ctrl_c_stops_a_command_and_the_console_goes_on(terminal):
    terminal.run("e = event_create")
    terminal.run("v = event_create")
    terminal.type("handle_close $e; repeat 100000000 object_get_info $v handle_valid\r")
    terminal.wait(lambda: not terminal.shows(" memory "), "the line to begin, which takes the toolbar away")
    terminal.type("\x03")
    terminal.wait_for("interrupted: the machine is as it was before the line")
    terminal.wait_prompt()
    terminal.run("object_get_info $e handle_valid && echo still there")
    assert "still there" in terminal.lines
    assert terminal.leave() == 0


def test_an_unknown_command_says_what_it_may_have_meant(terminal):
    terminal.run("vmap 3020")
    assert "/boot/bin/sh: 1: vmap: not found" in terminal.lines and terminal.shows("did you mean `vmaps`")


def test_the_prompt_tells_whose_syscalls_they_are(terminal):
    terminal.run("attach netsvc", prompt="magenta[netsvc]$")
    assert terminal.shows("netsvc (1173)")
    terminal.run("detach")


def test_exit_leaves(terminal):
    terminal.type("exit\r")
    terminal.wait(lambda: not terminal.process.isalive(), "the end")


ODD = [
    "'",
    '"',
    "\\",
    "$",
    "$.",
    "vmo_read $nope 0 1",
    "expect",
    "as",
    "x =",
    "! !",
    "k mx",
    "9" * 3000,
    "é ü 漢字",
    "> x",
    "a\x00b",
]


def test_odd_lines_never_show_a_traceback(terminal):
    for line in ODD:
        terminal.type(line.replace("\x00", "") + "\r")
    terminal.run("echo still here")
    assert "still here" in terminal.lines and not terminal.shows("Traceback") and not terminal.shows("a bug")
    assert terminal.leave() == 0


def test_a_byte_that_is_not_utf8_is_typed_and_remembered(terminal):
    os.write(terminal.process.child_fd, b"echo \xe9\r")
    terminal.wait_for("\\udce9")
    terminal.run("echo on")
    assert not terminal.shows("Traceback") and not terminal.shows("Exception")
    assert terminal.leave() == 0


def test_a_bug_in_a_command_is_one_line_and_the_console_goes_on(tmp_path, capsys, monkeypatch):
    from kshell.console.console import Console
    from kshell.shell import registry

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    session = fresh()
    console = Console(session)
    monkeypatch.setattr(registry.COMMANDS["detach"], "function", lambda session: 1 // 0)
    console.run_line("detach")
    assert capsys.readouterr().err.startswith(
        "kshell: a bug, and the machine is as it was before the line: ZeroDivisionError: "
    )
    console.run_line("echo on")
    assert capsys.readouterr().out == "on\n"


def test_the_checkpoint_that_is_due_is_taken_before_the_next_prompt(tmp_path, monkeypatch):
    """While the answer is read, so that the next line does not have to wait for it."""
    from kshell.console.console import Console
    from kshell.shell import timeline

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(timeline, "CHECKPOINT_AFTER", 0)
    monkeypatch.setattr(timeline, "ANSWERED_SHARE", 0)
    session = fresh()
    Console(session).run_line("a = vmo_create 4k")
    assert [point.count for point in session.timeline.checkpoints] == [1]
