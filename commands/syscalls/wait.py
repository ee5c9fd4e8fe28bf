"""The calls on signals: object_signal, object_wait_*, waitset_*."""

from __future__ import annotations

from kshell.commands.syscalls.answers import NO_HEAP, NO_SIGNALS, NOTHING_YET
from kshell.commands.views.signals import signals_result
from kshell.kernel.abi import OBJ_TYPE_IOPORT2, OBJ_TYPE_WAIT_SET, RIGHT_READ, RIGHT_WRITE, status_name
from kshell.kernel.signals import names_of
from kshell.kernel.syscalls.wait import MAX_WAITSET_RESULTS
from kshell.shell.arguments import Handle, Number, OneOf
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.signal_arguments import Signals
from kshell.shell.state import State
from kshell.shell.values import COUNT

KERNELS = "CLEAR or SET has a signal that only the kernel sets"


@command(
    "object_signal",
    category="messages",
    summary="clears and sets signals of HANDLE's object",
    params=(Handle("HANDLE", rights=RIGHT_WRITE), Signals("CLEAR"), Signals("SET")),
    examples=(
        ("e = event_create", ""),
        ("object_signal $e none signaled,user-0", ""),
        ("signals $e", "SIGNALED USER_0\n"),
        ("expect ERR_INVALID_ARGS object_signal $e none readable", ""),
    ),
    failures={
        "ERR_NOT_SUPPORTED": NO_SIGNALS,
        "ERR_INVALID_ARGS": KERNELS,
    },
)
def object_signal(state: State, handle: int, clear: int, set_: int) -> Result:
    state.calls.object_signal(handle, clear, set_)
    return Result()


@command(
    "object_signal_peer",
    category="messages",
    summary="clears and sets signals of the other end of HANDLE's pair",
    params=(Handle("HANDLE"), Signals("CLEAR"), Signals("SET")),
    examples=(
        ("c = channel_create", ""),
        ("object_signal_peer $c.0 none user-3", ""),
        ("signals $c.1", "WRITABLE USER_3\n"),
    ),
    failures={
        "ERR_NOT_SUPPORTED": "the object is no channel, socket or event pair",
        "ERR_INVALID_ARGS": KERNELS,
        "ERR_PEER_CLOSED": "the other end is closed; that of an event pair still takes signals then",
    },
)
def object_signal_peer(state: State, handle: int, clear: int, set_: int) -> Result:
    state.calls.object_signal_peer(handle, clear, set_)
    return Result()


@command(
    "object_wait_one",
    category="messages",
    summary="waits for one of SIGNALS; prints all that the object shows",
    params=(Handle("HANDLE", rights=RIGHT_READ), Signals("SIGNALS"), Number("DEADLINE", 0)),
    examples=(
        ("c = channel_create", ""),
        ("object_wait_one $c.0 writable", "WRITABLE\n"),
        ("expect ERR_TIMED_OUT object_wait_one $c.0 readable,peer-closed", ""),
    ),
    gives=("signals", "names"),
    failures={
        "ERR_NOT_SUPPORTED": NO_SIGNALS,
        "ERR_TIMED_OUT": NOTHING_YET,
    },
)
def object_wait_one(state: State, handle: int, signals: int, deadline: int) -> Result:
    observed = state.calls.object_wait_one(handle, signals, deadline)
    return signals_result(_type(state, handle), observed)


@command(
    "object_wait_many",
    category="messages",
    summary="waits for one of SIGNALS of any HANDLE; prints what each shows",
    params=(Signals("SIGNALS"), Handle("HANDLE", rights=RIGHT_READ, many=True)),
    examples=(
        ("c = channel_create", ""),
        ("e = event_create", ""),
        ("object_wait_many writable,signaled $e $c.0", "none\nWRITABLE\n"),
        ("expect ERR_TIMED_OUT object_wait_many user-0 $e $c.0", ""),
    ),
    details="The real call has signals for each handle, and a deadline.",
    gives=("pending",),
    failures={
        "ERR_INVALID_ARGS": "more than 1024 handles",
        "ERR_NOT_SUPPORTED": NO_SIGNALS,
        "ERR_TIMED_OUT": NOTHING_YET,
    },
)
def object_wait_many(state: State, signals: int, handles: list[int]) -> Result:
    pending = state.calls.object_wait_many([(handle, signals) for handle in handles])
    lines = [
        f"{' '.join(names_of(_type(state, handle), shown)) or 'none'}\n"
        for handle, shown in zip(handles, pending, strict=True)
    ]
    entries = [{"handle": handle, "signals": shown} for handle, shown in zip(handles, pending, strict=True)]
    return Result(len(pending), {"pending": entries}, "".join(lines), kind=COUNT, owner=state.process.koid)


