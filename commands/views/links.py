"""`links`: the handles and mappings of a process, and the objects they lead to."""

from __future__ import annotations

from kshell.accounting.reached import Figures, Reach, Reached
from kshell.commands.views.changed import Marked
from kshell.kernel.abi import PAGE_SHIFT, TYPE_NAMES, perms_text
from kshell.kernel.machine import Machine
from kshell.kernel.tasks import Process
from kshell.kernel.vmo import Vmo
from kshell.pictures.scene import Scene
from kshell.pictures.scenes.links import links_scene
from kshell.pictures.terminal.drawing import draw
from kshell.shell.arguments import ProcessTask
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import COUNT


@command(
    "links",
    category="handles",
    summary="what the handles and mappings of TASK lead to, drawn (default: the current process)",
    params=(ProcessTask("TASK", None, jobs="has no handles"),),
    details=(
        "To the left handles, with their rights, and mappings; to the right the objects, with what\n"
        "is beyond them: the VMO that one was cloned from, the other end of a channel and who has\n"
        "it, the job of a process; and who else holds or maps the same. Of many objects of a type\n"
        "8 are shown: the latest VMOs and those that are shared, then the objects of the newest\n"
        "handles, then the largest. The result has all, in flat lists; `loose` counts the handles\n"
        "in unread messages and the kernel's."
    ),
    examples=(
        ("links 3020", "sh:vc (3020): 12 handles, 30 mappings, 34 objects\n...\n"),
        ("l = links; assert $l == 43", ""),
    ),
    gives=("process", "handles", "mappings", "objects"),
)
def links(state: State, task: Process | None) -> Result:
    process = state.process if task is None else task
    reach = Reach(state.machine, process)
    koid = process.koid
    machine = state.machine

    def earlier(then: Machine) -> Figures:
        was = then.processes.get(koid)
        return Figures(None if was is None else Reach(then, was))

    def made(now: Reach, before: Figures | None) -> Scene:
        return links_scene(machine, now, before)

    picture = Marked(state.past, lambda: reach, earlier, made)
    result = Result(len(reach.objects), _fields(reach), lambda: draw(picture()), kind=COUNT, owner=koid, space=koid)
    picture.show_in(result)
    return result


def _fields(reach: Reach) -> dict[str, object]:
    """All of it for programs: rights are numbers, sizes bytes."""
    objects = list(reach.objects.values())
    return {
        "process": reach.process.koid,
        "handles": [
            {
                "handle": value,
                "rights": handle.rights,
                "koid": one.object.koid,
                "type": TYPE_NAMES[one.object.type],
            }
            for one in objects
            for value, handle in one.handles
        ],
        "mappings": [
            {
                "addr": mapping.base,
                "size": mapping.size,
                "perms": perms_text(mapping.perms),
                "offset": mapping.vmo_offset,
                "koid": one.object.koid,
            }
            for one in objects
            for mapping in one.mappings
        ],
        "objects": [_object(one) for one in objects],
    }


def _object(one: Reached) -> dict[str, object]:
    found = one.object
    vmo = found if isinstance(found, Vmo) else None
    return {
        "koid": found.koid,
        "type": TYPE_NAMES[found.type],
        "size": None if vmo is None else vmo.size,
        "committed": None if vmo is None else len(vmo.pages) << PAGE_SHIFT,
        "parent": None if vmo is None or vmo.parent is None else vmo.parent.koid,
        "related": found.related_koid,
        "held_by": [process.koid for process in one.holders],
        "mapped_by": [process.koid for process in one.mappers],
        "loose": one.loose,
    }
