"""`why`: why something is here - whose it is, who sees it, who holds it, and what would free it."""

from __future__ import annotations

from kshell.accounting.reasons import Reasons
from kshell.accounting.sight import Page
from kshell.commands.views.why_text import block_text
from kshell.commands.views.why_what import Subject, What
from kshell.kernel.abi import PAGE_SHIFT, perms_text
from kshell.kernel.tasks import Process
from kshell.kernel.vmar import Mapping
from kshell.kernel.vmo import Vmo
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State


def _block(found: Reasons, current: Process) -> dict[str, object]:
    """The block for programs."""
    page = found.page
    return {
        "mapping": None if found.mapping is None else _mapping(found.process, found.mapping),
        "vmo": None if found.vmo is None else _vmo(found.vmo),
        "page": None if page is None else {"index": page.index, "state": page.state, "owner": _owner(page)},
        "seen": [
            {"process": process.koid, "addr": one.address, "perms": perms_text(one.mapping.perms), "how": one.how}
            for process, one in found.seen
        ],
        "held": [
            {
                "by": one.by,
                "process": None if one.process is None else one.process.koid,
                "handle": one.handle,
                "rights": one.rights,
            }
            for one in found.held
        ],
        "shows_in": found.shows_in,
        "freed_by": [
            {"steps": [step.line(current) for step in one.steps], "bytes": one.bytes} for one in found.freed_by
        ],
    }


def _owner(page: Page) -> int | None:
    return None if page.owner is None else page.owner.koid


def _mapping(process: Process, mapping: Mapping) -> dict[str, object]:
    return {
        "process": process.koid,
        "base": mapping.base,
        "size": mapping.size,
        "perms": perms_text(mapping.perms),
        "offset": mapping.vmo_offset,
        "name": mapping.name,
    }


def _vmo(vmo: Vmo) -> dict[str, object]:
    return {
        "koid": vmo.koid,
        "parent_koid": 0 if vmo.parent is None else vmo.parent.koid,
        "num_children": len(vmo.children),
        "num_mappings": len(vmo.mappings),
        "size": vmo.size,
        "committed": len(vmo.pages) << PAGE_SHIFT,
    }


@command(
    "why",
    category="look",
    summary="why WHAT is here: whose it is, who sees and holds it, what would free it",
    params=(What("WHAT"),),
    details=(
        "WHAT is an address of the current process, a handle, a VMO or another object by its koid,\n"
        "or a process or job; a number that is several of these has a block for each.\n"
        "A page is own (the mapped VMO has it), parent (a clone shows it through), zero (nobody has\n"
        "one, and the CPU reads the page of zeros) or absent. It is freed with the VMO that has it.\n"
        "What frees it is at most three sets of lines to type, none with a line too many, and the\n"
        "bytes that `memory` counts as objects and would have back. `as TASK why ADDR` asks for\n"
        "an address of another process."
    ),
    examples=(
        ("m = map 64k", ""),
        ("why $m", "address 0x12fd000 of sh:console (2988)\n...\n"),
        ("w = why $m", ""),
        ("assert $w.blocks.0.freed_by.0.bytes == 0", ""),
        ("why 3020", "process sh:vc (3020), running\n...\n"),
    ),
    gives=("what", "kind", "blocks"),
)
def why(state: State, what: list[Subject]) -> Result:
    machine, current = state.machine, state.process
    blocks = [Reasons(machine, subject.process, subject.object, subject.address) for subject in what]
    kind = "+".join(subject.kind for subject in what)
    fields: dict[str, object] = {
        "what": what[0].word,
        "kind": kind,
        "blocks": [_block(block, current) for block in blocks],
    }
    text = "\n".join(block_text(machine, current, block) for block in blocks)
    return Result(kind, fields, text)
