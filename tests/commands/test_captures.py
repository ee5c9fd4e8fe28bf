"""What a real Magenta's console printed: usage and error texts byte for byte, tables in form.

`tests/data/console/` holds captures: the prompt with the line typed, then all that it printed. The kernel's log broke
long lines at 127 columns; the command itself does not.
"""

import re
from pathlib import Path

import pytest

from tests.commands.support import fresh, output, run

CAPTURES = Path(__file__).parent.parent / "data" / "console"
LOG_WIDTH = 127
# The captured machine's own koids and their like in the seed's.
KOIDS = {"1081": "1082"}


def unbroken(lines):
    """Lines with the log's breaks mended."""
    whole = []
    for line in lines:
        if whole and len(whole[-1]) >= LOG_WIDTH and len(whole[-1]) % LOG_WIDTH == 0:
            whole[-1] += line
        else:
            whole.append(line)
    return whole


def capture(path):
    first, *lines = path.read_text().split("\n")
    while lines and not lines[-1]:
        lines.pop()
    return first.removeprefix("magenta$ "), unbroken(lines)


@pytest.mark.parametrize("path", sorted(CAPTURES.glob("*.txt")), ids=lambda path: path.stem)
def test_prints_what_the_real_console_printed(path):
    typed, lines = capture(path)
    session = fresh()
    # The shell counts its lines in its messages.
    counted = next((re.search(r"/boot/bin/sh: (\d+):", line) for line in lines if "/boot/bin/sh:" in line), None)
    if counted:
        session.state.line_number = int(counted[1]) - 1
    for captured, ours in KOIDS.items():
        typed = re.sub(rf"\b{captured}\b", ours, typed)
        lines = [re.sub(rf"koid {captured}\b", f"koid {ours}", line) for line in lines]
    printed = output(session, typed).splitlines()
    # What may have been meant stands on a line of its own behind the shell's.
    printed = [line for line in printed if not line.startswith(("did you mean", "`help` lists"))]
    assert printed == lines


def exit_of(*lines):
    session = fresh()
    run(session, *lines)
    return session.state.last_exit


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("vmaps 999999", 1),
        ("vmaps abc", 1),
        ("vmaps", 1),
        ("vmaps help", 0),
        ("foo", 127),
        ("/boot/bin/foo", 2),
        ("kill 999999", -1),
        ("kill", -1),
        ("killall nosuchprocess", -1),
        ("killall netsvc", 0),
        ("k", -1),
        ("k mx bogus", -1),
        ("k mx ps", 0),
        ("k mx ht 999999", 0),
        ("k mx ht", -1),
        ("k mx kill 999999", 0),
        ("k pmm", -1),
        ("k pmm bogus", -1),
        ("k pmm arenas", 0),
        ("ps --help", 0),
    ],
)
def test_exit_values_are_the_real_ones(line, value):
    assert exit_of(line) == value


def test_an_unknown_kernel_command_reports_what_the_one_before_it_left():
    session = fresh()
    assert output(session, "k bogus") == ""
    run(session, "k mx bogus")
    assert output(session, "k bogus") == "error: cannot write dmctl: -1\n"
    assert session.state.last_exit == -1
    run(session, "k version")
    assert output(session, "k bogus") == ""


def test_k_mx_ps_of_the_seeds_machine():
    lines = output(fresh(), "k mx ps").splitlines()
    assert lines[0] == "      id-s  #t  #pg  #h:  #jb #pr #th #vo #vm #ch #ev #ip [  job:name]"
    assert lines[1] == "    1041-R   4  429 113:   7   1   4   3   1  90   0   0  [ 1028:bin/devmgr]"
    assert lines[-1] == "    3020-R   1  324  12:   1   1   1   2   1   5   1   0  [ 1082:sh:vc]"
    # The process that runs `k` is the shell itself: no process of its own shows, and no koid is spent.
    assert len(lines) == 14


