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
from kshell.pictures.scene import Box, Scene
from kshell.pictures.scenes.names import mapping_key, task_name, vmo_key, vmo_name
from kshell.pictures.scenes.pages import facts
from kshell.sizes import format_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

# Base and size of a region, and of a mapping permissions, VMO, offset and resident bytes: by its kernel address.
Figures = dict[int, tuple[int, ...]]

# A VMAR with more regions than MANY is folded: ENDS at each end, LARGEST of the others, MOST_CHANGED that changed.
MANY, ENDS, LARGEST, MOST_CHANGED = 60, 8, 8, 16
# Regions of VMARs that lie deeper are folded, and so are those in a picture of more boxes.
DEEPEST, MOST_BOXES = 8, 600


class Part:
    """A mapping as it was when the picture was made; `address` is the kernel's of it, `resident` in bytes."""

    __slots__ = ("base", "size", "name", "address", "perms", "vmo", "offset", "resident")

    # What a VMAR has more of.
    vmars = 0
    mappings = 1

    def __init__(self, mapping: Mapping) -> None:
        self.base = mapping.base
        self.size = mapping.size
        self.name = mapping.name
        self.address = mapping.address
        self.perms = mapping.perms
        self.vmo = vmo = mapping.vmo
        self.offset = mapping.vmo_offset
        self.resident = vmo.committed(self.offset, self.size) << PAGE_SHIFT if vmo.pages else 0

    @property
    def end(self) -> int:
        """The address after the last byte."""
        return self.base + self.size

    @property
    def mapped(self) -> int:
        """How many bytes are mapped."""
        return self.size


class Within:
    """A VMAR as it was: the regions in it, ascending, and what they have together; `vmars` counts itself too."""

    __slots__ = ("base", "size", "end", "name", "address", "parts", "mappings", "vmars", "mapped", "resident")

    def __init__(self, vmar: Vmar) -> None:
        self.base = vmar.base
        self.size = vmar.size
        self.end = vmar.end
        self.name = vmar.name
        self.address = vmar.address
        self.parts: list[Part | Within] = []
        self.vmars = 1
        self.mappings = self.mapped = self.resident = 0


def figures(process: Process) -> Figures:
    """What tells whether a region has changed, by the kernel's address of it, which is never used twice."""
    return {
        region.address: _mapping_figures(region, region.vmo)
        if isinstance(region, Mapping)
        else (region.base, region.size)
        for _, region in process.root_vmar.walk()
    }


def _mapping_figures(mapping: Mapping, vmo: Vmo) -> tuple[int, ...]:
    size, offset = mapping.size, mapping.vmo_offset
    resident = vmo.committed(offset, size) << PAGE_SHIFT if vmo.pages else 0
    return mapping.base, size, mapping.perms, vmo.address, offset, resident


class Layout:
    """The regions of a process at a moment: `root` is its root VMAR, or None for a process that is dead."""

    __slots__ = ("root",)

    def __init__(self, process: Process) -> None:
        path: list[Within] = []
        vmars: list[Within] = []
        for depth, region in process.root_vmar.walk():
            if len(path) >= depth:
                del path[depth - 1 :]
            if isinstance(region, Mapping):
                path[-1].parts.append(Part(region))
                continue
            within = Within(region)
            if path:
                path[-1].parts.append(within)
            path.append(within)
            vmars.append(within)
        # The inner ones first.
        for within in reversed(vmars):
            parts = within.parts
            within.resident = sum(part.resident for part in parts)
            within.mapped = sum(part.mapped for part in parts)
            within.mappings = sum(part.mappings for part in parts)
            within.vmars += sum(part.vmars for part in parts)
        self.root = vmars[0] if vmars else None

    def changed(self, before: Figures) -> set[int]:
        """The kernel's addresses of the regions that are new, or not as they were."""
        found: set[int] = set()
        vmars = [self.root] if self.root is not None else []
        for vmar in vmars:
            if before.get(vmar.address) != (vmar.base, vmar.size):
                found.add(vmar.address)
            for part in vmar.parts:
                if isinstance(part, Within):
                    vmars.append(part)
                elif before.get(part.address) != (
                    *(part.base, part.size, part.perms, part.vmo.address, part.offset, part.resident),
                ):
                    found.add(part.address)
        return found


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

    def fill(self, box: Box, vmar: Within, depth: int) -> None:
        """Puts what is in a VMAR into its box."""
        shown = self._shown(vmar.parts, depth)
        folded: list[Part | Within] = []
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

    def _shown(self, parts: list[Part | Within], depth: int) -> Collection[int] | None:
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

    def _add(self, box: Box, part: Part | Within, depth: int) -> None:
        self.boxes += 1
        made = self._vmar(part, depth) if isinstance(part, Within) else self._mapping(part, part.vmo)
        made.changed = part.address in self.changed
        box.boxes.append(made)

    def _vmar(self, part: Within, depth: int) -> Box:
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

    def _fold(self, box: Box, parts: Sequence[Part | Within]) -> None:
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
