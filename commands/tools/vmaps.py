"""`vmaps`: the memory maps of one process. Rules: docs/kernel-rules.md 6.3; `system/uapp/psutils/vmaps.c`.

R  ________01000000-________01025000        148k:sz              useralloc
 M ________01000000-________01021000 r-x    132k:sz    132k:res  useralloc
"""

from __future__ import annotations

from kshell.commands.tools.filters import Column, NamePart, Smallest, named, sort_rows
from kshell.commands.tools.process_argument import ProcessWord, process_argument
from kshell.kernel import info
from kshell.kernel.abi import (
    MAPS_ASPACE,
    MAPS_MAPPING,
    MAPS_VMAR,
    PAGE_SHIFT,
    PERMS_TEXT,
)
from kshell.kernel.compiling import poll
from kshell.kernel.faults import ACCESS
from kshell.kernel.tasks import Process
from kshell.kernel.vmar import Mapping, Vmar
from kshell.shell.arguments import Address, Choice, Parameter, Switch
from kshell.shell.errors import UsageError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.running import running
from kshell.shell.state import State
from kshell.shell.values import COUNT
from kshell.sizes import format_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

HELP = """\
Usage: vmaps <process-koid>

Dumps a process's memory maps to stdout.

First column:
  "/A" -- Process address space
  "/R" -- Root VMAR
  "R"  -- VMAR (R for Region)
  "M"  -- Mapping

  Indentation indicates parent/child relationship.
"""
# Free addresses, for which the kernel has no entry.
GAP = -1
TYPE_LETTERS = {MAPS_ASPACE: "A", MAPS_VMAR: "R", MAPS_MAPPING: "M", GAP: "-"}


def table(entries: list[info.MapEntry]) -> str:
    """The rows for the entries of MX_INFO_PROCESS_MAPS."""
    deepest = max((2, *(entry.depth for entry in entries)))
    # With nothing nested the real tool's pad width is -1, which prints one space: the first two rows stick out.
    top_pad = " " if deepest == 2 else " " * (deepest - 3)
    lines: list[str] = []
    # A process of very many mappings has few kinds of them: what stands in the middle is made once for each kind.
    middles: dict[tuple[int, int, int, int], str] = {}
    for entry in entries:
        poll()
        depth, base, end = entry.depth, entry.base, entry.base + entry.size
        low = f"________{base:08x}" if base <= 0xFFFFFFFF else f"{base:016x}"
        high = f"________{end:08x}" if end <= 0xFFFFFFFF else f"{end:016x}"
        kind = (entry.type, entry.size, entry.perms, entry.committed)
        middle = middles.get(kind)
        if middle is None:
            middle = middles[kind] = _middle(entry)
        letter = TYPE_LETTERS[entry.type]
        first = f"/{letter}{top_pad}" if depth < 2 else f"{' ' * (depth - 2)}{letter}{' ' * (deepest - depth)}"
        lines.append(f"{first} {low}-{high}{middle}  {entry.name}\n")
    return "".join(lines)


def _middle(entry: info.MapEntry) -> str:
    """Permissions, size and resident size."""
    size = format_size(entry.size)
    if entry.type != MAPS_MAPPING:
        return f"     {size:>7}:sz            "
    return f" {PERMS_TEXT[entry.perms]} {size:>7}:sz {format_size(entry.committed << PAGE_SHIFT):>7}:res"


def row_fields(entry: info.MapEntry) -> dict[str, object]:
    """One row for programs: `res` in bytes, null except for mappings."""
    mapping = entry.type == MAPS_MAPPING
    return {
        "type": TYPE_LETTERS[entry.type],
        "depth": entry.depth,
        "base": entry.base,
        "size": entry.size,
        "perms": PERMS_TEXT[entry.perms] if mapping else None,
        "res": entry.committed << PAGE_SHIFT if mapping else None,
        "name": entry.name,
    }


SORT_KEYS: dict[str, Callable[[info.MapEntry], int | str]] = {
    "base": lambda entry: entry.base,
    "size": lambda entry: entry.size,
    "res": lambda entry: entry.committed,
    "name": lambda entry: entry.name,
}


class Inside(Address):
    """An address that is shown with all the regions it lies in."""

    __slots__ = ()

    explain = "only regions that this address lies in: 0x1000000, $addr"


class Permissions(Parameter[int]):
    """Permissions that a mapping must have."""

    __slots__ = ()

    type_name = "int"
    explain = "only mappings with these permissions: rw, x, r--"

    def parse(self, state: State, word: str) -> int:
        letters = word.replace("-", "")
        if not letters or not all(letter in ACCESS for letter in letters):
            raise UsageError(f"{word!r} is not a set of permissions: give letters of r, w, x")
        return sum(ACCESS[letter] for letter in set(letters))

    def choices(self, state: State) -> list[Choice]:
        return [("r", "readable"), ("rw", "writable"), ("x", "executable")]


