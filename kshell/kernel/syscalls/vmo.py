"""mx_vmo_*: memory objects. Rules: docs/kernel-rules.md 3.6; `syscalls_vmo.cpp`, `vm_object_dispatcher.cpp`."""

from __future__ import annotations

from kshell.kernel.abi import (
    ERR_BUFFER_TOO_SMALL,
    ERR_INVALID_ARGS,
    ERR_NO_MEMORY,
    ERR_NOT_SUPPORTED,
    ERR_OUT_OF_RANGE,
    MAX_VMO_SIZE,
    OBJ_TYPE_RESOURCE,
    OBJ_TYPE_VMO,
    PAGE_MASK,
    PAGE_SHIFT,
    RIGHT_DUPLICATE,
    RIGHT_EXECUTE,
    RIGHT_MAP,
    RIGHT_READ,
    RIGHT_WRITE,
    U64_END,
    USER_SIZE,
    VMO_CLONE_COPY_ON_WRITE,
    VMO_OP_CACHE_CLEAN_INVALIDATE,
    VMO_OP_CACHE_SYNC,
    VMO_OP_COMMIT,
    VMO_OP_DECOMMIT,
    VMO_OP_LOCK,
    VMO_OP_LOOKUP,
    VMO_OP_UNLOCK,
    KernelError,
    round_up,
)
from kshell.kernel.compiling import mypyc_attr, poll, trait
from kshell.kernel.content import Data
from kshell.kernel.contiguous_vmo import ContiguousVmo
from kshell.kernel.handles import Handle
from kshell.kernel.syscalls.base import U32, Caller, no_options
from kshell.kernel.vmo import Vmo

# How many physical addresses fit the largest buffer that a process can have: all of its address space.
MOST_ADDRESSES = USER_SIZE >> 3


@trait
@mypyc_attr(allow_interpreted_subclasses=True)
class MemoryCalls(Caller):
    """The calls on VMOs."""

    def vmo_create(self, size: int, options: int = 0) -> int:
        """A new VMO of `size` bytes, all zero, nothing committed; returns its handle.

        Raises ERR_INVALID_ARGS for options, ERR_NO_MEMORY for a size above 2^64 less one page.
        """
        no_options(options)
        if size > MAX_VMO_SIZE:
            raise KernelError(ERR_NO_MEMORY, f"a VMO has at most {MAX_VMO_SIZE:#x} bytes, not {size:#x}")
        machine = self.machine
        if len(machine.vmos) + machine.regions >= machine.max_objects:
            raise machine.full()
        return self._publish(Vmo(machine, machine.new_koid(), size))

    def vmo_create_contiguous(self, resource: int, size: int, alignment_log2: int = 0) -> int:
        """A new VMO of `size` bytes, rounded up to pages, all committed and in a row in physical memory, from a
        multiple of 2^`alignment_log2` on (0: of a page); returns its handle.

        `resource` is a handle to a resource, no right is needed. Raises ERR_INVALID_ARGS for size 0 and an alignment
        other than 0 and 12 to 63, before the handle is looked at; ERR_BAD_HANDLE, ERR_WRONG_TYPE, ERR_NO_MEMORY.
        """
        alignment_log2 &= U32
        if size == 0:
            raise KernelError(ERR_INVALID_ARGS, "the size is 0")
        if alignment_log2 and not PAGE_SHIFT <= alignment_log2 < 64:
            raise KernelError(
                ERR_INVALID_ARGS,
                f"{alignment_log2} is not the exponent of an alignment: it is 12 to 63, or 0 for pages",
            )
        self._lookup(resource, 0, OBJ_TYPE_RESOURCE)
        machine = self.machine
        if len(machine.vmos) + machine.regions >= machine.max_objects:
            raise machine.full()
        vmo = ContiguousVmo(machine, round_up(size) % U64_END, alignment_log2 or PAGE_SHIFT)
        vmo.koid = machine.new_koid()
        return self._publish(vmo)

    def vmo_clone(self, vmo: int, options: int, offset: int, size: int) -> int:
        """A copy-on-write clone of `size` bytes that shows `vmo` from byte `offset` on; returns its handle.

        Needs DUPLICATE and READ. Offset and size may lie beyond the parent. The new handle has the source's
        rights and WRITE, EXECUTE, MAP. Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE,
        ERR_INVALID_ARGS (not copy-on-write, unaligned offset), ERR_OUT_OF_RANGE, ERR_NO_MEMORY.
        """
        source = self._lookup(vmo, RIGHT_DUPLICATE | RIGHT_READ, OBJ_TYPE_VMO)
        parent = _vmo(source)
        if not options & VMO_CLONE_COPY_ON_WRITE:
            raise KernelError(ERR_INVALID_ARGS, "a clone is copy-on-write: its option is cow (1)")
        if size > MAX_VMO_SIZE:
            raise KernelError(ERR_OUT_OF_RANGE, f"a VMO has at most {MAX_VMO_SIZE:#x} bytes, not {size:#x}")
        if offset & PAGE_MASK:
            raise KernelError(ERR_INVALID_ARGS, f"offset {offset:#x} is not page aligned")
        if offset + size >= U64_END:
            raise KernelError(ERR_OUT_OF_RANGE, f"offset {offset:#x} plus size {size:#x} goes beyond 2^64")
        machine = self.machine
        if len(machine.vmos) + machine.regions >= machine.max_objects:
            raise machine.full()
        clone = parent.clone(self.machine.new_koid(), offset >> PAGE_SHIFT, size)
        return self._publish(clone, source.rights | RIGHT_WRITE | RIGHT_EXECUTE | RIGHT_MAP)

    def vmo_read(self, vmo: int, offset: int, length: int) -> Data:
        """Up to `length` bytes from `offset`, trimmed to the size; commits nothing.

        Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED without READ, ERR_WRONG_TYPE, ERR_OUT_OF_RANGE.
        """
        object_ = _vmo(self._lookup(vmo, RIGHT_READ, OBJ_TYPE_VMO))
        return object_.read(offset, object_.trim(offset, length))

    def vmo_write(self, vmo: int, offset: int, data: Data | bytes) -> int:
        """Writes `data` at `offset`, trimmed to the size; returns the bytes written.

        Each page is committed before it is written. Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED without WRITE,
        ERR_WRONG_TYPE, ERR_OUT_OF_RANGE, ERR_NO_MEMORY (what has been written by then stays).
        """
        object_ = _vmo(self._lookup(vmo, RIGHT_WRITE, OBJ_TYPE_VMO))
        data = data if isinstance(data, Data) else Data.of(data)
        length = object_.trim(offset, data.length)
        object_.write(offset, data if length == data.length else data[:length])
        return length

    def vmo_get_size(self, vmo: int) -> int:
        """The size in bytes, exactly as set. Needs no right. Raises ERR_BAD_HANDLE, ERR_WRONG_TYPE."""
        return _vmo(self._lookup(vmo, 0, OBJ_TYPE_VMO)).size

    def vmo_set_size(self, vmo: int, size: int) -> None:
        """Resizes to `size` bytes; pages wholly beyond it are freed.

        Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED without WRITE, ERR_WRONG_TYPE, ERR_OUT_OF_RANGE.
        """
        _vmo(self._lookup(vmo, RIGHT_WRITE, OBJ_TYPE_VMO)).set_size(size)

    def vmo_op_range(
        self,
        vmo: int,
        op: int,
        offset: int,
        size: int,
        buffer: list[int] | None = None,
        capacity: int | None = None,
    ) -> list[int]:
        """Does `op` (VMO_OP_*) to `size` bytes from `offset`; needs no right for any of them.

        LOOKUP returns the physical addresses of the pages; `buffer` gets them one by one, even when the call
        fails on the way, and has room for `capacity` of them (None: enough). Other ops return an empty list.
        Raises ERR_BAD_HANDLE, ERR_WRONG_TYPE, ERR_INVALID_ARGS, ERR_OUT_OF_RANGE, ERR_NO_MEMORY,
        ERR_NOT_SUPPORTED, ERR_BUFFER_TOO_SMALL.
        """
        object_ = _vmo(self._lookup(vmo, 0, OBJ_TYPE_VMO))
        op &= U32
        found: list[int] = [] if buffer is None else buffer
        if op == VMO_OP_COMMIT:
            object_.commit(offset, size)
        elif op == VMO_OP_DECOMMIT:
            object_.decommit(offset, size)
        elif op in (VMO_OP_LOCK, VMO_OP_UNLOCK):
            raise KernelError(ERR_NOT_SUPPORTED, "locking is not implemented in this kernel")
        elif op == VMO_OP_LOOKUP:
            _lookup_pages(object_, offset, size, found, capacity)
        elif VMO_OP_CACHE_SYNC <= op <= VMO_OP_CACHE_CLEAN_INVALIDATE:
            _require_inside(object_, offset, size)
        else:
            raise KernelError(ERR_INVALID_ARGS, f"there is no operation {op}: 1 is commit, 2 decommit, 5 lookup")
        return found


