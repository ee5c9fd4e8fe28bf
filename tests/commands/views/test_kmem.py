"""`kmem`: the rows are all that lives, whoever has it."""

import json
from pathlib import Path

import pytest

from kshell.accounting.overhead import of_machine, of_task
from tests.commands.support import fresh, output, run

DOCUMENT = Path(__file__).parents[3] / "docs" / "kernel-memory.md"


@pytest.fixture
def session():
    return fresh()


def kmem(session, line="kmem"):
    (outcome,) = session.run(line)
    assert outcome.ok, outcome.error
    return outcome.result.fields


def test_the_document_says_what_the_program_does():
    from kshell.__main__ import main

    assert main(["--check", str(DOCUMENT)]) == 0


def test_the_rows_are_what_lives_and_the_pages_are_those_of_physical_memory(session):
    run(session, "c = channel_create", "channel_write $c.0 hello", "spawn demo", "p = process_create $job held")
    found, machine = kmem(session), session.state.machine
    assert sum(row["bytes"] for row in found["rows"]) == found["live"] == machine.heap.live
    assert (found["page_tables"], found["heap_pages"]) == (machine.physmem.mmu, machine.physmem.heap)
    assert found["handles"] == machine.handles.live
    assert found["total"] == (found["page_tables"] + found["heap_pages"] + found["stacks"]) * 4096


def test_each_task_has_its_own_and_what_is_shared_is_counted_for_none(session):
    run(session, "v = vmo_create 64k", "p = spawn demo")
    machine = session.state.machine
    whole = of_machine(machine)
    parts = [of_task(machine, process) for process in machine.processes.values()]
    assert sum(part.live for part in parts) < whole.live
    assert sum(part.stacks for part in parts) == whole.stacks
    assert sum(part.handles for part in parts) == whole.handles - len(machine.kernel_handles)
    # A job has what its processes have together, what they share among themselves, and its jobs.
    job = of_task(machine, machine.root_job)
    assert job.live > sum(part.live for part in parts)
    assert (job.stacks, job.page_tables) == (whole.stacks, sum(part.page_tables for part in parts))
    assert job.live <= whole.live - machine.heap.base


def test_what_a_task_has_goes_with_it(session):
    """Killing a process that nobody else holds gives back all of its own, but for objects that its death leaves to one
    other process."""
    run(session, "spawn demo")
    machine = session.state.machine
    process = max(machine.processes.values(), key=lambda one: one.koid)
    own = of_task(machine, process)
    before = of_machine(machine)
    process.kill()
    after = of_machine(machine)
    assert before.live - after.live == own.live
    assert before.page_tables - after.page_tables == own.page_tables
    assert before.stacks - after.stacks == own.stacks


def test_rows_in_the_order_that_was_asked_for(session):
    by_bytes = [row["bytes"] for row in kmem(session, "kmem --sort bytes")["rows"]]
    assert by_bytes == sorted(by_bytes, reverse=True)
    by_count = [row["count"] for row in kmem(session, "kmem --sort count")["rows"]]
    assert by_count == sorted(by_count, reverse=True)
    kinds = [row["kind"] for row in kmem(session)["rows"]]
    assert kinds[:3] == ["job", "process", "thread"] and kinds[-1] == "boot's own"


def test_what_is_lost_has_a_row(session):
    run(session, "p = port_create 1", "port_queue $p hello", "handle_close $p")
    (row,) = [row for row in kmem(session)["rows"] if row["kind"] == "leaked"]
    assert row["bytes"] == 88


def test_a_remark_goes_on_in_its_column(session):
    lines = output(session, "kmem").splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[-2].endswith("  pages; the kernel's image, page") and lines[-1] == " " * 42 + "records, vDSO, ramdisk"


def test_as_json(session):
    (outcome,) = session.run("kmem 3020")
    assert list(json.loads(json.dumps(outcome.result.fields))) == [
        "rows", "page_tables", "live", "heap_pages", "stacks", "handles", "total",
    ]  # fmt: skip
    assert outcome.result.fields["heap_pages"] is None


def test_a_task_that_is_not_there(session):
    assert "there is no task 'nobody'" in output(session, "kmem nobody")
