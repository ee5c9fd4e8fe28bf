"""Scenes as data: what changed between two of them."""

import pytest

from kshell.pictures.scene import Box, Cell, Link, Scene, mark_changes


def scene(*cells, key="vmo:1", fill=0, links=()):
    made = Scene("pages", "pages")
    box = Box(key, "vmo", "v", size=64, fill=fill)
    box.cells = [Cell(*cell) for cell in cells]
    made.boxes = [box]
    made.links = [Link(*link) for link in links]
    return made


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ([(0, 4, "own")], [(0, 4, "own")], [False]),
        ([(0, 4, "own")], [(0, 4, "absent")], [True]),
        ([(0, 8, "absent")], [(0, 2, "own"), (2, 8, "absent")], [True, False]),
        ([(0, 2, "own"), (2, 8, "absent")], [(0, 8, "own")], [True]),
        ([(0, 4, "parent", 1)], [(0, 4, "parent", 2)], [True]),
        ([(0, 4, "own")], [(0, 4, "own"), (4, 6, "absent")], [False, True]),
        ([(0, 2, "own"), (2, 4, "own")], [(0, 4, "own")], [False]),
        ([(0, 9, "own", 1, 3)], [(0, 9, "own", 1, 3)], [False]),
        ([(0, 9, "own", 1, 3)], [(0, 9, "own", 1, 4)], [True]),
        ([(0, 9, "own", 1, 3)], [(0, 9, "own", 1)], [True]),
    ],
)
def test_cells_that_are_not_as_they_were(before, after, changed):
    later = scene(*after)
    mark_changes(scene(*before), later)
    assert [cell.changed for cell in later.boxes[0].cells] == changed
    assert later.boxes[0].changed == any(changed)


def test_a_box_is_known_by_its_key_alone():
    same, other, fuller = scene(), scene(key="vmo:2"), scene(fill=4)
    for later in (same, other, fuller):
        mark_changes(scene(), later)
    assert [made.boxes[0].changed for made in (same, other, fuller)] == [False, True, True]


def test_links_that_are_new():
    later = scene(links=[("a", "b", "handle", "rw"), ("a", "c", "handle", "r")])
    mark_changes(scene(links=[("a", "b", "handle", "rw")]), later)
    assert [link.changed for link in later.links] == [False, True]


def test_boxes_in_boxes_are_walked_from_outside_in():
    made = scene()
    made.boxes[0].boxes = [Box("a", "vmar", ""), Box("b", "vmar", "")]
    made.boxes[0].boxes[0].boxes = [Box("c", "mapping", "")]
    assert [box.key for box in made.walk()] == ["vmo:1", "a", "c", "b"]
    assert made.find("c") is made.boxes[0].boxes[0].boxes[0]
    assert made.find("d") is None
