"""Somebody who looks at the memory after every line of a session, and draws what there is to see.

    line --> what is in play --> scenes --> what differs is lit --> a frame of the reel
                                   '--> one sentence: "4 pages more, RES 16k"

In play are the VMOs that a person works with: made by the session and in the hands of its process, or shown by a
mapping that a line has changed; what ended is out of play. What a line costs depends on what it shows, not on what else
the machine has: a line that only looks costs nothing, and new VMOs are found from the young end of the machine's list.
"""

from __future__ import annotations

from itertools import zip_longest

from kshell.accounting.clones import path
from kshell.accounting.holders import Holders
from kshell.accounting.reached import Figures as Reached
from kshell.accounting.reached import Reach
from kshell.accounting.reasons import Reasons
from kshell.accounting.sight import OWN
from kshell.commands.views.why_text import block_text
from kshell.kernel import info
from kshell.kernel.machine import Machine
from kshell.kernel.tasks import Process
from kshell.kernel.vmar import Mapping
from kshell.kernel.vmo import Vmo
from kshell.pictures.page.reel import Frame, Reel, View
from kshell.pictures.scene import Box, Cell, Link, Scene
from kshell.pictures.scenes.clones import ASKED, clones_scene
from kshell.pictures.scenes.clones import marked as mark_family
from kshell.pictures.scenes.links import links_scene
from kshell.pictures.scenes.names import mapping_key, vmo_key
from kshell.pictures.scenes.pages import pages_scene
from kshell.pictures.scenes.space import Layout, figures, space_scene
from kshell.pictures.scenes.treemap import mark_since, treemap_scene
from kshell.pictures.vector.layout import lay_out
from kshell.shell.changes import stamp
from kshell.shell.looks import looks
from kshell.shell.state import State
from kshell.sizes import format_size
from kshell.text import plural, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    # A tab, and which of its pictures: the koid of a process, the address of a VMO.
    Place = tuple[str, int]

# How wide pictures are laid out, in pixels.
WIDTH = 640
# So many VMOs or families are drawn, the latest in play; of so many VMOs `why` is answered.
MOST_DRAWN, MOST_ANSWERED = 5, 3
# A process with more handles is not searched for the VMOs it holds: all that are new are in play.
MOST_SEARCHED = 4096
# The tabs, that of most interest first: what the line itself shows, what it works with, where that is, who has it.
TABS = LINE, VMOS, SPACE, LINKS, MEMORY = "This line", "VMOs", "Address space", "Handles", "Memory"


class Figures:
    """The numbers of a moment that the sentence about a line compares."""

    __slots__ = ("process", "name", "pages", "virt", "res", "counts", "used", "total")

    def __init__(self, state: State) -> None:
        machine, process = state.machine, state.process
        self.process = process.koid
        self.name = printable(process.name)
        self.pages = machine.physmem.object
        self.used = machine.physmem.total - machine.physmem.free
        self.total = machine.physmem.total
        self.virt, self.res = info.task_stats(process)
        self.counts = {
            "VMO": len(machine.vmos),
            "mapping": process.aspace.mapping_count,
            "handle": machine.handles.live,
            "process": len(machine.processes),
        }

    def now(self) -> str:
        """The moment in a line."""
        sizes = f"VIRT {format_size(self.virt)}, RES {format_size(self.res)}"
        pages = f"{self.used} of {self.total} pages of memory in use"
        return f"{self.name} ({self.process}): {sizes}; {pages}"

    def since(self, before: Figures) -> str:
        """What has become of the moment `before`, in a short sentence; "" where no number says anything."""
        said = [_more(self.pages - before.pages, "page")]
        if before.process != self.process:
            said.append(f"now in {self.name} ({self.process})")
        else:
            said.append(f"RES {format_size(self.res)}" if self.res != before.res else "")
            said.append(f"VIRT {format_size(self.virt)}" if self.virt != before.virt else "")
        said += [
            _more(count - before.counts[what], what)
            for what, count in self.counts.items()
            if what != "mapping" or before.process == self.process
        ]
        return ", ".join(part for part in said if part)


def _more(change: int, what: str) -> str:
    """`4 pages more`; "" for none."""
    if not change:
        return ""
    many = f"{abs(change)} processes" if what == "process" and abs(change) > 1 else plural(abs(change), what)
    return f"{many} {'more' if change > 0 else 'fewer'}"


