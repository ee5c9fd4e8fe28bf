"""The kernel console's other commands: help, version, history, thread, kill, cmdline, echo.

Rules: docs/kernel-rules.md 6.5 and 6.6; `kernel/lib/console/console.c`, `kernel/kernel/debug.c`.
"""

from __future__ import annotations

from kshell.commands.kernel_console.line import Kernel, hexadecimal, kernel_command, number, refuse, signed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# The kernel's whole list, in its order.
HELP: tuple[tuple[str, str], ...] = (
    ("ut", "Run unittests"),
    ("mx", "magenta diagnostics"),
    ("heap", "heap debug commands"),
    ("gfx", "gfx commands"),
    ("help", "this list"),
    ("test", "test the command processor"),
    ("history", "command history"),
    ("vmm", "virtual memory manager"),
    ("vm_object", "vm object debug commands"),
    ("vm", "vm commands"),
    ("pmm", "physical memory manager"),
    ("vm_page", "vm_page debug commands"),
    ("rng32", "Generate and print a random 32 bit unsigned integer using the HW RNG"),
    ("rng", "Generate and print N random bytes using the HW RNG"),
    ("reboot", "soft reset"),
    ("poweroff", "powerdown"),
    ("version", "print version"),
    ("dw", "display memory in words"),
    ("dh", "display memory in halfwords"),
    ("db", "display memory in bytes"),
    ("mw", "modify word of memory"),
    ("mh", "modify halfword of memory"),
    ("mb", "modify byte of memory"),
    ("fw", "fill range of memory by word"),
    ("fh", "fill range of memory by halfword"),
    ("fb", "fill range of memory by byte"),
    ("mc", "copy a range of memory"),
    ("crash", "intentionally crash"),
    ("stackstomp", "intentionally overrun the stack"),
    ("mtest", "simple memory test"),
    ("cmdline", "display kernel commandline"),
    ("chain", "chain load another binary"),
    ("sleep", "sleep number of seconds"),
    ("sleepm", "sleep number of milliseconds"),
    ("capsule", "dump capsule"),
    ("thread", "list kernel threads with options"),
    ("threadstats", "thread level statistics"),
    ("threadload", "toggle thread load display"),
    ("kill", "kill a thread"),
    ("lspci", "Enumerate the devices detected in PCIe ECAM space"),
    ("pciunplug", 'Force "unplug" the specified PCIe device'),
    ("pcireset", "Initiate a Function Level Reset of the specified device."),
    (
        "pcirescan",
        "Force a rescan of the PCIe configuration space, matching drivers to unclaimed devices as we go.  "
        "Then attempt to start all newly claimed devices.",
    ),
    ("printf_tests", "test printf"),
    ("thread_tests", "test the scheduler"),
    ("clock_tests", "test clocks"),
    ("sleep_tests", "tests sleep"),
    ("bench", "miscellaneous benchmarks"),
    ("fibo", "threaded fibonacci"),
    ("spinner", "create a spinning thread"),
    ("sync_ipi_tests", "test synchronous IPIs"),
    ("timer_tests", "tests timers"),
    ("mem_test", "test memory"),
    ("cache_tests", "test/bench the cpu cache"),
    ("string", "memcpy tests"),
    ("memtype", "memory type commands"),
    ("apic", "apic commands"),
    ("cpu", "cpu test commands"),
    ("prevpanic", "dump panic stored in capsule"),
)
VERSION = (
    "version:",
    "\tarch:     X86",
    "\tplatform: PC",
    "\ttarget:   PC_X86",
    "\tproject:  MAGENTA_PC_X86_64",
    "\tbuildid:  GIT_BCA629410D0DB300F4138875D930B98587DD3717",
)
THREAD_USAGE = ("thread list", "thread list_full")
UT_USAGE = (
    "Usage:",
    "ut <case>",
    "  where case is a specific testcase name, or...",
    "  all : run all tests",
    "  ?   : list tests",
)
# Where the words of a line are, in the kernel's heap: invented.
ARGUMENTS = 0xFFFFFF8001606F08
STATISTICS = (
    "total idle time",
    "total busy time",
    "reschedules",
    "reschedule_ipis",
    "context_switches",
    "preempts",
    "yields",
    "interrupts",
    "timer interrupts",
    "timers",
)


