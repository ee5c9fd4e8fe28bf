"""The scene of `space`: an address space, its VMARs as boxes around their mappings, and the gaps between.

    Box aspace:2988
      |- gap       [0x1000000, 0x1021000)
      |- vmar      [0x1021000, 0x1046000)
      |    |- mapping r-x
      |    `- mapping rw-
      |- more      99,960 mappings that are not shown one by one
      `- gap

Boxes ascend by address. Of a VMAR with very many regions those at its ends are shown, the largest, and those that
changed; the others are folded by runs. What changed is known only when somebody looks, so a Layout keeps the figures of
all regions until then: one for each, nothing for a page.
"""

from __future__ import annotations

from kshell.accounting.sight import OWN, PARENT
from kshell.kernel.abi import PAGE_SHIFT, perms_text
from kshell.kernel.machine import Machine
from kshell.kernel.tasks import Process
from kshell.kernel.vmar import Mapping, Vmar
from kshell.kernel.vmo import Vmo
from kshell.pictures.names import mapping_key, task_name, vmo_key, vmo_name
from kshell.pictures.pages import facts
from kshell.pictures.scene import Box, Scene
from kshell.sizes import format_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    # What tells whether a region changed: base, size, and of a mapping permissions, VMO, offset, resident bytes.
    Figures = tuple[int, ...]

# A VMAR with more regions than MANY is folded: ENDS at each end, LARGEST of the others, MOST_CHANGED that changed.
MANY, ENDS, LARGEST, MOST_CHANGED = 60, 8, 8, 16
# Regions of VMARs that lie deeper are folded, and so are those in a picture of more boxes.
DEEPEST, MOST_BOXES = 8, 600


class Part:
    """A region as it was when the picture was made: of a mapping its permissions, VMO and resident bytes, of a VMAR the
    `parts` in it, ascending; and how many `mappings` and `vmars` it has in all, itself included."""

    __slots__ = ("base", "size", "name", "address", "figures", "perms", "vmo", "offset", "resident", "parts",
                 "mappings", "vmars", "mapped")  # fmt: skip

    def __init__(self, region: Mapping | Vmar) -> None:
        self.base = region.base
        self.size = region.size
        self.name = region.name
        self.address = region.address
        self.parts: list[Part] = []
        self.resident = self.mapped = self.mappings = self.vmars = 0
        self.vmo: Vmo | None = None
        if isinstance(region, Mapping):
            self.vmo = region.vmo
            self.perms, self.offset = region.perms, region.vmo_offset
            self.resident, self.mapped, self.mappings = region.committed << PAGE_SHIFT, region.size, 1
            self.figures: Figures = (*_place(region), region.perms, region.vmo.address, self.offset, self.resident)
        else:
            self.vmars = 1
            self.figures = _place(region)

    @property
    def end(self) -> int:
        """The address after the last byte."""
        return self.base + self.size


def _place(region: Mapping | Vmar) -> Figures:
    return region.base, region.size


class Layout:
    """The regions of a process at a moment: `root` is its root VMAR, or None for a process that is dead."""

    __slots__ = ("root",)

    def __init__(self, process: Process) -> None:
        parents: list[Part] = []
        order: list[Part] = []
        for depth, region in process.root_vmar.walk():
            part = Part(region)
            del parents[depth - 1 :]
            if parents:
                parents[-1].parts.append(part)
            if part.vmo is None:
                parents.append(part)
                order.append(part)
        # The inner ones first.
        for part in reversed(order):
            for inner in part.parts:
                part.resident += inner.resident
                part.mapped += inner.mapped
                part.mappings += inner.mappings
                part.vmars += inner.vmars
        self.root = order[0] if order else None

    def figures(self) -> dict[int, Figures]:
        """The figures of each region by the kernel's address of it, which is never used twice."""
        found: dict[int, Figures] = {}
        todo = [self.root] if self.root is not None else []
        for part in todo:
            found[part.address] = part.figures
            todo += part.parts
        return found

    def changed(self, before: dict[int, Figures]) -> set[int]:
        """The kernel's addresses of the regions that are new, or not as they were."""
        return {address for address, now in self.figures().items() if before.get(address) != now}


def space_scene(
    machine: Machine, process: Process, layout: Layout | None = None, changed: Collection[int] = frozenset()
) -> Scene:
    """The address space of `process`: as it is, or as `layout` has it; `changed` are the kernel's addresses of the
    regions that are to be marked, and not folded as far as there is room.

    A process that is dead has an empty scene.
    """
    layout = layout or Layout(process)
    scene = Scene("space", f"address space of {task_name(process)}")
    root = layout.root
    if root is None:
        scene.notes.append("it has none any more: the process is dead")
        return scene
    maker = _Maker(machine, process.koid, changed)
    box = Box(f"aspace:{process.koid}", "aspace", "root VMAR", root.size, root.base, root.resident)
    virt, res = format_size(root.mapped), format_size(root.resident)
    counts = f"{_count(root.mappings, 'mapping')}, VIRT {virt}, RES {res}"
    box.facts = [f"The root VMAR of {task_name(process)}: {counts}."]
    maker.fill(box, root, 1)
    scene.boxes = [box]
    scene.title += f": {counts}"
    scene.legend = [(OWN, "resident: pages that the VMO has"), (PARENT, "a clone: it may show pages of parents beside")]
    if maker.hidden:
        scene.notes.append(f"{_count(maker.hidden, 'more region')} that changed {_are(maker.hidden)} folded")
    return scene


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


