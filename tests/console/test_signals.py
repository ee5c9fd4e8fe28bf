"""Signals at the console: no moment at which one does harm, and a terminal that is sane afterwards."""

import os
import signal
import termios
import time
from random import Random

import pytest

from tests import signals
from tests.screen import Terminal


def test_five_thousand_interrupts_do_no_harm(tmp_path):
    """N7: around prompt, completion, start, exit, pager and watch; `python -m tests.signals` sends more."""
    assert signals.console(Random(7), tmp_path, 4000) > 10
    assert signals.coming_and_going(Random(7), tmp_path, 1000) > 2


def test_a_script_is_interrupted_at_any_moment(tmp_path):
    """N7: early SIGINT to scripts gave tracebacks."""
    random = Random(7)
    ends = [signals.start(random, tmp_path, "-c", "repeat 3000 event_create", "-c", "ps") for _ in range(12)]
    assert 130 in ends


@pytest.mark.parametrize("number", (signal.SIGTERM, signal.SIGHUP))
@pytest.mark.parametrize("typed", ("", "vmo_cre", "watch -n 5 stat\r", "help ps | less\r"))
def test_the_terminal_is_sane_after_a_signal_that_ends_kshell(tmp_path, number, typed):
    """N15: SIGTERM and SIGHUP left the terminal raw, without echo."""
    terminal = Terminal(tmp_path, columns=80, lines=24)
    descriptor = terminal.process.child_fd
    before = termios.tcgetattr(descriptor)
    terminal.wait_prompt()
    terminal.type(typed)
    terminal.settle(0.3)
    os.kill(terminal.process.pid, number)
    end = time.monotonic() + 20
    while terminal.process.isalive():
        assert time.monotonic() < end
        terminal.read()
    assert terminal.process.signalstatus == number
    terminal.settle(0.1)
    after = termios.tcgetattr(descriptor)
    wanted = termios.ECHO | termios.ICANON | termios.ISIG
    assert after[3] & wanted == before[3] & wanted == wanted
    shown = terminal.written.rpartition("\x1b[?2004l")
    assert "\x1b[?2004h" not in shown[2], "bracketed paste is off"
    terminal.process.close(force=True)


def test_a_line_that_was_answered_is_kept_when_the_terminal_goes(tmp_path):
    """N15: SIGHUP, as a closed window sends it, loses nothing."""
    terminal = Terminal(tmp_path, "--journal", "j", columns=80, lines=24)
    terminal.wait_prompt()
    terminal.run("a = vmo_create 4k")
    os.kill(terminal.process.pid, signal.SIGHUP)
    terminal.settle(0.3)
    terminal.process.close(force=True)
    again = Terminal(tmp_path, "--journal", "j", columns=80, lines=24)
    again.wait_for("1 line came back from j")
    again.wait_prompt()
    again.run("vmo_get_size $a")
    assert "size 4096" in again.lines
    again.process.close(force=True)
