"""Physical memory as a scene: everything is in it once, and it adds up."""

import pytest

from kshell.accounting.ledger import Ledger
from kshell.pictures.scenes.treemap import MOST, mark_since, percent, treemap_scene
from tests.commands.support import fresh, output, run


@pytest.fixture
def session():
    """A machine on which memory is mapped, shared, cloned, held, sent and lost."""
    found = fresh()
    run(
        found,
        *("p = spawn demo", "m = map 1M", "t = touch $m 64k", "v = vmo_create 64k", "vmo_op_range $v commit 0 64k"),
        *("first = vmar_map $vmar 0 $v 0 64k rw", "o = process_create $job other"),
        *("third = vmar_map $o.vmar 0 $v 32k 32k r", "c = vmo_clone $v cow 4k 60k", "w = vmo_write $c 0 x"),
        *("ch = channel_create", "u = vmo_create 8k", "vmo_op_range $u commit 0 8k", "channel_write $ch.0 hello $u"),
        *("x = vmo_create 12k", "vmo_op_range $x commit 0 12k", "y = vmo_clone $x cow 4k 4k", "handle_close $x"),
    )
    return found


def koid_of(session, name):
    return int(output(session, f"echo {name}.koid"))


def scene_of(session, *most):
    return treemap_scene(session.state.machine, *most)


def test_a_box_is_as_large_as_what_lies_in_it_and_the_whole_is_the_machine(session):
    scene = scene_of(session)
    (top,) = scene.boxes
    assert top.size == session.state.machine.physmem.size
    for box in scene.walk():
        assert box.size > 0
        assert not box.boxes or box.size == sum(inner.size for inner in box.boxes)


def test_each_line_of_audit_that_is_not_0_has_its_box(session):
    scene = scene_of(session)
    lines = {f"line:{line.name}": line for _, line in Ledger(session.state.machine, "owner").top.walk() if line.bytes}
    boxes = {box.key: box for box in scene.walk() if box.kind == "line"}
    # Processes and VMOs stand where a ledger says how VMOs are kept or by how many they are mapped.
    assert set(lines) - set(boxes) == {
        *("line:and held by a handle", "line:kept by the mapping alone", "line:by 2"),
    }
    for key, box in boxes.items():
        assert box.size == lines[key].bytes
    assert [box.key for box in scene.boxes[0].boxes] == ["line:free", "line:used"]


def test_who_has_the_pages_of_vmos(session):
    scene = scene_of(session)
    koid = session.state.process.koid
    found = {
        line: [(box.label, box.size) for box in scene.find(f"line:{line}").boxes]
        for line in ("mapped by several processes", "in unread messages only", "kept by clones only")
    }
    assert found == {
        "mapped by several processes": [(f"VMO {koid_of(session, '$v')}", 65536)],
        "in unread messages only": [(f"VMO {koid_of(session, '$u')}", 8192)],
        "kept by clones only": [(f"VMO {koid_of(session, '$x')}", 12288)],
    }
    own = scene.find(f"line:mapped by one process/process:{koid}")
    assert (own.label, own.kind, own.state) == (f"sh:console ({koid})", "task", "mapped")
    assert own.facts[0].startswith(f"sh:console ({koid}) alone maps ")
    sizes = [box.size for box in scene.find("line:mapped by one process").boxes]
    assert sizes == sorted(sizes, reverse=True)


def test_states_say_what_bytes_are(session):
    scene = scene_of(session)
    leaves = [box for box in scene.walk() if not box.boxes]
    totals = {state: sum(box.size for box in leaves if box.state == state) for state, _ in scene.legend}
    assert list(totals) == ["free", "kernel", "mapped", "held"] and all(totals.values())
    assert sum(totals.values()) == scene.boxes[0].size
    assert totals["free"] == scene.find("line:free").size
    assert totals["mapped"] == sum(
        scene.find(f"line:mapped by {who}").size for who in ("one process", "several processes")
    )
    assert all(box.state == "" for box in scene.walk() if box.boxes)


def test_keys_are_there_once_and_every_box_has_something_to_say(session):
    scene = scene_of(session)
    boxes = list(scene.walk())
    assert len({box.key for box in boxes}) == len(boxes)
    for box in boxes:
        assert box.facts and all(fact.endswith(".") for fact in box.facts), box.key


def test_beyond_the_largest_there_is_one_box_with_the_sum(session):
    line = "line:held by handles only"
    whole = scene_of(session, None).find(line).boxes
    for most in (1, 3, len(whole) - 1):
        boxes = scene_of(session, most).find(line).boxes
        assert [box.key for box in boxes[:-1]] == [box.key for box in whole[:most]]
        more = boxes[-1]
        assert (more.kind, more.key) == ("more", f"{line}/more")
        assert more.size == sum(box.size for box in whole[most:])
        assert more.label == f"{len(whole) - most} more VMO{'s' if len(whole) - most > 1 else ''}"
    assert scene_of(session, len(whole)).find(f"{line}/more") is None
    assert len(whole) < MOST


def changed(session, lines, most=MOST):
    """The keys that are marked after lines."""
    before = scene_of(session, None)
    run(session, *lines)
    after = scene_of(session, most)
    mark_since(before, after)
    return [box.key for box in after.walk() if box.changed]


def test_what_changed_is_marked_with_all_that_it_lies_in(session):
    koid = session.state.process.koid
    assert changed(session, ["t = touch $m+512k 4k w"]) == [
        *("line:free", "line:used", "line:pages of VMOs", "line:mapped by one process"),
        f"line:mapped by one process/process:{koid}",
    ]


def test_what_is_new_is_marked_and_what_stays_is_not(session):
    found = changed(session, ["n = vmo_create 8k; vmo_op_range $n commit 0 8k"])
    assert f"line:held by handles only/vmo:{koid_of(session, '$n')}" in found
    assert not any(key.startswith("line:mapped") for key in found)


@pytest.mark.parametrize("most", [1, 2, MOST])
def test_the_box_of_all_others_is_marked_only_if_their_sum_changed(session, most):
    line = "line:held by handles only/more"
    assert line not in changed(session, ["t = touch $m+512k 4k w"], most)
    assert (line in changed(session, ["vmo_op_range $y commit 0 4k"], most)) == (most < MOST)


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        *((0, 9, "0%"), (9, 9, "100%"), (1, 1000, "<1%"), (999, 1000, ">99%"), (1, 2, "50%"), (0, 0, "0%")),
        *((5, 1000, "1%"), (4, 1000, "<1%"), (994, 1000, "99%"), (995, 1000, ">99%")),
    ],
)
def test_percents_never_say_that_something_is_nothing_or_all(part, whole, said):
    assert percent(part, whole) == said
