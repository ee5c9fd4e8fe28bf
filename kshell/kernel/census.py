"""The census: every kernel object that exists, found by what refers to it, and its blocks in the kernel's heap.

    handles, in tables and in messages ---+
    jobs, live processes, their threads --+--> objects --> what they keep (a port its tasks, a pair's end the other) ...
    VMOs ---------------------------------+

Nothing here looks at a count that is kept along the way, so the census is what `check` compares those counts with; and
it is what an account of the kernel's memory is made of.

Rules: docs/kernel-memory.md.
"""

from __future__ import annotations

from kshell.kernel.aspace import AddressSpace
from kshell.kernel.compiling import poll
from kshell.kernel.heap import ASPACE, MAPPING, VMAR
from kshell.kernel.objects import Blocks, KernelObject
from kshell.kernel.system import System
from kshell.kernel.tasks import Job, Process, Thread
from kshell.kernel.vmar import Vmar
from kshell.kernel.vmo import Vmo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Census:
    """What exists: `objects`, kernel objects of any type, and `aspaces`, address spaces of the living and the dead.

    `keepers` has for each object without a handle that others keep those that do.
    """

    __slots__ = ("objects", "aspaces", "keepers")

    def __init__(self, system: System, root_job: Job) -> None:
        """Takes the census of a machine whose tasks hang below `root_job`."""
        self.objects: dict[KernelObject, None] = {}
        self.aspaces: dict[AddressSpace, None] = {}
        self.keepers: dict[KernelObject, list[KernelObject]] = {}
        objects = self.objects
        objects.update(dict.fromkeys([handle.object for handle in system.handles.travelling]))
        for table in (system.kernel_handles, *(process.handles for process in system.process_table.values())):
            objects.update(dict.fromkeys([handle.object for _, handle in table]))
        objects.update(dict.fromkeys([job for _, job in root_job.walk()]))
        for process in system.process_table.values():
            objects[process] = None
            objects.update(dict.fromkeys(process.threads.values()))
        objects.update(system.vmo_table)
        # The list grows while it is read.
        pending = list(objects)
        for object_ in pending:
            poll()
            if isinstance(object_, Vmo):
                if object_.parent is None and not object_.observers:
                    # Most objects are such VMOs, and keep nothing.
                    continue
            elif isinstance(object_, Process | Vmar):
                self.aspaces[object_.aspace] = None
            for kept in kept_by(object_) if object_.observers else object_.keeps():
                if kept not in objects:
                    objects[kept] = None
                    pending.append(kept)
                if not kept.handle_count:
                    self.keepers.setdefault(kept, []).append(object_)

    def blocks(self) -> Iterator[Blocks]:
        """(kind, count, bytes together) of the blocks in the heap, several entries for a kind."""
        for object_ in self.objects:
            poll()
            yield from object_.blocks()
        for aspace in self.aspaces:
            poll()
            yield from aspace_blocks(aspace)

    def stacks(self) -> int:
        """How many threads exist: each has a kernel stack."""
        return sum(1 for object_ in self.objects if isinstance(object_, Thread))


def kept_by(object_: KernelObject) -> Iterator[KernelObject]:
    """The objects that exist because of this one: its own, and the ports of those who wait for its signals."""
    yield from object_.keeps()
    for observer in object_.observers or ():
        kept = observer.keeps()
        if kept is not None:
            yield kept


def aspace_blocks(aspace: AddressSpace) -> Iterator[Blocks]:
    """The blocks of an address space and of the regions in it; VMARs that were destroyed count for themselves."""
    yield "address space", 1, ASPACE
    if aspace.vmar_count:
        yield "VMAR", aspace.vmar_count, aspace.vmar_count * VMAR
    if aspace.mapping_count:
        yield "mapping", aspace.mapping_count, aspace.mapping_count * MAPPING
