"""The scene of `pages`: the pages of a VMO, as it has them or as a mapping shows them.

Box mapping:2988:0x12fd000     base 0x12fd000, a cell for each run
  |- Cell 0..5    own
  |- Cell 5..8    parent 3183
  `- Cell 8..16   absent
"""

from __future__ import annotations

from kshell.accounting.sight import ABSENT, OWN, PARENT, ZERO
from kshell.kernel.abi import PAGE_SHIFT, perms_text
from kshell.kernel.machine import Machine
from kshell.kernel.physical_vmo import PhysicalVmo
from kshell.kernel.vmar import Mapping
from kshell.kernel.vmo import Vmo
from kshell.pictures.scene import STATES, Box, Cell, Scene, mark_changes
from kshell.pictures.scenes.cells import coarser, cut, joined, page_cells
from kshell.pictures.scenes.names import mapping_key, task_name, vmo_key, vmo_name
from kshell.sizes import format_size
from kshell.text import plural

# What each state means, where it is drawn.
MEANINGS = {
    OWN: "the VMO has the page",
    PARENT: "a VMO that it was cloned from has the page",
    ZERO: "nobody has one; the CPU reads the page of zeros",
    ABSENT: "nobody has one, and nobody has read it",
}


def pages_scene(machine: Machine, vmo: Vmo, start: int, end: int, mapping: Mapping | None = None) -> Scene:
    """The pages [start, end) of `vmo`, as `mapping` of it shows them, or as the VMO has them.

    Without a mapping a page is zero where any mapping of the VMO reads zeros.
    """
    process = None
    if mapping is not None:
        process = next((one for one in machine.processes.values() if one.aspace is mapping.aspace), None)
    name = vmo_name(machine, vmo)
    size = (end - start) << PAGE_SHIFT
    if mapping is None:
        scene = Scene("pages", f"{name}, {format_size(vmo.size)}")
        box = Box(vmo_key(vmo), "vmo", name, size, start << PAGE_SHIFT)
    else:
        base = mapping.base + (start << PAGE_SHIFT) - mapping.vmo_offset
        koid = 0 if process is None else process.koid
        perms = perms_text(mapping.perms)
        scene = Scene("pages", f"{name}, as {task_name(process)} sees it at {base:#x}, {perms}")
        box = Box(mapping_key(koid, mapping.base), "mapping", f"{perms} {name}", size, base)
    box.fill = vmo.pages.count_range(start, end) << PAGE_SHIFT
    shown = [one for one in vmo.mappings if isinstance(one, Mapping)] if mapping is None else [mapping]
    box.cells, box.unit = page_cells(vmo, start, end, shown)
    box.facts = facts(machine, vmo)
    scene.boxes = [box]
    states = {cell.state for cell in box.cells}
    scene.legend = [(state, MEANINGS[state]) for state in STATES if state in states]
    return scene


def facts(machine: Machine, vmo: Vmo) -> list[str]:
    """What there is to say of a VMO at once."""
    if isinstance(vmo, PhysicalVmo):
        return [f"{vmo_name(machine, vmo)} is {format_size(vmo.size)} of device memory, which has no pages."]
    count = len(vmo.pages)
    said = [f"{vmo_name(machine, vmo)}, {format_size(vmo.size)}, has {plural(count, 'page')} of its own."]
    if vmo.parent is not None:
        said.append(f"It is a clone of {vmo_name(machine, vmo.parent)}, from page {vmo.parent_page} on.")
    refers = [
        plural(number, noun)
        for number, noun in (
            (vmo.handle_count, "handle"),
            (len(vmo.mappings), "mapping"),
            (len(vmo.children), "clone"),
        )
        if number
    ]
    said.append(f"{', '.join(refers) or 'Only the kernel'} {'refers' if _one(vmo) else 'refer'} to it.")
    return said


def _one(vmo: Vmo) -> bool:
    return vmo.handle_count + len(vmo.mappings) + len(vmo.children) <= 1


def marked(before: Scene | None, after: Scene) -> Scene:
    """A scene of pages with what was not so in an earlier one, of the same pages, marked in it; None where there was no
    such VMO."""
    mark_pages(None if before is None else before.boxes[0], after.boxes[0])
    return after


def mark_pages(was: Box | None, box: Box) -> None:
    """Marks the cells of a box that are not as they were.

    What did not exist had no page: None, and pages beyond those of `was`, are as if they had been absent.
    """
    old = Box(box.key, box.kind, box.label, box.size, box.base, box.fill, box.state)
    old.cells, old.unit = ([], box.unit) if was is None else (was.cells, was.unit)
    reached = old.cells[-1].end if old.cells else 0
    end = box.cells[-1].end if box.cells else 0
    if reached < end:
        old.cells = [*old.cells, Cell(reached, end, ABSENT)]
    # Both in pieces of the same size: the one that is exact is cut.
    unit = max(old.unit, box.unit)
    if old.unit < unit:
        old.cells = coarser(old.cells, unit)
    if box.unit < unit:
        box.cells, box.unit = coarser(box.cells, unit), unit
    if unit == 1:
        # A cell that only in part is as it was is two.
        box.cells = cut(box.cells, [cell.start for cell in old.cells])
    before, after = Scene("pages", ""), Scene("pages", "")
    before.boxes, after.boxes = [old], [box]
    mark_changes(before, after)
    if unit == 1:
        box.cells = joined(box.cells)
