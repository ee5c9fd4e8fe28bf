"""`kstats`: kernel statistics. A tool of later Magenta; rules: docs/kernel-rules.md 6.8.

The real tool prints a round a second until Ctrl-C; the model's clock stands still, so here it prints one round, in
which no time has passed.
"""

from __future__ import annotations

from kshell.commands.tools.arguments import count_of
from kshell.commands.tools.flags import COUNT, Flag
from kshell.commands.tools.kernel_memory import TIMESTAMP, kernel_memory
from kshell.kernel.machine import Machine
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.sizes import format_size_fixed

KSTATS_HELP = """\
Usage: kstats [options]
Options:
 -c              Print system CPU stats (default)
 -m              Print system memory stats
 -d <delay>      Delay in seconds (default 1 second)

CPU stats columns:
\tcpu:  cpu #
\tload: percentage load
\tsched (cs ylds pmpts irq_pmpts): scheduler statistics
\t\tcs:        context switches
\t\tylds:      explicit thread yields
\t\tpmpts:     thread preemption events
\t\tirq_pmpts: thread preemption events from interrupt
\texcep: exceptions (undefined instruction, bad memory access, etc)
\tpagef: page faults
\tsysc:  syscalls
\tints (hw  tmr tmr_cb): interrupt statistics
\t\thw:     hardware interrupts
\t\ttmr:    timer interrupts
\t\ttmr_cb: kernel timer events
\tipi (rs  gen): inter-processor-interrupts
\t\trs:     reschedule events
\t\tgen:    generic interprocessor interrupts
"""


CPU_HEADER = "cpu    load sched (cs ylds pmpts irq_pmpts) excep pagef  sysc ints (hw  tmr tmr_cb) ipi (rs  gen)"


CPU_WIDTHS = ((9, 4, 5, 9), (6,), (5,), (5,), (8, 4, 6), (8, 4))


MEMORY_COLUMNS = ("total", "free", "VMOs", "kheap", "kfree", "wired", "mmu", "other")
# The values do not stand under their headers: the tool's own slip at that commit, mended the day after.
ORDER = ("total", "free", "wired", "heap", "heap_free", "vmo", "mmu", "other")
MENDED_ORDER = ("total", "free", "vmo", "heap", "heap_free", "wired", "mmu", "other")


@command(
    "kstats",
    category="machine",
    summary="kernel statistics: -m of memory, -c of CPUs",
    params=(
        Flag(
            {
                "-c": "of CPUs, the default",
                "-m": "of memory",
                "--mended": "with -m, each value under its own header",
                "-d": "seconds between rounds",
                "-h": "what it prints",
                "--help": "what it prints",
            },
            {"-d": COUNT},
        ),
    ),
    examples=(
        ("kstats -m", "\n--- 2017-04-14T07:22:57.000Z ---\n...\n"),
        ("kstats -m --mended", "\n--- 2017-04-14T07:22:57.000Z ---\n...\n"),
        ("kstats -c", "\n--- 2017-04-14T07:22:57.000Z ---\n...\n"),
    ),
    details="Prints what the tool printed at commit 92ca47e27 (2017-06-07), its slips included: the values of -m "
    "stand under the wrong headers. --mended, which is kshell's own, prints them in their places.",
)
def kstats(state: State, words: list[str]) -> Result:
    memory = mended = False
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word in ("--help", "-h"):
            return Result(text=KSTATS_HELP)
        if word in ("-c", "-m"):
            memory = word == "-m"
        elif word == "--mended":
            mended = True
        elif word == "-d":
            if not count_of(rest.pop(0) if rest else ""):
                return Result(err="Bad delay\n" + KSTATS_HELP, exit_=1)
        else:
            return Result(err=f"Unknown option: {word}\n{KSTATS_HELP}", exit_=1)
    body = _memory_round(state.machine, mended) if memory else _cpu_round()
    return Result(text=f"\n--- {TIMESTAMP} ---\n{body}")


def _memory_round(machine: Machine, mended: bool) -> str:
    figures = kernel_memory(machine)
    header = " ".join(f"{name:>9}" for name in MEMORY_COLUMNS)
    order = MENDED_ORDER if mended else ORDER
    values = "".join(f"{format_size_fixed(figures[name], 'M'):>9} " for name in order)
    return f"{header}\n{values}\n"


def _cpu_round() -> str:
    groups = " ".join(" ".join(f"{0:{width}}" for width in widths) for widths in CPU_WIDTHS)
    return f"{CPU_HEADER}\n{0:3} {0:3}.{0:02}% {groups}\n"
