"""The laws of the machine: what is true of its objects after every call.

Everything that is kept twice (a cached total, a list and a count, links in both directions) is computed again from
scratch and compared. `check` names the first law that is broken.
"""

from __future__ import annotations

from kshell.kernel.abi import CAN_MAP_SHIFT, KERNEL_STACK_PAGES, PAGE_SHIFT, VM_CAN_MAP_PERMS, VM_WRITE
from kshell.kernel.aspace import AddressSpace
from kshell.kernel.census import Census
from kshell.kernel.channels import Channel, PeerObject
from kshell.kernel.compiling import poll
from kshell.kernel.handles import Handle
from kshell.kernel.objects import KernelObject
from kshell.kernel.pages import PageSet
from kshell.kernel.physical_vmo import PhysicalVmo
from kshell.kernel.sockets import SocketEnd
from kshell.kernel.system import System
from kshell.kernel.tasks import DEAD, INITIAL, RUNNING, Job, Process
from kshell.kernel.vmar import Mapping, Vmar
from kshell.kernel.vmo import Vmo
from kshell.kernel.wired_vmo import WiredVmo

# How many handles refer to an object, for each object that has any.
Counts = dict[KernelObject, int]


def check(system: System, root_job: Job) -> None:
    """Checks all laws of a machine whose tasks hang below `root_job`; raises AssertionError naming the first that is
    broken."""
    system.physmem.check()
    handles = _all_handles(system)
    system.handles.check(len(handles))
    counts = _handle_counts(handles)
    _check_messages(system, counts)
    for object_ in counts:
        if isinstance(object_, Vmo):
            assert object_ in system.vmo_table, f"VMO {object_.koid}: it has a handle, and is gone"
    for vmo in system.vmo_table:
        poll()
        _check_vmo(vmo, counts)
    regions = 0
    for process in system.process_table.values():
        poll()
        _check_aspace(process)
        regions += process.aspace.mapping_count + process.aspace.vmar_count
    assert regions == system.regions, f"{system.regions} regions are counted, {regions} exist"
    listed = _check_jobs(root_job)
    for process in system.process_table.values():
        _check_process(process, listed)
    for object_ in counts:
        if isinstance(object_, PeerObject):
            _check_pair(object_)
    _check_memory(system, Census(system, root_job))


# Handles


def _all_handles(system: System) -> list[Handle]:
    """Every handle there is, in tables and in unread messages."""
    found = list(system.handles.travelling)
    for table in [system.kernel_handles, *(process.handles for process in system.process_table.values())]:
        table.check()
        found.extend(handle for _, handle in table)
    return found


def _handle_counts(handles: list[Handle]) -> Counts:
    """The handles of each object, whose count has to agree."""
    counts: Counts = {}
    for handle in handles:
        counts[handle.object] = counts.get(handle.object, 0) + 1
    for object_, count in counts.items():
        said = object_.handle_count
        assert said == count, f"koid {object_.koid}: it counts {said} handles, {count} exist"
    return counts


def _check_messages(system: System, counts: Counts) -> None:
    """The travelling handles are exactly those in messages."""
    queued = [handle for object_ in counts if isinstance(object_, Channel) for message in object_.queue
              for handle in message.handles]  # fmt: skip
    assert set(queued) == set(system.handles.travelling), "handles: messages and the handles in them differ"


def _check_pair(end: PeerObject) -> None:
    """Two ends know each other, and a handle keeps each alive."""
    peer = end.peer
    if peer is not None:
        assert peer.peer is end, f"koid {end.koid}: its peer does not know it"
        assert peer.handle_count or peer.held, f"koid {end.koid}: its peer lives without a handle"


# VMOs


