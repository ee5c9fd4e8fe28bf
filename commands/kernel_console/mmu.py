"""What the page tables say of a mapping: permissions and, for device memory, how it is cached.

Rules: docs/kernel-rules.md 6.6; `kernel/include/arch/mmu.h`, `kernel/lib/magenta/pci_io_mapping_dispatcher.cpp`,
`kernel/lib/syscalls/syscalls_ddk.cpp`.
"""

from __future__ import annotations

from kshell.kernel.abi import CACHE_CACHED, VM_EXECUTE, VM_READ, VM_WRITE
from kshell.kernel.physical_vmo import PhysicalVmo
from kshell.kernel.vmar import Mapping

USER, READ, WRITE, EXECUTE = 0x4, 0x8, 0x10, 0x20


def mmu_flags(mapping: Mapping) -> int:
    """The flags of a user mapping as `k mx asd` prints them: the permissions it has, and its cache policy."""
    flags = USER | cache_policy(mapping)
    for bit, mmu in ((VM_READ, READ), (VM_WRITE, WRITE), (VM_EXECUTE, EXECUTE)):
        if mapping.perms & bit:
            flags |= mmu
    return flags


def cache_policy(mapping: Mapping) -> int:
    """How the memory behind a mapping is cached; ordinary memory always is."""
    vmo = mapping.vmo
    return vmo.cache_policy if isinstance(vmo, PhysicalVmo) else CACHE_CACHED