def subcommands(name: str, usage: Sequence[str]) -> dict[str, str]:
    """What can follow the kernel command `name`, by its usage, each with the words it takes: `{"ht": "<pid>", ...}`."""
    found: dict[str, str] = {}
    for line in usage:
        words = line.partition(" : ")[0].split()
        if words[:1] == [name]:
            found[words[1]] = " ".join(words[2:])
    return found


@kernel_command("help")
def help_(kernel: Kernel, words: list[str]) -> int:
    """The list of commands, whatever the arguments."""
    kernel.say("command list:", *(f"\t{name:<16}: {text}" for name, text in HELP))
    return 0


@kernel_command("version")
def version(kernel: Kernel, words: list[str]) -> int:
    """The kernel's version."""
    kernel.say(*VERSION)
    return 0


@kernel_command("history")
def history(kernel: Kernel, words: list[str]) -> int:
    """The history of the kernel's own prompt, which nobody uses."""
    kernel.say("command history:")
    return 0


@kernel_command("echo")
def echo(kernel: Kernel, words: list[str]) -> int:
    """Switches the echo of the kernel's own prompt; prints nothing."""
    return 0


@kernel_command("test")
def test(kernel: Kernel, words: list[str]) -> int:
    """Lists its words, itself included, and each as a signed number, an unsigned one and a truth."""
    kernel.say(f"argc {len(words) + 1}, argv {ARGUMENTS:#x}")
    for index, word in enumerate(["test", *words]):
        unsigned = number(word)
        # What neither of these says is true when it is not 0.
        true = word in ("true", "on") or (word not in ("false", "off") and unsigned != 0)
        kernel.say(f"\t{index}: str '{word}', i {signed(word)}, u {hexadecimal(unsigned)}, b {true:d}")
    return 0


@kernel_command("cmdline")
def cmdline(kernel: Kernel, words: list[str]) -> int:
    """The kernel's command line, or what it says of one key."""
    options = {"magenta.bin": "", **({} if kernel.machine.randomised else {"aslr.disable": "true"}), "TERM": "dumb"}
    if not words:
        kernel.say("cmdline: " + " ".join(f"{key}={value}" for key, value in options.items()))
    elif words[0] in options:
        kernel.say(f"cmdline: {words[0]}={options[words[0]]}")
    else:
        kernel.say(f"cmdline: {words[0]} not found")
    return 0


@kernel_command("thread")
def thread(kernel: Kernel, words: list[str]) -> int:
    """Kernel threads: the real command hangs the machine, this one refuses."""
    if words and words[0] in ("list", "list_full"):
        return refuse(kernel, "kernel threads are not modelled; this hangs the reference kernel")
    return kernel.usage("invalid args" if words else "not enough arguments", *THREAD_USAGE)


@kernel_command("threadstats")
def threadstats(kernel: Kernel, words: list[str]) -> int:
    """The scheduler's counters: all 0, since the model's clock stands still."""
    kernel.say("thread stats (cpu 0):", *(f"\t{name}: 0" for name in STATISTICS))
    return 0


@kernel_command("kill")
def kill(kernel: Kernel, words: list[str]) -> int:
    """Kills a kernel thread by address: the model has none, and a wrong address crashes the real kernel."""
    if not words:
        return kernel.usage("not enough arguments")
    return refuse(kernel, "kernel threads are not modelled; `k mx kill <pid>` kills a process")


@kernel_command("ut")
def ut(kernel: Kernel, words: list[str]) -> int:
    """Unit tests of the kernel: there are none to run."""
    if len(words) == 1:
        return refuse(kernel, "the kernel's unit tests are not modelled: nothing was done")
    kernel.say(*UT_USAGE)
    return 0
