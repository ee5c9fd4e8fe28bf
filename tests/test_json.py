"""`--json`: one object per command, in a fixed form, each as soon as its line has run."""

import json
import subprocess
import sys

import pytest

from tests.commands.support import fresh, run
from tests.program import ROOT, kshell

KEYS = ["line", "command", "ok", "exit", "status", "code", "reason", "result", "output", "number", "last"]


def objects(*arguments, stdin=""):
    return [json.loads(line) for line in kshell("--json", *arguments, stdin=stdin).stdout.splitlines()]


def test_the_object_has_these_fields_in_this_order():
    (found,) = objects("-c", "vmo_get_size 1")
    assert list(found) == KEYS
    assert (found["status"], found["code"], found["exit"], found["ok"]) == ("ERR_BAD_HANDLE", -11, 1, False)
    assert found["reason"].startswith("1 is not a handle") and found["output"] == ""


def test_a_success_has_no_error_and_the_text_byte_for_byte():
    (found,) = objects("-c", "echo hello")
    assert found == {
        "line": "echo hello",
        "command": "echo",
        "ok": True,
        "exit": 0,
        "status": "NO_ERROR",
        "code": 0,
        "reason": None,
        "result": {},
        "output": "hello\n",
        "number": 1,
        "last": True,
    }


def test_failures_of_the_console_have_no_status():
    found = objects("-k", "-c", "foo", "-c", "vmo_create", "-c", "echo 'a", "-c", "vmaps 9")
    assert [one["exit"] for one in found] == [127, 2, 2, 1]
    assert all(one["status"] is None and one["code"] is None and one["reason"] for one in found)
    assert [one["command"] for one in found] == ["foo", "vmo_create", None, "vmaps"]


def test_prefixed_lines_tell_the_inner_command_and_the_whole_lines_end():
    found = objects(
        "-k",
        "-c",
        "a = vmo_create 4k",
        "-c",
        "expect ERR_OUT_OF_RANGE vmo_read $a 8k 1",
        "-c",
        "! vmaps 9",
        "-c",
        "expect NO_ERROR vmo_read $a 8k 1",
        "-c",
        "as 3020 map 4k",
    )
    assert [one["command"] for one in found] == ["vmo_create", "vmo_read", "vmaps", "vmo_read", "map"]
    assert [(one["ok"], one["exit"]) for one in found] == [(True, 0), (True, 0), (True, 0), (False, 1), (True, 0)]
    assert found[1]["status"] == found[3]["status"] == "ERR_OUT_OF_RANGE"


