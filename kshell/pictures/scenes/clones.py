"""The scene of `clones`: a family of VMOs, clones inside the box of what they were cloned from.

    Box vmo:3183      cells: its pages
      |- Box vmo:3184     base: where in its parent it begins
      |    `- Box vmo:3187
      |- Box vmo:3185
      `- more         1,994 VMOs that are not shown

A person sees the family's shape, so a chain or a fan of thousands is folded: the VMO that was asked for and the way to
it are always there, of its relatives the nearest.
"""

from __future__ import annotations

from kshell.accounting.clones import Hold, Member, family, path
from kshell.accounting.sight import OWN
from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.machine import Machine
from kshell.kernel.vmar import Mapping
from kshell.kernel.vmo import Vmo
from kshell.pictures.scene import STATES, Box, Scene
from kshell.pictures.scenes.cells import page_cells
from kshell.pictures.scenes.names import task_name, vmo_key
from kshell.pictures.scenes.pages import MEANINGS, facts, mark_pages
from kshell.sizes import format_size
from kshell.text import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# How much of a family is shown: VMOs at each end of the way to the one that was asked for, levels off that way, clones
# of one VMO, and in all beside the way.
WAY, LEVELS, FAN, MOST_MORE = 3, 4, 5, 12
# So many processes are named in a sentence.
MOST = 3
# The state of the VMO that was asked for.
ASKED = "asked"


def clones_scene(machine: Machine, vmo: Vmo, members: list[Member] | None = None) -> Scene:
    """The family of `vmo`; `members` are those of it, where they are known already (`accounting.clones.family`)."""
    members = family(machine, vmo) if members is None else members
    pages = sum(member.own_pages for member in members)
    title = f"{plural(len(members), 'VMO')} own{'s' if len(members) == 1 else ''} {plural(pages, 'page')}, "
    scene = Scene("clones", title + format_size(pages << PAGE_SHIFT))
    scene.boxes = [_Tree(machine, vmo, members).root]
    states = {cell.state for box in scene.walk() for cell in box.cells}
    scene.legend = [(state, MEANINGS[state]) for state in STATES if state in states]
    scene.legend.append((ASKED, "the VMO that was asked for"))
    return scene


class _Tree:
    """Makes the boxes of a family: which members are shown, and in which box."""

    def __init__(self, machine: Machine, asked: Vmo, members: list[Member]) -> None:
        self.machine = machine
        self.asked = asked
        self.members = {member.vmo: member for member in members}
        # How many VMOs, and pages, each has with all below it.
        self._counts = {member.vmo: 1 for member in members}
        self._pages = {member.vmo: member.own_pages for member in members}
        for member in reversed(members):
            parent = member.vmo.parent
            if parent is not None:
                self._counts[parent] += self._counts[member.vmo]
                self._pages[parent] += self._pages[member.vmo]
        way = path(asked)
        kept = way if len(way) <= 2 * WAY + 1 else way[:WAY] + way[-WAY:]
        # The next one on the way, where some between the two are folded.
        self._beyond = {kept[WAY - 1]: kept[WAY]} if len(kept) < len(way) else {}
        self._shown = self._nearest(kept)
        self.root = self._box(way[0], 0)

    def _nearest(self, kept: list[Vmo]) -> set[Vmo]:
        """Which VMOs are shown: those on the way, then their nearest relatives, beginning at the one asked for."""
        shown = set(kept)
        todo = [(vmo, 0) for vmo in reversed(kept)]
        # The list grows while it is read.
        for vmo, level in todo:
            if vmo in self._beyond or level >= LEVELS:
                continue
            children = list(vmo.children)
            for child in children if len(children) <= FAN + 1 else children[:FAN]:
                if child not in shown and len(shown) < len(kept) + MOST_MORE:
                    shown.add(child)
                    todo.append((child, level + 1))
        return shown

    def _box(self, vmo: Vmo, around: int) -> Box:
        """The box of a VMO, with those of its clones; the box around it begins at page `around` of the family."""
        member = self.members[vmo]
        made = Box(vmo_key(vmo), "vmo", str(vmo.koid), vmo.size, (member.begins - around) << PAGE_SHIFT,
                   member.own_pages << PAGE_SHIFT, ASKED if vmo is self.asked else OWN)  # fmt: skip
        mappings = [one for one in vmo.mappings if isinstance(one, Mapping)]
        made.cells, made.unit = page_cells(vmo, 0, vmo.page_count, mappings)
        made.facts = [_reasons(self.machine, member), *facts(self.machine, vmo)]
        beyond = self._beyond.get(vmo)
        if beyond is not None:
            made.boxes.append(self._between(member, beyond))
            return made
        made.boxes = [self._box(child, member.begins) for child in vmo.children if child in self._shown]
        hidden = [child for child in vmo.children if child not in self._shown]
        if hidden:
            count, pages = sum(self._counts[one] for one in hidden), sum(self._pages[one] for one in hidden)
            made.boxes.append(_more(vmo, count, pages, "" if made.boxes else " below"))
        return made

    def _between(self, member: Member, beyond: Vmo) -> Box:
        """What stands for the VMOs between a member and the next one on the way that is shown, with that one in it."""
        vmo = member.vmo
        count = self._counts[vmo] - 1 - self._counts[beyond]
        made = _more(vmo, count, self._pages[vmo] - len(vmo.pages) - self._pages[beyond], " between")
        made.boxes = [self._box(beyond, member.begins)]
        return made


