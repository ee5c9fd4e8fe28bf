"""Where things stand: within the sheet, in proportion, in the same place from moment to moment."""

import pytest

from kshell.kernel.abi import PAGE_SIZE
from kshell.pictures.layout import LEAST_WIDTH, lay_out
from kshell.pictures.layouts.strip import Slots
from kshell.pictures.scene import Box, Cell, Link, Scene
from tests.pictures.drawn import HOSTILE, SCENES, clones, links, pages, space, treemap

WIDTHS = (LEAST_WIDTH, 840, 1600)


def marks(scene, width=840):
    return {mark.id: mark for mark in lay_out(scene, width).marks}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["demo", HOSTILE, "x" * 500])
@pytest.mark.parametrize("kind", SCENES)
def test_everything_is_on_the_sheet_under_a_name_of_its_own(kind, name, width):
    layout = lay_out(SCENES[kind](name), width)
    assert layout.width == width
    names = [mark.id for mark in layout.marks]
    assert len(set(names)) == len(names)
    for mark in layout.marks:
        if mark.kind == "line":
            assert min(mark.x, mark.x + mark.w) >= 0 and max(mark.x, mark.x + mark.w) <= width
            assert min(mark.y, mark.y + mark.h) >= 0 and max(mark.y, mark.y + mark.h) <= layout.height
            continue
        assert mark.x >= 0 and mark.x + mark.w <= width + 0.1, mark.id
        top = mark.y - mark.h if mark.kind == "text" else mark.y
        assert top >= 0 and mark.y + (0 if mark.kind == "text" else mark.h) <= layout.height, mark.id
        assert mark.text.isprintable() and all(line.isprintable() for line in mark.title.split("\n"))


@pytest.mark.parametrize("kind", SCENES)
def test_every_box_has_a_mark(kind):
    scene = SCENES[kind]()
    keys = {mark.key for mark in lay_out(scene, 840).marks}
    assert {box.key for box in scene.walk()} <= keys


def test_a_sheet_is_not_narrower_than_it_can_be():
    assert lay_out(pages(), 10).width == LEAST_WIDTH


@pytest.mark.parametrize("kind", SCENES)
def test_what_did_not_change_stays_where_it_is(kind):
    """A later moment, in which something is marked as changed, moves nothing."""
    before, after = SCENES[kind](), SCENES[kind]()
    for box in after.walk():
        box.changed = True
        for cell in box.cells:
            cell.changed = True
    was, now = marks(before), marks(after)
    for name, mark in was.items():
        if not name.startswith("/"):
            found = now.get(name)
            assert found is not None and (found.x, found.y, found.w, found.h) == (mark.x, mark.y, mark.w, mark.h)


# Pages


def cells(scene, width=840):
    return [mark for mark in lay_out(scene, width).marks if mark.part.startswith("cell:")]


def test_cells_are_in_proportion_and_say_what_they_are():
    first, second, third, *_ = cells(pages())
    assert (first.w, second.w, third.w) == (5 * 22, 7 * 22, 22)
    assert (first.cls, second.cls) == ("cell own", "cell parent")
    assert first.title == "0x1200000 to 0x1205000, 5 pages: own"
    assert second.title == "0x1205000 to 0x120c000, 7 pages: parent 3170"
    assert third.title == "0x120c000 to 0x120d000, 1 page: own; changed"
    assert second.x == first.x + first.w and second.y == first.y


def test_a_run_goes_on_in_the_next_row():
    absent = [mark for mark in cells(pages()) if mark.cls == "cell absent"]
    assert [mark.part for mark in absent] == ["cell:13", "cell:32", "cell:44"]
    assert absent[1].y == absent[0].y + 22 and absent[1].x < absent[0].x
    rows = [mark.text for mark in lay_out(pages(), 840).marks if mark.part.startswith("row:")]
    assert rows == ["0x1200000", "0x1220000"]


def test_a_changed_run_has_a_frame_and_a_parents_run_its_name():
    found = marks(pages())
    key = "mapping:2988:0x1200000"
    assert found[f"{key}/mark:12"].cls == "mark" and f"{key}/mark:0" not in found
    assert found[f"{key}/owner:5"].text == "3170" and f"{key}/owner:0" not in found
    assert found["/word:2"].text == "changed"


