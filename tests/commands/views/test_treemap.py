"""`treemap` draws memory as `audit` counts it, and says for programs what it draws."""

import json

from tests.commands.support import fresh, output, run

# What a page of a process lies in.
PATH = ("pages of VMOs", "mapped by one process")


def fields(session, line="treemap"):
    (outcome,) = session.run(line)
    assert outcome.ok, outcome.error
    return outcome.result.fields


def changed(session):
    """The names of the boxes that are marked."""
    (outcome,) = session.run("treemap")
    return [box.label for box in outcome.result.scene().walk() if box.changed]


def test_fields_are_flat_and_add_up():
    session = fresh()
    found = fields(session)
    assert list(found) == ["total", "used", "free", "boxes"]
    assert found["total"] == found["used"] + found["free"] == session.state.machine.physmem.size
    assert found["used"] == fields(session, "audit")["used"]
    boxes = found["boxes"]
    assert [set(row) for row in boxes] == [{"kind", "koid", "name", "depth", "bytes"}] * len(boxes)
    assert (boxes[0]["depth"], boxes[0]["bytes"]) == (0, found["total"])
    for at, row in enumerate(boxes):
        inner = []
        for below in boxes[at + 1 :]:
            if below["depth"] <= row["depth"]:
                break
            if below["depth"] == row["depth"] + 1:
                inner.append(below["bytes"])
        assert not inner or sum(inner) == row["bytes"]
    assert {"kind": "task", "koid": 3020, "name": "sh:vc (3020)", "depth": 4, "bytes": 1335296} in boxes
    assert {"kind": "vmo", "koid": 1038, "name": "VMO 1038, bootfs", "depth": 4, "bytes": 6561792} in boxes
    json.dumps(found)


def test_its_value_is_what_is_used():
    session = fresh()
    run(session, "t = treemap")
    assert output(session, "echo $t") == output(session, "echo $t.used") != output(session, "echo $t.free")


def test_what_the_last_line_changed_is_marked():
    session = fresh()
    assert "changed" not in output(session, "treemap")
    run(session, "m = map 8M", "touch $m 8M w")
    text = output(session, "treemap")
    assert "used; * changed by the last line\n" in text
    assert changed(session) == ["free", "used", "page tables", "of processes", *PATH, "sh:console (2988)"]
    # Looking changes nothing, so the last line that changed something is still the same.
    assert output(session, "treemap") == text
    run(session, "e = event_create")
    assert "sh:console (2988)" not in changed(session)


def test_a_named_one_stays_what_it_was():
    session = fresh()
    run(session, "t = treemap", "m = map 8M", "touch $m 8M w")
    result = session.state.variables["t"]
    assert fields(session)["used"] > 101920768 and result.fields["used"] == 101920768


def test_no_line_of_its_own_changes_anything():
    session = fresh()
    run(session, "m = map 64k", "treemap", "links")
    assert "map 64k" in output(session, "undo")
