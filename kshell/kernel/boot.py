"""Boot images: text in, a booted Machine out.

An image is lines of words; a line that begins with `#` is a comment, indentation means nothing. The header of
the shipped image (`kshell/images/magenta.img`) explains every line. The loader reads the whole image first,
then makes the objects, so lines may name what comes later.
"""

from __future__ import annotations

from kshell.kernel.abi import (
    DEFAULT_HANDLES,
    DEFAULT_MEMORY,
    DEFAULT_RIGHTS,
    OBJ_TYPE_CHANNEL,
    OBJ_TYPE_EVENT_PAIR,
    OBJ_TYPE_FIFO,
    OBJ_TYPE_SOCKET,
    PAGE_MASK,
    TYPE_CODES,
    TYPE_NAMES,
    U64_END,
    USER_BASE,
    USER_END,
    VM_EXECUTE,
    VM_READ,
    VM_WRITE,
    KernelError,
    cut_name,
)
from kshell.kernel.channels import Channel, PeerObject, link
from kshell.kernel.launch import make_vmo, populate
from kshell.kernel.machine import Machine
from kshell.kernel.numbers import decimal, numeral
from kshell.kernel.objects import KernelObject, SimpleObject
from kshell.kernel.program import HandleSpec, MappingSpec, Program, ThreadSpec, VmarSpec, VmoSpec
from kshell.kernel.tasks import Job, Process, Thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

