"""What a process reaches, in the terminal: to the left what leads there, to the right where, and what is beyond.

    handle 1945545923 r-xmdt ------------+-> VMO 1031, vdso: 28k, 28k resident
    mapping 0x4000000e1000 24k r-- ------+     also mapped by bin/devmgr (1041) and 12 more
    mapping 0x4000000e7000 4k r-x -------'
    handle 1945545929 rw---t --------------> channel 3023
                                               other end: channel 3024

All that leads to one object stands together, so no line crosses another, and it can be read aloud from the top. A
narrow terminal has the object below what leads to it, a wide one what is beyond beside it.
"""

from __future__ import annotations

from kshell.accounting.sight import OWN, PARENT
from kshell.pictures.scene import Box, Link, Scene
from kshell.pictures.scenes.links import ALONE, PEER, SHARED
from kshell.pictures.terminal.look import CHANGED, LINE, TITLE, Look, Row, length, named
from kshell.sizes import format_size
from kshell.text import printable, wrap

# From so many columns on objects stand beside what leads to them, and what is beyond beside them.
TWO, THREE = 64, 120
# What leads to an object is not wider; nor is an object, where something stands beside it.
WIDEST, WIDEST_OBJECT = 44, 52
# An object has the colour of a state of pages.
TONES = {SHARED: PARENT, ALONE: OWN}
# How lines from the left join: the first, those below it, the last; then what they lead to.
JOINTS, PLAIN_JOINTS = "┬┤┘", "++'"
ARROW = "> "


def rows(scene: Scene, columns: int, look: Look) -> list[Row]:
    """The rows of a scene of links."""
    found: list[Row] = [[(line, TITLE)] for line in wrap(printable(scene.title), width=columns).splitlines()]
    found.extend(_Drawing(scene, columns, look).rows())
    if any(box.changed for box in scene.walk()):
        found.append([(look.signs[CHANGED], CHANGED), (" changed by the last line", "")])
    for note in scene.notes:
        found.extend([(line, "")] for line in wrap(printable(note), width=columns).splitlines())
    return found


class _Drawing:
    """A scene for so many columns: its objects, by their keys what leads to them, and what they lead to."""

    __slots__ = ("_columns", "_look", "_boxes", "_objects", "_leads", "_beyond")

    def __init__(self, scene: Scene, columns: int, look: Look) -> None:
        self._columns = columns
        self._look = look
        self._boxes = {box.key: box for box in scene.walk()}
        self._leads: dict[str, list[Link]] = {}
        self._beyond: dict[str, list[Link]] = {}
        near = {box.key for box in scene.boxes[0].boxes} if scene.boxes else set()
        for link in scene.links:
            if link.source in near:
                self._leads.setdefault(link.target, []).append(link)
            else:
                self._beyond.setdefault(link.source, []).append(link)
        self._objects = [box for box in scene.boxes[1:] if box.key in self._leads]

    def rows(self) -> list[Row]:
        """All objects, each with what leads to it."""
        lefts = [[self._lead(link) for link in self._leads[box.key]] for box in self._objects]
        wide = min(WIDEST, max((length(row) for group in lefts for row in group), default=0))
        found: list[Row] = []
        for box, left in zip(self._objects, lefts, strict=True):
            if self._columns < TWO:
                found.extend(left)
                begin: list[Row] = [[("  ", ""), (self._look.edges[4] + ARROW, LINE)]]
                room = self._columns - 5
                found.extend(_beside(begin, 5, [*self._object(box, room), *self._further(box, room)]))
                continue
            begin = self._joined(left, wide)
            taken = wide + 6
            room = self._columns - taken
            if self._columns < THREE:
                found.extend(_beside(begin, taken, [*self._object(box, room), *self._further(box, room)]))
                continue
            begin = _beside(begin, taken, self._object(box, WIDEST_OBJECT))
            taken += WIDEST_OBJECT + 2
            found.extend(_beside(begin, taken, self._further(box, self._columns - taken, indent="")))
        return found

    def _joined(self, left: list[Row], wide: int) -> list[Row]:
        """What leads to one object, with lines that join."""
        across = self._look.edges[4]
        first, middle, last = tuple(PLAIN_JOINTS if self._look.edges.isascii() else JOINTS)
        found: list[Row] = []
        for at, row in enumerate(left):
            line = across * (wide - length(row) + 1)
            if len(left) == 1:
                end = across * 2 + ARROW
            elif not at:
                end = first + across + ARROW
            else:
                end = last if at == len(left) - 1 else middle
            found.append([*row, (f" {line}{end}", LINE)])
        return found

    def _lead(self, link: Link) -> Row:
        """A handle or a mapping, in a few words."""
        box = self._boxes[link.source]
        parts = [box.kind] if box.kind != "more" else []
        parts.append(printable(box.label))
        if box.size:
            parts.append(format_size(box.size))
        if link.label:
            parts.append(link.label)
        changed = box.changed or link.changed
        return [(self._marked(" ".join(parts), changed), CHANGED if changed else "")]

    def _marked(self, text: str, changed: bool) -> str:
        return f"{self._look.signs[CHANGED]} {text}" if changed else text

    def _object(self, box: Box, room: int) -> list[Row]:
        """An object: its name, and how large it is."""
        text = self._marked(_text(box), box.changed)
        tone = CHANGED if box.changed else TONES.get(box.state, "")
        return [[(line, tone)] for line in wrap(text, indent="  ", width=room).splitlines()]

    def _further(self, box: Box, room: int, indent: str = "  ") -> list[Row]:
        """What is beyond an object, and who else refers to it."""
        found: list[Row] = []
        todo = [(link, 0) for link in self._beyond.get(box.key, ())]
        while todo:
            link, depth = todo.pop(0)
            far = self._boxes[link.target]
            # The far end of a pair is worth what is said of it: who has it.
            facts = [f"({_fact(fact)})" for fact in far.facts[1:]] if link.kind == PEER else []
            text = " ".join([link.label, _text(far), *facts])
            changed = link.changed or far.changed
            found.append([(indent + "  " * depth + self._marked(text, changed), CHANGED if changed else "")])
            if far.key not in self._leads:
                todo = [*((one, depth + 1) for one in self._beyond.get(far.key, ())), *todo]
        found.extend([(f"{indent}{_fact(fact)}", "")] for fact in box.facts[1:])
        return [
            [(line, tone)]
            for ((text, tone),) in found
            for line in wrap(text.lstrip(), text[: len(text) - len(text.lstrip())], width=room).splitlines()
        ]


def _text(box: Box) -> str:
    """The name of an object, and the figures of a VMO."""
    name = named(box.label, WIDEST_OBJECT)
    if not box.size:
        return name
    return f"{name}: {format_size(box.size)}" + (f", {format_size(box.fill)} of pages" if box.fill is not None else "")


def _fact(sentence: str) -> str:
    """A sentence as a remark: `also mapped by netsvc (1173)`."""
    text = printable(sentence).removesuffix(".")
    return text[:1].lower() + text[1:]


def _beside(left: list[Row], taken: int, right: list[Row]) -> list[Row]:
    """Rows at the left, which take at most so many columns, and rows beside them."""
    found: list[Row] = []
    for at in range(max(len(left), len(right))):
        row = left[at] if at < len(left) else []
        if at < len(right):
            row = [*row, (" " * (taken - length(row)), ""), *right[at]]
        found.append(row)
    return found
