"""The mmap_device_* and io_mapping_* calls."""

from __future__ import annotations

from kshell.commands.syscalls.answers import address_result
from kshell.kernel.abi import CACHE_UNCACHED_DEVICE, OBJ_TYPE_IOMAP, OBJ_TYPE_RESOURCE, RIGHT_READ
from kshell.shell.arguments import Handle, Number, Size
from kshell.shell.call_arguments import CachePolicy
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State


@command(
    "mmap_device_memory",
    category="address space",
    summary="maps LEN bytes of device memory at the physical address PADDR",
    params=(
        Handle("RESOURCE", OBJ_TYPE_RESOURCE),
        Number("PADDR"),
        Size("LEN"),
        CachePolicy("CACHE_POLICY", CACHE_UNCACHED_DEVICE),
    ),
    examples=(
        ("attach 1041", ""),
        ("m = mmap_device_memory 161930783 0xfebc0000 16k", ""),
        ("touch $m 16k", "0 faults, 0 pages committed\n"),
        ("expect ERR_NOT_SUPPORTED process_read_memory $self $m 4", ""),
    ),
    details="All of it can be reached at once; it counts as VIRT and not as RES. Drivers call it: bin/devmgr and the\n"
    "devhosts have a handle to the root resource. There is no handle to the mapping: vmar_unmap ends it.",
    gives=("addr",),
    failures={
        "ERR_BAD_HANDLE": "",
        "ERR_WRONG_TYPE": "",
        "ERR_INVALID_ARGS": "there is no such CACHE_POLICY, or PADDR plus LEN is beyond 2^40",
        "ERR_NO_MEMORY": "PADDR or LEN is not a page multiple, LEN is 0, or no gap is large enough",
        "ERR_BAD_STATE": "the root VMAR was destroyed",
    },
)
def mmap_device_memory(state: State, resource: int, paddr: int, length: int, cache_policy: int) -> Result:
    address = state.calls.mmap_device_memory(resource, paddr, length, cache_policy)
    return address_result(address, state.process.koid)


@command(
    "io_mapping_get_info",
    category="address space",
    summary="where an io-map's device memory is in the current process",
    params=(Handle("HANDLE", OBJ_TYPE_IOMAP, rights=RIGHT_READ),),
    examples=(
        ("attach 1756", ""),
        ("io_mapping_get_info 1251504765", "address 0x12fa000, 16777216 bytes\n"),
    ),
    gives=("addr", "size"),
    failures={
        "ERR_ACCESS_DENIED": "HANDLE lacks READ, or the io-map is another process's",
    },
)
def io_mapping_get_info(state: State, handle: int) -> Result:
    address, size = state.calls.io_mapping_get_info(handle)
    result = address_result(address, state.process.koid, size=size)
    result.text = f"address {address:#x}, {size} bytes\n"
    return result
