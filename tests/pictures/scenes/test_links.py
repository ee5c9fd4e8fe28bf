"""What a process reaches as a scene: all that leads somewhere, where it leads, and what is beyond."""

import pytest

from kshell.accounting.reached import Figures, Reach, identity
from kshell.pictures.scenes.links import MOST_OBJECTS, MOST_TO_ONE, links_scene
from kshell.pictures.scenes.names import vmo_key
from tests.commands.support import fresh, output, run


@pytest.fixture
def session():
    """A process `$o` with a few handles and mappings; the console's process has some of the same."""
    found = fresh()
    run(
        found,
        *("o = process_create $job other", "v = vmo_create 64k", "c = vmo_clone $v cow 0 64k", "w = vmo_write $c 0 x"),
        *("m = vmar_map $o.vmar 0 $c 0 64k rw", "vmar_map $o.vmar 0 $c 0 4k r", "e = event_create"),
        *("ch = eventpair_create", "d = handle_duplicate $c same", "hc = give $o.koid $d"),
        *("hh = give $o.koid $ch.1", "handle_close $ch.1", "he = give $o.koid $e"),
    )  # fmt: skip
    return found


def koid(session, name):
    return int(output(session, f"echo {name}.koid"))


def scene_of(session, name="$o", before=None):
    machine = session.state.machine
    process = machine.processes[koid(session, name)] if name else session.state.process
    return links_scene(machine, Reach(machine, process), before)


def test_handles_and_mappings_lead_to_objects_and_those_on(session):
    scene = scene_of(session)
    other, clone, parent, event = (koid(session, name) for name in ("$o", "$c", "$v", "$e"))
    near, far = (koid(session, f"$ch.handles.{end}") for end in (1, 0))
    addr = int(output(session, "echo $m"), 16)
    found = {(link.source, link.target, link.kind, link.label) for link in scene.links}
    handle = {name: f"handle:{other}:{int(output(session, f'echo ${name}'))}" for name in ("hc", "hh", "he")}
    assert found == {
        (handle["hc"], f"vmo:{clone}", "handle", "rwxmdt"),
        (handle["hh"], f"event-pair:{near}", "handle", "rw--dt"),
        (handle["he"], f"event:{event}", "handle", "rw--dt"),
        (f"mapping:{other}:{addr:#x}", f"vmo:{clone}", "mapping", "rw-"),
        (f"mapping:{other}:{addr + 0x10000:#x}", f"vmo:{clone}", "mapping", "r--"),
        (f"vmo:{clone}", f"vmo:{parent}", "clone", "clone of"),
        (f"event-pair:{near}", f"event-pair:{far}", "peer", "other end"),
    }


def test_links_lead_to_boxes_and_keys_are_there_once(session):
    for name in ("", "$o"):
        scene = scene_of(session, name)
        keys = [box.key for box in scene.walk()]
        assert len(set(keys)) == len(keys)
        assert {end for link in scene.links for end in (link.source, link.target)} <= set(keys)
        near = {box.key for box in scene.boxes[0].boxes}
        assert near == {link.source for link in scene.links if link.kind in ("handle", "mapping")}
        assert all(box.facts and all(fact.endswith(".") for fact in box.facts) for box in scene.walk())


def test_boxes_have_figures_and_say_who_else_refers_to_them(session):
    scene = scene_of(session)
    clone = scene.find(f"vmo:{koid(session, '$c')}")
    assert (clone.label, clone.size, clone.fill, clone.state) == (f"VMO {koid(session, '$c')}", 65536, 4096, "shared")
    assert clone.facts == [
        f"VMO {koid(session, '$c')}: 64k, 1 page of its own.",
        f"Also held by sh:console ({session.state.process.koid}).",
    ]
    addr = int(output(session, "echo $m"), 16)
    mapping = scene.find(f"mapping:{koid(session, '$o')}:{addr:#x}")
    assert (mapping.label, mapping.base, mapping.size, mapping.perms) == (f"{addr:#x}", addr, 65536, "rw-")
    assert mapping.shows == clone.key
    far = scene.find(f"event-pair:{koid(session, '$ch.handles.0')}")
    assert far.facts[1] == f"Held by sh:console ({session.state.process.koid})." and far.state == ""
    assert scene.find(f"event:{koid(session, '$e')}").state in ("shared", "alone")


def test_a_closed_end_and_a_lost_one_are_said(session):
    near = koid(session, "$ch.handles.1")
    run(session, "handle_close $ch.0")
    box = scene_of(session).find(f"event-pair:{near}")
    assert box.facts[0] == f"event-pair {near}: its other end is closed."


def test_tasks_lead_to_what_they_belong_to(session):
    scene = scene_of(session, "")
    found = {(link.source.partition(":")[0], link.target, link.label) for link in scene.links if link.kind == "task"}
    own = f"task:{session.state.process.koid}"
    assert {("thread", own, "of"), ("vmar", own, "of"), ("task", "task:1028", "in")} <= found


