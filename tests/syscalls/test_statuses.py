"""Each syscall ends with each status it can return, and what it refuses changes nothing."""

import re

import pytest

from kshell.kernel.abi import KernelError
from kshell.kernel.syscalls import Syscalls
from tests import docstrings
from tests.syscalls.cases import CASES, Bench

# Refusals that change something, as the real kernel's do: an argument handle has moved, a koid is spent, a message is
# thrown away, pages were committed until memory ran out.
LEAVE_TRACES = {
    ("process_start", "ERR_BAD_STATE"),
    ("channel_read", "ERR_BUFFER_TOO_SMALL"),
    ("vmar_unmap_handle_close_thread_exit", "ERR_BAD_HANDLE"),
}
# A documented status: what `Raises` of a call's docstring names, with the lookups' own.
SLOTS = 40


def seen(machine):
    """What a refused call must leave as it was. Koids are not among it: a failing creation may spend one."""
    return (
        machine.physmem.free,
        machine.handles.live,
        len(machine.vmos),
        [
            (koid, p.state, len(p.handles), len(p.threads), p.aspace.mapped_bytes, p.aspace.vmar_count)
            for koid, p in machine.processes.items()
        ],
        [(job.koid, job.state) for _, job in machine.walk_jobs()],
    )


@pytest.mark.parametrize(
    ("syscall", "status", "recipe"), CASES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_ends_with_the_status(syscall, status, recipe):
    bench = Bench(handle_slots=SLOTS)
    arguments = recipe(bench)
    before = seen(bench.machine)
    try:
        getattr(bench.calls, syscall)(*arguments)
        ended, reason = "NO_ERROR", ""
    except KernelError as error:
        ended, reason = error.name, error.reason
    assert ended == status, reason
    if status != "NO_ERROR":
        # A reason is one line that a person can act on.
        assert len(reason) > 10 and "\n" not in reason and not reason.endswith(".")
        if (syscall, status) not in LEAVE_TRACES:
            assert seen(bench.machine) == before
    bench.machine.check()


def documented(name):
    """The statuses that a call's docstring says it raises."""
    return set(re.findall(r"ERR_[A-Z_]+", docstrings.of_calls()[name]))


def test_every_call_and_every_status_it_documents_has_a_case():
    names = {name for base in Syscalls.__mro__[:-1] for name, found in vars(base).items() if callable(found)}
    calls = {name for name in names if not name.startswith("_")}
    covered = {(syscall, status) for syscall, status, _ in CASES}
    assert {syscall for syscall, _ in covered} == calls
    missing = {(name, status) for name in calls for status in documented(name)} - covered
    # A thread that exits has no process without threads to exit from: no running process is without one.
    assert missing == {("thread_exit", "ERR_BAD_STATE")}