class Onlooker:
    """Looks at the states of a session, one after the other; `reel` has what it saw."""

    def __init__(self, state: State) -> None:
        """`state` is that before the first line."""
        self.reel = Reel()
        self._machine: Machine | None = None
        # VMOs in play by their addresses in the kernel, which are never used twice, the latest last.
        self._play: dict[int, Vmo] = {}
        # The address of the youngest VMO that was looked at.
        self._youngest = 0
        self._scenes: dict[Place, Scene] = {}
        # Scenes that are drawn, each with its picture: one that stays is not drawn again.
        self._views: dict[Place, tuple[Scene, View]] = {}
        # The figures of the last look at a process, by its koid: its regions, and what it reaches.
        self._regions: dict[int, dict[int, tuple[int, ...]]] = {}
        self._reached: dict[int, Reached] = {}
        # The keys of the VMOs that the last line has made.
        self._new: set[str] = set()
        self._stamp: tuple[object, ...] = ()
        self._answers: dict[str, str] = {}
        self._line_was_shown = False
        self._figures = Figures(state)
        self._arrive(state.machine)
        self.reel.add(self._frame(state))

    def look(self, state: State, line: str, scene: Scene | None = None) -> str:
        """Looks at the state after `line`; returns what the line changed, in a short sentence.

        `scene` is what the line itself shows.
        """
        before = self._figures
        if looks(line):
            # Nothing new, as no picture shows names: only what was lit goes out.
            self.reel.add(self._still(scene))
            return ""
        self._figures = Figures(state)
        self._find_play(state)
        self.reel.add(self._frame(state, scene))
        return self._figures.since(before)

    # What is in play

    def _arrive(self, machine: Machine) -> None:
        """The machine is another one than before: at the start, and where lines were taken back."""
        there = {vmo.address: vmo for vmo in machine.vmos}
        self._machine = machine
        self._play = {address: there[address] for address in self._play if address in there}
        self._youngest = next(reversed(there), 0)

    def _find_play(self, state: State) -> None:
        machine = state.machine
        if machine is not self._machine:
            self._arrive(machine)
        for address in [address for address, vmo in self._play.items() if vmo not in machine.vmos]:
            del self._play[address]
        new: list[Vmo] = []
        for vmo in reversed(machine.vmos):
            if vmo.address <= self._youngest:
                break
            new.append(vmo)
        self._new = {vmo_key(vmo) for vmo in new}
        if new:
            self._youngest = new[0].address
            mine = _in_hands_of(state.process)
            for vmo in reversed(new):
                if mine is None or vmo in mine or _shown_in(vmo, state.process):
                    self._enter(vmo)

    def _enter(self, vmo: Vmo) -> None:
        self._play.pop(vmo.address, None)
        self._play[vmo.address] = vmo

    def _touch(self, process: Process, address: int) -> None:
        """A line has changed the mapping at an address."""
        found = process.root_vmar.locate(address)
        if found is not None and isinstance(found[0], Mapping):
            self._enter(found[0].vmo)

    # What is to be seen

    def _frame(self, state: State, shown: Scene | None = None) -> Frame:
        machine, process = state.machine, state.process
        before, self._scenes = self._scenes, {}
        for place, scene in before.items():
            self._put_out(place, scene)
        self._see_space(before, machine, process)
        self._see_vmos(before, machine)
        reach = Reach(machine, process)
        reached = Reached(reach)
        self._keep(before, LINKS, process.koid, links_scene(machine, reach, self._reached.get(process.koid), reached))
        self._reached = {process.koid: reached}
        now = stamp(state)
        known = before.get((MEMORY, 0))
        if known is None or now != self._stamp:
            memory = treemap_scene(machine)
            if known is not None:
                mark_since(known, memory)
            self._keep(before, MEMORY, 0, memory)
        else:
            self._scenes[MEMORY, 0] = known
        self._stamp = now
        self._answers = self._ask(state)
        return self._framed(shown)

    def _see_space(self, before: dict[Place, Scene], machine: Machine, process: Process) -> None:
        """Sees the address space; the VMOs of mappings that are not as they were are in play."""
        koid = process.koid
        layout = Layout(process)
        was = self._regions.get(koid)
        changed = set() if was is None else layout.changed(was)
        self._regions = {koid: figures(process)}
        scene = space_scene(machine, process, layout, changed)
        for box in scene.walk():
            if box.changed and box.kind == "mapping" and box.base is not None:
                self._touch(process, box.base)
        self._keep(before, SPACE, koid, scene)

    def _see_vmos(self, before: dict[Place, Scene], machine: Machine) -> None:
        """Sees the VMOs in play. What was not seen before is compared with nothing, unless the line has made it."""
        boxes = {box.key: box for (tab, _), scene in before.items() if tab == VMOS for box in scene.walk() if box.cells}
        for top, vmo in self._families():
            scene = _of_family(machine, top, vmo)
            known = {box.key: boxes.get(box.key, box) for box in scene.walk() if box.key not in self._new}
            self._keep(before, VMOS, top.address, mark_family(known, scene))

    def _keep(self, before: dict[Place, Scene], tab: str, number: int, scene: Scene) -> None:
        """Keeps the scene of a place, the one that is there where it looks the same: it need not be drawn again."""
        was = before.get((tab, number))
        self._scenes[tab, number] = was if was is not None and same(was, scene) else scene

    def _still(self, shown: Scene | None) -> Frame | None:
        """The frame after a line that changed nothing."""
        lit = [place for place, scene in self._scenes.items() if self._put_out(place, scene)]
        return self._framed(shown) if lit or shown is not None or self._line_was_shown else None

    def _put_out(self, place: Place, scene: Scene) -> bool:
        """Takes the marks of a change from the scene at a place; returns whether there were any."""
        lit = put_out(scene)
        if lit:
            self._views.pop(place, None)
        return lit

    def _framed(self, shown: Scene | None) -> Frame:
        pictures: dict[str, list[View]] = {tab: [] for tab in TABS}
        views, self._views = self._views, {}
        for place, scene in self._scenes.items():
            known = views.get(place)
            view = known[1] if known is not None and known[0] is scene else View(scene.title, lay_out(scene, WIDTH))
            self._views[place] = scene, view
            pictures[place[0]].append(view)
        self._line_was_shown = shown is not None
        if shown is not None:
            pictures[LINE].append(View(shown.title, lay_out(shown, WIDTH)))
        return Frame(pictures, self._answers, self._figures.now())

    def _families(self) -> list[tuple[Vmo, Vmo]]:
        """(first VMO, the one in play) of the families to be drawn, in the order in which they were made."""
        found: dict[Vmo, Vmo] = {}
        for vmo in reversed(self._play.values()):
            if len(found) == MOST_DRAWN:
                break
            found.setdefault(path(vmo)[0], vmo)
        return sorted(found.items(), key=lambda pair: pair[0].address)

    def _ask(self, state: State) -> dict[str, str]:
        """What `why` says of the VMOs in play, and of where the process maps them."""
        machine, process = state.machine, state.process
        holders = Holders(machine, process)
        found: dict[str, str] = {}
        for vmo in list(reversed(self._play.values()))[:MOST_ANSWERED]:
            found[vmo_key(vmo)] = block_text(machine, process, Reasons(machine, process, vmo, holders=holders))
            mapping = _shown_in(vmo, process)
            if mapping is not None:
                reasons = Reasons(machine, process, None, mapping.base, holders)
                found[mapping_key(process.koid, mapping.base)] = block_text(machine, process, reasons)
        return found


