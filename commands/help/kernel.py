"""The kernel console's commands: usage, what it does, and an example with what it prints."""

from __future__ import annotations

from kshell.commands.kernel_console import hardware, misc

# Name -> (usage, what it does, the example's line, what that prints).
KERNEL: dict[str, tuple[str, str, str, str]] = {
    "k mx": (
        "k mx SUBCOMMAND",
        "The kernel's diagnostics of processes and handles: ps, ht, jb, kill, asd, mwd, and vmos of a later kernel. "
        "Without a subcommand it lists them and fails.",
        "! k mx",
        "not enough arguments:\nmx ps         : list processes\n...\n",
    ),
    "k mx ps": (
        "k mx ps [help]",
        "Every process below job 1024: state, threads, pages, and its handles by type. `k mx ps help` is the "
        "kernel's own key to the columns.",
        "k mx ps",
        "      id-s  #t  #pg  #h:  #jb #pr #th #vo #vm #ch #ev #ip [  job:name]\n"
        "    1041-R   4  429 113:   7   1   4   3   1  90   0   0  [ 1028:bin/devmgr]\n...\n",
    ),
    "k mx ht": (
        "k mx ht PID",
        "The handles of a process, newest first: number, koid and type of the object. `handles TASK` also "
        "shows rights.",
        "k mx ht 3020",
        "process [3020] handles :\nhandle       koid : type\n...\ntotal: 12 handles\n",
    ),
    "k mx jb": (
        "k mx jb PID",
        "The jobs above a process, and what else is in its job. A job with one process says `no processes` too.",
        "k mx jb 3020",
        "process 3020 [sh:vc]\nin job [1082]-->[1028]-->[1024]\nno jobs\n- 1083 proc [crashlogger]\n...\n",
    ),
    "k mx kill": (
        "k mx kill PID",
        "Kills a process: return code -1. Unlike `kill` it does not take jobs.",
        "k mx kill 3020",
        "killing process 3020\n",
    ),
    "k mx asd": (
        "k mx asd PID",
        "The address space of a process as the kernel has it: VMARs, mappings, and the VMO behind each mapping. "
        "Kernel addresses are invented and stable.",
        "k mx asd 3020 | grep -c object",
        "30\n",
    ),
    "k mx mwd": (
        "k mx mwd [MB]",
        "The memory watchdog. The real one speaks once a second; the model's clock stands still, so this one "
        "is silent.",
        "k mx mwd 16",
        "",
    ),
    "k mx vmos": (
        "k mx vmos PID|all|hidden [-uU]",
        "VMOs with size and committed memory: of a process, all, or those that nobody maps. -uk shows all sizes in "
        "k. A command of May 2017.",
        "k mx vmos hidden",
        '"Hidden" VMOs, oldest to newest:\n'
        "           -      -  koid parent #chld #map #shr    size   alloc name\n...\n",
    ),
    "k pmm": (
        "k pmm SUBCOMMAND",
        "Physical memory: arenas, alloc, dump_alloced, free_alloced, free; alloc_kpages takes one page for good. "
        "Without a subcommand it lists them and fails.",
        "! k pmm",
        "not enough arguments\nusage:\npmm arenas\n...\n",
    ),
    "k pmm arenas": (
        "k pmm arenas",
        "Physical memory by what it is used for. `m = k pmm arenas` keeps bytes: $m.free, $m.object, $m.wired ...",
        "k pmm arenas",
        "...\n\t\tfree         499116           (2044379136 bytes)\n...\n",
    ),
    "k pmm alloc": (
        "k pmm alloc COUNT",
        "Takes COUNT pages of physical memory, or what is left; `k pmm free_alloced` gives them back.",
        "k pmm alloc 2",
        "alloc returns 2\n...\n",
    ),
    "k pmm dump_alloced": (
        "k pmm dump_alloced",
        "Lists the pages that `k pmm alloc` took.",
        "k pmm alloc 1; k pmm dump_alloced",
        "alloc returns 1\n...\npage 0xffffffff80572b78: address 0x17da000 state alloc flags 0\n",
    ),
    "k pmm free_alloced": (
        "k pmm free_alloced",
        "Gives back the pages that `k pmm alloc` took.",
        "k pmm free_alloced",
        "pmm_free returns 0\n",
    ),
    "k pmm free": (
        "k pmm free",
        "Switches a report of free memory on or off. The real one speaks once a second; the model's clock "
        "stands still.",
        "k pmm free",
        "pmm free: issue the same command to stop.\n",
    ),
    "k vmm": (
        "k vmm SUBCOMMAND",
        "Address spaces. `k vmm aspaces` works; the others change the kernel's own, which is not modelled.",
        "! k vmm",
        "not enough arguments\nusage:\nvmm aspaces\n...\n",
    ),
    "k vmm aspaces": (
        "k vmm aspaces",
        "All address spaces, the kernel's first, each as `k mx asd` shows it.",
        "k vmm aspaces | grep -c '^as'",
        "14\n",
    ),
    "k vm": (
        "k vm SUBCOMMAND",
        "Translations between physical and virtual addresses: phys2virt, virt2phys.",
        "! k vm",
        "not enough arguments\nusage:\nvm phys2virt <address>\n...\n",
    ),
    "k vm phys2virt": (
        "k vm phys2virt ADDRESS",
        "The address at which the kernel sees a physical address.",
        "k vm phys2virt 0x100000",
        "paddr_to_kvaddr returns 0xffffff8000100000\n",
    ),
    "k vm virt2phys": (
        "k vm virt2phys ADDRESS",
        "Where an address of the kernel is, or one of devhost:root, which runs this console; with the "
        "flags of the page.",
        "k vm virt2phys 0xffffff8000100000",
        "arch_mmu_query returns 0\n\tpa 0x100000, flags 0x18\n",
    ),
    "k vm_object": (
        "k vm_object dump|dump_pages ADDRESS",
        "A VMO by its kernel address, as `k mx asd` shows it; dump_pages also lists its committed pages. A "
        "wrong address crashes the real kernel.",
        "! k vm_object dump 0",
        "kshell: no VMO is at 0x0 (the real kernel panics); see `k mx asd`\n...\n",
    ),
    "k vm_page": (
        "k vm_page dump|hexdump ADDRESS",
        "A page record, which is not modelled.",
        "! k vm_page dump 0",
        "kshell: page records are not modelled; see `k vm_object dump_pages`\n...\n",
    ),
    "k heap": (
        "k heap SUBCOMMAND",
        "The kernel's heap: info shows its size and what is free, trace switches its tracing on or off, test "
        "tests it. Where its blocks lie is not modelled; `kmem` counts them.",
        "k heap info",
        "Heap dump (using cmpctmalloc):\n\tsize 1048576, remaining 175216\n...\n",
    ),
    "k thread": (
        "k thread list|list_full",
        "Kernel threads, which are not modelled. On the real kernel this hangs the machine.",
        "! k thread list",
        "kshell: kernel threads are not modelled; this hangs the reference kernel\n...\n",
    ),
    "k threadstats": (
        "k threadstats",
        "The scheduler's counters: all 0, since the model's clock stands still.",
        "k threadstats",
        "thread stats (cpu 0):\n...\n",
    ),
    "k kill": (
        "k kill ADDRESS",
        "Kills a kernel thread; those are not modelled. `k mx kill PID` kills a process.",
        "! k kill 0",
        "kshell: kernel threads are not modelled; `k mx kill <pid>` kills a process\n...\n",
    ),
    "k help": (
        "k help",
        "The kernel's own list of its commands. What is not modelled says so.",
        "k help",
        "command list:\n...\n",
    ),
    "k version": ("k version", "The version of the kernel.", "k version", "version:\n\tarch:     X86\n...\n"),
    "k cmdline": (
        "k cmdline [KEY]",
        "The kernel's command line, or what it says of KEY.",
        "k cmdline",
        "cmdline: magenta.bin= aslr.disable=true TERM=dumb\n",
    ),
    "k history": (
        "k history",
        "The history of the kernel's own prompt, which nobody uses here. `history` is the session's.",
        "k history",
        "command history:\n",
    ),
    "k test": (
        "k test WORD ...",
        "Lists its words as the kernel has split them, each as a signed number, an unsigned one and a truth.",
        "k test a",
        "argc 2, argv 0xffffff8001606f08\n\t0: str 'test', i 0, u 0, b 0\n\t1: str 'a', i 0, u 0, b 0\n",
    ),
    "k echo": ("k echo", "Switches the echo of the kernel's own prompt; prints nothing.", "k echo", ""),
    "k ut": ("k ut CASE", "The kernel's unit tests, of which the model has none.", "k ut", "Usage:\nut <case>\n...\n"),
}


def _hardware(name: str, about: str) -> tuple[str, str, str, str]:
    """A command whose subject is not modelled, by the kernel's own description of it."""
    needed, usage = hardware.USAGES.get(name, (0, ()))
    what = f"In the kernel's own words: {about}."
    if name in hardware.SILENT:
        return f"k {name}", f"{what} The model's clock stands still, so nothing happens.", f"k {name}", ""
    printed = usage[0] if needed else f"kshell: {hardware.reason(name)}"
    return (
        f"k {name}{' WORD ...' if needed else ''}",
        f"{what} That is not modelled.",
        f"! k {name}",
        f"{printed}\n...\n",
    )


KERNEL.update({f"k {name}": _hardware(name, about) for name, about in misc.HELP if name in hardware.NAMES})