def with_gaps(process: Process, entries: list[info.MapEntry]) -> list[info.MapEntry]:
    """The entries with one for every stretch of free addresses, in its place."""
    free: list[info.MapEntry] = []
    for depth, region in process.root_vmar.walk():
        if isinstance(region, Vmar):
            free += [
                info.MapEntry("free", start, length, depth + 1, GAP, 0, 0) for start, length in region.children.gaps(1)
            ]
    # Of what begins at the same address, the outer region comes first.
    return sorted(entries + free, key=lambda entry: (entry.base, entry.depth))


def marks_of(process: Process, entries: list[info.MapEntry]) -> list[str]:
    """For each entry what its row does not say: "shared", "cow" or nothing."""
    marks = [""]
    for _, region in process.root_vmar.walk():
        vmo = region.vmo if isinstance(region, Mapping) else None
        marks.append("" if vmo is None else "cow" if vmo.parent is not None else "shared" * (len(vmo.mappings) > 1))
    return marks if len(marks) == len(entries) else []


def _fields(entries: list[info.MapEntry]) -> dict[str, object]:
    return {"maps": [row_fields(entry) for entry in entries if entry.type != GAP]}


def _sums(entries: list[info.MapEntry]) -> dict[str, object]:
    """What all mappings have together."""
    mappings = [entry for entry in entries if entry.type == MAPS_MAPPING]
    return {
        "virt": sum(entry.size for entry in mappings),
        "res": sum(entry.committed for entry in mappings) << PAGE_SHIFT,
        "count": len(mappings),
    }


@command(
    "vmaps",
    category="look",
    summary="the memory maps of a process",
    params=(
        ProcessWord("TASK", many=True),
        NamePart(),
        Smallest("size"),
        Column("base", "size", "res", "name"),
        Inside("ADDR", None, option="--at", of="TASK"),
        Permissions("PERMS", None, option="--perms"),
        Switch("--gaps", "show the free addresses between the regions too"),
        Switch("--vmo", "show below each mapping its VMO, from where, and who shares it"),
    ),
    details="The options are kshell's own; without one it prints what the real tool prints.",
    examples=(
        ("vmaps 3020", "/A ________01000000-00007ffffffff000      128.0T:sz              unnamed\n...\n"),
        ("v = vmaps sh:vc", ""),
        ("assert $v.res == 1296k", ""),
        (
            "vmaps sh:vc --vmo --min 128k",
            "...\n M ________01000000-________01021000 r-x    132k:sz    132k:res  useralloc\n...\n",
        ),
        (
            "vmaps 1",
            "ERROR: couldn't find process with koid 1: ERR_NOT_FOUND (-25)\nUsage: vmaps <process-koid>|help\n",
        ),
    ),
)
def vmaps(
    state: State,
    words: list[str],
    name: str | None,
    least: int | None,
    column: str | None,
    at: int | None,
    perms: int | None,
    gaps: bool,
    vmo: bool,
) -> Result:
    with running(state, "vmaps") as itself:
        process = process_argument(state, words, itself, "vmaps", "maps", HELP)
        if isinstance(process, Result):
            return process
        entries = info.maps(process)
        if gaps:
            entries = with_gaps(process, entries)
    chosen = name is not None or least is not None or at is not None or perms is not None
    if chosen:
        entries = [
            entry
            for entry in entries
            if named(name, entry.name)
            and (least is None or entry.size >= least)
            and (at is None or entry.base <= at < entry.base + entry.size)
            and (perms is None or (entry.type == MAPS_MAPPING and entry.perms & perms == perms))
        ]
    entries = sort_rows(entries, column, SORT_KEYS)
    if vmo:
        from kshell.commands.tools.mapped_vmos import Below

        below = Below(state, process)
        # The machine goes on, so all is said now.
        whole = below.text(entries, table(entries))
    result = Result(
        sum(1 for entry in entries if entry.type == MAPS_MAPPING),
        {"maps": [{**row_fields(entry), **below.fields(entry)} for entry in entries if entry.type != GAP]}
        if vmo
        else lambda: _fields(entries),
        whole if vmo else lambda: table(entries),
        extra=lambda: _sums(entries),
        kind=COUNT,
        space=process.koid,
    )
    if not (chosen or column or gaps or vmo):
        result.marks = lambda: marks_of(process, entries)
    return result
