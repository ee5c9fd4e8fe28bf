"""A syscall that succeeds, made again with each of its allocations refused: nothing is left of it then."""

import pytest

from kshell.kernel.abi import KernelError
from tests.kernel.injection import ALLOCATIONS, accounts, fails_at
from tests.syscalls.cases import CASES, Bench

SLOTS = 60
# These look for room before they begin, so that the slots themselves are always there.
PAIRS = {"channel_create", "eventpair_create", "socket_create", "fifo_create"}
GOOD = [(syscall, recipe) for syscall, status, recipe in CASES if status == "NO_ERROR"]


@pytest.mark.parametrize("kind", ALLOCATIONS)
@pytest.mark.parametrize(("syscall", "recipe"), GOOD, ids=lambda value: value if isinstance(value, str) else "")
def test_a_refused_allocation_leaves_nothing(syscall, recipe, kind, monkeypatch):
    if kind == "handles" and syscall in PAIRS:
        return
    for n in range(1, 40):
        bench = Bench(handle_slots=SLOTS)
        arguments = recipe(bench)
        before = accounts(bench.machine)
        with fails_at(monkeypatch, kind, n) as refused:
            try:
                getattr(bench.calls, syscall)(*arguments)
                ended = "NO_ERROR"
            except KernelError as error:
                ended = error.name
        bench.machine.check()
        if not refused:
            assert ended == "NO_ERROR"
            return
        assert ended == "ERR_NO_MEMORY" and accounts(bench.machine) == before, f"allocation {n} of {kind} was refused"
    raise AssertionError("it never succeeds")
