"""mx_vmar_*: address regions and mappings. Rules: docs/kernel-rules.md 3.7; `syscalls_vmar.cpp`."""

from __future__ import annotations

from kshell.kernel.abi import (
    CAN_MAP_SHIFT,
    ERR_ACCESS_DENIED,
    ERR_BAD_STATE,
    ERR_INVALID_ARGS,
    OBJ_TYPE_VMAR,
    OBJ_TYPE_VMO,
    PAGE_MASK,
    RIGHT_DUPLICATE,
    RIGHT_MAP,
    RIGHT_TRANSFER,
    RIGHTS_SHIFT,
    U64_END,
    VM_CAN_MAP_PERMS,
    VM_CAN_MAP_SPECIFIC,
    VM_COMPACT,
    VM_EXECUTE,
    VM_FLAG_NAMES,
    VM_FLAGS_ALL,
    VM_PERMS,
    VM_READ,
    VM_SPECIFIC,
    VM_SPECIFIC_OVERWRITE,
    KernelError,
    perms_text,
)
from kshell.kernel.compiling import mypyc_attr, trait
from kshell.kernel.exceptions import raise_exception
from kshell.kernel.handles import Handle
from kshell.kernel.syscalls.base import U32, Caller, rights_text
from kshell.kernel.tasks import RUNNING
from kshell.kernel.vmar import Mapping, Vmar
from kshell.kernel.vmo import Vmo

REGION_NAME = "useralloc"
# What vmar_map takes.
_MAP_FLAGS = VM_PERMS | VM_SPECIFIC | VM_SPECIFIC_OVERWRITE


