"""Captures of a real Magenta's console, and the form in which they are compared with what kshell prints.

`tests/data/console/` holds a file for each line typed: the prompt with the line, then all that was printed. From 200 on
`INDEX.txt` says which of them were typed one after the other at the same machine.
"""

import re
from pathlib import Path

CAPTURES = Path(__file__).parent.parent / "data" / "console"
PROMPT = "magenta$ "
LOG_WIDTH = 127
# A line of an address space begins a new line of the log, also where the one before it is full.
BEGINS = re.compile(r" *(?:as|vmar|map|object) 0x")
# The captures below 200, which were typed one after the other, but on two runs of the machine.
EARLY = 0


def unbroken(lines):
    """Lines with the log's breaks mended: the kernel's log breaks a line after 127 characters."""
    whole = []
    for line in lines:
        full = whole and len(whole[-1]) >= LOG_WIDTH and len(whole[-1]) % LOG_WIDTH == 0
        if full and not BEGINS.match(line):
            whole[-1] += line
        else:
            whole.append(line)
    return whole


def capture(path):
    """(line typed, lines printed) of a file."""
    typed, *lines = path.read_text().rstrip("\n").split("\n")
    return typed.removeprefix(PROMPT), unbroken(lines)


def series():
    """The series, each as [number, ...] in the order of the machine."""
    early = sorted(int(path.stem) for path in CAPTURES.glob("[01]*.txt"))
    found = {EARLY: early}
    for line in (CAPTURES / "INDEX.txt").read_text().split("\n"):
        match = re.match(r"(\d+)  .*\[series (\d+)\]$", line)
        if match:
            found.setdefault(int(match[2]), []).append(int(match[1]))
    return found


# What a machine has for its own: addresses, koids, counts of pages, sizes of what its programs do, its build.
OWN = (
    (r"^(/boot/bin/sh: )\d+:", r"\1N:"),
    # The two shells word what is wrong with a line each in its way.
    (r"^(/boot/bin/sh: N: )[Ss]yntax error.*", r"\1Syntax error"),
    (r"(argc \d+, argv) 0x[0-9a-f]+", r"\1 P"),
    (r"(page|address|paddr|page_array) 0x[0-9a-f]+", r"\1 P"),
    (r"(returns|pa) 0xffffff80[0-9a-f]{8}\b", r"\1 P"),
    # Where in its page a physical address is.
    (r"\bpa 0x[0-9a-f]+([0-9a-f]{3}), flags 0x(\w*[4-7c-f])$", r"pa P\1, flags 0x\2"),
    (r"(pmm_alloc_kpages .* pa) 0x[0-9a-f]+", r"\1 P"),
    (r"(arena) 0x[0-9a-f]+", r"\1 P"),
    (r"(free_count) \d+", r"\1 N"),
    (r"^(\t\t(?:free|alloc|wired|heap|object|mmu) +)[\d ]{17}\(\d+ bytes\)", r"\1N"),
    (r"^(pmm_free returns) \d+", r"\1 N"),
    (r"(size|remaining) \d+", r"\1 N"),
    (r"^(\tbuildid:  ).*", r"\1B"),
    (r"^(Killed) \d+ ", r"\1 K "),
    (r"^(TASK) +(VIRT)", r"\1 \2"),
    (r"^( *[pj]):\d+ +(?:[\d.]+[BkMG] +[\d.]+[BkMG] )?", r"\1 "),
    (r"^ *\d+-([RIYD] +\d+) +\d+ .{3}:.*\[.{5}:", r"K-\1 ["),
    (r"^(process \[?)\d+", r"\1K"),
    (r"^ *\d+ +\d+ (: [a-z0-9-]+)$", r"H K \1"),
    (r"^(in job ).*-->\[1028\]", r"\1[K]-->[1028]"),
    (r"^(- )\d+( proc| child job)", r"\1K\2"),
    # Counters of a clock that stands still, and what a boot adds to its command line.
    (r"^(\t(?:total|resch|context|preempts|yields|interrupts|timer)[a-z_ ]*): \d+$", r"\1: N"),
    (r" kernel\.entropy\.redacted$", ""),
    (r'^(ERROR: ".*?)\d+(.*" is not a number)', r"\1K\2"),
    (r"^(killing process|.*koid) \d+", r"\1 K"),
    # An address space: how deep a region is, where, and how much of it there is differ from machine to machine.
    (r"^ *(as|vmar|map|object) 0x[0-9a-f]+ (?:\[0x[0-9a-f]+ 0x[0-9a-f]+\] sz 0x[0-9a-f]+)?", r"\1 P "),
    (r"^(as P .*) ref \d+", r"\1 ref N"),
    (r"\b(vmo) 0x[0-9a-f]+ off \w+ pages \d+", r"\1 P off N pages N"),
    (r"^(object P ) ?(?:base \w+ )?size \w+ (?:pages \d+ )?ref \d+", r"\1N"),
    (r"^ *([RM]) *[_0-9a-f]{16}-[_0-9a-f]{16} ([rwx-]{1,3}|   ) .{7}:sz .*  ", r"\1 \2 "),
    (r"(  offset) \w+", r"\1 N"),
)
# Lists whose length is the machine's own: what matters is which lines can be in them.
LISTS = ("k mx asd", "k vmm aspaces", "vmaps", "k pmm dump_alloced", "k vm_object dump_pages")
# Tables in an order that differs from boot to boot: some programs start at the same time.
TABLES = ("ps", "k mx ps", "k mx ht", "k mx jb")
# The heap's free blocks, a number that a boot makes up, and what our shell adds to its message.
LEFT_OUT = re.compile(r"\tbucket \d+|\t\tbase 0x|=x+$|did you mean|`help` lists")


def form(typed, lines):
    """Lines in the form in which they are compared: without what is a machine's own."""
    shown = []
    for line in lines:
        if LEFT_OUT.match(line):
            continue
        for pattern, put in OWN:
            line = re.sub(pattern, put, line)
        shown.append(line.rstrip())
    plain = " ".join(re.sub("['\"]", "", typed).split())
    if plain.startswith(LISTS):
        return sorted(set(shown))
    return sorted(shown) if plain.startswith(TABLES) else shown


# A row of `ps` and of `k mx ps`.
ROWS = (re.compile(r" *p:(\d+) +\S+ +\S+ (.*)"), re.compile(r" *(\d+)-[RIYD].*\[ *\d+:(.*)\]"))


def processes(lines):
    """{koid: name} of the processes in the tables that were printed."""
    return {int(row[1]): row[2] for line in lines for pattern in ROWS for row in [pattern.match(line)] if row}


def victims(lines):
    """[(koid, name)] of the processes that `killall` says it has killed."""
    return [(int(row[1]), row[2]) for line in lines for row in [re.match(r"Killed (\d+) (.*)", line)] if row]
