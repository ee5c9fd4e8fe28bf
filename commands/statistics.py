"""`kstats`, `top`, `threads`, `memgraph`: tools of later Magenta. Rules: facts sections 6.8 and 6.9.

The real `kstats` and `top` print a round a second until Ctrl-C; the model's clock stands still, so here they print
one round, in which no time has passed.
"""

from __future__ import annotations

from commands.memgraph import HELP as MEMGRAPH_HELP
from commands.memgraph import graph, schema
from commands.programs import running
from commands.ps_later import thread_state
from commands.task_tree import walk
from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.machine import Machine
from kshell.kernel.tasks import Process
from kshell.shell.arguments import Task, Word
from kshell.shell.errors import ShellError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session
from kshell.shell.sizes import format_size_fixed
from kshell.shell.text import printable

# The reference commit's own time stands for the clock that the model does not have.
TIMESTAMP = "2017-04-14T07:22:57.000Z"

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


@command(
    "kstats",
    "machine",
    "kernel statistics: -m of memory, -c of CPUs",
    params=(Word("WORD", many=True),),
    examples=(
        (
            "kstats -m",
            "...\n    total      free      VMOs     kheap     kfree     wired       mmu     other\n...\n",
        ),
        (
            "kstats -c",
            "...\n  0   0.00%         0    0     0         0      0     0     0        0    0      0        0    0\n",
        ),
    ),
)
def kstats(session: Session, words: list[str]) -> Result:
    memory = False
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word in ("--help", "-h"):
            return Result(text=KSTATS_HELP)
        if word in ("-c", "-m"):
            memory = word == "-m"
        elif word == "-d":
            if not _count(rest.pop(0) if rest else ""):
                return Result(err="Bad delay\n" + KSTATS_HELP, exit_=1)
        else:
            return Result(err=f"Unknown option: {word}\n{KSTATS_HELP}", exit_=1)
    body = _memory_round(session.machine) if memory else _cpu_round()
    return Result(text=f"\n--- {TIMESTAMP} ---\n{body}")


def kernel_memory(machine: Machine) -> dict[str, int]:
    """The record KMEM_STATS, in bytes. The heap is taken to be full: the model does not look inside it."""
    physmem = machine.physmem
    counts = {
        "total": physmem.total,
        "free": physmem.free,
        "wired": physmem.wired,
        "heap": physmem.heap,
        "heap_free": 0,
        "vmo": physmem.object,
        "mmu": physmem.mmu,
        "other": physmem.alloc,
    }
    return {name: pages << PAGE_SHIFT for name, pages in counts.items()}


def _memory_round(machine: Machine) -> str:
    figures = kernel_memory(machine)
    header = " ".join(f"{name:>9}" for name in MEMORY_COLUMNS)
    # The values do not stand under their headers: the tool's own slip at that commit, mended the day after.
    order = ("total", "free", "wired", "heap", "heap_free", "vmo", "mmu", "other")
    values = "".join(f"{format_size_fixed(figures[name], 'M'):>9} " for name in order)
    return f"{header}\n{values}\n"


def _cpu_round() -> str:
    groups = " ".join(" ".join(f"{0:{width}}" for width in widths) for widths in CPU_WIDTHS)
    return f"{CPU_HEADER}\n{0:3} {0:3}.{0:02}% {groups}\n"


TOP_HELP = """\
Usage: top [options]
Options:
 -a              Print all threads, even if inactive
 -c <count>      Print the first count threads (default infinity)
 -d <delay>      Delay in seconds (default 1 second)
 -o <sort field> Sort by different fields (default is time)
 -r              Print raw time in nanoseconds

Supported sort fields:
\tnone : no sorting, in job order
\ttime : sort by delta time between scans
"""


