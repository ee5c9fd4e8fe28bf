"""The treemap in the terminal: goldens, and what holds for any."""

import re

import pytest

from kshell.pictures.scene import Box, Scene
from kshell.pictures.scenes.treemap import mark_since, treemap_scene
from kshell.pictures.terminal.drawing import draw
from kshell.pictures.terminal.look import ASCII, COLOURS, FEW_COLOURS, UNICODE
from kshell.text import width
from tests.commands.support import fresh, run
from tests.pictures.goldens import same

WIDTHS = (40, 80, 200)
LOOKS = {"ascii": ASCII, "unicode": UNICODE}


@pytest.fixture(scope="module")
def scene():
    """The machine after boot, and a line that commits pages."""
    session = fresh()
    run(session, "m = map 8M")
    before = treemap_scene(session.state.machine, None)
    run(session, "touch $m 8M w")
    found = treemap_scene(session.state.machine)
    mark_since(before, found)
    return found


def made(*sizes, label="p{}", free=0, changed=()):
    """A scene of boxes of so many pages, in one line of what is used."""
    scene = Scene("treemap", "physical memory")
    boxes = [Box(f"b{at}", "task", label.format(at), size << 12, state="mapped") for at, size in enumerate(sizes)]
    for box in boxes:
        box.changed = box.key in changed
    used = Box("line:used", "line", "used", sum(sizes) << 12)
    used.boxes = boxes
    top = Box("line:physical memory", "line", "physical memory", (sum(sizes) + free) << 12)
    top.boxes = [Box("line:free", "line", "free", free << 12, state="free")] * bool(free) + [used] * bool(sizes)
    scene.boxes = [top]
    return scene


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("look", LOOKS)
def test_the_picture(scene, columns, look):
    same(f"treemap-{columns}-{look}.txt", draw(scene, columns, LOOKS[look]))


@pytest.mark.parametrize("columns", (*WIDTHS, 20, 33, 79, 133))
@pytest.mark.parametrize("look", LOOKS)
def test_no_line_is_wider_than_the_terminal_and_colours_change_no_character(scene, columns, look):
    plain = draw(scene, columns, LOOKS[look])
    assert all(width(line) <= columns for line in plain.splitlines())
    for colours in (COLOURS, FEW_COLOURS):
        painted = draw(scene, columns, LOOKS[look].coloured(colours))
        assert "\x1b[" in painted
        lines = re.sub(r"\x1b\[[0-9;]*m", "", painted).splitlines()
        # Colours are explained where there are any.
        meanings = [meaning for state, meaning in scene.legend if state != "free"]
        assert [line for line in plain.splitlines() if line not in lines] == []
        text = " ".join(lines)
        assert columns < 40 or all(meaning in text for meaning in meanings)


def test_ascii_is_ascii(scene):
    assert draw(scene, 80).isascii()


def test_eighty_columns_are_no_higher_than_a_terminal():
    assert len(draw(treemap_scene(fresh().state.machine), 80).splitlines()) <= 24


def test_everything_is_named_once_in_the_map_or_below_it():
    scene = made(100, 50, 25, 12, 6, 3, 1)
    text = draw(scene, 80)
    for at in range(7):
        assert len(re.findall(rf"\bp{at}\b", text)) == 1, text


@pytest.mark.parametrize("sizes", [[1], [1, 1], [1] * 200, [10**9, 1], [10**9, *[1] * 50], [2**at for at in range(40)]])
@pytest.mark.parametrize("columns", [20, 40, 80])
def test_any_sizes_can_be_drawn(sizes, columns):
    text = draw(made(*sizes, free=7), columns)
    assert all(width(line) <= columns for line in text.splitlines())
    if len(sizes) > 12:
        assert re.search(r"\d+\s+(more|small)", text)


def test_boxes_that_are_too_small_are_one_or_are_named_below():
    text = draw(made(1000, 1000, *[1] * 3), 80)
    assert "too small to be drawn: p2 4k, p3 4k, p4 4k\n" in text
    text = draw(made(1000, 1000, *[8] * 20), 80)
    assert re.search(r"\d+ small, \d+k: p\d+ 32k", text) and "| p0 4000k 46% " in text and "| p1 4000k 46% " in text


def test_a_machine_that_is_all_free_or_all_used():
    assert "used 0B 0%, free 4k 100%\n|" in draw(made(free=1), 80)
    assert "used 4k 100%, free 0B 0%\n|" + "#" * 78 + "|\n" in draw(made(1), 80)


def test_what_is_little_still_has_a_sign_in_the_bar():
    assert "|#" + "." * 77 + "|\n" in draw(made(1, free=10**6), 80)
    assert "|" + "#" * 77 + ".|\n" in draw(made(10**6, free=1), 80)


def test_a_hostile_name_is_shown_and_obeyed_by_nobody():
    text = draw(made(3, 1, label="\x1b[2J\n{}"), 80)
    assert "\x1b" not in text and "\\x1b[2J\\x0a0" in text


def test_wide_names_take_their_columns():
    for columns in (20, 40, 80):
        assert all(width(line) <= columns for line in draw(made(3, 2, 1, label="漢字漢字漢字{}"), columns).splitlines())


def test_what_changed_is_marked_in_the_map_and_in_the_list():
    text = draw(made(50, 1, changed={"b0"}), 80)
    assert "| * p0 " in text and "used; * changed by the last line\n" in text
    text = draw(made(500, *[6] * 6, label="a very long name of a process {}", changed={"b3"}), 80)
    assert re.search(r"\d\* ?\|", text) and "* a very long name of a process 3 24k" in text
