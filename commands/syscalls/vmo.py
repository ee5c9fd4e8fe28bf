"""The vmo_* calls."""

from __future__ import annotations

from kshell.commands.syscalls.answers import FULL, NO_OPTIONS, handle_result
from kshell.kernel.abi import OBJ_TYPE_RESOURCE, OBJ_TYPE_VMO, RIGHT_DUPLICATE, RIGHT_READ, RIGHT_WRITE, VMO_OP_LOOKUP
from kshell.kernel.content import Data
from kshell.shell.arguments import Handle, Number, Offset, Size
from kshell.shell.call_arguments import Byte, Bytes, CloneOptions, VmoOp
from kshell.shell.errors import UsageError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import SIZE
from kshell.text import plural

# A read of more than this is answered, but only this much of it is shown.
SHOWN_BYTES = 256
JSON_BYTES = 1 << 20


@command(
    "vmo_create",
    category="memory",
    summary="a new VMO of SIZE bytes, all zero, nothing committed",
    params=(Size("SIZE"), Number("OPTIONS", 0)),
    examples=(
        ("a = vmo_create 16k", ""),
        ("vmo_get_size $a", "size 16384\n"),
        ("expect ERR_INVALID_ARGS vmo_create 16k 1", ""),
    ),
    gives=("handle", "koid"),
    failures={
        "ERR_INVALID_ARGS": NO_OPTIONS,
        "ERR_NO_MEMORY": "SIZE is above 2^64 less one page, or the handle table is full",
    },
)
def vmo_create(state: State, size: int, options: int) -> Result:
    return handle_result(state, state.calls.vmo_create(size, options))


@command(
    "vmo_create_contiguous",
    category="memory",
    summary="a new VMO of SIZE bytes, all committed and in a row in physical memory",
    params=(Handle("RESOURCE", OBJ_TYPE_RESOURCE), Size("SIZE"), Number("ALIGNMENT", 0)),
    examples=(
        ("attach 1041", ""),
        ("a = vmo_create_contiguous 161930783 12k 16", ""),
        ("p = vmo_op_range $a lookup 0 12k", ""),
        ("expect ERR_INVALID_ARGS vmo_create_contiguous 161930783 0", ""),
    ),
    details="The first page's address is a multiple of 2^ALIGNMENT. Drivers call it: bin/devmgr and the devhosts\n"
    "have a handle to the root resource.",
    gives=("handle", "koid"),
    failures={
        "ERR_INVALID_ARGS": "SIZE is 0, or ALIGNMENT is neither 0 nor 12 to 63",
        "ERR_BAD_HANDLE": "",
        "ERR_WRONG_TYPE": "",
        "ERR_NO_MEMORY": "there are not so many free pages in a row, or the handle table is full",
    },
)
def vmo_create_contiguous(state: State, resource: int, size: int, alignment: int) -> Result:
    return handle_result(state, state.calls.vmo_create_contiguous(resource, size, alignment))


@command(
    "vmo_clone",
    category="memory",
    summary="a copy-on-write clone of SIZE bytes that shows VMO from OFFSET on",
    params=(
        Handle("VMO", OBJ_TYPE_VMO, rights=RIGHT_DUPLICATE | RIGHT_READ),
        CloneOptions("OPTIONS"),
        Offset("OFFSET"),
        Size("SIZE"),
    ),
    examples=(
        ("a = vmo_create 4k", ""),
        ("vmo_write $a 0 parent", "6 bytes written\n"),
        ("c = vmo_clone $a cow 0 4k", ""),
        ("vmo_read $c 0 6", "00000000  70 61 72 65 6e 74                                 |parent|\n"),
    ),
    details="The clone is not a snapshot: what the parent does to a page shows until the clone has written it.\n"
    "COMMIT on a clone hides the parent's data behind zeros.",
    gives=("handle", "koid"),
    needs="DUPLICATE and READ on VMO; the new handle has VMO's rights and WRITE, EXECUTE, MAP",
    failures={
        "ERR_INVALID_ARGS": "OPTIONS lack cow, or OFFSET is not page aligned",
        "ERR_OUT_OF_RANGE": "SIZE is above 2^64 less one page, or OFFSET plus SIZE reaches 2^64",
        "ERR_NO_MEMORY": FULL,
    },
)
def vmo_clone(state: State, vmo: int, options: int, offset: int, size: int) -> Result:
    return handle_result(state, state.calls.vmo_clone(vmo, options, offset, size))


@command(
    "vmo_read",
    category="memory",
    summary="LEN bytes of VMO from OFFSET, trimmed to its size; commits nothing",
    params=(Handle("VMO", OBJ_TYPE_VMO, rights=RIGHT_READ), Offset("OFFSET"), Size("LEN")),
    examples=(
        ("a = vmo_create 4k", ""),
        ("vmo_read $a 0 4", "00000000  00 00 00 00                                       |....|\n"),
    ),
    gives=("actual", "data"),
    failures={
        "ERR_OUT_OF_RANGE": "OFFSET is beyond the size, or OFFSET plus LEN beyond 2^64",
    },
)
def vmo_read(state: State, vmo: int, offset: int, length: int) -> Result:
    return data_result(state.calls.vmo_read(vmo, offset, length), offset)


