"""What a process reaches: its handles and mappings, the objects they lead to, and what is beyond those.

    sh:vc
      |- handle 1945545933 rw--dt -------> process 3020 ---> job 1082
      |- handle 1945545911 r-xmdt ----+--> VMO 1031          also mapped by 12 others
      |- mapping 0x4000000e1000 r-- --'
      `- handle 1945545941 rw---t -------> channel 3030 ---> channel 3029, held by bin/devmgr

The first box of the scene has the handles and mappings in it. The others are the objects: tasks, VMOs, then the other
types. Links lead from handles and mappings to objects, and on: from a clone to its parent, from one end of a pair to
the other, from a thread or VMAR to its process, from a process to its job.

Of many objects of a type those of most note are shown: what changed, the latest VMOs, those that others see too or that
are clones, then the objects of the newest handles, then the largest. A "more" box on either side stands for the others.
So it is with many handles or mappings that lead to one object.
"""

from __future__ import annotations

from kshell.accounting.reached import Figures, Reach, Reached, identity
from kshell.kernel.abi import PAGE_SHIFT, TYPE_NAMES, perms_text, rights_letters
from kshell.kernel.channels import PeerObject
from kshell.kernel.machine import Machine
from kshell.kernel.objects import KernelObject
from kshell.kernel.physical_vmo import PhysicalVmo
from kshell.kernel.tasks import Job, Process, Thread
from kshell.kernel.vmar import Vmar
from kshell.kernel.vmo import Vmo
from kshell.pictures.scene import Box, Link, Scene
from kshell.pictures.scenes.names import mapping_key, task_name, vmo_key, vmo_name
from kshell.sizes import format_size
from kshell.text import plural

# So many objects of a type are shown, and so many handles, or mappings, that lead to one of them.
MOST_OBJECTS = 8
MOST_TO_ONE = 3
# The latest VMOs are shown whatever they are: who has just made one looks for it.
NEWEST = 2
# So many others are called by name.
MOST_NAMES = 3
# So many ancestors of a clone are shown.
MOST_PARENTS = 3
# What objects are to the process.
SHARED, ALONE = "shared", "alone"
LEGEND = ((SHARED, "others hold or map it too"), (ALONE, "this process alone refers to it"))
# Kinds of links beyond the objects, and what is said of them.
CLONE, PEER, TASK = "clone", "peer", "task"
# Types that are not called what TYPE_NAMES says; tasks and VMOs come first.
NOUNS = {"vmo": "VMO", "vmar": "VMAR"}
FIRST = ("job", "process", "thread", "VMAR", "VMO")


def links_scene(machine: Machine, reach: Reach, before: Figures | None = None, now: Figures | None = None) -> Scene:
    """What a process of `machine` reaches, as boxes and links.

    `before` is what it reached at another moment: what is not as it was then is shown first, and marked. `now` are the
    figures of `reach`, where they are known already.
    """
    return _Picture(machine, reach, before, now or Figures(reach)).scene


