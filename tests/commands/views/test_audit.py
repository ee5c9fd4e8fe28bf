"""`audit`: the ledger adds up, and so do the bills."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from kshell.kernel.info import task_stats
from kshell.sizes import format_size
from tests.commands.support import fresh, output, run

DOCUMENT = Path(__file__).parents[3] / "docs" / "accounting.md"
RULES = ("owner", "viewers", "pss")
GROUPS = ("process", "job", "vmo")


@pytest.fixture
def session():
    """A machine on which memory is mapped, shared, cloned, held, sent, and lost."""
    found = fresh()
    run(
        found,
        *("p = spawn demo", "m = map 1M", "t = touch $m 64k", "v = vmo_create 64k", "vmo_op_range $v commit 0 64k"),
        *("first = vmar_map $vmar 0 $v 0 64k rw", "second = vmar_map $vmar 0 $v 0 32k rw"),
        *("o = process_create $job other", "third = vmar_map $o.vmar 0 $v 32k 32k r"),
        *("c = vmo_clone $v cow 4k 60k", "w = vmo_write $c 0 x", "ch = channel_create", "s = socket_create"),
        *("w = socket_write $s.0 hello", "d = handle_duplicate $v same", "channel_write $ch.0 hello $d"),
        *("u = vmo_create 8k", "vmo_op_range $u commit 0 8k", "channel_write $ch.0 hello $u", "x = vmo_create 12k"),
        *("vmo_op_range $x commit 0 12k", "y = vmo_clone $x cow 4k 4k", "handle_close $x"),
    )
    return found


def fields(session, line):
    (outcome,) = session.run(line)
    assert outcome.ok, outcome.error
    return outcome.result.fields


def below(lines, at):
    """The lines directly below a line."""
    depth = lines[at]["depth"]
    for line in lines[at + 1 :]:
        if line["depth"] <= depth:
            return
        if line["depth"] == depth + 1:
            yield line


def test_the_document_says_what_the_program_does():
    from kshell.__main__ import main

    assert main(["--check", str(DOCUMENT)]) == 0


@pytest.mark.parametrize("rule", RULES)
def test_each_line_is_the_sum_of_those_below(session, rule):
    found = fields(session, f"audit --rule {rule}")
    assert list(found) == ["rule", "total", "used", "remainder", "lines"] and found["rule"] == rule
    lines = found["lines"]
    assert lines[0]["depth"] == 0 and lines[0]["bytes"] == found["total"] == session.state.machine.physmem.size
    for at, line in enumerate(lines):
        assert list(line) == ["name", "depth", "bytes"]
        parts = [part["bytes"] for part in below(lines, at)]
        assert not parts or sum(parts) == line["bytes"], line
    assert [line["bytes"] for line in lines if line["name"] == "used"] == [found["used"]]
    assert [line["bytes"] for line in lines if line["name"] == "remainder"] == [found["remainder"]]
    assert bool(found["remainder"]) == (rule == "pss")


@pytest.mark.parametrize("by", GROUPS)
@pytest.mark.parametrize("rule", RULES)
def test_what_all_pay_is_what_is_in_use(session, rule, by):
    found = fields(session, f"audit --rule {rule} --by {by}")
    assert list(found) == ["rule", "total", "used", "remainder", "rows"]
    rows = found["rows"]
    for row in rows:
        assert list(row) == [
            *("type", "koid", "name", "res", "private", "shared", "scaled", "unmapped", "kernel", "pays", "exact"),
        ]
        assert abs(row["pays"] - Fraction(row["exact"])) < 1 and json.dumps(row)
    assert {row["type"] for row in rows} == {{"process": "p", "job": "j", "vmo": "v"}[by], "other"}
    assert sum(row["pays"] for row in rows) == sum(Fraction(row["exact"]) for row in rows) == found["used"]
    for column in ("scaled", "unmapped", "kernel"):
        assert all(row[column] >= 0 for row in rows)
    columns = sum(row["private"] + row["scaled"] + row["unmapped"] + row["kernel"] for row in rows)
    # Four columns are rounded, each for itself.
    assert abs(columns + found["remainder"] - found["used"]) <= 4


def test_memory_has_a_line_by_what_keeps_it(session):
    lines = {line["name"]: line["bytes"] for line in fields(session, "audit")["lines"]}
    assert lines["by 2"] == 64 << 10
    assert lines["in unread messages only"] == 8 << 10
    assert lines["kept by clones only"] == 12 << 10
    assert lines["rings of sockets"] == 4 << 10
    seen = {line["name"]: line["bytes"] for line in fields(session, "audit --rule viewers")["lines"]}
    # Of the three pages that are kept the clone shows one, and pays for it.
    assert seen["kept by clones only"] == 8 << 10


def test_a_ledgers_res_is_what_ps_says(session):
    """But for `ps` itself, which is in its own table, and for processes that do not run, of which it has no figures."""
    res = sum(task_stats(process)[1] for process in session.state.machine.processes.values())
    assert f" {format_size(res)}" in output(session, "audit").splitlines()[1]
    assert sum(row["res"] for row in fields(session, "audit --by process")["rows"]) == res


def test_a_job_pays_what_its_processes_pay_and_for_itself(session):
    machine = session.state.machine
    jobs = {row["koid"]: row for row in fields(session, "audit --by job")["rows"]}
    exact = {row["koid"]: Fraction(row["exact"]) for row in fields(session, "audit --by process")["rows"]}
    for _, job in machine.walk_jobs():
        own = sum(exact[koid] for koid in job.processes)
        assert Fraction(jobs[job.koid]["exact"]) == own + 304


def test_a_process_pays_at_least_for_what_it_has_alone(session):
    from kshell.accounting.overhead import of_task, total_bytes

    machine = session.state.machine
    rows = {row["koid"]: row for row in fields(session, "audit --by process")["rows"]}
    for process in machine.processes.values():
        alone = of_task(machine, process)
        assert rows[process.koid]["kernel"] >= total_bytes(alone, None) - messages(process)


def messages(process):
    """Blocks of what lies in messages for a process: of_task gives them to it, and here they are nobody's."""
    return 2 * 1024 if process.name == b"sh:console" else 0


