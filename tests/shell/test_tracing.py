"""`trace on`: what happens in the machine, an event a line."""

from tests.commands.support import fresh, output, run
from tests.dump import dump


def test_a_trace_tells_what_happens_and_changes_nothing():
    session, plain = fresh(), fresh()
    lines = (
        "m = map 64k",
        "touch $m 8k",
        "vmar_protect $vmar $m 4k r",
        "spawn demo",
        "kill demo",
        "vmar_unmap $vmar $m 64k",
    )
    output(session, "trace on")
    told = "".join(output(session, line) for line in lines)
    for line in lines:
        output(plain, line)
    assert "trace: map, mapping 0x12fd000" in told
    assert "trace: page fault, a write at 0x12fd000, 2 pages" in told
    assert "trace: commit, VMO 3183" in told
    assert "trace: split, mapping" in told
    assert "trace: death, process 3184 demo, return code" in told
    assert "trace: free, VMO" in told
    assert dump(session) == dump(plain)
    output(session, "undo 2")
    assert output(session, "touch $m+8k 4k").count("trace:") == 2
    output(session, "trace off")
    assert "trace" not in output(session, "touch $m+12k 4k")


def test_a_trace_of_very_much_is_cut():
    session = fresh()
    output(session, "trace on")
    assert "trace: ... and " in output(session, "repeat 100 map 4k")


def test_each_event_in_its_words():
    session = fresh()
    run(session, "m = map 64k", "trace on")
    assert output(session, "touch $m+4k 8k") == (
        "trace: commit, VMO 3183, 2 pages from page 1\n"
        "trace: page fault, a write at 0x12fe000, 2 pages, mapping 0x12fd000-0x130d000 useralloc of VMO 3183\n"
        "2 faults, 2 pages committed\n"
    )
    assert output(session, "touch $m r") == (
        "trace: page fault, a read at 0x12fd000, 1 page, mapping 0x12fd000-0x130d000 useralloc of VMO 3183\n"
        "1 fault, 0 pages committed\n"
    )
    assert output(session, "vmar_protect $vmar $m 4k r") == (
        "trace: split, mapping 0x12fd000-0x12fe000 useralloc of VMO 3183 at 0x12fd000-0x12fe000\n"
    )
    assert output(session, "vmar_unmap $vmar $m 64k") == "trace: free, VMO 3183, 2 pages\n"
    assert output(session, "map 4k").startswith("trace: map, mapping 0x12fd000-0x12fe000 useralloc of VMO ")


def test_decommitted_pages_are_told_with_where_they_were():
    session = fresh()
    run(session, "v = vmo_create 64k", "vmo_op_range $v commit 0 64k", "trace on")
    assert output(session, "vmo_op_range $v decommit 8k 4k") == "trace: free, VMO 3183, 1 page from page 2\n"
    assert output(session, "vmo_op_range $v decommit 0 4k") == "trace: free, VMO 3183, 1 page\n"


def test_forty_events_are_told_and_the_rest_counted():
    session = fresh()
    run(session, "trace on")
    assert output(session, "repeat 40 map 4k").count("trace: map, ") == 40 and "more" not in output(session, "echo x")
    lines = output(session, "repeat 43 map 4k").splitlines()
    assert lines[39].startswith("trace: map, ") and lines[40:] == ["trace: ... and 3 more", "43 times"]
    # What was told is not told again.
    assert output(session, "echo x") == "x\n"