@command(
    "top",
    "look",
    "threads by the time they used; -a shows idle ones too",
    params=(Word("WORD", many=True),),
    examples=(("top", "     PID      TID      TIME% STATE NAME\n"), ("top -a -c 1", "...\n")),
)
def top(session: Session, words: list[str]) -> Result:
    show_all = raw = False
    count = -1
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word in ("--help", "-h"):
            return Result(text=TOP_HELP)
        if word == "-a":
            show_all = True
        elif word == "-r":
            raw = True
        elif word in ("-c", "-d"):
            number = _count(rest.pop(0) if rest else "")
            if not number:
                return Result(err=f"Bad {'count' if word == '-c' else 'delay'}\n{TOP_HELP}", exit_=1)
            count = number if word == "-c" else count
        elif word == "-o":
            if (rest.pop(0) if rest else "") not in ("none", "time"):
                return Result(err=f"Bad sort field\n{TOP_HELP}", exit_=1)
        else:
            return Result(err=f"Unknown option: {word}\n{TOP_HELP}", exit_=1)
    lines = [f"{'PID':>8} {'TID':>8} {'TIME_NS' if raw else 'TIME%':>10} {'STATE':>5} NAME\n"]
    with running(session, "top") as itself:
        if show_all:
            time = f"{0:10}" if raw else f"{0:10.2f}"
            for process, koid, state, name in _threads(session.machine, itself):
                short = {"running": "run", "blocked": "block"}[state]
                lines.append(f"{process.koid:8} {koid:8} {time} {short:>5} {printable(process.name)}:{name}\n")
    return Result(text="".join(lines[: count + 1] if count > 0 else lines))


def _threads(machine: Machine, itself: Process | None) -> list[tuple[Process, int, str, str]]:
    """(process, koid, state, name) of every started thread, in the order of the walk."""
    return [
        (task, thread.koid, thread_state(thread, itself), printable(thread.name))
        for _, task in walk(machine)
        if isinstance(task, Process)
        for thread in task.threads.values()
    ]


def _count(word: str) -> int:
    return int(word) if word.isdigit() and len(word) < 10 else 0


@command(
    "threads",
    "look",
    "the threads of a process",
    params=(Task("TASK"),),
    examples=(("threads 3020", "    3027 blocked  sh:vc\n"), ("t = threads bin/devmgr", ""), ("echo $t", "4\n")),
)
def threads(session: Session, task: object) -> Result:
    if not isinstance(task, Process):
        raise ShellError("a job has no threads: give a process")
    rows: list[dict[str, object]] = [
        {"koid": thread.koid, "state": thread_state(thread, None), "name": printable(thread.name)}
        for thread in task.threads.values()
    ]
    text = "".join(f"{row['koid']:>8} {row['state']:<8} {row['name']}\n" for row in rows)
    return Result(len(rows), {"threads": rows}, text or "no threads\n")


@command(
    "memgraph",
    "look",
    "all tasks and memory as JSON; -t with threads, -v with VMOs",
    params=(Word("WORD", many=True),),
    examples=(("memgraph -t", "[\n...\n]\n"), ("memgraph -x", "memgraph: unrecognized option '-x'\n...\n")),
)
def memgraph(session: Session, words: list[str]) -> Result:
    known = {
        "-t": "t",
        "--threads": "t",
        "-v": "v",
        "--vmos": "v",
        "-S": "S",
        "--schema": "S",
        "-h": "h",
        "--help": "h",
    }
    chosen: set[str] = set()
    extra: list[str] = []
    for word in words:
        if word in known:
            chosen.add(known[word])
        elif word.startswith("-") and len(word) > 1 and not word.startswith("--") and set(word[1:]) <= set("tvSh"):
            chosen.update(word[1:])
        elif word.startswith("-"):
            return Result(err=f"memgraph: unrecognized option '{word}'\n{MEMGRAPH_HELP}", exit_=1)
        else:
            extra.append(word)
    if "S" in chosen or "h" in chosen:
        return Result(text=schema() if "S" in chosen else MEMGRAPH_HELP)
    if extra:
        return Result(err=f"memgraph: unrecognized extra arguments: {' '.join(extra)}\n{MEMGRAPH_HELP}", exit_=1)
    with running(session, "memgraph") as itself:
        text, problems = graph(session.machine, kernel_memory(session.machine), TIMESTAMP, chosen, itself)
    return Result(text=text, err=problems, exit_=1 if problems else 0)
