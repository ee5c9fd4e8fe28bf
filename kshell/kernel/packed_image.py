"""A boot image as constants: what its lines say, read before kshell was installed.

    magenta.img  --image.parse-->  Image  --pack-->  tuples in magenta.py  --unpack-->  the same Image

Python keeps the constants of a module as it keeps code, so a start reads no text. Rows are the arguments of the
specifications in `specs.py`; a region is a VMAR if its row has two of them, and a mapping otherwise.
"""

from __future__ import annotations

from kshell.kernel.image_specs import AmountSpec, Image, JobSpec, ObjectSpec, ProcessSpec
from kshell.kernel.specs import Program, Spec, VmarSpec, VmoSpec, program_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    # Tuples of numbers, texts, None and such tuples.
    Packed = tuple[Any, ...]

_AMOUNT = ("what", "value")
_VMO = ("label", "size", "pages", "koid", "device", "cache", "wired")
_VMAR = ("base", "size")
_MAPPING = ("base", "size", "perms", "label", "offset", "name", "nested", "io_map")
_THREAD = ("koid", "name")
_HANDLE = ("type", "object", "rights")
_JOB = ("koid", "parent", "name")
_OBJECT = ("type", "koid", "peer")


def pack(image: Image) -> Packed:
    """All that an image says, but for the numbers of its lines."""
    return (
        image.memory and _row(image.memory, _AMOUNT),
        tuple(_row(spec, _AMOUNT) for spec in image.amounts.values()),
        tuple(_row(spec, _VMO) for spec in image.vmos.values()),
        tuple(_row(spec, _JOB) for spec in image.jobs),
        tuple((spec.koid, spec.job, spec.name, pack_program(spec.program)) for spec in image.processes),
        tuple(_row(spec, _OBJECT) for spec in image.pairs),
        tuple(_row(spec, _OBJECT) for spec in image.singles),
        tuple((path, pack_program(program)) for path, program in image.programs.items()),
        image.next_koid and _row(image.next_koid, _AMOUNT),
    )


def pack_program(program: Program) -> Packed:
    """A program, as `pack` has it in an image."""
    return (
        tuple(_row(spec, _VMO) for spec in program.vmos.values()),
        tuple(_row(spec, _VMAR if isinstance(spec, VmarSpec) else _MAPPING) for spec in program.regions),
        tuple(_row(spec, _THREAD) for spec in program.threads),
        tuple(_row(spec, _HANDLE) for spec in program.handles),
    )


def _row(spec: Spec, names: tuple[str, ...]) -> Packed:
    return tuple(getattr(spec, name) for name in names)


def unpack(packed: Packed) -> Image:
    """The image that was packed; it is one that fits together."""
    image = Image()
    memory, amounts, vmos, jobs, processes, pairs, singles, programs, next_koid = packed
    if memory is not None:
        image.memory = AmountSpec(*memory)
    image.amounts = {row[0]: AmountSpec(*row) for row in amounts}
    image.vmos = {row[0]: VmoSpec(*row) for row in vmos}
    image.jobs = [JobSpec(*row) for row in jobs]
    for koid, job, name, program in processes:
        spec = ProcessSpec(koid, job, name)
        spec.program = program_of(program)
        image.processes.append(spec)
    image.pairs = [ObjectSpec(*row) for row in pairs]
    image.singles = [ObjectSpec(*row) for row in singles]
    image.programs = {path: program_of(program) for path, program in programs}
    if next_koid is not None:
        image.next_koid = AmountSpec(*next_koid)
    image.fits = True
    return image
