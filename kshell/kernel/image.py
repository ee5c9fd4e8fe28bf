"""The lines of a boot image, read: text in, an Image of specifications out.

An image is lines of words; a line that begins with `#` is a comment, indentation means nothing. The header of
the shipped image (`kshell/images/magenta.img`) explains every line. Lines may name what comes later.

Whatever is wrong with a line by itself is an ImageError that names it; what does not fit together is found when the
machine is made (`boot.py`). `end`, if there is such a line, is the last one; an image whose first line is
`kshell-image 2` has to have it, with its newline, so that a part of such an image is never taken for the whole.
"""

from __future__ import annotations

from kshell.kernel.abi import (
    CACHE_CODES,
    MAX_VMO_SIZE,
    OBJ_TYPE_CHANNEL,
    OBJ_TYPE_EVENT_PAIR,
    OBJ_TYPE_FIFO,
    OBJ_TYPE_JOB,
    OBJ_TYPE_PROCESS,
    OBJ_TYPE_SOCKET,
    OBJ_TYPE_THREAD,
    OBJ_TYPE_VMAR,
    OBJ_TYPE_VMO,
    PAGE_MASK,
    RIGHT_NAMES,
    TYPE_CODES,
    TYPE_NAMES,
    U64_END,
    USER_BASE,
    USER_END,
    VM_EXECUTE,
    VM_READ,
    VM_WRITE,
    cut_name,
)
from kshell.kernel.compiling import poll
from kshell.kernel.image_errors import QUOTED_WORD, ImageError, Wrong, quoted, quoted_word, where
from kshell.kernel.image_specs import KERNEL_BUFFERS, AmountSpec, Image, JobSpec, ObjectSpec, ProcessSpec
from kshell.kernel.numbers import decimal, numeral
from kshell.kernel.physmem import RESERVED
from kshell.kernel.specs import HandleSpec, MappingSpec, Program, Spec, ThreadSpec, VmarSpec, VmoSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    BlockReader = Callable[[Program, list[str]], Spec]
    TopReader = Callable[[Image, list[str], str], Spec]

MAGIC = "kshell-image"
# The forms of images. In the second one the last line is `end`.
FORMS = ("1", "2")
END = "end"
PAIR_TYPES = {TYPE_NAMES[t]: t for t in (OBJ_TYPE_CHANNEL, OBJ_TYPE_SOCKET, OBJ_TYPE_EVENT_PAIR, OBJ_TYPE_FIFO)}
# The types whose objects have lines of their own, and cannot be made by `object`.
OWN_LINES = (OBJ_TYPE_JOB, OBJ_TYPE_PROCESS, OBJ_TYPE_THREAD, OBJ_TYPE_VMO, OBJ_TYPE_VMAR, *PAIR_TYPES.values())
ALL_RIGHTS = sum(RIGHT_NAMES)
# Runs of page indexes, half open.
Runs = tuple[tuple[int, int], ...]
UNITS = {"k": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
PERMS = {"r--": VM_READ, "rw-": VM_READ | VM_WRITE, "r-x": VM_READ | VM_EXECUTE, "rwx": VM_READ | VM_WRITE | VM_EXECUTE}
MAX_KOID = 1 << 62
# Bits that an offset cannot have: then no mapping reaches beyond 2^64.
NO_OFFSET = PAGE_MASK | 1 << 63


class _Misread(Exception):
    """A line that has not the words of its form; too few of them are an IndexError or a ValueError as well."""


def first_form(text: str) -> str:
    """The image `text` as it is in the first form, without the line `end`: what both forms of one machine share."""
    if text.startswith(f"{MAGIC} 2\n"):
        text = f"{MAGIC} 1{text[len(MAGIC) + 2 :]}"
    whole, mark, _ = text.rpartition(f"\n{END}\n")
    return f"{whole}\n" if mark else text


def parse(text: str) -> Image:
    """Reads the lines of an image. Raises ImageError naming the line."""
    lines = text.split("\n")
    form = lines[0].split()
    if len(form) != 2 or form[0] != MAGIC or form[1] not in FORMS:
        raise ImageError(f"line 1: this is not a boot image: its first line is not `{MAGIC} 1` or `{MAGIC} 2`")
    last = len(lines) - 1
    if lines[last] and form[1] != "1":
        raise ImageError(f"{where(last + 1, lines[last])}the image breaks off in its last line: it has no newline")
    image = Image()
    # The process or program that lines belong to, once there is one.
    block = Program()
    # What may begin a line: nothing of a process before the first one, and nothing at all after `end`.
    block_lines: dict[str, BlockReader] = {}
    top_lines = _TOP_LINES
    ended = False
    for number, line in enumerate(lines[1:], 2):
        poll()
        words = line.split()
        if not words:
            continue
        what = words[0]
        try:
            if (reader := block_lines.get(what)) is not None:
                reader(block, words).line = number
            elif (top_reader := top_lines.get(what)) is not None:
                spec = top_reader(image, words, line)
                spec.line = number
                if isinstance(spec, Program | ProcessSpec):
                    block = spec if isinstance(spec, Program) else spec.program
                    block_lines = _BLOCK_LINES
            elif what[0] == "#":
                continue
            elif ended:
                raise Wrong(f"nothing may follow `{END}`")
            elif what == END and len(words) == 1:
                ended = True
                block_lines, top_lines = {}, {}
            else:
                raise Wrong(_unknown(what))
        except Wrong as error:
            raise ImageError(f"{where(number, line)}{error}") from None
        except KeyError:
            raise ImageError(f"{where(number, line)}{quoted_word(words[1])} is not a type of object") from None
        except (_Misread, ValueError, IndexError):
            usage = _FORMS_OF_BLOCK_LINES.get(what) if what in block_lines else None
            usage = usage or _FORMS_OF_TOP_LINES[what]
            raise ImageError(f"{where(number, line)}such a line is `{usage}`") from None
    if form[1] == "2" and not ended:
        raise ImageError(f"line {last}: the image breaks off: its last line is not `{END}`")
    return image


def _unknown(what: str) -> str:
    if what in _BLOCK_LINES:
        return "this belongs to a process or a program, and there is none above it"
    return f"{quoted_word(what)} begins no line of an image; the header of the shipped image lists what does"


# An image has thousands of numbers and lists of pages, mostly the same few: so many of each are remembered.
MOST_KNOWN = 4096


class _Known(dict["Any", "Any"]):
    """What words of images say, by the words; they are read when they are first met."""

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, key: Any) -> Any:
        found = self._read(key)
        if len(self) < MOST_KNOWN:
            self[key] = found
        return found


