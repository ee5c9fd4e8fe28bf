"""`k vmm`: address spaces. Rules: docs/kernel-rules.md 6.6; `kernel/kernel/vm/vmm.cpp`, `vm_aspace.cpp`.

The model has no regions in the kernel's own address space, so what would make one is refused in one line.
"""

from __future__ import annotations

from kshell.commands.kernel_console.line import Kernel, kernel_command, number, refuse
from kshell.commands.kernel_console.mx import dump_aspaces
from kshell.commands.kernel_console.segments import ARENA_ADDRESS, KERNEL_BASE, KERNEL_SIZE
from kshell.kernel.abi import ERR_INVALID_ARGS, ERR_NO_MEMORY, ERR_NOT_FOUND, MAX_VMO_SIZE, NO_ERROR, PAGE_SIZE

USAGE = (
    "usage:",
    "vmm aspaces",
    "vmm alloc <size> <align_pow2>",
    "vmm alloc_physical <paddr> <size> <align_pow2>",
    "vmm alloc_contig <size> <align_pow2>",
    "vmm free_region <address>",
    "vmm create_aspace",
    "vmm create_test_aspace",
    "vmm free_aspace <address>",
    "vmm set_test_aspace <address>",
)
# The words that a subcommand needs after its name, where the kernel looks.
NEEDED = {"alloc": 1, "alloc_physical": 2, "alloc_contig": 1}
NOT_MODELLED = "the kernel's own address space is not modelled: nothing was done"
NO_ASPACE = "no test address space is there; the real kernel panics"
# The pointer that a failed call leaves as it was.
UNTOUCHED = 0x99
# A word that is not there is read from a block that the heap has filled (`ALLOC_FILL`).
MISSING = 0x9999999999999999


@kernel_command("vmm")
def vmm(kernel: Kernel, words: list[str]) -> int:
    """Address spaces."""
    if not words or len(words) <= NEEDED.get(words[0], 0):
        return kernel.usage("not enough arguments", *USAGE)
    if words[0] == "aspaces":
        kernel.say(
            f"as {ARENA_ADDRESS - PAGE_SIZE:#x} [{KERNEL_BASE:#x} {KERNEL_BASE + KERNEL_SIZE - 1:#x}] "
            f"sz {KERNEL_SIZE:#x} fl 0x1 ref 1 'kernel'"
        )
        dump_aspaces(kernel)
        return 0
    numbers = [number(word) for word in words[1:]]
    if words[0] == "alloc":
        return _alloc(kernel, numbers[0])
    if words[0] == "alloc_physical":
        return _alloc_physical(kernel, numbers[0], numbers[1])
    if words[0] == "alloc_contig":
        # The kernel's command forgets a flag that the call insists on.
        kernel.say(f"vmm_alloc_contig returns {ERR_INVALID_ARGS}, ptr {UNTOUCHED:#x}")
        return 0
    if words[0] == "free_region":
        return _free_region(kernel, numbers[0] if numbers else MISSING)
    if words[0] in ("create_aspace", "create_test_aspace"):
        return refuse(kernel, NOT_MODELLED)
    if words[0] in ("free_aspace", "set_test_aspace"):
        return refuse(kernel, NO_ASPACE)
    return kernel.usage("unknown command", *USAGE)


def _alloc(kernel: Kernel, size: int) -> int:
    """No bytes, so many that they round to none, and more than the space has, are an error."""
    if 0 < _rounded(size) <= KERNEL_SIZE:
        return refuse(kernel, NOT_MODELLED)
    kernel.say(f"vmm_alloc returns {ERR_INVALID_ARGS}, ptr {UNTOUCHED:#x}")
    return 0


def _alloc_physical(kernel: Kernel, address: int, size: int) -> int:
    if address % PAGE_SIZE:
        return refuse(kernel, f"{address:#x} is not at a page: the real kernel panics")
    rounded = _rounded(size)
    if size and (not rounded or address + rounded > 1 << 64):
        status = ERR_NO_MEMORY
    elif rounded > KERNEL_SIZE:
        status = ERR_INVALID_ARGS
    elif size:
        return refuse(kernel, NOT_MODELLED)
    else:
        status = NO_ERROR
    kernel.say(f"vmm_alloc_physical returns {status}, ptr {UNTOUCHED:#x}")
    return 0


def _rounded(size: int) -> int:
    """A size up to a page, modulo 2^64."""
    return size + PAGE_SIZE - 1 & MAX_VMO_SIZE


def _free_region(kernel: Kernel, address: int) -> int:
    """Outside the kernel's space there is no region."""
    if KERNEL_BASE <= address < KERNEL_BASE + KERNEL_SIZE:
        return refuse(kernel, NOT_MODELLED)
    kernel.say(f"vmm_free_region returns {ERR_NOT_FOUND}")
    return 0
