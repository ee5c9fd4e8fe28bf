"""`k vm`: physical and virtual addresses. Rules: docs/kernel-rules.md 6.6; `kernel/kernel/vm/vm.cpp`.

An address of user space is looked up in the page tables of devhost:root, which runs the kernel's console.
"""

from __future__ import annotations

from kshell.commands.kernel_console import mmu
from kshell.commands.kernel_console.line import Kernel, hexadecimal, kernel_command, number, refuse
from kshell.commands.kernel_console.segments import (
    IMAGE_OFFSET,
    KERNEL_BASE,
    PHYSICAL_MAP,
    PHYSICAL_MAP_SIZE,
    physical_map,
)
from kshell.kernel.abi import ERR_NOT_FOUND, PAGE_SHIFT, PAGE_SIZE, USER_BASE, USER_SIZE
from kshell.kernel.machine import Machine
from kshell.kernel.physical_vmo import PhysicalVmo
from kshell.kernel.physmem import ARENA_BASE

USAGE = (
    "usage:",
    "vm phys2virt <address>",
    "vm virt2phys <address>",
    "vm map <phys> <virt> <count> <flags>",
    "vm unmap <virt> <count>",
)
# The words that a subcommand needs after its name.
NEEDED = {"phys2virt": 1, "virt2phys": 1, "map": 4, "unmap": 2}
CONSOLE = b"devhost:root"
NO_PAGE_TABLES = "kshell keeps no page tables to change by hand: nothing was done"
# Of the kernel's code this much is known to be there; where its other segments begin and end is not.
CODE_SIZE = 1 << 20


@kernel_command("vm")
def vm(kernel: Kernel, words: list[str]) -> int:
    """Translations between physical and virtual addresses."""
    if not words or len(words) <= NEEDED.get(words[0], 0):
        return kernel.usage("not enough arguments", *USAGE)
    if words[0] not in NEEDED:
        return kernel.usage("unknown command", *USAGE)
    address = number(words[1])
    if words[0] == "phys2virt":
        kernel.say(f"paddr_to_kvaddr returns {hexadecimal(physical_map(address) or 0)}")
        return 0
    if not USER_BASE <= address < USER_BASE + USER_SIZE and address < KERNEL_BASE:
        # `map` too looks at its first address, the physical one.
        kernel.say("ERROR: outside of any address space")
        return -1
    if words[0] != "virt2phys":
        return refuse(kernel, NO_PAGE_TABLES)
    return _kernel_query(kernel, address) if address >= KERNEL_BASE else _user_query(kernel, address)


def _answer(kernel: Kernel, found: tuple[int, int] | None) -> int:
    """Prints (physical address, flags), or that nothing is mapped."""
    kernel.say(f"arch_mmu_query returns {0 if found else ERR_NOT_FOUND}")
    if found:
        kernel.say(f"\tpa {hexadecimal(found[0])}, flags {found[1]:#x}")
    return 0


def _user_query(kernel: Kernel, address: int) -> int:
    return _answer(kernel, _user_page(kernel.machine, address))


def _user_page(machine: Machine, address: int) -> tuple[int, int] | None:
    """Where `address` of the process that runs the console is, and the flags there; None if nothing is present."""
    process = next((process for process in machine.walk_processes() if process.name == CONSOLE), None)
    located = process.root_vmar.locate(address) if process is not None else None
    if located is None:
        return None
    mapping, offset = located
    if isinstance(mapping.vmo, PhysicalVmo):
        # Device memory is in the page tables from the beginning.
        return mapping.vmo.base + offset, mmu.mmu_flags(mapping)
    # An image says nothing of page tables: what is committed is taken to be in them, as it was when it was written.
    frame = mapping.vmo.frame(offset >> PAGE_SHIFT)
    return (frame + address % PAGE_SIZE, mmu.mmu_flags(mapping)) if frame is not None else None


def _kernel_query(kernel: Kernel, address: int) -> int:
    if address < PHYSICAL_MAP + PHYSICAL_MAP_SIZE:
        return _answer(kernel, (address - PHYSICAL_MAP, mmu.READ | mmu.WRITE))
    if address >= IMAGE_OFFSET:
        physical = address - IMAGE_OFFSET
        if ARENA_BASE <= physical < ARENA_BASE + CODE_SIZE:
            return _answer(kernel, (physical, mmu.READ | mmu.EXECUTE))
        if not ARENA_BASE <= physical < ARENA_BASE + (kernel.machine.physmem.wired << PAGE_SHIFT):
            return _answer(kernel, None)
    return refuse(kernel, "what the kernel has mapped there is not modelled")
