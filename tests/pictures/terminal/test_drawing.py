"""Pictures as text: byte for byte at three widths, in ASCII and Unicode; colours add nothing but colours."""

import re

import pytest

from kshell.pictures.scene import Scene
from kshell.pictures.terminal.drawing import DRAWERS, draw
from kshell.pictures.terminal.look import ASCII, COLOURS, FEW_COLOURS, UNICODE, cropped, named
from kshell.text import width
from tests.commands.support import output, run
from tests.pictures.views import GOLDEN, LINES, PICTURES, files, machine, scene


def test_pictures_are_as_they_were_looked_at():
    drawn = dict(files())
    assert set(drawn) == {path for path in GOLDEN.iterdir() if not path.name.startswith(("links", "treemap"))}
    for file, text in drawn.items():
        assert file.read_text(encoding="utf-8") == text, file.name


def test_no_row_is_wider_than_the_terminal():
    for file, text in files():
        columns = int(file.name.split("-")[1])
        assert max(map(width, text.splitlines())) <= columns, file.name
        assert text.isascii() == ("ascii" in file.name) and all(row == row.rstrip() for row in text.splitlines())


@pytest.mark.parametrize("columns", [*range(1, 40), 61, 100, 333])
def test_any_width_will_do(columns):
    for name in PICTURES:
        text = draw(scene_of(name), columns)
        assert max(map(width, text.splitlines())) <= max(columns, 20)


SCENES = {}


def scene_of(name):
    if name not in SCENES:
        SCENES[name] = scene(name)
    return SCENES[name]


@pytest.mark.parametrize("colours", [COLOURS, FEW_COLOURS])
@pytest.mark.parametrize("name", PICTURES)
def test_colours_say_nothing_that_is_not_written(name, colours):
    for look in (ASCII, UNICODE):
        painted = draw(scene_of(name), 80, look.coloured(colours))
        assert re.sub("\x1b\\[[0-9;]*m", "", painted) == draw(scene_of(name), 80, look)
        assert "\x1b[" in painted and all(
            row.count("\x1b[0m") * 2 == row.count("\x1b[") for row in painted.splitlines()
        )
        assert f"\x1b[{colours['partly' if name == 'big' else 'own']}m" in painted


def test_the_text_of_a_command_is_its_scene():
    session = machine(*LINES)
    for name, line in PICTURES.items():
        assert output(session, line) == (GOLDEN / f"{name}-80-ascii.txt").read_text(encoding="utf-8")


def test_names_that_terminals_would_obey_are_shown():
    session = machine("j = job_create $job", "p = process_create $j '\x1b[2J\u4e2d<script>'")
    text = run(session, "space $p.koid").output
    assert "\x1b" not in text and "\\x1b[2J\u4e2d<script>" in text


def test_rows_are_cropped_and_names_shortened():
    assert cropped([("abc", "own"), ("de  ", ""), ("  ", "")], 9) == [("abc", "own"), ("de", "")]
    assert cropped([("abc", "own"), ("de", "")], 4) == [("abc", "own"), ("d", "")]
    assert cropped([("\u4e2d\u4e2d", "")], 3) == [("\u4e2d", "")]
    assert (
        named("a\x07b", 9) == "a\\x07b" and named("abcdefgh", 6) == "abcd.." and named("\u4e2d\u4e2d", 3) == "..."[:2]
    )


def test_every_kind_has_a_drawer():
    for kind in ("pages", "space", "clones"):
        empty = Scene(kind, "nothing")
        assert DRAWERS[kind]() and empty.boxes == []
