"""Physical memory as boxes within boxes, as the lines of `audit` are nested; what they have in bytes is their size.

    physical memory
      free
      used
        wired, heap, page tables ...          lines, with the deeper lines in them
        pages of VMOs
          mapped by one process               a box for each process
          mapped by several processes         a box for each VMO, and so for the other lines of VMOs
            VMO 3183 ...  40 more VMOs        those beyond MOST are one box, which has their sum

A box's size is the sum of the boxes in it, so the whole is exactly what the machine has. Lines of 0 have no box. Rule
`owner` of `audit` decides whose a page is.

The cost is that of the ledger and one more look at each VMO.
"""

from __future__ import annotations

from kshell.accounting.ledger import HELD_TOO, Ledger, Line, place_of
from kshell.accounting.sharing import OWNER, by_owner
from kshell.accounting.standing import (
    CLONES_ONLY,
    HANDLES_ONLY,
    KERNELS_OWN,
    MAPPED_BY_ONE,
    MAPPED_BY_SEVERAL,
    MESSAGES_ONLY,
    STANDINGS,
    Standings,
)
from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.machine import Machine
from kshell.kernel.tasks import Process
from kshell.kernel.vmo import Vmo
from kshell.pictures.scene import Box, Scene, mark_changes
from kshell.pictures.scenes.names import task_name, vmo_key, vmo_name
from kshell.sizes import format_size
from kshell.text import plural

# So many processes or VMOs of a line have a box of their own: the largest.
MOST = 24
# States: what a box's bytes are.
FREE, KERNEL, MAPPED, HELD = "free", "kernel", "mapped", "held"
LEGEND = (
    (FREE, "in nobody's use"),
    (KERNEL, "the kernel's own"),
    (MAPPED, "pages of VMOs that processes map"),
    (HELD, "pages of VMOs that no process maps"),
)
FREE_LINE, USED_LINE = "free", "used"
# What a line of `audit` is about, where its name does not say it.
MEANINGS = {
    "used": "All that is in use: what the kernel has for itself, and the pages of VMOs.",
    "wired": "It was there before the first page could be given out, and is never free.",
    "image and page records": "The kernel's code and data, and its record of each page.",
    "vDSO and ramdisk": "VMOs made of the boot image: every process maps the vDSO, the ramdisk has the boot files.",
    "heap": "What the kernel allocates for its objects; `kmem` has it by kind.",
    "page tables": "What the hardware reads to find pages, and the kernel's own.",
    "kernel stacks": "Each thread has one.",
    "handle table": "Slots for all handles of all processes, taken at boot.",
    "trace buffer": "Taken at boot, for `ktrace`.",
    "rings of sockets": "What was written to sockets waits there.",
    "zero page and `k pmm alloc`": "The page of zeros, which the CPU reads, and what `k pmm alloc` took.",
    "pages of VMOs": "Memory that processes use is pages of VMOs.",
    MAPPED_BY_ONE: "One address space shows them: most of it is what `ps` counts as RES.",
    MAPPED_BY_SEVERAL: "Several address spaces show them, and the RES of each counts them in whole.",
    HANDLES_ONLY: "A process holds a handle and maps nothing of it: no tool for processes counts them.",
    MESSAGES_ONLY: "Their handles are in messages that nobody has read.",
    KERNELS_OWN: "The kernel itself keeps them open.",
    CLONES_ONLY: "Neither handle nor mapping: clones look through them.",
}


def treemap_scene(machine: Machine, most: int | None = MOST) -> Scene:
    """Physical memory of `machine` as one box, with all that it is used for in it, and what is free.

    So many (`most`) processes or VMOs of a line have a box of their own; None stands for all.
    """
    ledger = Ledger(machine, OWNER)
    scene = Scene("treemap", f"physical memory, {format_size(ledger.total)}: {format_size(ledger.used)} in use")
    scene.boxes = [_line(ledger.top, _Owners(machine, most), ledger.total, KERNEL)]
    states = {box.state for box in scene.walk()}
    scene.legend = [row for row in LEGEND if row[0] in states]
    return scene


def _line(line: Line, owners: _Owners, total: int, state: str) -> Box:
    """The box of a line: in it those of the deeper lines, or of those who have it."""
    name = line.name
    if name in STANDINGS:
        state = MAPPED if name in (MAPPED_BY_ONE, MAPPED_BY_SEVERAL) else HELD
    elif name == FREE_LINE:
        state = FREE
    box = Box(f"line:{name}", "line", name, line.bytes, state=state)
    box.facts = [f"{name}: {format_size(line.bytes)}, {percent(line.bytes, total)} of physical memory."]
    if name in MEANINGS:
        box.facts.append(MEANINGS[name])
    if name == MAPPED_BY_ONE:
        box.boxes = owners.processes(box.key)
    elif name in STANDINGS:
        box.boxes = owners.vmos(box.key, name)
    else:
        box.boxes = [_line(below, owners, total, state) for below in line.below if below.bytes]
    for inner in box.boxes:
        inner.state = inner.state if inner.kind == "line" else state
    if box.boxes:
        # What lies in it has the colours.
        box.state = ""
    return box