def test_ancestors_of_a_clone_are_followed_so_far(session):
    run(session, "k = vmo_clone $c cow 0 64k", "k = vmo_clone $k cow 0 64k", "k = vmo_clone $k cow 0 64k")
    run(session, "last = vmo_clone $k cow 0 64k", "x = give $o.koid $last")
    scene = scene_of(session)
    # The third ancestor is `$c`'s first clone, whose parent the process holds itself, and so is another object of its.
    assert sum(link.kind == "clone" for link in scene.links) == 3 + 1
    assert scene.notes == [f"VMO {koid(session, '$last')} has 2 more ancestors; `clones` shows them"]


@pytest.mark.parametrize("count", [MOST_TO_ONE, MOST_TO_ONE + 1, MOST_TO_ONE + 2, 40])
def test_many_handles_to_one_object_are_folded(session, count):
    for _ in range(count - 1):
        run(session, "d = handle_duplicate $v same", "x = give $o.koid $d")
    run(session, "d = handle_duplicate $v same", "x = give $o.koid $d")
    target = f"vmo:{koid(session, '$v')}"
    scene = scene_of(session)
    links = [link for link in scene.links if link.target == target and link.kind == "handle"]
    if count <= MOST_TO_ONE + 1:
        assert len(links) == count
    else:
        assert len(links) == MOST_TO_ONE + 1
        more = scene.find(links[-1].source)
        assert (more.kind, more.label) == ("more", f"{count - MOST_TO_ONE} more handles")
        newest = int(output(session, "echo $x"))
        assert links[0].source.endswith(f":{newest}")


def test_many_objects_of_a_type_are_folded_and_the_newest_are_kept(session):
    for _ in range(30):
        run(session, "n = event_create", "x = give $o.koid $n", "handle_close $n")
    scene = scene_of(session)
    events = [box for box in scene.boxes if box.key.startswith("event:")]
    assert len(events) == MOST_OBJECTS
    assert events[-1].key == f"event:{koid(session, '$n')}"
    more = scene.find("more:event")
    assert (more.kind, more.label) == ("more", f"{31 - MOST_OBJECTS} more events")
    (link,) = [link for link in scene.links if link.target == more.key]
    assert scene.find(link.source).label == f"{31 - MOST_OBJECTS} handles"


def test_vmos_of_note_are_kept():
    session = fresh()
    scene = scene_of(session, "")
    vmos = [box for box in scene.boxes if box.kind == "vmo"]
    assert len(vmos) == MOST_OBJECTS
    assert {"vmo:1031", "vmo:2990"} <= {box.key for box in vmos}
    more = scene.find("more:VMO")
    whole = [one.object for one in Reach(session.state.machine, session.state.process).objects.values()
             if hasattr(one.object, "page_count")]  # fmt: skip
    assert more.label == f"{len(whole) - MOST_OBJECTS} more VMOs"
    assert sum(box.size for box in (*vmos, more)) == sum(vmo.size for vmo in whole)
    assert sum(box.fill for box in (*vmos, more)) == sum(len(vmo.pages) << 12 for vmo in whole)


def marked(session, line):
    machine = session.state.machine
    before = Figures(Reach(machine, session.state.process))
    run(session, line)
    scene = scene_of(session, "", before)
    return [box.key for box in scene.walk() if box.changed], scene


def test_nothing_is_marked_without_a_moment_to_compare_with(session):
    assert not any(box.changed for box in scene_of(session, "").walk())


def test_what_a_line_made_is_marked(session):
    keys, scene = marked(session, "n = map 8k")
    own, addr = session.state.process.koid, int(output(session, "echo $n"), 16)
    vmo = next(link.target for link in scene.links if link.source == f"mapping:{own}:{addr:#x}")
    assert keys == [f"mapping:{own}:{addr:#x}", vmo]
    assert [link.target for link in scene.links if link.changed] == [vmo]


def test_what_changed_is_shown_though_it_is_of_no_note(session):
    plain = scene_of(session, "")
    reach = Reach(session.state.machine, session.state.process)
    hidden = next(
        one.object for one in reach.objects.values() if not one.object.koid and plain.find(vmo_key(one.object)) is None
    )
    before = Figures(reach)
    before.objects[identity(hidden)] = (0, 0, 0)
    box = scene_of(session, "", before).find(vmo_key(hidden))
    assert box.changed and not plain.find("more:VMO").changed


def test_what_went_is_counted(session):
    _, scene = marked(session, "handle_close $e")
    assert scene.notes == ["gone by the last line: 1 handle"]


def test_a_dead_process_reaches_nothing(session):
    run(session, "task_kill $o")
    machine = session.state.machine
    handle = int(output(session, "echo $o"))
    dead = session.state.process.handles.get(handle).object
    scene = links_scene(machine, Reach(machine, dead))
    assert scene.title == f"other ({dead.koid}): 0 handles, 0 mappings, 0 objects"
    assert len(scene.boxes) == 1 and not scene.links