class _Picture:
    """A scene in the making: boxes have a key once, and links lead to keys."""

    __slots__ = ("scene", "_machine", "_reach", "_now", "_before", "_left", "_boxes")

    def __init__(self, machine: Machine, reach: Reach, before: Figures | None, now: Figures) -> None:
        process = reach.process
        mappings = sum(len(one.mappings) for one in reach.objects.values())
        counts = {"handle": len(process.handles), "mapping": mappings, "object": len(reach.objects)}
        words = ", ".join(plural(count, noun) for noun, count in counts.items())
        self.scene = Scene("links", f"{task_name(process)}: {words}")
        self._machine = machine
        self._reach = reach
        self._now = now
        self._before = self._now if before is None else before
        self._left = Box(f"links:{process.koid}", "task", task_name(process))
        self._left.facts = [f"{self.scene.title}."]
        self._boxes: dict[str, Box] = {}
        self.scene.boxes.append(self._left)
        shown: list[Reached] = []
        for noun, group in sorted(self._by_noun().items(), key=lambda item: _place(item[0])):
            kept, rest = self._notable(group)
            kept.sort(key=_order)
            for one in kept:
                self._object(one)
            if rest:
                self._more(noun, rest)
            shown.extend(kept)
        for one in shown:
            self._beyond(one.object)
        self._note_gone()
        states = {box.state for box in self.scene.boxes}
        self.scene.legend = [row for row in LEGEND if row[0] in states]

    def _by_noun(self) -> dict[str, list[Reached]]:
        groups: dict[str, list[Reached]] = {}
        for one in self._reach.objects.values():
            groups.setdefault(noun_of(one.object), []).append(one)
        return groups

    def _notable(self, group: list[Reached]) -> tuple[list[Reached], list[Reached]]:
        """Those of a type that are shown, and the others; `group` is in the order of the newest handle."""
        if len(group) <= MOST_OBJECTS + 1:
            return group, []
        # Kernel addresses are never used twice, so the latest VMOs have the highest.
        newest = sorted((one.object.address for one in group if isinstance(one.object, Vmo)), reverse=True)[:NEWEST]
        process = self._reach.process
        first = {one for one in group if one.object in (process, process.root_vmar) or self._changed(one.object)}
        by_note = sorted(group, key=lambda one: (-2, 0) if one in first else _note(one.object, one, newest))
        return by_note[:MOST_OBJECTS], by_note[MOST_OBJECTS:]

    def _changed(self, object_: KernelObject) -> bool:
        """Whether an object that is reached was not, or is not as it was."""
        name = identity(object_)
        return self._before.objects.get(name) != self._now.objects[name]

    def _note_gone(self) -> None:
        """What was reached before and is not any more."""
        gone = [
            plural(count, noun)
            for noun, was, now in (
                ("handle", self._before.handles, self._now.handles),
                ("mapping", self._before.mappings, self._now.mappings),
            )
            if (count := len(was.keys() - now.keys()))
        ]
        if gone:
            self.scene.notes.append(f"gone by the last line: {', '.join(gone)}")

    # Handles and mappings

    def _object(self, one: Reached) -> None:
        """The box of an object, and those of the handles and mappings that lead to it."""
        box = self._add(one.object, one)
        koid = self._reach.process.koid
        for value, handle in one.handles[: _shown_of(len(one.handles))]:
            row = Box(f"handle:{koid}:{value}", "handle", str(value))
            row.changed = self._before.handles.get(value) != self._now.handles[value]
            row.facts = [f"handle {value} with the rights {rights_letters(handle.rights)} to {box.label}."]
            self._lead(row, box, "handle", rights_letters(handle.rights))
        self._lead_more(len(one.handles), "handle", box)
        for mapping in one.mappings[: _shown_of(len(one.mappings))]:
            row = Box(mapping_key(koid, mapping.base), "mapping", f"{mapping.base:#x}", mapping.size, mapping.base)
            row.changed = self._before.mappings.get(mapping.base) != self._now.mappings[mapping.base]
            perms = row.perms = perms_text(mapping.perms)
            row.shows = box.key
            row.facts = [f"mapping {mapping.base:#x} to {mapping.end:#x}, {format_size(mapping.size)} {perms}, of "
                         f"{box.label} from {mapping.vmo_offset:#x}."]  # fmt: skip
            self._lead(row, box, "mapping", perms)
        self._lead_more(len(one.mappings), "mapping", box)

    def _lead(self, row: Box, box: Box, kind: str, label: str) -> None:
        self._left.boxes.append(row)
        link = Link(row.key, box.key, kind, label)
        link.changed = row.changed
        self.scene.links.append(link)

    def _lead_more(self, count: int, kind: str, box: Box) -> None:
        """Those of `count` that are not shown one by one, as one."""
        more = count - _shown_of(count)
        if more:
            row = Box(f"more:{kind}:{box.key}", "more", f"{more} more {kind}s")
            row.facts = [f"{more} more {kind}s lead to {box.label}."]
            self._lead(row, box, kind, "")

    def _more(self, noun: str, rest: list[Reached]) -> None:
        """One box for the objects of a type that are not shown, and one for what leads to them."""
        vmos = [one.object for one in rest if isinstance(one.object, Vmo)]
        shared = sum(one.shared for one in rest)
        label = f"{len(rest)} more {_many(noun)}"
        box = Box(f"more:{noun}", "more", label, sum(vmo.size for vmo in vmos), state=SHARED if shared else ALONE)
        box.fill = sum(len(vmo.pages) for vmo in vmos) << PAGE_SHIFT if vmos else None
        box.facts = [f"{label}.", f"Others refer to {shared} of them." if shared else "Nobody else refers to them."]
        self.scene.boxes.append(box)
        for kind, count in (
            ("handle", sum(len(one.handles) for one in rest)),
            ("mapping", sum(len(one.mappings) for one in rest)),
        ):
            if count:
                row = Box(f"more:{kind}:{noun}", "more", plural(count, kind))
                row.facts = [f"{plural(count, kind)} to {label}."]
                self._lead(row, box, kind, "")

    # Objects

    def _add(self, object_: KernelObject, one: Reached | None) -> Box:
        """The box of an object, made once; `one` says who else refers to it."""
        key = _key(object_)
        if key in self._boxes:
            return self._boxes[key]
        kind = "vmo" if isinstance(object_, Vmo) else "task" if isinstance(object_, Process | Job) else "object"
        box = Box(key, kind, self._label(object_))
        if isinstance(object_, Vmo):
            box.size = object_.size
            box.fill = None if isinstance(object_, PhysicalVmo) else len(object_.pages) << PAGE_SHIFT
        box.facts = [self._what(object_, box)]
        box.changed = object_ in self._reach.objects and self._changed(object_)
        if one is not None:
            box.facts.extend(_others(one))
            if one.handles or one.mappings:
                box.state = SHARED if one.shared else ALONE
        self._boxes[key] = box
        self.scene.boxes.append(box)
        return box

    def _label(self, object_: KernelObject) -> str:
        if isinstance(object_, Vmo):
            return vmo_name(self._machine, object_)
        if isinstance(object_, Process):
            return f"process {task_name(object_)}"
        name = task_name(object_) if isinstance(object_, Job) and object_.name else object_.koid
        return f"{noun_of(object_)} {name}"

    def _what(self, object_: KernelObject, box: Box) -> str:
        if isinstance(object_, PhysicalVmo):
            return f"{box.label}: {format_size(object_.size)} of device memory at {object_.base:#x}."
        if isinstance(object_, Vmo):
            return f"{box.label}: {format_size(object_.size)}, {plural(len(object_.pages), 'page')} of its own."
        if isinstance(object_, Process):
            return f"{box.label}, {object_.state}."
        if isinstance(object_, PeerObject) and object_.peer is None:
            return f"{box.label}: its other end is closed."
        return f"{box.label}."

    # Beyond

    def _beyond(self, object_: KernelObject) -> None:
        """What the object leads to."""
        if isinstance(object_, Vmo):
            self._parents(object_)
        elif isinstance(object_, PeerObject) and object_.peer is not None:
            peer = object_.peer
            self._link(object_, peer, PEER, "other end", self._reach.far.get(peer))
        elif isinstance(object_, Process) and object_.job is not None:
            self._link(object_, object_.job, TASK, "in")
        elif isinstance(object_, Job) and object_.parent is not None:
            self._link(object_, object_.parent, TASK, "in")
        elif isinstance(object_, Thread):
            self._link(object_, object_.process, TASK, "of")
        elif isinstance(object_, Vmar) and object_.aspace is self._reach.process.aspace:
            self._link(object_, self._reach.process, TASK, "of")

    def _parents(self, vmo: Vmo) -> None:
        below = vmo
        for _ in range(MOST_PARENTS):
            if below.parent is None:
                return
            known = _key(below.parent) in self._boxes
            self._link(below, below.parent, CLONE, "clone of")
            if known:
                return
            below = below.parent
        above = 0
        while below.parent is not None:
            below, above = below.parent, above + 1
        if above:
            self.scene.notes.append(f"{self._label(vmo)} has {plural(above, 'more ancestor')}; `clones` shows them")

    def _link(
        self, source: KernelObject, target: KernelObject, kind: str, label: str, one: Reached | None = None
    ) -> None:
        box = self._add(target, one)
        self.scene.links.append(Link(_key(source), box.key, kind, label))