def box_of(*runs, unit=1):
    box = Box("vmo:1", "vmo", "1", runs[-1][1] * PAGE_SIZE, 0)
    box.cells = [Cell(*run) for run in runs]
    box.unit = unit
    return box


def slots(box, most, unit=1):
    found = Slots(box, most, unit)
    return found.unit, [(run.start, run.end, run.state, run.full) for run in found.runs]


@pytest.mark.parametrize(
    ("runs", "most", "unit", "expected"),
    [
        ([(0, 4, "own", 1), (4, 8, "absent")], 8, 1, [(0, 4, "own", True), (4, 8, "absent", True)]),
        ([(0, 4, "own", 1), (4, 8, "absent")], 4, 2, [(0, 2, "own", True), (2, 4, "absent", True)]),
        (
            [(0, 3, "own", 1), (3, 8, "absent")],
            4,
            2,
            [(0, 1, "own", True), (1, 2, "own", False), (2, 4, "absent", True)],
        ),
        (
            [(0, 1, "zero"), (1, 2, "parent", 1), (2, 8, "absent")],
            4,
            2,
            [(0, 1, "parent", False), (1, 4, "absent", True)],
        ),
        ([(0, 9, "own", 1)], 2, 8, [(0, 2, "own", True)]),
    ],
)
def test_a_slot_shows_what_is_of_most_note_in_it(runs, most, unit, expected):
    assert slots(box_of(*runs), most) == (unit, expected)


def test_slots_are_not_finer_than_the_cells():
    assert slots(box_of((0, 8, "own", 1, 3), (8, 16, "absent"), unit=8), 16) == (
        8,
        [(0, 1, "own", False), (1, 2, "absent", True)],
    )


def test_16_tib_are_few_marks():
    count = 1 << 32
    scene = Scene("pages", "large")
    scene.boxes = [box_of((0, 1, "own", 1), (1, count - 1, "absent"), (count - 1, count, "own", 1))]
    layout = lay_out(scene, 840)
    assert len(layout.marks) < 100
    notes = [mark.text for mark in layout.marks if mark.part.startswith("note:")]
    assert notes[0].startswith("a square is 8,388,608 pages, 32G: it shows the first of own")
    shown = cells(scene)
    assert shown[0].cls == shown[-1].cls == "cell own some"


def test_the_worst_pages_are_bounded():
    """Every other page of two million, as the finest cells that a scene has."""
    scene = Scene("pages", "comb")
    scene.boxes = [
        box_of(*((at * 1024, (at + 1) * 1024, ("own", "absent")[at % 2], 1) for at in range(2048)), unit=1024)
    ]
    assert len(lay_out(scene, 840).marks) < 1200


# Address spaces


def test_what_is_resident_fills_its_share():
    found = marks(space())
    boxes = [found[f"mapping:{at}/box"] for at in range(3)]
    assert "mapping:0/fill" not in found
    half, whole = found["mapping:1/fill"], found["mapping:2/fill"]
    assert half.w == pytest.approx((boxes[1].w - 3) / 2, abs=0.1) and whole.w == boxes[2].w - 3
    assert half.cls == "fill hue-orange" and whole.cls == "fill hue-blue"
    assert "changed" in boxes[1].cls.split() and "changed" not in boxes[2].cls.split()


def test_the_highest_address_is_at_the_top_and_vmars_hold_what_is_in_them():
    found = marks(space())
    low, high, vmar = found["mapping:0/box"], found["mapping:2/box"], found["vmar:2/box"]
    assert high.y < low.y < found["gap:1/box"].y and found["more:1/box"].y < vmar.y
    assert vmar.y < high.y and low.y + low.h < vmar.y + vmar.h and vmar.x < low.x
    names = list(found)
    assert names.index("vmar:1/box") < names.index("vmar:2/box") < names.index("mapping:0/box")
    assert found["mapping:0/perms"].text == "rw-" and found["mapping:0/shows"].text == "VMO 3183"
    assert found["mapping:1/size"].text == "64k of 128k" and found["mapping:1/address"].text == "0x1300000"


