"""`k pmm`, `k vmm`, `k vm`, `k vm_object`, `k vm_page`, `k heap`: the kernel's memory commands.

Addresses of kernel objects are invented and stable. What the real commands do to the kernel's own address space
is not in the model; those refuse in one line. Rules: docs/kernel-rules.md 6.6; `VM/pmm.cpp`, `pmm_arena.cpp`,
`vmm.cpp`, `vm.cpp`, `vm_object.cpp`, `kernel/lib/heap/heap_wrapper.c`.
"""

from __future__ import annotations

from kshell.commands.kernel_console.line import Kernel, hexadecimal, kernel_command, number
from kshell.commands.kernel_console.mx import dump_aspace, vmo_line
from kshell.kernel.abi import PAGE_SHIFT, PAGE_SIZE, USER_BASE
from kshell.kernel.physmem import ARENA_BASE, STATES
from kshell.kernel.vmo import Vmo

ARENA_ADDRESS = 0xFFFFFFFF80545000
PAGE_ARRAY = ARENA_ADDRESS + 0x38
PAGE_RECORD = 0x20
PHYSICAL_MAP = 0xFFFFFF8000000000
KERNEL_BASE, KERNEL_SIZE = 0xFFFFFF8000000000, 0x8000000000

PMM_USAGE = (
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
VMM_USAGE = (
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
VM_USAGE = (
    "usage:",
    "vm phys2virt <address>",
    "vm virt2phys <address>",
    "vm map <phys> <virt> <count> <flags>",
    "vm unmap <virt> <count>",
)
VM_OBJECT_USAGE = ("usage:", "vm_object dump <address>", "vm_object dump_pages <address>")
VM_PAGE_USAGE = ("usage:", "vm_page dump <address>", "vm_page hexdump <address>")
HEAP_USAGE = (
    "usage:",
    "\theap info",
    "\theap trace",
    "\theap trim",
    "\theap alloc <size> [alignment]",
    "\theap realloc <ptr> <size>",
    "\theap free <address>",
)
NOT_MODELLED = "kshell: the kernel's own address space is not modelled: nothing was done"


@kernel_command("pmm")
def pmm(kernel: Kernel, words: list[str]) -> int:
    """Physical memory."""
    if not words:
        return kernel.usage("not enough arguments", *PMM_USAGE)
    physmem, alloced = kernel.machine.physmem, kernel.machine.alloced
    if words[0] == "arenas":
        _arenas(kernel)
    elif words[0] == "alloc" and len(words) > 1:
        count = min(number(words[1]), physmem.free)
        physmem.reserve("alloc", count)
        kernel.say(f"alloc returns {count}")
        for _ in range(count):
            address = physmem.name_frame()
            alloced.append(address)
            kernel.say(f"\tpage {_page_record(address):#x}, address {address:#x}")
    elif words[0] == "dump_alloced":
        kernel.say(*(f"page {_page_record(page):#x}: address {page:#x} state alloc flags 0" for page in alloced))
    elif words[0] == "free_alloced":
        kernel.say(f"pmm_free returns {len(alloced)}")
        physmem.alloc -= len(alloced)
        physmem.free += len(alloced)
        for address in reversed(alloced):
            physmem.unname_frame(address)
        alloced.clear()
    elif words[0] == "free":
        if not kernel.machine.free_watch:
            kernel.say("pmm free: issue the same command to stop.")
        kernel.machine.free_watch = not kernel.machine.free_watch
    elif words[0] in ("alloc_range", "alloc_kpages", "alloc_contig") and len(words) > 1:
        kernel.say(NOT_MODELLED)
    else:
        known = words[0] in ("alloc", "alloc_range", "alloc_kpages", "alloc_contig")
        return kernel.usage("not enough arguments" if known else "unknown command", *PMM_USAGE)
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


def _page_record(address: int) -> int:
    return PAGE_ARRAY + (address - ARENA_BASE >> PAGE_SHIFT) * PAGE_RECORD


@kernel_command("vmm")
def vmm(kernel: Kernel, words: list[str]) -> int:
    """Address spaces."""
    if not words:
        return kernel.usage("not enough arguments", *VMM_USAGE)
    if words[0] == "aspaces":
        kernel.say(
            f"as {ARENA_ADDRESS - PAGE_SIZE:#x} [{KERNEL_BASE:#x} {KERNEL_BASE + KERNEL_SIZE - 1:#x}] "
            f"sz {KERNEL_SIZE:#x} fl 0x1 ref 1 'kernel'"
        )
        for process in kernel.machine.processes.values():
            dump_aspace(kernel, process, "unnamed")
        return 0
    if any(line.split()[1] == words[0] for line in VMM_USAGE[1:]):
        kernel.say(NOT_MODELLED)
        return 0
    return kernel.usage("unknown command", *VMM_USAGE)


@kernel_command("vm")
def vm(kernel: Kernel, words: list[str]) -> int:
    """Translations between physical and virtual addresses."""
    if not words:
        return kernel.usage("not enough arguments", *VM_USAGE)
    if words[0] == "phys2virt" and len(words) > 1:
        address = number(words[1])
        inside = ARENA_BASE <= address < ARENA_BASE + kernel.machine.physmem.size
        kernel.say(f"paddr_to_kvaddr returns {f'{PHYSICAL_MAP + address:#x}' if inside else '(nil)'}")
        return 0
    if words[0] == "virt2phys" and len(words) > 1:
        return _virt2phys(kernel, number(words[1]))
    if words[0] in ("map", "unmap"):
        kernel.say(NOT_MODELLED)
        return 0
    known = words[0] in ("phys2virt", "virt2phys")
    return kernel.usage("not enough arguments" if known else "unknown command", *VM_USAGE)


def _virt2phys(kernel: Kernel, address: int) -> int:
    if USER_BASE <= address < KERNEL_BASE:
        kernel.say("ERROR: outside of address space")
    else:
        kernel.say(NOT_MODELLED)
    return 0


@kernel_command("vm_object")
def vm_object(kernel: Kernel, words: list[str]) -> int:
    """A VMO by the address of its kernel object, as `k mx asd` prints it."""
    if not words:
        return kernel.usage("not enough arguments", *VM_OBJECT_USAGE)
    if words[0] not in ("dump", "dump_pages"):
        return kernel.usage("unknown command", *VM_OBJECT_USAGE)
    if len(words) < 2:
        # The real kernel crashes on a missing or wrong address.
        return kernel.usage("not enough arguments", *VM_OBJECT_USAGE)
    address = number(words[1])
    vmo = next((vmo for vmo in kernel.machine.vmos if vmo.address == address), None)
    if vmo is None:
        kernel.say(f"kshell: no VMO is at {address:#x} (the real kernel crashes); see `k mx asd`")
        return -1
    kernel.say(vmo_line(vmo))
    if words[0] == "dump_pages":
        kernel.say(*_page_lines(vmo))
    return 0


def _page_lines(vmo: Vmo) -> list[str]:
    lines: list[str] = []
    for start, end in list(vmo.pages.runs()):
        for page in range(start, end):
            frame = vmo.frame(page)
            assert frame is not None
            lines.append(f"  offset {hexadecimal(page << PAGE_SHIFT)} page {_page_record(frame):#x} paddr {frame:#x}")
    return lines


@kernel_command("vm_page")
def vm_page(kernel: Kernel, words: list[str]) -> int:
    """A page record by its address."""
    if not words:
        return kernel.usage("not enough arguments", *VM_PAGE_USAGE)
    if words[0] not in ("dump", "hexdump"):
        return kernel.usage("unknown command", *VM_PAGE_USAGE)
    kernel.say("kshell: page records are not modelled; see `k vm_object dump_pages`")
    return -1


@kernel_command("heap")
def heap(kernel: Kernel, words: list[str]) -> int:
    """The kernel's own heap: its size is known, what is inside is not modelled."""
    if not words:
        return kernel.usage("not enough arguments", *HEAP_USAGE)
    if words[0] == "info":
        size = kernel.machine.physmem.heap << PAGE_SHIFT
        kernel.say(
            "Heap dump (using cmpctmalloc):", f"\tsize {size}, remaining 0", "\tfree list:", "\tdelayed free list:"
        )
    elif words[0] == "trace":
        kernel.machine.heap_trace = not kernel.machine.heap_trace
        kernel.say(f"heap trace is now {'on' if kernel.machine.heap_trace else 'off'}")
    elif words[0] == "trim":
        pass
    elif words[0] in ("alloc", "realloc", "free"):
        kernel.say(NOT_MODELLED)
    else:
        return kernel.usage("unrecognized command", *HEAP_USAGE)
    return 0
