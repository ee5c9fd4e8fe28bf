"""The record KMEM_STATS of later Magenta, which `kstats` and `memgraph` print. Rules: docs/kernel-rules.md 6.8."""

from __future__ import annotations

from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.machine import Machine

# The reference commit's own time stands for the clock that the model does not have.
TIMESTAMP = "2017-04-14T07:22:57.000Z"


def kernel_memory(machine: Machine) -> dict[str, int]:
    """The record KMEM_STATS, in bytes."""
    physmem = machine.physmem
    pages = {
        "total": physmem.total,
        "free": physmem.free,
        "wired": physmem.wired,
        "heap": physmem.heap,
        "vmo": physmem.object,
        "mmu": physmem.mmu,
        "other": physmem.alloc,
    }
    sizes = {name: count << PAGE_SHIFT for name, count in pages.items()}
    sizes["heap_free"] = machine.heap.remaining
    # What the tools compute from the two.
    sizes["heap_allocated"] = sizes["heap"] - sizes["heap_free"]
    return sizes
