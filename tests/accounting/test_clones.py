"""Clone families against a naive walk: page by page, handle by handle."""

from random import Random

import pytest

from kshell.accounting.clones import family, path, record
from tests.commands.support import fresh, run

PAGES = 24


def grown(seed):
    """A session with a random family, and its VMOs by the variable each was made under."""
    chance, session = Random(seed), fresh()
    run(session, f"v0 = vmo_create {PAGES * 4}k", "p = spawn demo", "c = channel_create")
    names = ["v0"]
    for step in range(30):
        name = chance.choice(names)
        kind = chance.randrange(6)
        if kind < 2:
            made = f"v{len(names)}"
            size, at = chance.randrange(1, PAGES) * 4096 - chance.choice((0, 0, 100)), chance.randrange(PAGES // 2)
            if run(session, f"{made} = vmo_clone ${name} cow {at}*4k {size}").ok:
                names.append(made)
        elif kind == 2:
            run(session, f"vmo_write ${name} {chance.randrange(PAGES)}*4k --len {chance.randrange(1, 12)}k")
        elif kind == 3:
            whose = chance.choice(("$vmar", "$p.koid"))
            if whose == "$vmar":
                run(session, f"vmar_map $vmar 0 ${name} 0 {chance.randrange(1, PAGES)}*4k rw")
            else:
                run(session, f"give $p ${name}")
        elif kind == 4:
            run(session, f"d{step} = handle_duplicate ${name} same", f"channel_write $c x $d{step}")
        elif chance.random() < 0.5:
            run(session, f"vmo_set_size ${name} {chance.randrange(1, PAGES)}*4k")
    vmos = {name: session.state.process.handles.get(session.state.number(name)).object for name in names}
    for name in names[1:]:
        if chance.random() < 0.3:
            run(session, f"handle_close ${name}")
    return session, {name: vmo for name, vmo in vmos.items() if vmo.exists}


@pytest.mark.parametrize("seed", range(12))
def test_a_random_family(seed):
    session, vmos = grown(seed)
    machine = session.state.machine
    for asked in vmos.values():
        members = family(machine, asked)
        by_vmo = {member.vmo: member for member in members}
        root = path(asked)[0]
        assert root.parent is None and members[0].vmo is root and len(by_vmo) == len(members)
        # All of the machine's VMOs whose first ancestor is the same.
        assert set(by_vmo) == {vmo for vmo in machine.vmos if path(vmo)[0] is root}
        for at, member in enumerate(members):
            vmo = member.vmo
            assert member.depth == len(path(vmo)) - 1
            assert member.begins == sum(step.parent_page for step in path(vmo))
            assert member.own_pages == sum(page in vmo.pages for page in range(PAGES * 2))
            assert vmo.parent is None or members.index(by_vmo[vmo.parent]) < at
            check_holds(machine, member)


def check_holds(machine, member):
    """What keeps a member, counted anew."""
    vmo = member.vmo
    held = {(hold.by, hold.process): hold.count for hold in member.held}
    for process in machine.processes.values():
        assert held.pop(("handle", process.koid), 0) == sum(found.object is vmo for _, found in process.handles)
        shown = [mapping for mapping in process.root_vmar.mappings() if mapping.vmo is vmo]
        assert held.pop(("mapping", process.koid), 0) == len(shown)
        assert [mapping for koid, mapping in member.mappings if koid == process.koid] == shown
    assert held.pop(("message", 0), 0) == sum(handle.object is vmo for handle in machine.handles.travelling)
    assert held.pop(("clone", 0), 0) == sum(other.parent is vmo for other in machine.vmos)
    assert not held


def test_the_record_for_programs():
    session = fresh()
    run(session, "a = vmo_create 64k", "vmo_write $a 0 --len 8k", "c = vmo_clone $a cow 4k 32k", "m = map 4k")
    run(session, "n = vmar_map $vmar 0 $c 4k 8k r", "handle_close $a")
    first, second = map(record, family(session.state.machine, session.state.process.handles.get(
        session.state.number("c")).object))  # fmt: skip
    assert (first["parent"], first["offset"], first["size"], first["own_pages"], first["depth"]) == (
        None,
        0,
        65536,
        2,
        0,
    )
    assert first["kept_by"] == [{"by": "clone", "process": None, "handle": None, "count": 1}]
    assert (second["parent"], second["offset"], second["own_pages"], second["depth"]) == (first["koid"], 4096, 0, 1)
    assert second["mapped_by"] == [
        {"process": 2988, "addr": session.state.number("n"), "offset": 4096, "size": 8192}
    ]  # fmt: skip


def test_what_the_kernel_keeps():
    session = fresh()
    machine = session.state.machine
    kept = [vmo for vmo in machine.vmos if vmo.kept]
    assert all([hold.by for hold in family(machine, vmo)[0].held][-1] == "kernel" for vmo in kept)
