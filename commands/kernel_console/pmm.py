"""`k pmm`: physical memory. Rules: docs/kernel-rules.md 6.6; `kernel/kernel/vm/pmm.cpp`, `pmm_arena.cpp`.

A frame of the model has no address before somebody asks for it, so frames are allocated in the order in which they get
one, and a run of frames at a wanted place is refused.
"""

from __future__ import annotations

from kshell.commands.kernel_console.line import Kernel, hexadecimal, kernel_command, number, refuse
from kshell.commands.kernel_console.segments import ARENA_ADDRESS, PAGE_ARRAY, PHYSICAL_MAP, page_record
from kshell.kernel.abi import PAGE_SHIFT, PAGE_SIZE
from kshell.kernel.physmem import ARENA_BASE, STATES

USAGE = (
    "usage:",
    "pmm arenas",
    "pmm alloc <count>",
    "pmm alloc_range <address> <count>",
    "pmm alloc_kpages <count>",
    "pmm alloc_contig <count> <alignment>",
    "pmm dump_alloced",
    "pmm free_alloced",
    "pmm free",
)
# The words that a subcommand needs after its name.
NEEDED = {"alloc": 1, "alloc_range": 2, "alloc_kpages": 1, "alloc_contig": 2}
RUNS = "which page frames lie in a row is not modelled: nothing was done"
# What the kernel's stack holds where a failed alloc_contig leaves the address unset: seen on the running kernel.
UNSET = 0x82
U32 = (1 << 32) - 1


@kernel_command("pmm")
def pmm(kernel: Kernel, words: list[str]) -> int:
    """Physical memory."""
    if not words or len(words) <= NEEDED.get(words[0], 0):
        return kernel.usage("not enough arguments", *USAGE)
    if words[0] == "arenas":
        _arenas(kernel)
    elif words[0] == "alloc":
        # Counts are cut to 32 bits.
        _alloc(kernel, number(words[1]) & U32)
    elif words[0] == "dump_alloced":
        alloced = kernel.machine.alloced
        kernel.say(*(f"page {page_record(page):#x}: address {page:#x} state alloc flags 0" for page in alloced))
    elif words[0] == "free_alloced":
        _free_alloced(kernel)
    elif words[0] == "free":
        if not kernel.machine.free_watch:
            kernel.say("pmm free: issue the same command to stop.")
        kernel.machine.free_watch = not kernel.machine.free_watch
    elif words[0] == "alloc_range":
        return _alloc_range(kernel, number(words[1]), number(words[2]) & U32)
    elif words[0] == "alloc_kpages":
        return _alloc_kpages(kernel, number(words[1]) & U32)
    elif words[0] == "alloc_contig":
        return _alloc_contig(kernel, number(words[1]) & U32, number(words[2]))
    else:
        return kernel.usage("unknown command", *USAGE)
    return 0


def _arenas(kernel: Kernel) -> None:
    physmem = kernel.machine.physmem
    counts = {state: int(getattr(physmem, state)) for state in STATES}
    kernel.say(
        f"arena {ARENA_ADDRESS:#x}: name 'memory' base {ARENA_BASE:#x} size {physmem.size:#x} priority 1 flags 0x1",
        f"\tpage_array {PAGE_ARRAY:#x}, free_count {physmem.free}",
        "\tpage states:",
        *(f"\t\t{state:<12} {count:<16} ({count << PAGE_SHIFT} bytes)" for state, count in counts.items()),
    )
    kernel.rows = {"arenas": [{"base": ARENA_BASE, "size": physmem.size, "pages": counts}]}
    # `$x` is what is free, `$x.object` what user memory takes, all in bytes.
    kernel.extra = {state: count << PAGE_SHIFT for state, count in counts.items()}
    kernel.value = physmem.free << PAGE_SHIFT


def _alloc(kernel: Kernel, wanted: int) -> None:
    physmem = kernel.machine.physmem
    count = min(wanted, physmem.free)
    physmem.reserve("alloc", count)
    kernel.say(f"alloc returns {count}")
    for _ in range(count):
        address = physmem.name_frame()
        kernel.machine.alloced.append(address)
        kernel.say(f"\tpage {page_record(address):#x}, address {address:#x}")


def _free_alloced(kernel: Kernel) -> None:
    physmem, alloced = kernel.machine.physmem, kernel.machine.alloced
    kernel.say(f"pmm_free returns {len(alloced)}")
    physmem.alloc -= len(alloced)
    physmem.free += len(alloced)
    for address in reversed(alloced):
        physmem.unname_frame(address)
    alloced.clear()


def _alloc_range(kernel: Kernel, address: int, count: int) -> int:
    """Frames from `address` on, up to the first that is taken: none outside the arena or where the kernel itself is."""
    physmem, alloced = kernel.machine.physmem, kernel.machine.alloced
    frame = (address >> PAGE_SHIFT) - (ARENA_BASE >> PAGE_SHIFT)
    taken = frame < physmem.wired or frame >= physmem.total or frame << PAGE_SHIFT in alloced
    if count and not taken:
        return refuse(kernel, RUNS)
    kernel.say("alloc returns 0")
    return 0


def _alloc_kpages(kernel: Kernel, count: int) -> int:
    """Frames by their address in the kernel's space. Nothing lists them afterwards: they are lost."""
    physmem = kernel.machine.physmem
    if count != 1 or not physmem.free:
        return refuse(kernel, RUNS if count else "for no page the real kernel prints what its stack holds")
    physmem.reserve("alloc", 1)
    address = physmem.name_frame()
    kernel.say(f"pmm_alloc_kpages returns {PHYSICAL_MAP + address:#x} pa {address:#x}")
    return 0


def _alloc_contig(kernel: Kernel, count: int, alignment: int) -> int:
    """A run of frames at a multiple of 2^`alignment`: none if so many are not free, or the arena has no such place."""
    physmem = kernel.machine.physmem
    if not alignment:
        return refuse(kernel, "the real kernel divides by the alignment, and panics for 0")
    # The alignment is cut to 8 bits, and a shift to 6.
    step = 1 << max(alignment & 0xFF & 63, PAGE_SHIFT)
    first = -(-ARENA_BASE // step) * step
    if count and count <= physmem.free and first + count * PAGE_SIZE <= ARENA_BASE + physmem.size:
        return refuse(kernel, RUNS)
    kernel.say(f"pmm_alloc_contiguous returns 0, address {UNSET:#x}")
    kernel.say(f"address % align = {hexadecimal(UNSET % alignment)}")
    return 0
