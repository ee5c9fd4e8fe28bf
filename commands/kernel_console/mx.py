"""`k mx`: the kernel's diagnostics of processes and handles. Rules: docs/kernel-rules.md 6.6; `K/diagnostics.cpp`."""

from __future__ import annotations

from kshell.commands.kernel_console.line import Kernel, hexadecimal, kernel_command, number
from kshell.commands.kernel_console.mmu import mmu_flags
from kshell.kernel import info
from kshell.kernel.abi import (
    OBJ_TYPE_CHANNEL,
    OBJ_TYPE_EVENT,
    OBJ_TYPE_EVENT_PAIR,
    OBJ_TYPE_IOPORT,
    OBJ_TYPE_JOB,
    OBJ_TYPE_PROCESS,
    OBJ_TYPE_THREAD,
    OBJ_TYPE_VMAR,
    OBJ_TYPE_VMO,
    TYPE_NAMES,
)
from kshell.kernel.io_mapping import mapping_references
from kshell.kernel.machine import Machine
from kshell.kernel.physical_vmo import PhysicalVmo
from kshell.kernel.tasks import Job, Process
from kshell.kernel.vmar import Mapping, Vmar
from kshell.kernel.vmo import Vmo
from kshell.text import printable

USAGE = (
    "mx ps         : list processes",
    "mx mwd  <mb>  : memory watchdog",
    "mx ht   <pid> : dump process handles",
    "mx jb   <pid> : list job tree",
    "mx kill <pid> : kill process",
    "mx asd  <pid> : dump process address space",
)
PS_HEADER = "      id-s  #t  #pg  #h:  #jb #pr #th #vo #vm #ch #ev #ip [  job:name]"
PS_KEY = (
    "id  : process id number",
    "-s  : state: R = running D = dead",
    "#t  : number of threads",
    "#pg : number of allocated pages",
    "#h  : total number of handles",
    "#jb : number of job handles",
    "#pr : number of process handles",
    "#th : number of thread handles",
    "#vo : number of vmo handles",
    "#vm : number of virtual memory address region handles",
    "#ch : number of channel handles",
    "#ev : number of event and event pair handles",
    "#ip : number of io port handles",
)
STATE_LETTERS = {"initial": "I", "running": "R", "dying": "Y", "dead": "D"}
# The counts of a row: the field's name for programs, and the types it counts. Ports v2 are not counted.
COUNTED = (
    ("job_handles", (OBJ_TYPE_JOB,)),
    ("process_handles", (OBJ_TYPE_PROCESS,)),
    ("thread_handles", (OBJ_TYPE_THREAD,)),
    ("vmo_handles", (OBJ_TYPE_VMO,)),
    ("vmar_handles", (OBJ_TYPE_VMAR,)),
    ("channel_handles", (OBJ_TYPE_CHANNEL,)),
    ("event_handles", (OBJ_TYPE_EVENT, OBJ_TYPE_EVENT_PAIR)),
    ("port_handles", (OBJ_TYPE_IOPORT,)),
)


@kernel_command("mx")
def mx(kernel: Kernel, words: list[str]) -> int:
    """Dispatches to the subcommand."""
    if not words:
        return kernel.usage("not enough arguments:", *USAGE)
    if words[0] == "ps":
        return _ps(kernel, words[1:])
    if words[0] == "mwd":
        # The watchdog reports processes that are too large once a second; the model's clock stands still.
        return 0
    if words[0] == "vmos":
        return _vmos(kernel, words[1:])
    action = {"ht": _ht, "jb": _jb, "kill": _kill, "asd": _asd}.get(words[0])
    if action is None:
        return kernel.usage("unrecognized subcommand", *USAGE)
    if len(words) < 2:
        return kernel.usage("", *USAGE)
    process = kernel.machine.find_process(number(words[1]))
    # Killing says what it does before it looks.
    if process is None:
        kernel.say("process not found!")
    else:
        action(kernel, process)
    return 0


