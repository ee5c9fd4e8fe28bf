"""Pictures on the screen of a console: as the terminal at hand can show them."""

import pytest

from kshell.console import drawing
from kshell.pictures.terminal.drawing import draw
from kshell.pictures.terminal.look import ASCII, COLOURS, FEW_COLOURS, UNICODE
from tests.commands.support import run
from tests.pictures.views import LINES, machine
from tests.screen import Terminal


@pytest.fixture
def place(monkeypatch):
    for name in ("LC_ALL", "LC_CTYPE", "LANG", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(drawing, "terminal_size", lambda: (40, 24))
    return monkeypatch


class Stream:
    def __init__(self, encoding):
        self.encoding = encoding


@pytest.mark.parametrize(
    ("names", "encoding", "look"),
    [
        ({"LANG": "en_US.UTF-8"}, "utf-8", UNICODE),
        ({"LANG": "C.UTF-8", "LC_ALL": ""}, "utf-8", UNICODE),
        ({"LANG": "C"}, "utf-8", ASCII),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, "utf-8", ASCII),
        ({"LANG": "en_US.UTF-8", "LC_CTYPE": "POSIX"}, "utf-8", ASCII),
        ({}, "utf-8", ASCII),
        ({"LANG": "en_US.ISO-8859-1"}, "iso-8859-1", ASCII),
        ({"LANG": "en_US.UTF-8"}, None, ASCII),
    ],
)
def test_unicode_where_it_can_be_shown(place, names, encoding, look):
    for name, value in names.items():
        place.setenv(name, value)
    place.setattr(drawing.sys, "stdout", Stream(encoding))
    assert drawing.characters() is look


def test_as_many_colours_as_there_are(place):
    place.setenv("TERM", "xterm-256color")
    assert drawing.colours() is COLOURS
    place.setenv("TERM", "linux")
    assert drawing.colours() is FEW_COLOURS
    place.setenv("COLORTERM", "truecolor")
    assert drawing.colours() is COLOURS


def test_a_scene_takes_the_place_of_its_text(place):
    session = machine(*LINES)
    outcome = run(session, "pages $m")
    scene = outcome.result.scene()
    place.setenv("TERM", "linux")
    assert drawing.drawn(outcome, False) == (draw(scene, 40), draw(scene, 40))
    assert drawing.drawn(outcome, True) == (draw(scene, 40), draw(scene, 40, ASCII.coloured(FEW_COLOURS)))
    outcome.output = f"trace: x\n{outcome.output}"
    assert drawing.drawn(outcome, False)[0] == f"trace: x\n{draw(scene, 40)}"


@pytest.mark.parametrize("line", ["pages $m --format json", "pages $m | head -1", "p = pages $m", "ps", "pages 77"])
def test_anything_else_stays_as_it_is(place, line):
    assert drawing.drawn(run(machine(*LINES), line), True) is None


def test_a_person_sees_it_in_the_terminals_own_characters(tmp_path):
    terminal = Terminal(tmp_path, columns=60, lines=24, LANG="C.UTF-8", LC_ALL="")
    try:
        terminal.wait_prompt()
        terminal.run("a = vmo_create 64k")
        terminal.run("w = vmo_write $a 0 --len 8k")
        terminal.run("pages $a")
        assert "    0x0  ██··············" in terminal.lines
    finally:
        terminal.process.close(force=True)