def _check_vmo(vmo: Vmo, counts: Counts) -> None:
    """Something refers to each VMO, its pages lie inside it, its clones and mappings know it."""
    who = f"VMO {vmo.koid or hex(vmo.address)}"
    assert vmo.exists and (vmo.handle_count or vmo.mappings or vmo.children or vmo.kept), f"{who}: nothing refers to it"
    assert not vmo.handle_count or vmo in counts, f"{who}: its handles are lost"
    assert vmo.nodes_fit(), f"{who}: its page-list nodes are not those of its pages"
    assert vmo.shares_fit(), f"{who}: it counts other address spaces than map it"
    assert next(vmo.pages.runs(vmo.page_count), None) is None, f"{who}: has pages beyond its size"
    if vmo.content is not None:
        vmo.content.check(vmo.pages)
    for page in vmo.frames or ():
        assert page in vmo.pages, f"{who}: a page that is gone has a physical address"
    if vmo.parent is not None:
        assert vmo.parent.exists and vmo in vmo.parent.children, f"{who}: its parent does not know it"
    for child in vmo.children:
        assert child.exists and child.parent is vmo, f"{who}: a clone has another parent"
    if vmo.index is not None:
        vmo.index.check(vmo.mappings)
    for mapping in vmo.mappings:
        assert isinstance(mapping, Mapping) and mapping.vmo is vmo, f"{who}: a mapping shows another VMO"
        assert mapping.parent.children.find(mapping.base) is mapping, f"{who}: a mapping is in no VMAR"


def _check_memory(system: System, census: Census) -> None:
    """Every page that is charged belongs to a VMO, or is a thread's stack or a page table; every byte of the heap that
    is counted belongs to an object."""
    stacks = census.stacks()
    pages = sum(len(vmo.pages) for vmo in system.vmo_table if not isinstance(vmo, WiredVmo))
    rings = sum(object_.pages for object_ in census.objects if isinstance(object_, SocketEnd))
    kernel = sum(system.kernel_pages.values())
    assert system.physmem.object == pages + rings + kernel + stacks * KERNEL_STACK_PAGES, (
        f"physical memory: {system.physmem.object} object pages are charged, "
        f"{pages} belong to VMOs, {rings} to sockets and {stacks} threads have stacks"
    )
    system.heap.check(sum(size for _, _, size in census.blocks()))
    for aspace in census.aspaces:
        aspace.tables.check("an address space")
    system.kernel_space.tables.check("the kernel")
    tables = sum(1 + len(aspace.tables) for aspace in census.aspaces) + len(system.kernel_space.tables)
    tables += system.boot_tables + system.handles.tables
    charged = system.physmem.mmu
    assert tables == charged, f"physical memory: {charged} page tables are charged, {tables} exist"
    assert len(system.kernel_space.areas) >= stacks, "the kernel's address space: a stack has no place"


# Tasks


def _check_jobs(root_job: Job) -> set[Process]:
    """Jobs and what they list know each other; returns the processes that are listed."""
    listed: set[Process] = set()
    for _, job in root_job.walk():
        for child in job.jobs.values():
            assert child.parent is job, f"job {child.koid}: has another parent"
            assert child.handle_count or child.members or child.jobs, f"job {child.koid}: nothing refers to it"
        for process in job.processes.values():
            here = process.job is job and process.state != DEAD
            assert here, f"process {process.koid}: is wrongly listed in job {job.koid}"
            listed.add(process)
    return listed


def _check_process(process: Process, listed: set[Process]) -> None:
    """A live process is in its job's list, and has threads exactly when it was started."""
    who = f"process {process.koid}"
    assert process.state != DEAD, f"{who}: is dead and listed"
    assert process.job is None or process in listed, f"{who}: is not in its job's list"
    assert bool(process.threads) == (process.state != INITIAL), (
        f"{who}: is {process.state} with {len(process.threads)} threads"
    )
    for thread in process.threads.values():
        assert thread.state == RUNNING and thread.process is process, f"thread {thread.koid}: wrongly listed"


# Address spaces


