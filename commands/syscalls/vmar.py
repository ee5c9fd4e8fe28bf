"""The vmar_* calls."""

from __future__ import annotations

from kshell.commands.syscalls.answers import DEAD_VMAR, address_result, handle_result
from kshell.kernel.abi import OBJ_TYPE_VMAR, OBJ_TYPE_VMO, RIGHT_MAP
from kshell.shell.arguments import Address, Handle, Offset, Size
from kshell.shell.call_arguments import MapFlags
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State


@command(
    "vmar_allocate",
    category="address space",
    summary="a child VMAR of SIZE bytes in VMAR",
    params=(Handle("VMAR", OBJ_TYPE_VMAR), Offset("OFFSET"), Size("SIZE"), MapFlags("FLAGS")),
    examples=(
        ("r = vmar_allocate $vmar 0 1M can-map-read,can-map-write", ""),
        ("a = vmo_create 4k", ""),
        ("m = vmar_map $r 0 $a 0 4k rw", ""),
        ("expect ERR_ACCESS_DENIED vmar_map $r 0 $a 0 4k rx", ""),
    ),
    details="FLAGS: can-map-read, can-map-write, can-map-execute, can-map-specific; specific with an OFFSET.",
    gives=("handle", "koid", "addr"),
    needs="READ, WRITE, EXECUTE on VMAR, for each of can-map-read, -write, -execute",
    failures={
        "ERR_BAD_HANDLE": "",
        "ERR_ACCESS_DENIED": "VMAR's handle lacks such a right, or VMAR lacks the can-map flag itself",
        "ERR_WRONG_TYPE": "",
        "ERR_INVALID_ARGS": "FLAGS have read, execute, specific-overwrite or unknown bits; SIZE is 0, not a page "
        "multiple or larger than VMAR; OFFSET without specific, or not page aligned",
        "ERR_BAD_STATE": DEAD_VMAR,
        "ERR_NO_MEMORY": "no gap is large enough; specific: the range is taken; or the handle table is full",
    },
)
def vmar_allocate(state: State, vmar: int, offset: int, size: int, flags: int) -> Result:
    handle, address = state.calls.vmar_allocate(vmar, offset, size, flags)
    result = handle_result(state, handle, state.space_of(vmar), addr=address)
    result.text = f"{result.output().rstrip()}, address {address:#x}\n"
    return result


@command(
    "vmar_map",
    category="address space",
    summary="maps LEN bytes of VMO from VMO_OFFSET into VMAR",
    params=(
        Handle("VMAR", OBJ_TYPE_VMAR),
        Offset("VMAR_OFFSET"),
        Handle("VMO", OBJ_TYPE_VMO, rights=RIGHT_MAP),
        Offset("VMO_OFFSET"),
        Size("LEN"),
        MapFlags("FLAGS"),
    ),
    examples=(
        ("a = vmo_create 16k", ""),
        ("m = vmar_map $vmar 0 $a 0 16k rw", ""),
        ("touch $m 8k", "2 faults, 2 pages committed\n"),
        ("vmar_unmap $vmar $m 16k", ""),
    ),
    details="FLAGS: r, rw, rx or rwx; specific or specific-overwrite with a VMAR_OFFSET. Nothing is committed yet.",
    gives=("addr",),
    needs="MAP on VMO; READ, WRITE, EXECUTE on VMO and on VMAR, for each of r, w, x",
    failures={
        "ERR_BAD_HANDLE": "",
        "ERR_WRONG_TYPE": "",
        "ERR_ACCESS_DENIED": "VMO's handle lacks MAP; one of the two lacks a right for r, w, x; or VMAR does not "
        "allow it, or lacks can-map-specific",
        "ERR_INVALID_ARGS": "FLAGS lack r, or have compact, can-map-... or unknown bits; VMO_OFFSET is not page "
        "aligned; LEN is 0 or larger than VMAR; VMAR_OFFSET without specific, or not page aligned; a child VMAR is "
        "in the way of specific-overwrite",
        "ERR_BAD_STATE": DEAD_VMAR,
        "ERR_NO_MEMORY": "no gap is large enough; specific: the range is taken",
    },
)
def vmar_map(state: State, vmar: int, vmar_offset: int, vmo: int, vmo_offset: int, length: int, flags: int) -> Result:
    address = state.calls.vmar_map(vmar, vmar_offset, vmo, vmo_offset, length, flags)
    return address_result(address, state.space_of(vmar))


