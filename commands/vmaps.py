"""`vmaps`: the memory maps of one process. Rules: facts section 6.3; `system/uapp/psutils/vmaps.c`.

R  ________01000000-________01025000        148k:sz              useralloc
 M ________01000000-________01021000 r-x    132k:sz    132k:res  useralloc
"""

from __future__ import annotations

from commands.programs import running
from commands.task_tree import by_name, find
from kshell.kernel import info
from kshell.kernel.abi import (
    ERR_ACCESS_DENIED,
    ERR_BAD_STATE,
    ERR_NOT_FOUND,
    ERR_WRONG_TYPE,
    MAPS_ASPACE,
    MAPS_MAPPING,
    MAPS_VMAR,
    PAGE_SHIFT,
    PERMS_TEXT,
    status_name,
)
from kshell.kernel.machine import Machine
from kshell.kernel.tasks import RUNNING, Process
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
USAGE = "Usage: vmaps <process-koid>|help\n"
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


def look_up(machine: Machine, word: str, itself: Process | None) -> tuple[Process | None, str]:
    """The running process that `word` names by koid, or None and what the real tool says instead."""
    koid = c_number(word)
    if koid is None:
        return None, f'ERROR: "{word}" is not a number\n{USAGE}'
    task = find(machine, koid)
    if task is None:
        return None, _failed("find process", koid, ERR_NOT_FOUND) + USAGE
    if not isinstance(task, Process):
        wrong = f"ERROR: koid {koid} is a job, not a process\n"
        return None, wrong + _failed("find process", koid, ERR_WRONG_TYPE) + USAGE
    if task is itself:
        return None, _failed("get maps for process", koid, ERR_ACCESS_DENIED)
    if task.state != RUNNING:
        return None, _failed("get maps for process", koid, ERR_BAD_STATE)
    return task, ""


def _failed(what: str, koid: int, status: int) -> str:
    return f"ERROR: couldn't {what} with koid {koid}: {status_name(status)} ({status})\n"


def c_number(word: str) -> int | None:
    """What C's strtoull with base 0 makes of `word`, if it takes all of it: 64 bits, a sign wraps; else None."""
    text = word.lstrip(" \t\n\v\f\r")
    sign = text[:1]
    digits = text[1:] if sign in ("-", "+") else text
    if digits[:2] in ("0x", "0X"):
        base, digits = 16, digits[2:]
    elif digits[:1] == "0" and len(digits) > 1:
        base, digits = 8, digits[1:]
    else:
        base = 10
    allowed = "0123456789abcdef"[:base]
    if not digits or any(char not in allowed for char in digits.lower()):
        return None
    digits = digits.lstrip("0") or "0"
    # No number of more than 22 digits of any base fits 64 bits; strtoull gives the largest one then.
    value = min(int(digits, base), (1 << 64) - 1) if len(digits) <= 22 else (1 << 64) - 1
    return -value % (1 << 64) if sign == "-" else value


@command(
    "vmaps",
    "look",
    "the memory maps of a process",
    params=(TaskWord("TASK", many=True),),
    examples=(("vmaps 3020", "/A ________01000000-00007ffffffff000      128.0T:sz              unnamed\n...\n"),),
)
def vmaps(session: Session, words: list[str]) -> Result:
    with running(session, "vmaps") as itself:
        if len(words) != 1:
            return Result(err=USAGE, exit_=1)
        if words[0].lstrip("-") == "help":
            return Result(text=HELP)
        process, complaint = look_up(session.machine, by_name(session, words[0]), itself)
        if process is None:
            return Result(err=complaint, exit_=1)
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