def _check_aspace(process: Process) -> None:
    """The regions of a process form a tree, its totals are theirs, and its page tables reach nothing else."""
    aspace = process.aspace
    who = f"process {process.koid}"
    mapped = vmars = 0
    mappings: list[Mapping] = []
    for _, region in process.root_vmar.walk():
        if isinstance(region, Vmar):
            vmars += 1
            _check_vmar(region, aspace, who)
        else:
            mappings.append(region)
            mapped += region.size
            assert region in region.vmo.mappings, f"{who}: a VMO does not know its mapping at {region.base:#x}"
            assert not region.perms & ~region.max_perms, f"{who}: a mapping may do more than its handles allowed"
    said = aspace.mapped_bytes
    assert mapped == said, f"{who}: {said} bytes are counted as mapped, {mapped} are"
    said = aspace.mapping_count
    assert len(mappings) == said, f"{who}: {said} mappings are counted, {len(mappings)} exist"
    assert vmars == aspace.vmar_count, f"{who}: VMARs are miscounted"
    assert not aspace.read_only - aspace.present, f"{who}: a page is read-only and not present"
    _check_page_tables(aspace, mappings, who)


def _check_vmar(vmar: Vmar, aspace: AddressSpace, who: str) -> None:
    """Children know their VMAR, lie inside it and allow nothing that it does not."""
    assert vmar.alive and vmar.aspace is aspace, f"{who}: a dead VMAR is in the tree"
    vmar.children.check()
    for child in vmar.children:
        assert isinstance(child, Vmar | Mapping) and child.parent is vmar, f"{who}: a region has another parent"
        assert vmar.base <= child.base and child.end <= vmar.end, f"{who}: a region is outside its parent"
        allowed = child.flags if isinstance(child, Vmar) else child.max_perms << CAN_MAP_SHIFT
        assert not allowed & ~vmar.flags & VM_CAN_MAP_PERMS, (
            f"{who}: a region may have more permissions than its parent"
        )


def _check_page_tables(aspace: AddressSpace, mappings: list[Mapping], who: str) -> None:
    """What the CPU can reach is what the mappings, which ascend, allow."""
    inside: list[tuple[int, int]] = []
    own: list[tuple[int, int]] = []
    for mapping in mappings:
        vmo = mapping.vmo
        low, first = mapping.base >> PAGE_SHIFT, mapping.vmo_offset >> PAGE_SHIFT
        pages = max(0, min(mapping.size >> PAGE_SHIFT, vmo.page_count - first))
        if pages:
            inside.append((low, low + pages))
        if mapping.perms & VM_WRITE:
            if isinstance(vmo, PhysicalVmo):
                own.append((low, low + pages))
            else:
                own.extend(
                    (start + low - first, end + low - first) for start, end in vmo.pages.runs(first, first + pages)
                )
    if not aspace.present - PageSet.ascending(inside) and not aspace.writable - PageSet.ascending(own):
        return
    # Something is wrong: which mapping is it?
    for mapping in mappings:
        _check_reached(mapping, who)
    raise AssertionError(f"{who}: the page tables reach beyond the mappings")


def _check_reached(mapping: Mapping, who: str) -> None:
    """What the CPU can write is the VMO's own page and the mapping's to write; what it can reach is in the VMO."""
    vmo = mapping.vmo
    low, high = mapping.base >> PAGE_SHIFT, mapping.end >> PAGE_SHIFT
    shift = (mapping.vmo_offset >> PAGE_SHIFT) - low
    for start, end in mapping.aspace.writable.runs(low, high):
        assert mapping.perms & VM_WRITE, f"{who}: a page of the read-only mapping at {mapping.base:#x} can be written"
        # Device memory has no pages that could be its own.
        assert isinstance(vmo, PhysicalVmo) or vmo.pages.contains_range(start + shift, end + shift), (
            f"{who}: the mapping at {mapping.base:#x} can write a page its VMO does not own"
        )
    for _, end in mapping.aspace.present.runs(low, high):
        assert end + shift <= vmo.page_count, f"{who}: a page beyond the VMO's end can be reached"