@trait
@mypyc_attr(allow_interpreted_subclasses=True)
class RegionCalls(Caller):
    """The calls on VMARs."""

    def vmar_allocate(self, vmar: int, offset: int, size: int, flags: int) -> tuple[int, int]:
        """A child VMAR of `size` bytes (page multiple); returns its handle and address.

        `flags` are CAN_MAP bits, SPECIFIC with an `offset`, or COMPACT, which changes nothing here. The handle
        needs READ, WRITE, EXECUTE for the CAN_MAP bits that are asked for, and the new one has just these. Raises
        ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_INVALID_ARGS, ERR_BAD_STATE, ERR_NO_MEMORY.
        """
        flags &= U32
        rights = (flags & VM_CAN_MAP_PERMS) >> CAN_MAP_SHIFT << RIGHTS_SHIFT
        parent = _vmar(self._lookup(vmar, rights, OBJ_TYPE_VMAR, policy=False))
        _known_flags(flags)
        # A lone PERM_WRITE is dropped without a word (docs/kernel-rules.md 8 no. 21).
        if flags & (VM_READ | VM_EXECUTE):
            raise KernelError(ERR_INVALID_ARGS, "a VMAR has no permissions of its own: use can-map-read and so on")
        if size & PAGE_MASK:
            raise KernelError(ERR_INVALID_ARGS, f"size {size:#x} is not a multiple of the page size")
        if flags & VM_SPECIFIC_OVERWRITE:
            raise KernelError(ERR_INVALID_ARGS, "specific-overwrite is for mappings: a VMAR cannot replace anything")
        base = parent.place(offset, size, flags)
        allowed = flags & (VM_CAN_MAP_PERMS | VM_CAN_MAP_SPECIFIC)
        machine = self.machine
        if len(machine.vmos) + machine.regions >= machine.max_objects:
            raise machine.full()
        child = Vmar(self.machine.new_koid(), parent.aspace, parent, base, size, allowed, REGION_NAME)
        return self._publish(child, RIGHT_DUPLICATE | RIGHT_TRANSFER | rights), base

    def vmar_map(self, vmar: int, vmar_offset: int, vmo: int, vmo_offset: int, length: int, flags: int) -> int:
        """Maps `length` bytes (rounded up to pages) of `vmo` from `vmo_offset` on; returns the address.

        `flags` are permissions (read at least) and SPECIFIC or SPECIFIC_OVERWRITE with a `vmar_offset`. Both
        handles need READ, WRITE, EXECUTE for the permissions, and the VMO's needs MAP too. Nothing is committed
        and the VMO's size is not looked at. Raises ERR_BAD_HANDLE, ERR_WRONG_TYPE, ERR_ACCESS_DENIED,
        ERR_INVALID_ARGS, ERR_BAD_STATE, ERR_NO_MEMORY.
        """
        flags &= U32
        region = self._lookup(vmar, 0, OBJ_TYPE_VMAR)
        source = self._lookup(vmo, 0, OBJ_TYPE_VMO)
        if not source.rights & RIGHT_MAP:
            raise KernelError(ERR_ACCESS_DENIED, f"the VMO's handle lacks MAP: it has {rights_text(source.rights)}")
        # Good flags meet none of the refusals below, each of which has its place in the kernel's order.
        plain = flags & VM_READ and not flags & ~_MAP_FLAGS
        if not plain:
            _readable(flags)
            if flags & VM_CAN_MAP_PERMS:
                raise KernelError(ERR_INVALID_ARGS, "can-map-read, -write, -execute are for VMARs, not for mappings")
        common = source.rights & region.rights
        perms = flags & VM_PERMS
        if (perms << RIGHTS_SHIFT) & ~common:
            raise KernelError(
                ERR_ACCESS_DENIED,
                f"{perms_text(perms)} needs these rights on both handles; the VMO's has "
                f"{rights_text(source.rights)}, the VMAR's {rights_text(region.rights)}",
            )
        if not plain:
            _known_flags(flags)
            if flags & (VM_COMPACT | VM_CAN_MAP_SPECIFIC):
                raise KernelError(ERR_INVALID_ARGS, "compact and can-map-specific are for VMARs, not for mappings")
        size = (length + PAGE_MASK & ~PAGE_MASK) % U64_END
        # The VMAR has to allow the permissions too; what the handles allow beyond them is the limit for protect.
        max_perms = common >> RIGHTS_SHIFT & VM_PERMS
        parent = region.object
        assert isinstance(parent, Vmar)
        if vmo_offset & PAGE_MASK or vmo_offset + size >= U64_END:
            raise KernelError(
                ERR_INVALID_ARGS, f"VMO offset {vmo_offset:#x} is not page aligned, or its end goes beyond 2^64"
            )
        if (perms << CAN_MAP_SHIFT) & ~parent.flags:
            _parent_allows(parent, perms)
        machine = self.machine
        if len(machine.vmos) + machine.regions >= machine.max_objects:
            raise machine.full()
        base = parent.place(
            vmar_offset, size, flags & (VM_SPECIFIC | VM_SPECIFIC_OVERWRITE) | max_perms << CAN_MAP_SHIFT
        )
        object_ = source.object
        assert isinstance(object_, Vmo)
        mapping = Mapping(parent, base, size, object_, vmo_offset, perms, max_perms, REGION_NAME)
        if self.machine.observer is not None:
            self.machine.observer.mapped(mapping)
        return base

    def vmar_unmap(self, vmar: int, address: int, length: int) -> None:
        """Unmaps `length` bytes (rounded up to pages) at `address`: parts of mappings and whole child VMARs.

        Needs no right. Raises ERR_BAD_HANDLE, ERR_WRONG_TYPE, ERR_INVALID_ARGS, ERR_BAD_STATE.
        """
        _vmar(self._lookup(vmar, 0, OBJ_TYPE_VMAR)).unmap(address, length)

    def vmar_protect(self, vmar: int, address: int, length: int, flags: int) -> None:
        """Gives `length` bytes (rounded up to pages) at `address` the permissions `flags`; all or nothing.

        The handle needs READ, WRITE, EXECUTE for the permissions. Raises ERR_BAD_HANDLE,
        ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_INVALID_ARGS, ERR_BAD_STATE, ERR_NOT_FOUND.
        """
        flags &= U32
        region = _vmar(self._lookup(vmar, (flags & VM_PERMS) << RIGHTS_SHIFT, OBJ_TYPE_VMAR, policy=False))
        _readable(flags)
        if address & PAGE_MASK:
            raise KernelError(ERR_INVALID_ARGS, f"address {address:#x} is not page aligned")
        if flags & ~VM_PERMS:
            raise KernelError(ERR_INVALID_ARGS, "protect takes permissions and no other flags")
        region.protect(address, length, flags)

    def vmar_destroy(self, vmar: int) -> None:
        """Destroys the VMAR with all mappings and VMARs in it; its handle stays valid but useless.

        Needs no right. Raises ERR_BAD_HANDLE, ERR_WRONG_TYPE, ERR_BAD_STATE when it was destroyed before.
        """
        region = _vmar(self._lookup(vmar, 0, OBJ_TYPE_VMAR))
        region.require_alive()
        region.destroy()

    def vmar_unmap_handle_close_thread_exit(self, vmar: int, address: int, length: int, handle: int) -> None:
        """vmar_unmap, handle_close and thread_exit in one: how a detached thread ends, its stack and its handle
        included.

        The thread is the process's oldest. Where vmar_unmap fails, nothing else is done: ERR_BAD_HANDLE,
        ERR_WRONG_TYPE, ERR_INVALID_ARGS, ERR_BAD_STATE. When `handle` is not a handle the thread has no stack left to
        go back to: an undefined instruction ends it, as an exception that may end the process, and this raises
        ERR_BAD_HANDLE. Raises ERR_BAD_STATE for a process that has no thread to make the call. Rules:
        docs/kernel-rules.md 3.7; `system/ulib/magenta/mx_vmar_unmap_handle_close_thread_exit-x86-64.S`.
        """
        process = self.process
        thread = next(iter(process.threads.values()), None)
        if thread is None:
            raise KernelError(ERR_BAD_STATE, f"process {process.koid} has no thread to exit")
        self.vmar_unmap(vmar, address, length)
        if process.handles.get(handle) is None:
            error = self._bad_handle(handle)
            if thread.state == RUNNING:
                raise_exception(thread, "undefined instruction")
            raise KernelError(error.status, f"{error.reason}; the thread is without a stack, and takes an exception")
        process.handles.close(handle)
        # It may have been the last handle to the thread.
        thread.kill()


def _vmar(handle: Handle) -> Vmar:
    object_ = handle.object
    assert isinstance(object_, Vmar)
    return object_


def _readable(flags: int) -> None:
    if not flags & VM_READ:
        raise KernelError(ERR_INVALID_ARGS, f"{perms_text(flags)} cannot be mapped: permissions are r, rw, rx or rwx")


def _known_flags(flags: int) -> None:
    if flags & ~VM_FLAGS_ALL:
        names = ", ".join(name.lower().removeprefix("perm_").replace("_", "-") for name in VM_FLAG_NAMES.values())
        raise KernelError(ERR_INVALID_ARGS, f"unknown flag bits {flags & ~VM_FLAGS_ALL:#x}; there are {names}")


def _parent_allows(parent: Vmar, perms: int) -> None:
    # Asked before anything else about the VMAR: a dead one refuses with this too.
    if (perms << CAN_MAP_SHIFT) & ~parent.flags:
        raise KernelError(
            ERR_ACCESS_DENIED,
            f"the VMAR allows {perms_text(parent.flags >> CAN_MAP_SHIFT)}, not {perms_text(perms)}",
        )
