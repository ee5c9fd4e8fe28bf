"""The handle_* calls."""

from __future__ import annotations

from kshell.commands.syscalls.answers import handle_result
from kshell.shell.arguments import Handle
from kshell.shell.call_arguments import Rights
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session


@command(
    "handle_close",
    "handles",
    "closes HANDLE",
    params=(Handle("HANDLE"),),
    examples=(("e = event_create", ""), ("handle_close $e", ""), ("expect ERR_BAD_HANDLE handle_close $e", "")),
    details="With the last handle to it an object goes, unless something else needs it: a mapping, a clone.",
    statuses="ERR_BAD_HANDLE",
)
def handle_close(session: Session, handle: int) -> Result:
    session.calls.handle_close(handle)
    return Result()


@command(
    "handle_duplicate",
    "handles",
    "a second handle to the same object, with RIGHTS",
    params=(Handle("HANDLE"), Rights("RIGHTS")),
    examples=(
        ("a = vmo_create 4k", ""),
        ("ro = handle_duplicate $a read,map", ""),
        ("expect ERR_ACCESS_DENIED vmo_write $ro 0 hello", ""),
        ("expect ERR_INVALID_ARGS handle_duplicate $a get-property", ""),
    ),
    statuses="ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_INVALID_ARGS ERR_NO_MEMORY",
)
def handle_duplicate(session: Session, handle: int, rights: int) -> Result:
    return handle_result(session, session.calls.handle_duplicate(handle, rights))


@command(
    "handle_replace",
    "handles",
    "a handle with RIGHTS in place of HANDLE",
    params=(Handle("HANDLE"), Rights("RIGHTS")),
    examples=(
        ("a = vmo_create 4k", ""),
        ("ro = handle_replace $a read", ""),
        ("expect ERR_BAD_HANDLE vmo_read $a 0 1", ""),
    ),
    statuses="ERR_BAD_HANDLE ERR_INVALID_ARGS ERR_NO_MEMORY",
)
def handle_replace(session: Session, handle: int, rights: int) -> Result:
    return handle_result(session, session.calls.handle_replace(handle, rights))
