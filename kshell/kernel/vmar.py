"""VMARs and mappings: the regions of an address space, and where the next one goes.

    aspace [0x1000000, 0x7ffffffff000)
    `- root VMAR, the whole of it
       |- VMAR    [0x1000000, 0x1025000)        a child VMAR is one opaque block to its parent
       |  |- mapping r-x -> VMO a, offset 0
       |  `- mapping rw- -> VMO b, offset 0x1000
       `- mapping [0x10ca000, 0x12ca000) rw- -> VMO c

A partial unmap or protect splits a mapping in place:   [ M          ]  ->  [ M ][new][new]
the original object keeps the left piece (docs/kernel-rules.md 4.3 and 4.4), and pieces never merge again.

Rules: docs/kernel-rules.md 3.7 and 4.1 to 4.4; `kernel/kernel/vm/vm_address_region.cpp`, `vm_mapping.cpp`.
"""

from __future__ import annotations

from kshell.kernel.abi import (
    CAN_MAP_SHIFT,
    ERR_ACCESS_DENIED,
    ERR_BAD_STATE,
    ERR_INVALID_ARGS,
    ERR_NO_MEMORY,
    ERR_NOT_FOUND,
    OBJ_TYPE_VMAR,
    PAGE_MASK,
    PAGE_SHIFT,
    U64_END,
    VM_CAN_MAP_PERMS,
    VM_CAN_MAP_SPECIFIC,
    VM_PERMS,
    VM_SPECIFIC,
    VM_SPECIFIC_OVERWRITE,
    VM_WRITE,
    KernelError,
    perms_text,
    round_up,
)
from kshell.kernel.aspace import AddressSpace
from kshell.kernel.compiling import mypyc_attr, poll
from kshell.kernel.heap import MAPPING, VMAR, VMAR_DISPATCHER
from kshell.kernel.mapping_index import View
from kshell.kernel.objects import Blocks, KernelObject
from kshell.kernel.region_list import Region, RegionList
from kshell.kernel.vmo import Vmo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# What the root VMAR of a process allows: everything.
ROOT_FLAGS = VM_CAN_MAP_SPECIFIC | VM_CAN_MAP_PERMS


