"""The picture of a watched line."""

import pytest

from kshell.console import picture as picture_module
from kshell.console.picture import Picture
from kshell.shell.results import Outcome


@pytest.fixture(autouse=True)
def screen(monkeypatch):
    """A terminal of 20 by 10."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(picture_module, "terminal_size", lambda: (20, 10))


def run(picture, tick, *texts, line="ps"):
    """What is written for a run of the line whose commands print `texts`, with two rows below."""
    written = ""
    for text in texts:
        outcome = Outcome(line, "ps")
        outcome.tick = tick
        written += picture.follow(outcome, 2) + picture.cropped(text, text)
    return written


HEAD = "\x1b[H\x1b[2Jrun {} of `ps`; Ctrl-\n\n"


def test_a_text_that_fits_is_shown_whole():
    """W8: output taller than the screen lost its top."""
    picture = Picture()
    assert run(picture, 1, "a\n" * 6) == HEAD.format(1) + "a\n" * 6
    assert run(picture, 2, "a\n" * 7) == HEAD.format(2) + "a\n" * 5 + "... 2 more lines\n"
    assert run(picture, 3, "x" * 50 + "\nb\nc\nd\ne\n") == HEAD.format(3) + "x" * 50 + "\nb\nc\n... 2 more lines\n"


def test_the_commands_of_a_line_share_the_screen():
    picture = Picture()
    assert run(picture, 1, "a\n" * 4, "b\n" * 4, "c\n") == HEAD.format(1) + "a\n" * 4 + "b\n... 3 more lines\n"
    assert run(picture, 2, "a\n" * 3, "b\n" * 3) == HEAD.format(2) + "a\n" * 3 + "b\n" * 3


def test_the_same_number_in_another_watch_is_another_run():
    picture = Picture()
    assert run(picture, 1, "a\n") == HEAD.format(1) + "a\n"
    assert picture.follow(Outcome("watch ps", "watch"), 2) == ""
    assert run(picture, 1, "a\n") == HEAD.format(1) + "a\n"


def test_the_head_is_one_row_and_safe_to_show():
    shown = run(Picture(), 1, "a\n", line="echo 漢漢漢漢\x1b[2J")
    assert shown == "\x1b[H\x1b[2Jrun 1 of `echo 漢漢\n\na\n"


def test_a_terminal_that_cannot_be_emptied_gets_everything(monkeypatch):
    """T8: `watch` sent escapes to a dumb terminal."""
    monkeypatch.setenv("TERM", "dumb")
    assert run(Picture(), 1, "a\n" * 50) == "run 1 of `ps`; Ctrl-\n\n" + "a\n" * 50