def _read_number(word: str) -> int:
    unit = UNITS.get(word[-1:])
    digits = word[:-1] if unit else word
    value = numeral(digits[2:], 16) if digits[:2] == "0x" else decimal(digits)
    if value is None:
        raise Wrong(f"{quoted_word(word)} is not a number; numbers are 4096, 0x1000, 16k, 2M, 1G, 1T")
    value *= unit or 1
    if value >= U64_END:
        raise Wrong(f"{quoted_word(word)} does not fit 64 bits")
    return value


def _koid(word: str) -> int:
    koid = number(word)
    if not 0 < koid < MAX_KOID:
        raise Wrong(f"{quoted_word(word)} is not a koid")
    return koid


def _read_runs(key: tuple[str, int]) -> Runs:
    """`0-6,9` as half-open runs of page indexes inside a number of bytes; `-` is none."""
    word, size = key
    if size > MAX_VMO_SIZE:
        raise Wrong(f"a VMO has at most {MAX_VMO_SIZE:#x} bytes")
    if word == "-":
        return ()
    runs: list[tuple[int, int]] = []
    last = -1
    for piece in word.split(","):
        first, dash, end = piece.partition("-")
        low, high = number(first), number(end if dash else first) + 1
        if not last < low < high <= (size + PAGE_MASK) >> 12:
            raise Wrong(f"pages {quoted(word, QUOTED_WORD)} are not ascending inside {size} bytes")
        runs.append((low, high))
        last = high - 1
    return tuple(runs)


def _rest(line: str, words: int) -> bytes:
    """The name at the end of a line: all after its first `words` words."""
    parts = line.split(None, words)
    return cut_name(parts[words].rstrip()) if len(parts) > words else b""


def _read_span(key: tuple[str, str]) -> tuple[int, int]:
    """(base, size) of a region."""
    first, second = key
    base, size = number(first), number(second)
    if (base | size) & PAGE_MASK or not size or base < USER_BASE or base + size > USER_END:
        raise Wrong(f"base and size have to be page multiples inside {USER_BASE:#x} to {USER_END:#x}")
    return base, size