def _more(vmo: Vmo, count: int, pages: int, where: str) -> Box:
    """Relatives of a VMO that are not shown one by one."""
    text = f"{count:,} more VMO{'' if count == 1 else 's'}, {pages:,} page{'' if pages == 1 else 's'}{where}"
    return Box(f"more:{vmo_key(vmo)}", "more", text, 0, 0, pages << PAGE_SHIFT)


# Why each is there


def _reasons(machine: Machine, member: Member) -> str:
    """What keeps a VMO, and who maps it, in words."""
    held = member.held
    kept = [_held(machine, hold) for hold in _few(hold for hold in held if hold.by == "handle")]
    others = sum(hold.count for hold in held if hold.by == "handle") - _counted(held, "handle")
    if others:
        kept.append(f"{plural(others, 'handle')} of others")
    words = {"message": "a message", "clone": "a clone", "kernel": "the kernel"}
    for hold in held:
        if hold.by in words:
            kept.append(words[hold.by] if hold.count == 1 else plural(hold.count, hold.by))
    mapped = [hold for hold in held if hold.by == "mapping"]
    by = [_mapped(machine, hold) for hold in _few(mapped)]
    if len(mapped) > MOST:
        by.append(f"{len(mapped) - MOST} other processes")
    alone = " alone" if len(kept) == 1 and not by and held[0].by == "clone" else ""
    texts = [f"kept by {', '.join(kept)}{alone}"] if kept else []
    texts += [f"mapped by {', '.join(by)}"] if by else []
    return "; ".join(texts)


def _few(holds: Iterable[Hold]) -> list[Hold]:
    return list(holds)[:MOST]


def _counted(held: list[Hold], by: str) -> int:
    """How many of that kind `_few` tells."""
    return sum(hold.count for hold in _few(hold for hold in held if hold.by == by))


def _held(machine: Machine, hold: Hold) -> str:
    what = "a handle" if hold.count == 1 else plural(hold.count, "handle")
    return f"{what} of {task_name(machine.processes.get(hold.process))}"


def _mapped(machine: Machine, hold: Hold) -> str:
    times = "" if hold.count == 1 else f" {hold.count} times"
    return f"{task_name(machine.processes.get(hold.process))}{times}"


# What changed


def earlier_pages(machine: Machine, addresses: Iterable[int]) -> dict[str, Box]:
    """The pages that VMOs, by the kernel's addresses of them, had in the machine of an earlier moment: boxes by keys.
    Those that were not there have none."""
    wanted = set(addresses)
    found: dict[str, Box] = {}
    for vmo in machine.vmos:
        if vmo.address in wanted:
            box = Box(vmo_key(vmo), "vmo", str(vmo.koid), vmo.size)
            mappings = [one for one in vmo.mappings if isinstance(one, Mapping)]
            box.cells, box.unit = page_cells(vmo, 0, vmo.page_count, mappings)
            found[box.key] = box
    return found


def marked(before: dict[str, Box], after: Scene) -> Scene:
    """The scene with what changed since `before` marked: VMOs that are new, and pages."""
    for box in after.walk():
        if box.kind == "vmo":
            mark_pages(before.get(box.key), box)
            box.changed = box.changed or box.key not in before
    return after
