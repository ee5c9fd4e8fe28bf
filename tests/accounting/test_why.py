"""`why`, case by case: each kind of page, of holder and of end."""

import pytest

from kshell.accounting.endings import Ending
from kshell.accounting.holders import LOOKS, Holders
from kshell.kernel.handles import HandleTable
from kshell.kernel.physical_vmo import PhysicalVmo
from kshell.kernel.vmar import Mapping
from kshell.shell import registry
from tests.commands.support import fresh, output, run

ALL = ["ps", "vmaps", "k mx ps", "vmos", "memory", "audit"]


@pytest.fixture
def session():
    return fresh()


def why(session, *lines):
    """The only block of the last line, after the other lines."""
    outcome = run(session, *lines)
    assert outcome.ok, outcome.error
    fields = outcome.result.fields
    assert list(fields) == ["what", "kind", "blocks"]
    (block,) = fields["blocks"]
    assert list(block) == ["mapping", "vmo", "page", "seen", "held", "shows_in", "freed_by"]
    session.state.machine.check()
    return block


def value(session, name):
    return session.state.number(name)


def held(block):
    return sorted(one["by"] for one in block["held"])


def free_by_typing(session, freeing):
    """Types the lines of a set; what they free is what it says."""
    physmem = session.state.machine.physmem
    before = physmem.object
    for line in freeing["steps"]:
        assert run(session, line).ok, line
    assert (before - physmem.object) << 12 == freeing["bytes"]


def test_an_own_page(session):
    block = why(session, "m = map 64k", "touch $m", "why $m+8")
    koid = value(session, "m.koid")
    assert block["page"] == {"index": 0, "state": "own", "owner": koid}
    assert block["mapping"]["base"] == value(session, "m") and block["vmo"]["koid"] == koid
    assert block["seen"] == [{"process": 2988, "addr": value(session, "m"), "perms": "rw-", "how": "own"}]
    # The handle to it is closed: the mapping alone keeps it.
    assert block["held"] == [{"by": "mapping", "process": 2988, "handle": None, "rights": None}]
    assert block["shows_in"] == ALL
    assert [one["bytes"] for one in block["freed_by"]] == [4096, 1344 << 10]
    free_by_typing(session, block["freed_by"][0])


@pytest.mark.parametrize("depth", [1, 3])
def test_a_page_of_a_parent(session, depth):
    lines = ["v = vmo_create 64k", "vmo_op_range $v commit 0 16k"]
    for level in range(1, depth + 1):
        above = "v" if level == 1 else f"c{level - 1}"
        lines.append(f"c{level} = vmo_clone ${above} cow 4k 32k")
    block = why(session, *lines, f"m = vmar_map $vmar 0 $c{depth} 0 32k rw", "why $m")
    owner = value(session, "v.koid")
    assert block["page"] == {"index": 0, "state": "parent", "owner": owner}
    assert block["vmo"]["koid"] == value(session, f"c{depth}.koid")
    assert [one["how"] for one in block["seen"]] == ["parent"]
    # Seen through clones only: no RES has it.
    assert block["shows_in"] == ["vmos", "memory", "audit"]
    assert held(block) == ["clone", "handle"]
    text = output(session, "why $m")
    assert f"page {depth} of VMO {owner}" in text
    assert f"one fault, commits {depth} page" in text
    first, *_, last = block["freed_by"]
    assert first["steps"] == ["kill 2988"] and len(last["steps"]) == depth + 2 and last["bytes"] == 16 << 10
    free_by_typing(session, last)


def test_what_is_beyond_a_parent_that_ends_within_a_page_is_not_seen(session):
    lines = ("v = vmo_create 6k", "vmo_op_range $v commit 0 6k", "c = vmo_clone $v cow 0 16k")
    assert why(session, *lines, "m = vmar_map $vmar 0 $c 0 16k rw", "why $m+4k")["page"]["state"] == "parent"
    assert why(session, "why $m+8k")["page"] == {"index": 2, "state": "absent", "owner": None}