class _Maker:
    """Makes the boxes of one address space. `hidden` counts the regions that changed and are folded."""

    __slots__ = ("machine", "koid", "changed", "boxes", "hidden")

    def __init__(self, machine: Machine, koid: int, changed: Collection[int]) -> None:
        self.machine = machine
        self.koid = koid
        self.changed = changed
        self.boxes = 0
        self.hidden = 0

    def fill(self, box: Box, vmar: Part, depth: int) -> None:
        """Puts what is in a VMAR into its box."""
        shown = self._shown(vmar.parts, depth)
        folded: list[Part] = []
        reached = vmar.base
        for part in vmar.parts:
            if shown is not None and part.base not in shown:
                if not folded:
                    self._gap(box, reached, part.base)
                folded.append(part)
            else:
                self._fold(box, folded)
                folded = []
                self._gap(box, reached, part.base)
                self._add(box, part, depth)
            reached = part.end
        self._fold(box, folded)
        self._gap(box, reached, vmar.end)

    def _shown(self, parts: list[Part], depth: int) -> Collection[int] | None:
        """The bases of those that are shown one by one; None for all."""
        if depth > DEEPEST or self.boxes > MOST_BOXES:
            return frozenset()
        if len(parts) <= MANY:
            return None
        from heapq import nlargest

        ends = parts[:ENDS] + parts[-ENDS:]
        largest = nlargest(LARGEST, parts[ENDS:-ENDS], key=lambda part: part.size)
        changed = [part for part in parts if part.address in self.changed][:MOST_CHANGED]
        return {part.base for part in (*ends, *largest, *changed)}

    def _add(self, box: Box, part: Part, depth: int) -> None:
        self.boxes += 1
        made = self._vmar(part, depth) if part.vmo is None else self._mapping(part, part.vmo)
        made.changed = part.address in self.changed
        box.boxes.append(made)

    def _vmar(self, part: Part, depth: int) -> Box:
        # A VMAR may begin where the one around it does: the kernel's address tells them apart.
        made = Box(f"vmar:{self.koid}:{part.address:#x}", "vmar", part.name, part.size, part.base, part.resident)
        made.facts = [
            f"VMAR {part.name}, {format_size(part.size)} at {part.base:#x}: {_count(part.mappings, 'mapping')}, "
            f"{format_size(part.resident)} resident."
        ]
        self.fill(made, part, depth + 1)
        return made

    def _mapping(self, part: Part, vmo: Vmo) -> Box:
        state = OWN if vmo.parent is None else PARENT
        made = Box(
            *(mapping_key(self.koid, part.base), "mapping", part.name, part.size, part.base, part.resident, state)
        )
        made.perms, made.shows = perms_text(part.perms), vmo_key(vmo)
        made.facts = [
            f"{made.perms} {part.name}, {format_size(part.size)} at {part.base:#x}, {format_size(part.resident)} "
            f"resident, shows {vmo_name(self.machine, vmo)} from {part.offset:#x} on.",
            *facts(self.machine, vmo),
        ]
        return made

    def _gap(self, box: Box, start: int, end: int) -> None:
        if start >= end:
            return
        size = format_size(end - start)
        gap = Box(f"gap:{self.koid}:{start:#x}", "gap", f"gap {size}", end - start, start)
        gap.facts = [f"{size} of addresses where nothing is mapped, from {start:#x} on."]
        box.boxes.append(gap)

    def _fold(self, box: Box, parts: list[Part]) -> None:
        """Neighbours that are not shown one by one, with the gaps between them."""
        if not parts:
            return
        mappings, vmars = sum(part.mappings for part in parts), sum(part.vmars for part in parts)
        counts = [_count(count, f"more {noun}") for count, noun in ((mappings, "mapping"), (vmars, "VMAR")) if count]
        mapped, resident = sum(part.mapped for part in parts), sum(part.resident for part in parts)
        start, end = parts[0].base, parts[-1].end
        more = Box(f"more:{self.koid}:{start:#x}", "more", ", ".join(counts), mapped, start, resident)
        more.facts = [
            f"{more.label} from {start:#x} to {end:#x}: {format_size(mapped)}, {format_size(resident)} resident."
        ]
        hidden = sum(part.address in self.changed for part in parts) if self.changed else 0
        more.changed = hidden > 0
        self.hidden += hidden
        box.boxes.append(more)
