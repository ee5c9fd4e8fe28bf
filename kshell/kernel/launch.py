"""Making what a program describes: a process with its memory, threads and handles, as the system's launcher makes it.

Rules: docs/kernel-rules.md 7.2 to 7.5; `system/ulib/launchpad`.
"""

from __future__ import annotations

from kshell.kernel.abi import (
    DEFAULT_RIGHTS,
    OBJ_TYPE_CHANNEL,
    OBJ_TYPE_EVENT,
    OBJ_TYPE_JOB,
    OBJ_TYPE_PROCESS,
    OBJ_TYPE_THREAD,
    OBJ_TYPE_VMAR,
    OBJ_TYPE_VMO,
    PAGE_SHIFT,
    VM_CAN_MAP_PERMS,
    VM_CAN_MAP_SPECIFIC,
    VM_EXECUTE,
    VM_WRITE,
    KernelError,
)
from kshell.kernel.channels import Channel, link
from kshell.kernel.heap import MAPPING, VMAR
from kshell.kernel.machine import Machine
from kshell.kernel.objects import KernelObject, SimpleObject
from kshell.kernel.physical_vmo import PhysicalVmo
from kshell.kernel.region_list import Region
from kshell.kernel.specs import HandleSpec, Program, VmarSpec, VmoSpec
from kshell.kernel.tasks import Job, Process, Thread
from kshell.kernel.vmar import Mapping, Vmar
from kshell.kernel.vmo import Vmo
from kshell.kernel.wired_vmo import WiredVmo

# Koids that the real launcher spends on one program: the process, its VMOs, VMARs, thread, and the channels to the
# file system and the loader that come and go (docs/kernel-rules.md 7.2).
KOIDS_PER_LAUNCH = 85
# What a program's handles can be to, besides its VMOs: the names of their objects, and the types.
OBJECTS = {
    "self": OBJ_TYPE_PROCESS,
    "rootvmar": OBJ_TYPE_VMAR,
    "job": OBJ_TYPE_JOB,
    "thread": OBJ_TYPE_THREAD,
    "channel": OBJ_TYPE_CHANNEL,
    "event": OBJ_TYPE_EVENT,
}
# Those of them that are made for the handle.
NEW_OBJECTS = ("channel", "event")
REGION_NAME = "useralloc"
# The label under which a boot image has the vDSO's VMO, which every program maps.
VDSO = "vdso"
# Where ld.so's `_dl_debug_addr` points, as the running system has it (`third_party/ulib/musl/ldso/dynlink.c`).
DEBUG_ADDR = 0x4000000DA700
REGION_FLAGS = VM_CAN_MAP_PERMS | VM_CAN_MAP_SPECIFIC


def make_vmo(machine: Machine, spec: VmoSpec) -> Vmo:
    """The VMO that `spec` describes, with its pages committed. Raises ERR_NO_MEMORY."""
    if spec.device is not None:
        return PhysicalVmo(machine, spec.koid, spec.size, spec.device, spec.cache)
    vmo = (WiredVmo if spec.wired else Vmo)(machine, spec.koid, spec.size)
    try:
        vmo.adopt(spec.pages)
    except KernelError:
        vmo.release()
        raise
    return vmo