def test_nobody_has_the_page(session):
    block = why(session, "m = map 64k", "why $m")
    assert block["page"] == {"index": 0, "state": "absent", "owner": None}
    assert block["shows_in"] == ["vmos"] and block["freed_by"][0]["bytes"] == 0
    assert "write       one fault, commits 1 page" in output(session, "why $m")
    block = why(session, "touch $m r", "why $m")
    assert block["page"]["state"] == "zero" and [one["how"] for one in block["seen"]] == ["zero"]
    text = output(session, "why $m")
    assert "read        no fault" in text and "write       one fault, commits 1 page" in text


def test_a_page_beyond_the_size(session):
    lines = ("v = vmo_create 16k", "m = vmar_map $vmar 0 $v 0 16k r", "vmo_set_size $v 4k", "why $m+8k")
    block = why(session, *lines)
    assert block["page"] == {"index": 2, "state": "absent", "owner": None}
    text = output(session, "why $m+8k")
    assert "read        faults with ERR_OUT_OF_RANGE" in text and "write       faults with ERR_ACCESS_DENIED" in text


def test_an_address_where_nothing_is(session):
    block = why(session, "why 0x999999000")
    assert block["mapping"] is block["vmo"] is block["page"] is None
    assert block["seen"] == block["held"] == block["shows_in"] == block["freed_by"] == []
    assert "faults with ERR_NOT_FOUND" in output(session, "why 0x999999000")


def test_device_memory(session):
    device = next(vmo for vmo in session.state.machine.vmos if isinstance(vmo, PhysicalVmo))
    (mapping,) = device.mappings
    assert isinstance(mapping, Mapping)
    process = Holders(session.state.machine).process_of(mapping)
    line = f"as {process.koid} why {mapping.base:#x}"
    block = why(session, line)
    assert block["page"] == {"index": 0, "state": "absent", "owner": None}
    assert block["seen"][0]["how"] == "absent" and not {"ps", "memory", "audit"} & set(block["shows_in"])
    assert "device memory" in output(session, line)


def test_a_vmo_in_a_message_in_a_message(session):
    lines = ("v = vmo_create 64k", "vmo_op_range $v commit 0 64k", "koid = echo $v.koid")
    lines += ("a = channel_create", "b = channel_create", "channel_write $a.0 x $v", "channel_write $b.0 y $a.1")
    koid = value(session, "v.koid") if run(session, *lines[:2]).ok else 0
    run(session, *lines[3:])
    block = why(session, f"why {koid}")
    (one,) = block["held"]
    # The end it can be read from is in a message: nobody can read it now.
    assert one["by"] == "message" and one["process"] is None and one["rights"] == 0x3F
    assert block["shows_in"] == ["memory", "audit"] and not block["seen"]
    assert "which nobody can read" in output(session, f"why {koid}")
    by_hand = block["freed_by"][0]
    assert by_hand == {"steps": [f"handle_close {value(session, 'b.1')}"], "bytes": 64 << 10}
    free_by_typing(session, by_hand)


def test_a_message_is_between_two_processes(session):
    run(session, "p = process_create $job reader", "c = channel_create", "t = thread_create $p main")
    run(session, "process_start $p $t 0 0 $c.1 0", "v = vmo_create 4k")
    run(session, "koid = vmo_get_size $v", "w = why $v", "channel_write $c.0 hello $v")
    koid = next(reversed(session.state.machine.vmos)).koid
    (one,) = why(session, f"why {koid}")["held"]
    reader = value(session, "p.koid")
    assert (one["by"], one["process"]) == ("message", reader)
    assert session.state.machine.processes[reader].handles.get(one["handle"]) is not None
    text = output(session, f"why {koid}")
    assert f"for reader ({reader})" in text and "sh:console (2988)" in text


def test_a_vmo_that_only_a_clone_keeps(session):
    lines = ("v = vmo_create 64k", "vmo_op_range $v commit 0 64k", "c = vmo_clone $v cow 0 64k", "w = why $v")
    run(session, *lines, "handle_close $v")
    block = why(session, "why $w.blocks.0.vmo.koid")
    assert held(block) == ["clone"] and block["shows_in"] == ["memory", "audit"]
    assert block["freed_by"][0] == {"steps": [f"handle_close {value(session, 'c')}"], "bytes": 64 << 10}
    assert f"clone VMO {value(session, 'c.koid')}" in output(session, "why $w.blocks.0.vmo.koid")
    free_by_typing(session, block["freed_by"][0])


