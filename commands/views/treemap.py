"""`treemap`: physical memory as boxes within boxes, by what `audit` says."""

from __future__ import annotations

from kshell.commands.views.changed import Marked
from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.numbers import decimal
from kshell.pictures.scene import Box, Scene
from kshell.pictures.scenes.treemap import mark_since, treemap_scene
from kshell.pictures.terminal.drawing import draw
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import SIZE
from kshell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@command(
    "treemap",
    category="whose",
    summary="physical memory drawn as boxes within boxes, by what `audit` says",
    details=(
        "The bar is all memory, the map below it what is used; both are to scale, and percents are\n"
        "of what is used. Boxes lie in boxes as the lines of `audit` do. Where one process maps\n"
        "VMOs there is a box for each process, and for each VMO where several or none do; the 24\n"
        "largest are shown, and one box for all others. A box without room for its name has a\n"
        "number, and the list below has the name. In the result the boxes come in the order of\n"
        "`audit`; the bytes of one are the sum of those in it. `koid` is that of a process or VMO."
    ),
    examples=(
        ("treemap", "physical memory, 2046.9M: used 97.2M 5%, free 1949.7M 95%\n...\n"),
        ("t = treemap; assert $t.total == $t.used+$t.free", ""),
        ("assert $t.boxes.1.bytes == $t.free", ""),
    ),
    gives=("total", "used", "free", "boxes"),
)
def treemap(state: State) -> Result:
    physmem = state.machine.physmem
    total, free = physmem.total << PAGE_SHIFT, physmem.free << PAGE_SHIFT
    scene = treemap_scene(state.machine)

    def made(now: Scene, before: Scene | None) -> Scene:
        if before is not None:
            mark_since(before, now)
        return now

    picture = Marked(state.past, lambda: scene, lambda then: treemap_scene(then, None), made)
    fields: dict[str, object] = {
        "total": total,
        "used": total - free,
        "free": free,
        "boxes": [_row(box, depth) for box, depth in _walk(scene)],
    }
    result = Result(total - free, fields, lambda: draw(picture()), kind=SIZE)
    picture.show_in(result)
    return result


def _walk(scene: Scene) -> Iterator[tuple[Box, int]]:
    todo = [(box, 0) for box in reversed(scene.boxes)]
    while todo:
        box, depth = todo.pop()
        yield box, depth
        todo.extend((inner, depth + 1) for inner in reversed(box.boxes))


def _row(box: Box, depth: int) -> dict[str, object]:
    koid = decimal(box.key.rpartition(":")[2]) if box.kind in ("task", "vmo") else None
    return {"kind": box.kind, "koid": koid, "name": printable(box.label), "depth": depth, "bytes": box.size}
