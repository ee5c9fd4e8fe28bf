"""Boot images: text in, a booted Machine out.

What the lines of an image say is read whole (`image.py`) before anything is made, or comes as constants, as that of the
shipped image does (`packed_image.py`). What does not fit together, such as a
mapping of a VMO that is not there, is an ImageError that names the line: nothing that is said in an image is left for a
later command to stumble over.
"""

from __future__ import annotations

import gc

from kshell.kernel.abi import (
    DEFAULT_HANDLES,
    DEFAULT_MEMORY,
    DEFAULT_RIGHTS,
    OBJ_TYPE_VMO,
    TYPE_NAMES,
    U64_END,
    KernelError,
)
from kshell.kernel.channels import PeerObject, link
from kshell.kernel.compiling import poll
from kshell.kernel.exceptions import EXCEPTION_SYSTEM
from kshell.kernel.image_errors import ImageError, Wrong, quoted_word, where
from kshell.kernel.image_specs import KERNEL_BUFFERS, AmountSpec, Image, ProcessSpec
from kshell.kernel.io_mapping import IoMapping
from kshell.kernel.launch import OBJECTS, make_vmo, populate
from kshell.kernel.machine import Machine
from kshell.kernel.making import make_end, make_single
from kshell.kernel.numbers import decimal
from kshell.kernel.objects import KernelObject
from kshell.kernel.ports import ExceptionPort, Port
from kshell.kernel.specs import HandleSpec, MappingSpec, Program, Spec
from kshell.kernel.tasks import Job, Process, Thread
from kshell.kernel.vmar import Vmar
from kshell.kernel.vmo import Vmo

# Who gets the exceptions that nobody else wants.
CRASHLOGGER = b"crashlogger"

__all__ = ["ImageError", "boot"]


def boot(
    source: str | Image, memory: int | None = None, handle_slots: int = DEFAULT_HANDLES, aslr_seed: int | None = None
) -> Machine:
    """The machine that `source`, an image or its text, describes.

    `memory` (bytes) overrides the image's; `handle_slots` and `aslr_seed` as for Machine. Raises ImageError for
    an image that is malformed or does not fit the machine.
    """
    collecting = gc.isenabled()
    # Booting makes thousands of objects, and no garbage.
    gc.disable()
    try:
        return _boot(source, memory, handle_slots, aslr_seed)
    finally:
        if collecting:
            gc.enable()


def _boot(source: str | Image, memory: int | None, handle_slots: int, aslr_seed: int | None) -> Machine:
    builder = _Builder(_parsed(source) if isinstance(source, str) else source)
    try:
        return builder.build(memory, handle_slots, aslr_seed)
    except Wrong as wrong:
        spec, why = wrong.spec or builder.at, str(wrong)
    except (ValueError, KernelError) as error:
        # What follows the semicolon helps a person at a prompt, and not here.
        reason = error.reason.split(";", 1)[0] if isinstance(error, KernelError) else str(error)
        # Of a machine that was made smaller than the image says, no line of the image is at fault.
        smaller = memory is not None or handle_slots != DEFAULT_HANDLES
        spec, why = None if smaller else builder.at, f"the image does not fit the machine: {reason}"
    if spec is None or not isinstance(source, str):
        raise ImageError(why)
    raise ImageError(where(spec.line, source.split("\n")[spec.line - 1]) + why)


# The image that was booted last: a session that goes back boots the same one again.
_last: list[tuple[str, Image]] = []


def _parsed(text: str) -> Image:
    """What the lines of an image say, read once for boots that follow each other. Raises ImageError."""
    if not _last or _last[0][0] != text:
        from kshell.kernel.image import parse

        _last[:] = [(text, parse(text))]
    return _last[0][1]


