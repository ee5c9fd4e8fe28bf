"""`map`: what mmap does."""

from __future__ import annotations

from kshell.commands.syscalls.answers import address_result
from kshell.kernel.abi import U64_END, round_up
from kshell.shell.arguments import Size
from kshell.shell.call_arguments import MapFlags
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State

READ_WRITE = 3


@command(
    "map",
    category="address space",
    summary="what mmap does: vmo_create, vmar_map and handle_close in one go",
    params=(Size("SIZE"), MapFlags("FLAGS", READ_WRITE)),
    examples=(
        ("m = map 64k", ""),
        ("touch $m 16k", "4 faults, 4 pages committed\n"),
        ("c = map 4k rx", ""),
        ("expect ERR_ACCESS_DENIED touch $c", ""),
    ),
    gives=("addr", "koid"),
    needs="READ, WRITE, EXECUTE on the handle $vmar, for each of r, w, x",
    failures={
        "ERR_INVALID_ARGS": "SIZE is 0 or larger than the address space, FLAGS lack r, or are for VMARs",
        "ERR_ACCESS_DENIED": "the handle $vmar lacks such a right",
        "ERR_BAD_STATE": "the root VMAR was destroyed",
        "ERR_NO_MEMORY": "no gap is large enough, or the handle table is full",
    },
)
def map_(state: State, size: int, flags: int) -> Result:
    root = state.number("vmar")
    calls = state.calls
    # Before anything else, as musl does (`third_party/ulib/musl/src/mman/mmap.c`).
    size = round_up(size) % U64_END
    vmo = calls.vmo_create(size, 0)
    handle = state.process.handles.get(vmo)
    assert handle is not None
    koid = handle.object.koid
    try:
        address = calls.vmar_map(root, 0, vmo, 0, size, flags)
    finally:
        calls.handle_close(vmo)
    return address_result(address, state.process.koid, koid=koid)
