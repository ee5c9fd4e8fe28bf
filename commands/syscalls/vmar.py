"""The vmar_* calls."""

from __future__ import annotations

from kshell.commands.syscalls.answers import address_result, handle_result
from kshell.shell.arguments import Address, Handle, Number, Size
from kshell.shell.call_arguments import MapFlags
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session


@command(
    "vmar_allocate",
    "address space",
    "a child VMAR of SIZE bytes in VMAR",
    params=(Handle("VMAR"), Number("OFFSET"), Size("SIZE"), MapFlags("FLAGS")),
    examples=(
        ("r = vmar_allocate $vmar 0 1M can-map-read,can-map-write", ""),
        ("a = vmo_create 4k", ""),
        ("m = vmar_map $r 0 $a 0 4k rw", ""),
        ("expect ERR_ACCESS_DENIED vmar_map $r 0 $a 0 4k rx", ""),
    ),
    details="FLAGS: can-map-read, can-map-write, can-map-execute, can-map-specific; specific with an OFFSET.",
    statuses="ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_INVALID_ARGS ERR_BAD_STATE ERR_NO_MEMORY",
)
def vmar_allocate(session: Session, vmar: int, offset: int, size: int, flags: int) -> Result:
    handle, address = session.calls.vmar_allocate(vmar, offset, size, flags)
    result = handle_result(session, handle, addr=address)
    result.text = f"{result.output().rstrip()}, address {address:#x}\n"
    return result


@command(
    "vmar_map",
    "address space",
    "maps LEN bytes of VMO from VMO_OFFSET into VMAR",
    params=(Handle("VMAR"), Number("VMAR_OFFSET"), Handle("VMO"), Number("VMO_OFFSET"), Size("LEN"), MapFlags("FLAGS")),
    examples=(
        ("a = vmo_create 16k", ""),
        ("m = vmar_map $vmar 0 $a 0 16k rw", ""),
        ("touch $m 8k", "2 faults, 2 pages committed\n"),
        ("vmar_unmap $vmar $m 16k", ""),
    ),
    details="FLAGS: r, rw, rx or rwx; specific or specific-overwrite with a VMAR_OFFSET. Nothing is committed yet.",
    statuses="ERR_BAD_HANDLE ERR_WRONG_TYPE ERR_ACCESS_DENIED ERR_INVALID_ARGS ERR_BAD_STATE ERR_NO_MEMORY",
)
def vmar_map(
    session: Session, vmar: int, vmar_offset: int, vmo: int, vmo_offset: int, length: int, flags: int
) -> Result:
    return address_result(session.calls.vmar_map(vmar, vmar_offset, vmo, vmo_offset, length, flags))


@command(
    "vmar_unmap",
    "address space",
    "unmaps LEN bytes at ADDR",
    params=(Handle("VMAR"), Address("ADDR"), Size("LEN")),
    examples=(
        ("m = map 64k", ""),
        ("vmar_unmap $vmar $m+16k 16k", ""),
        ("expect ERR_NOT_FOUND touch $m+16k", ""),
        ("expect ERR_INVALID_ARGS vmar_unmap $vmar $m+1 4k", ""),
    ),
    details="A part of a mapping splits it; a child VMAR goes only as a whole. Pages stay with their VMO.",
    statuses="ERR_BAD_HANDLE ERR_WRONG_TYPE ERR_INVALID_ARGS ERR_BAD_STATE",
)
def vmar_unmap(session: Session, vmar: int, address: int, length: int) -> Result:
    session.calls.vmar_unmap(vmar, address, length)
    return Result()


@command(
    "vmar_protect",
    "address space",
    "gives LEN bytes at ADDR the permissions FLAGS",
    params=(Handle("VMAR"), Address("ADDR"), Size("LEN"), MapFlags("FLAGS")),
    examples=(("m = map 64k", ""), ("vmar_protect $vmar $m 16k r", ""), ("expect ERR_ACCESS_DENIED touch $m", "")),
    statuses="ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_INVALID_ARGS ERR_BAD_STATE ERR_NOT_FOUND",
)
def vmar_protect(session: Session, vmar: int, address: int, length: int, flags: int) -> Result:
    session.calls.vmar_protect(vmar, address, length, flags)
    return Result()


@command(
    "vmar_destroy",
    "address space",
    "destroys VMAR with all that is in it",
    params=(Handle("VMAR"),),
    examples=(
        ("r = vmar_allocate $vmar 0 1M can-map-read", ""),
        ("vmar_destroy $r", ""),
        ("expect ERR_BAD_STATE vmar_destroy $r", ""),
    ),
    statuses="ERR_BAD_HANDLE ERR_WRONG_TYPE ERR_BAD_STATE",
)
def vmar_destroy(session: Session, vmar: int) -> Result:
    session.calls.vmar_destroy(vmar)
    return Result()
