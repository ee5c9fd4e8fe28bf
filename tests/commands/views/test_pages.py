"""`pages` and `space`: what they take, refuse, and give to programs; what the last line changed."""

import json

import pytest

from tests.commands.support import output, run
from tests.pictures.views import LINES, machine


@pytest.fixture
def session():
    return machine(*LINES)


def cells(session, line):
    outcome = run(session, line)
    return [tuple(cell.values()) for cell in outcome.result.fields["cells"]]


def test_the_result_has_runs_in_bytes_from_its_base(session):
    found = run(session, "pages $m").result
    assert (found.value, found.fields["base"], found.fields["unit"]) == (24, 0x1020000, 4096)
    assert found.fields["cells"] == [
        dict(zip(("from", "to", "state", "owner", "changed"), row, strict=True))
        for row in (
            (0, 4096, "own", 3185, True),
            (4096, 12288, "parent", 3184, False),
            (12288, 20480, "parent", 3183, False),
            (20480, 49152, "absent", None, False),
            (49152, 57344, "zero", None, False),
            (57344, 98304, "absent", None, False),
        )
    ]
    assert json.dumps(run(session, "space").result.fields)
    assert output(session, "pages $m --format csv").splitlines()[0] == "base,unit,cells"


@pytest.mark.parametrize(
    ("line", "base", "pages"),
    [
        ("pages $a", 0, 24),
        ("pages 3183", 0, 24),
        ("pages a 5k", 0, 2),
        ("pages $m+9k", 0x1022000, 22),
        ("pages $m+9k 4k", 0x1022000, 2),
        ("pages $m+8k 4k", 0x1022000, 1),
        ("pages 0x1000000", 0x1000000, 4),
        ("as 3020 pages 0x1000000", 0x1000000, 4),
    ],
)
def test_what_is_looked_at(session, line, base, pages):
    found = run(session, line).result
    assert (found.fields["base"], found.value) == (base, pages)
    assert found.fields["cells"][-1]["to"] == pages << 12


def test_a_length_that_goes_beyond_is_said(session):
    assert output(session, "pages $a 1M").endswith("the VMO ends before LEN does, after 96k\n")
    assert output(session, "pages $m+88k 1T").endswith("the mapping ends before LEN does, after 8k\n")
    assert "ends before" not in output(session, "pages $a 96k")


@pytest.mark.parametrize(
    ("line", "exit_", "said"),
    [
        ("pages 77", 1, "pages: 77 is not a VMO: give a handle, a koid or an address; see `vmos --all`"),
        ("pages $vmar", 1, "pages: $vmar is a handle, but not to a VMO"),
        ("pages $m 0", 2, "pages: LEN is 0: give at least 1 byte, or leave it out to see all"),
        ("space 1028", 1, "space: a job has no address space: give a process"),
    ],
)
def test_what_is_refused(session, line, exit_, said):
    outcome = run(session, line)
    assert (outcome.exit, outcome.error.splitlines()[0]) == (exit_, said)


def test_a_vmo_of_no_bytes_and_device_memory_have_no_pages():
    session = machine("z = vmo_create 0")
    assert output(session, "pages $z") == "VMO 3183, 0B\nno pages\n"


def test_what_the_last_line_changed_and_nothing_else(session):
    assert [cell[0] for cell in cells(session, "pages $m") if cell[4]] == [0]
    # Looking changes nothing, so the same is still marked.
    assert [cell[0] for cell in cells(session, "pages $m") if cell[4]] == [0]
    run(session, "vmo_op_range $c decommit 0 4k")
    assert cells(session, "pages $m")[:2] == [(0, 4096, "parent", 3184, True), (4096, 12288, "parent", 3184, False)]
    run(session, "x = map 4k")
    assert not [cell for cell in cells(session, "pages $m") if cell[4]]
    rows = run(session, "space").result.fields["regions"]
    assert [row["base"] for row in rows if row["changed"]] == [session.state.variables["x"].value]


def test_a_named_result_keeps_what_it_saw(session):
    run(session, "p = pages $m; s = space; t = touch $m+8k 8k w; x = map 4k")
    assert output(session, "echo $p.cells.0.changed $p.cells.1.state $s.res") == "true parent 53248\n"
    run(session, "undo; redo")
    run(session, "undo")
    run(session, "redo")
    assert output(session, "echo $p.cells.0.changed $p.cells.1.state $s.res") == "true parent 53248\n"


def test_nothing_has_changed_at_the_start():
    session = machine()
    assert "changed" not in output(session, "space") and "changed" not in output(session, "pages 0x1000000")