def _vmo(handle: Handle) -> Vmo:
    object_ = handle.object
    assert isinstance(object_, Vmo)
    return object_


def _require_inside(vmo: Vmo, offset: int, size: int) -> None:
    """The range rule of LOOKUP and the cache operations: not empty, wholly inside, no trimming."""
    if size == 0:
        raise KernelError(ERR_INVALID_ARGS, "the length is 0")
    if offset + size > vmo.size:
        raise KernelError(
            ERR_OUT_OF_RANGE,
            f"[{offset:#x}, {offset + size:#x}) is not wholly inside the VMO's {vmo.size:#x} bytes",
        )


def _lookup_pages(vmo: Vmo, offset: int, size: int, found: list[int], capacity: int | None) -> None:
    if capacity == 0:
        raise KernelError(ERR_INVALID_ARGS, "lookup needs a buffer for the addresses")
    # The kernel counts in 64 bits, so a range that wraps at their end needs a very large buffer.
    first = offset >> PAGE_SHIFT
    end = ((offset + size) % U64_END + PAGE_MASK) % U64_END >> PAGE_SHIFT
    count = (end - first) % (U64_END >> PAGE_SHIFT)
    room = MOST_ADDRESSES if capacity is None else capacity
    if count > room:
        raise KernelError(ERR_BUFFER_TOO_SMALL, f"lookup needs room for {count} addresses, there is room for {room}")
    _require_inside(vmo, offset, size)
    for low, high, owner, at, _ in vmo.stretches(first, end):
        if owner is None:
            raise KernelError(
                ERR_NO_MEMORY, f"page {low} (offset {low << PAGE_SHIFT:#x}) is not committed: lookup commits nothing"
            )
        for page in range(at, at + high - low):
            poll()
            found.append(owner.frame_at(page))
