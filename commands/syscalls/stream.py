"""Moving bytes through sockets and elements through fifos."""

from __future__ import annotations

from kshell.commands.syscalls.answers import NO_HEAP
from kshell.commands.syscalls.vmo import dump
from kshell.kernel.abi import OBJ_TYPE_FIFO, OBJ_TYPE_SOCKET, RIGHT_READ, RIGHT_WRITE
from kshell.kernel.content import Data
from kshell.kernel.sockets import RING_SIZE
from kshell.shell.arguments import Handle, Number, Size
from kshell.shell.call_arguments import Bytes
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import COUNT, SIZE
from kshell.text import plural


@command(
    "socket_write",
    category="messages",
    summary="writes DATA to the other end of SOCKET, as much as fits",
    params=(
        Handle("SOCKET", OBJ_TYPE_SOCKET, rights=RIGHT_WRITE),
        Bytes("DATA"),
        Number("N", 0, option="--options"),
    ),
    examples=(
        ("s = socket_create", ""),
        ("socket_write $s.0 hello", "5 bytes written\n"),
        ("socket_read $s.1", "00000000  68 65 6c 6c 6f                                    |hello|\n"),
        ('socket_write $s.0 "" --options 1', "0 bytes written\n"),
        ("expect ERR_BAD_STATE socket_write $s.0 more", ""),
    ),
    details="The other end holds 262143 bytes. With --options 1 and no DATA this end writes no more.",
    gives=("actual",),
    failures={
        "ERR_INVALID_ARGS": "--options is neither 0 nor 1, or 1 with DATA",
        "ERR_PEER_CLOSED": "the other end is closed",
        "ERR_BAD_STATE": "this end was closed for writing",
        "ERR_SHOULD_WAIT": "the other end is full",
        "ERR_NO_MEMORY": NO_HEAP,
    },
)
def socket_write(state: State, socket: int, data: Data, options: int) -> Result:
    actual = state.calls.socket_write(socket, options, data.tobytes())
    return Result(actual, {"actual": actual}, f"{plural(actual, 'byte')} written\n", kind=SIZE)


@command(
    "socket_read",
    category="messages",
    summary="up to SIZE of the bytes that wait in SOCKET; with SIZE 0 how many wait",
    params=(
        Handle("SOCKET", OBJ_TYPE_SOCKET, rights=RIGHT_READ),
        Size("SIZE", RING_SIZE),
        Number("N", 0, option="--options"),
    ),
    examples=(
        ("s = socket_create", ""),
        ("socket_write $s.0 hello", "5 bytes written\n"),
        ("socket_read $s.1 0", "5 bytes\n"),
        ("socket_read $s.1 2", "00000000  68 65                                             |he|\n"),
    ),
    gives=("actual", "data"),
    failures={
        "ERR_INVALID_ARGS": "--options is not 0",
        "ERR_PEER_CLOSED": "no byte waits, and the other end writes no more",
        "ERR_SHOULD_WAIT": "no byte waits",
    },
)
def socket_read(state: State, socket: int, size: int, options: int) -> Result:
    data, actual = state.calls.socket_read(socket, options, size)
    text = dump(Data.of(data), 0) if data else f"{plural(actual, 'byte')}\n"
    return Result(actual, {"actual": actual, "data": data.hex()}, text, kind=SIZE)


@command(
    "fifo_write",
    category="messages",
    summary="writes the elements in DATA to the other end of FIFO, as many as fit",
    params=(Handle("FIFO", OBJ_TYPE_FIFO, rights=RIGHT_WRITE), Bytes("DATA")),
    examples=(
        ("f = fifo_create 4 2", ""),
        ("fifo_write $f.0 aabbcc", "3 elements written\n"),
        ("expect ERR_OUT_OF_RANGE fifo_write $f.0 d", ""),
    ),
    gives=("count",),
    failures={
        "ERR_PEER_CLOSED": "the other end is closed",
        "ERR_OUT_OF_RANGE": "DATA is less than an element",
        "ERR_SHOULD_WAIT": "the other end is full",
    },
)
def fifo_write(state: State, fifo: int, data: Data) -> Result:
    count = state.calls.fifo_write(fifo, data.tobytes())
    return Result(count, {"count": count}, f"{plural(count, 'element')} written\n", kind=COUNT)


@command(
    "fifo_read",
    category="messages",
    summary="the oldest elements waiting in FIFO, as many as SIZE bytes hold",
    params=(Handle("FIFO", OBJ_TYPE_FIFO, rights=RIGHT_READ), Size("SIZE", 4096)),
    examples=(
        ("f = fifo_create 4 2", ""),
        ("fifo_write $f.0 aabbcc", "3 elements written\n"),
        ("fifo_read $f.1 4", "00000000  61 61 62 62                                       |aabb|\n"),
    ),
    gives=("actual", "data"),
    failures={
        "ERR_OUT_OF_RANGE": "SIZE is less than an element",
        "ERR_SHOULD_WAIT": "no element waits, the other end closed or not",
    },
)
def fifo_read(state: State, fifo: int, size: int) -> Result:
    data = state.calls.fifo_read(fifo, size)
    return Result(len(data), {"actual": len(data), "data": data.hex()}, dump(Data.of(data), 0), kind=SIZE)