# Words and places


def noun_of(object_: KernelObject) -> str:
    """What an object is: `VMO`, `channel`."""
    noun = TYPE_NAMES[object_.type]
    return NOUNS.get(noun, noun)


def _many(noun: str) -> str:
    """`channels`, `processes`."""
    return f"{noun}es" if noun.endswith("s") else f"{noun}s"


def _place(noun: str) -> tuple[int, str]:
    return (FIRST.index(noun), "") if noun in FIRST else (len(FIRST), noun)


def _order(one: Reached) -> tuple[bool, int, int]:
    """Objects stand by koid, VMOs without one after them by address."""
    base = one.mappings[0].base if one.mappings else 0
    return not one.object.koid, one.object.koid, base


def _note(object_: KernelObject, one: Reached, newest: list[int]) -> tuple[int, int]:
    """The smaller, the more an object is worth to be shown."""
    if not isinstance(object_, Vmo) or object_.address in newest:
        return 0, 0
    if object_.parent is not None or object_.children or one.mappers or (one.handles and one.mappings):
        return 1, 0
    return (2, 0) if one.handles else (3, -len(object_.pages))


def _key(object_: KernelObject) -> str:
    if isinstance(object_, Vmo):
        return vmo_key(object_)
    kind = "task" if isinstance(object_, Process | Job) else noun_of(object_).lower()
    # A VMAR has a koid from its first handle on; here it has one.
    return f"{kind}:{object_.koid}"


def _shown_of(count: int) -> int:
    """How many of so many are shown one by one."""
    return count if count <= MOST_TO_ONE + 1 else MOST_TO_ONE


def _others(one: Reached) -> list[str]:
    """Who else refers to an object, a sentence each."""
    found = []
    also = "Also " if one.handles or one.mappings else ""
    if one.holders and {*one.holders} == {*one.mappers}:
        found.append(f"{also}held and mapped by {_names(one.holders)}.")
    else:
        for word, others in (("mapped", one.mappers), ("held", one.holders)):
            if others:
                found.append(f"{also}{word} by {_names(others)}.")
    found = [f"{sentence[0].upper()}{sentence[1:]}" for sentence in found]
    if one.loose:
        found.append(f"{plural(one.loose, 'handle')} to it in unread messages, or the kernel's.")
    if isinstance(one.object, PeerObject) and one.object.held:
        found.append("The kernel keeps it open.")
    elif not found and not one.handles and not one.mappings:
        found.append("Nobody has a handle to it.")
    return found


def _names(processes: list[Process]) -> str:
    """`sh:vc (3020), netsvc (1173) and 11 more`."""
    if len(processes) <= MOST_NAMES + 1:
        names = [task_name(one) for one in processes]
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{', '.join(task_name(one) for one in processes[:MOST_NAMES])} and {len(processes) - MOST_NAMES} more"