@mypyc_attr(allow_interpreted_subclasses=True)
class Mapping(View, Region):
    """A region that shows a stretch of a VMO, byte for byte from `vmo_offset` on.

    `perms` are the VM_READ, VM_WRITE, VM_EXECUTE bits in force, `max_perms` those that protect may not exceed:
    what both handles allowed when it was mapped.

    Invariants: base, size and vmo_offset are page multiples; perms is part of max_perms; the mapping is in its VMO's
    `mappings` and in its parent's `children` exactly as long as it exists.
    """

    __slots__ = ("base", "size", "parent", "name", "vmo", "vmo_offset", "perms", "max_perms", "aspace", "address")

    def __init__(
        self,
        parent: Vmar,
        base: int,
        size: int,
        vmo: Vmo,
        vmo_offset: int,
        perms: int,
        max_perms: int,
        name: str,
        alone: bool = True,
    ) -> None:
        """Maps `size` bytes of `vmo` from `vmo_offset` on at `base`, free in `parent`. Raises ERR_NO_MEMORY.

        With `alone` False whoever makes many has taken their blocks of the heap, and puts all of them together into
        the parent's `children`.
        """
        aspace = parent.aspace
        system = aspace.system
        if alone:
            system.heap.take(MAPPING)
        self.base = base
        self.size = size
        self.parent = parent
        self.name = name
        self.vmo = vmo
        self.vmo_offset = vmo_offset
        self.perms = perms
        self.max_perms = max_perms
        self.aspace = aspace
        self.address = system.kernel_address()
        aspace.mapped_bytes += size
        aspace.mapping_count += 1
        system.regions += 1
        vmo.add_mapping(self)
        if alone:
            parent.children.insert(self)

    @property
    def committed(self) -> int:
        """Committed pages of the VMO in what is shown: RES, in pages."""
        return self.vmo.committed(self.vmo_offset, self.size)

    def move(self, base: int, size: int) -> None:
        self.base = base
        self.size = size

    def map_all(self) -> None:
        """Makes all pages present at once, writable where the mapping is: what the kernel does for device memory only
        (`IoMappingDispatcher::Init`). Raises ERR_NO_MEMORY."""
        low, high = self.base >> PAGE_SHIFT, self.end >> PAGE_SHIFT
        if self.perms & VM_WRITE:
            self.aspace.allow_writing(low, high)
        else:
            self.aspace.allow_reading(low, high)

    def unmap_pages(self, start: int, end: int) -> None:
        first = self.vmo_offset >> PAGE_SHIFT
        low, high = max(start, first), min(end, first + (self.size >> PAGE_SHIFT))
        if low < high:
            shift = (self.base >> PAGE_SHIFT) - first
            self.aspace.unmap_pages(low + shift, high + shift)

    def _clear(self, start: int, end: int) -> None:
        self.aspace.unmap_pages(start >> PAGE_SHIFT, end >> PAGE_SHIFT)

    def destroy(self) -> None:
        """Ends the mapping; the VMO's pages stay with the VMO, which ends with its last reference."""
        self.parent.children.remove(self)
        self.drop()

    def drop(self) -> None:
        """Ends a mapping that is no longer in its parent's list."""
        self._clear(self.base, self.end)
        self.aspace.mapped_bytes -= self.size
        self.aspace.mapping_count -= 1
        system = self.aspace.system
        system.regions -= 1
        system.heap.give(MAPPING)
        self.vmo.remove_mapping(self)
        self.vmo.release()

    def _resize(self, base: int, end: int) -> None:
        self.aspace.mapped_bytes += (end - base) - self.size
        index = self.vmo.index
        if index is not None:
            index.remove(self)
        self.vmo_offset += base - self.base
        self.parent.children.set_bounds(self, base, end - base)
        if index is not None:
            index.add(self)

    def unmap(self, start: int, end: int) -> None:
        """Removes the addresses [start, end), inside the mapping: a prefix, a suffix, the middle, or all."""
        if start == self.base and end == self.end:
            self.destroy()
            return
        old_end = self.end
        if start > self.base and end < old_end:
            self._require_heap(1)
        self._clear(start, end)
        if start == self.base:
            self._resize(end, old_end)
        else:
            offset = self.vmo_offset + end - self.base
            self._resize(self.base, start)
            if end < old_end:
                Mapping(self.parent, end, old_end - end, self.vmo, offset, self.perms, self.max_perms, self.name)
        observer = self.aspace.system.observer
        if observer is not None:
            observer.mapping_split(self, start, end)

    def protect(self, start: int, end: int, perms: int) -> None:
        """Gives the addresses [start, end), inside the mapping, other permissions; splits where needed."""
        if perms == self.perms:
            return
        old_end, old_perms = self.end, self.perms
        aspace = self.aspace
        if start > self.base or end < old_end:
            self._require_heap((start > self.base) + (end < old_end))
        if perms & VM_PERMS != VM_PERMS and aspace.present:
            aspace.protect(start >> PAGE_SHIFT, end >> PAGE_SHIFT)
        if start == self.base and end == old_end:
            self.perms = perms
            return
        offset = self.vmo_offset - self.base
        if start == self.base:
            self._resize(start, end)
            self.perms = perms
        else:
            self._resize(self.base, start)
            self._sibling(start, end, offset, perms)
        if end < old_end:
            self._sibling(end, old_end, offset, old_perms)
        observer = aspace.system.observer
        if observer is not None:
            observer.mapping_split(self, start, end)

    def _require_heap(self, mappings: int) -> None:
        """Raises ERR_NO_MEMORY unless so many more mappings fit the kernel's heap."""
        heap = self.aspace.system.heap
        heap.take(mappings * MAPPING)
        heap.give(mappings * MAPPING)

    def _sibling(self, start: int, end: int, offset: int, perms: int) -> None:
        Mapping(self.parent, start, end - start, self.vmo, start + offset, perms, self.max_perms, self.name)


