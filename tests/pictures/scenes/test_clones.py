"""The scene of a clone family as data."""

from kshell.pictures.scenes.clones import ASKED, clones_scene
from tests.commands.support import run
from tests.pictures.scenes.test_cells import spread, vmo_of
from tests.pictures.views import LINES, machine


def test_clones_lie_in_what_they_were_cloned_from():
    session = machine(*LINES)
    scene = clones_scene(session.state.machine, vmo_of(session, "c"))
    (first,) = scene.boxes
    assert scene.title == "4 VMOs own 10 pages, 40k"
    assert [(box.key, box.base, box.size, box.fill, box.state) for box in scene.walk()] == [
        ("vmo:3183", 0, 96 << 10, 24 << 10, "own"),
        ("vmo:3184", 0, 96 << 10, 12 << 10, "own"),
        ("vmo:3185", 4096, 96 << 10, 4096, ASKED),
        ("vmo:3189", 8192, 32 << 10, 0, "own"),
    ]
    assert [box.key for box in first.boxes] == ["vmo:3184", "vmo:3189"]
    assert spread(first.boxes[1].cells)[:5] == [*[("parent", 3183)] * 4, ("absent", None)]
    assert first.facts[0] == ("kept by a handle of sh:console (2988), 2 clones; mapped by sh:console (2988)")
    assert [word for word, _ in scene.legend] == ["own", "parent", "zero", "absent", ASKED]


def test_a_long_chain_is_folded_and_its_end_stands_where_it_lies():
    session = machine("v = vmo_create 64k", "x = vmo_clone $v cow 0 64k")
    for _ in range(20):
        run(session, "x = vmo_clone $x cow 4k 64k")
    scene = clones_scene(session.state.machine, vmo_of(session, "x"))
    (more,) = (box for box in scene.walk() if box.kind == "more")
    assert more.label == "16 more VMOs, 0 pages between" and [box.kind for box in more.boxes] == ["vmo"]
    begins = sum(box.base for box in scene.walk())
    assert begins == 20 * 4096