def _vmos(kernel: Kernel, words: list[str]) -> int:
    """A subcommand of May 2017: `vmos <pid>|all|hidden [-u?]`. The usage text is still that of the reference commit."""
    from kshell.commands.kernel_console.vmos import kernel_all_vmos, kernel_vmos

    unit = ""
    if len(words) > 1:
        if not words[1].startswith("-u"):
            return kernel.usage(f"dunno '{words[1]}'", *USAGE)
        unit = words[1][2:3]
    if not words:
        return kernel.usage("", *USAGE)
    if words[0] in ("all", "hidden"):
        kernel_all_vmos(kernel, words[0] == "hidden", unit)
        return 0
    process = kernel.machine.find_process(number(words[0]))
    if process is None:
        kernel.say("process not found!")
    else:
        kernel_vmos(kernel, process, unit)
    return 0


def _ps(kernel: Kernel, words: list[str]) -> int:
    if words == ["help"]:
        kernel.say(*PS_KEY)
        return 0
    rows: list[dict[str, object]] = []
    kernel.say(PS_HEADER)
    for process in kernel.machine.walk_processes():
        row, line = _ps_row(process)
        rows.append(row)
        kernel.say(line)
    kernel.rows = {"processes": rows}
    # `$x.3020.handles` is a figure of process 3020.
    kernel.extra = {str(row["koid"]): row for row in rows}
    return 0


def _ps_row(process: Process) -> tuple[dict[str, object], str]:
    by_type = process.handles.counts
    counts = [sum(by_type[type_] for type_ in types) for _, types in COUNTED]
    state, job = STATE_LETTERS[process.state], process.related_koid
    threads, pages, handles = len(process.threads), info.committed_pages(process), len(process.handles)
    name = printable(process.name)
    row: dict[str, object] = {
        "koid": process.koid,
        "state": state,
        "threads": threads,
        "pages": pages,
        "handles": handles,
        **{field: count for (field, _), count in zip(COUNTED, counts, strict=True)},
        "job": job,
        "name": name,
    }
    shown = " ".join(f"{count:3}" for count in counts)
    return row, f"{process.koid:8}-{state} {threads:3} {pages:4} {handles:3}: {shown}  [{job:5}:{name}]"


def _ht(kernel: Kernel, process: Process) -> None:
    kernel.say(f"process [{process.koid}] handles :", "handle       koid : type")
    rows: list[dict[str, object]] = []
    for value, handle in process.handles.newest_first():
        koid, type_ = handle.object.koid, TYPE_NAMES.get(handle.object.type, "???")
        kernel.say(f"{value:9} {koid:7} : {type_}")
        rows.append({"handle": value, "koid": koid, "type": type_})
    kernel.say(f"total: {len(process.handles)} handles")
    kernel.rows = {"handles": rows}


def _jb(kernel: Kernel, process: Process) -> None:
    kernel.say(f"process {process.koid} [{printable(process.name)}]")
    chain: list[str] = []
    job = process.job
    while job is not None:
        chain.append(f"[{job.koid}]")
        job = job.parent
    kernel.say("in job " + "-->".join(chain))
    if process.job is not None:
        _jb_block(kernel, process.job, process)


def _jb_block(kernel: Kernel, top: Job, inspected: Process) -> None:
    """One job's lines, and after each child job's line that job's own block."""
    stack: list[tuple[Job, bool]] = [(top, True)]
    while stack:
        job, is_top = stack.pop()
        if not is_top:
            kernel.say(f"- {job.koid} child job ({len(job.processes)} processes)")
        if not job.jobs:
            kernel.say("no jobs")
        # The kernel's own slip: it says so with one process too (docs/kernel-rules.md 8 no. 38).
        if len(job.processes) < 2:
            kernel.say("no processes")
        for process in job.processes.values():
            if process is not inspected:
                kernel.say(f"- {process.koid} proc [{printable(process.name)}]")
        stack.extend((child, False) for child in reversed(job.jobs.values()))


