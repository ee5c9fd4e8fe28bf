"""`memory`: physical memory, and who has it."""

from __future__ import annotations

from kshell.kernel.abi import PAGE_SHIFT
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import SIZE
from kshell.sizes import format_size


@command(
    "memory",
    category="whose",
    summary="physical memory: what is free, and who has the rest",
    details="`m = memory` keeps the bytes that objects use; $m.free and so on are the other lines, in bytes.",
    examples=(
        ("memory", "total      523999 pages  2046.9M\n...\n"),
        ("m = memory", ""),
        ("assert $m.total == 2146299904", ""),
    ),
)
def memory(state: State) -> Result:
    physmem = state.machine.physmem
    counts = {
        "total": physmem.total,
        "free": physmem.free,
        "object": physmem.object,
        "wired": physmem.wired,
        "heap": physmem.heap,
        "mmu": physmem.mmu,
        "alloc": physmem.alloc,
    }
    sizes: dict[str, object] = {state: count << PAGE_SHIFT for state, count in counts.items()}
    handles = state.machine.handles
    text = "".join(
        f"{state:<7} {count:>9} pages {format_size(count << PAGE_SHIFT):>8}\n" for state, count in counts.items()
    )
    text += f"handles {handles.live:>9} of {handles.slots}\n"
    sizes["handles"] = handles.live
    return Result(physmem.object << PAGE_SHIFT, sizes, text, kind=SIZE)
