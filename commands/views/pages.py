"""`pages`: the pages of a VMO, or of what is mapped at an address, drawn."""

from __future__ import annotations

from kshell.commands.views.changed import Marked
from kshell.commands.views.vmo_argument import Named, VmoWord
from kshell.kernel.abi import PAGE_MASK, PAGE_SHIFT
from kshell.kernel.machine import Machine
from kshell.kernel.vmar import Mapping
from kshell.kernel.vmo import Vmo
from kshell.pictures.scene import Scene
from kshell.pictures.scenes.pages import marked, pages_scene
from kshell.pictures.terminal.drawing import draw
from kshell.shell.arguments import Size
from kshell.shell.errors import UsageError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import COUNT
from kshell.sizes import format_size


def _earlier(machine: Machine, vmo: Vmo, start: int, end: int, mapping: Mapping | None) -> list[Scene]:
    """The same pages of another moment's machine; none where there was no such VMO. Kernel addresses tell which is
    which, as they are never used twice."""
    twin = next((one for one in machine.vmos if one.address == vmo.address), None)
    if twin is None:
        return []
    was = None if mapping is None else next((one for one in twin.mappings if _same(one, mapping)), None)
    return [pages_scene(machine, twin, start, end, was if isinstance(was, Mapping) else None)]


def _same(one: object, mapping: Mapping) -> bool:
    return isinstance(one, Mapping) and one.address == mapping.address


@command(
    "pages",
    category="whose",
    summary="the pages of X, drawn: its own, its parents', zero, absent, and what changed",
    params=(VmoWord("X"), Size("LEN", None)),
    examples=(
        ("a = vmo_create 64k; w = vmo_write $a 0 --len 20k", ""),
        (
            "pages $a",
            "VMO 3183, 64k\n"
            "16 pages: 5 own, 11 absent\n"
            "         |0\n"
            "    0x0  #####...........\n"
            "         *****\n"
            "each sign is 1 page: # own  . absent  * changed by the last line\n",
        ),
        ("m = map 64k; t = touch $m 8k w", ""),
        ("p = pages $m 16k; assert $p.cells.0.to == 8k", ""),
    ),
    details=(
        "X is a VMO, by a handle or its koid, or an address where something is mapped; pages are\n"
        "shown from the address to the mapping's end, of a VMO all; LEN bytes bound them. States\n"
        "are those of `why`. Where there are too many pages for signs of their own a sign is the\n"
        "first of own, parent, zero, absent in its stretch. Of a VMO a page is zero if any mapping\n"
        "reads zeros there. In the result `from` and `to` are bytes from `base`, which is the\n"
        "address or the offset in the VMO; `unit` is what a cell has at least, in bytes, `owner`\n"
        "the koid of the VMO that has the pages."
    ),
    gives=("base", "unit", "cells"),
)
def pages(state: State, named: Named, length: int | None) -> Result:
    vmo, mapping = named.vmo, named.mapping
    if length == 0:
        raise UsageError("LEN is 0: give at least 1 byte, or leave it out to see all")
    if mapping is None:
        first, start, limit = 0, 0, vmo.page_count
    else:
        first = named.address - mapping.base + mapping.vmo_offset
        start, limit = first >> PAGE_SHIFT, (mapping.vmo_offset + mapping.size) >> PAGE_SHIFT
    end = limit if length is None else (first + length + PAGE_MASK) >> PAGE_SHIFT
    beyond, end = end > limit, min(end, limit)
    note = ""
    if beyond:
        what = "the VMO" if mapping is None else "the mapping"
        note = f"{what} ends before LEN does, after {format_size((end - start) << PAGE_SHIFT)}"
    picture = Marked(
        state.past,
        lambda: _now(state.machine, vmo, start, end, mapping, note),
        lambda machine: _earlier(machine, vmo, start, end, mapping),
        lambda now, then: now if then is None else marked(next(iter(then), None), now),
    )
    result = Result(
        end - start, lambda: _fields(picture()), lambda: draw(picture()), kind=COUNT, space=state.process.koid
    )
    picture.show_in(result)
    return result


def _now(machine: Machine, vmo: Vmo, start: int, end: int, mapping: Mapping | None, note: str) -> Scene:
    scene = pages_scene(machine, vmo, start, end, mapping)
    if note:
        scene.notes.append(note)
    return scene


def _fields(scene: Scene) -> dict[str, object]:
    (box,) = scene.boxes
    return {
        "base": box.base,
        "unit": box.unit << PAGE_SHIFT,
        "cells": [
            {
                "from": cell.start << PAGE_SHIFT,
                "to": cell.end << PAGE_SHIFT,
                "state": cell.state,
                "owner": cell.owner,
                "changed": cell.changed,
            }
            for cell in box.cells
        ],
    }
