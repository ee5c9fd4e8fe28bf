"""The vmo_* calls."""

from __future__ import annotations

from kshell.commands.syscalls.answers import handle_result, plural
from kshell.kernel.abi import VMO_OP_LOOKUP
from kshell.kernel.content import Data
from kshell.shell.arguments import Handle, Number, Size
from kshell.shell.call_arguments import Bytes, CloneOptions, VmoOp
from kshell.shell.errors import UsageError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session

# A read of more than this is answered, but only so much of it is shown.
SHOWN_BYTES = 256
JSON_BYTES = 1 << 20


@command(
    "vmo_create",
    "memory",
    "a new VMO of SIZE bytes, all zero, nothing committed",
    params=(Size("SIZE"), Number("OPTIONS", 0)),
    examples=(
        ("a = vmo_create 16k", ""),
        ("vmo_get_size $a", "size 16384\n"),
        ("expect ERR_INVALID_ARGS vmo_create 16k 1", ""),
    ),
    statuses="ERR_INVALID_ARGS ERR_NO_MEMORY",
)
def vmo_create(session: Session, size: int, options: int) -> Result:
    return handle_result(session, session.calls.vmo_create(size, options))


@command(
    "vmo_clone",
    "memory",
    "a copy-on-write clone of SIZE bytes that shows VMO from OFFSET on",
    params=(Handle("VMO"), CloneOptions("OPTIONS"), Number("OFFSET"), Size("SIZE")),
    examples=(
        ("a = vmo_create 4k", ""),
        ("vmo_write $a 0 parent", "6 bytes written\n"),
        ("c = vmo_clone $a cow 0 4k", ""),
        ("vmo_read $c 0 6", "00000000  70 61 72 65 6e 74                                 |parent|\n"),
    ),
    details="The clone is no snapshot: what the parent does to a page shows until the clone has written it.\n"
    "COMMIT on a clone hides the parent's data behind zeros.",
    statuses="ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_INVALID_ARGS ERR_OUT_OF_RANGE ERR_NO_MEMORY",
)
def vmo_clone(session: Session, vmo: int, options: int, offset: int, size: int) -> Result:
    return handle_result(session, session.calls.vmo_clone(vmo, options, offset, size))


@command(
    "vmo_read",
    "memory",
    "LEN bytes of VMO from OFFSET, trimmed to its size; commits nothing",
    params=(Handle("VMO"), Number("OFFSET"), Size("LEN")),
    examples=(
        ("a = vmo_create 4k", ""),
        ("vmo_read $a 0 4", "00000000  00 00 00 00                                       |....|\n"),
    ),
    statuses="ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_OUT_OF_RANGE",
)
def vmo_read(session: Session, vmo: int, offset: int, length: int) -> Result:
    return data_result(session.calls.vmo_read(vmo, offset, length), offset)


@command(
    "vmo_write",
    "memory",
    "writes DATA, or --len bytes of value --fill, to VMO at OFFSET",
    params=(
        Handle("VMO"),
        Number("OFFSET"),
        Bytes("DATA", None),
        Size("N", None, option="--len"),
        Number("B", 0, option="--fill"),
    ),
    examples=(
        ("a = vmo_create 1M", ""),
        ("vmo_write $a 0 hello", "5 bytes written\n"),
        ("vmo_write $a 4k --len 64k --fill 0x63", "65536 bytes written\n"),
    ),
    statuses="ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_OUT_OF_RANGE ERR_NO_MEMORY ERR_NOT_SUPPORTED",
)
def vmo_write(session: Session, vmo: int, offset: int, data: Data | None, length: int | None, fill: int) -> Result:
    return written(session.calls.vmo_write(vmo, offset, data_to_write(data, length, fill)))


@command(
    "vmo_get_size",
    "memory",
    "the size of VMO in bytes",
    params=(Handle("VMO"),),
    examples=(
        ("a = vmo_create 5000", ""),
        ("vmo_get_size $a", "size 5000\n"),
        ("expect ERR_WRONG_TYPE vmo_get_size $self", ""),
    ),
    statuses="ERR_BAD_HANDLE ERR_WRONG_TYPE",
)
def vmo_get_size(session: Session, vmo: int) -> Result:
    size = session.calls.vmo_get_size(vmo)
    return Result(size, {"size": size}, f"size {size}\n")


@command(
    "vmo_set_size",
    "memory",
    "resizes VMO to SIZE bytes; pages wholly beyond it are freed",
    params=(Handle("VMO"), Size("SIZE")),
    examples=(("a = vmo_create 16k", ""), ("vmo_set_size $a 4k", ""), ("vmo_get_size $a", "size 4096\n")),
    details="The bytes behind the size in the last page stay and show again when the VMO grows.",
    statuses="ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_OUT_OF_RANGE",
)
def vmo_set_size(session: Session, vmo: int, size: int) -> Result:
    session.calls.vmo_set_size(vmo, size)
    return Result()


@command(
    "vmo_op_range",
    "memory",
    "commits, decommits or looks up SIZE bytes of VMO from OFFSET",
    params=(Handle("VMO"), VmoOp("OP"), Number("OFFSET"), Size("SIZE")),
    examples=(
        ("a = vmo_create 64k", ""),
        ("vmo_op_range $a commit 0 64k", ""),
        ("vmo_op_range $a decommit 0 32k", ""),
        ("expect ERR_NO_MEMORY vmo_op_range $a lookup 0 4k", ""),
    ),
    details="COMMIT is all or nothing. DECOMMIT rounds both ends up to pages.",
    statuses="ERR_BAD_HANDLE ERR_WRONG_TYPE ERR_INVALID_ARGS ERR_OUT_OF_RANGE ERR_NO_MEMORY ERR_NOT_SUPPORTED",
)
def vmo_op_range(session: Session, vmo: int, op: int, offset: int, size: int) -> Result:
    pages = session.calls.vmo_op_range(vmo, op, offset, size)
    if op != VMO_OP_LOOKUP:
        return Result()
    return Result(None, {"pages": pages}, lambda: "".join(f"{page:#x}\n" for page in pages))


def data_to_write(data: Data | None, length: int | None, fill: int) -> Data:
    """What a write is given: DATA, or --len bytes of --fill. Raises UsageError."""
    if (data is None) == (length is None):
        raise UsageError("give DATA, or --len N with --fill B, one of the two")
    if data is not None:
        return data
    assert length is not None
    if fill > 255:
        raise UsageError(f"--fill {fill} is no byte: it is 0 to 255")
    return Data.fill(fill, length)


def written(count: int) -> Result:
    """The result of a write."""
    return Result(count, {"actual": count}, f"{plural(count, 'byte')} written\n")


def data_result(data: Data, offset: int) -> Result:
    """The result of a read: a hex dump of the beginning, and the data in hex for programs."""
    fields: dict[str, object] = {"actual": len(data), "data": data[:JSON_BYTES].tobytes().hex()}
    if len(data) > JSON_BYTES:
        fields["truncated"] = True
    return Result(len(data), fields, lambda: dump(data, offset))


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
