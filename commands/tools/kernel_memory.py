"""The record KMEM_STATS of later Magenta, which `kstats` and `memgraph` print. Rules: docs/kernel-rules.md 6.8."""

from __future__ import annotations

from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.machine import Machine

# The reference commit's own time stands for the clock that the model does not have.
TIMESTAMP = "2017-04-14T07:22:57.000Z"


def kernel_memory(machine: Machine) -> dict[str, int]:
    """The record KMEM_STATS, in bytes. The heap counts as full: the model does not look inside it."""
    physmem = machine.physmem
    counts = {
        "total": physmem.total,
        "free": physmem.free,
        "wired": physmem.wired,
        "heap": physmem.heap,
        "heap_free": 0,
        "vmo": physmem.object,
        "mmu": physmem.mmu,
        "other": physmem.alloc,
    }
    return {name: pages << PAGE_SHIFT for name, pages in counts.items()}