def test_the_largest_pays_first_or_as_was_asked_for(session):
    for line, key in (
        ("audit --by process", "pays"),
        ("audit --sort private", "private"),
        ("audit --by vmo --sort res", "res"),
    ):
        values = [row[key] for row in fields(session, line)["rows"] if row["type"] != "other"]
        assert values == sorted(values, reverse=True)
    names = [row["name"] for row in fields(session, "audit --by job --sort name")["rows"] if row["type"] == "j"]
    assert names == sorted(names)


def test_nothing_is_changed(session):
    before = fields(session, "kmem"), fields(session, "memory")
    for rule in RULES:
        run(session, f"audit --rule {rule}", *(f"audit --rule {rule} --by {by}" for by in GROUPS))
    assert (fields(session, "kmem"), fields(session, "memory")) == before
    session.state.machine.check()


@pytest.mark.parametrize("line", [f"audit --rule {rule}{by}" for rule in RULES
                                  for by in ("", *(f" --by {group}" for group in GROUPS))])  # fmt: skip
def test_the_screens_fit(session, line):
    text = output(session, line)
    assert max(map(len, text.splitlines())) <= 80
    if "--by" not in line:
        # A terminal of 80 by 24 holds all of it on a machine that has just booted: no pager opens.
        assert len(output(fresh(), line).splitlines()) <= 21


def test_a_long_name_is_clipped_and_columns_stay(session):
    run(session, "spawn a-process-with-a-name-of-thirty", "n = map 1G", "t = touch $n 1G")
    lines = output(session, "audit --by process").splitlines()
    (line,) = [line for line in lines if "a-process" in line]
    assert len(line) <= 80 and line.endswith("..")
    assert len({line.rindex(" ") for line in lines[1:4]}) == 1


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("audit --rule mine", "--rule takes one of owner, viewers, pss, not 'mine'"),
        ("audit --by handle", "--by takes one of process, job, vmo, not 'handle'"),
        ("audit --by vmo --sort size", "--sort takes one of res"),
        ("audit 3020", "one word too many"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(session, line, part):
    assert part in output(session, line)