def populate(machine: Machine, process: Process, program: Program, vmos: dict[str, Vmo]) -> None:
    """Gives `process` the memory of `program`. `vmos` are the VMOs it may share, by label, and gets those it makes.

    A VMO that is neither mapped nor held by a handle afterwards belongs to the caller, even when there was not enough
    memory for all of them (ERR_NO_MEMORY).
    """
    for label, spec in program.vmos.items():
        vmos[label] = make_vmo(machine, spec)
    regions = program.regions
    vmars = sum([isinstance(region, VmarSpec) for region in regions])
    # All at once, so that nothing can fail half-way.
    machine.heap.take(vmars * VMAR + (len(regions) - vmars) * MAPPING)
    aspace, root = process.aspace, process.root_vmar
    inside = root
    # What goes into the root VMAR, and into the last VMAR in it.
    outer: list[Region] = []
    inner: list[Region] = []
    present: list[tuple[int, int]] = []
    read_only: list[tuple[int, int]] = []
    for region in regions:
        base, size = region.base, region.size
        if isinstance(region, VmarSpec):
            if inner:
                inside.children.begin(inner)
                inner = []
            inside = Vmar(0, aspace, root, base, size, REGION_FLAGS, REGION_NAME, alone=False)
            outer.append(inside)
            continue
        perms, offset, label = region.perms, region.offset, region.label
        vmo = vmos[label]
        # The launcher's handles allow writing wherever a segment is not code.
        most = perms if perms & VM_EXECUTE else perms | VM_WRITE
        name = region.name or REGION_NAME
        if region.nested:
            inner.append(Mapping(inside, base, size, vmo, offset, perms, most, name, alone=False))
        else:
            outer.append(Mapping(root, base, size, vmo, offset, perms, most, name, alone=False))
        if label == VDSO:
            # All programs are dynamically linked, and ld.so has told debuggers where its list of libraries is.
            process.debug_addr = DEBUG_ADDR
        shift = (base - offset) >> PAGE_SHIFT
        for low, high in vmo.touched(offset >> PAGE_SHIFT, (offset + size) >> PAGE_SHIFT):
            run = (low + shift, high + shift)
            present.append(run)
            if not perms & VM_WRITE:
                read_only.append(run)
    if inner:
        inside.children.begin(inner)
    root.children.begin(outer)
    aspace.fill(present, read_only)


def launch(machine: Machine, program: Program, job: Job, name: bytes) -> Process:
    """Starts `program` as a process `name` in `job`: running, with its threads, memory and handles.

    Spends KOIDS_PER_LAUNCH koids. Raises ERR_BAD_STATE for a job that is being killed, ERR_NO_MEMORY; nothing is left
    of the process then.
    """
    first_koid = machine.next_koid
    process = machine.create_process(job, name)
    vmos = machine.shared.copy()
    try:
        populate(machine, process, program, vmos)
        for index, spec in enumerate(program.threads):
            Thread(machine.new_koid(), process, spec.name or name).start(0, initial=index == 0)
        for handle in program.handles:
            object_ = _named(machine, process, job, vmos, handle)
            rights = DEFAULT_RIGHTS[object_.type] if handle.rights is None else handle.rights
            try:
                process.handles.new(object_, rights)
            except KernelError:
                if handle.object in NEW_OBJECTS:
                    object_.on_no_handle()
                raise
    except Exception:
        process.kill()
        # A process that had no handle to itself yet lets go of its job only when it is told to.
        process.release()
        for vmo in vmos.values():
            vmo.release()
        raise
    machine.next_koid = max(machine.next_koid, first_koid + KOIDS_PER_LAUNCH)
    return process


def _named(machine: Machine, process: Process, job: Job, vmos: dict[str, Vmo], spec: HandleSpec) -> KernelObject:
    """The object to which a handle of a program refers."""
    what = spec.object
    if what == "self":
        return process
    if what == "rootvmar":
        return process.root_vmar
    if what == "job":
        return job
    if what == "thread":
        return next(iter(process.threads.values()))
    if what == "channel":
        ours = Channel(machine, machine.new_koid())
        try:
            theirs = Channel(machine, machine.new_koid())
        except KernelError:
            ours.on_no_handle()
            raise
        link(ours, theirs)
        theirs.held = True
        return ours
    if what == "event":
        return SimpleObject(machine, machine.new_koid(), OBJ_TYPE_EVENT)
    vmo = vmos[what]
    if not vmo.koid:
        vmo.koid = machine.new_koid()
    assert spec.type == OBJ_TYPE_VMO
    return vmo
