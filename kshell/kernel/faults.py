"""Page faults: from an address to a page.

    address -> mapping (NOT_FOUND in a gap) -> permission (ACCESS_DENIED) -> VMO offset (OUT_OF_RANGE beyond
    its size) -> a read maps what is visible, read-only; a write makes the page the VMO's own first

The CPU only faults where the page tables do not allow the access, so touching a page again costs nothing.

Rules: facts section 4.6; `VmMapping::PageFault`, `VmAddressRegion::PageFault`.
"""

from __future__ import annotations

from kshell.kernel.abi import (
    ERR_ACCESS_DENIED,
    ERR_INVALID_ARGS,
    ERR_NOT_FOUND,
    ERR_OUT_OF_RANGE,
    PAGE_MASK,
    PAGE_SHIFT,
    VM_EXECUTE,
    VM_READ,
    VM_WRITE,
    KernelError,
    perms_text,
)
from kshell.kernel.content import Data

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kshell.kernel.aspace import AddressSpace
    from kshell.kernel.tasks import Process
    from kshell.kernel.vmar import Mapping

ACCESS = {"r": VM_READ, "w": VM_WRITE, "x": VM_EXECUTE}
ACCESS_WORDS = {VM_READ: "a read", VM_WRITE: "a write", VM_EXECUTE: "an execute"}


class Touch:
    """What touching a range did: page faults taken, and pages committed by them."""

    __slots__ = ("faults", "committed")

    def __init__(self) -> None:
        self.faults = 0
        self.committed = 0


def touch(process: Process, address: int, length: int, access: str) -> Touch:
    """Touches every page of [address, address + length) in ascending order, as the CPU would.

    `access` is "r", "w" or "x". Raises the status of the first fault that fails (ERR_NOT_FOUND,
    ERR_ACCESS_DENIED, ERR_OUT_OF_RANGE, ERR_NO_MEMORY); the pages before it stay touched. What becomes of the
    process is up to the caller. Raises ERR_INVALID_ARGS for a length of 0 or an unknown access.
    """
    kind = ACCESS.get(access)
    if kind is None or length <= 0:
        raise KernelError(ERR_INVALID_ARGS, "touch wants a length of at least 1 byte and an access of r, w or x")
    result = Touch()
    aspace = process.aspace
    page, end = address >> PAGE_SHIFT, (address + length + PAGE_MASK) >> PAGE_SHIFT
    free = process.machine.physmem.free
    try:
        while page < end:
            mapping = aspace.find_mapping(page << PAGE_SHIFT)
            if mapping is None:
                raise _fault_error(ERR_NOT_FOUND, page << PAGE_SHIFT, kind, "nothing is mapped there")
            stop = min(end, mapping.end >> PAGE_SHIFT)
            result.faults += _touch_mapping(aspace, mapping, page, stop, kind)
            page = stop
    finally:
        result.committed = free - process.machine.physmem.free
    return result


def touch_page(process: Process, address: int, kind: int) -> int:
    """One access at `address` (`kind` is VM_READ, VM_WRITE or VM_EXECUTE); returns the pages it committed.

    The whole path for a single page, without the bookkeeping of `touch`. Raises as `touch` does.
    """
    aspace = process.aspace
    page = address >> PAGE_SHIFT
    if page in (aspace.writable if kind == VM_WRITE else aspace.present) and kind != VM_EXECUTE:
        return 0
    mapping = aspace.find_mapping(address)
    if mapping is None:
        raise _fault_error(ERR_NOT_FOUND, address, kind, "nothing is mapped there")
    if not mapping.perms & kind:
        raise _permission_error(mapping, address, kind)
    offset = (page << PAGE_SHIFT) - mapping.base + mapping.vmo_offset
    vmo = mapping.vmo
    if offset >= vmo.size:
        raise _range_error(mapping, address, kind)
    committed = 0
    if kind == VM_WRITE:
        committed = vmo.fault_write(offset >> PAGE_SHIFT)
        aspace.writable.add(page)
    aspace.present.add(page)
    machine = aspace.machine
    if machine.listeners:
        machine.emit("page_fault", aspace, mapping, page, page + 1, kind)
    return committed


def load(process: Process, address: int) -> int:
    """The byte at `address`, as the process's CPU reads it. Raises as `touch` does."""
    touch_page(process, address, VM_READ)
    mapping = process.aspace.find_mapping(address)
    assert mapping is not None
    page_start = address & ~PAGE_MASK
    page = mapping.vmo.read_page((page_start - mapping.base + mapping.vmo_offset) >> PAGE_SHIFT)
    within = address - page_start
    return page[within : within + 1].tobytes()[0]


def store(process: Process, address: int, byte: int) -> None:
    """Stores `byte` at `address` as the process's CPU does. Raises as `touch` does."""
    touch_page(process, address, VM_WRITE)
    mapping = process.aspace.find_mapping(address)
    assert mapping is not None
    mapping.vmo.store(address - mapping.base + mapping.vmo_offset, Data.fill(byte, 1))


def _touch_mapping(aspace: AddressSpace, mapping: Mapping, start: int, end: int, kind: int) -> int:
    """Touches the virtual pages [start, end) of one mapping; returns the faults taken."""
    machine = aspace.machine
    if not mapping.perms & kind:
        raise _permission_error(mapping, start << PAGE_SHIFT, kind)
    shift = (mapping.vmo_offset >> PAGE_SHIFT) - (mapping.base >> PAGE_SHIFT)
    vmo = mapping.vmo
    limit = min(end, max(start, vmo.page_count - shift))
    reachable = aspace.writable if kind == VM_WRITE else aspace.present
    missing = limit - start - reachable.count_range(start, limit)
    error: KernelError | None = None
    if missing:
        if kind == VM_WRITE:
            try:
                vmo.commit_for_write(start + shift, limit + shift)
            except KernelError as failure:
                error = failure
                limit = next(iter(vmo.pages.gaps(start + shift, limit + shift)))[0] - shift
                missing = limit - start - reachable.count_range(start, limit)
            aspace.writable.add_range(start, limit)
        aspace.present.add_range(start, limit)
        if machine.listeners:
            machine.emit("page_fault", aspace, mapping, start, limit, kind)
    if error is not None:
        raise error
    if limit < end:
        raise _range_error(mapping, limit << PAGE_SHIFT, kind)
    return missing


def _fault_error(status: int, address: int, kind: int, why: str) -> KernelError:
    return KernelError(status, f"{ACCESS_WORDS[kind]} at {address:#x} faults: {why}")


def _permission_error(mapping: Mapping, address: int, kind: int) -> KernelError:
    return _fault_error(ERR_ACCESS_DENIED, address, kind, f"the mapping there is {perms_text(mapping.perms)}")


def _range_error(mapping: Mapping, address: int, kind: int) -> KernelError:
    return _fault_error(
        ERR_OUT_OF_RANGE,
        address,
        kind,
        f"it is byte {address - mapping.base + mapping.vmo_offset:#x} of a VMO of {mapping.vmo.size:#x} bytes",
    )
