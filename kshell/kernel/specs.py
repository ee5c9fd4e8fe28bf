"""Specifications: what a process consists of, line by line of a boot image.

    Program = VMOs (image, libraries, stack, heap ...) + regions that show them + threads + handles

An image (`image_specs.py`) describes every process it holds in these terms, and some programs by path, which `launch`
turns into new processes. Nothing changes a specification once it is read. Addresses are as a launch without
randomisation lays them out.

Rules: docs/kernel-rules.md 7.3 to 7.5; `system/ulib/launchpad`, `third_party/ulib/musl/ldso/dynlink.c`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Spec:
    """What a line of a boot image says; `line` is its number, which the reader of the image sets."""

    __slots__ = ("line",)

    line: int


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


def program_of(rows: tuple[Any, ...]) -> Program:
    """The program of rows: those of its VMOs, regions, threads and handles, each the arguments of its specification. A
    region is a VMAR if its row has two of them."""
    vmos, regions, threads, handles = rows
    program = Program()
    program.vmos = {row[0]: VmoSpec(*row) for row in vmos}
    program.regions = [VmarSpec(*row) if len(row) == 2 else MappingSpec(*row) for row in regions]
    program.threads = [ThreadSpec(*row) for row in threads]
    program.handles = [HandleSpec(*row) for row in handles]
    return program
