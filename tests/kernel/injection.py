"""Memory that runs out at a chosen moment: the n-th allocation of a kind finds nothing."""

from contextlib import contextmanager

from kshell.kernel.abi import ERR_NO_MEMORY, KernelError
from kshell.kernel.handles import HandleArena
from kshell.kernel.heap import Heap
from kshell.kernel.physmem import PhysicalMemory
from tests.compiled import REPLACED, require_python

# What the kernel allocates, and the method through which it does. Each fails by raising ERR_NO_MEMORY.
ALLOCATIONS = {
    "pages": (PhysicalMemory, "take"),
    "heap": (Heap, "take"),
    "handles": (HandleArena, "make"),
}


@contextmanager
def fails_at(monkeypatch, kind, n):
    """Within it, the allocation number `n` (from 1) of `kind` is refused. Gives a list that is empty until then."""
    require_python(REPLACED)
    owner, name = ALLOCATIONS[kind]
    real = getattr(owner, name)
    left = [n]
    refused = []

    def take(self, *arguments):
        left[0] -= 1
        if left[0] == 0:
            refused.append(arguments)
            raise KernelError(ERR_NO_MEMORY, f"allocation {n} of {kind} finds nothing")
        return real(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, take)
        yield refused


def accounts(machine):
    """Everything of a machine that a refused call has to leave as it was."""
    physmem = machine.physmem
    return {
        **{state: getattr(physmem, state) for state in ("free", "object", "mmu", "heap")},
        "heap.live": machine.heap.live,
        "handles": machine.handles.live,
        "vmos": len(machine.vmos),
        "processes": len(machine.processes),
        "regions": machine.regions,
        "jobs": [(job.koid, job.members, job.state, *job.processes) for _, job in machine.walk_jobs()],
    }


def refused_at_every_allocation(monkeypatch, machine, kind, act):
    """Refuses the first, the second ... allocation of `kind` while `act` runs, until it succeeds; returns how many
    there were. Each refusal has to be ERR_NO_MEMORY and leave the machine's accounts and laws alone."""
    before = accounts(machine)
    for n in range(1, 10_000):
        with fails_at(monkeypatch, kind, n) as refused:
            try:
                act()
            except KernelError as error:
                assert error.status == ERR_NO_MEMORY, error
                ended = False
            else:
                ended = True
        assert bool(refused) != ended, f"allocation {n} of {kind} was refused, and nobody noticed"
        machine.check()
        if ended:
            return n - 1
        assert accounts(machine) == before, f"allocation {n} of {kind} was refused"
    raise AssertionError("it never succeeds")
