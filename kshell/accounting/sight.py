"""Who sees a page, and what an access to it would do next.

    own      the VMO that is mapped has the page
    parent   an ancestor of it has the page, and the clone shows it through
    zero     nobody has one: the CPU reads the shared page of zeros there
    absent   nobody has one, and nobody has read it; beyond the VMO's end; or device memory, which has no pages

Rules: docs/kernel-rules.md 4.5 to 4.7.
"""

from __future__ import annotations

from kshell.accounting.viewers import Family, Look, Sweep
from kshell.kernel.abi import (
    ERR_ACCESS_DENIED,
    ERR_NO_MEMORY,
    ERR_NOT_FOUND,
    ERR_OUT_OF_RANGE,
    NO_ERROR,
    PAGE_SHIFT,
    PAGE_SIZE,
    VM_WRITE,
    perms_text,
)
from kshell.kernel.heap import PAGE_LIST_NODE
from kshell.kernel.physical_vmo import PhysicalVmo
from kshell.kernel.tasks import Process
from kshell.kernel.vmar import Mapping
from kshell.kernel.vmo import Vmo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

OWN, PARENT, ZERO, ABSENT = "own", "parent", "zero", "absent"


class Page:
    """The page at `index` of a VMO: its `state`, the VMO that has it (`owner`, at the owner's index `at`) or None, and
    how many levels up that is (`depth`)."""

    __slots__ = ("vmo", "index", "state", "owner", "at", "depth")

    def __init__(self, vmo: Vmo, index: int, mapping: Mapping | None) -> None:
        """`mapping` is the one through which it is looked at, if any."""
        self.vmo = vmo
        self.index = index
        _, _, self.owner, self.at, self.depth = next(iter(vmo.stretches(index, index + 1)))
        if self.owner is not None:
            self.state = PARENT if self.depth else OWN
        else:
            self.at = index
            self.depth = 0
            self.state = ZERO if mapping is not None and _is_zero(mapping, index) else ABSENT


class Sight:
    """A mapping that shows a page, or pages: the address of the first, and what shows there."""

    __slots__ = ("mapping", "address", "how")

    def __init__(self, mapping: Mapping, address: int, how: str) -> None:
        self.mapping = mapping
        self.address = address
        self.how = how


class Access:
    """What one access would do: `status` NO_ERROR or that of the fault that fails, why, whether the CPU `faults`, and
    how many pages are committed."""

    __slots__ = ("status", "why", "faults", "commits")

    def __init__(self, status: int, why: str = "", faults: bool = True, commits: int = 0) -> None:
        self.status = status
        self.why = why
        self.faults = faults
        self.commits = commits


def _is_zero(mapping: Mapping, index: int) -> bool:
    """Whether the CPU reaches a page of the mapping's VMO that nobody has."""
    virtual = (mapping.base >> PAGE_SHIFT) + index - (mapping.vmo_offset >> PAGE_SHIFT)
    return index < mapping.vmo.page_count and virtual in mapping.aspace.present and not _device(mapping.vmo)


def _device(vmo: Vmo) -> bool:
    return isinstance(vmo, PhysicalVmo)


def seen_page(page: Page) -> list[Sight]:
    """Every mapping that shows the page: of the VMO that has it, and of the clones that show it through."""
    found: list[Sight] = []
    top = page.owner or page.vmo
    pending = [(top, page.at)]
    while pending:
        vmo, at = pending.pop()
        for mapping in _showing(vmo, at):
            offset = (at << PAGE_SHIFT) - mapping.vmo_offset
            if not 0 <= offset < mapping.size:
                continue
            if page.owner is None:
                how = ZERO if _is_zero(mapping, at) else ABSENT
            else:
                how = OWN if vmo is top else PARENT
            found.append(Sight(mapping, mapping.base + offset, how))
        for child in vmo.children:
            index = at - child.parent_page
            if 0 <= index < child.page_count and index not in child.pages:
                pending.append((child, index))
    return found


def _showing(vmo: Vmo, at: int) -> Iterable[Mapping]:
    """The mappings that may show a page; the VMO's index is used where it has one, and not made."""
    views = vmo.mappings if vmo.index is None else dict.fromkeys(vmo.index.near(at, at + 1))
    return [view for view in views if isinstance(view, Mapping)]


