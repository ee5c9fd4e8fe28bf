"""Pasting a long line takes work in proportion to it."""

import sys

from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from kshell.console.console import Console
from tests.sessions import opened


def calls_of(words):
    """How many functions of kshell's are called while a line of so many words is pasted and entered."""
    count = 0

    def hear(frame, event, argument):
        nonlocal count
        count += event == "call" and frame.f_globals.get("__name__", "").startswith("kshell")

    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        console = Console(opened("--sandbox"))
        console.make_ready()
        prompt = console.prompt
        keys.send_text("ps\r")
        prompt.prompt("magenta$ ")
        keys.send_text(f"\x1b[200~echo {'word ' * words}\x1b[201~\r")
        sys.setprofile(hear)
        try:
            prompt.prompt("magenta$ ")
        finally:
            sys.setprofile(None)
    return count


def test_a_paste_twice_as_long_is_twice_the_work():
    """T3: 20,000 characters of many words took 24 seconds, for every word looked at all words."""
    once, twice = calls_of(1000), calls_of(2000)
    assert 1000 < once < twice < 2.2 * once