def test_a_mapping_of_a_vmo_whose_handle_is_closed(session):
    run(session, "v = vmo_create 64k", "m = vmar_map $vmar 0 $v 0 64k rw", "touch $m 64k", "w = why $v")
    assert held(why(session, "why $v")) == ["handle", "mapping"]
    assert "no longer a handle" in output(session, "handle_close $v; why $v")
    block = why(session, "why $w.blocks.0.vmo.koid")
    assert held(block) == ["mapping"] and block["page"] is None
    free_by_typing(session, block["freed_by"][0])


def test_a_mapping_in_a_vmar_without_a_handle_goes_with_its_process(session):
    run(session, "r = vmar_allocate $vmar 0 1M can-map-read", "v = vmo_create 4k", "m = vmar_map $r 0 $v 0 4k r")
    run(session, "handle_close $r", "handle_close $v")
    assert [one["steps"] for one in why(session, "why $m")["freed_by"]] == [["kill 2988"]]


def test_the_vdso_and_the_ramdisk_are_the_kernels(session):
    shared = session.state.machine.shared
    for name in ("vdso", "ramdisk"):
        block = why(session, f"why {shared[name].koid}")
        assert "kernel" in held(block) and block["freed_by"] == [] and "memory" in block["shows_in"]
        assert "nothing: the kernel keeps it" in output(session, f"why {shared[name].koid}")
    # Every process sees the vDSO.
    block = why(session, f"why {shared['vdso'].koid}")
    assert {one["process"] for one in block["seen"]} == set(session.state.machine.processes)
    assert block["shows_in"] == ALL


def test_the_boot_file_system_is_held_by_those_who_serve_it(session):
    block = why(session, f"why {session.state.machine.shared['bootfs'].koid}")
    assert held(block) == ["handle"] and not block["seen"]
    assert block["shows_in"] == ["vmos", "memory", "audit"]


def test_a_dead_process_that_is_held(session):
    block = why(session, "p = process_create $job gone", "task_kill $p", "why $p")
    assert held(block) == ["handle"] and block["shows_in"] == ["memory", "audit"]
    assert block["freed_by"][0] == {"steps": [f"handle_close {value(session, 'p')}"], "bytes": 0}
    assert "process gone" in output(session, "why $p") and "dead" in output(session, "why $p")


def test_channels_that_hold_each_other_are_lost(session):
    run(session, "v = vmo_create 64k", "vmo_op_range $v commit 0 64k", "w = why $v")
    run(session, "a = channel_create", "b = channel_create", "channel_write $a.0 x $v")
    # Each end is in a message that only the other end could read.
    run(session, "channel_write $a.0 x $b.1", "channel_write $b.0 x $a.1", "handle_close $a.0", "handle_close $b.0")
    block = why(session, "why $w.blocks.0.vmo.koid")
    assert held(block) == ["message"] and block["freed_by"] == []
    assert block["shows_in"] == ["memory", "audit"]
    assert "nobody can ever read" in output(session, "why $w.blocks.0.vmo.koid")


def test_a_process_and_a_job(session):
    block = why(session, "why sh:vc")
    assert block["freed_by"][0]["steps"] == ["kill 3020"] and block["shows_in"] == ALL
    free_by_typing(session, block["freed_by"][0])
    assert why(session, "why j:1068")["freed_by"][0]["steps"] == ["kill 1068"]
    free_by_typing(session, why(session, "why 1068")["freed_by"][0])


