"""`map`: what mmap does."""

from __future__ import annotations

from kshell.commands.syscalls.answers import address_result
from kshell.shell.arguments import Size
from kshell.shell.call_arguments import MapFlags
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session

READ_WRITE = 3


@command(
    "map",
    "address space",
    "what mmap does: vmo_create, vmar_map, handle_close in one go",
    params=(Size("SIZE"), MapFlags("FLAGS", READ_WRITE)),
    examples=(
        ("m = map 64k", ""),
        ("touch $m 16k", "4 faults, 4 pages committed\n"),
        ("c = map 4k rx", ""),
        ("expect ERR_ACCESS_DENIED touch $c", ""),
    ),
    statuses="ERR_INVALID_ARGS ERR_ACCESS_DENIED ERR_BAD_STATE ERR_NO_MEMORY",
)
def map_(session: Session, size: int, flags: int) -> Result:
    root = session.number("vmar")
    calls = session.calls
    vmo = calls.vmo_create(size, 0)
    handle = session.process.handles.get(vmo)
    assert handle is not None
    koid = handle.object.koid
    try:
        address = calls.vmar_map(root, 0, vmo, 0, size, flags)
    finally:
        calls.handle_close(vmo)
    return address_result(address, koid=koid)
