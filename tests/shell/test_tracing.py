"""`trace on`: what happens in the machine, an event a line."""

from tests.commands.support import fresh, output
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
