"""Links in the terminal: goldens, and what holds for any."""

import re

import pytest

from kshell.accounting.reached import Figures, Reach
from kshell.pictures.scenes.links import links_scene
from kshell.pictures.terminal.drawing import draw
from kshell.pictures.terminal.look import ASCII, COLOURS, FEW_COLOURS, UNICODE
from kshell.text import width
from tests.commands.support import fresh, run
from tests.pictures.goldens import same

WIDTHS = (40, 80, 200)
LOOKS = {"ascii": ASCII, "unicode": UNICODE}


@pytest.fixture(scope="module")
def session():
    """The console's process has a VMO, its clone's clone in several mappings, handles for many, and a pair."""
    found = fresh()
    run(
        found,
        *("v = vmo_create 64k", "w = vmo_write $v 0 --len 20k", "c = vmo_clone $v cow 0 64k"),
        *("d = vmo_clone $c cow 0 64k", "m = vmar_map $vmar 0 $d 0 64k rw", "handle_close $c"),
        *("n = vmar_map $vmar 0 $d 16k 16k r", "o = process_create $job other"),
        *("x = vmar_map $o.vmar 0 $v 0 32k r", "ch = channel_create"),
        *(f"e{at} = handle_duplicate $v same" for at in range(6)),
    )  # fmt: skip
    return found


@pytest.fixture(scope="module")
def scene(session):
    process = session.state.process
    before = Figures(Reach(session.state.machine, process))
    run(session, "touch $m 8k w", "new = event_create", "handle_close $e0")
    return links_scene(session.state.machine, Reach(session.state.machine, process), before)


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("look", LOOKS)
def test_the_picture(scene, columns, look):
    same(f"links-{columns}-{look}.txt", draw(scene, columns, LOOKS[look]))


@pytest.mark.parametrize("columns", (*WIDTHS, 20, 33, 63, 64, 79, 119, 120))
@pytest.mark.parametrize("look", LOOKS)
def test_no_line_is_wider_than_the_terminal_and_colours_change_no_character(scene, columns, look):
    plain = draw(scene, columns, LOOKS[look])
    assert all(width(line) <= columns for line in plain.splitlines())
    for colours in (COLOURS, FEW_COLOURS):
        painted = draw(scene, columns, LOOKS[look].coloured(colours))
        assert "\x1b[" in painted and re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain


def test_ascii_is_ascii(scene):
    assert draw(scene, 80).isascii()


@pytest.mark.parametrize("columns", WIDTHS)
def test_each_handle_and_mapping_stands_there_once_above_or_beside_its_object(scene, columns):
    lines = draw(scene, columns).splitlines()
    for link in scene.links:
        source = scene.find(link.source)
        if source.kind in ("handle", "mapping"):
            # A mapping and a VMO may have the same figures, so the whole word is looked for.
            assert sum(bool(re.search(rf"\b{source.kind} {source.label}\b", line)) for line in lines) == 1


def test_lines_of_an_object_join():
    session = fresh()
    text = draw(links_scene(session.state.machine, Reach(session.state.machine, session.state.process)), 80, UNICODE)
    assert "".join(re.findall("[┬┤┘]", text)) == "┬┤┘┬┘"


def test_a_hostile_name_is_shown_and_obeyed_by_nobody():
    session = fresh()
    (outcome,) = session.run("o = process_create $job '\x1b[2J<script>'")
    assert outcome.ok, outcome.error
    machine = session.state.machine
    process = next(one for one in machine.processes.values() if b"script" in one.name)
    for scene in (links_scene(machine, Reach(machine, process)),
                  links_scene(machine, Reach(machine, session.state.process))):  # fmt: skip
        for columns in WIDTHS:
            text = draw(scene, columns)
            assert "\x1b" not in text and "\\x1b[2J<script>" in text
