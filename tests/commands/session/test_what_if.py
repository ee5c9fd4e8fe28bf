"""`what-if`: any line, tried; nothing is done. That it foretells right is in tests/properties/test_moments.py."""

import json

import pytest

from kshell.shell.host import Host, Sandbox
from tests.commands.support import fresh, output, run
from tests.dump import difference, dump


@pytest.fixture
def session():
    session = fresh()
    run(session, "v = vmo_create 64k", "m = vmar_map $vmar 0 $v 0 64k rw")
    return session


def tried(session, line):
    outcome = run(session, f"what-if {line}")
    assert outcome.ok, outcome.error
    return json.loads(outcome.to_json())["result"]


def test_the_pinned_fields(session):
    found = tried(session, "touch $m 64k")
    assert list(found) == ["line", "ok", "exit", "status", "output", "diff"]
    assert (found["line"], found["ok"], found["exit"], found["status"]) == ("touch $m 64k", True, 0, "NO_ERROR")
    assert found["output"] == "16 faults, 16 pages committed\n" and found["diff"]["pages"] == 16
    assert list(found["diff"]) == ["from", "to", "pages", "tasks", "vmos", "mappings", "handles"]


def test_a_line_that_would_fail(session):
    found = tried(session, "vmo_read $v 1M 8")
    assert (found["ok"], found["exit"], found["status"]) == (False, 1, "ERR_OUT_OF_RANGE")
    assert tried(session, "nonsense")["exit"] == 127 and tried(session, "vmo_create")["exit"] == 2
    assert tried(session, "'! vmo_read $v 1M 8'")["ok"] and tried(session, "'nonsense || a = map 4k'")["ok"]
    assert output(session, "what-if vmo_read $v 1M 8").startswith(
        "would fail with ERR_OUT_OF_RANGE, exit 1, and print\n"
    )


@pytest.mark.parametrize(
    "line",
    [
        "x = map 64k", "'x = map 64k; touch $x 64k; attach 3020'", "kill 1208", "alias l ps", "snap a", "exit",
        "undo", "undo 2", "reset", "redo", "'kill 2988; ps'", "trace on", "what-if ps", "set colour on", "history",
    ],
)  # fmt: skip
def test_nothing_is_done(session, line):
    run(session, "n = vmo_create 4k", "undo", "true")
    plain, graph = dump(session)
    assert run(session, f"what-if {line}").ok
    found = dump(session)
    assert not difference((0, graph), (0, found[1])) and found[0][:3] == plain[:3]
    assert not session.state.finished and session.state.prompt == "magenta$ " and session.tracer is None


@pytest.mark.parametrize(
    "line",
    [
        "ps > {0}/f", "ps >> {0}/f", "'ps > {0}/f'", "ps | cat > {0}/f", "'echo a | tee {0}/f'", "save {0}/f",
        "shell touch {0}/f", "load {0}/there", "repeat 3 what-if ps > {0}/f", "what-if ps > {0}/f",
        "x = ps > {0}/f", "'ps > {0}/f && echo b >> {0}/f'",
    ],
)  # fmt: skip
@pytest.mark.parametrize("host", [Host, Sandbox])
def test_no_file_and_no_program_is_touched(line, host, tmp_path):
    (tmp_path / "there").write_text(f"echo a > {tmp_path}/f\n")
    session = fresh(host=host())
    run(session, f"what-if {line.format(tmp_path)}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there"]


def test_it_says_what_is_not_done(session):
    told = output(session, "what-if ps > /nowhere/at/all")
    assert "not done, as this is only tried: /nowhere/at/all is not written\n" in told


def test_undo_passes_over_it(session):
    run(session, "what-if touch $m 64k", "what-if kill 1208")
    assert output(session, "undo").startswith("undone: m = vmar_map $vmar 0 $v 0 64k rw\nwith it: 2 lines, which")


def test_what_it_prints_is_short(session):
    lines = output(session, "what-if ps").splitlines()
    assert lines[6] == "  ... and 13 more lines" and lines[-1] == "would change nothing that is counted"


def test_it_can_be_undo_itself(session):
    assert tried(session, "undo")["output"] == "undone: m = vmar_map $vmar 0 $v 0 64k rw\n"
    assert tried(session, "reset")["diff"]["vmos"]["gone"] == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("what-if", "LINE is missing"),
        ("what-if ''", "there is no line"),
        ("what-if watch ps", "watch goes on until Ctrl-C"),
        ("what-if " * 20 + "ps", ""),
    ],
)
def test_what_is_refused(session, line, said):
    told = output(session, line)
    assert said in told and "Traceback" not in told


def test_as_another_process(session):
    run(session, "p = spawn demo")
    assert tried(session, "as demo map 64k")["diff"]["mappings"]["created"] == 1
    (outcome,) = session.run("as demo what-if map 64k")
    assert outcome.result.fields["diff"]["mappings"]["list"][0]["name"] == "demo"
