"""`vmaps`: the memory maps of one process. Rules: facts section 6.3; `system/uapp/psutils/vmaps.c`.

R  ________01000000-________01025000        148k:sz              useralloc
 M ________01000000-________01021000 r-x    132k:sz    132k:res  useralloc
"""

from __future__ import annotations

from commands.process_argument import process_argument
from commands.programs import running
from kshell.kernel import info
from kshell.kernel.abi import (
    MAPS_ASPACE,
    MAPS_MAPPING,
    MAPS_VMAR,
    PAGE_SHIFT,
    PERMS_TEXT,
)
from kshell.shell.arguments import TaskWord
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session
from kshell.shell.sizes import format_size

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
TYPE_LETTERS = {MAPS_ASPACE: "A", MAPS_VMAR: "R", MAPS_MAPPING: "M"}


def table(entries: list[info.MapEntry]) -> str:
    """The rows for the entries of MX_INFO_PROCESS_MAPS."""
    deepest = max(2, *(entry.depth for entry in entries))
    # With nothing nested the real tool's pad width is -1, which prints one space: the first two rows stick out.
    top_pad = " " if deepest == 2 else " " * (deepest - 3)
    lines: list[str] = []
    for entry in entries:
        depth, base, end = entry.depth, entry.base, entry.base + entry.size
        low = f"________{base:08x}" if base <= 0xFFFFFFFF else f"{base:016x}"
        high = f"________{end:08x}" if end <= 0xFFFFFFFF else f"{end:016x}"
        size = format_size(entry.size)
        if entry.type == MAPS_MAPPING:
            res = format_size(entry.committed << PAGE_SHIFT)
            middle = f" {PERMS_TEXT[entry.perms]} {size:>7}:sz {res:>7}:res"
        else:
            middle = f"     {size:>7}:sz            "
        letter = TYPE_LETTERS[entry.type]
        first = f"/{letter}{top_pad}" if depth < 2 else f"{' ' * (depth - 2)}{letter}{' ' * (deepest - depth)}"
        lines.append(f"{first} {low}-{high}{middle}  {entry.name}\n")
    return "".join(lines)


def row_fields(entry: info.MapEntry) -> dict[str, object]:
    """One row for programs: `res` in bytes, null but for mappings."""
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


@command(
    "vmaps",
    "look",
    "the memory maps of a process",
    params=(TaskWord("TASK", many=True),),
    examples=(
        ("vmaps 3020", "/A ________01000000-00007ffffffff000      128.0T:sz              unnamed\n...\n"),
        ("v = vmaps sh:vc", ""),
        ("assert $v.res == 1296k", ""),
        (
            "vmaps 1",
            "ERROR: couldn't find process with koid 1: ERR_NOT_FOUND (-25)\nUsage: vmaps <process-koid>|help\n",
        ),
    ),
)
def vmaps(session: Session, words: list[str]) -> Result:
    with running(session, "vmaps") as itself:
        process = process_argument(session, words, itself, "vmaps", "maps", HELP)
        if isinstance(process, Result):
            return process
        entries = info.maps(process)
    mappings = [entry for entry in entries if entry.type == MAPS_MAPPING]
    extra: dict[str, object] = {
        "virt": sum(entry.size for entry in mappings),
        "res": sum(entry.committed for entry in mappings) << PAGE_SHIFT,
        "count": len(mappings),
    }
    return Result(
        len(mappings), {"maps": [row_fields(entry) for entry in entries]}, lambda: table(entries), extra=extra
    )
