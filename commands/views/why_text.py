"""The text of `why`: a short block for each thing, its lines aligned behind a word in the margin."""

from __future__ import annotations

from itertools import islice

from kshell.accounting.freeing import KEPT, LOST, MANY
from kshell.accounting.holders import CLONE, HANDLE, KERNEL, MAPPING, Reference
from kshell.accounting.reasons import Reasons
from kshell.accounting.sight import ABSENT, OWN, PARENT, Access, next_access
from kshell.accounting.tools import TOOLS
from kshell.kernel.abi import NO_ERROR, TYPE_NAMES, VM_READ, VM_WRITE, perms_text, rights_letters, status_name
from kshell.kernel.channels import Channel, PeerObject
from kshell.kernel.machine import Machine
from kshell.kernel.objects import KernelObject
from kshell.kernel.physical_vmo import PhysicalVmo
from kshell.kernel.tasks import Job, Process
from kshell.kernel.vmar import Mapping, Vmar
from kshell.kernel.vmo import Vmo
from kshell.sizes import format_size
from kshell.text import GLUE, plural, printable, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MARGIN = 14
# How many lines of each kind are shown.
MOST_SEEN, MOST_HELD, MOST_STEPS = 3, 3, 3
TYPE_WORDS = {"vmar": "VMAR"}


def block_text(machine: Machine, current: Process, block: Reasons) -> str:
    """A block in words; `current` is whose syscalls the lines are."""
    lines = [wrap(_title(machine, block))]
    if block.mapping is not None:
        lines.append(_row("mapping", _mapping(block.mapping)))
    if block.vmo is not None:
        lines.append(_row("vmo", _vmo(machine, block)))
    if block.page is not None:
        lines.append(_row("page", _page(machine, block)))
    if block.seen:
        lines.append(_rows("seen", _seen(block), len(block.seen), MOST_SEEN))
    if block.target is not None:
        held = _rows("held", _held(machine, block), len(block.held), MOST_HELD)
        lines.append(held or _row("held", _unheld(block.target)))
        lines.append(_tools(block))
    if block.object is None:
        for word, kind in (("read", VM_READ), ("write", VM_WRITE)):
            lines.append(_row(word, _access(next_access(block.process, block.address, kind))))
    if block.target is not None:
        lines.append(_freed(current, block))
    return "".join(lines)


def _row(word: str, text: str, margin: int = MARGIN) -> str:
    return wrap(text, f"  {word:<{margin - 2}}")


def _rows(word: str, rows: Iterable[str], count: int, most: int, margin: int = MARGIN) -> str:
    """The first of `count` rows, and how many more there are."""
    shown = list(islice(rows, most + (count == most + 1)))
    if len(shown) < count:
        shown.append(f"and {count - len(shown)} more (--format json has all)")
    return "".join(_row("" if at else word, row, margin) for at, row in enumerate(shown))


def _who(process: Process | None) -> str:
    return "the kernel" if process is None else f"{printable(process.name) or 'nameless'}{GLUE}({process.koid})"


def _name(machine: Machine, vmo: Vmo) -> str:
    """`VMO 3190`, or what else is known of it."""
    known = next((name for name, shared in machine.shared.items() if shared is vmo), "")
    koid = f"VMO {vmo.koid}" if vmo.koid else "a VMO without a koid"
    return f"{koid}, {printable(known)}" if known else koid


def _title(machine: Machine, block: Reasons) -> str:
    if block.object is None:
        return f"address {block.address:#x} of {_who(block.process)}"
    object_ = block.object
    kind = TYPE_NAMES[object_.type]
    if isinstance(object_, Process):
        return f"process {_who(object_)}, {object_.state}"
    if isinstance(object_, Job):
        children = f"{plural(len(object_.jobs), 'job')}, {plural(len(object_.processes), 'process')}"
        return f"job {printable(object_.name) or 'nameless'} ({object_.koid}), with {children}".replace(
            "processs", "processes"
        )
    if isinstance(object_, Vmo):
        return _name(machine, object_)
    return f"{TYPE_WORDS.get(kind, kind)} {object_.koid or 'without a koid'}"


def _mapping(mapping: Mapping) -> str:
    place = f"{mapping.base:#x} to {mapping.end:#x}, {format_size(mapping.size)} {perms_text(mapping.perms)}"
    return f"{place}, from {mapping.vmo_offset:#x} of its VMO"


def _vmo(machine: Machine, block: Reasons) -> str:
    """The figures of the VMO, after its name where that is not the title."""
    vmo = block.vmo
    assert vmo is not None
    name = "" if block.object is vmo else f"{_name(machine, vmo)}: "
    if isinstance(vmo, PhysicalVmo):
        return f"{name}{format_size(vmo.size)} of device memory at {vmo.base:#x}"
    parts = [f"{format_size(vmo.size)}, {plural(len(vmo.pages), 'page')} of its own"]
    if vmo.parent is not None:
        parts.append(f"clone of {_name(machine, vmo.parent)} at page {vmo.parent_page}")
    if vmo.children:
        parts.append(plural(len(vmo.children), "clone"))
    return f"{name}{', '.join(parts)}"


