"""Specifications: what the lines of a boot image say, each by itself.

    Image = VMOs + jobs + processes + programs + objects, alone and in pairs + figures of the machine
    Program = VMOs (image, libraries, stack, heap ...) + regions that show them + threads + handles

A program is what a process consists of. The image describes every process it holds in these terms, and some programs
by path, which `launch` turns into new processes. Nothing changes a specification once it is read. Addresses are as a
launch without randomisation lays them out.

Rules: docs/kernel-rules.md 7.3 to 7.5; `system/ulib/launchpad`, `third_party/ulib/musl/ldso/dynlink.c`.
"""

from __future__ import annotations

# What takes pages of state object for good: the table of all handles, the buffer of the kernel's trace.
KERNEL_BUFFERS = ("handle-table", "trace-buffer")


class Spec:
    """What a line of a boot image says; `line` is its number, which the reader of the image sets."""

    __slots__ = ("line",)

    line: int


class ImageError(Exception):
    """An image that cannot be booted: which line, and what is wrong with it."""


class Wrong(Exception):
    """What is wrong with the line that is being read or made, or with that of `spec`."""

    def __init__(self, why: str, spec: Spec | None = None) -> None:
        super().__init__(why)
        self.spec = spec


class VmoSpec(Spec):
    """A VMO, known as `label`.

    `size` in bytes; `pages` are the runs of committed page indexes, half open; `koid` is 0 if no handle ever names the
    VMO; `device` is the physical address of device memory, None for a VMO that has pages, and `cache` its cache policy;
    `wired` says that the pages are the kernel's own from boot.
    """

    __slots__ = ("label", "size", "pages", "koid", "device", "cache", "wired")

    def __init__(
        self,
        label: str,
        size: int,
        pages: tuple[tuple[int, int], ...],
        koid: int = 0,
        device: int | None = None,
        cache: int = 0,
        wired: bool = False,
    ) -> None:
        self.label = label
        self.size = size
        self.pages = pages
        self.koid = koid
        self.device = device
        self.cache = cache
        self.wired = wired


class VmarSpec(Spec):
    """A VMAR in the root VMAR: `base` and `size` in bytes."""

    __slots__ = ("base", "size")

    def __init__(self, base: int, size: int) -> None:
        self.base = base
        self.size = size


class MappingSpec(Spec):
    """A mapping of the VMO `label` from byte `offset` on, with `perms` (VM_READ ...).

    `base` and `size` in bytes; an empty `name` stands for the kernel's own; `nested` if it lies in the last VMAR
    before it rather than in the root; `io_map` is the koid of the io-map that holds a mapping of device memory, or 0.
    """

    __slots__ = ("base", "size", "perms", "label", "offset", "name", "nested", "io_map")

    def __init__(
        self, base: int, size: int, perms: int, label: str, offset: int, name: str, nested: bool, io_map: int = 0
    ) -> None:
        self.base = base
        self.size = size
        self.perms = perms
        self.label = label
        self.offset = offset
        self.name = name
        self.nested = nested
        self.io_map = io_map


class ThreadSpec(Spec):
    """A started thread; `koid` 0 takes the next one."""

    __slots__ = ("koid", "name")

    def __init__(self, koid: int, name: bytes) -> None:
        self.koid = koid
        self.name = name


class HandleSpec(Spec):
    """A handle to an object of `type` (OBJ_TYPE_*); `rights` None stands for the type's default rights.

    `object` is a koid of the image, for a program: self, rootvmar, job, thread, channel, event or a VMO's label.
    """

    __slots__ = ("type", "object", "rights")

    def __init__(self, type_: int, object_: str, rights: int | None = None) -> None:
        self.type = type_
        self.object = object_
        self.rights = rights


class Program(Spec):
    """The parts of a process. Regions ascend, each VMAR followed by the mappings in it; handles are oldest first."""

    __slots__ = ("vmos", "regions", "threads", "handles")

    def __init__(self) -> None:
        self.vmos: dict[str, VmoSpec] = {}
        self.regions: list[VmarSpec | MappingSpec] = []
        self.threads: list[ThreadSpec] = []
        self.handles: list[HandleSpec] = []


class AmountSpec(Spec):
    """A line that is a word and a number: `what` is memory, heap-used (bytes), next-koid, or an amount of pages."""

    __slots__ = ("what", "value")

    def __init__(self, what: str, value: int) -> None:
        self.what = what
        self.value = value


class JobSpec(Spec):
    """A job `koid` in the job `parent`."""

    __slots__ = ("koid", "parent", "name")

    def __init__(self, koid: int, parent: int, name: bytes) -> None:
        self.koid = koid
        self.parent = parent
        self.name = name


class ProcessSpec(Spec):
    """A process `koid` in the job `job`; `program` says what it consists of."""

    __slots__ = ("koid", "job", "name", "program")

    def __init__(self, koid: int, job: int, name: bytes) -> None:
        self.koid = koid
        self.job = job
        self.name = name
        self.program = Program()


class ObjectSpec(Spec):
    """An object `koid` of a `type` (OBJ_TYPE_*) that has no parts; `peer` is the koid of its other end, or 0."""

    __slots__ = ("type", "koid", "peer")

    def __init__(self, type_: int, koid: int, peer: int) -> None:
        self.type = type_
        self.koid = koid
        self.peer = peer


class Image:
    """What the lines of an image say, in their order. `amounts` are what the kernel has of its own, by the word.

    `fits` says that its parts are known to fit together: a machine was made of it.
    """

    __slots__ = ("memory", "amounts", "vmos", "jobs", "processes", "pairs", "singles", "programs", "next_koid", "fits")

    def __init__(self) -> None:
        self.memory: AmountSpec | None = None
        self.amounts: dict[str, AmountSpec] = {}
        self.vmos: dict[str, VmoSpec] = {}
        self.jobs: list[JobSpec] = []
        self.processes: list[ProcessSpec] = []
        self.pairs: list[ObjectSpec] = []
        self.singles: list[ObjectSpec] = []
        self.programs: dict[str, Program] = {}
        self.next_koid: AmountSpec | None = None
        self.fits = False
