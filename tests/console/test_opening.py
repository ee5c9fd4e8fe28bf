"""The first prompt, and what is typed before the line editor is there."""

import os
import signal
import sys
import termios
import time

import pytest

from kshell.console import console as console_module
from kshell.console.opening import GREETING
from kshell.shell.settings import Settings
from tests.commands.support import fresh
from tests.console.keyboard import console
from tests.program import ROOT
from tests.screen import Terminal

# Loading waits here for the test: it says that it has begun, and goes on when it is told to, or fails.
CUSTOM = """
import os, sys, time

class Slow:
    def find_spec(self, name, path=None, target=None):
        if name != "prompt_toolkit":
            return None
        here = os.path.dirname(__file__)
        open(os.path.join(here, "loading"), "w").close()
        while not os.path.exists(os.path.join(here, "go")):
            time.sleep(0.01)
        if os.path.exists(os.path.join(here, "fail")):
            raise ModuleNotFoundError("No module named 'prompt_toolkit'", name=name)
        return None

sys.meta_path.insert(0, Slow())
"""


class Loading(Terminal):
    """A terminal whose line editor is loaded when `load` is called, and not before."""

    def __init__(self, home, *arguments, **options):
        self.folder = home / "loading"
        self.folder.mkdir()
        (self.folder / "sitecustomize.py").write_text(CUSTOM)
        super().__init__(home, *arguments, columns=80, lines=24, PYTHONPATH=f"{self.folder}:{ROOT}", **options)
        self.before = self.modes
        self.wait(lambda: (self.folder / "loading").exists(), "loading")
        self.settle(0.1)

    def load(self, fail=False):
        """Lets it be loaded, or says that it is not there."""
        if fail:
            (self.folder / "fail").touch()
        (self.folder / "go").touch()

    @property
    def modes(self):
        """The flags of the terminal for input and lines, and its special keys."""
        return [termios.tcgetattr(self.process.child_fd)[at] for at in (0, 3, 6)]

    def end(self):
        """Waits until kshell has ended; the terminal has the modes then that it had at first."""
        last = time.monotonic() + 20
        while self.process.isalive():
            assert time.monotonic() < last
            self.read()
        self.settle(0.1)
        assert self.modes == self.before
        self.process.close()


@pytest.fixture
def loading(tmp_path):
    """Makes such terminals and closes them."""
    made = []

    def make(*arguments, **options):
        made.append(Loading(tmp_path, *arguments, **options))
        return made[-1]

    yield make
    for one in made:
        one.process.close(force=True)


def shown(terminal):
    """The rows of the screen but for the toolbar and empty ones."""
    return [line for line in terminal.lines if line and "memory " not in line]


def test_the_prompt_does_not_wait_and_keys_are_shown_once(loading):
    made = loading()
    assert shown(made) == [GREETING.rstrip("\n"), "magenta$"]
    assert (made.screen.cursor.y, made.screen.cursor.x) == (1, len("magenta$ "))
    made.type("echo one\recho tww\x7fo\recho thr")
    made.settle(0.2)
    assert shown(made) == [GREETING.rstrip("\n"), "magenta$"]
    made.load()
    made.wait(lambda: any(line.startswith("magenta$ echo thr") for line in made.lines), "the third line")
    made.type("ee\r")
    made.wait(lambda: "three" in made.lines, "what the third line prints")
    made.wait_prompt()
    lines = ["magenta$ echo one", "one", "magenta$ echo two", "two", "magenta$ echo three", "three", "magenta$"]
    assert shown(made) == [GREETING.rstrip("\n"), *lines]


def test_ctrl_c_while_it_loads_clears_what_was_typed(loading):
    made = loading()
    made.type("echo lost\x03echo kept\r")
    made.load()
    made.wait(lambda: "kept" in made.lines, "what the line prints")
    assert "lost" not in made.lines


def test_ctrl_d_while_it_loads_leaves(loading):
    made = loading()
    made.type("\x04")
    made.load()
    made.end()
    assert made.process.exitstatus == 0


def test_an_interrupt_from_elsewhere_does_no_harm(loading):
    made = loading()
    made.type("echo ")
    os.kill(made.process.pid, signal.SIGINT)
    made.load()
    made.type("kept\r")
    made.wait(lambda: "kept" in made.lines, "what the line prints")


def test_the_terminal_has_its_own_modes_while_the_first_line_runs(loading):
    made = loading()
    assert made.modes != made.before
    made.type("watch -n 0.1 --times 100 stat\r")
    made.load()
    made.wait_for("run 2 of")
    assert made.modes == made.before
    made.type("\x03")
    made.wait_prompt()
    made.leave()


@pytest.mark.parametrize("number", (signal.SIGTERM, signal.SIGHUP))
def test_a_signal_that_ends_it_while_it_loads_leaves_the_terminal_as_it_was(loading, number):
    made = loading()
    os.kill(made.process.pid, number)
    made.end()
    assert made.process.signalstatus == number


def test_without_the_editor_there_is_one_message_and_no_prompt(loading):
    made = loading()
    made.load(fail=True)
    made.end()
    assert made.process.exitstatus == 1
    message = "kshell: the console needs the module prompt_toolkit; -c and scripts run without"
    assert shown(made) == [GREETING.rstrip("\n"), message]


def test_what_was_typed_for_a_prompt_that_fails_is_not_for_the_shell(loading):
    made = loading(program=("sh", "-c", f"{sys.executable} -m kshell; read line; echo got $line"))
    made.type("halt\r")
    made.settle(0.2)
    made.load(fail=True)
    made.wait_for("run without")
    made.type("own\r")
    made.wait_for("got ")
    assert made.shows("got own")


def test_a_terminal_that_changes_its_size_meanwhile_shows_one_prompt(loading):
    made = loading()
    made.process.setwinsize(20, 60)
    made.screen.resize(20, 60)
    made.type("echo wide\r")
    made.load()
    made.wait(lambda: "wide" in made.lines, "what the line prints")
    made.wait_prompt()
    assert sum(line.startswith("magenta$") for line in made.lines) == 2


@pytest.mark.parametrize("arguments", (("--journal", "j"), ("--sandbox",)))
def test_what_has_to_be_done_first_is_done_before_a_prompt(loading, arguments):
    made = loading(*arguments)
    assert shown(made) == []
    made.load()
    made.wait_prompt()


@pytest.mark.parametrize(("name", "text"), [("startup.kshell", "echo first\n"), ("config", "nonsense = 3\n")])
def test_what_has_to_be_said_first_is_said_before_a_prompt(loading, tmp_path, name, text):
    folder = tmp_path / ".config/kshell"
    folder.mkdir(parents=True)
    (folder / name).write_text(text)
    made = loading()
    assert shown(made) == []
    made.load()
    made.wait_prompt()
    assert sum(line.startswith("magenta$") for line in made.lines) == 1
    assert any("first" in line or "nonsense" in line for line in made.lines)


def test_a_terminal_that_only_shows_text_is_not_opened_early(loading):
    made = loading(TERM="dumb")
    assert shown(made) == []


def test_what_is_typed_early_is_shown_before_every_command_is_loaded(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(console_module, "QUIET", 0.2)
    settings = Settings()
    settings.change("colour", "on")
    with console(fresh(), settings) as (made, typed):
        shown = []
        made.prompt.app.after_render += lambda _: shown.append((made.prompt.default_buffer.text, made.hint()))
        assert made.prompt.lexer is None
        assert typed(("vmaps", lambda: made.ready), " ") == "vmaps "
        assert made.prompt.lexer is made.lexer
    assert ("vmaps", "") in shown and ("vmaps ", "TASK") in shown
