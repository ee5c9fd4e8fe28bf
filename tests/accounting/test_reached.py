"""What a process reaches, and who else refers to the same."""

import pytest

from kshell.accounting.reached import Figures, Reach, identity
from tests.commands.support import fresh, output, run


@pytest.fixture
def session():
    """The console's process shares VMO `$v` with process `$o`; a second handle to it is in an unread message."""
    found = fresh()
    run(
        found,
        *("v = vmo_create 64k", "m = vmar_map $vmar 0 $v 0 64k rw", "o = process_create $job other"),
        *("vmar_map $o.vmar 0 $v 0 32k r", "ch = channel_create", "d = handle_duplicate $v same"),
        *("e = handle_duplicate $v same", "channel_write $ch.0 hello $e"),
    )
    return found


def reach(session, name=None):
    machine = session.state.machine
    return Reach(machine, session.state.process if name is None else machine.processes[koid(session, name)])


def koid(session, name):
    return int(output(session, f"echo {name}.koid"))


def at(found, koid):
    return next(one for object_, one in found.objects.items() if object_.koid == koid)


def test_all_handles_and_mappings_lead_to_an_object_once(session):
    process = session.state.process
    found = reach(session)
    assert sorted(value for one in found.objects.values() for value, _ in one.handles) == sorted(
        value for value, _ in process.handles
    )
    assert {mapping.base for one in found.objects.values() for mapping in one.mappings} == {
        mapping.base for mapping in process.root_vmar.mappings()
    }
    for object_, one in found.objects.items():
        assert one.object is object_ and (one.handles or one.mappings)
        assert all(handle.object is object_ for _, handle in one.handles)


def test_the_newest_handle_comes_first(session):
    found = reach(session)
    newest = [value for value, _ in session.state.process.handles.newest_first()]
    firsts = [one.handles[0][0] for one in found.objects.values() if one.handles]
    assert firsts == sorted(firsts, key=newest.index)
    shared = at(found, koid(session, "$v"))
    values = [value for value, _ in shared.handles]
    assert values == [int(output(session, f"echo ${name}")) for name in ("d", "v")]


def test_who_else_holds_and_maps(session):
    shared = at(reach(session), koid(session, "$v"))
    assert ([one.koid for one in shared.holders], [one.koid for one in shared.mappers], shared.loose) == (
        *([], [koid(session, "$o")], 1),
    )
    assert shared.shared
    vdso = at(reach(session), 1031)
    others = [one for one in session.state.machine.processes if one != session.state.process.koid]
    assert {one.koid for one in vdso.holders} == {one.koid for one in vdso.mappers} < set(others)
    # The kernel has one of its own.
    assert vdso.loose == vdso.object.handle_count - len(vdso.handles) - len(vdso.holders)


def test_seen_from_the_other_process(session):
    found = reach(session, "$o")
    (shared,) = found.objects.values()
    assert ([len(shared.handles), len(shared.mappings)], shared.loose) == ([0, 1], 1)
    assert [one.koid for one in shared.holders] == [one.koid for one in shared.mappers] == [session.state.process.koid]


def test_what_it_alone_has_is_not_shared(session):
    run(session, "w = vmo_create 4k")
    assert not at(reach(session), koid(session, "$w")).shared


def test_the_far_end_of_a_pair_is_reached_or_far(session):
    run(session, "c = eventpair_create")
    near, far = (koid(session, f"$c.handles.{end}") for end in (0, 1))
    assert far in [object_.koid for object_ in reach(session).objects]
    run(session, "g = give $o.koid $c.1", "x = handle_close $c.1")
    found = reach(session)
    assert far not in [object_.koid for object_ in found.objects]
    (one,) = [one for object_, one in found.far.items() if object_.koid == far]
    assert one.object is at(found, near).object.peer
    assert [holder.koid for holder in one.holders] == [koid(session, "$o")]


def changed(session, line):
    before = Figures(reach(session))
    run(session, line)
    after = Figures(reach(session))
    return tuple(
        {key for key in {*was, *now} if was.get(key) != now.get(key)}
        for was, now in (
            *((before.handles, after.handles), (before.mappings, after.mappings), (before.objects, after.objects)),
        )
    )


@pytest.mark.parametrize(
    ("line", "handles", "mappings", "objects"),
    [
        ("print 1", 0, 0, 0),
        ("n = vmo_create 4k", 1, 0, 1),
        ("handle_close $d", 1, 0, 0),
        ("handle_replace $d r", 2, 0, 0),
        ("touch $m 4k w", 0, 0, 1),
        ("vmo_set_size $v 128k", 0, 0, 1),
        ("vmar_protect $vmar $m 64k r", 0, 1, 0),
        ("vmar_unmap $vmar $m 64k", 0, 1, 0),
        ("vmar_unmap $vmar $m+32k 4k", 0, 2, 0),
        ("n = vmo_clone $v cow 0 4k", 1, 0, 2),
        ("handle_close $ch.1", 1, 0, 2),
    ],
)
def test_figures_tell_what_a_line_changed(session, line, handles, mappings, objects):
    assert tuple(map(len, changed(session, line))) == (handles, mappings, objects)


def test_a_moment_without_the_process_has_no_figures():
    nothing = Figures()
    assert not nothing.handles and not nothing.mappings and not nothing.objects


def test_identities_are_each_objects_own(session):
    found = reach(session)
    assert len({identity(object_) for object_ in found.objects}) == len(found.objects)