def test_a_number_that_is_several_things_has_a_block_for_each(session):
    outcome = run(session, "v = vmo_create 4k", "m = map 4k", "why $vmar")
    assert outcome.result.fields["kind"] == "vmar"
    table = session.state.process.handles
    number = 3020
    table._entries[number] = table.get(value(session, "v"))
    fields = run(session, "why 3020").result.fields
    del table._entries[number]
    assert fields["kind"] == "vmo+process" and len(fields["blocks"]) == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("why nosuch", "why: 'nosuch' is not a task, and not an address, a handle or a koid; "),
        ("why 5", "why: 5 is not a koid, not a handle of sh:console (2988), and not an address of a process"),
        ("why $s", "why: $s is a size, not an address, a handle or a koid"),
        ("why", "why: WHAT is missing"),
    ],
)
def test_what_is_nothing_is_refused(session, line, said):
    run(session, "s = stat")
    outcome = run(session, line)
    assert not outcome.ok and outcome.error.startswith(said), outcome.error


def test_an_address_of_another_process_is_asked_there(session):
    run(session, "spawn demo", "attach demo", "m = map 4k", "t = touch $m", "detach")
    # The value knows whose it is.
    assert why(session, "why $m")["seen"][0]["process"] == 3183
    assert why(session, f"as demo why {value(session, 'm'):#x}")["page"]["state"] == "own"
    assert output(session, "why $m").startswith(f"address {value(session, 'm'):#x} of demo (3183)\n")


def test_looks_by_index_find_what_looks_by_scan_find(session):
    machine = session.state.machine
    objects = [handle.object for process in machine.processes.values() for _, handle in process.handles]
    holders = Holders(machine)
    for object_ in objects[: LOOKS + 20]:
        by_index, by_scan = holders.of(object_), Holders(machine).of(object_)
        assert [(one.by, one.process, one.handle) for one in by_index] == [
            (one.by, one.process, one.handle) for one in by_scan
        ]


def test_a_block_is_short_and_fits(session):
    run(session, "v = vmo_create 64k", "vmo_op_range $v commit 0 64k", "n = repeat 70 handle_duplicate $v same")
    run(
        session,
        "n = repeat 9 vmo_clone $v cow 0 4k",
        "n = repeat 9 vmar_map $vmar 0 $v 0 4k r",
        "m = vmar_map $vmar 0 $v 0 4k r",
    )
    for line in ("why $v", "why $m", "why 1031", "why j:1068", "why 1025", "why sh:console"):
        lines = output(session, line).splitlines()
        assert len(lines) <= 24 and max(map(len, lines)) <= 80, line
    # Too many lines to let go of each reference, and one that ends the process.
    assert [one["steps"] for one in why(session, "why $v")["freed_by"]] == [["kill 2988"]]


def test_what_very_many_have_has_no_set(session, monkeypatch):
    monkeypatch.setattr("kshell.accounting.freeing.WORK", 20)
    run(session, "v = vmo_create 64k", "n = repeat 20 handle_duplicate $v same")
    assert why(session, "why $v")["freed_by"] == []
    assert "no short set of lines: 21 references" in output(session, "why $v")


def test_a_long_chain_of_clones(session):
    run(session, "v = vmo_create 4k", "vmo_op_range $v commit 0 4k", "c = vmo_clone $v cow 0 4k")
    for _ in range(200):
        run(session, "d = vmo_clone $c cow 0 4k", "handle_close $c", "c = echo $d")
    block = why(session, "m = vmar_map $vmar 0 $d 0 4k rw", "why $m")
    assert block["page"]["owner"] == value(session, "v.koid")
    assert [len(one["steps"]) for one in block["freed_by"]] == [1, 3]
    assert "commits 201 pages" in output(session, "why $m")


def test_the_lines_can_be_typed_and_free_what_they_say(session):
    """Every VMO of the booted machine that has sets, some more, and each set; `undo` brings it back."""
    run(
        session, "v = vmo_create 64k", "vmo_op_range $v commit 0 64k", "c = vmo_clone $v cow 0 8k", "e = channel_create"
    )
    run(session, "m = vmar_map $vmar 0 $c 0 8k rw", "d = handle_duplicate $v same", "channel_write $e.0 x $d")
    run(session, "p = process_create $job other", "n = vmar_map $p.vmar 0 $v 0 64k r")
    koids = [vmo.koid for vmo in session.state.machine.vmos if vmo.koid]
    for koid in koids[::3] + koids[-2:]:
        for freeing in why(session, f"why {koid}")["freed_by"]:
            free_by_typing(session, freeing)
            assert not run(session, f"why {koid}").ok
            run(session, f"undo {len(freeing['steps'])}")


