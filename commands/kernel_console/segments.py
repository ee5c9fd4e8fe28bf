"""Where things are in the kernel's own address space, as far as the model knows.

    0xffffff8000000000   64 GiB of physical memory, in order
    0xffffffff80100000   the kernel: code, data, then what was allocated at boot
    everything else      regions that come and go: not modelled

Rules: docs/kernel-rules.md 6.6; `kernel/kernel/vm/vm.cpp` (`vm_init_postheap`), `kernel/platform/pc/platform.c`
(`mmu_initial_mappings`). The arena's addresses are those of a build of the reference commit.
"""

from __future__ import annotations

from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.physmem import ARENA_BASE

KERNEL_BASE, KERNEL_SIZE = 0xFFFFFF8000000000, 0x8000000000
PHYSICAL_MAP, PHYSICAL_MAP_SIZE = KERNEL_BASE, 64 << 30
# The kernel itself lies at the beginning of the arena, and is mapped this much higher.
IMAGE_OFFSET = 0xFFFFFFFF80000000
ARENA_ADDRESS = 0xFFFFFFFF80545000
PAGE_ARRAY = ARENA_ADDRESS + 0x38
PAGE_RECORD = 0x20


def page_record(address: int) -> int:
    """The address of the record of the page frame at a physical address."""
    return PAGE_ARRAY + (address - ARENA_BASE >> PAGE_SHIFT) * PAGE_RECORD


def physical_map(address: int) -> int | None:
    """Where the kernel sees physical `address` (`paddr_to_kvaddr`), or None beyond the first 64 GiB."""
    return PHYSICAL_MAP + address if address < PHYSICAL_MAP_SIZE else None