def _kill(kernel: Kernel, process: Process) -> None:
    kernel.say(f"killing process {process.koid}")
    process.kill()


def _asd(kernel: Kernel, process: Process) -> None:
    # Whoever asks for one process's holds a reference to it.
    _dump_aspace(kernel, process, _held(kernel.machine)[0], 1)


def dump_aspaces(kernel: Kernel) -> None:
    """The address spaces of all processes, as `k vmm aspaces` lists them after the kernel's, oldest first."""
    vmars, dead = _held(kernel.machine)
    for process in sorted([*kernel.machine.processes.values(), *dead], key=lambda process: process.koid):
        _dump_aspace(kernel, process, vmars)


def _held(machine: Machine) -> tuple[set[Vmar], set[Process]]:
    """The destroyed VMARs and the dead processes that only handles of processes still keep."""
    objects = {handle.object for process in machine.processes.values() for _, handle in process.handles}
    vmars = {held for held in objects if isinstance(held, Vmar) and not held.alive}
    return vmars, {held for held in objects if isinstance(held, Process) and held.koid not in machine.processes}


def _dump_aspace(kernel: Kernel, process: Process, held: set[Vmar], more: int = 0) -> None:
    """The whole tree of a process's address space, the VMOs of its mappings included.

    The process and every region that exists refer to the address space, also one that was destroyed and is only `held`,
    and so do the io-map objects of its mappings, and `more` others. A process that lives keeps its root VMAR, even when
    that is destroyed.
    """
    aspace, root = process.aspace, process.root_vmar
    lives = process.koid in kernel.machine.processes
    kept = (lives and not root.alive) + sum(vmar.aspace is aspace and not (lives and vmar is root) for vmar in held)
    devices = sum(mapping_references(mapping) - 1 for mapping in root.mappings())
    references = 1 + aspace.vmar_count + aspace.mapping_count + devices + kept + more
    kernel.say(f"as {aspace.address:#x} {_span(root.base, root.size)} fl 0 ref {references} 'unnamed'")
    if lives and not root.alive:
        kernel.say(_vmar_line(root, 1))
    for depth, region in root.walk():
        if isinstance(region, Mapping):
            kernel.say(*_mapping_lines(region, depth))
        else:
            kernel.say(_vmar_line(region, depth))


def _vmar_line(vmar: Vmar, depth: int) -> str:
    """A VMAR: its parent refers to it, for a root VMAR the address space, and all its handles together once."""
    references = 2 if vmar.handle_count else 1
    return f"{'  ' * depth}vmar {vmar.address:#x} {_span(vmar.base, vmar.size)} ref {references} '{vmar.name}'"


def _mapping_lines(mapping: Mapping, depth: int) -> tuple[str, str]:
    """A mapping and its VMO: the parent refers to it, and an io-map object to what it has mapped."""
    indent = "  " * depth
    return (
        f"{indent}map {mapping.address:#x} {_span(mapping.base, mapping.size)} mmufl {mmu_flags(mapping):#x} "
        f"vmo {mapping.vmo.address:#x} off {hexadecimal(mapping.vmo_offset)} "
        f"pages {mapping.committed} ref {mapping_references(mapping)} '{mapping.name}'",
        f"{indent}  {vmo_line(mapping.vmo)}",
    )


def vmo_line(vmo: Vmo) -> str:
    """A VMO as the kernel dumps it."""
    if isinstance(vmo, PhysicalVmo):
        return f"object {vmo.address:#x} base {vmo.base:#x} size {hexadecimal(vmo.size)} ref {vmo.references}"
    return f"object {vmo.address:#x} size {hexadecimal(vmo.size)} pages {len(vmo.pages)} ref {vmo.references}"


def _span(base: int, size: int) -> str:
    return f"[{base:#x} {base + size - 1:#x}] sz {size:#x}"