def test_a_hundred_thousand_mappings_are_few_rows():
    scene = Scene("space", "many")
    root = Box("vmar:1", "aspace", "root", 1 << 47, 0, 0)
    root.boxes = [Box(f"mapping:{at}", "mapping", str(at), PAGE_SIZE, at * PAGE_SIZE, 0) for at in range(100_000)]
    scene.boxes = [root]
    layout = lay_out(scene, 840)
    assert len(layout.marks) < 700
    keys = {mark.key for mark in layout.marks}
    assert {"mapping:0", "mapping:59", "mapping:99940", "mapping:99999"} <= keys and "mapping:60" not in keys
    assert marks(scene)["vmar:1/more"].text == "... 99880 more"


# Clones


def test_a_clone_stands_below_the_pages_that_it_is_a_clone_of():
    found = marks(clones())
    root, child, below = (found[f"vmo:{koid}/cell:0"] for koid in (3170, 3183, 3190))
    side = root.w / 20
    assert child.x == root.x + 8 * side and below.x == root.x + 12 * side
    assert child.w == 3 * side and found["vmo:3183/cell:3"].w == 9 * side
    assert root.y < child.y < below.y
    assert found["vmo:3170/label"].text == "VMO 3170" and found["vmo:3190/size"].text == "0B own, of 32k"
    assert "hue-purple" in found["vmo:3183/box"].cls.split() and "plain" in found["vmo:3170/box"].cls.split()
    twig = found["vmo:3190/twig"]
    assert twig.x + twig.w < found["vmo:3190/box"].x and "vmo:3170/twig" not in found


def test_a_family_of_thousands_is_bounded():
    scene = clones()
    scene.boxes[0].boxes += [Box(f"vmo:x{at}", "vmo", str(at), PAGE_SIZE, 0, 0) for at in range(10_000)]
    layout = lay_out(scene, 840)
    assert len(layout.marks) < 1000
    assert "9883 more VMOs not shown" in [mark.text for mark in layout.marks]


# Treemaps


def test_areas_are_in_proportion_and_what_is_free_has_the_bar():
    found = marks(treemap())
    free = found["line:free/bar:line:free"]
    assert free.w == pytest.approx(800 * 0.6, abs=0.1)
    assert "line:free/box" not in found and "line:physical memory/box" not in found

    def area(key):
        return found[f"{key}/box"].w * found[f"{key}/box"].h

    assert area("line:wired") / area("line:pages of VMOs") == pytest.approx(3, rel=0.05)
    assert area("p:1") / area("p:2") == pytest.approx(7 / 3, rel=0.1)
    assert "hue-green" in found["line:wired/box"].cls and "hue-orange" in found["p:2/box"].cls
    outer, inner = found["line:pages of VMOs/box"], found["p:1/box"]
    assert outer.x < inner.x and inner.x + inner.w < outer.x + outer.w and inner.y + inner.h < outer.y + outer.h


def test_boxes_that_are_too_small_are_not_drawn():
    scene = treemap()
    scene.find("line:pages of VMOs").boxes += [
        Box(f"p:{at}", "task", "t", 1, state="mapped") for at in range(3, 50_000)
    ]
    assert len(lay_out(scene, 840).marks) < 4000


# Links


def test_links_lead_from_the_left_to_the_right():
    found = marks(links())
    task, vmo, parent = (found[f"{key}/box"] for key in ("links:3100", "vmo:1", "vmo:2"))
    assert task.x + task.w < vmo.x and vmo.x + vmo.w < parent.x
    line = found["handle:8/link:vmo:1:handle:rw"]
    row = found["handle:8/box"]
    assert (line.x, line.y) == (round(row.x + row.w, 1), row.y + row.h / 2)
    assert round(line.x + line.w, 1) == vmo.x and line.cls == "link handle"
    # Peers lead to each other: one line with two heads.
    assert found["channel:3/link:channel:4:peer:"].cls == "link peer both"
    assert "channel:4/link:channel:3:peer:" not in found
    assert found["handle:8/label"].text == "handle 8" and found["handle:8/end"].text == "rw"
    assert found["/note:0"].text.startswith("a solid line is a handle; a dashed one a mapping; an orange one")


def test_thousands_of_links_are_bounded():
    scene = links()
    for at in range(20_000):
        scene.boxes[0].boxes.append(Box(f"handle:x{at}", "handle", str(at)))
        scene.boxes.append(Box(f"event:{at}", "object", str(at)))
        scene.links.append(Link(f"handle:x{at}", f"event:{at}", "handle"))
    layout = lay_out(scene, 840)
    assert len(layout.marks) < 1500
