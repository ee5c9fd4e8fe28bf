"""The handle_* calls."""

from __future__ import annotations

from kshell.commands.syscalls.answers import FULL, handle_result
from kshell.kernel.abi import RIGHT_DUPLICATE
from kshell.shell.arguments import Handle
from kshell.shell.call_arguments import Rights
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State


@command(
    "handle_close",
    category="handles",
    summary="closes HANDLE",
    params=(Handle("HANDLE"),),
    examples=(("e = event_create", ""), ("handle_close $e", ""), ("expect ERR_BAD_HANDLE handle_close $e", "")),
    details="An object goes with the last handle to it, unless something else keeps it: a mapping, a clone.",
    failures={
        "ERR_BAD_HANDLE": "HANDLE is not a handle of this process; 0 is never one",
    },
)
def handle_close(state: State, handle: int) -> Result:
    state.calls.handle_close(handle)
    return Result()


@command(
    "handle_duplicate",
    category="handles",
    summary="a second handle to the same object, with RIGHTS",
    params=(Handle("HANDLE", rights=RIGHT_DUPLICATE), Rights("RIGHTS")),
    examples=(
        ("a = vmo_create 4k", ""),
        ("ro = handle_duplicate $a read,map", ""),
        ("expect ERR_ACCESS_DENIED vmo_write $ro 0 hello", ""),
        ("expect ERR_INVALID_ARGS handle_duplicate $a get-property", ""),
    ),
    gives=("handle", "koid"),
    failures={
        "ERR_INVALID_ARGS": "RIGHTS has one that HANDLE lacks",
        "ERR_NO_MEMORY": FULL,
    },
)
def handle_duplicate(state: State, handle: int, rights: int) -> Result:
    return handle_result(state, state.calls.handle_duplicate(handle, rights))


@command(
    "handle_replace",
    category="handles",
    summary="a handle with RIGHTS in place of HANDLE",
    params=(Handle("HANDLE"), Rights("RIGHTS")),
    examples=(
        ("a = vmo_create 4k", ""),
        ("ro = handle_replace $a read", ""),
        ("expect ERR_BAD_HANDLE vmo_read $a 0 1", ""),
    ),
    gives=("handle", "koid"),
    failures={
        "ERR_INVALID_ARGS": "RIGHTS has one that HANDLE lacks; HANDLE stays valid",
        "ERR_NO_MEMORY": FULL,
    },
)
def handle_replace(state: State, handle: int, rights: int) -> Result:
    return handle_result(state, state.calls.handle_replace(handle, rights))
