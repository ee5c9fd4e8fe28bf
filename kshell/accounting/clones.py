"""Clone families: a VMO, its parents up to the first one, and all that were cloned from any of them.

    first  [a][b][ ][d]              what each owns, what keeps it, who maps it, where in its
      |-clone at page 0              parent it begins
      |    `-clone at page 2
      `-clone at page 1

A family is a list in the order of a tree that is read from the top: a parent before its clones, those in the order in
which they were made. Everything is found by walking lists; chains and fans of thousands need no stack.
"""

from __future__ import annotations

from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.machine import Machine
from kshell.kernel.vmar import Mapping
from kshell.kernel.vmo import Vmo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Hold:
    """One reason for which a VMO exists.

    `by` is "handle", "message", "mapping", "clone" or "kernel"; `process` is the koid of the process that has so many
    (`count`) handles or mappings, 0 for the others; `handle` is the oldest of its handles.
    """

    __slots__ = ("by", "process", "handle", "count")

    def __init__(self, by: str, process: int = 0, handle: int = 0) -> None:
        self.by = by
        self.process = process
        self.handle = handle
        self.count = 0


class Member:
    """A VMO of a family.

    `depth` counts its ancestors; `begins` is the page of the family's first VMO that its first page lies over, which
    may be beyond the end of that VMO; `held` are the reasons for which it exists, `mappings` who shows it: (koid of the
    process or 0, mapping).
    """

    __slots__ = ("vmo", "depth", "begins", "held", "mappings")

    def __init__(self, vmo: Vmo, depth: int, begins: int) -> None:
        self.vmo = vmo
        self.depth = depth
        self.begins = begins
        self.held: list[Hold] = []
        self.mappings: list[tuple[int, Mapping]] = []

    @property
    def own_pages(self) -> int:
        """How many pages are its own."""
        return len(self.vmo.pages)


def family(machine: Machine, vmo: Vmo) -> list[Member]:
    """The family of `vmo`: the first VMO and all its descendants, parents before their clones."""
    members: list[Member] = []
    todo = [(path(vmo)[0], 0, 0)]
    while todo:
        found, depth, begins = todo.pop()
        members.append(Member(found, depth, begins))
        todo.extend((child, depth + 1, begins + child.parent_page) for child in reversed(found.children))
    _find_holds(machine, members)
    return members


def path(vmo: Vmo) -> list[Vmo]:
    """The VMOs from the family's first one to `vmo`."""
    found = [vmo]
    while found[-1].parent is not None:
        found.append(found[-1].parent)
    return found[::-1]


def _find_holds(machine: Machine, members: list[Member]) -> None:
    """What keeps each member, and who maps it."""
    by_vmo = {member.vmo: member for member in members}
    holds: dict[tuple[Member, str, int], Hold] = {}

    def hold(member: Member, by: str, process: int = 0, handle: int = 0, count: int = 1) -> None:
        found = holds.get((member, by, process))
        if found is None:
            found = holds[member, by, process] = Hold(by, process, handle)
            member.held.append(found)
        found.count += count

    if any(member.vmo.handle_count for member in members):
        for process in machine.processes.values():
            for value, handle in process.handles:
                if handle.object in by_vmo:
                    hold(by_vmo[handle.object], "handle", process.koid, value)
        for handle in machine.handles.travelling:
            if handle.object in by_vmo:
                hold(by_vmo[handle.object], "message")
    owners = {process.aspace: process.koid for process in machine.processes.values()}
    for member in members:
        for view in _mappings(member.vmo.mappings):
            koid = owners.get(view.aspace, 0)
            member.mappings.append((koid, view))
            hold(member, "mapping", koid)
        if member.vmo.children:
            hold(member, "clone", count=len(member.vmo.children))
        if member.vmo.kept or not member.held:
            hold(member, "kernel")


def _mappings(views: Iterable[object]) -> list[Mapping]:
    """The views that are mappings, in the order of their addresses."""
    return sorted((view for view in views if isinstance(view, Mapping)), key=lambda mapping: mapping.base)


def record(member: Member) -> dict[str, object]:
    """A member for programs: sizes and offsets in bytes."""
    vmo = member.vmo
    return {
        "koid": vmo.koid,
        "parent": vmo.parent.koid if vmo.parent is not None else None,
        "offset": vmo.parent_page << PAGE_SHIFT,
        "size": vmo.size,
        "own_pages": member.own_pages,
        "kept_by": [
            {"by": hold.by, "process": hold.process or None, "handle": hold.handle or None, "count": hold.count}
            for hold in member.held
        ],
        "mapped_by": [
            {"process": koid or None, "addr": mapping.base, "offset": mapping.vmo_offset, "size": mapping.size}
            for koid, mapping in member.mappings
        ],
        "depth": member.depth,
    }