def test_each_line_is_answered_before_the_next_is_read():
    process = subprocess.Popen(
        [sys.executable, "-m", "kshell", "--json", "-k", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdin is not None and process.stdout is not None
    for line, commands in (("a = vmo_create 4k", 1), ("foo", 1), ("echo a; echo b", 2), ("vmo_get_size $a", 1)):
        process.stdin.write(line + "\n")
        process.stdin.flush()
        for _ in range(commands):
            assert json.loads(process.stdout.readline())["line"] == line
    process.stdin.close()
    assert process.wait(timeout=30) == 127


SETUP = [
    "v = vmo_create 64k",
    "c = channel_create",
    "e = event_create",
    "j = job_create $job",
    "p = process_create $job demo",
    "t = thread_create $p main",
    "m = vmar_map $vmar 0 $v 0 64k rw",
    "r = vmar_allocate $vmar 0 64k can-map-read",
    "vmo_op_range $v commit 0 8k",
]
HANDLE = {"handle", "koid"}
RESULTS = {
    "vmo_create 4k": HANDLE,
    "vmo_clone $v cow 0 4k": HANDLE,
    "vmo_read $v 0 4": {"actual", "data"},
    "vmo_write $v 0 abc": {"actual"},
    "vmo_get_size $v": {"size"},
    "vmo_set_size $v 32k": set(),
    "vmo_op_range $v lookup 0 8k": {"pages"},
    "vmo_op_range $v commit 0 4k": set(),
    "vmar_allocate $vmar 0 64k can-map-read": {*HANDLE, "addr"},
    "vmar_map $vmar 0 $v 0 4k r": {"addr"},
    "vmar_unmap $vmar $m 4k": set(),
    "vmar_protect $vmar $m 4k r": set(),
    "vmar_destroy $r": set(),
    "handle_close $e": set(),
    "handle_duplicate $e same": HANDLE,
    "handle_replace $e same": HANDLE,
    "job_create $job": HANDLE,
    "process_create $job x": {*HANDLE, "vmar"},
    "process_start $p $t 0 0 $e 0": set(),
    "process_read_memory $self $m 4": {"actual", "data"},
    "process_write_memory $self $m abc": {"actual"},
    "thread_create $self t": HANDLE,
    "task_kill $p": set(),
    "object_get_info $v handle_basic": {"koid", "rights", "type", "related_koid", "props"},
    "object_get_info $vmar vmar": {"base", "len"},
    "object_get_info $self process": {"return_code", "started", "exited", "debugger_attached"},
    "object_get_info $self task_stats": {"mem_mapped_bytes", "mem_committed_bytes"},
    "object_get_info $self process_threads": {"koids"},
    "object_get_info $job job_children": {"koids"},
    "object_get_info $job job_processes": {"koids"},
    "object_get_child $job 3020 same": HANDLE,
    "object_get_property $self name": {"value"},
    "object_set_property $self name x": set(),
    "channel_create": {"handles"},
    "channel_write $c.0 hello": set(),
    "event_create": HANDLE,
    "eventpair_create": {"handles"},
    "port_create": HANDLE,
    "socket_create": {"handles"},
    "fifo_create 2 8": {"handles"},
    "waitset_create": HANDLE,
    "spawn x": {"koid", "name"},
    "touch $m": {"faults", "committed"},
    "ps": {"tasks"},
    "vmaps 3020": {"maps"},
    "k mx ps": {"processes"},
    "k mx ht 3020": {"handles"},
}


@pytest.mark.parametrize("line", RESULTS)
def test_the_pinned_fields_of_every_result(line):
    session = fresh()
    run(session, *SETUP)
    outcome = run(session, line)
    assert outcome.ok, outcome.error
    assert set(json.loads(outcome.to_json())["result"]) == RESULTS[line]
    session.state.machine.check()


def test_rows_of_tables():
    session = fresh()
    task = run(session, "ps").result.fields["tasks"]
    assert task[0] == {"type": "p", "koid": 1041, "depth": 0, "name": "bin/devmgr", "virt": 16982016, "res": 1757184}
    assert task[1] == {"type": "j", "koid": 1068, "depth": 0, "name": "magenta-drivers", "virt": None, "res": None}
    maps = run(session, "vmaps 3020").result.fields["maps"]
    assert maps[0] == {
        "type": "A",
        "depth": 0,
        "base": 0x1000000,
        "size": 0x7FFFFEFFF000,
        "perms": None,
        "res": None,
        "name": "unnamed",
    }
    assert maps[3] == {
        "type": "M",
        "depth": 3,
        "base": 0x1000000,
        "size": 135168,
        "perms": "r-x",
        "res": 135168,
        "name": "useralloc",
    }
    row = run(session, "k mx ps").result.fields["processes"][0]
    assert row == {
        "koid": 1041,
        "state": "R",
        "threads": 4,
        "pages": 429,
        "handles": 113,
        "job_handles": 7,
        "process_handles": 1,
        "thread_handles": 4,
        "vmo_handles": 3,
        "vmar_handles": 1,
        "channel_handles": 90,
        "event_handles": 0,
        "port_handles": 0,
        "job": 1028,
        "name": "bin/devmgr",
    }
    run(session, "h = object_get_child 0 3020 same")
    entry = run(session, "object_get_info $h process_maps").result.fields["maps"][3]
    assert entry == {
        "type": "mapping",
        "depth": 3,
        "base": 0x1000000,
        "size": 135168,
        "perms": "r-x",
        "committed_pages": 33,
        "name": "useralloc",
    }


def test_a_driver_knows_when_its_line_is_done():
    """P2: each object has its line's number, and the last one of a line says so."""
    lines = "ps; stat\n# remark\n\nx || ps && stat\nwatch --times 2 -n 0 echo hi\nnonsense\nrepeat 2 ps\nundo\n'\n"
    found = objects("-k", "-", stdin=lines)
    told = [(one["number"], one["last"]) for one in found]
    several = [(1, False), (1, True), (4, False), (4, False), (4, True), (5, False), (5, False), (5, True)]
    assert told == [*several, (6, True), (7, True), (8, True), (9, True)]


def test_bytes_that_are_not_utf8_are_escapes_that_any_reader_takes():
    """P1: a lone surrogate is not JSON for strict readers."""
    done = kshell("--json", "-c", "echo \udce9", "-c", "vmo_create \udcff")
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["line"], first["output"]) == ("echo \\xe9", "\\xe9\n") and second["line"] == "vmo_create \\xff"
    assert not any("\ud800" <= char <= "\udfff" for char in str((first, second)))


def test_large_numbers_may_be_strings():
    """P1: readers that know only doubles round what is above 2^53."""
    lines = ("-c", "object_get_info $vmar vmar", "-c", "vmo_create 4k")
    plain, quoted = objects(*lines), [json.loads(line) for line in kshell("--json-strings", *lines).stdout.splitlines()]
    assert quoted[0]["result"] == {name: str(n) if n > 1 << 53 else n for name, n in plain[0]["result"].items()}
    assert quoted[1] == plain[1]
    (found,) = [
        json.loads(line) for line in kshell("--json-strings", "-c", "vmo_create 0xfffffffffffff000").stdout.splitlines()
    ]
    assert isinstance(found["result"]["handle"], int)