def test_whoever_has_a_handle_to_a_vmar_can_unmap_there(session):
    run(session, "p = process_create $job other", "v = vmo_create 4k", "m = vmar_map $p.vmar 0 $v 0 4k r")
    one, two = (freeing["steps"] for freeing in why(session, "why $v")["freed_by"])
    # With this process the last handle to the other goes, which ends with it.
    assert one == ["kill 2988"]
    vmar = value(session, "p.vmar")
    assert two == [f"handle_close {value(session, 'v')}", f"vmar_unmap {vmar} {value(session, 'm'):#x} 0x1000"]


@pytest.mark.parametrize("word", ["99999999999999999999999", "-1", "0x", "é", "$?", "$_", "p:", "j:x", "1.5", "010"])
def test_bad_words_get_one_line(session, word):
    outcome = run(session, f"why {word}")
    assert not outcome.ok and outcome.exit in (1, 2) and outcome.error.count("\n") == 1, outcome.error


def test_what_can_follow_is_offered(session):
    run(session, "v = vmo_create 4k", "m = map 4k")
    param = registry.find("why").params[0]
    words = {word for word, _ in param.choices(session.state)}
    assert {"$v", "$m", "$self", "3020", "1068"} <= words
    assert "p:3020" in {word for word, _ in param.completions(session.state, ["p:3"], 0)}
    assert param.unfinished(session.state, ["sh:v"], 0) and not param.unfinished(session.state, ["zzz"], 0)


def test_where_the_vmo_is_mapped_no_other_table_is_looked_at(session, monkeypatch):
    run(session, "v = vmo_create 4k", "m = vmar_map $vmar 0 $v 0 4k rw")
    monkeypatch.setattr(Holders, "_scan", None)
    for line in ("why $m", "why $v", "why 2988", f"why {value(session, 'v')}"):
        assert run(session, line).ok, line


def test_a_job_goes_as_a_whole_where_nobody_else_is_in_it(session):
    run(session, "j = job_create $job", "p = process_create $j one", "q = process_create $j two", "v = vmo_create 4k")
    run(session, "m = vmar_map $p.vmar 0 $v 0 4k r", "n = vmar_map $q.vmar 0 $v 0 4k r", "w = why $v")
    run(session, "handle_close $v", "handle_close $p.vmar", "handle_close $q.vmar")
    p, q, j = (value(session, f"{name}.koid") for name in "pqj")
    steps = [freeing["steps"] for freeing in why(session, "why $w.blocks.0.vmo.koid")["freed_by"]]
    assert steps == [[f"kill {j}"], [f"kill {p}", f"kill {q}"]]
    run(session, "r = process_create $j three")
    assert len(why(session, "why $w.blocks.0.vmo.koid")["freed_by"]) == 1


def test_what_would_free_it_is_followed_once_for_each_set(session, monkeypatch):
    followed = []
    do = Ending.do

    def noted(self, steps):
        followed.append(tuple(step.key for step in steps))
        return do(self, steps)

    monkeypatch.setattr(Ending, "do", noted)
    block = why(session, "v = vmo_create 4k", "why $v")
    assert [one["steps"] for one in block["freed_by"]] and len(followed) == len(set(followed))
    assert len(followed) >= len(block["freed_by"])


def test_what_only_messages_hold_is_looked_for_in_no_table(session, monkeypatch):
    run(session, "v = vmo_create 4k", "c = channel_create", "as sh vmo_create 4k")
    vmo = session.state.process.handles.get(value(session, "v")).object
    run(session, "channel_write $c.0 x $v")
    looked = []
    values_for = HandleTable.values_for
    monkeypatch.setattr(
        HandleTable, "values_for", lambda self, object_: looked.append(object_) or values_for(self, object_)
    )
    (found,) = Holders(session.state.machine).of(vmo)
    assert found.by == "message" and vmo not in looked