def _page(machine: Machine, block: Reasons) -> str:
    page = block.page
    assert page is not None
    if page.state == OWN:
        what = "the VMO has it"
    elif page.state == PARENT:
        assert page.owner is not None
        up = "its parent" if page.depth == 1 else f"an ancestor {page.depth} levels up"
        what = f"{up} has it: page {page.at} of {_name(machine, page.owner)}"
    elif page.state != ABSENT:
        what = "nobody has it; the CPU reads the page of zeros"
    elif isinstance(page.vmo, PhysicalVmo):
        what = "device memory has no pages"
    elif page.index >= page.vmo.page_count:
        what = f"the VMO ends after {plural(page.vmo.page_count, 'page')}"
    else:
        what = "nobody has it, and nobody has read it here"
    return f"{page.index}, {page.state}: {what}"


def _seen(block: Reasons) -> Iterator[str]:
    wide = max(len(f"{sight.address:#x}") for _, sight in block.seen[: MOST_SEEN + 1])
    for process, sight in block.seen:
        yield f"{sight.address:#{wide}x} {perms_text(sight.mapping.perms)} {sight.how:<6} {_who(process)}"


def _held(machine: Machine, block: Reasons) -> Iterator[str]:
    for one in block.held:
        yield _reference(machine, one)


def _reference(machine: Machine, one: Reference) -> str:
    if one.by == HANDLE:
        return f"handle {one.handle} of {_who(one.process)}, {rights_letters(one.rights)}"
    if one.by == MAPPING:
        assert isinstance(one.source, Mapping)
        return f"mapping {one.source.base:#x} of {_who(one.process)}"
    if one.by == CLONE:
        assert isinstance(one.source, Vmo)
        return f"clone {_name(machine, one.source)}, {format_size(one.source.size)}"
    if one.by == KERNEL:
        return "the kernel, until the other end is closed" if isinstance(one.source, KernelObject) else "the kernel"
    assert isinstance(one.source, Channel)
    return f"message {one.place} in channel {one.source.koid}, {_between(one)}"


def _between(one: Reference) -> str:
    """Who can read the message, and who writes there."""
    if one.process is None:
        return "which nobody can read: all handles to that end are in messages"
    assert isinstance(one.source, PeerObject)
    far = one.source.peer
    text = f"for {_who(one.process)}"
    if far is None:
        return f"{text}; the other end is closed"
    if one.writer is one.process:
        return f"from {_who(one.process)} to itself"
    if one.writer is not None:
        return f"{text}, from {_who(one.writer)}"
    return f"{text}; the other end is in a message" if far.handle_count else f"{text}, from the kernel"


def _unheld(target: KernelObject) -> str:
    if isinstance(target, Process | Job):
        return "nobody has a handle to it" + ("; it runs" if isinstance(target, Process) else "")
    return "its process" if isinstance(target, Vmar) else "nobody has a handle to it"


def _tools(block: Reasons) -> str:
    missing = [tool for tool in TOOLS if tool not in block.shows_in]
    lines = _row("shows in", ", ".join(block.shows_in) or "none of the tools")
    times = sum(sight.how == OWN for _, sight in block.seen)
    if block.page is not None and times > 1:
        lines = _row("shows in", f"{', '.join(block.shows_in)}; RES counts it {times} times")
    return lines + (_row("not in", ", ".join(missing)) if missing else "")


def _access(access: Access) -> str:
    if access.status != NO_ERROR:
        return f"faults with {status_name(access.status)}: {access.why}"
    if not access.faults:
        return "no fault: the CPU reaches the page"
    return f"one fault, commits {plural(access.commits, 'page') if access.commits else 'nothing'}"


def _freed(current: Process, block: Reasons) -> str:
    assert block.target is not None
    if not block.freed_by:
        return _row("freed by", _not_freed(block, block.target))
    words = [f"{'or' if at else 'frees'} {format_size(one.bytes)}" for at, one in enumerate(block.freed_by)]
    # Sizes such as 1941.4M leave no blank in the margin of the other lines.
    margin = max(MARGIN, *(len(word) + 3 for word in words))
    lines: list[str] = []
    for word, one in zip(words, block.freed_by, strict=True):
        steps = [step.line(current) for step in one.steps]
        lines.append(_rows(word, steps, len(steps), MOST_STEPS, margin))
    return "".join(lines)


def _not_freed(block: Reasons, target: KernelObject) -> str:
    if block.obstacle == MANY:
        return f"no short set of lines: {plural(len(block.held), 'reference')} and what keeps those would have to go"
    if block.obstacle == LOST:
        return "nothing: it is in a message that nobody can ever read, and is lost"
    if block.obstacle == KEPT:
        return "nothing: the kernel keeps it"
    return "the end of its process, or vmar_destroy" if isinstance(target, Vmar) else "the end of its threads"
