"""What the page tables say of a mapping: permissions and, for device memory, how it is cached.

Rules: docs/kernel-rules.md 6.6; `kernel/include/arch/mmu.h`, `kernel/lib/magenta/pci_io_mapping_dispatcher.cpp`,
`kernel/lib/syscalls/syscalls_ddk.cpp`.
"""

from __future__ import annotations

from kshell.kernel.abi import VM_EXECUTE, VM_READ, VM_WRITE
from kshell.kernel.physical_vmo import PhysicalVmo
from kshell.kernel.vmar import Mapping

CACHED, UNCACHED, UNCACHED_DEVICE, WRITE_COMBINING = 0x0, 0x1, 0x2, 0x3
USER, READ, WRITE, EXECUTE = 0x4, 0x8, 0x10, 0x20
# The name the kernel gives a mapping of a PCI device's registers or memory.
PCI_NAME = "usr_pci_"
# The memory of the display (system/dev/display/bochs-vbe); other drivers map their BARs as device registers.
FRAMEBUFFER = "usr_pci_bar0_00_01_0"
# Device memory that is mapped by its address is cached, unless its driver says otherwise. These two are known by their
# sizes: PCI configuration space, 1 MiB for each of 256 buses, and a TPM, a page for each of five localities.
BY_SIZE = {256 << 20: UNCACHED_DEVICE, 5 << 12: UNCACHED}


def mmu_flags(mapping: Mapping) -> int:
    """The flags of a user mapping as `k mx asd` prints them: the permissions it has, and its cache policy."""
    flags = USER | cache_policy(mapping)
    for bit, mmu in ((VM_READ, READ), (VM_WRITE, WRITE), (VM_EXECUTE, EXECUTE)):
        if mapping.perms & bit:
            flags |= mmu
    return flags


def cache_policy(mapping: Mapping) -> int:
    """How the memory behind a mapping is cached; ordinary memory always is."""
    if not isinstance(mapping.vmo, PhysicalVmo):
        return CACHED
    if mapping.name == FRAMEBUFFER:
        return WRITE_COMBINING
    return UNCACHED_DEVICE if is_pci(mapping) else BY_SIZE.get(mapping.size, CACHED)


def is_pci(mapping: Mapping) -> bool:
    """Whether a mapping belongs to an io-map object, which holds a reference to it (`PciIoMappingDispatcher`)."""
    return mapping.name.startswith(PCI_NAME)
