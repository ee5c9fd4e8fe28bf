"""What a process reaches by its handles and mappings, and who else refers to the same.

    handles, mappings of the process ---> object <--- handles and mappings of others, handles in messages
                                            |
                                            `-- the far end of a pair <--- whose handles

The cost is that of the process's handles and mappings, and of one look at the handles of all processes.
"""

from __future__ import annotations

from kshell.accounting.sharing import address_spaces
from kshell.kernel.channels import PeerObject
from kshell.kernel.handles import Handle
from kshell.kernel.machine import Machine
from kshell.kernel.objects import KernelObject
from kshell.kernel.tasks import Process
from kshell.kernel.vmar import Mapping
from kshell.kernel.vmo import Vmo


class Reached:
    """An object, and what leads to it.

    handles    (value, handle) of the process, newest first
    mappings   those of the process, ascending by address
    holders    the other processes that have handles to it, in the order of their making
    mappers    the other processes that map it
    loose      how many of its handles are in no process's table: in unread messages, or the kernel's
    """

    __slots__ = ("object", "handles", "mappings", "holders", "mappers", "loose")

    def __init__(self, object_: KernelObject) -> None:
        self.object = object_
        self.handles: list[tuple[int, Handle]] = []
        self.mappings: list[Mapping] = []
        self.holders: list[Process] = []
        self.mappers: list[Process] = []
        self.loose = 0

    @property
    def shared(self) -> bool:
        """Whether anything but the process refers to it by a handle or a mapping."""
        return bool(self.holders or self.mappers or self.loose)


class Reach:
    """What `process` reaches: `objects`, those of the newest handles first, then those that it only maps, ascending by
    address; and `far`, the other ends of pairs, where it does not reach them itself."""

    __slots__ = ("process", "objects", "far")

    def __init__(self, machine: Machine, process: Process) -> None:
        self.process = process
        self.objects: dict[KernelObject, Reached] = {}
        self.far: dict[KernelObject, Reached] = {}
        for value, handle in process.handles.newest_first():
            self._at(handle.object).handles.append((value, handle))
        for mapping in process.root_vmar.mappings():
            self._at(mapping.vmo).mappings.append(mapping)
        for object_ in self.objects:
            peer = object_.peer if isinstance(object_, PeerObject) else None
            if peer is not None and peer not in self.objects:
                self.far[peer] = Reached(peer)
        self._find_holders(machine)
        self._find_mappers(machine)

    def _at(self, object_: KernelObject) -> Reached:
        found = self.objects.get(object_)
        if found is None:
            found = self.objects[object_] = Reached(object_)
        return found

    def _find_holders(self, machine: Machine) -> None:
        """Who else has handles. An object counts its handles, so those of the process alone are not looked for."""
        wanted: dict[KernelObject, Reached] = {}
        for found in (self.objects, self.far):
            for object_, one in found.items():
                one.loose = object_.handle_count - len(one.handles)
                if one.loose:
                    wanted[object_] = one
        types = {object_.type for object_ in wanted}
        for other in machine.processes.values():
            if other is self.process or not any(other.handles.counts[type_] for type_ in types):
                continue
            for _, handle in other.handles:
                held = wanted.get(handle.object)
                if held is not None:
                    held.loose -= 1
                    if not held.holders or held.holders[-1] is not other:
                        held.holders.append(other)

    def _find_mappers(self, machine: Machine) -> None:
        """Who else maps the VMOs."""
        spaces: dict[object, Process] = {}
        for object_, one in self.objects.items():
            if isinstance(object_, Vmo) and address_spaces(object_) > bool(one.mappings):
                spaces = spaces or {other.aspace: other for other in machine.processes.values()}
                mappers = dict.fromkeys(spaces[view.aspace] for view in object_.mappings)
                one.mappers = [other for other in mappers if other is not self.process]


class Figures:
    """What a process reached, without the machine it was in: what tells whether anything is as it was.

    `handles` by value, `mappings` by base, `objects` by `identity`. Without a Reach nothing was reached.
    """

    __slots__ = ("handles", "mappings", "objects")

    def __init__(self, reach: Reach | None = None) -> None:
        self.handles: dict[int, tuple[object, ...]] = {}
        self.mappings: dict[int, tuple[object, ...]] = {}
        self.objects: dict[int, tuple[object, ...]] = {}
        for object_, one in reach.objects.items() if reach is not None else ():
            name = identity(object_)
            self.objects[name] = _figures(object_)
            self.handles.update((value, (name, handle.rights)) for value, handle in one.handles)
            self.mappings.update(
                (mapping.base, (name, mapping.size, mapping.perms, mapping.vmo_offset)) for mapping in one.mappings
            )


def identity(object_: KernelObject) -> int:
    """What no other object of any moment has: the koid, or the kernel's address of a VMO without one."""
    return object_.koid or (object_.address if isinstance(object_, Vmo) else 0)


def _figures(object_: KernelObject) -> tuple[object, ...]:
    if isinstance(object_, Vmo):
        # Pages that came and went are a change too, but only their number is seen here.
        return object_.size, len(object_.pages), len(object_.children)
    if isinstance(object_, PeerObject):
        return (object_.peer is None,)
    return (object_.state,) if isinstance(object_, Process) else ()