@command(
    "vmar_unmap",
    category="address space",
    summary="unmaps LEN bytes at ADDR",
    params=(Handle("VMAR", OBJ_TYPE_VMAR), Address("ADDR", of="VMAR"), Size("LEN")),
    examples=(
        ("m = map 64k", ""),
        ("vmar_unmap $vmar $m+16k 16k", ""),
        ("expect ERR_NOT_FOUND touch $m+16k", ""),
        ("expect ERR_INVALID_ARGS vmar_unmap $vmar $m+1 4k", ""),
    ),
    details="Unmapping part of a mapping splits it; a child VMAR goes only as a whole. Pages stay with their VMO.",
    failures={
        "ERR_INVALID_ARGS": "ADDR is not page aligned, LEN is 0, the range is not inside VMAR, or it cuts a child "
        "VMAR (one that ends just before ADDR counts, too)",
        "ERR_BAD_STATE": DEAD_VMAR,
    },
)
def vmar_unmap(state: State, vmar: int, address: int, length: int) -> Result:
    state.calls.vmar_unmap(vmar, address, length)
    return Result()


@command(
    "vmar_unmap_handle_close_thread_exit",
    category="address space",
    summary="unmaps LEN bytes at ADDR, closes HANDLE and ends the current process's oldest thread",
    params=(Handle("VMAR", OBJ_TYPE_VMAR), Address("ADDR", of="VMAR"), Size("LEN"), Handle("HANDLE")),
    examples=(
        ("m = map 64k", ""),
        ("e = event_create", ""),
        ("vmar_unmap_handle_close_thread_exit $vmar $m 64k $e", ""),
    ),
    details="How a detached thread ends: ADDR is its stack, HANDLE its own. With the last thread the process ends.",
    failures={
        "ERR_BAD_HANDLE": "VMAR is no handle: nothing is done; or HANDLE is none: the thread takes an exception",
        "ERR_INVALID_ARGS": "as for vmar_unmap",
        "ERR_BAD_STATE": f"{DEAD_VMAR}; or the current process has no thread",
    },
)
def vmar_unmap_handle_close_thread_exit(state: State, vmar: int, address: int, length: int, handle: int) -> Result:
    state.calls.vmar_unmap_handle_close_thread_exit(vmar, address, length, handle)
    return Result()


@command(
    "vmar_protect",
    category="address space",
    summary="gives LEN bytes at ADDR the permissions FLAGS",
    params=(Handle("VMAR", OBJ_TYPE_VMAR), Address("ADDR", of="VMAR"), Size("LEN"), MapFlags("FLAGS")),
    examples=(("m = map 64k", ""), ("vmar_protect $vmar $m 16k r", ""), ("expect ERR_ACCESS_DENIED touch $m", "")),
    needs="READ, WRITE, EXECUTE on VMAR, for each of r, w, x",
    failures={
        "ERR_BAD_HANDLE": "",
        "ERR_ACCESS_DENIED": "VMAR's handle lacks such a right, or the handles at map time did not allow it",
        "ERR_WRONG_TYPE": "",
        "ERR_INVALID_ARGS": "FLAGS lack r or have more than r, w, x; ADDR is not page aligned; LEN is 0; the range "
        "is not inside VMAR, or meets a child VMAR",
        "ERR_BAD_STATE": DEAD_VMAR,
        "ERR_NOT_FOUND": "part of the range is not mapped; nothing changes",
    },
)
def vmar_protect(state: State, vmar: int, address: int, length: int, flags: int) -> Result:
    state.calls.vmar_protect(vmar, address, length, flags)
    return Result()


@command(
    "vmar_destroy",
    category="address space",
    summary="destroys VMAR with everything in it",
    params=(Handle("VMAR", OBJ_TYPE_VMAR),),
    examples=(
        ("r = vmar_allocate $vmar 0 1M can-map-read", ""),
        ("vmar_destroy $r", ""),
        ("expect ERR_BAD_STATE vmar_destroy $r", ""),
    ),
    failures={
        "ERR_BAD_STATE": "VMAR is destroyed already, or its process is dead",
    },
)
def vmar_destroy(state: State, vmar: int) -> Result:
    state.calls.vmar_destroy(vmar)
    return Result()