# A number: decimal or 0x, with an optional unit k, M, G or T. Runs of pages by their words and the size they are in.
# (base, size) of a region by its two words. Each raises Wrong.
number: Callable[[str], int] = _Known(_read_number).__getitem__
_runs: Callable[[tuple[str, int]], Runs] = _Known(_read_runs).__getitem__
_span: Callable[[tuple[str, str]], tuple[int, int]] = _Known(_read_span).__getitem__


def _perms(word: str) -> int:
    perms = PERMS.get(word)
    if perms is None:
        raise Wrong(f"permissions {quoted_word(word)} cannot be mapped; r--, rw-, r-x and rwx can")
    return perms


def _read_mapping(block: Program, words: list[str]) -> MappingSpec:
    base, size = _span((words[1], words[2]))
    offset = number(words[5])
    if offset & NO_OFFSET:
        raise Wrong("the offset has to be a page multiple below 2^63")
    name = _name_of_region(words, 6) if len(words) > 6 else ""
    spec = MappingSpec(base, size, _perms(words[3]), words[4], offset, name, words[0] == "m")
    block.regions.append(spec)
    return spec


def _read_device(block: Program, words: list[str]) -> MappingSpec:
    base, size = _span((words[1], words[2]))
    address = number(words[4])
    if address & NO_OFFSET:
        raise Wrong("the address of device memory has to be a page multiple below 2^63")
    name, cache, io_map = "", 0, 0
    if len(words) > 5:
        name = _name_of_region(words[:6], 5)
    if len(words) > 6:
        if words[6] not in CACHE_CODES:
            raise Wrong(f"{quoted_word(words[6])} is not a cache policy: those are {', '.join(CACHE_CODES)}")
        cache = CACHE_CODES[words[6]]
    if len(words) > 7:
        if len(words) != 9 or words[7] != "io-map":
            raise _Misread
        io_map = _koid(words[8])
    label = f"device@{base:#x}"
    block.vmos[label] = VmoSpec(label, size, (), 0, address, cache)
    spec = MappingSpec(base, size, _perms(words[3]), label, 0, name, False, io_map)
    block.regions.append(spec)
    return spec


def _name_of_region(words: list[str], at: int) -> str:
    """The last word of a line, the name of a mapping, which `vmaps` prints as it is."""
    name = words[at]
    if not name.isprintable():
        raise Wrong("the name of a mapping has characters that cannot be printed")
    if len(words) > at + 1:
        raise _Misread
    return name


def _read_vmar(block: Program, words: list[str]) -> VmarSpec:
    if len(words) > 3:
        raise _Misread
    spec = VmarSpec(*_span((words[1], words[2])))
    block.regions.append(spec)
    return spec


def _read_block_vmo(block: Program, words: list[str]) -> VmoSpec:
    label = words[1]
    size = number(words[2])
    koid = 0
    if len(words) > 4:
        if len(words) != 6 or words[4] != "koid":
            raise _Misread
        koid = _koid(words[5])
    if label in block.vmos:
        raise Wrong(f"there is a VMO {quoted_word(label)} in this process already")
    spec = block.vmos[label] = VmoSpec(label, size, _runs((words[3], size)), koid)
    return spec


def _read_thread(block: Program, words: list[str]) -> ThreadSpec:
    koid = 0 if words[1] == "-" else _koid(words[1])
    spec = ThreadSpec(koid, cut_name(" ".join(words[2:])))
    block.threads.append(spec)
    return spec


def _read_handle(block: Program, words: list[str]) -> HandleSpec:
    type_ = TYPE_CODES[words[1]]
    rights = None
    if len(words) > 3:
        if len(words) > 4:
            raise _Misread
        rights = number(words[3])
        if rights & ~ALL_RIGHTS:
            raise Wrong(f"{quoted_word(words[3])} has bits that are not rights: those are {ALL_RIGHTS:#x} together")
    spec = HandleSpec(type_, words[2], rights)
    block.handles.append(spec)
    return spec


_BLOCK_LINES: dict[str, BlockReader] = {
    "vmo": _read_block_vmo,
    "R": _read_vmar,
    "M": _read_mapping,
    "m": _read_mapping,
    "P": _read_device,
    "thread": _read_thread,
    "handle": _read_handle,
}
_FORMS_OF_BLOCK_LINES = {
    "vmo": "vmo LABEL SIZE PAGES [koid KOID]",
    "R": "R BASE SIZE",
    "M": "M BASE SIZE PERMS LABEL OFFSET [NAME]",
    "m": "m BASE SIZE PERMS LABEL OFFSET [NAME]",
    "P": "P BASE SIZE PERMS ADDRESS [NAME [CACHE [io-map KOID]]]",
    "thread": "thread KOID NAME",
    "handle": "handle TYPE KOID [RIGHTS]",
}