@command(
    "object_wait_async",
    category="messages",
    summary="PORT, a port v2, gets a packet when HANDLE shows one of SIGNALS",
    params=(
        Handle("HANDLE", rights=RIGHT_READ),
        Handle("PORT", OBJ_TYPE_IOPORT2, rights=RIGHT_WRITE),
        Number("KEY"),
        Signals("SIGNALS"),
        OneOf("OPTIONS", ("once", "repeating"), "once (as is without it), or repeating", "once"),
    ),
    examples=(
        ("p = port_create 1", ""),
        ("e = event_create", ""),
        ("object_wait_async $e $p 7 signaled", ""),
        ("object_signal $e none signaled", ""),
        ("port_wait $p", "key      7\ntype     signal_one\nstatus   0\ntrigger  0x8\nobserved 0x8\ncount    1\n"),
    ),
    details="A wait keeps its port. One that is to fire once and finds its signal there already is never freed, and\n"
    "neither is the port then: the real kernel loses them too.",
    failures={
        "ERR_NOT_SUPPORTED": NO_SIGNALS,
        "ERR_NO_MEMORY": NO_HEAP,
    },
)
def object_wait_async(state: State, handle: int, port: int, key: int, signals: int, options: str) -> Result:
    state.calls.object_wait_async(handle, port, key, signals, int(options == "repeating"))
    return Result()


@command(
    "waitset_add",
    category="messages",
    summary="WAITSET watches HANDLE for SIGNALS, under COOKIE",
    params=(
        Handle("WAITSET", OBJ_TYPE_WAIT_SET, rights=RIGHT_WRITE),
        Number("COOKIE"),
        Handle("HANDLE", rights=RIGHT_READ),
        Signals("SIGNALS"),
    ),
    examples=(
        ("w = waitset_create", ""),
        ("e = event_create", ""),
        ("waitset_add $w 1 $e signaled", ""),
        ("expect ERR_ALREADY_EXISTS waitset_add $w 1 $e user-0", ""),
    ),
    failures={
        "ERR_NO_MEMORY": NO_HEAP,
        "ERR_NOT_SUPPORTED": NO_SIGNALS,
        "ERR_ALREADY_EXISTS": "COOKIE is in use",
    },
)
def waitset_add(state: State, waitset: int, cookie: int, handle: int, signals: int) -> Result:
    state.calls.waitset_add(waitset, cookie, handle, signals)
    return Result()


@command(
    "waitset_remove",
    category="messages",
    summary="ends what WAITSET watches under COOKIE",
    params=(Handle("WAITSET", OBJ_TYPE_WAIT_SET, rights=RIGHT_WRITE), Number("COOKIE")),
    examples=(
        ("w = waitset_create", ""),
        ("waitset_add $w 1 $self terminated", ""),
        ("waitset_remove $w 1", ""),
        ("expect ERR_NOT_FOUND waitset_remove $w 1", ""),
    ),
    failures={
        "ERR_NOT_FOUND": "nothing is watched under COOKIE",
    },
)
def waitset_remove(state: State, waitset: int, cookie: int) -> Result:
    state.calls.waitset_remove(waitset, cookie)
    return Result()


@command(
    "waitset_wait",
    category="messages",
    summary="what WAITSET watches and is there: COUNT entries at most",
    params=(
        Handle("WAITSET", OBJ_TYPE_WAIT_SET, rights=RIGHT_READ),
        Number("DEADLINE", 0),
        Number("COUNT", MAX_WAITSET_RESULTS),
    ),
    examples=(
        ("w = waitset_create", ""),
        ("e = event_create", ""),
        ("waitset_add $w 1 $e signaled", ""),
        ("object_signal $e none signaled", ""),
        ("waitset_wait $w", "cookie 1: NO_ERROR, signals 0x8\n"),
    ),
    details="An entry whose handle was closed, or has arrived with a message, says ERR_CANCELED.",
    gives=("entries",),
    failures={
        "ERR_OUT_OF_RANGE": "COUNT is above 1024",
        "ERR_TIMED_OUT": NOTHING_YET,
    },
)
def waitset_wait(state: State, waitset: int, deadline: int, count: int) -> Result:
    entries = state.calls.waitset_wait(waitset, deadline, count)
    lines = [
        f"cookie {entry['cookie']}: {status_name(int(str(entry['status'])))}, signals {entry['observed']:#x}\n"
        for entry in entries
    ]
    return Result(len(entries), {"entries": entries}, "".join(lines), kind=COUNT)


def _type(state: State, value: int) -> int:
    """The type of the object of a handle that a call has just taken."""
    handle = state.process.handles.get(value)
    assert handle is not None
    return handle.object.type
