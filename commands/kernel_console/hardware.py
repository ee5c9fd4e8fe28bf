"""The kernel's commands for memory by its address, devices, and the kernel's own tests.

The model has nothing that these could show or do: one that lacks words says so as the real one does, one that only
waits has waited, and the others are refused in one line. Rules: docs/kernel-rules.md 6.6;
`kernel/lib/debugcommands/debugcommands.c`, and the sources that register the others.
"""

from __future__ import annotations

from kshell.commands.kernel_console.line import Kernel, kernel_command, refuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

DISPLAY, MODIFY, FILL = "[-l] [-b] [address] [length]", "<address> <val>", "<address> <len> <val>"
FEW = "not enough arguments"
# How many words a command needs, and what it prints when they are not there.
USAGES: dict[str, tuple[int, tuple[str, ...]]] = {
    "dw": (2, (FEW, f"dw {DISPLAY}")),
    "dh": (2, (FEW, f"dh {DISPLAY}")),
    "db": (2, (FEW, f"db {DISPLAY}")),
    "mw": (2, (FEW, f"mw {MODIFY}")),
    "mh": (2, (FEW, f"mh {MODIFY}")),
    "mb": (2, (FEW, f"mb {MODIFY}")),
    "fw": (3, (FEW, f"fw {FILL}")),
    "fh": (3, (FEW, f"fh {FILL}")),
    "fb": (3, (FEW, f"fb {FILL}")),
    "mc": (3, (FEW, "mc <source address> <target address> <len>")),
    "mtest": (2, (FEW, "mtest <base> <len>")),
    "chain": (1, (FEW, "chain <address>")),
    "mem_test": (1, (FEW, "usage: mem_test <length>", "usage: mem_test <base> <length>")),
    "memtype": (1, (FEW, "usage:", "memtype mtrr", "memtype pat")),
    "cpu": (1, (FEW, "usage:", "cpu features", "cpu unplug <cpu_id>", "cpu hotplug <cpu_id>")),
    "apic": (
        1,
        (FEW, "usage:", "apic dump io", "apic dump local", "apic broadcast <vec>", "apic self <vec>"),
    ),
    "gfx": (
        1,
        (
            f"{FEW}:",
            "gfx display_info : output information bout the current display",
            "gfx rgb_bars   : Fill frame buffer with rgb bars",
            "gfx test_pattern : Fill frame with test pattern",
            "gfx fill r g b   : Fill frame buffer with RGB888 value and force update",
        ),
    ),
    "fibo": (1, ("not enough args",)),
    "spinner": (1, ("not enough args", "usage: spinner <priority> <rt>")),
}
# They print nothing and change nothing that the model has; its clock stands still.
SILENT = ("sleep", "sleepm", "threadload")
PANICS = ("crash", "stackstomp")
ENDS = ("poweroff", "reboot")
UNMODELLED = (
    *("rng32", "rng", "capsule", "prevpanic", "lspci", "pciunplug", "pcireset", "pcirescan", "string"),
    *("printf_tests", "thread_tests", "clock_tests", "sleep_tests", "bench", "sync_ipi_tests", "timer_tests"),
    "cache_tests",
)


NAMES = (*USAGES, *SILENT, *PANICS, *ENDS, *UNMODELLED)


def reason(name: str) -> str:
    """Why the command is refused."""
    if name in PANICS:
        return f"`k {name}` stops the real kernel on purpose: it is refused"
    if name in ENDS:
        return f"`k {name}` ends the real machine; `exit` leaves kshell"
    return f"`k {name}` works on what is not modelled: nothing was done"


def _command(name: str) -> Callable[[Kernel, list[str]], int]:
    """The command of that name."""
    needed, usage = USAGES.get(name, (0, ()))

    def run(kernel: Kernel, words: list[str]) -> int:
        if len(words) < needed:
            return kernel.usage("", *usage)
        return 0 if name in SILENT else refuse(kernel, reason(name))

    return run


for _name in NAMES:
    kernel_command(_name)(_command(_name))
