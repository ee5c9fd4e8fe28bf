"""`vmos`: the VMOs a process has handles to, or maps. Rules: docs/kernel-rules.md 6.6 and 6.7.

Tools of later Magenta (22d9cf9e7, 2017-06-14, and 802520106, 2017-05-26), in their own formats.
"""

from __future__ import annotations

from kshell.commands.tools.filters import Column, Smallest, sort_rows
from kshell.commands.tools.process_argument import ProcessWord, process_argument
from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.info import VmoUse, vmos_of
from kshell.kernel.physical_vmo import PhysicalVmo
from kshell.kernel.vmo import Vmo
from kshell.shell.arguments import Switch
from kshell.shell.errors import UsageError
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.running import running
from kshell.shell.state import State
from kshell.shell.values import COUNT
from kshell.sizes import format_size_fixed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

HEADER = "rights  koid parent #chld #map #shr    size   alloc name\n"
HELP = """\
Usage: vmos <process-koid>

Dumps a process's VMOs to stdout.

The process either maps or has a handle to every VMO in this list (or both).
The same VMO may appear multiple times: the process could map the same VMO
twice, or have two handles to it, or both map it and have a handle to it.

Columns:
  rights: If the process points to the VMO via a handle, this column
      shows the rights that the handle has, zero or more of:
          r: MX_RIGHT_READ
          w: MX_RIGHT_WRITE
          x: MX_RIGHT_EXECUTE
          m: MX_RIGHT_MAP
          d: MX_RIGHT_DUPLICATE
          t: MX_RIGHT_TRANSFER
      NOTE: Non-handle entries will have a single '-' in this column.
  koid: The koid of the VMO, if it has one. Zero otherwise. A VMO without a
      koid was created by the kernel, and has never had a userspace handle.
  parent: The koid of the VMO's parent, if it's a clone.
  #chld: The number of active clones (children) of the VMO.
  #map: The number of times the VMO is currently mapped into VMARs.
  #shr: The number of processes that map (share) the VMO.
  size: The VMO's current size, in bytes.
  alloc: The amount of physical memory allocated to the VMO, in bytes.
      NOTE: If this column contains the value 'phys', it means that the
      VMO points to a raw physical address range like a memory-mapped
      device. 'phys' VMOs do not consume RAM.
  name: The name of the VMO, or - if its name is empty.
"""
RIGHT_LETTERS = ((0x4, "r"), (0x8, "w"), (0x10, "x"), (0x20, "m"), (0x1, "d"), (0x2, "t"))


def rights_letters(rights: int | None) -> str:
    """`rwxmdt` with a dash for each missing right; one dash for a mapping."""
    if rights is None:
        return "-"
    return "".join(letter if rights & bit else "-" for bit, letter in RIGHT_LETTERS)


def figures(vmo: Vmo, unit: str = "") -> str:
    """The columns from koid to name."""
    parent = str(vmo.parent.koid) if vmo.parent is not None else "-"
    size = format_size_fixed(vmo.size, unit)
    alloc = "phys" if isinstance(vmo, PhysicalVmo) else format_size_fixed(len(vmo.pages) << PAGE_SHIFT, unit)
    return (
        f"{vmo.koid:5} {parent:>6} {len(vmo.children):5} {len(vmo.mappings):4} {vmo.share_count:4} "
        f"{size:>7} {alloc:>7} -"
    )


def fields_of(use: VmoUse) -> dict[str, object]:
    """One entry for programs, sizes in bytes."""
    vmo = use.vmo
    return {
        "koid": vmo.koid,
        "rights": use.rights,
        "parent_koid": vmo.parent.koid if vmo.parent is not None else 0,
        "num_children": len(vmo.children),
        "num_mappings": len(vmo.mappings),
        "share_count": vmo.share_count,
        "size": vmo.size,
        "committed": len(vmo.pages) << PAGE_SHIFT,
    }


SORT_KEYS: dict[str, Callable[[VmoUse], int | str]] = {
    "koid": lambda use: use.vmo.koid,
    "parent": lambda use: use.vmo.parent.koid if use.vmo.parent is not None else 0,
    "size": lambda use: use.vmo.size,
    "alloc": lambda use: len(use.vmo.pages),
}


@command(
    "vmos",
    category="whose",
    summary="the VMOs that a process has handles to, or maps",
    params=(
        ProcessWord("TASK", many=True),
        Smallest("size"),
        Column("koid", "parent", "size", "alloc"),
        Switch("--all", "every VMO of the machine once, without TASK; alone the tool prints its usage"),
    ),
    examples=(
        ("vmos 3020", HEADER + "...\n"),
        ("v = vmos sh:vc", ""),
        ("echo $v", "32\n"),
        ("vmos --all --min 4M", HEADER + "...\n"),
    ),
    details="The options are kshell's own. Whom nobody maps: `k mx vmos hidden`; clones: `clones VMO`.",
)
def vmos(state: State, words: list[str], least: int | None, column: str | None, every: bool) -> Result:
    if every:
        if words:
            raise UsageError("--all is of the whole machine: it goes without TASK")
        return _listed([VmoUse(vmo, None, None) for vmo in state.machine.vmos], least, column)
    with running(state, "vmos") as itself:
        process = process_argument(state, words, itself, "vmos", "vmos", HELP)
        if isinstance(process, Result):
            return process
        uses = vmos_of(process)
    return _listed(uses, least, column)


def _listed(uses: list[VmoUse], least: int | None, column: str | None) -> Result:
    """The rows for VMOs, as far as they are wanted."""
    uses = sort_rows([use for use in uses if least is None or use.vmo.size >= least], column, SORT_KEYS)
    rows = [f"{rights_letters(use.rights):>6} {figures(use.vmo)}\n" for use in uses]
    return Result(len(uses), {"vmos": [fields_of(use) for use in uses]}, "".join([HEADER, *rows, HEADER]), kind=COUNT)