def test_k_mx_jb_says_no_processes_with_one_too_and_leaves_the_inspected_out():
    session = fresh()
    assert output(session, "k mx jb 1083") == (
        "process 1083 [crashlogger]\nin job [1082]-->[1028]-->[1024]\nno jobs\n"
        "- 1173 proc [netsvc]\n- 2988 proc [sh:console]\n- 3020 proc [sh:vc]\n"
    )
    run(session, "j = job_create $job", "p = process_create $j alone")
    koid = session.state.variables["p"].fields["koid"]
    assert output(session, f"k mx jb {koid}").splitlines()[2:] == ["no jobs", "no processes"]


def test_k_mx_ht_lists_the_newest_handle_first():
    session = fresh()
    run(session, "spawn demo", "attach demo", "a = vmo_create 4k")
    value, koid = session.state.variables["a"].value, session.state.variables["a"].fields["koid"]
    lines = output(session, "k mx ht 3183").splitlines()
    assert lines[:3] == ["process [3183] handles :", "handle       koid : type", f"{value:9} {koid:7} : vmo"]
    assert lines[-1] == f"total: {len(lines) - 3} handles"
    fields = run(session, "k mx ht 3183").result.fields["handles"]
    assert fields[0] == {"handle": value, "koid": koid, "type": "vmo"}


def test_k_mx_asd_has_the_form_of_the_real_dump():
    lines = output(fresh(), "k mx asd 3020").splitlines()
    pointer = r"0xffffff80[0-9a-f]{8}"
    assert re.fullmatch(rf"as {pointer} \[0x1000000 0x7fffffffefff\] sz 0x7ffffefff000 fl 0 ref 41 'unnamed'", lines[0])
    assert re.fullmatch(rf"  vmar {pointer} \[0x1000000 0x7fffffffefff\] sz 0x7ffffefff000 ref 2 'root'", lines[1])
    assert re.fullmatch(rf"    vmar {pointer} \[0x1000000 0x1024fff\] sz 0x25000 ref 1 'useralloc'", lines[2])
    assert re.fullmatch(
        rf"      map {pointer} \[0x1000000 0x1020fff\] sz 0x21000 mmufl 0x2c vmo {pointer} off 0 pages 33 ref 1 "
        r"'useralloc'",
        lines[3],
    )
    assert re.fullmatch(rf"        object {pointer} size 0x228a0 pages 35 ref 1", lines[4])
    # Addresses are stable: asking changes nothing.
    assert output(fresh(), "k mx asd 3020").splitlines() == lines


def test_k_mx_kill_kills_and_kill_of_a_job_kills_all_below():
    session = fresh()
    assert output(session, "k mx kill 1173") == "killing process 1173\n"
    assert output(session, "k mx kill 1173") == "process not found!\n"
    assert "netsvc" not in output(session, "ps")
    assert output(session, "kill 1068") == ""
    assert "devhost" not in output(session, "ps")
    session.state.machine.check()


def test_pmm_alloc_takes_pages_until_they_are_freed():
    session = fresh()
    before = run(session, "k pmm arenas").result.value
    lines = output(session, "k pmm alloc 3").splitlines()
    assert lines[0] == "alloc returns 3" and len(lines) == 4
    for line in lines[1:]:
        record, address = re.fullmatch(r"\tpage 0x([0-9a-f]+), address 0x([0-9a-f]+)", line).groups()
        # The record's place in the page array tells the page's address.
        assert int(record, 16) == 0xFFFFFFFF80545038 + (int(address, 16) - 0x100000 >> 12) * 0x20
    assert len(output(session, "k pmm dump_alloced").splitlines()) == 3
    assert run(session, "k pmm arenas").result.value == before - 3 * 4096
    session.state.machine.check()
    assert output(session, "k pmm free_alloced") == "pmm_free returns 3\n"
    assert run(session, "k pmm arenas").result.value == before
    session.state.machine.check()
