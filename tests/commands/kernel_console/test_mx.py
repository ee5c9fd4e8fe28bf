"""`k mx`: processes, handles, jobs and address spaces as the kernel lists them."""

import re

import pytest

from tests.commands.support import fresh, output, run


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


def counts(text):
    """(kind, ref, name) of the address spaces and VMARs in a dump."""
    return [(kind, int(ref), name) for kind, ref, name in re.findall(r"(as|vmar) 0x.* ref (\d+) '(.*)'", text)]


def test_who_refers_to_an_address_space_and_its_vmars():
    session = fresh()
    run(session, "p = process_create $job x", "v = vmar_allocate $p.vmar 0 64k can-map-read")
    koid = session.state.variables["p"].fields["koid"]
    # The process, two VMARs, and whoever asks.
    whole = [("as", 4, "unnamed"), ("vmar", 2, "root"), ("vmar", 2, "useralloc")]
    assert counts(output(session, f"k mx asd {koid}")) == whole
    run(session, "vmar_destroy $v")
    assert counts(output(session, f"k mx asd {koid}")) == [("as", 4, "unnamed"), ("vmar", 2, "root")]
    assert counts(output(session, "k vmm aspaces"))[-2:] == [("as", 3, "unnamed"), ("vmar", 2, "root")]
    run(session, "vmar_destroy $p.vmar")
    assert counts(output(session, f"k mx asd {koid}")) == [("as", 4, "unnamed"), ("vmar", 2, "root")]
    run(session, "handle_close $v")
    assert counts(output(session, f"k mx asd {koid}")) == [("as", 3, "unnamed"), ("vmar", 2, "root")]
    run(session, "handle_close $p.vmar")
    assert counts(output(session, f"k mx asd {koid}")) == [("as", 3, "unnamed"), ("vmar", 1, "root")]
    # A dead process that a handle keeps still has a line among the address spaces, without a tree.
    run(session, "task_kill $p")
    assert counts(output(session, "k vmm aspaces"))[-1] == ("as", 1, "unnamed")
    run(session, "handle_close $p")
    assert len(re.findall("^as ", output(session, "k vmm aspaces"), re.M)) == 14


def test_a_root_vmar_without_a_handle_is_kept_by_its_address_space():
    session = fresh()
    run(session, "p = process_create $job x", "handle_close $p.vmar")
    koid = session.state.variables["p"].fields["koid"]
    assert counts(output(session, f"k mx asd {koid}")) == [("as", 3, "unnamed"), ("vmar", 1, "root")]


@pytest.mark.parametrize(
    ("process", "flags"),
    [
        (1756, {"usr_pci_bar2_00_01_0": ("0x1e", "2"), "usr_pci_bar0_00_01_0": ("0x1f", "2")}),
        (1993, {"usr_pci_bar5_00_1f_2": ("0x1e", "2")}),
        (1208, {"user_mmio": ("0x1d", "1")}),
    ],
)
def test_device_memory_has_its_cache_policy(process, flags):
    lines = output(fresh(), f"k mx asd {process}")
    devices = re.findall(r"mmufl (\S+) .* ref (\d+) '(us(?:r_pci|er_mmio).*)'", lines)
    assert {name: (flag, ref) for flag, ref, name in devices} == flags


def test_of_the_mmio_of_acpisvc_only_the_configuration_space_of_pci_is_uncached():
    lines = output(fresh(), "k mx asd 1473")
    assert re.findall(r"sz (\S+) mmufl 0x1e", lines) == ["0x10000000"]
    assert "mmufl 0x1d" not in lines and lines.count("mmufl 0x1c vmo") > 20
