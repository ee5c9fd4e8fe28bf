"""Who keeps an object: what refers to it, each reference for itself.

    handle     in the table of a process                       |
    message    a handle in a message that nobody has read      |-->  object
    clone      shows this VMO through to its own readers       |
    mapping    shows this VMO to a process                     |
    kernel     a handle of the kernel's, or it never lets go   |

A VMO knows its clones and mappings. Handles know their object and not the other way round, so they are looked for. An
object counts its handles, so a look ends when all are found: it begins with the processes where they most likely are,
the one that is asked about and those that map the VMO, and goes on with all tables that have handles of the type. After
a few looks an index of all handles is quicker.

Rules: docs/kernel-rules.md 1.4, 2.2 and 4.5.
"""

from __future__ import annotations

from itertools import islice

from kshell.accounting.endings import Ending
from kshell.kernel.abi import OBJ_TYPE_CHANNEL
from kshell.kernel.aspace import AddressSpace
from kshell.kernel.channels import Channel, PeerObject
from kshell.kernel.handles import Handle, HandleTable
from kshell.kernel.machine import Machine
from kshell.kernel.objects import KernelObject
from kshell.kernel.tasks import Process
from kshell.kernel.vmar import Mapping, Vmar
from kshell.kernel.vmo import Vmo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

HANDLE, MESSAGE, CLONE, MAPPING, KERNEL = "handle", "message", "clone", "mapping", "kernel"
# With more looks than this at all tables, or at the likely ones, an index is made.
LOOKS = 4
LIKELY_LOOKS = 64
# A look begins with no more processes than this that map the VMO.
LIKELY = 16


class Reference:
    """One reference to an object; `by` is what kind.

    process   whose handle or mapping it is; of a message, who can read it; None for nobody, and for the kernel
    handle    the handle's value there; of a message, that of the channel it can be read from
    rights    those of the handle, also of one in a message
    source    the Mapping, the clone, or the Channel end whose queue has the message
    place     which message of the queue, oldest first from 0
    writer    who has a handle to the other end of that channel, or None
    """

    __slots__ = ("by", "process", "handle", "rights", "source", "place", "writer")

    def __init__(
        self,
        by: str,
        process: Process | None = None,
        handle: int | None = None,
        rights: int | None = None,
        source: KernelObject | Mapping | None = None,
        place: int = 0,
    ) -> None:
        self.by = by
        self.process = process
        self.handle = handle
        self.rights = rights
        self.source = source
        self.place = place
        self.writer: Process | None = None


