"""snap, snaps and diff: what was, compared with what is."""

import json

import pytest

from kshell.commands.session import snaps
from tests.commands.support import fresh, output, run
from tests.dump import difference, dump
from tests.sessions import opened


@pytest.fixture
def session():
    session = fresh()
    run(session, "snap a", "v = vmo_create 64k", "m = vmar_map $vmar 0 $v 0 64k rw", "touch $m 64k")
    return session


def fields(session, line):
    outcome = run(session, line)
    assert outcome.ok, outcome.error
    return json.loads(outcome.to_json())["result"]


def test_the_pinned_fields(session):
    found = fields(session, "diff a")
    assert list(found) == ["from", "to", "pages", "tasks", "vmos", "mappings", "handles"]
    assert (found["from"], found["to"], found["pages"]) == ("a", "now", 16)
    for kind in ("tasks", "vmos", "mappings", "handles"):
        assert list(found[kind]) == ["created", "gone", "changed", "unchanged", "list"]
        assert all(list(entry) == ["koid", "name", "field", "before", "after"] for entry in found[kind]["list"])
    assert [(entry["field"], entry["before"], entry["after"]) for entry in found["vmos"]["list"]] == [
        ("size", None, 65536),
        ("pages", None, 16),
    ]
    assert found["tasks"]["list"] == [
        {"koid": 2988, "name": "sh:console", "field": "handles", "before": 14, "after": 15},
        {"koid": 2988, "name": "sh:console", "field": "virt", "before": 4321280, "after": 4386816},
    ]


def test_its_figures_are_for_tests(session):
    run(session, "d = diff a")
    for line in ("$d.pages == 16", "$d.vmos.created == 1", "$d.object_pages == 16", "$d.page_tables == 0", "$d == 16"):
        assert run(session, f"assert {line}").ok, line


def test_without_a_name_it_is_the_last_change(session):
    run(session, "ps", "nonsense")
    assert output(session, "diff").startswith(
        "before touch $m 64k -> now\npages     24883 -> 24899, +16: objects +16\n"
    )
    run(session, "undo")
    assert output(session, "diff").startswith("before m = vmar_map $vmar 0 $v 0 64k rw -> now\n")
    assert output(fresh(), "diff").startswith("the start -> now\n")


def test_between_two_in_both_directions(session):
    run(session, "snap b")
    there, back = fields(session, "diff a b"), fields(session, "diff b a")
    assert (there["pages"], back["pages"]) == (16, -16)
    assert (there["mappings"]["created"], back["mappings"]["gone"]) == (1, 1)
    assert fields(session, "diff b now")["pages"] == 0 and fields(session, "diff now a")["pages"] == -16


def test_a_renamed_process_is_one_change(session):
    run(session, "snap b", "object_set_property $self name other")
    found = fields(session, "diff b")
    assert [found[kind]["changed"] for kind in ("tasks", "vmos", "mappings", "handles")] == [1, 0, 0, 0]


def test_snaps_are_lines_of_the_session(session, tmp_path):
    run(session, "snap b")
    assert fields(session, "snaps")["snaps"][1]["name"] == "b"
    assert output(session, "undo").startswith("undone: snap b\n") and list(session.state.snaps) == ["a"]
    assert output(session, "redo").startswith("done again: snap b\n") and list(session.state.snaps) == ["a", "b"]
    run(session, f"save {tmp_path}/s")
    other = fresh()
    run(other, f"load {tmp_path}/s")
    assert not difference(dump(session), dump(other))


def test_a_journal_brings_them_back(tmp_path):
    path = str(tmp_path / "j")
    session = opened("--journal", path)
    run(session, "snap a", "v = vmo_create 64k", "vmo_op_range $v commit 0 64k", "snap b", "d = diff")
    session.journal.close()
    again = opened("--journal", path)
    assert not difference(dump(session), dump(again))
    assert fields(again, "diff a b")["pages"] == 16
    again.journal.close()


def test_a_snap_of_a_large_machine_is_made_when_it_is_wanted(session, monkeypatch):
    """It is the same, and undo, a line in the middle, and a what-if make no difference."""
    monkeypatch.setattr(snaps, "MOST_ROWS", 0)
    run(session, "w = vmo_create 4k ; snap early", "snap late")
    assert session.state.snaps["early"].moment is not None and session.state.snaps["late"].moment is None
    run(session, "vmo_op_range $w commit 0 4k", "snap later")
    assert fields(session, "diff late")["pages"] == fields(session, "diff late later")["pages"] == 1
    assert fields(session, "diff a late")["pages"] == 16
    assert fields(session, "what-if diff late")["diff"]["pages"] == 0
    run(session, "undo", "undo", "vmo_op_range $v decommit 0 64k")
    assert fields(session, "diff late")["pages"] == -16


def test_numbers_where_no_name_is_given():
    session = fresh()
    assert [fields(session, "snap")["name"] for _ in range(3)] == ["1", "2", "3"]
    assert fields(session, "snap 2")["name"] == "2" and len(session.state.snaps) == 3


def test_there_is_an_end():
    session = fresh()
    assert run(session, f"repeat {snaps.MOST_SNAPS} snap").ok
    assert "as many as are kept" in output(session, "snap") and "as many" in output(session, "snap more")
    assert run(session, "snap 7").ok


@pytest.mark.parametrize(
    ("line", "exit_", "said"),
    [
        ("snap now", 2, "now is the machine as it is"),
        ("snap a.b", 2, "is not a name for a snap"),
        ("snap ''", 2, "is not a name for a snap"),
        ("snap a b", 2, "one word too many"),
        ("diff nosuch", 1, "there is no snap 'nosuch'; `snaps` lists them"),
        ("diff a nosuch", 1, "there is no snap 'nosuch'"),
        ("diff a a a", 2, "one word too many"),
    ],
)
def test_what_is_refused(session, line, exit_, said):
    before = dict(session.state.snaps)
    outcome = run(session, line)
    assert outcome.exit == exit_ and said in outcome.error and outcome.error.count("\n") <= 2
    assert session.state.snaps == before


def test_names_are_offered(session):
    from kshell.shell import registry

    offered = [word for word, _ in registry.find("diff").positional[0].choices(session.state)]
    assert offered == ["a", "now"]


def test_what_a_task_has_goes_with_it(session):
    told = output(session, "what-if spawn demo")
    assert "its 27 mappings" in told and "its 12 handles" in told and "demo" in told
    assert all(len(line) <= 80 for line in told.splitlines())