def seen_vmo(vmo: Vmo) -> list[Sight]:
    """Every mapping of the VMO, and every one of a clone that shows pages of it."""
    found: list[Sight] = []
    for view in vmo.mappings:
        assert isinstance(view, Mapping)
        found.append(Sight(view, view.base, _how(view)))
    # Below it, those that somebody maps, and what lies between.
    below: list[Vmo] = []
    pending = [vmo] if vmo.pages else []
    while pending:
        children = pending.pop().children
        pending.extend(children)
        below.extend(children)
    mapped: set[Vmo] = set()
    for child in reversed(below):
        if child.mappings or child in mapped:
            assert child.parent is not None
            mapped.update((child, child.parent))
    family = Family(vmo, mapped)
    numbers = {member: number for number, member in enumerate(family.members)}
    views: list[Mapping] = []
    looks: list[Look] = []
    for child in below:
        for view in child.mappings:
            assert isinstance(view, Mapping)
            first = view.vmo_offset >> PAGE_SHIFT
            end = min(first + (view.size >> PAGE_SHIFT), child.page_count)
            if first < end:
                views.append(view)
                looks.append((numbers[child], first, end))
    if looks:
        shown = Sweep(family, looks).amounts(lambda number, _: int(number == numbers[vmo]))
        found.extend(Sight(view, view.base, PARENT) for view, pages in zip(views, shown, strict=True) if pages)
    return found


def _how(mapping: Mapping) -> str:
    """The state of most note among the pages of a mapping."""
    vmo = mapping.vmo
    if vmo.pages and not mapping.vmo_offset and mapping.size >= vmo.size:
        # All of it, which is the most common and quickly known.
        return OWN
    first, last = mapping.vmo_offset >> PAGE_SHIFT, (mapping.vmo_offset + mapping.size) >> PAGE_SHIFT
    if vmo.pages.count_range(first, last):
        return OWN
    if any(owner is not None for _, _, owner, _, _ in vmo.stretches(first, last)):
        return PARENT
    base = mapping.base >> PAGE_SHIFT
    reached = mapping.aspace.present.count_range(base, base + last - first)
    return ZERO if reached and not _device(vmo) else ABSENT


def next_access(process: Process, address: int, kind: int) -> Access:
    """What an access of `kind` (VM_READ or VM_WRITE) by `process` at `address` would do (`faults.fault`)."""
    found = process.root_vmar.locate(address)
    if found is None:
        return Access(ERR_NOT_FOUND, "nothing is mapped there")
    mapping, offset = found
    if not mapping.perms & kind:
        return Access(ERR_ACCESS_DENIED, f"the mapping is {perms_text(mapping.perms)}")
    offset &= -PAGE_SIZE
    if offset >= mapping.vmo.size:
        return Access(ERR_OUT_OF_RANGE, f"the VMO ends at {mapping.vmo.size:#x}")
    aspace, virtual = process.aspace, address >> PAGE_SHIFT
    if virtual in aspace.present and not (kind == VM_WRITE and virtual in aspace.read_only):
        return Access(NO_ERROR, faults=False)
    commits, nodes = _cost(mapping.vmo, offset >> PAGE_SHIFT) if kind == VM_WRITE else (0, 0)
    system = aspace.system
    pages = commits + system.heap.growth(nodes * PAGE_LIST_NODE) + aspace.tables.missing(virtual, virtual + 1)
    if pages > system.physmem.free:
        return Access(ERR_NO_MEMORY, f"it takes {pages} free pages, and there are {system.physmem.free}")
    return Access(NO_ERROR, commits=commits)


def _cost(vmo: Vmo, index: int) -> tuple[int, int]:
    """(pages, nodes of page lists) that a write to a page takes: a copy in each clone between writer and owner."""
    page = Page(vmo, index, None)
    if page.state == OWN or _device(vmo):
        return 0, 0
    nodes = 0
    at: Vmo | None = vmo
    levels = max(1, page.depth)
    for _ in range(levels):
        assert at is not None
        nodes += at.nodes.missing(index, index + 1)
        index += at.parent_page
        at = at.parent
    return levels, nodes
