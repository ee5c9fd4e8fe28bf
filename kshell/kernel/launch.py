"""Programs: what a process consists of when the system's launcher has started it.

    program = VMOs (image, libraries, stack, heap ...) + regions that show them + threads + handles

The boot image describes every process it holds in these terms, and some programs by path, which `launch` turns
into new processes. Addresses are as a launch without randomisation lays them out.

Rules: facts sections 7.3 to 7.5; `system/ulib/launchpad`, `third_party/ulib/musl/ldso/dynlink.c`.
"""

from __future__ import annotations

from kshell.kernel.abi import (
    CAN_MAP_SHIFT,
    DEFAULT_RIGHTS,
    OBJ_TYPE_EVENT,
    OBJ_TYPE_VMO,
    VM_CAN_MAP_PERMS,
    VM_CAN_MAP_SPECIFIC,
    VM_WRITE,
)
from kshell.kernel.objects import Channel, KernelObject, SimpleObject, link
from kshell.kernel.physical_vmo import PhysicalVmo
from kshell.kernel.tasks import Job, Process, Thread
from kshell.kernel.vmar import Mapping, Vmar
from kshell.kernel.vmo import Vmo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kshell.kernel.machine import Machine

# Koids the real launcher spends on one program: the process, its VMOs, VMARs, thread, and the channels to the
# file system and the loader that come and go (facts section 7.2).
KOIDS_PER_LAUNCH = 85
REGION_NAME = "useralloc"
REGION_FLAGS = VM_CAN_MAP_PERMS | VM_CAN_MAP_SPECIFIC


class Program:
    """The parts of a process, as plain records.

    vmos:     label -> (size in bytes, runs of committed pages, koid or 0)
    regions:  (base, size) of a VMAR, or (base, size, perms, label, offset, name, inside the last VMAR)
    devices:  label -> physical address, for VMOs that are device memory
    threads:  (koid or 0, name)
    handles:  (type word, what, rights or None), oldest first
    """

    __slots__ = ("vmos", "regions", "devices", "threads", "handles")

    def __init__(self) -> None:
        self.vmos: dict[str, tuple[int, list[tuple[int, int]], int]] = {}
        self.regions: list[tuple[int, int] | tuple[int, int, int, str, int, str, bool]] = []
        self.devices: dict[str, int] = {}
        self.threads: list[tuple[int, bytes]] = []
        self.handles: list[tuple[str, str, int | None]] = []


def make_vmo(machine: Machine, koid: int, size: int, runs: list[tuple[int, int]]) -> Vmo:
    """A VMO of `size` bytes with the pages of `runs` committed. Raises ERR_NO_MEMORY."""
    vmo = Vmo(machine, koid, size)
    machine.physmem.take(sum(end - start for start, end in runs))
    for start, end in runs:
        vmo.pages.add_range(start, end)
    return vmo


def populate(machine: Machine, process: Process, program: Program, objects: dict[int, KernelObject]) -> dict[str, Vmo]:
    """Gives `process` the memory of `program`; VMOs with a koid are entered in `objects`. Returns VMOs by label.

    A VMO that is neither mapped nor held by a handle afterwards belongs to the caller.
    """
    vmos = dict(machine.shared)
    for label, (size, runs, koid) in program.vmos.items():
        if label in program.devices:
            vmo: Vmo = PhysicalVmo(machine, koid, size, program.devices[label])
        else:
            vmo = make_vmo(machine, koid, size, runs)
        vmos[label] = vmo
        if koid:
            objects[koid] = vmo
    root = process.aspace.root
    inside = root
    for region in program.regions:
        if len(region) == 2:
            base, size = region
            inside = Vmar(0, process.aspace, root, base, size, REGION_FLAGS, REGION_NAME)
        else:
            base, size, perms, label, offset, name, nested = region
            # The launcher's handles allow writing wherever a segment is not code.
            can = (perms | (0 if perms & 4 else VM_WRITE)) << CAN_MAP_SHIFT
            Mapping(inside if nested else root, base, size, vmos[label], offset, perms, can, name or REGION_NAME)
    return vmos


def launch(machine: Machine, program: Program, job: Job, name: bytes) -> Process:
    """Starts `program` as a process `name` in `job`: running, with its threads, memory and handles.

    Spends KOIDS_PER_LAUNCH koids. Raises ERR_BAD_STATE for a job that is being killed, ERR_NO_MEMORY.
    """
    first_koid = machine.next_koid
    process = machine.create_process(job, name)
    try:
        vmos = populate(machine, process, program, {})
        threads = [Thread(machine.new_koid(), process, thread_name or name) for _, thread_name in program.threads]
        for index, thread in enumerate(threads):
            thread.start(0, initial=index == 0)
        for type_, what, rights in program.handles:
            object_ = _named(machine, process, job, threads, vmos, type_, what)
            process.handles.new(object_, DEFAULT_RIGHTS[object_.type] if rights is None else rights)
    except Exception:
        process.kill()
        raise
    machine.next_koid = max(machine.next_koid, first_koid + KOIDS_PER_LAUNCH)
    return process


def _named(
    machine: Machine, process: Process, job: Job, threads: list[Thread], vmos: dict[str, Vmo], type_: str, what: str
) -> KernelObject:
    """The object that a handle line of a program means."""
    if what == "self":
        return process
    if what == "rootvmar":
        return process.aspace.root
    if what == "job":
        return job
    if what == "thread":
        return threads[0]
    if what == "channel":
        ours, theirs = (Channel(machine.new_koid(), machine.handles) for _ in range(2))
        link(ours, theirs)
        theirs.held = True
        return ours
    if what == "event":
        return SimpleObject(machine.new_koid(), OBJ_TYPE_EVENT)
    vmo = vmos[what]
    if not vmo.koid:
        vmo.koid = machine.new_koid()
    assert vmo.type == OBJ_TYPE_VMO and type_ == "vmo"
    return vmo
