"""A scene: what there is to see of memory, as data. It knows no colours, no characters and no positions.

    Scene "pages of VMO 3183"
      |- Box  vmo:3183                 something that a person can point at: a VMO, a mapping, a task, a gap
      |    |- Cell 0..4   own          a run of its pages in one state
      |    |- Cell 4..9   parent 3170
      |    `- Box ...                  what lies inside it
      |- Link  handle:3022:8 -> vmo:3183
      `- legend: what each state and kind of this scene means

The terminal, SVG and the page draw scenes, so they cannot disagree. Two scenes of the same thing can be compared:
`mark_changes` marks in the later one what is not as it was. Sizes, bases and fills are in bytes; cells count pages.
States are the words of `why` (`kshell.accounting.sight`).
"""

from __future__ import annotations

from kshell.accounting.sight import ABSENT, OWN, PARENT, ZERO

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# The states, the one of most note first: where a cell stands for pages in several, it shows the first of them.
STATES = (OWN, PARENT, ZERO, ABSENT)


class Cell:
    """The pages [start, end) of a box: their `state`, and the koid of the VMO that has them (`owner`) or None.

    `count` is how many of them are in that state: fewer than all where the pages in between are too many to show.
    """

    __slots__ = ("start", "end", "state", "owner", "count", "changed")

    def __init__(self, start: int, end: int, state: str, owner: int | None = None, count: int | None = None) -> None:
        self.start = start
        self.end = end
        self.state = state
        self.owner = owner
        self.count = end - start if count is None else count
        self.changed = False


class Box:
    """Something that can be pointed at.

    key     names the thing, the same in every scene of every moment: "vmo:3183", "mapping:3022:0x1000", "task:3022"
    kind    "aspace", "vmar", "mapping", "gap", "vmo", "task", "handle", "object", "line" (of `audit`) or "more" (what
            is not shown one by one)
    label   its name in a few characters, raw: whoever draws it makes it safe
    facts   what `why` would say of it, a sentence each, raw
    base    its address, or where in its parent it begins; None for what is nowhere
    size    bytes; 0 for what has no size
    fill    how many of them are resident; None where that has no meaning
    perms   of a mapping, "rw-"; "" for anything else
    shows   the key of the VMO that a mapping shows; "" for anything else
    state   a word that colours it, of the legend; "" for none
    cells   its pages, in order, without gaps; counted from the box's own first one
    unit    how many pages a cell has at least: 1 where cells are runs as they are, more where they are equal pieces
    boxes   what lies in it, in order
    """

    __slots__ = ("key", "kind", "label", "facts", "base", "size", "fill", "perms", "shows", "state", "cells", "unit",
                 "boxes", "changed")  # fmt: skip

    def __init__(
        self, key: str, kind: str, label: str, size: int = 0, base: int | None = None, fill: int | None = None,
        state: str = "",
    ) -> None:  # fmt: skip
        self.key = key
        self.kind = kind
        self.label = label
        self.size = size
        self.base = base
        self.fill = fill
        self.state = state
        self.perms = ""
        self.shows = ""
        self.facts: list[str] = []
        self.cells: list[Cell] = []
        self.unit = 1
        self.boxes: list[Box] = []
        self.changed = False

    def walk(self) -> Iterator[Box]:
        """The box and all that lie in it, each before what is inside it."""
        todo = [self]
        while todo:
            box = todo.pop()
            yield box
            todo.extend(reversed(box.boxes))


class Link:
    """From the box with the key `source` to the one with the key `target`.

    `kind` is "handle", "mapping", "clone" (to the parent), "peer" (to the other end of a pair) or "task" (to the
    process or job that something belongs to).
    """

    __slots__ = ("source", "target", "kind", "label", "changed")

    def __init__(self, source: str, target: str, kind: str, label: str = "") -> None:
        self.source = source
        self.target = target
        self.kind = kind
        self.label = label
        self.changed = False


class Scene:
    """A picture: its `kind` ("pages", "space", "clones", "treemap", "links"), a title, and what is in it.

    `legend` tells, for each state or kind in it that is not plain, what it means: (word, meaning). `notes` are lines
    that stand below: what was left out, and how many.
    """

    __slots__ = ("kind", "title", "boxes", "links", "legend", "notes")

    def __init__(self, kind: str, title: str) -> None:
        self.kind = kind
        self.title = title
        self.boxes: list[Box] = []
        self.links: list[Link] = []
        self.legend: list[tuple[str, str]] = []
        self.notes: list[str] = []

    def walk(self) -> Iterator[Box]:
        """Every box, each before what is inside it."""
        for box in self.boxes:
            yield from box.walk()

    def find(self, key: str) -> Box | None:
        """The box with that key."""
        return next((box for box in self.walk() if box.key == key), None)

    def _repr_html_(self) -> str:
        """How a notebook shows it."""
        from importlib import import_module

        # Those who draw scenes stand above them, and are found by name as commands are.
        drawn: str = import_module("kshell.pictures.html").fragment(self)
        return drawn


def mark_changes(before: Scene, after: Scene) -> None:
    """Marks in `after` what is not as it was in `before`: new boxes and links, and what differs in one that was there.

    A cell is changed where any of its pages had another state or owner.
    """
    known = {box.key: box for box in before.walk()}
    for box in after.walk():
        was = known.get(box.key)
        box.changed = was is None or (was.label, was.base, was.size, was.fill, was.state) != (
            *(box.label, box.base, box.size, box.fill, box.state),
        )
        _mark_cells([] if was is None else was.cells, box.cells)
        box.changed = box.changed or any(cell.changed for cell in box.cells)
    links = {(link.source, link.target, link.kind, link.label) for link in before.links}
    for link in after.links:
        link.changed = (link.source, link.target, link.kind, link.label) not in links


def _mark_cells(before: list[Cell], after: list[Cell]) -> None:
    """Both lists are in order; each is read once."""
    at = 0
    for cell in after:
        while at < len(before) and before[at].end <= cell.start:
            at += 1
        reached, same, look = cell.start, True, at
        while same and reached < cell.end:
            if look == len(before) or before[look].start > reached:
                same = False
                break
            was = before[look]
            same = (was.state, was.owner) == (cell.state, cell.owner)
            # Where a cell stands for pages in several states, how many they are tells whether they moved.
            if was.count < was.end - was.start or cell.count < cell.end - cell.start:
                same = same and (was.start, was.end, was.count) == (cell.start, cell.end, cell.count)
            reached = was.end
            look += 1
        cell.changed = not same
