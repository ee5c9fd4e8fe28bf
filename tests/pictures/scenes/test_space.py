"""The scene of an address space as data: boxes in boxes, gaps, and what is folded."""

from kshell.pictures.scenes.space import DEEPEST, Layout, figures, space_scene
from kshell.pictures.terminal.drawing import draw
from tests.commands.support import run
from tests.pictures.views import LINES, machine
from tests.steps import growth


def kinds(box):
    return [(inner.kind, inner.size >> 10, kinds(inner)) for inner in box.boxes]


def scene_of(session, changed=()):
    return space_scene(session.state.machine, session.state.process, None, changed)


def test_regions_lie_in_their_vmars_with_the_gaps_between():
    scene = scene_of(machine(*LINES))
    (box,) = scene.boxes
    assert (box.key, box.base, box.size, box.fill) == ("aspace:2988", 0x1000000, 0x7FFFFFFFF000 - 0x1000000, 52 << 10)
    free = box.boxes[-1]
    assert kinds(box) == [
        ("vmar", 64, [("mapping", 16, []), ("gap", 48, [])]),
        ("mapping", 64, []),
        ("mapping", 96, []),
        ("vmar", 1024, [("vmar", 64, [("gap", 8, []), ("mapping", 16, []), ("gap", 40, [])]), ("gap", 960, [])]),
        ("gap", free.size >> 10, []),
    ]
    assert free.base + free.size == box.base + box.size
    for inner in box.walk():
        reached = inner.base
        for part in inner.boxes:
            assert part.base == reached
            reached += part.size
        assert reached in (inner.base, inner.base + inner.size) and inner.facts
    mapping = box.boxes[2]
    assert (mapping.key, mapping.perms, mapping.shows, mapping.fill) == (
        *("mapping:2988:0x1020000", "rw-", "vmo:3185", 4096),
    )
    assert mapping.facts == [
        "rw- useralloc, 96k at 0x1020000, 4k resident, shows VMO 3185 from 0x0 on.",
        "VMO 3185, 96k, has 1 page of its own.",
        "It is a clone of VMO 3184, from page 1 on.",
        "1 handle, 1 mapping refer to it.",
    ]
    assert len({inner.key for inner in box.walk()}) == len(list(box.walk()))


def test_a_dead_process_has_no_address_space():
    session = machine()
    process = session.state.machine.processes[3020]
    run(session, "kill 3020")
    scene = space_scene(session.state.machine, process)
    assert scene.boxes == [] and scene.notes == ["it has none any more: the process is dead"]
    assert draw(scene) == "address space of sh:vc (3020)\nit has none any more: the process is dead\n"


def test_what_changed_is_told_by_figures():
    session = machine(*LINES)
    before = figures(session.state.process)
    assert Layout(session.state.process).changed(before) == set()
    run(session, "vmar_protect $i $n 16k r")
    assert Layout(session.state.process).changed(before) == set()
    run(session, "touch $m+4k 4k w")
    run(session, "x = map 4k")
    changed = Layout(session.state.process).changed(before)
    marked = [box.base for box in scene_of(session, changed).walk() if box.changed]
    values = session.state.variables
    assert set(marked) == {values["m"].value, values["x"].value}


def test_very_many_regions_are_folded_by_runs():
    session = machine("v = vmo_create 200M", "repeat 20000 vmar_map $vmar 0 $v 0 4k rw", "m = map 64k", "n = map 4k")
    process = session.state.process
    addresses = [mapping.address for mapping in process.root_vmar.mappings()]
    scene = scene_of(session, {addresses[9000], addresses[9002], *addresses[12000:12040]})
    boxes = scene.boxes[0].boxes
    assert len(boxes) < 80
    shown = [box for box in scene.walk() if box.kind == "mapping"]
    more = [box for box in boxes if box.kind == "more"]
    total = process.aspace.mapping_count
    assert sum(int(box.label.split()[0].replace(",", "")) for box in more) + len(shown) == total
    assert sum(box.size for box in (*more, *shown)) == process.aspace.mapped_bytes
    # The ends, the largest and the first that changed.
    assert [box.base for box in shown] == sorted(box.base for box in shown)
    assert {session.state.variables[name].value for name in "mn"} <= {box.base for box in shown}
    assert sum(box.changed for box in shown) == 16 and sum(box.changed for box in more) == 1
    assert scene.notes == ["26 more regions that changed are folded"]
    assert any(box.label == "1 more mapping" for box in more)


def test_a_region_takes_steps_for_itself():
    def asked(count):
        session = machine("v = vmo_create 4k", f"repeat {count} vmar_map $vmar 0 $v 0 4k rw", "m = map 4k")
        return lambda: scene_of(session)

    assert growth(asked, 200, 4000) < 1.1


def test_deep_vmars_are_folded():
    session = machine("r = vmar_allocate $vmar 0 1M can-map-read,can-map-write")
    for _ in range(DEEPEST + 5):
        run(session, "r = vmar_allocate $r 0 1M can-map-read,can-map-write")
    labels = [box.label for box in scene_of(session).walk() if box.kind == "more"]
    assert labels == ["6 more VMARs"]
