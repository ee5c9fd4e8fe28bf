"""Tools of the trade: other forms of a result, calls in C, traces, aliases, filters, near misses, plugins."""

import csv
import json
import subprocess
import sys

import pytest

from tests.commands.support import fresh, output, run
from tests.dump import dump
from tests.program import ROOT


def test_a_result_as_json_csv_and_table():
    session = fresh()
    text = output(session, "ps --format json")
    tasks = json.loads(text)["tasks"]
    assert tasks[0] == {"type": "p", "koid": 1041, "depth": 0, "name": "bin/devmgr", "virt": 16982016, "res": 1757184}
    rows = list(csv.DictReader(output(session, "ps --format csv").splitlines()))
    assert rows[0]["name"] == "bin/devmgr" and rows[1]["virt"] == ""
    table = output(session, "ps --format table").splitlines()
    assert table[0].split() == ["type", "koid", "depth", "name", "virt", "res"] and len(table) == len(tasks) + 1
    assert output(session, "vmo_create 4k --format csv").startswith("handle,koid\n")
    assert output(session, "expect ERR_BAD_HANDLE vmo_read 4 0 1 --format csv") == ""
    assert run(session, "ps --format xml").exit == 2


def test_calls_in_c():
    session = fresh()
    text = output(session, "m = map 64k --calls")
    assert text == (
        "mx_vmo_create(65536, 0, &out0);  // NO_ERROR: out0 = 2080213179\n"
        "mx_vmar_map(2080213227, 0, 2080213179, 0, 65536, 3, &out0);  // NO_ERROR: out0 = 0x12fd000\n"
        "mx_handle_close(2080213179);  // NO_ERROR\n"
    )
    assert output(session, "vmo_write $m 0 'a\"b' --calls").startswith(
        'mx_vmo_write(0x12fd000, 0, "a\\x22b", 3);  // ERR_'
    )
    assert "--calls" not in output(session, "vmo_create 4k")


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


def test_aliases():
    session = fresh()
    output(session, "alias big ps --min 4M")
    assert "devhost:pci#1" in output(session, "big") and "netsvc" not in output(session, "big")
    assert output(session, "alias") == "big = ps --min 4M\n"
    assert "is a command" in output(session, "alias ps vmaps")
    output(session, "undo 5")
    assert "not found" in output(session, "big")


def test_filters_of_vmaps():
    session = fresh()
    free = output(session, "vmaps 3020 --gaps --name free").splitlines()
    assert len(free) > 5 and all(line.lstrip().startswith("-") and line.endswith("free") for line in free)
    whole = output(session, "vmaps 3020").splitlines()
    assert [line for line in output(session, "vmaps 3020 --gaps").splitlines() if "free" not in line] == whole
    executable = output(session, "vmaps 3020 --perms x").splitlines()
    assert executable == [line for line in whole if " r-x " in line]
    at = output(session, "vmaps 3020 --at 0x1021004").splitlines()
    assert [line.split()[0] for line in at] == ["/A", "/R", "R", "M"]
    sizes = run(session, "vmaps 3020 --sort size").result.fields["maps"]
    assert [row["size"] for row in sizes] == sorted((row["size"] for row in sizes), reverse=True)


def test_filters_of_ps_and_vmos():
    session = fresh()
    assert [row["name"] for row in run(session, "ps --name sh:").result.fields["tasks"]] == ["sh:console", "sh:vc"]
    names = [row["res"] for row in run(session, "ps --sort res --min 1k").result.fields["tasks"]]
    assert names == sorted(names, reverse=True)
    assert all(row["size"] >= 1 << 20 for row in run(session, "vmos 3020 --min 1M").result.fields["vmos"])


@pytest.mark.parametrize(
    "line, hint",
    [
        ("vmo_raed 1", "did you mean `vmo_read`"),
        ("mx_vmo_create 4k", "did you mean `vmo_create`?"),
        ("zx_handle_close 1", "did you mean `handle_close`?"),
        ("mx ps", "did you mean `k mx`?"),
        ("pmap 3020", "did you mean `vmaps`?"),
        ("mmap 4k", "did you mean `map`?"),
        ("malloc 4k", "did you mean `map`?"),
        ("vmo_read 0 5 $a", "$a is a handle: are the arguments in order? usage: vmo_read VMO OFFSET LEN"),
    ],
)
def test_near_misses(line, hint):
    session = fresh()
    output(session, "a = vmo_create 4k")
    assert hint in output(session, line)


PLUGIN = """
from kshell.shell.registry import command
from kshell.shell.results import Result

@command("pagesize", category="machine", summary="the size of a page", examples=(("pagesize", "4096\\n"),))
def pagesize(session):
    return Result(4096, {"size": 4096}, "4096\\n")
"""


@pytest.fixture
def plugins(tmp_path):
    """A folder with a good plugin, a broken one, and one that takes a name that is taken."""
    (tmp_path / "good_plugin.py").write_text(PLUGIN)
    (tmp_path / "broken_plugin.py").write_text("1 / 0\n")
    (tmp_path / "taking_plugin.py").write_text(PLUGIN.replace("pagesize", "ps"))
    about = tmp_path / "some_plugins-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: some-plugins\nVersion: 1.0\n")
    names = ("good", "broken", "taking")
    (about / "entry_points.txt").write_text(
        "[kshell.commands]\n" + "".join(f"{name} = {name}_plugin\n" for name in names)
    )
    return tmp_path


def test_plugins_add_commands_and_broken_ones_are_skipped(plugins):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "kshell",
            "-c",
            "ps > /dev/null",
            "-c",
            "n = pagesize",
            "-c",
            "echo $n",
            "-c",
            "help pagesize",
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{plugins}", "PATH": ""},
    )
    assert done.stdout.startswith("4096\npagesize\n\n  the size of a page\n") and done.returncode == 0
    assert sorted(done.stderr.splitlines()) == [
        "kshell: the plugin broken_plugin is skipped: ZeroDivisionError: division by zero",
        "kshell: the plugin taking_plugin is skipped: ValueError: there is a command ps already",
    ]
