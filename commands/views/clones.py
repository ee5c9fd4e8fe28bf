"""`clones`: a clone family, drawn: what each VMO owns, what keeps it, who maps it, whose pages it shows."""

from __future__ import annotations

from kshell.accounting.clones import family, record
from kshell.commands.views.changed import Marked
from kshell.commands.views.vmo_argument import Named, VmoWord
from kshell.pictures.scene import Scene
from kshell.pictures.scenes.clones import clones_scene, earlier_pages, marked
from kshell.pictures.scenes.names import vmo_key
from kshell.pictures.terminal.drawing import draw
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import COUNT


@command(
    "clones",
    category="whose",
    summary="a clone family, drawn: what each VMO owns, what keeps it, who maps it",
    params=(VmoWord("VMO"),),
    examples=(
        ("a = vmo_create 64k", ""),
        ("w = vmo_write $a 0 --len 20k", ""),
        ("c = vmo_clone $a cow 0 64k", ""),
        ("w = vmo_write $c 0 --len 8k", ""),
        (
            "clones $c",
            "2 VMOs own 7 pages, 28k\n"
            "VMO          AT    SIZE     OWN  16 pages\n"
            "3183          -     64k     20k  #####...........\n"
            "|             kept by a handle of sh:console (2988), a clone\n"
            "`-3184        0     64k      8k  ##^^^...........  <- this one\n"
            "                                 **\n"
            "              kept by a handle of sh:console (2988)\n"
            "each sign is 1 page: # own  ^ parent  . absent  * changed by the last line\n",
        ),
    ),
    details=(
        "AT is where in its parent a clone begins, OWN the memory that is charged to it: what it\n"
        "shows of its parents (^) is theirs. Bars lie over each other as the VMOs do.\n"
        "A parent is there as long as one clone is; a chain or a fan of many is folded."
    ),
    gives=("family",),
)
def clones(state: State, asked: Named) -> Result:
    machine, vmo = state.machine, asked.vmo
    members = family(machine, vmo)
    addresses: list[int] = []

    def now() -> Scene:
        scene = clones_scene(machine, vmo, members)
        keys = {box.key for box in scene.walk()}
        addresses.extend(member.vmo.address for member in members if vmo_key(member.vmo) in keys)
        return scene

    picture = Marked(
        state.past,
        now,
        lambda then: earlier_pages(then, addresses),
        lambda scene, before: scene if before is None else marked(before, scene),
    )
    result = Result(
        len(members),
        {"family": [record(member) for member in members]},
        lambda: draw(picture()),
        extra={"own_pages": sum(member.own_pages for member in members)},
        kind=COUNT,
    )
    picture.show_in(result)
    return result