@mypyc_attr(allow_interpreted_subclasses=True)
class Vmar(KernelObject, Region):
    """A region that holds regions. `flags` are its CAN_MAP bits.

    Invariants: children never overlap and lie inside; no child has a CAN_MAP bit the VMAR lacks; a dead VMAR
    has no children and no parent, and keeps its base and size for MX_INFO_VMAR.
    """

    __slots__ = ("aspace", "parent", "base", "size", "flags", "name", "children", "alive", "exists", "address")

    def __init__(
        self,
        koid: int,
        aspace: AddressSpace,
        parent: Vmar | None,
        base: int,
        size: int,
        flags: int,
        name: str,
        alone: bool = True,
    ) -> None:
        """`alone` as for Mapping. Raises ERR_NO_MEMORY."""
        super().__init__(koid, OBJ_TYPE_VMAR)
        if alone:
            aspace.system.heap.take(VMAR)
        aspace.users += 1
        self.aspace = aspace
        self.parent = parent
        self.base = base
        self.size = size
        self.flags = flags
        self.name = name
        self.children: RegionList = RegionList(base, size)
        self.alive = True
        # Until it is destroyed and nobody has a handle to it.
        self.exists = True
        self.address = aspace.system.kernel_address()
        aspace.vmar_count += 1
        aspace.system.regions += 1
        if parent is not None and alone:
            parent.children.insert(self)

    def blocks(self) -> Iterator[Blocks]:
        """The block of a VMAR that is not destroyed is among its address space's."""
        if not self.alive:
            yield "VMAR", 1, VMAR
        if self.handle_count:
            yield "VMAR dispatcher", 1, VMAR_DISPATCHER

    def on_first_handle(self) -> None:
        self.aspace.system.heap.take(VMAR_DISPATCHER)

    def on_zero_handles(self) -> None:
        """The VMAR lives on without handles; a destroyed one is gone with its last."""
        self.aspace.system.heap.give(VMAR_DISPATCHER)
        self._release()

    def on_no_handle(self) -> None:
        """A VMAR of which nobody knows is destroyed."""
        self.destroy()

    def _release(self) -> None:
        """Ends the object of a destroyed VMAR that nobody has a handle to."""
        if not self.alive and not self.handle_count and self.exists:
            self.exists = False
            self.aspace.system.heap.give(VMAR)
            self.aspace.release()

    def require_alive(self) -> None:
        """Raises ERR_BAD_STATE for a VMAR that was destroyed."""
        if not self.alive:
            raise KernelError(
                ERR_BAD_STATE, f"the VMAR [{self.base:#x}, {self.end:#x}) was destroyed, or its process is dead"
            )

    # Looking

    def locate(self, address: int) -> tuple[Mapping, int] | None:
        """The mapping below this VMAR that holds `address`, and the byte of its VMO that is shown there; None in a
        gap or outside. The first step of every access to memory."""
        vmar = self
        while vmar.alive:
            region = vmar.children.find(address)
            if isinstance(region, Mapping):
                return region, address - region.base + region.vmo_offset
            if region is None:
                return None
            assert isinstance(region, Vmar)
            vmar = region
        return None

    def walk(self) -> Iterator[tuple[int, Vmar | Mapping]]:
        """(depth, region) of this VMAR (depth 1) and all below: depth first, ascending by address.

        A destroyed VMAR has no tree: nothing is yielded.
        """
        if not self.alive:
            return
        yield 1, self
        stack = [iter(self.children)]
        while stack:
            region = next(stack[-1], None)
            if region is None:
                stack.pop()
            elif isinstance(region, Mapping):
                yield len(stack) + 1, region
            else:
                assert isinstance(region, Vmar)
                yield len(stack) + 1, region
                stack.append(iter(region.children))

    def mappings(self) -> Iterator[Mapping]:
        """All mappings below this VMAR, ascending by address."""
        for _, region in self.walk():
            if isinstance(region, Mapping):
                yield region

    # Placing

    def place(self, offset: int, size: int, flags: int) -> int:
        """The address for a new child of `size` bytes (page multiple): the checks of docs/kernel-rules.md 3.7.

        With SPECIFIC_OVERWRITE an occupied range is unmapped first. Raises ERR_BAD_STATE, ERR_INVALID_ARGS,
        ERR_ACCESS_DENIED, ERR_NO_MEMORY (`CreateSubVmarInternal`).
        """
        if not self.alive:
            self.require_alive()
        if size == 0:
            raise KernelError(ERR_INVALID_ARGS, "the size is 0 (a length near 2^64 rounds up to 0 pages as well)")
        if flags & ~self.flags & VM_CAN_MAP_PERMS:
            raise KernelError(
                ERR_ACCESS_DENIED,
                f"this VMAR allows {can_text(self.flags)}, and the new region asks for {can_text(flags)}",
            )
        specific = flags & (VM_SPECIFIC | VM_SPECIFIC_OVERWRITE)
        if not specific and offset:
            raise KernelError(
                ERR_INVALID_ARGS,
                f"offset {offset:#x} is given without the flag specific: only 0 leaves the choice to the kernel",
            )
        if specific and not self.flags & VM_CAN_MAP_SPECIFIC:
            raise KernelError(
                ERR_ACCESS_DENIED, "this VMAR was made without can-map-specific: the kernel chooses addresses in it"
            )
        if offset >= self.size or size > self.size - offset:
            raise KernelError(
                ERR_INVALID_ARGS, f"{size:#x} bytes at offset {offset:#x} do not fit the VMAR's {self.size:#x} bytes"
            )
        if specific:
            return self._place_specific(self.base + offset, size, flags)
        if self.aspace.random is None:
            spot = self.children.lowest_gap(size)
        else:
            spot = self.children.pick(size, self.aspace.random_index)
        if spot is None:
            raise KernelError(ERR_NO_MEMORY, f"no gap of {size:#x} bytes is left in the VMAR")
        return spot

    def _place_specific(self, base: int, size: int, flags: int) -> int:
        if base & PAGE_MASK:
            raise KernelError(ERR_INVALID_ARGS, f"address {base:#x} is not page aligned")
        if not self.children.is_free(base, base + size):
            if not flags & VM_SPECIFIC_OVERWRITE:
                raise KernelError(
                    ERR_NO_MEMORY,
                    f"[{base:#x}, {base + size:#x}) is taken; specific-overwrite replaces mappings there",
                )
            self.remove_range(base, size, destroy_vmars=False)
        return base

    # Removing

    def unmap(self, address: int, length: int) -> None:
        """mx_vmar_unmap from its second check on: `address` aligned, `length` bytes, rounded up to pages.

        Raises ERR_INVALID_ARGS, ERR_BAD_STATE (docs/kernel-rules.md 3.7).
        """
        if address & PAGE_MASK:
            raise KernelError(ERR_INVALID_ARGS, f"address {address:#x} is not page aligned")
        if length == 0:
            raise KernelError(ERR_INVALID_ARGS, "the length is 0")
        size = round_up(length) % U64_END
        self.require_alive()
        self.require_inside(address, size)
        self.remove_range(address, size, destroy_vmars=True)

    def require_inside(self, address: int, size: int) -> None:
        """Raises ERR_INVALID_ARGS unless [address, address + size) lies in the VMAR."""
        if not self.base <= address < self.end or size > self.end - address:
            raise KernelError(
                ERR_INVALID_ARGS,
                f"[{address:#x}, {address + size:#x}) is not inside the VMAR [{self.base:#x}, {self.end:#x})",
            )

    def remove_range(self, base: int, size: int, destroy_vmars: bool) -> None:
        """Removes what lies in [base, base + size): parts of mappings, whole child VMARs if `destroy_vmars`.

        A child VMAR that would be cut, or may not be destroyed, is ERR_INVALID_ARGS and nothing happens. As in
        the reference kernel the search begins at the region before `base`, so a child VMAR that ends at or before
        it counts as cut too (docs/kernel-rules.md 8 no. 23); a mapping there is left alone, where that kernel panics.
        """
        end = base + size
        regions = self.children.overlapping(base, end) if size else []
        before = self.children.floor(base)
        # A length that rounded to 0 ends where it begins, and so at the region before.
        if before is not None and (size or before.base < base) and (not regions or regions[0] is not before):
            regions.insert(0, before)
        for region in regions:
            if isinstance(region, Vmar) and (not destroy_vmars or region.base < base or region.end > end):
                raise KernelError(
                    ERR_INVALID_ARGS,
                    f"the child VMAR [{region.base:#x}, {region.end:#x}) is touched by "
                    f"[{base:#x}, {end:#x}) and would be cut; unmap all of it, or destroy it",
                )
        for region in regions:
            poll()
            if isinstance(region, Vmar):
                region.destroy()
            elif isinstance(region, Mapping):
                low, high = max(region.base, base), min(region.end, end)
                if low < high:
                    region.unmap(low, high)

    def destroy(self) -> None:
        """Ends the VMAR with everything in it and frees its range in the parent."""
        if self.parent is not None:
            self.parent.children.remove(self)
        self.destroy_tree()

    def destroy_tree(self) -> None:
        """Ends the VMAR and all below, children first, without touching the parent's list."""
        order: list[Vmar] = []
        pending = [self]
        while pending:
            vmar = pending.pop()
            order.append(vmar)
            pending.extend(child for child in vmar.children if isinstance(child, Vmar))
        for vmar in reversed(order):
            poll()
            children, vmar.children = vmar.children, RegionList(vmar.base, vmar.size)
            for child in children:
                if isinstance(child, Mapping):
                    child.drop()
            vmar.alive = False
            vmar.parent = None
            self.aspace.vmar_count -= 1
            self.aspace.system.regions -= 1
            vmar._release()

    # Protecting

    def protect(self, address: int, length: int, perms: int) -> None:
        """mx_vmar_protect from its length check on: all or nothing.

        Raises ERR_INVALID_ARGS, ERR_BAD_STATE, ERR_NOT_FOUND, ERR_ACCESS_DENIED (`VmAddressRegion::Protect`).
        """
        if length == 0:
            raise KernelError(ERR_INVALID_ARGS, "the length is 0")
        size = round_up(length) % U64_END
        self.require_alive()
        self.require_inside(address, size)
        end = address + size
        first = self.children.find(address)
        if first is None:
            raise KernelError(ERR_NOT_FOUND, f"nothing is mapped at {address:#x}")
        regions = self.children.overlapping(address, end)
        if not regions and first.base < address:
            # A length that rounded to 0 still looks at the region it points into.
            regions = [first]
        mappings: list[Mapping] = []
        expected = first.base
        for region in regions:
            if isinstance(region, Vmar):
                raise KernelError(
                    ERR_INVALID_ARGS,
                    f"[{region.base:#x}, {region.end:#x}) is a child VMAR: use its own handle",
                )
            if region.base != expected:
                raise KernelError(ERR_NOT_FOUND, f"nothing is mapped at {expected:#x}")
            assert isinstance(region, Mapping)
            if perms & ~region.max_perms:
                raise KernelError(
                    ERR_ACCESS_DENIED,
                    f"the mapping at {region.base:#x} was made with handles that allow at most "
                    f"{perms_text(region.max_perms)}, not {perms_text(perms)}",
                )
            mappings.append(region)
            expected = region.end
        if expected < end:
            raise KernelError(ERR_NOT_FOUND, f"nothing is mapped at {expected:#x}")
        for mapping in mappings:
            poll()
            low, high = max(mapping.base, address), min(mapping.end, end)
            if low < high:
                mapping.protect(low, high, perms)


def can_text(flags: int) -> str:
    """CAN_MAP bits as permission letters."""
    return perms_text(flags >> CAN_MAP_SHIFT)