MAGIC = "kshell-image 1"
PAIR_TYPES = {TYPE_NAMES[t]: t for t in (OBJ_TYPE_CHANNEL, OBJ_TYPE_SOCKET, OBJ_TYPE_EVENT_PAIR, OBJ_TYPE_FIFO)}
# Runs of page indexes, half open.
Runs = tuple[tuple[int, int], ...]
UNITS = {"k": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
PERMS = {"r--": VM_READ, "rw-": VM_READ | VM_WRITE, "r-x": VM_READ | VM_EXECUTE, "rwx": VM_READ | VM_WRITE | VM_EXECUTE}
MAX_KOID = 1 << 62


class ImageError(Exception):
    """An image that cannot be booted: which line, and what is wrong with it."""


class JobSpec:
    """A job `koid` in the job `parent`."""

    __slots__ = ("koid", "parent", "name")

    def __init__(self, koid: int, parent: int, name: bytes) -> None:
        self.koid = koid
        self.parent = parent
        self.name = name


class ProcessSpec:
    """A process `koid` in the job `job`; `program` says what it consists of."""

    __slots__ = ("koid", "job", "name", "program")

    def __init__(self, koid: int, job: int, name: bytes) -> None:
        self.koid = koid
        self.job = job
        self.name = name
        self.program = Program()


class ObjectSpec:
    """An object `koid` of a `type` (OBJ_TYPE_*) that has no parts; `peer` is the koid of its other end, or 0."""

    __slots__ = ("type", "koid", "peer")

    def __init__(self, type_: int, koid: int, peer: int) -> None:
        self.type = type_
        self.koid = koid
        self.peer = peer


class Image:
    """What the lines of an image say, in their order. `reserved` are pages by the state that booting puts them in."""

    __slots__ = ("memory", "reserved", "vmos", "jobs", "processes", "pairs", "singles", "programs", "next_koid")

    def __init__(self) -> None:
        self.memory = DEFAULT_MEMORY
        self.reserved: dict[str, int] = {}
        self.vmos: list[VmoSpec] = []
        self.jobs: list[JobSpec] = []
        self.processes: list[ProcessSpec] = []
        self.pairs: list[ObjectSpec] = []
        self.singles: list[ObjectSpec] = []
        self.programs: dict[str, Program] = {}
        self.next_koid = 0


def boot(
    text: str, memory: int | None = None, handle_slots: int = DEFAULT_HANDLES, aslr_seed: int | None = None
) -> Machine:
    """The machine that the image `text` describes.

    `memory` (bytes) overrides the image's; `handle_slots` and `aslr_seed` as for Machine. Raises ImageError for
    an image that is malformed or does not fit the machine.
    """
    image = parse(text)
    try:
        machine = Machine(image.memory if memory is None else memory, handle_slots, aslr_seed)
        for state, pages in image.reserved.items():
            machine.physmem.reserve(state, pages)
        _build(machine, image)
    except (ValueError, KernelError) as error:
        # What follows the semicolon helps a person at a prompt, and not here.
        reason = error.reason.split(";", 1)[0] if isinstance(error, KernelError) else str(error)
        raise ImageError(f"the image does not fit the machine: {reason}") from None
    return machine


# Reading


def parse(text: str) -> Image:
    """Reads the lines of an image. Raises ImageError naming the line."""
    lines = text.split("\n")
    if lines[0].split() != MAGIC.split():
        raise ImageError(f"line 1: this is not a boot image: its first line is not `{MAGIC}`")
    image = Image()
    # The process or program that lines belong to; None before the first.
    block: Program | None = None
    for number, line in enumerate(lines[1:], 2):
        words = line.split()
        if not words or words[0][0] == "#":
            continue
        try:
            if block is not None and (reader := _BLOCK_LINES.get(words[0])) is not None:
                reader(block, words)
            else:
                block = _TOP_LINES[words[0]](image, words, line) or block
        except (ValueError, IndexError, KeyError) as error:
            why = str(error) if type(error) is ValueError else "a word is missing or unknown"
            raise ImageError(f"line {number}: {line.strip()[:80]}: {why}") from None
    return image


# Numbers and lists of pages that were read, only so many of each: an image has thousands, mostly the same few.
_KNOWN: dict[str, int] = {}
_KNOWN_RUNS: dict[tuple[str, int], Runs] = {}
MOST_KNOWN = 4096


def number(word: str) -> int:
    """A number of an image: decimal or 0x, with an optional unit k, M, G or T. Raises ValueError."""
    value = _KNOWN.get(word)
    if value is None:
        value = _read_number(word)
        if len(_KNOWN) < MOST_KNOWN:
            _KNOWN[word] = value
    return value


def _read_number(word: str) -> int:
    unit = UNITS.get(word[-1:])
    digits = word[:-1] if unit else word
    value = numeral(digits[2:], 16) if digits[:2] == "0x" else decimal(digits)
    if value is None:
        raise ValueError(f"{word[:20]!r} is not a number")
    value *= unit or 1
    if value >= U64_END:
        raise ValueError(f"{word!r} does not fit 64 bits")
    return value


def _koid(word: str) -> int:
    koid = number(word)
    if not 0 < koid < MAX_KOID:
        raise ValueError(f"{word!r} is not a koid")
    return koid


def _runs(word: str, size: int) -> Runs:
    """`0-6,9` as half-open runs of page indexes inside `size` bytes; `-` is none."""
    key = word, size
    runs = _KNOWN_RUNS.get(key)
    if runs is None:
        runs = _read_runs(word, size)
        if len(_KNOWN_RUNS) < MOST_KNOWN:
            _KNOWN_RUNS[key] = runs
    return runs


def _read_runs(word: str, size: int) -> Runs:
    if word == "-":
        return ()
    runs: list[tuple[int, int]] = []
    last = -1
    for piece in word.split(","):
        first, _, end = piece.partition("-")
        low, high = number(first), number(end or first) + 1
        if not last < low < high <= (size + PAGE_MASK) >> 12:
            raise ValueError(f"pages {word} are not ascending inside {size} bytes")
        runs.append((low, high))
        last = high - 1
    return tuple(runs)


def _rest(line: str, words: int) -> bytes:
    """The name at the end of a line: all after its first `words` words."""
    parts = line.split(None, words)
    return cut_name(parts[words].rstrip()) if len(parts) > words else b""


def _span(words: list[str]) -> tuple[int, int]:
    """(base, size) of a region."""
    base, size = number(words[1]), number(words[2])
    if (base | size) & PAGE_MASK or not size or base < USER_BASE or base + size > USER_END:
        raise ValueError("base and size have to be page multiples inside the user's address space")
    return base, size


def _perms(word: str) -> int:
    perms = PERMS.get(word)
    if perms is None:
        raise ValueError(f"permissions {word!r} cannot be mapped")
    return perms


def _read_mapping(block: Program, words: list[str]) -> None:
    base, size = _span(words)
    offset = number(words[5])
    if offset & PAGE_MASK:
        raise ValueError("the offset has to be a page multiple")
    name = words[6] if len(words) > 6 else ""
    block.regions.append(MappingSpec(base, size, _perms(words[3]), words[4], offset, name, words[0] == "m"))


def _read_device(block: Program, words: list[str]) -> None:
    base, size = _span(words)
    label = f"device@{base:#x}"
    block.vmos[label] = VmoSpec(label, size, (), 0, number(words[4]))
    block.regions.append(MappingSpec(base, size, _perms(words[3]), label, 0, words[5], False))


def _read_vmar(block: Program, words: list[str]) -> None:
    block.regions.append(VmarSpec(*_span(words)))


def _read_block_vmo(block: Program, words: list[str]) -> None:
    size = number(words[2])
    koid = _koid(words[5]) if len(words) > 5 and words[4] == "koid" else 0
    block.vmos[words[1]] = VmoSpec(words[1], size, _runs(words[3], size), koid)


def _read_thread(block: Program, words: list[str]) -> None:
    koid = 0 if words[1] == "-" else _koid(words[1])
    block.threads.append(ThreadSpec(koid, cut_name(" ".join(words[2:]))))


def _read_handle(block: Program, words: list[str]) -> None:
    rights = number(words[3]) if len(words) > 3 else None
    block.handles.append(HandleSpec(TYPE_CODES[words[1]], words[2], rights))


_BLOCK_LINES: dict[str, Callable[[Program, list[str]], None]] = {
    "vmo": _read_block_vmo,
    "R": _read_vmar,
    "M": _read_mapping,
    "m": _read_mapping,
    "P": _read_device,
    "thread": _read_thread,
    "handle": _read_handle,
}


def _read_memory(image: Image, words: list[str], line: str) -> None:
    image.memory = number(words[1])


def _read_reserved(image: Image, words: list[str], line: str) -> None:
    image.reserved[words[0]] = image.reserved.get(words[0], 0) + number(words[1])


def _read_vmo(image: Image, words: list[str], line: str) -> None:
    size = number(words[2])
    image.vmos.append(VmoSpec(words[4], size, _runs(words[3], size), _koid(words[1])))


def _read_job(image: Image, words: list[str], line: str) -> None:
    image.jobs.append(JobSpec(_koid(words[1]), _koid(words[2]), _rest(line, 3)))


def _read_process(image: Image, words: list[str], line: str) -> Program:
    process = ProcessSpec(_koid(words[1]), _koid(words[2]), _rest(line, 3))
    image.processes.append(process)
    return process.program


def _read_program(image: Image, words: list[str], line: str) -> Program:
    return image.programs.setdefault(words[1], Program())


def _read_pair(image: Image, words: list[str], line: str) -> None:
    image.pairs.append(ObjectSpec(PAIR_TYPES[words[0]], _koid(words[1]), _koid(words[2])))


def _read_single(image: Image, words: list[str], line: str) -> None:
    image.singles.append(ObjectSpec(TYPE_CODES[words[1]], _koid(words[2]), 0))


def _read_next_koid(image: Image, words: list[str], line: str) -> None:
    image.next_koid = _koid(words[1])


_TOP_LINES: dict[str, Callable[[Image, list[str], str], Program | None]] = {
    "memory": _read_memory,
    "wired": _read_reserved,
    "heap": _read_reserved,
    "mmu": _read_reserved,
    "vmo": _read_vmo,
    "job": _read_job,
    "process": _read_process,
    "program": _read_program,
    "object": _read_single,
    "next-koid": _read_next_koid,
    **dict.fromkeys(PAIR_TYPES, _read_pair),
}


# Building


def _build(machine: Machine, image: Image) -> None:
    """Makes all that `image` names. Raises ValueError or KernelError for what does not fit together."""
    objects: dict[int, KernelObject] = {machine.root_job.koid: machine.root_job}

    def add(object_: KernelObject) -> None:
        if objects.setdefault(object_.koid, object_) is not object_:
            raise ValueError(f"koid {object_.koid} is given twice")

    for vmo_spec in image.vmos:
        vmo = make_vmo(machine, vmo_spec)
        add(vmo)
        machine.shared[vmo_spec.label] = vmo
    for job_spec in image.jobs:
        parent = objects.get(job_spec.parent)
        if not isinstance(parent, Job):
            raise ValueError(f"job {job_spec.koid} has no parent {job_spec.parent} above it")
        add(Job(job_spec.koid, parent, job_spec.name))
    for pair in image.pairs:
        ends = [_peer(machine, pair.type, koid) for koid in (pair.koid, pair.peer)]
        link(ends[0], ends[1])
        for end in ends:
            add(end)
    for single in image.singles:
        add(SimpleObject(single.koid, single.type))
    processes = [_build_process(machine, objects, add, spec) for spec in image.processes]
    for process, spec in zip(processes, image.processes, strict=True):
        _give_handles(process, spec.program.handles, objects)
    _hold_the_rest(machine, objects)
    machine.programs = image.programs
    for path, program in image.programs.items():
        _check_program(machine, path, program)
    machine.next_koid = max(machine.next_koid, image.next_koid, max(objects) + 1)


def _peer(machine: Machine, type_: int, koid: int) -> PeerObject:
    return Channel(koid, machine.handles) if type_ == OBJ_TYPE_CHANNEL else PeerObject(koid, type_)


def _build_process(
    machine: Machine, objects: dict[int, KernelObject], add: Callable[[KernelObject], None], spec: ProcessSpec
) -> Process:
    job = objects.get(spec.job)
    if not isinstance(job, Job):
        raise ValueError(f"process {spec.koid} has no job {spec.job}")
    process = machine.create_process(job, spec.name, spec.koid)
    add(process)
    add(process.root_vmar)
    _check_program(machine, f"process {spec.koid}", spec.program)
    vmos = machine.shared.copy()
    populate(machine, process, spec.program, vmos)
    for label, vmo_spec in spec.program.vmos.items():
        if vmo_spec.koid:
            add(vmos[label])
    for index, thread_spec in enumerate(spec.program.threads):
        thread = Thread(thread_spec.koid, process, thread_spec.name)
        add(thread)
        thread.start(0, initial=index == 0)
    return process


def _give_handles(process: Process, handles: list[HandleSpec], objects: dict[int, KernelObject]) -> None:
    table = process.handles
    for handle in handles:
        type_ = handle.type
        object_ = objects.get(number(handle.object))
        if object_ is None or object_.type != type_:
            raise ValueError(
                f"process {process.koid} has a handle to {TYPE_NAMES[type_]} {handle.object}, which is not there"
            )
        table.new(object_, DEFAULT_RIGHTS[type_] if handle.rights is None else handle.rights)


def _check_program(machine: Machine, who: str, program: Program) -> None:
    """Raises ValueError unless every region of `program` fits among its neighbours and shows a known VMO."""
    # The first address that is free: in the root VMAR, and in the last VMAR, which ends at `inner_end`.
    free_from = inner_from = inner_end = 0
    for region in program.regions:
        base, end = region.base, region.base + region.size
        mapping = region if isinstance(region, MappingSpec) else None
        if mapping is not None and mapping.nested:
            if base < inner_from or end > inner_end:
                raise ValueError(f"{who}: the mapping at {base:#x} is not free inside its VMAR")
            inner_from = end
        else:
            if base < free_from:
                raise ValueError(f"{who}: the region at {base:#x} overlaps the one before, or is out of order")
            free_from = end
            inner_from, inner_end = (base, end) if mapping is None else (0, 0)
        if mapping is not None and mapping.label not in program.vmos and mapping.label not in machine.shared:
            raise ValueError(f"{who}: there is no VMO {mapping.label}")


def _hold_the_rest(machine: Machine, objects: dict[int, KernelObject]) -> None:
    """What no process holds is kept open by the system: far ends of pairs, file system VMOs."""
    for object_ in objects.values():
        if object_.handle_count:
            continue
        if isinstance(object_, PeerObject):
            object_.held = True
        elif isinstance(object_, Job) and not (object_.jobs or object_.processes):
            machine.kernel_handles.new(object_, DEFAULT_RIGHTS[object_.type])
    for vmo in list(machine.vmos):
        if not (vmo.handle_count or vmo.mappings):
            machine.kernel_handles.new(vmo, DEFAULT_RIGHTS[vmo.type])
