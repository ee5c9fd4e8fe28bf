"""`space`: the address space of a process, drawn."""

from __future__ import annotations

from kshell.commands.views.changed import Marked
from kshell.kernel.machine import Machine
from kshell.kernel.tasks import Process
from kshell.pictures.scene import Box, Scene
from kshell.pictures.space import Figures, Layout, figures, space_scene
from kshell.pictures.terminal import draw
from kshell.shell.arguments import ProcessTask
from kshell.shell.errors import ShellError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import COUNT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@command(
    "space",
    category="whose",
    summary="the address space of TASK, drawn: VMARs, mappings, gaps, what is resident",
    params=(ProcessTask("TASK", None, jobs="has no address space"),),
    examples=(
        ("m = map 64k; t = touch $m 8k w", ""),
        (
            "space",
            "address space of sh:console (2988): 38 mappings, VIRT 4284k, RES 1332k\n...\n* changed by the last line\n",
        ),
        ("s = space sh:vc; assert $s.res == 1296k", ""),
    ),
    details=(
        "High addresses are at the top. A bar is filled by what is resident: pages that the VMO of a\n"
        "mapping has, as RES counts. Gaps are shortened and say how large they are; of very many\n"
        "regions those at the ends, the largest and those that changed are shown, and the others\n"
        "counted. TASK is the current process if left out. In the result a region's type is\n"
        '"mapping", "vmar", "gap", or "more", whose name says how many are not listed.'
    ),
    gives=("process", "base", "size", "virt", "res", "regions"),
)
def space(state: State, task: Process | None) -> Result:
    process = state.process if task is None else task
    machine, aspace = state.machine, process.aspace
    if not process.root_vmar.alive:
        raise ShellError(f"the process {process.koid} is dead: it has no address space any more")

    def earlier(then: Machine) -> Figures:
        was = then.processes.get(process.koid)
        return {} if was is None else figures(was)

    def made(layout: Layout, before: Figures | None) -> Scene:
        return space_scene(machine, process, layout, () if before is None else layout.changed(before))

    picture = Marked(state.past, lambda: Layout(process), earlier, made)
    result = Result(
        aspace.mapping_count,
        lambda: _fields(process, picture()),
        lambda: draw(picture()),
        kind=COUNT,
        space=process.koid,
    )
    picture.show_in(result)
    return result


def _fields(process: Process, scene: Scene) -> dict[str, object]:
    (box,) = scene.boxes
    rows = [(depth, inner) for depth, inner in _inside(box)]
    return {
        "process": process.koid,
        "base": box.base,
        "size": box.size,
        "virt": sum(inner.size for _, inner in rows if inner.kind in ("mapping", "more")),
        "res": box.fill,
        "regions": [_row(depth, inner) for depth, inner in rows],
    }


def _inside(box: Box, depth: int = 1) -> Iterator[tuple[int, Box]]:
    """What lies in a box, with its depth; no picture is so deep that this would be."""
    for inner in box.boxes:
        yield depth, inner
        yield from _inside(inner, depth + 1)


def _row(depth: int, box: Box) -> dict[str, object]:
    return {
        "type": box.kind,
        "depth": depth,
        "base": box.base,
        "size": box.size,
        "perms": box.perms or None,
        "res": box.fill,
        "name": box.label if box.kind != "gap" else None,
        "changed": box.changed,
    }
