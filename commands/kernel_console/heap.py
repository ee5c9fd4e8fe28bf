"""`k heap`: the kernel's own heap. How much of it is in use is known; where its blocks lie is not, so none can be made
or freed here.

Rules: docs/kernel-rules.md 6.6; `kernel/lib/heap/heap_wrapper.c`, `cmpctmalloc/cmpctmalloc.c`.
"""

from __future__ import annotations

from kshell.commands.kernel_console.line import Kernel, kernel_command, number, refuse
from kshell.kernel.abi import PAGE_SHIFT

USAGE = (
    "usage:",
    "\theap info",
    "\theap trace",
    "\theap trim",
    "\theap alloc <size> [alignment]",
    "\theap realloc <ptr> <size>",
    "\theap free <address>",
)
# The words that a subcommand needs after its name, where the kernel looks.
NEEDED = {"alloc": 1, "realloc": 2}
NOT_MODELLED = "what is in the kernel's heap is not modelled: nothing was done"
NO_BLOCK = "no block of `k heap alloc` is there; the real kernel panics"
# Smaller alignments are those of any block.
LEAST_ALIGNMENT = 8
PASSES = (0, 16384)


@kernel_command("heap")
def heap(kernel: Kernel, words: list[str]) -> int:
    """The kernel's own heap."""
    if not words or len(words) <= NEEDED.get(words[0], 0):
        return kernel.usage("not enough arguments", *USAGE)
    numbers = [number(word) for word in words[1:]]
    if words[0] == "info":
        _dump(kernel)
        kernel.say("\tdelayed free list:")
    elif words[0] == "test":
        _test(kernel)
    elif words[0] == "trace":
        kernel.machine.heap_trace = not kernel.machine.heap_trace
        kernel.say(f"heap trace is now {'on' if kernel.machine.heap_trace else 'off'}")
    elif words[0] == "trim":
        pass
    elif words[0] == "alloc":
        return _alloc(kernel, "memalign", numbers[0], numbers[1] if len(numbers) > 1 else 0)
    elif words[0] == "realloc":
        return refuse(kernel, NO_BLOCK) if numbers[0] else _alloc(kernel, "realloc", numbers[1], 0)
    elif words[0] == "free":
        # To free no block is allowed; without a word the kernel reads one that is not there.
        return 0 if numbers[:1] == [0] else refuse(kernel, NO_BLOCK)
    else:
        return kernel.usage("unrecognized command", *USAGE)
    return 0


def _dump(kernel: Kernel) -> None:
    """The heap's figures. Its list of free blocks is empty here: the model does not know where they are."""
    found = kernel.machine.heap
    kernel.say("Heap dump (using cmpctmalloc):", f"\tsize {found.size}, remaining {found.remaining}", "\tfree list:")
    kernel.extra = {"size": found.size, "remaining": found.remaining}
    kernel.value = found.remaining


def _test(kernel: Kernel) -> None:
    """The heap's own test (`cmpct_test`), which leaves the heap as it was and shows it four times."""
    for _ in range(3):
        _dump(kernel)
    kernel.say(*(f"pass {count}" for count in PASSES))
    _dump(kernel)


def _alloc(kernel: Kernel, call: str, size: int, alignment: int) -> int:
    """No bytes, and more than the machine has, give no block."""
    nothing = size == 0 or size > kernel.machine.physmem.free << PAGE_SHIFT
    if alignment >= LEAST_ALIGNMENT or not nothing:
        return refuse(kernel, NOT_MODELLED)
    kernel.say(f"{call} returns 0")
    return 0
