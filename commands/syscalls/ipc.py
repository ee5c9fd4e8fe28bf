"""Channels, and making events, event pairs, ports, sockets, fifos, wait sets and logs."""

from __future__ import annotations

from kshell.commands.syscalls.answers import FULL, FULL_FOR_TWO, NO_HEAP, NO_OPTIONS, handle_result, handles_result
from kshell.commands.syscalls.vmo import dump
from kshell.kernel.abi import OBJ_TYPE_CHANNEL, RIGHT_READ, RIGHT_TRANSFER, RIGHT_WRITE
from kshell.kernel.content import Data
from kshell.shell.arguments import Handle, Number, Size
from kshell.shell.call_arguments import Bytes
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import SIZE
from kshell.text import plural


@command(
    "channel_create",
    category="messages",
    summary="a channel: $c.0 and $c.1 are its two ends",
    params=(Number("OPTIONS", 0),),
    examples=(
        ("c = channel_create", ""),
        ("channel_write $c.0 hello", ""),
        ("channel_read $c.1", "00000000  68 65 6c 6c 6f                                    |hello|\n"),
    ),
    gives=("handles",),
    failures={
        "ERR_INVALID_ARGS": NO_OPTIONS,
        "ERR_NO_MEMORY": FULL_FOR_TWO,
    },
)
def channel_create(state: State, options: int) -> Result:
    return handles_result(state, state.calls.channel_create(options))


@command(
    "channel_write",
    category="messages",
    summary="sends DATA and handles into channel CH; the handles leave this process",
    params=(
        Handle("CH", OBJ_TYPE_CHANNEL, rights=RIGHT_WRITE),
        Bytes("DATA"),
        Handle("HANDLE", rights=RIGHT_TRANSFER, many=True),
        Number("N", 0, option="--options"),
    ),
    examples=(
        ("c = channel_create", ""),
        ("a = vmo_create 4k", ""),
        ("channel_write $c.0 take $a", ""),
        ("expect ERR_BAD_HANDLE vmo_get_size $a", ""),
    ),
    needs="WRITE on CH; TRANSFER on each HANDLE",
    failures={
        "ERR_INVALID_ARGS": "--options is not 0, or a HANDLE is named twice",
        "ERR_BAD_HANDLE": "CH or a HANDLE is not a handle of this process",
        "ERR_ACCESS_DENIED": "CH lacks WRITE, or a HANDLE lacks TRANSFER",
        "ERR_WRONG_TYPE": "",
        "ERR_OUT_OF_RANGE": "more than 65536 bytes or 1024 handles",
        "ERR_NO_MEMORY": NO_HEAP,
        "ERR_NOT_SUPPORTED": "a HANDLE is CH itself",
        "ERR_PEER_CLOSED": "the other end is closed; all handles stay here",
    },
)
def channel_write(state: State, channel: int, data: Data, handles: list[int], options: int) -> Result:
    state.calls.channel_write(channel, data.tobytes(), handles, options)
    return Result()


@command(
    "channel_read",
    category="messages",
    summary="the oldest message waiting in channel CH, with its handles",
    params=(
        Handle("CH", OBJ_TYPE_CHANNEL, rights=RIGHT_READ),
        Size("N", 65536, option="--bytes"),
        Number("N", 1024, option="--handles"),
        Number("N", 0, option="--options"),
    ),
    examples=(
        ("c = channel_create", ""),
        ("channel_write $c.0 hello", ""),
        ("channel_read $c.1", "00000000  68 65 6c 6c 6f                                    |hello|\n"),
        ("expect ERR_SHOULD_WAIT channel_read $c.1", ""),
    ),
    gives=("handles", "actual", "data"),
    failures={
        "ERR_NOT_SUPPORTED": "--options is neither 0 nor 1 (may discard)",
        "ERR_SHOULD_WAIT": "no message waits",
        "ERR_PEER_CLOSED": "no message waits, and the other end is closed",
        "ERR_BUFFER_TOO_SMALL": "--bytes or --handles is too small; the message stays, or goes with --options 1",
    },
)
def channel_read(state: State, channel: int, num_bytes: int, num_handles: int, options: int) -> Result:
    data, values = state.calls.channel_read(channel, options, num_bytes, num_handles)
    entries: list[dict[str, object]] = []
    for value in values:
        handle = state.process.handles.get(value)
        assert handle is not None
        entries.append({"handle": value, "koid": handle.object.koid})
    text = dump(Data.of(data), 0) if data else ""
    text += "".join(f"handle {entry['handle']}: koid {entry['koid']}\n" for entry in entries)
    fields: dict[str, object] = {"handles": entries, "actual": len(data), "data": data.hex()}
    extra: dict[str, object] = {str(index): entry for index, entry in enumerate(entries)}
    shown = text or f"{plural(0, 'byte')}\n"
    return Result(len(data), fields, shown, extra=extra, kind=SIZE, owner=state.process.koid)