def _read_amount(image: Image, words: list[str], line: str) -> AmountSpec:
    what, value = words
    return AmountSpec(what, number(value))


def _read_memory(image: Image, words: list[str], line: str) -> AmountSpec:
    if image.memory is not None:
        raise Wrong("the memory is given twice")
    image.memory = _read_amount(image, words, line)
    if image.memory.value <= RESERVED:
        raise Wrong(f"a machine needs more than {RESERVED} bytes of memory")
    return image.memory


def _read_kernel_amount(image: Image, words: list[str], line: str) -> AmountSpec:
    spec = _read_amount(image, words, line)
    before = image.amounts.get(spec.what)
    if before is not None:
        spec.value += before.value
    image.amounts[spec.what] = spec
    return spec


def _read_vmo(image: Image, words: list[str], line: str) -> VmoSpec:
    _, koid, size_word, pages, label, *kind = words
    if kind not in ([], ["wired"]):
        raise ValueError(kind)
    size = number(size_word)
    if label in image.vmos:
        raise Wrong(f"there is a VMO {quoted_word(label)} already")
    spec = image.vmos[label] = VmoSpec(label, size, _runs((pages, size)), _koid(koid))
    spec.wired = bool(kind)
    return spec


def _read_job(image: Image, words: list[str], line: str) -> JobSpec:
    spec = JobSpec(_koid(words[1]), _koid(words[2]), _rest(line, 3))
    image.jobs.append(spec)
    return spec


def _read_process(image: Image, words: list[str], line: str) -> ProcessSpec:
    spec = ProcessSpec(_koid(words[1]), _koid(words[2]), _rest(line, 3))
    image.processes.append(spec)
    return spec


def _read_program(image: Image, words: list[str], line: str) -> Program:
    _, path = words
    if path in image.programs:
        raise Wrong(f"the program {quoted_word(path)} is given twice")
    program = image.programs[path] = Program()
    return program


def _read_pair(image: Image, words: list[str], line: str) -> ObjectSpec:
    what, one, other = words
    spec = ObjectSpec(PAIR_TYPES[what], _koid(one), _koid(other))
    image.pairs.append(spec)
    return spec


def _read_single(image: Image, words: list[str], line: str) -> ObjectSpec:
    _, word, koid = words
    type_ = TYPE_CODES[word]
    if type_ in OWN_LINES:
        raise Wrong(f"an object of type {word} has a line of its own kind")
    spec = ObjectSpec(type_, _koid(koid), 0)
    image.singles.append(spec)
    return spec


def _read_next_koid(image: Image, words: list[str], line: str) -> AmountSpec:
    what, koid = words
    if image.next_koid is not None:
        raise Wrong("the next koid is given twice")
    image.next_koid = AmountSpec(what, _koid(koid))
    return image.next_koid


# What the kernel has of its own once it has booted, and in which unit.
KERNEL_AMOUNTS = {
    "wired": "PAGES",
    "heap": "PAGES",
    "heap-used": "BYTES",
    "mmu": "PAGES",
    **dict.fromkeys(KERNEL_BUFFERS, "PAGES"),
}
_TOP_LINES: dict[str, TopReader] = {
    "memory": _read_memory,
    **dict.fromkeys(KERNEL_AMOUNTS, _read_kernel_amount),
    "vmo": _read_vmo,
    "job": _read_job,
    "process": _read_process,
    "program": _read_program,
    "object": _read_single,
    "next-koid": _read_next_koid,
    **dict.fromkeys(PAIR_TYPES, _read_pair),
}
_FORMS_OF_TOP_LINES = {
    "memory": "memory SIZE",
    **{what: f"{what} {unit}" for what, unit in KERNEL_AMOUNTS.items()},
    "vmo": "vmo KOID SIZE PAGES LABEL [wired]",
    "job": "job KOID PARENT NAME",
    "process": "process KOID JOB NAME",
    "program": "program PATH",
    "object": "object TYPE KOID",
    "next-koid": "next-koid KOID",
    **{what: f"{what} KOID KOID" for what in PAIR_TYPES},
}