def _of_family(machine: Machine, top: Vmo, vmo: Vmo) -> Scene:
    """The picture of a VMO: its pages, or the family that it has."""
    if top.children:
        scene = clones_scene(machine, vmo)
        # Nobody has asked for one of them.
        scene.legend = [entry for entry in scene.legend if entry[0] != ASKED]
        for box in scene.walk():
            box.state = OWN if box.state == ASKED else box.state
        return scene
    return pages_scene(machine, vmo, 0, vmo.page_count)


def same(one: Scene, other: Scene) -> bool:
    """Whether two scenes without marks of a change look the same."""
    if (one.title, one.legend, one.notes) != (other.title, other.legend, other.notes):
        return False
    links = zip_longest(one.links, other.links)
    boxes = zip_longest(one.walk(), other.walk())
    return all(map(_alike, links)) and all(map(_alike, boxes))


def _alike(pair: tuple[Box | Link | Cell | None, Box | Link | Cell | None]) -> bool:
    one, other = pair
    if one is None or other is None or one.__class__ is not other.__class__:
        return False
    for name in one.__slots__:
        mine, its = getattr(one, name), getattr(other, name)
        if name == "boxes":
            # They come after it in both walks.
            if len(mine) != len(its):
                return False
        elif name == "cells":
            if len(mine) != len(its) or not all(map(_alike, zip(mine, its, strict=True))):
                return False
        elif mine != its:
            return False
    return True


def put_out(scene: Scene) -> bool:
    """Takes the marks of a change from a scene; returns whether there were any."""
    marked: list[Box | Cell | Link] = [link for link in scene.links if link.changed]
    for box in scene.walk():
        marked += [box] if box.changed else []
        marked += [cell for cell in box.cells if cell.changed]
    for one in marked:
        one.changed = False
    return bool(marked)


def _in_hands_of(process: Process) -> set[object] | None:
    """What the process has handles to; None where it has too many to look."""
    if len(process.handles) > MOST_SEARCHED:
        return None
    return {handle.object for _, handle in process.handles}


def _shown_in(vmo: Vmo, process: Process) -> Mapping | None:
    """The first mapping of a VMO in a process."""
    for view in vmo.mappings:
        if isinstance(view, Mapping) and view.aspace is process.aspace:
            return view
    return None