def percent(part: int, whole: int) -> str:
    """`4%`; of what is not nothing never `0%`, and of what is not all never `100%`."""
    if not part:
        return "0%"
    rounded = (200 * part + whole) // (2 * whole)
    if part < whole and not 0 < rounded < 100:
        return "<1%" if not rounded else ">99%"
    return f"{rounded}%"


class _Owners:
    """Who has the pages of VMOs: processes of those that one address space shows, of all others the VMOs.

    Invariant: the sizes of a line's boxes are together the line's bytes, as both are made of the same shares.
    """

    __slots__ = ("_machine", "_most", "_processes", "_vmos")

    def __init__(self, machine: Machine, most: int | None) -> None:
        standings = Standings(machine)
        self._machine = machine
        self._most = most
        spaces: dict[object, Process] = {process.aspace: process for process in machine.processes.values()}
        # Bytes that the process alone maps, how many VMOs, and the bytes of those that have a handle too.
        self._processes: dict[Process, list[int]] = {}
        self._vmos: dict[str, list[tuple[int, Vmo]]] = {}
        for vmo, pages, _, _ in by_owner(machine.vmos):
            name, below = place_of(vmo, standings)
            size = pages << PAGE_SHIFT
            if name != MAPPED_BY_ONE:
                self._vmos.setdefault(name, []).append((size, vmo))
                continue
            sums = self._processes.setdefault(spaces[next(iter(vmo.mappings)).aspace], [0, 0, 0])
            sums[0] += size
            sums[1] += 1
            sums[2] += size if below == HELD_TOO else 0

    def processes(self, above: str) -> list[Box]:
        """The boxes of the processes that map VMOs alone, the largest first."""
        found = sorted(self._processes.items(), key=lambda item: -item[1][0])
        boxes = [_process(process, *sums) for process, sums in found[: self._most]]
        return _under(above, boxes, [sums[0] for _, sums in found[len(boxes) :]], "process", "processes")

    def vmos(self, above: str, standing: str) -> list[Box]:
        """The boxes of the VMOs of a line, the largest first."""
        found = sorted(self._vmos.get(standing, []), key=lambda item: -item[0])
        boxes = [self._vmo(vmo, size, standing) for size, vmo in found[: self._most]]
        return _under(above, boxes, [size for size, _ in found[len(boxes) :]], "VMO", "VMOs")

    def _vmo(self, vmo: Vmo, size: int, standing: str) -> Box:
        label = vmo_name(self._machine, vmo)
        box = Box(vmo_key(vmo), "vmo", label, size)
        box.facts = [f"{label}: {format_size(vmo.size)}, of which {format_size(size)} has pages; {standing}."]
        if vmo.parent is not None:
            box.facts.append("It is a clone; these pages are its own.")
        if vmo.children:
            box.facts.append(f"{plural(len(vmo.children), 'clone')} of it may show them too.")
        return box


def _process(process: Process, size: int, count: int, held: int) -> Box:
    name = task_name(process)
    box = Box(f"process:{process.koid}", "task", name, size)
    box.facts = [f"{name} alone maps {plural(count, 'VMO')} with {format_size(size)} of pages."]
    if held:
        box.facts.append(f"{format_size(held)} of it has handles as well, and stays when it is unmapped.")
    else:
        box.facts.append("Only the mappings keep it: it is free when they go.")
    return box


def _under(above: str, boxes: list[Box], rest: list[int], one: str, many: str) -> list[Box]:
    """The boxes that lie in the one with the key `above`, and one for the `rest` (bytes each), if there are any."""
    if rest:
        noun = one if len(rest) == 1 else many
        more = Box("more", "more", f"{len(rest)} more {noun}", sum(rest))
        more.facts = [f"{len(rest)} more {noun}, none larger than those shown: {format_size(sum(rest))} together."]
        boxes.append(more)
    for box in boxes:
        box.key = f"{above}/{box.key}"
    return boxes


def mark_since(before: Scene, after: Scene) -> None:
    """Marks in `after` what is not as it was in `before`, which has a box for everything (`most` None).

    A "more" box is compared with what those that it stands for had together.
    """
    mark_changes(before, after)
    sizes = {box.key: box.size for box in before.walk()}
    for box in after.walk():
        if box.boxes and box.boxes[-1].kind == "more":
            more = box.boxes[-1]
            more.changed = more.size != sizes.get(box.key, 0) - sum(sizes.get(one.key, 0) for one in box.boxes[:-1])