class Holders:
    """The references of a machine, as they are now. It is for questions of one moment, and out of date with the next
    call. `endings` is for whoever follows what ends (`freeing.py`): what is known of it, by the steps."""

    __slots__ = ("machine", "endings", "_near", "_looks", "_known", "_tables", "_messages", "_spaces")

    def __init__(self, machine: Machine, near: Process | None = None) -> None:
        """`near` is the process that is asked about."""
        self.machine = machine
        self.endings: dict[tuple[tuple[object, ...], ...], Ending] = {}
        self._near = near
        self._looks = 0
        # What earlier looks found.
        self._known: dict[KernelObject, list[tuple[Process | None, int]]] = {}
        # The processes of address spaces that were met.
        self._spaces: dict[AddressSpace, Process] = {}
        # For each object the handles in tables: (process or None for the kernel, value).
        self._tables: dict[KernelObject, list[tuple[Process | None, int]]] | None = None
        # Where each handle in a message is: (whose queue, which message).
        self._messages: dict[Handle, tuple[Channel, int]] | None = None

    def of(self, object_: KernelObject) -> list[Reference]:
        """All references to `object_`: handles by process, then those in messages, clones, mappings, the kernel's."""
        found = self._handles(object_)
        if isinstance(object_, Vmo):
            found.extend(Reference(CLONE, source=child) for child in object_.children)
            for view in object_.mappings:
                assert isinstance(view, Mapping)
                found.append(Reference(MAPPING, self.process_of(view), source=view))
            if object_.kept:
                found.append(Reference(KERNEL))
        elif isinstance(object_, PeerObject) and object_.held:
            found.append(Reference(KERNEL, source=object_.peer))
        return found

    def process_of(self, region: Mapping | Vmar) -> Process | None:
        """The live process in whose address space a region is."""
        process = self._spaces.get(region.aspace)
        if process is None:
            root = region if isinstance(region, Vmar) else region.parent
            while root.parent is not None:
                root = root.parent
            # A process and its root VMAR take two koids that follow each other.
            process = self.machine.processes.get(root.koid - 1)
            if process is not None:
                self._spaces[region.aspace] = process
        return process

    def _handles(self, object_: KernelObject) -> list[Reference]:
        if not object_.handle_count:
            return []
        # Few handles travel: where they are all, no table has one.
        travelling = [handle for handle in self.machine.handles.travelling if handle.object is object_]
        tabled = self._in_tables(object_) if len(travelling) < object_.handle_count else []
        found: list[Reference] = []
        for process, value in tabled:
            table = self.machine.kernel_handles if process is None else process.handles
            handle = table.get(value)
            assert handle is not None
            found.append(Reference(KERNEL if process is None else HANDLE, process, value, handle.rights))
        found.extend(self._message(handle) for handle in travelling)
        return found

    def _message(self, handle: Handle) -> Reference:
        """The reference that a handle in a message is."""
        if self._messages is None:
            self._messages = self._read_queues()
        end, place = self._messages[handle]
        process, value = self._first(end)
        found = Reference(MESSAGE, process, value, handle.rights, end, place)
        found.writer = None if end.peer is None else self._first(end.peer)[0]
        return found

    def _first(self, end: KernelObject) -> tuple[Process | None, int | None]:
        """The first process that has a handle to an end, and its value."""
        return next(((process, value) for process, value in self._in_tables(end) if process is not None), (None, None))

    def _in_tables(self, object_: KernelObject) -> list[tuple[Process | None, int]]:
        """(process or None for the kernel, value) of each handle in a table, by process."""
        if object_ in self._known:
            return self._known[object_]
        found = self._likely(object_) if len(self._known) < LIKELY_LOOKS else []
        if len(found) < object_.handle_count:
            if self._tables is None and (self._looks >= LOOKS or len(self._known) >= LIKELY_LOOKS):
                self._tables = {}
                for process, table in self._all_tables():
                    for value, handle in table:
                        self._tables.setdefault(handle.object, []).append((process, value))
            self._looks += 1
            found = self._scan(object_) if self._tables is None else self._tables.get(object_, [])
        self._known[object_] = found
        return found

    def _likely(self, object_: KernelObject) -> list[tuple[Process | None, int]]:
        """The handles in the processes where they most likely are."""
        likely: dict[int, Process] = {}
        if isinstance(object_, Vmo):
            for view in islice(object_.mappings, LIKELY):
                assert isinstance(view, Mapping)
                process = self.process_of(view)
                if process is not None:
                    likely[process.koid] = process
        for process in (self._near, object_ if isinstance(object_, Process) else None):
            if process is not None:
                likely[process.koid] = process
        return [
            (process, value) for _, process in sorted(likely.items()) for value in process.handles.values_for(object_)
        ]

    def _scan(self, object_: KernelObject) -> list[tuple[Process | None, int]]:
        found: list[tuple[Process | None, int]] = []
        count, type_ = object_.handle_count, object_.type
        for process, table in self._all_tables():
            if table.counts[type_]:
                values = table.values_for(object_)
                if values:
                    found.extend((process, value) for value in values)
                    if len(found) == count:
                        break
        return found

    def _all_tables(self) -> Iterator[tuple[Process | None, HandleTable]]:
        yield None, self.machine.kernel_handles
        for process in self.machine.processes.values():
            yield process, process.handles

    def _read_queues(self) -> dict[Handle, tuple[Channel, int]]:
        """Where each handle in a message is, of channels in tables, of those in messages, and of their far ends."""
        pending = [handle.object for handle in self.machine.handles.travelling]
        for _, table in self._all_tables():
            if table.counts[OBJ_TYPE_CHANNEL]:
                pending.extend(handle.object for _, handle in table if handle.object.type == OBJ_TYPE_CHANNEL)
        found: dict[Handle, tuple[Channel, int]] = {}
        for object_ in pending:
            for end in (object_, object_.peer) if isinstance(object_, Channel) else ():
                assert end is None or isinstance(end, Channel)
                for place, message in enumerate(() if end is None else end.queue):
                    for handle in message.handles:
                        found[handle] = end, place  # type: ignore[assignment]
        return found
