"""`k`: a line for the kernel's own console. Rules: docs/kernel-rules.md 6.5; dash's `magenta.c`, devmgr's `dmctl.c`."""

from __future__ import annotations

from kshell.commands.kernel_console import memory, misc, mx
from kshell.commands.kernel_console.line import MAX_LINE, run
from kshell.shell.arguments import Word
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State

# The kernel commands register themselves when they are imported.
FAMILIES = (mx, memory, misc)
FAILED = "error: cannot write dmctl: -1\n"


@command(
    "k",
    category="look",
    summary="a command of the kernel's own console: k mx ps, k pmm arenas, k help",
    params=(Word("WORD", many=True),),
    examples=(
        ("k mx ps", "      id-s  #t  #pg  #h:  #jb #pr #th #vo #vm #ch #ev #ip [  job:name]\n...\n"),
        ("k", "usage: k <command>\n"),
    ),
    details="`k mx ps help` explains the columns. An unknown kernel command is silently ignored, and reports the "
    "status that the kernel command before it left; the real kernel does the same.",
)
def k(state: State, words: list[str]) -> Result:
    if not words:
        return Result(err="usage: k <command>\n", exit_=-1)
    line = " ".join(words)
    if len(line) > MAX_LINE:
        return Result(err="error: kernel debug command too long\n", exit_=-1)
    kernel, status = run(state.machine, line)
    text = "".join(f"{row}\n" for row in kernel.lines)
    if status < 0:
        return Result(None, kernel.rows, text, err=FAILED, exit_=-1)
    return Result(kernel.value, kernel.rows, text, extra=kernel.extra)
