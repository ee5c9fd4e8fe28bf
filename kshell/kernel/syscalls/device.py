"""mx_mmap_device_memory and mx_io_mapping_get_info: device memory in a driver's address space.

Rules: docs/kernel-rules.md 3.11; `syscalls_ddk.cpp`.
"""

from __future__ import annotations

from kshell.kernel.abi import (
    CACHE_NAMES,
    ERR_ACCESS_DENIED,
    ERR_INVALID_ARGS,
    ERR_NO_MEMORY,
    OBJ_TYPE_IOMAP,
    OBJ_TYPE_RESOURCE,
    PAGE_MASK,
    RIGHT_READ,
    U64_END,
    VM_READ,
    VM_WRITE,
    KernelError,
)
from kshell.kernel.compiling import mypyc_attr, trait
from kshell.kernel.io_mapping import IoMapping
from kshell.kernel.physical_vmo import PhysicalVmo
from kshell.kernel.syscalls.base import U32, Caller
from kshell.kernel.vmar import Mapping

REGION_NAME = "user_mmio"
# Where the physical addresses of the emulated processor end.
PHYSICAL_END = 1 << 40


@trait
@mypyc_attr(allow_interpreted_subclasses=True)
class DeviceCalls(Caller):
    """The calls on the memory of devices."""

    def mmap_device_memory(self, resource: int, address: int, length: int, cache_policy: int) -> int:
        """Maps `length` bytes of device memory from the physical `address` on, both page multiples, into the caller's
        root VMAR, read-write; returns where. All of it can be reached at once, and no memory is committed.

        `resource` is a handle to a resource, no right is needed; `length` has 32 bits; `cache_policy` is one of
        CACHE_*. Nothing keeps the mapping but its address space: there is no handle to it. Raises ERR_BAD_HANDLE,
        ERR_WRONG_TYPE, ERR_INVALID_ARGS for another policy, ERR_NO_MEMORY for an address or a length that is no page
        multiple, a length of 0, an end beyond 2^64, and where there is no gap, ERR_BAD_STATE when the root VMAR was
        destroyed. An address that the processor does not have is ERR_INVALID_ARGS; the real kernel panics there.
        """
        length &= U32
        cache_policy &= U32
        self._resource(resource)
        if cache_policy not in CACHE_NAMES:
            names = ", ".join(f"{code} {name}" for code, name in CACHE_NAMES.items())
            raise KernelError(ERR_INVALID_ARGS, f"there is no cache policy {cache_policy}: those are {names}")
        if (address | length) & PAGE_MASK or not length or address + length > U64_END:
            raise KernelError(
                ERR_NO_MEMORY,
                f"[{address:#x}, {address + length:#x}) is not one page or several, inside 2^64: there is no such VMO",
            )
        if address + length > PHYSICAL_END:
            raise KernelError(
                ERR_INVALID_ARGS,
                f"[{address:#x}, {address + length:#x}) goes beyond {PHYSICAL_END:#x}, where physical addresses end: "
                "the real kernel panics there",
            )
        root = self.process.root_vmar
        base = root.place(0, length, 0)
        machine = self.machine
        if len(machine.vmos) + machine.regions + 1 >= machine.max_objects:
            raise machine.full()
        vmo = PhysicalVmo(machine, 0, length, address, cache_policy)
        try:
            mapping = Mapping(root, base, length, vmo, 0, VM_READ | VM_WRITE, VM_READ | VM_WRITE, REGION_NAME)
        except KernelError:
            vmo.release()
            raise
        try:
            mapping.map_all()
        except KernelError:
            mapping.destroy()
            raise
        return base

    def io_mapping_get_info(self, handle: int) -> tuple[int, int]:
        """(address, size in bytes) of what an io-map has mapped in the caller's own address space. Needs READ.

        Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED, also where it is mapped in another address space, ERR_WRONG_TYPE.
        """
        io_map = self._lookup(handle, RIGHT_READ, OBJ_TYPE_IOMAP).object
        mapping = io_map.mapping if isinstance(io_map, IoMapping) else None
        if not isinstance(io_map, IoMapping) or mapping is None or mapping.aspace is not self.process.aspace:
            raise KernelError(
                ERR_ACCESS_DENIED, f"what handle {handle} has mapped is not in this process's address space"
            )
        return io_map.base, io_map.size

    def _resource(self, handle: int) -> None:
        """Raises unless `handle` refers to a resource (`validate_resource_handle`); there is but the root resource."""
        self._lookup(handle, 0, OBJ_TYPE_RESOURCE)
