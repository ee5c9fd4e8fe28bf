"""What people want in one go: map, touch, spawn, stat, memory."""

from __future__ import annotations

from commands.formats import address_result, plural
from commands.programs import FOLDER, program
from kshell.kernel import info
from kshell.kernel.abi import PAGE_SHIFT, KernelError, cut_name
from kshell.kernel.faults import ACCESS
from kshell.kernel.faults import touch as touch_pages
from kshell.kernel.launch import launch
from kshell.kernel.tasks import RUNNING, Job, Process
from kshell.shell.arguments import Address, Size, Switch, Task, Word
from kshell.shell.call_arguments import Access, MapFlags
from kshell.shell.errors import ShellError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session
from kshell.shell.sizes import format_size
from kshell.shell.text import printable

READ_WRITE = 3


@command(
    "map",
    "address space",
    "what mmap does: vmo_create, vmar_map, handle_close in one go",
    params=(Size("SIZE"), MapFlags("FLAGS", READ_WRITE)),
    examples=(
        ("m = map 64k", ""),
        ("touch $m 16k", "4 faults, 4 pages committed\n"),
        ("c = map 4k rx", ""),
        ("expect ERR_ACCESS_DENIED touch $c", ""),
    ),
    statuses="ERR_INVALID_ARGS ERR_ACCESS_DENIED ERR_BAD_STATE ERR_NO_MEMORY",
)
def map_(session: Session, size: int, flags: int) -> Result:
    root = session.number("vmar")
    calls = session.calls
    vmo = calls.vmo_create(size, 0)
    handle = session.process.handles.get(vmo)
    assert handle is not None
    koid = handle.object.koid
    try:
        address = calls.vmar_map(root, 0, vmo, 0, size, flags)
    finally:
        calls.handle_close(vmo)
    return address_result(address, koid=koid)


class LengthOrAccess(Size):
    """A length, or r, w or x where the length is left out."""

    __slots__ = ()

    def parse(self, session: Session, word: str) -> int | str:  # type: ignore[override]
        return word if word in ACCESS else super().parse(session, word)


@command(
    "touch",
    "address space",
    "touches every page of LEN bytes at ADDR, as the CPU would",
    params=(
        Address("ADDR"),
        LengthOrAccess("LEN", 1),
        Access("r|w|x", "w"),
        Switch("--fatal", "a failing fault kills the process"),
    ),
    examples=(
        ("m = map 64k", ""),
        ("touch $m 16k r", "4 faults, 0 pages committed\n"),
        ("touch $m 16k", "4 faults, 4 pages committed\n"),
        ("touch $m 16k", "0 faults, 0 pages committed\n"),
    ),
    details="One byte and w by default. A read maps what is there, or the shared zero page; a write makes the page\n"
    "the VMO's own. A fault that fails would kill a real process; here it only does with --fatal.",
    statuses="ERR_NOT_FOUND ERR_ACCESS_DENIED ERR_OUT_OF_RANGE ERR_NO_MEMORY ERR_INVALID_ARGS",
)
def touch(session: Session, address: int, length: int | str, access: str, fatal: bool) -> Result:
    process = session.process
    if isinstance(length, str):
        access = length
        length = 1
    try:
        done = touch_pages(process, address, length, access)
    except KernelError:
        if fatal:
            process.kill()
        raise
    text = f"{plural(done.faults, 'fault')}, {plural(done.committed, 'page')} committed\n"
    return Result(done.committed, {"faults": done.faults, "committed": done.committed}, text)


@command(
    "spawn",
    "tasks",
    "a process NAME as the system's launcher makes one: image, libraries, stack, handles",
    params=(
        Word("NAME"),
        Task("JOB", None, option="--job"),
        Switch("--exit", "it exits at once, return code 0"),
    ),
    examples=(("spawn demo", "process 3183 demo\n"), ("attach demo", ""), ("m = map 1M", "")),
    details="The current process gets no handle to it: `object_get_child 0 KOID same` gives one.",
    statuses="ERR_BAD_STATE ERR_NO_MEMORY",
)
def spawn(session: Session, name: str, job: object, exits: bool) -> Result:
    where = session.program_job if job is None else job
    if not isinstance(where, Job):
        raise ShellError("--job wants a job, not a process")
    parts = program(session.machine, FOLDER + name)
    if parts is None:
        raise ShellError("this boot image describes no program, so none can be started")
    process = launch(session.machine, parts, where, cut_name(name))
    if exits:
        process.kill(0)
    shown = printable(process.name)
    return Result(process.koid, {"koid": process.koid, "name": shown}, f"process {process.koid} {shown}\n")


@command(
    "stat",
    "look",
    "the figures of one process: VIRT, RES, handles, threads",
    params=(Task("TASK", None),),
    examples=(
        ("stat 3020", "koid     3020\nname     sh:vc\n...\n"),
        ("s = stat 3020", ""),
        ("assert $s.res == 1296k", ""),
    ),
)
def stat(session: Session, task: object) -> Result:
    process = session.process if task is None else task
    if not isinstance(process, Process):
        raise ShellError("a job has no figures of its own: give a process")
    virt, res = info.task_stats(process) if process.state == RUNNING else (0, 0)
    fields: dict[str, object] = {
        "koid": process.koid,
        "name": printable(process.name),
        "virt": virt,
        "res": res,
        "pages": res >> PAGE_SHIFT,
        "mappings": process.aspace.maps,
        "handles": len(process.handles),
        "threads": len(process.threads),
    }
    lines = [f"{name:<8} {value}\n" for name, value in fields.items() if name not in ("virt", "res")]
    lines[2:2] = [f"virt     {virt} ({format_size(virt)})\n", f"res      {res} ({format_size(res)})\n"]
    return Result(res, fields, "".join(lines))


@command(
    "memory",
    "machine",
    "physical memory: what is free and who has the rest; $m is the bytes in use by objects",
    examples=(
        ("memory", "total      523999 pages  2046.9M\n...\n"),
        ("m = memory", ""),
        ("assert $m.total == 2146299904", ""),
    ),
)
def memory(session: Session) -> Result:
    physmem = session.machine.physmem
    counts = {
        "total": physmem.total,
        "free": physmem.free,
        "object": physmem.object,
        "wired": physmem.wired,
        "heap": physmem.heap,
        "mmu": physmem.mmu,
        "alloc": physmem.alloc,
    }
    sizes: dict[str, object] = {state: count << PAGE_SHIFT for state, count in counts.items()}
    handles = session.machine.handles
    text = "".join(
        f"{state:<7} {count:>9} pages {format_size(count << PAGE_SHIFT):>8}\n" for state, count in counts.items()
    )
    text += f"handles {handles.live:>9} of {handles.slots}\n"
    sizes["handles"] = handles.live
    return Result(physmem.object << PAGE_SHIFT, sizes, text)
