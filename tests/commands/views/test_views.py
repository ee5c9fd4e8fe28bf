"""handles, threads, stat, memory, map, spawn and touch: kshell's own looks and deeds."""

import pytest

from tests.commands.support import fresh, output, run


@pytest.fixture
def session():
    return fresh()


def test_handles_newest_first_with_their_rights(session):
    run(session, "a = vmo_create 4k", "b = handle_duplicate $a read,map")
    values = [session.state.variables[name].value for name in "ba"]
    lines = output(session, "handles").splitlines()
    assert lines[0] == "    HANDLE    KOID TYPE       RIGHTS"
    assert lines[1] == f"{values[0]:10}    3183 vmo        READ|MAP"
    assert lines[2] == f"{values[1]:10}    3183 vmo        DUPLICATE|TRANSFER|READ|WRITE|EXECUTE|MAP"
    rows = [line for line in lines[1:-1] if not line.startswith(" " * 30)]
    assert lines[-1] == "sh:console (2988) has 16 handles" and len(rows) == 16
    # Those of a process have no room for all their rights.
    first = next(at for at, line in enumerate(lines) if " 2988 process " in line)
    assert lines[first].endswith("|GET_PROPERTY|") and lines[first + 1] == " " * 30 + "SET_PROPERTY|ENUMERATE"
    found = run(session, "handles").result
    assert found.value == found.extra["count"] == 16
    assert found.fields["handles"][0] == {"handle": values[0], "koid": 3183, "type": "vmo", "rights": 0x24}
    run(session, "p = process_create $job bare")
    assert output(session, "handles bare") == "    HANDLE    KOID TYPE       RIGHTS\nbare (3184) has 0 handles\n"


def test_threads(session):
    """T9: a table has a header."""
    run(session, "p = process_create $job bare", "t = thread_create $p main")
    assert output(session, "threads bare") == "no threads\n"
    assert output(session, "threads 1473") == (
        "    KOID STATE    NAME\n"
        "    1480 blocked  /boot/bin/acpisvc\n    1500 blocked  worker\n    1501 blocked  worker\n"
    )
    assert run(session, "threads 1473").result.fields["threads"][1] == {
        "koid": 1500,
        "state": "blocked",
        "name": "worker",
    }


@pytest.mark.parametrize("word", ["handles", "threads", "stat"])
def test_a_job_is_refused(session, word):
    assert run(session, f"{word} 1068").exit == 1


def test_the_figures_of_a_process(session):
    run(session, "attach sh:vc", "m = map 64k", "touch $m 12k")
    assert output(session, "stat") == (
        "koid     3020\nname     sh:vc\nvirt     4300800 (4200k)\nres      1339392 (1308k)\npages    327\n"
        "mappings 31\nhandles  12\nthreads  1\n"
    )
    found = run(session, "stat 3020").result
    assert found.value == found.fields["res"] == 1339392 and found.fields["pages"] * 4096 == 1339392
    run(session, "process_create $job initial")
    assert run(session, "stat initial").result.fields["virt"] == 0


def test_physical_memory(session):
    before = run(session, "memory").result
    run(session, "v = vmo_create 1M", "vmo_op_range $v commit 0 1M")
    after = run(session, "memory").result
    change = {name: after.fields[name] - before.fields[name] for name in before.fields}
    assert change == {
        "total": 0,
        "free": -(1 << 20),
        "object": 1 << 20,
        "wired": 0,
        "heap": 0,
        "mmu": 0,
        "alloc": 0,
        "handles": 1,
    }
    assert after.value == after.fields["object"]
    assert output(session, "memory").splitlines() == [
        "total      523999 pages  2046.9M",
        "free       498860 pages  1948.7M",
        "object      19288 pages    75.3M",
        "wired        5186 pages    20.3M",
        "heap          256 pages       1M",
        "mmu           408 pages    1632k",
        "alloc           1 pages       4k",
        "handles       422 of 262144",
    ]


def test_map_leaves_a_mapping_and_no_handle(session):
    handles = len(run(session, "handles").result.fields["handles"])
    found = run(session, "m = map 64k").result
    assert found.fields == {"addr": found.value, "koid": 3183}
    assert len(run(session, "handles").result.fields["handles"]) == handles
    (row,) = run(session, "vmaps sh:console --at $m --perms rw").result.fields["maps"]
    assert (row["size"], row["res"], row["perms"]) == (65536, 0, "rw-")
    # One that fails leaves nothing.
    before = run(session, "memory").result.fields
    assert run(session, "map 4k 0x400").status == -10 and run(session, "map 0").status == -10
    assert run(session, "memory").result.fields == before


def test_spawned_processes(session):
    assert output(session, "spawn demo") == "process 3183 demo\n"
    found = run(session, "spawn gone --exit").result
    assert found.fields == {"koid": 3268, "name": "gone"} and "gone" not in output(session, "ps")
    job = run(session, "j = job_create $job").result.fields["koid"]
    run(session, f"spawn there --job {job}")
    assert [task["depth"] for task in run(session, "ps --name there").result.fields["tasks"]] == [2]
    assert run(session, "spawn x --job 3020").exit == 1
    assert run(session, f"spawn {'n' * 40}").result.fields["name"] == "n" * 31


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("touch $m", "1 fault, 1 page committed"),
        ("touch $m 16k", "4 faults, 4 pages committed"),
        ("touch $m+0xfff 2", "2 faults, 2 pages committed"),
        ("touch $m+0xfff 1", "1 fault, 1 page committed"),
        ("touch $m 16k r", "4 faults, 0 pages committed"),
        ("touch $m r", "1 fault, 0 pages committed"),
    ],
)
def test_touching(session, line, printed):
    run(session, "m = map 64k")
    assert output(session, line) == f"{printed}\n"
    assert output(session, line) == "0 faults, 0 pages committed\n"


def test_a_fault_that_fails_kills_when_it_is_fatal(session):
    run(session, "spawn demo", "attach demo", "m = map 4k r")
    assert run(session, "touch $m x").status == -30 and run(session, "touch $m").status == -30
    assert run(session, "touch $m+4k r").status == -25 and run(session, "touch $m 0").status == -10
    assert "demo" in output(session, "ps")
    outcome = run(session, "touch $m --fatal")
    assert outcome.status == -30 and "demo" not in output(session, "ps")
    session.state.machine.check()


def test_deviation_16_map_rounds_its_size_before_it_makes_the_vmo():
    session = fresh()
    run(session, "m = map 5000")
    address = session.state.number("m")
    mapping, _ = session.state.process.root_vmar.locate(address)
    assert (mapping.size, mapping.vmo.size) == (8192, 8192)
    # What rounds to 2^64 is 0 for musl as well.
    assert run(session, "map 0xfffffffffffffff0").status == -10
