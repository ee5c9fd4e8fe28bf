"""Page faults: the one path from an address to a page.

    address -> mapping (NOT_FOUND in a gap) -> permission (ACCESS_DENIED) -> VMO offset (OUT_OF_RANGE beyond
    its size) -> a read maps what is visible, read-only; a write makes the page the VMO's own first

`fault` is that path, for one page or for many of one mapping; touching a range and single loads and stores all take
it. The CPU faults only where the page tables do not allow the access, so touching a page again costs nothing. Another
process's memory (`process_read_memory`) takes its first step, `Vmar.locate`, and asks for no permission.

Rules: docs/kernel-rules.md 4.6; `VmMapping::PageFault`, `VmAddressRegion::PageFault`.
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
from kshell.kernel.aspace import AddressSpace
from kshell.kernel.compiling import poll
from kshell.kernel.content import Data
from kshell.kernel.tasks import Process
from kshell.kernel.vmar import Mapping
from kshell.kernel.vmo import Vmo

ACCESS = {"r": VM_READ, "w": VM_WRITE, "x": VM_EXECUTE}
ACCESS_WORDS = {VM_READ: "a read", VM_WRITE: "a write", VM_EXECUTE: "an execute"}


class Touch:
    """What touching a range did: page faults taken, and pages committed by them."""

    __slots__ = ("faults", "committed")

    def __init__(self, faults: int, committed: int) -> None:
        self.faults = faults
        self.committed = committed


def touch(process: Process, address: int, length: int, access: str) -> Touch:
    """Touches every page of [address, address + length) in ascending order, as the CPU would.

    `access` is "r", "w" or "x". Raises the status of the first fault that fails (ERR_NOT_FOUND,
    ERR_ACCESS_DENIED, ERR_OUT_OF_RANGE, ERR_NO_MEMORY); the pages before it stay touched. What becomes of the
    process is up to the caller. Raises ERR_INVALID_ARGS for a length of 0 or an unknown access.
    """
    kind = ACCESS.get(access)
    if kind is None or length <= 0:
        raise KernelError(ERR_INVALID_ARGS, "touch needs a length of at least 1 byte, and r, w or x as its access")
    physmem = process.system.physmem
    before = physmem.object
    faults = 0
    page, end = address >> PAGE_SHIFT, (address + length + PAGE_MASK) >> PAGE_SHIFT
    while page < end:
        poll()
        mapping, taken = fault(process, page, end, kind)
        faults += taken
        page = mapping.end >> PAGE_SHIFT
    return Touch(faults, physmem.object - before)


def load(process: Process, address: int) -> int:
    """The byte at `address`, as the process's CPU reads it. Raises as `touch` does."""
    page = address >> PAGE_SHIFT
    mapping, _ = fault(process, page, page + 1, VM_READ)
    offset = address - mapping.base + mapping.vmo_offset
    within = offset & PAGE_MASK
    return mapping.vmo.read_page(offset >> PAGE_SHIFT)[within : within + 1].tobytes()[0]


def store(process: Process, address: int, byte: int) -> None:
    """Stores `byte` at `address` as the process's CPU does. Raises as `touch` does."""
    page = address >> PAGE_SHIFT
    mapping, _ = fault(process, page, page + 1, VM_WRITE)
    mapping.vmo.store(address - mapping.base + mapping.vmo_offset, Data.fill(byte, 1))


def fault(process: Process, page: int, end: int, kind: int) -> tuple[Mapping, int]:
    """An access of `kind` (VM_READ, VM_WRITE or VM_EXECUTE) to the virtual pages [page, end), as far as the mapping
    that holds the first one goes. Returns that mapping and the number of faults taken, one for each page that was
    out of the CPU's reach. Raises as `touch` does.
    """
    found = process.root_vmar.locate(page << PAGE_SHIFT)
    if found is None:
        raise _fault_error(ERR_NOT_FOUND, page << PAGE_SHIFT, kind, "nothing is mapped there")
    mapping, offset = found
    if not mapping.perms & kind:
        raise _fault_error(
            ERR_ACCESS_DENIED, page << PAGE_SHIFT, kind, f"the mapping there is {perms_text(mapping.perms)}"
        )
    vmo = mapping.vmo
    if offset >= vmo.size:
        raise _range_error(mapping, page, kind)
    aspace = process.aspace
    last = end
    if end - page == 1:
        if page in aspace.tables.present and (kind != VM_WRITE or page not in aspace.read_only):
            return mapping, 0
    else:
        end = min(end, mapping.end >> PAGE_SHIFT)
        last = min(end, page + ((vmo.size - offset + PAGE_MASK) >> PAGE_SHIFT))
    shift = (offset >> PAGE_SHIFT) - page
    error: KernelError | None = None
    faults = 0
    low = page
    try:
        while low < last:
            # All pages at once where memory is left for all, in halves otherwise: the kernel takes them one by one.
            high = last
            while high - low > 1 and not _room(aspace, vmo, low, high, shift, kind):
                high = (low + high) // 2
            if kind == VM_WRITE:
                vmo.commit_for_write(low + shift, high + shift, mapping)
                faults += aspace.allow_writing(low, high)
            else:
                faults += aspace.allow_reading(low, high)
            low = high
    except KernelError as failure:
        error = failure
    observer = aspace.system.observer
    if observer is not None and (faults or error is not None):
        observer.page_fault(aspace, mapping, page, low, kind)
    if error is not None:
        raise error
    if last < end:
        raise _range_error(mapping, last, kind)
    return mapping, faults


def _room(aspace: AddressSpace, vmo: Vmo, low: int, high: int, shift: int, kind: int) -> bool:
    """Whether memory is left for all that it takes to bring [low, high) within the CPU's reach, in one go."""
    pages = aspace.tables.missing(low, high)
    if kind == VM_WRITE:
        pages += vmo.write_cost(low + shift, high + shift)
    return pages <= aspace.system.physmem.free


def _fault_error(status: int, address: int, kind: int, why: str) -> KernelError:
    return KernelError(status, f"{ACCESS_WORDS[kind]} at {address:#x} faults: {why}")


def _range_error(mapping: Mapping, page: int, kind: int) -> KernelError:
    address = page << PAGE_SHIFT
    offset = address - mapping.base + mapping.vmo_offset
    return _fault_error(
        ERR_OUT_OF_RANGE, address, kind, f"it is byte {offset:#x} of a VMO of {mapping.vmo.size:#x} bytes"
    )
