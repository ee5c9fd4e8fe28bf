"""The port_* calls but for port_create."""

from __future__ import annotations

from kshell.commands.syscalls.answers import NO_HEAP, NO_SIGNALS, NOTHING_YET
from kshell.kernel.abi import (
    OBJ_TYPE_CHANNEL,
    OBJ_TYPE_IOPORT,
    OBJ_TYPE_IOPORT2,
    OBJ_TYPE_RESOURCE,
    OBJ_TYPE_SOCKET,
    RIGHT_READ,
    RIGHT_WRITE,
)
from kshell.kernel.content import Data
from kshell.kernel.ports import HEADER_SIZE, MAX_PACKET_SIZE, TYPE_EXCEPTION, TYPE_SIGNAL, TYPE_USER
from kshell.kernel.ports_v2 import TYPE_SIGNAL_ONE, TYPE_SIGNAL_REP
from kshell.kernel.ports_v2 import TYPE_USER as TYPE_USER_V2
from kshell.shell.arguments import Handle, Number, Size
from kshell.shell.call_arguments import Bytes
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.signal_arguments import Signals
from kshell.shell.state import State

TYPES = {TYPE_SIGNAL: "signal", TYPE_USER: "user", TYPE_EXCEPTION: "exception"}
TYPES_V2 = {TYPE_USER_V2: "user", TYPE_SIGNAL_ONE: "signal_one", TYPE_SIGNAL_REP: "signal_rep"}
# Fields that are masks.
MASKS = ("signals", "trigger", "observed")


@command(
    "port_queue",
    category="messages",
    summary="queues PACKET in PORT: a port v1 takes SIZE bytes of it, a port v2 48",
    params=(
        Handle("PORT", OBJ_TYPE_IOPORT, OBJ_TYPE_IOPORT2, rights=RIGHT_WRITE),
        Bytes("PACKET", Data.of(b"")),
        Number("SIZE", None),
    ),
    examples=(
        ("p = port_create", ""),
        (r"port_queue $p '\x07\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0hello'", ""),
        ("port_wait $p", "key   7\ntype  user\nextra 0\ndata  68656c6c6f\n"),
    ),
    details="A packet begins with its key of 8 bytes; bytes 8 to 15 are its type, which the kernel writes, and a\n"
    "number of your own. Without PACKET all is 0; without SIZE it is what the port takes: 0 for a port v2, at least\n"
    "16 for a port v1.",
    failures={
        "ERR_BUFFER_TOO_SMALL": "SIZE is above 128",
        "ERR_WRONG_TYPE": "PORT is no port, or a port v2 and SIZE is not 0",
        "ERR_INVALID_ARGS": "SIZE is below 16, for a port v1",
        "ERR_NO_MEMORY": NO_HEAP,
    },
)
def port_queue(state: State, port: int, packet: Data, size: int | None) -> Result:
    data = packet.tobytes()
    if size is None:
        size = 0 if _is_v2(state, port) else max(HEADER_SIZE, len(data))
    state.calls.port_queue(port, data, size)
    return Result()


@command(
    "port_wait",
    category="messages",
    summary="the oldest packet in PORT",
    params=(
        Handle("PORT", OBJ_TYPE_IOPORT, OBJ_TYPE_IOPORT2),
        Number("DEADLINE", 0),
        Size("SIZE", None),
    ),
    examples=(
        ("p = port_create", ""),
        ("c = channel_create", ""),
        ("port_bind $p 7 $c.1 readable", ""),
        ("channel_write $c.0 hello", ""),
        ("port_wait $p", "key       7\ntype      signal\nextra     0\ntimestamp 0\nbytes     0\nsignals   0x1\n"),
    ),
    details="SIZE is the room for a packet of a port v1: one that is larger is lost, and nothing is printed.\n"
    "Without it there is room enough.",
    gives=(
        *("key", "type", "extra", "data", "timestamp", "bytes", "signals", "exception", "pid", "tid"),
        *("status", "trigger", "observed", "count"),
    ),
    needs="READ on a port v1, WRITE on a port v2",
    failures={
        "ERR_ACCESS_DENIED": "PORT lacks READ, and SIZE is not 0",
        "ERR_WRONG_TYPE": "PORT is no port, or a port v2 and SIZE is not 0",
        "ERR_TIMED_OUT": NOTHING_YET,
    },
)
def port_wait(state: State, port: int, deadline: int, size: int | None) -> Result:
    newer = _is_v2(state, port)
    if size is None:
        size = 0 if newer else MAX_PACKET_SIZE
    record = state.calls.port_wait(port, deadline, size)
    if record is None:
        return Result()
    fields = {**record, "type": (TYPES_V2 if newer else TYPES)[int(str(record["type"]))]}
    width = max(map(len, fields))
    shown = {name: f"{value:#x}" if name in MASKS else value for name, value in fields.items()}
    return Result(
        int(str(record["key"])), fields, "".join(f"{name:<{width}} {value}\n" for name, value in shown.items())
    )


@command(
    "port_bind",
    category="messages",
    summary="PORT, a port v1, gets a packet when SOURCE shows one of SIGNALS",
    params=(
        Handle("PORT", OBJ_TYPE_IOPORT, rights=RIGHT_WRITE),
        Number("KEY"),
        Handle("SOURCE", OBJ_TYPE_CHANNEL, OBJ_TYPE_SOCKET, OBJ_TYPE_RESOURCE, rights=RIGHT_READ),
        Signals("SIGNALS"),
    ),
    examples=(
        ("p = port_create", ""),
        ("c = channel_create", ""),
        ("port_bind $p 7 $c.1 readable,peer-closed", ""),
        ("expect ERR_BAD_STATE port_bind $p 8 $c.1 readable", ""),
    ),
    failures={
        "ERR_INVALID_ARGS": "SIGNALS are none, or not readable and peer-closed alone (sockets: and user signals)",
        "ERR_WRONG_TYPE": "PORT is no port v1",
        "ERR_NO_MEMORY": NO_HEAP,
        "ERR_NOT_SUPPORTED": "SOURCE is no channel or socket",
        "ERR_BAD_STATE": "SOURCE is bound already",
    },
)
def port_bind(state: State, port: int, key: int, source: int, signals: int) -> Result:
    state.calls.port_bind(port, key, source, signals)
    return Result()


@command(
    "port_cancel",
    category="messages",
    summary="ends the waits of object_wait_async with the handle SOURCE under KEY",
    params=(
        Handle("PORT", OBJ_TYPE_IOPORT2, rights=RIGHT_WRITE),
        Handle("SOURCE", rights=RIGHT_WRITE),
        Number("KEY"),
    ),
    examples=(
        ("p = port_create 1", ""),
        ("e = event_create", ""),
        ("object_wait_async $e $p 7 signaled", ""),
        ("port_cancel $p $e 7", ""),
        ("object_signal $e none signaled", ""),
    ),
    details="Those of other ports, too: only the handle and KEY count. A packet that is queued stays.",
    failures={
        "ERR_NOT_SUPPORTED": NO_SIGNALS,
    },
)
def port_cancel(state: State, port: int, source: int, key: int) -> Result:
    state.calls.port_cancel(port, source, key)
    return Result()


def _is_v2(state: State, value: int) -> bool:
    handle = state.process.handles.get(value)
    return handle is not None and handle.object.type == OBJ_TYPE_IOPORT2