class _Builder:
    """Makes all that an image names, in the order in which one thing needs another.

    `at` is what is being made: a fault that names no other line is that line's. Methods raise Wrong, and ValueError
    or KernelError for what the machine has no room for.
    """

    __slots__ = ("image", "machine", "objects", "at")

    machine: Machine

    def __init__(self, image: Image) -> None:
        self.image = image
        self.objects: dict[int, KernelObject] = {}
        self.at: Spec | None = None

    def build(self, memory: int | None, handle_slots: int, aslr_seed: int | None) -> Machine:
        """The whole machine; arguments as for `boot`."""
        image = self.image
        if memory is None:
            memory = DEFAULT_MEMORY if image.memory is None else image.memory.value
        self.machine = machine = Machine(memory, handle_slots, aslr_seed)
        self.objects[machine.root_job.koid] = machine.root_job
        for what, amount in image.amounts.items():
            self.at = amount
            if what == "wired":
                machine.physmem.reserve("wired", amount.value)
            elif what == "heap":
                machine.heap.boot(amount.value)
            elif what in KERNEL_BUFFERS:
                pages = amount.value
                if what == "handle-table":
                    # The image tells its size on a machine with as many handles as the real one.
                    pages = -(-pages * handle_slots // DEFAULT_HANDLES)
                machine.physmem.reserve("object", pages)
                machine.kernel_pages[what.replace("-", " ")] = pages
        for vmo_spec in image.vmos.values():
            self.at = vmo_spec
            vmo = machine.shared[vmo_spec.label] = make_vmo(machine, vmo_spec)
            self.add(vmo)
        self.build_jobs()
        for pair in image.pairs:
            self.at = pair
            ends = [make_end(machine, koid, pair.type) for koid in (pair.koid, pair.peer)]
            link(ends[0], ends[1])
            for end in ends:
                self.add(end)
        for single in image.singles:
            self.at = single
            self.add(make_single(machine, single.koid, single.type))
        processes = [self.build_process(spec) for spec in image.processes]
        for process, spec in zip(processes, image.processes, strict=True):
            self.give_handles(process, spec.program.handles)
            self.bind_exceptions(process)
        self.at = None
        self.hold_the_rest()
        self.settle(image.amounts)
        if not image.fits:
            for program in image.programs.values():
                self.at = program
                _check_regions(program, machine.shared)
                _check_start(program, machine.shared)
            image.fits = True
        machine.programs = dict(image.programs)
        machine.next_koid = max(
            machine.next_koid, image.next_koid.value if image.next_koid else 0, max(self.objects) + 1
        )
        return machine

    def settle(self, amounts: dict[str, AmountSpec]) -> None:
        """Makes the kernel's own memory what the image says: what its objects do not account for is booting's own."""
        machine = self.machine
        physmem = machine.physmem
        used, mmu = amounts.get("heap-used"), amounts.get("mmu")
        if used is not None:
            self.at = used
            machine.heap.settle(used.value)
        if mmu is not None:
            self.at = mmu
            machine.boot_tables = max(0, mmu.value - physmem.mmu)
            physmem.reserve("mmu", machine.boot_tables)
        physmem.name_from(physmem.wired + physmem.heap + physmem.mmu)
        self.at = None

    def add(self, object_: KernelObject) -> None:
        """Notes an object under its koid."""
        if self.objects.setdefault(object_.koid, object_) is not object_:
            raise Wrong(f"koid {object_.koid} is given twice")

    def build_jobs(self) -> None:
        """The jobs, each after the job it is in."""
        for spec in self.image.jobs:
            self.at = spec
            parent = self.objects.get(spec.parent)
            if not isinstance(parent, Job):
                raise Wrong(f"job {spec.koid} has no parent {spec.parent} above it")
            self.add(Job(self.machine, spec.koid, parent, spec.name))

    def build_process(self, spec: ProcessSpec) -> Process:
        """A process with its memory and threads, and without its handles, which may be to anything."""
        poll()
        self.at = spec
        machine = self.machine
        job = self.objects.get(spec.job)
        if not isinstance(job, Job):
            raise Wrong(f"process {spec.koid} has no job {spec.job}")
        process = machine.create_process(job, spec.name, spec.koid)
        self.add(process)
        self.add(process.root_vmar)
        if not self.image.fits:
            _check_regions(spec.program, machine.shared)
        vmos = machine.shared.copy()
        populate(machine, process, spec.program, vmos)
        devices = False
        for label, vmo_spec in spec.program.vmos.items():
            if vmo_spec.koid:
                self.at = vmo_spec
                self.add(vmos[label])
            if vmo_spec.device is not None:
                devices = True
        if devices:
            self.add_io_maps(process, spec.program)
        for index, thread_spec in enumerate(spec.program.threads):
            self.at = thread_spec
            if not thread_spec.koid:
                raise Wrong("a process's thread has a koid; only a program's has `-`")
            thread = Thread(thread_spec.koid, process, thread_spec.name)
            self.add(thread)
            thread.start(0, initial=index == 0)
        return process

    def add_io_maps(self, process: Process, program: Program) -> None:
        """The io-maps that have mapped device memory into a process."""
        for region in program.regions:
            if isinstance(region, MappingSpec) and region.io_map:
                self.at = region
                found = process.root_vmar.locate(region.base)
                assert found is not None
                self.add(IoMapping(region.io_map, found[0]))

    def bind_exceptions(self, process: Process) -> None:
        """The system's exceptions go to crashlogger, to its oldest port (which of the two it is, the image cannot
        say)."""
        if process.name != CRASHLOGGER or self.machine.exception_port is not None:
            return
        for _, handle in process.handles:
            if isinstance(handle.object, Port):
                self.machine.exception_port = ExceptionPort(EXCEPTION_SYSTEM, handle.object, 0)
                return

    def give_handles(self, process: Process, handles: list[HandleSpec]) -> None:
        """The process's handles, oldest first."""
        table = process.handles
        objects = self.objects
        for handle in handles:
            self.at = handle
            type_ = handle.type
            object_ = objects.get(_number(handle.object))
            if object_ is None or object_.type != type_:
                raise Wrong(
                    f"process {process.koid} has a handle to {TYPE_NAMES[type_]} {handle.object}, which is not there"
                )
            table.new(object_, DEFAULT_RIGHTS[type_] if handle.rights is None else handle.rights)

    def hold_the_rest(self) -> None:
        """What no process holds is kept open by the system: far ends of pairs, file system VMOs."""
        machine = self.machine
        for object_ in self.objects.values():
            if object_.handle_count:
                continue
            if isinstance(object_, PeerObject) and object_.peer is not None and object_.peer.handle_count:
                object_.held = True
            elif isinstance(object_, Job | Thread | Process | Vmar | Vmo):
                if isinstance(object_, Job) and not (object_.jobs or object_.processes):
                    machine.kernel_handles.new(object_, DEFAULT_RIGHTS[object_.type])
            else:
                machine.kernel_handles.new(object_, DEFAULT_RIGHTS[object_.type])
        for vmo in list(machine.vmos):
            if not (vmo.handle_count or vmo.mappings):
                machine.kernel_handles.new(vmo, DEFAULT_RIGHTS[vmo.type])


def _number(word: str) -> int:
    """A number of an image; most are decimal. Raises Wrong."""
    found = decimal(word)
    if found is None or found >= U64_END:
        from kshell.kernel.image import number

        found = number(word)
    return found


def _check_regions(program: Program, shared: dict[str, Vmo]) -> None:
    """Raises Wrong unless every region of `program` fits among its neighbours and shows a known VMO."""
    vmos = program.vmos
    # The first address that is free: in the root VMAR, and in the last VMAR, which ends at `inner_end`.
    free_from = inner_from = inner_end = 0
    for region in program.regions:
        base, end = region.base, region.base + region.size
        mapping = region if isinstance(region, MappingSpec) else None
        if mapping is not None and mapping.nested:
            if base < inner_from or end > inner_end:
                raise Wrong(f"the mapping at {base:#x} is not free inside its VMAR", region)
            inner_from = end
        else:
            if base < free_from:
                raise Wrong(f"the region at {base:#x} overlaps the one before, or is out of order", region)
            free_from = end
            inner_from, inner_end = (base, end) if mapping is None else (0, 0)
        if mapping is not None and mapping.label not in vmos and mapping.label not in shared:
            raise Wrong(f"there is no VMO {quoted_word(mapping.label)}", region)


def _check_start(program: Program, shared: dict[str, Vmo]) -> None:
    """Raises Wrong unless a start of `program` finds all that it needs, and leaves nothing that nobody holds."""
    if not program.threads:
        raise Wrong("this program has no line `thread - NAME`, and nothing runs without a thread")
    unused = dict(program.vmos)
    for region in program.regions:
        if isinstance(region, MappingSpec):
            unused.pop(region.label, None)
            if region.io_map:
                raise Wrong("a program's device memory has no io-map: each start would make another", region)
    for handle in program.handles:
        what, type_ = handle.object, TYPE_NAMES[handle.type]
        found = OBJECTS.get(what) or (OBJ_TYPE_VMO if what in program.vmos or what in shared else None)
        if found is None:
            names = ", ".join(OBJECTS)
            raise Wrong(f"{quoted_word(what)} is nothing a program has: {names} or the label of a VMO", handle)
        if found != handle.type:
            raise Wrong(f"{quoted_word(what)} is a {TYPE_NAMES[found]} and not a {type_}", handle)
        unused.pop(what, None)
    for spec in program.vmos.values():
        if spec.koid:
            raise Wrong("a program's VMO has no koid: each start makes a new one", spec)
    for spec in unused.values():
        raise Wrong(f"nothing would keep the VMO {quoted_word(spec.label)}: map it, or give a handle to it", spec)