@command(
    "event_create",
    category="messages",
    summary="an event",
    params=(Number("OPTIONS", 0),),
    examples=(
        ("e = event_create", ""),
        ("object_get_info $e handle_valid", "valid\n"),
        ("expect ERR_INVALID_ARGS event_create 1", ""),
    ),
    gives=("handle", "koid"),
    failures={
        "ERR_INVALID_ARGS": NO_OPTIONS,
        "ERR_NO_MEMORY": FULL,
    },
)
def event_create(state: State, options: int) -> Result:
    return handle_result(state, state.calls.event_create(options))


@command(
    "eventpair_create",
    category="messages",
    summary="an event pair",
    params=(Number("OPTIONS", 0),),
    examples=(
        ("e = eventpair_create", ""),
        ("i = object_get_info $e.0 handle_basic", ""),
        ("assert $i.related_koid == $e.handles.1.koid", ""),
        ("expect ERR_NOT_SUPPORTED eventpair_create 1", ""),
    ),
    gives=("handles",),
    failures={
        "ERR_NOT_SUPPORTED": NO_OPTIONS,
        "ERR_NO_MEMORY": FULL_FOR_TWO,
    },
)
def eventpair_create(state: State, options: int) -> Result:
    return handles_result(state, state.calls.eventpair_create(options))


@command(
    "port_create",
    category="messages",
    summary="a port: v1 with OPTIONS 0, v2 with 1",
    params=(Number("OPTIONS", 0),),
    examples=(("p = port_create 1", ""), ("expect ERR_INVALID_ARGS port_create 2", "")),
    gives=("handle", "koid"),
    failures={
        "ERR_INVALID_ARGS": "OPTIONS are neither 0 nor 1",
        "ERR_NO_MEMORY": FULL,
    },
)
def port_create(state: State, options: int) -> Result:
    return handle_result(state, state.calls.port_create(options))


@command(
    "socket_create",
    category="messages",
    summary="a socket: $s.0 and $s.1 are its two ends",
    params=(Number("OPTIONS", 0),),
    examples=(("s = socket_create", ""), ("handle_close $s.0", ""), ("expect ERR_INVALID_ARGS socket_create 1", "")),
    gives=("handles",),
    failures={
        "ERR_INVALID_ARGS": NO_OPTIONS,
        "ERR_NO_MEMORY": FULL_FOR_TWO,
    },
)
def socket_create(state: State, options: int) -> Result:
    return handles_result(state, state.calls.socket_create(options))


@command(
    "fifo_create",
    category="messages",
    summary="a fifo of COUNT elements (a power of two) of SIZE bytes, at most 4096 in all",
    params=(Number("COUNT"), Size("SIZE"), Number("OPTIONS", 0)),
    examples=(("f = fifo_create 8 16", ""), ("expect ERR_OUT_OF_RANGE fifo_create 3 16", "")),
    gives=("handles",),
    failures={
        "ERR_OUT_OF_RANGE": "COUNT is not a power of two, SIZE is 0, or all of it is above 4096 bytes",
        "ERR_NO_MEMORY": FULL_FOR_TWO,
    },
)
def fifo_create(state: State, count: int, size: int, options: int) -> Result:
    return handles_result(state, state.calls.fifo_create(count, size, options))


@command(
    "waitset_create",
    category="messages",
    summary="a wait set",
    params=(Number("OPTIONS", 0),),
    examples=(("w = waitset_create", ""), ("expect ERR_ACCESS_DENIED handle_duplicate $w same", "")),
    gives=("handle", "koid"),
    failures={
        "ERR_INVALID_ARGS": NO_OPTIONS,
        "ERR_NO_MEMORY": FULL,
    },
)
def waitset_create(state: State, options: int) -> Result:
    return handle_result(state, state.calls.waitset_create(options))


@command(
    "log_create",
    category="messages",
    summary="a handle to write to the kernel's log; with OPTIONS 0x40000000 to read it, too",
    params=(Number("OPTIONS", 0),),
    examples=(("l = log_create", ""), ("signals $l", "WRITABLE\n")),
    gives=("handle", "koid"),
    failures={
        "ERR_NO_MEMORY": FULL,
    },
)
def log_create(state: State, options: int) -> Result:
    return handle_result(state, state.calls.log_create(options))
