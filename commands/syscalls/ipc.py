"""Channels, and making events, event pairs, ports, sockets, fifos and wait sets."""

from __future__ import annotations

from kshell.commands.syscalls.answers import handle_result, handles_result, plural
from kshell.commands.syscalls.vmo import dump
from kshell.kernel.content import Data
from kshell.shell.arguments import Handle, Number, Size
from kshell.shell.call_arguments import Bytes
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session


@command(
    "channel_create",
    "messages",
    "a channel: $c.0 and $c.1 are its two ends",
    params=(Number("OPTIONS", 0),),
    examples=(
        ("c = channel_create", ""),
        ("channel_write $c.0 hello", ""),
        ("channel_read $c.1", "00000000  68 65 6c 6c 6f                                    |hello|\n"),
    ),
    statuses="ERR_INVALID_ARGS ERR_NO_MEMORY",
)
def channel_create(session: Session, options: int) -> Result:
    return handles_result(session, session.calls.channel_create(options))


@command(
    "channel_write",
    "messages",
    "sends DATA and handles into channel CH; the handles leave this process",
    params=(Handle("CH"), Bytes("DATA"), Handle("HANDLE", many=True), Number("N", 0, option="--options")),
    examples=(
        ("c = channel_create", ""),
        ("a = vmo_create 4k", ""),
        ("channel_write $c.0 take $a", ""),
        ("expect ERR_BAD_HANDLE vmo_get_size $a", ""),
    ),
    statuses="ERR_INVALID_ARGS ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_OUT_OF_RANGE ERR_NOT_SUPPORTED "
    "ERR_PEER_CLOSED",
)
def channel_write(session: Session, channel: int, data: Data, handles: list[int], options: int) -> Result:
    session.calls.channel_write(channel, data.tobytes(), handles, options)
    return Result()


@command(
    "channel_read",
    "messages",
    "the oldest message that waits in channel CH, with its handles",
    params=(
        Handle("CH"),
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
    statuses="ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_NOT_SUPPORTED ERR_SHOULD_WAIT ERR_PEER_CLOSED "
    "ERR_BUFFER_TOO_SMALL",
)
def channel_read(session: Session, channel: int, num_bytes: int, num_handles: int, options: int) -> Result:
    data, values = session.calls.channel_read(channel, options, num_bytes, num_handles)
    entries: list[dict[str, object]] = []
    for value in values:
        handle = session.process.handles.get(value)
        assert handle is not None
        entries.append({"handle": value, "koid": handle.object.koid})
    text = dump(Data.of(data), 0) if data else ""
    text += "".join(f"handle {entry['handle']}: koid {entry['koid']}\n" for entry in entries)
    fields: dict[str, object] = {"handles": entries, "actual": len(data), "data": data.hex()}
    extra: dict[str, object] = {str(index): value for index, value in enumerate(values)}
    return Result(len(data), fields, text or f"{plural(0, 'byte')}\n", extra=extra)


@command(
    "event_create",
    "messages",
    "an event",
    params=(Number("OPTIONS", 0),),
    examples=(
        ("e = event_create", ""),
        ("object_get_info $e handle_valid", "valid\n"),
        ("expect ERR_INVALID_ARGS event_create 1", ""),
    ),
    statuses="ERR_INVALID_ARGS ERR_NO_MEMORY",
)
def event_create(session: Session, options: int) -> Result:
    return handle_result(session, session.calls.event_create(options))


@command(
    "eventpair_create",
    "messages",
    "an event pair",
    params=(Number("OPTIONS", 0),),
    examples=(
        ("e = eventpair_create", ""),
        ("i = object_get_info $e.0 handle_basic", ""),
        ("assert $i.related_koid == $e.handles.1.koid", ""),
        ("expect ERR_NOT_SUPPORTED eventpair_create 1", ""),
    ),
    statuses="ERR_NOT_SUPPORTED ERR_NO_MEMORY",
)
def eventpair_create(session: Session, options: int) -> Result:
    return handles_result(session, session.calls.eventpair_create(options))


@command(
    "port_create",
    "messages",
    "a port: v1 with OPTIONS 0, v2 with 1",
    params=(Number("OPTIONS", 0),),
    examples=(("p = port_create 1", ""), ("expect ERR_INVALID_ARGS port_create 2", "")),
    statuses="ERR_INVALID_ARGS ERR_NO_MEMORY",
)
def port_create(session: Session, options: int) -> Result:
    return handle_result(session, session.calls.port_create(options))


@command(
    "socket_create",
    "messages",
    "a socket: $s.0 and $s.1 are its two ends",
    params=(Number("OPTIONS", 0),),
    examples=(("s = socket_create", ""), ("handle_close $s.0", ""), ("expect ERR_INVALID_ARGS socket_create 1", "")),
    statuses="ERR_INVALID_ARGS ERR_NO_MEMORY",
)
def socket_create(session: Session, options: int) -> Result:
    return handles_result(session, session.calls.socket_create(options))


@command(
    "fifo_create",
    "messages",
    "a fifo of COUNT elements (a power of two) of SIZE bytes, at most 4096 together",
    params=(Number("COUNT"), Size("SIZE"), Number("OPTIONS", 0)),
    examples=(("f = fifo_create 8 16", ""), ("expect ERR_OUT_OF_RANGE fifo_create 3 16", "")),
    statuses="ERR_OUT_OF_RANGE ERR_NO_MEMORY",
)
def fifo_create(session: Session, count: int, size: int, options: int) -> Result:
    return handles_result(session, session.calls.fifo_create(count, size, options))


@command(
    "waitset_create",
    "messages",
    "a wait set",
    params=(Number("OPTIONS", 0),),
    examples=(("w = waitset_create", ""), ("expect ERR_ACCESS_DENIED handle_duplicate $w same", "")),
    statuses="ERR_INVALID_ARGS ERR_NO_MEMORY",
)
def waitset_create(session: Session, options: int) -> Result:
    return handle_result(session, session.calls.waitset_create(options))
