"""`links` draws what a process reaches, and says all of it for programs."""

import json

import pytest

from kshell.kernel.vmo import Vmo
from tests.commands.support import fresh, output, run


def fields(session, line):
    (outcome,) = session.run(line)
    assert outcome.ok, outcome.error
    return outcome.result.fields


def test_fields_have_every_handle_mapping_and_object():
    session = fresh()
    found = fields(session, "links bin/devmgr")
    process = session.state.machine.processes[1041]
    assert list(found) == ["process", "handles", "mappings", "objects"] and found["process"] == 1041
    assert {row["handle"]: (row["koid"], row["rights"]) for row in found["handles"]} == {
        value: (handle.object.koid, handle.rights) for value, handle in process.handles
    }
    assert sorted((row["addr"], row["size"], row["koid"], row["offset"]) for row in found["mappings"]) == [
        (one.base, one.size, one.vmo.koid, one.vmo_offset) for one in process.root_vmar.mappings()
    ]
    objects = {handle.object for _, handle in process.handles} | {one.vmo for one in process.root_vmar.mappings()}
    assert len(found["objects"]) == len(objects)
    assert sum(row["committed"] or 0 for row in found["objects"]) == sum(
        len(one.pages) << 12 for one in objects if isinstance(one, Vmo)
    )
    json.dumps(found)


def test_an_object_for_programs():
    session = fresh()
    run(session, "v = vmo_create 64k", "c = vmo_clone $v cow 0 8k", "w = vmo_write $c 0 x", "p = process_create $job o")
    run(session, "m = vmar_map $p.vmar 0 $c 0 8k rw", "g = give $p.koid $c")
    koid, parent, process = (int(output(session, f"echo ${name}.koid")) for name in "cvp")
    rows = {row["koid"]: row for row in fields(session, "links")["objects"]}
    assert rows[koid] == {
        "koid": koid,
        "type": "vmo",
        "size": 8192,
        "committed": 4096,
        "parent": parent,
        "related": 0,
        "held_by": [process],
        "mapped_by": [process],
        "loose": 0,
    }
    assert rows[process]["type"] == "process" and rows[process]["size"] is None


@pytest.mark.parametrize(
    ("word", "said"), [("j:1068", "a job has no handles: give a process"), ("nobody", "no task 'nobody'")]
)
def test_what_is_no_process_is_refused(word, said):
    (outcome,) = fresh().run(f"links {word}")
    assert outcome.exit and said in outcome.error


def test_the_current_process_is_meant_without_a_task():
    session = fresh()
    assert output(session, "links") == output(session, "links 2988")
    run(session, "attach 3020")
    assert output(session, "links").startswith("sh:vc (3020): 12 handles")


def test_what_the_last_line_changed_is_marked():
    session = fresh()
    assert "*" not in output(session, "links")
    run(session, "e = event_create")
    (line,) = [line for line in output(session, "links").splitlines() if line.startswith("*") and "handle" in line]
    assert line.endswith(f"> * event {output(session, 'echo $e.koid').strip()}")
    run(session, "handle_close $e")
    assert output(session, "links").endswith("gone by the last line: 1 handle\n")


def test_a_process_that_was_not_there_is_all_new():
    session = fresh()
    run(session, "p = spawn demo")
    text = output(session, "links demo")
    lines = [line for line in text.splitlines() if line.startswith(("handle", "mapping"))]
    assert not lines and text.count("* handle") and text.count("* mapping")
