"""`k`: a line for the kernel's own console. Rules: docs/kernel-rules.md 6.5; dash's `magenta.c`, devmgr's `dmctl.c`."""

from __future__ import annotations

from kshell.commands.kernel_console import hardware, heap, misc, mx, pmm, vm, vm_object, vmm
from kshell.commands.kernel_console.line import COMMANDS, MAX_LINE, run
from kshell.shell.arguments import Choice, Word, koid_choices, processes_of
from kshell.shell.errors import ShellError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# The kernel commands register themselves when they are imported.
FAMILIES = (mx, pmm, vmm, vm, vm_object, heap, hardware, misc)
FAILED = "error: cannot write dmctl: -1\n"
# What can follow a kernel command, as its own usage says; `k mx vmos` is younger than the usage, `k heap test` missing.
SUBCOMMANDS: dict[str, dict[str, str]] = {
    "mx": {**misc.subcommands("mx", mx.USAGE), "vmos": "<pid>|all|hidden"},
    **{
        name: misc.subcommands(name, usage)
        for name, usage in (
            ("pmm", pmm.USAGE),
            ("vmm", vmm.USAGE),
            ("vm", vm.USAGE),
            ("vm_object", vm_object.VM_OBJECT_USAGE),
            ("vm_page", vm_object.VM_PAGE_USAGE),
            ("heap", (*heap.USAGE, "heap test")),
            ("thread", misc.THREAD_USAGE),
        )
    },
}


class KernelWord(Word):
    """A word for the kernel's console: a command of it, what can follow that, or a process."""

    __slots__ = ()

    explain = "a command of the kernel's console, with its words"

    @property
    def shown_rest(self) -> str:
        """The tool says itself that a command is missing."""
        return "COMMAND [WORD ...]"

    def check(self, state: State, words: Sequence[str], at: int) -> None:
        word = self.parse(state, words[at])
        # An unknown command is not refused, and what has more in it than a word is read by the kernel's own rules.
        known = SUBCOMMANDS.get(words[0], {}) if at == 1 and word.isidentifier() else {}
        if known and word not in known:
            raise ShellError(f"k {words[0]} has no {word}: it takes {', '.join(known)}")

    def unfinished(self, state: State, words: Sequence[str], at: int) -> bool:
        return any(name.startswith(words[at]) for name, _ in self.completions(state, words, at))

    def completions(self, state: State, words: Sequence[str], at: int) -> Sequence[Choice]:
        """The words of the kernel's own tables, and processes where it takes one."""
        if not at:
            return [(name, about) for name, about in misc.HELP if name in COMMANDS and name not in hardware.NAMES]
        if at == 1:
            return list(SUBCOMMANDS.get(words[0], {}).items())
        form = SUBCOMMANDS.get(words[0], {}).get(words[1], "") if at == 2 else ""
        if form.startswith("<pid>"):
            more = [(word, "") for word in form.split("|")[1:]]
            return [*more, *koid_choices(state, processes_of(state), words[at])]
        return [("help", "the columns")] if at == 2 and words[1] == "ps" and words[0] == "mx" else []


@command(
    "k",
    category="look",
    summary="a command of the kernel's own console: k mx ps, k pmm arenas, k help",
    params=(KernelWord("WORD", many=True),),
    examples=(
        ("k mx ps", "      id-s  #t  #pg  #h:  #jb #pr #th #vo #vm #ch #ev #ip [  job:name]\n...\n"),
        ("k", "usage: k <command>\n"),
    ),
    details="`k mx ps help` explains the columns. The kernel runs a line in pieces of 127 characters, and reads "
    "numbers without a sign, decimal or 0x hex. What is not modelled, or panics the real kernel, is refused with -1. "
    "An unknown kernel command is silently ignored, and reports the status that the kernel command before it left; "
    "the real kernel does the same.",
)
def k(state: State, words: list[str]) -> Result:
    if not words:
        return Result(err="usage: k <command>\n", exit_=-1)
    line = " ".join(words)
    if len(line.encode(errors="surrogateescape")) > MAX_LINE:
        return Result(err="error: kernel debug command too long\n", exit_=-1)
    kernel, status = run(state.machine, line)
    text = "".join(f"{row}\n" for row in kernel.lines)
    if status < 0:
        return Result(None, kernel.rows, text, err=FAILED, exit_=-1)
    return Result(kernel.value, kernel.rows, text, extra=kernel.extra)
