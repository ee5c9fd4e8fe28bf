"""`memgraph`: kernel memory, jobs, processes, threads, VMOs as JSON. Rules: docs/kernel-rules.md 6.9.

Commit ce520a435 (2017-06-22); one object per line, names as they are.
"""

from __future__ import annotations

from kshell.commands.tools.flags import Flag
from kshell.commands.tools.kernel_memory import TIMESTAMP, kernel_memory
from kshell.commands.tools.memgraph_schema import schema
from kshell.commands.tools.ps_later import thread_state
from kshell.commands.tools.task_tree import user_root
from kshell.kernel.abi import ERR_BAD_STATE, PAGE_SHIFT, RIGHT_NAMES
from kshell.kernel.info import VmoUse, usage, vmos_of
from kshell.kernel.machine import Machine
from kshell.kernel.tasks import RUNNING, Job, Process
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.running import running
from kshell.shell.state import State
from kshell.text import printable

HELP = """\
Usage: memgraph [options]
  Prints system-wide task and memory info as JSON.
Options:
 -t|--threads  Include threads in the output
 -v|--vmos     Include VMOs in the output
 -S|--schema   Print the schema for the JSON output format
 -h|--help     Display this message
"""


SHOWN_RIGHTS = (0x4, 0x8, 0x10, 0x20, 0x1, 0x2)


@command(
    "memgraph",
    category="look",
    summary="all tasks and memory as JSON; -t with threads, -v with VMOs",
    params=(
        Flag(
            {
                "-t": "threads too",
                "--threads": "threads too",
                "-v": "VMOs too",
                "--vmos": "VMOs too",
                "-S": "the schema of the output",
                "--schema": "the schema of the output",
                "-h": "what it prints",
                "--help": "what it prints",
            },
            joined=True,
        ),
    ),
    examples=(("memgraph -t", "[\n...\n]\n"), ("memgraph -x", "memgraph: unrecognized option '-x'\n...\n")),
    details="Prints what the tool printed at commit ce520a435 (2017-06-22), its slips included.",
)
def memgraph(state: State, words: list[str]) -> Result:
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
            return Result(err=f"memgraph: unrecognized option '{word}'\n{HELP}", exit_=1)
        else:
            extra.append(word)
    if "S" in chosen or "h" in chosen:
        return Result(text=schema() if "S" in chosen else HELP)
    if extra:
        return Result(err=f"memgraph: unrecognized extra arguments: {' '.join(extra)}\n{HELP}", exit_=1)
    with running(state, "memgraph") as itself:
        text, problems = graph(state.machine, kernel_memory(state.machine), TIMESTAMP, chosen, itself)
    return Result(text=text, err=problems, exit_=1 if problems else 0)


def graph(
    machine: Machine, kernel: dict[str, int], timestamp: str, chosen: set[str], itself: Process | None
) -> tuple[str, str]:
    """(text, problems): the whole output, and what goes to standard error. `chosen` may hold "t" and "v"."""
    lines = [_kernel(name, parent, kernel[figure]) for name, parent, figure in _KERNEL_NODES]
    problems: list[str] = []
    root = user_root(machine)
    pending: list[Job] = [root]
    while pending:
        job = pending.pop()
        parent = "kernel/vmo" if job is root else f"j/{job.related_koid}"
        lines.append(
            f'  {{"id": "j/{job.koid}", "type": "j", "koid": {job.koid}, "parent": "{parent}", '
            f'"name": "{printable(job.name)}"}},\n'
        )
        for process in job.processes.values():
            lines.append(_process(process, "v" in chosen and process is not itself, problems))
            if "t" in chosen:
                lines.extend(_threads(process, itself))
        pending.extend(reversed(job.jobs.values()))
    lines.append(f'  {{"type": "__META", "timestamp": "{timestamp}"}}\n')
    if problems:
        problems.append(f"ERROR: delayed exit after partial failure: ERR_BAD_STATE ({ERR_BAD_STATE})\n")
    return "".join(["[\n", *lines, "]\n"]), "".join(problems)


# Name, parent, and the figure of the kernel's memory record.
_KERNEL_NODES = (
    ("physmem", "", "total"),
    ("free", "kernel/physmem", "free"),
    ("vmo", "kernel/physmem", "vmo"),
    ("heap", "kernel/physmem", "heap"),
    ("heap/allocated", "kernel/heap", "heap_allocated"),
    ("heap/free", "kernel/heap", "heap_free"),
    ("wired", "kernel/physmem", "wired"),
    ("mmu", "kernel/physmem", "mmu"),
    ("other", "kernel/physmem", "other"),
)


def _kernel(name: str, parent: str, size: int) -> str:
    return (
        f'  {{"id": "kernel/{name}", "type": "kernel", "parent": "{parent}", "name": "{name}", '
        f'"size_bytes": {size}}},\n'
    )


def _process(process: Process, with_vmos: bool, problems: list[str]) -> str:
    alive = process.state == RUNNING
    figures = usage(process)
    text = (
        f'  {{"id": "p/{process.koid}", "type": "p", "koid": {process.koid}, "parent": "j/{process.related_koid}", '
        f'"name": "{printable(process.name)}", "private_bytes": {figures.private if alive else 0}, '
        f'"shared_bytes": {figures.shared if alive else 0}, "pss_bytes": {figures.pss if alive else 0}'
    )
    if with_vmos and alive:
        uses = vmos_of(process)
        if uses:
            text += _vmos(uses)
    elif with_vmos:
        problems.append(f"WARNING: failed to read VMOs for process {process.koid}: ERR_BAD_STATE ({ERR_BAD_STATE})\n")
    return text + "},\n"


def _vmos(uses: list[VmoUse]) -> str:
    vmos = [
        f'      {{"koid": {use.vmo.koid}, "name": "", "size_bytes": {use.vmo.size}, '
        f'"parent_koid": {use.vmo.parent.koid if use.vmo.parent is not None else 0}, '
        f'"num_children": {len(use.vmo.children)}, "num_mappings": {len(use.vmo.mappings)}, '
        f'"share_count": {use.vmo.share_count}, "committed_bytes": {len(use.vmo.pages) << PAGE_SHIFT}}}'
        for use in uses
    ]
    references = [f'      {{"vmo_koid": {use.vmo.koid}, "via": [{_via(use)}' for use in uses]
    return ',\n   "vmos": [\n' + _lines(vmos) + '   ],\n   "vmo_refs": [\n' + _lines(references) + "   ]"


def _via(use: VmoUse) -> str:
    if use.rights is None:
        return '"MAPPING"]}'
    rights = ", ".join(f'"{RIGHT_NAMES[bit]}"' for bit in SHOWN_RIGHTS if use.rights & bit)
    return f'"HANDLE"], "handle_rights": [{rights}]}}'


def _lines(entries: list[str]) -> str:
    return "".join(f"{entry}{',' if at < len(entries) - 1 else ' '}\n" for at, entry in enumerate(entries))


def _threads(process: Process, itself: Process | None) -> list[str]:
    return [
        f'  {{"id": "t/{thread.koid}", "type": "t", "koid": {thread.koid}, "parent": "p/{process.koid}", '
        f'"name": "{printable(thread.name)}", "state": "{thread_state(thread, itself).upper()}"}},\n'
        for thread in process.threads.values()
    ]