@command(
    "vmo_write",
    category="memory",
    summary="writes DATA, or --len bytes of value --fill, to VMO at OFFSET",
    params=(
        Handle("VMO", OBJ_TYPE_VMO, rights=RIGHT_WRITE),
        Offset("OFFSET"),
        Bytes("DATA", None),
        Size("N", None, option="--len"),
        Byte("B", 0, option="--fill"),
    ),
    examples=(
        ("a = vmo_create 1M", ""),
        ("vmo_write $a 0 hello", "5 bytes written\n"),
        ("vmo_write $a 4k --len 64k --fill 0x63", "65536 bytes written\n"),
    ),
    gives=("actual",),
    failures={
        "ERR_OUT_OF_RANGE": "OFFSET is beyond the size, or OFFSET plus the length beyond 2^64",
        "ERR_NO_MEMORY": "physical memory ran out; what was written until then stays",
        "ERR_NOT_SUPPORTED": "VMO is device memory, which the model does not have",
    },
)
def vmo_write(state: State, vmo: int, offset: int, data: Data | None, length: int | None, fill: int) -> Result:
    return written(state.calls.vmo_write(vmo, offset, data_to_write(data, length, fill)))


@command(
    "vmo_get_size",
    category="memory",
    summary="the size of VMO in bytes",
    params=(Handle("VMO", OBJ_TYPE_VMO),),
    examples=(
        ("a = vmo_create 5000", ""),
        ("vmo_get_size $a", "size 5000\n"),
        ("expect ERR_WRONG_TYPE vmo_get_size $self", ""),
    ),
    gives=("size",),
    failures={},
)
def vmo_get_size(state: State, vmo: int) -> Result:
    size = state.calls.vmo_get_size(vmo)
    return Result(size, {"size": size}, f"size {size}\n", kind=SIZE)


@command(
    "vmo_set_size",
    category="memory",
    summary="resizes VMO to SIZE bytes; pages wholly beyond it are freed",
    params=(Handle("VMO", OBJ_TYPE_VMO, rights=RIGHT_WRITE), Size("SIZE")),
    examples=(("a = vmo_create 16k", ""), ("vmo_set_size $a 4k", ""), ("vmo_get_size $a", "size 4096\n")),
    details="The bytes beyond the size in the last page stay, and show again when the VMO grows.",
    failures={
        "ERR_OUT_OF_RANGE": "SIZE is above 2^64 less one page",
    },
)
def vmo_set_size(state: State, vmo: int, size: int) -> Result:
    state.calls.vmo_set_size(vmo, size)
    return Result()


@command(
    "vmo_op_range",
    category="memory",
    summary="commits, decommits or looks up SIZE bytes of VMO from OFFSET",
    params=(
        Handle("VMO", OBJ_TYPE_VMO),
        VmoOp("OP"),
        Offset("OFFSET"),
        Size("SIZE"),
        Number("N", None, option="--room"),
    ),
    examples=(
        ("a = vmo_create 64k", ""),
        ("vmo_op_range $a commit 0 64k", ""),
        ("vmo_op_range $a decommit 0 32k", ""),
        ("expect ERR_NO_MEMORY vmo_op_range $a lookup 0 4k", ""),
        ("expect ERR_BUFFER_TOO_SMALL vmo_op_range $a lookup 32k 8k --room 1", ""),
    ),
    details="COMMIT is all or nothing. DECOMMIT rounds both ends up to pages. --room is how many addresses the\n"
    "caller's buffer for LOOKUP has room for, as many as needed by default.",
    gives=("pages",),
    failures={
        "ERR_INVALID_ARGS": "there is no such OP, SIZE is 0 for lookup or a cache operation, or --room is 0",
        "ERR_BUFFER_TOO_SMALL": "lookup: --room is less than the pages there are in the range",
        "ERR_OUT_OF_RANGE": "OFFSET is beyond the size; lookup and cache: the range is not wholly inside",
        "ERR_NO_MEMORY": "commit: too few free pages, nothing is committed; lookup: a page is not committed",
        "ERR_NOT_SUPPORTED": "OP is lock or unlock; decommit: VMO is device memory or the vDSO; commit: device memory",
    },
)
def vmo_op_range(state: State, vmo: int, op: int, offset: int, size: int, room: int | None) -> Result:
    pages = state.calls.vmo_op_range(vmo, op, offset, size, None, room)
    if op != VMO_OP_LOOKUP:
        return Result()
    return Result(None, {"pages": pages}, lambda: "".join(f"{page:#x}\n" for page in pages))


def data_to_write(data: Data | None, length: int | None, fill: int) -> Data:
    """What a write is given: DATA, or --len bytes of --fill. Raises UsageError."""
    if (data is None) == (length is None):
        raise UsageError("give either DATA, or --len N with --fill B")
    if data is not None:
        return data
    assert length is not None
    return Data.fill(fill, length)


def written(count: int) -> Result:
    """The result of a write."""
    return Result(count, {"actual": count}, f"{plural(count, 'byte')} written\n", kind=SIZE)


def data_result(data: Data, offset: int) -> Result:
    """The result of a read: a hex dump of the beginning, and the data in hex for programs."""
    fields: dict[str, object] = {"actual": len(data), "data": data[:JSON_BYTES].tobytes().hex()}
    if len(data) > JSON_BYTES:
        fields["truncated"] = True
    return Result(len(data), fields, lambda: dump(data, offset), kind=SIZE)


def dump(data: Data, offset: int) -> str:
    """A hex dump of up to SHOWN_BYTES; what is not shown is summed up."""
    shown = data[:SHOWN_BYTES].tobytes()
    lines: list[str] = []
    for at in range(0, len(shown), 16):
        row = shown[at : at + 16]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{offset + at:08x}  {row.hex(' '):<48}  |{text}|\n")
    rest = data[len(shown) :]
    if len(rest):
        runs = rest.runs
        same = f", all {runs[0][0][0]:#04x}" if len(runs) == 1 and len(runs[0][0]) == 1 else ""
        lines.append(f"... and {plural(len(rest), 'byte')} more{same}\n")
    return "".join(lines) or "0 bytes\n"
