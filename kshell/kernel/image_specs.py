"""Specifications: what a boot image says of a machine.

    Image = VMOs + jobs + processes + programs + objects, alone and in pairs + figures of the machine

What a process consists of is a Program (`specs.py`).
"""

from __future__ import annotations

from kshell.kernel.specs import Program, Spec, VmoSpec

# What takes pages of state object for good: the table of all handles, the buffer of the kernel's trace.
KERNEL_BUFFERS = ("handle-table", "trace-buffer")


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
