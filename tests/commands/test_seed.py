"""The seed's machine: its tables byte for byte, and sums that hold for every process."""

from pathlib import Path

import pytest

from kshell.commands.tools import ps, vmaps
from kshell.documents.checking import check
from kshell.documents.reading import read
from kshell.kernel import info
from kshell.sizes import format_size
from tests.commands.support import fresh, output, run

SEED = Path(__file__).parent.parent / "data" / "memory.md"
STEPS = list(read(SEED.read_text()).steps)


def expected(number):
    return [line for _, line in STEPS[number].expected]


def test_ps_prints_the_seeds_table():
    assert output(fresh(), "ps") == "\n".join(expected(0)) + "\n"


def test_a_later_ps_is_a_later_process():
    session = fresh()
    koids = [run(session, "ps").result.fields["tasks"][-1]["koid"] for _ in range(3)]
    assert koids == [3183, 3268, 3353]
    # And it is gone when the table is printed.
    assert session.state.machine.find_process(3183) is None
    session.state.machine.check()


def test_vmaps_help_is_the_seeds():
    assert output(fresh(), "vmaps help") == "\n".join(expected(1)) + "\n"


def test_vmaps_of_sh_vc_has_every_row_of_the_seed_in_place():
    printed = output(fresh(), "vmaps 3020").splitlines()
    at = 0
    for row in expected(2):
        if row != "...":
            at = printed.index(row, at) + 1


def test_the_maps_of_every_process_add_up_to_its_row_in_ps():
    session = fresh()
    rows = {row.koid: row for row in ps.rows(session.state.machine) if row.type == "p"}
    assert len(rows) == 13
    for koid, row in rows.items():
        figures = run(session, f"vmaps {koid}").result.extra
        assert (figures["virt"], figures["res"]) == (row.virt, row.res), row.name
    vc = rows[3020]
    assert (format_size(vc.virt), format_size(vc.res)) == ("4136k", "1296k")


def test_the_boot_image_keeps_the_machines_laws():
    session = fresh()
    session.state.machine.check()
    assert session.state.machine.physmem.free == 499116


def test_the_seed_document_passes():
    assert check("memory.md", read(SEED.read_text()), fresh).lines == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("p:1208   13.1M   1676k", "p:1208   13.1M   1677k"),
        ("  p:3183   4044k   1108k", "  p:3184   4044k   1108k"),
        ("0102d000 r--      4k:sz", "0102d000 r--      8k:sz"),
        ("_012ca000 rw-      2M:sz     32k:res", "_012ca000 rw-      2M:sz     36k:res"),
        ('"/R" -- Root VMAR', '"/R" -- Root VMAr'),
    ],
)
def test_one_wrong_character_in_the_document_is_found_and_its_line_named(old, new):
    text = SEED.read_text()
    assert text.count(old) == 1
    line = text[: text.index(old)].count("\n") + 1
    report = check("memory.md", read(text.replace(old, new)), fresh).lines
    assert any(entry.startswith(f"memory.md:{line}: - ") for entry in report), report


def test_a_table_with_nothing_nested_sticks_out_as_the_real_one_does():
    session = fresh()
    run(
        session,
        "p = process_create $job bare",
        "t = thread_create $p t",
        "e = event_create",
        "process_start $p $t 0 0 $e 0",
        "a = vmo_create 32k",
        "vmar_map $p.vmar 0 $a 0 32k rw",
    )
    process = session.state.machine.find_process(session.state.variables["p"].fields["koid"])
    assert vmaps.table(info.maps(process)) == (
        "/A  ________01000000-00007ffffffff000      128.0T:sz              unnamed\n"
        "/R  ________01000000-00007ffffffff000      128.0T:sz              root\n"
        "M ________01000000-________01008000 rw-     32k:sz      0B:res  useralloc\n"
    )


def test_ps_shows_a_process_that_was_never_started_and_nested_jobs():
    session = fresh()
    run(
        session,
        "j = job_create $job",
        "object_set_property $j name outer",
        "k = job_create $j",
        "process_create $k inner",
    )
    rows = [line for line in output(session, "ps").splitlines() if "inner" in line or "outer" in line]
    assert rows == ["  j:3183                     outer", "      p:3185                 inner"]
