"""The machine: physical memory, the handle arena, koids, and the tree of jobs, in one deterministic whole.

    Machine
    |- physmem      frames, counted by state
    |- handles      the system's handle slots
    |- root_job     job 1024; every visible task hangs below it
    `- vmos         every VMO that exists

Nothing here depends on the clock, on memory addresses or on the host: the same calls on the same boot image
give the same machine. Those who want to see things happen add a listener; without one, nothing is reported.
"""

from __future__ import annotations

from kshell.kernel.abi import (
    DEFAULT_HANDLES,
    DEFAULT_MEMORY,
    FIRST_KOID,
    KERNEL_STACK_PAGES,
    PAGE_SHIFT,
    VM_CAN_MAP_PERMS,
)
from kshell.kernel.aspace import AddressSpace
from kshell.kernel.handles import Handle, HandleArena, HandleTable
from kshell.kernel.objects import Channel, KernelObject, PeerObject
from kshell.kernel.pages import PageSet
from kshell.kernel.physmem import PhysicalMemory
from kshell.kernel.tasks import DEAD, INITIAL, RUNNING, Job, Process, Thread
from kshell.kernel.vmar import Mapping, Vmar
from kshell.kernel.vmo import Vmo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from kshell.kernel.launch import Program

    Listener = Callable[..., None]


# Kernel objects get invented, stable addresses in the kernel's heap, one stride after the other.
HEAP_BASE = 0xFFFFFF8001400048
HEAP_STRIDE = 0xD0


class Machine:
    """A Magenta machine in memory."""

    __slots__ = (
        "physmem", "handles", "kernel_handles", "root_job", "processes", "vmos", "listeners", "next_koid",
        "_next_address", "_aslr_seed", "log", "programs", "shared", "console_status", "alloced",
        "free_watch", "heap_trace",
    )  # fmt: skip

    def __init__(
        self, memory: int = DEFAULT_MEMORY, handle_slots: int = DEFAULT_HANDLES, aslr_seed: int | None = None
    ) -> None:
        """`memory` bytes of RAM; `handle_slots` handles for the whole system; `aslr_seed` turns the random
        choice of addresses on. Raises ValueError for sizes no machine can have."""
        self.physmem = PhysicalMemory(memory)
        self.physmem.reserve("alloc", 1)
        self.handles = HandleArena(handle_slots)
        self.next_koid = FIRST_KOID
        self._next_address = HEAP_BASE
        self._aslr_seed = aslr_seed
        self.listeners: list[Listener] = []
        # What the kernel itself keeps open, such as the boot file system's VMO.
        self.kernel_handles = HandleTable(self.handles, 0)
        # Every process that is not dead, jobless ones included, oldest first.
        self.processes: dict[int, Process] = {}
        self.vmos: dict[Vmo, None] = {}
        # Lines the kernel printed to its log.
        self.log: list[str] = []
        # What the launcher can start, and the VMOs all programs share, by the names the boot image gave them.
        self.programs: dict[str, Program] = {}
        self.shared: dict[str, Vmo] = {}
        # The status the kernel's console left behind; an unknown command reports it again.
        self.console_status = 0
        # Pages `k pmm alloc` took, and what its and the heap's switches stand at.
        self.alloced: list[int] = []
        self.free_watch = False
        self.heap_trace = False
        self.root_job = Job(self, self.new_koid(), None)

    # Identity

    def new_koid(self) -> int:
        """The next koid. Koids are never reused (facts section 1.3)."""
        koid = self.next_koid
        self.next_koid = koid + 1
        return koid

    def kernel_address(self) -> int:
        """An address for a new object in the kernel's heap: invented, stable, never reused."""
        address = self._next_address
        self._next_address = address + HEAP_STRIDE
        return address

    def secret(self, koid: int) -> int:
        """The random number of the process `koid` that its handle values are mixed with."""
        mixed = (koid * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        mixed = ((mixed ^ mixed >> 29) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
        return mixed >> 32

    @property
    def randomised(self) -> bool:
        """Whether addresses are chosen at random."""
        return self._aslr_seed is not None

    def address_choice(self, koid: int) -> Random | None:
        """The generator that draws addresses for process `koid`, or None when randomisation is off."""
        if self._aslr_seed is None:
            return None
        from random import Random

        return Random(f"{self._aslr_seed}:{koid}")

    # Making tasks

    def create_process(self, job: Job | None, name: bytes, koid: int | None = None) -> Process:
        """A process in `job` with an empty address space; it takes two koids, or `koid` and the next one.

        Raises ERR_BAD_STATE while the job is being killed; the koid is spent then (facts section 1.3).
        """
        if koid is None:
            koid = self.new_koid()
            if job is not None:
                job.require_ready()
            self.new_koid()
        aspace = AddressSpace(self, koid + 1, self.address_choice(koid))
        process = Process(self, koid, job, name, aspace)
        if job is not None:
            job.processes[koid] = process
        self.processes[koid] = process
        return process

    # Finding tasks

    def walk_jobs(self, top: Job | None = None) -> Iterator[tuple[int, Job]]:
        """(depth, job) of `top` (the kernel's root job if None) and all below: pre-order, oldest first."""
        pending = [(0, top if top is not None else self.root_job)]
        while pending:
            depth, job = pending.pop()
            yield depth, job
            pending.extend((depth + 1, child) for child in reversed(job.jobs.values()))

    def walk_processes(self) -> Iterator[Process]:
        """Every process below the root job in the kernel's order: a job's own, then each child job's."""
        for _, job in self.walk_jobs():
            yield from job.processes.values()

    def find_process(self, koid: int) -> Process | None:
        """The live process `koid`, if it belongs to a job (`ProcessDispatcher::LookupProcessById`)."""
        process = self.processes.get(koid)
        return process if process is not None and process.job is not None else None

    def find_job(self, koid: int) -> Job | None:
        """The job `koid`, or None."""
        for _, job in self.walk_jobs():
            if job.koid == koid:
                return job
        return None

    # Events

    def emit(self, event: str, *details: object) -> None:
        """Tells the listeners what just happened."""
        for listener in self.listeners:
            listener(event, *details)

    # Laws

    def check(self) -> None:
        """Recomputes every derived number from scratch and compares; raises AssertionError naming the law."""
        self.physmem.check()
        handles, objects = self._all_handles()
        self.handles.check(len(handles))
        counted: dict[KernelObject, int] = {}
        for handle in handles:
            counted[handle.object] = counted.get(handle.object, 0) + 1
        for object_, count in counted.items():
            said = object_.handle_count
            assert said == count, f"koid {object_.koid}: {said} handles are said to exist, {count} do"
        self._check_vmos(counted)
        for process in self.processes.values():
            _check_process(process)
        stacks = self._check_tasks(counted)
        pages = sum(len(vmo.pages) for vmo in self.vmos)
        assert self.physmem.object == pages + stacks * KERNEL_STACK_PAGES, (
            f"physical memory: {self.physmem.object} object pages are charged, "
            f"{pages} belong to VMOs and {stacks} threads have stacks"
        )
        for object_ in objects:
            if isinstance(object_, PeerObject) and object_.peer is not None:
                peer = object_.peer
                assert peer.peer is object_, f"koid {object_.koid}: its peer does not know it"
                assert peer.handle_count or peer.held, f"koid {object_.koid}: its peer lives without a handle"

    def _all_handles(self) -> tuple[list[Handle], list[KernelObject]]:
        """Every handle there is, in tables and in unread messages, and every object they refer to."""
        found = list(self.handles.travelling)
        for table in [self.kernel_handles, *(process.handles for process in self.processes.values())]:
            table.check()
            found.extend(handle for _, handle in table)
        objects = list(dict.fromkeys(handle.object for handle in found))
        queued = [handle for object_ in objects if isinstance(object_, Channel) for message in object_.queue
                  for handle in message.handles]  # fmt: skip
        assert set(queued) == set(self.handles.travelling), "handles: messages and the handles in them differ"
        return found, objects

    def _check_vmos(self, counted: dict[KernelObject, int]) -> None:
        for object_ in counted:
            if isinstance(object_, Vmo):
                assert object_ in self.vmos, f"VMO {object_.koid}: has a handle and is gone"
        for vmo in self.vmos:
            who = f"VMO {vmo.koid or hex(vmo.address)}"
            assert vmo.exists and (vmo.handle_count or vmo.mappings or vmo.children), f"{who}: nothing refers to it"
            assert not vmo.handle_count or vmo in counted, f"{who}: its handles are lost"
            assert next(vmo.pages.runs(vmo.page_count), None) is None, f"{who}: has pages beyond its size"
            if vmo.content is not None:
                vmo.content.check(vmo.pages)
            if vmo.parent is not None:
                assert vmo.parent.exists and vmo in vmo.parent.children, f"{who}: its parent does not know it"
            for child in vmo.children:
                assert child.exists and child.parent is vmo, f"{who}: a clone has another parent"
            if vmo.windows is not None:
                vmo.windows.check(vmo.mappings)
            for mapping in vmo.mappings:
                assert mapping.vmo is vmo, f"{who}: a mapping shows another VMO"
                assert mapping.parent.children.find(mapping.base) is mapping, f"{who}: a mapping is in no VMAR"
            for page in vmo.frames or ():
                assert page in vmo.pages, f"{who}: a page that is gone has a physical address"

    def _check_tasks(self, counted: dict[KernelObject, int]) -> int:
        """Checks jobs, states and lists; returns how many threads have a kernel stack."""
        listed: set[Process] = set()
        for _, job in self.walk_jobs():
            for child in job.jobs.values():
                assert child.parent is job, f"job {child.koid}: has another parent"
                assert child.handle_count or child.members or child.jobs, f"job {child.koid}: nothing refers to it"
            for process in job.processes.values():
                here = process.job is job and process.state != DEAD
                assert here, f"process {process.koid}: is wrongly listed in job {job.koid}"
                listed.add(process)
        threads: set[Thread] = {object_ for object_ in counted if isinstance(object_, Thread)}
        for process in self.processes.values():
            assert process.state != DEAD, f"process {process.koid}: is dead and listed"
            assert process.job is None or process in listed, f"process {process.koid}: is not in its job's list"
            assert bool(process.threads) == (process.state not in (INITIAL, DEAD)), (
                f"process {process.koid}: is {process.state} with {len(process.threads)} threads"
            )
            for thread in process.threads.values():
                assert thread.state == RUNNING and thread.process is process, f"thread {thread.koid}: wrongly listed"
                threads.add(thread)
        return sum(1 for thread in threads if thread.state != DEAD)


def _check_process(process: Process) -> None:
    """The laws of one address space."""
    aspace = process.aspace
    who = f"process {process.koid}"
    mapped = vmars = maps = 0
    reachable = PageSet()
    for _, region in aspace.walk():
        if isinstance(region, Vmar):
            vmars += 1
            assert region.alive and region.aspace is aspace, f"{who}: a dead VMAR is in the tree"
            region.children.check()
            for child in region.children:
                assert child.parent is region, f"{who}: a region has another parent"
                assert region.base <= child.base and child.end <= region.end, f"{who}: a region is outside its parent"
                allowed = child.flags if isinstance(child, Vmar) else child.can
                assert not allowed & ~region.flags & VM_CAN_MAP_PERMS, f"{who}: a region may do more than its parent"
            continue
        maps += 1
        mapped += region.size
        assert region in region.vmo.mappings, f"{who}: a VMO does not know its mapping at {region.base:#x}"
        _check_pages(aspace, region, who)
        reachable.add_range(region.base >> PAGE_SHIFT, region.end >> PAGE_SHIFT)
    assert mapped == aspace.mapped, f"{who}: {aspace.mapped} bytes are said to be mapped, {mapped} are"
    assert maps == aspace.maps, f"{who}: {aspace.maps} mappings are said to exist, {maps} do"
    assert not aspace.root.alive or vmars == aspace.vmars, f"{who}: VMARs are miscounted"
    assert not aspace.writable - aspace.present, f"{who}: a page can be written and not be reached"
    assert not aspace.present - reachable, f"{who}: the page tables reach beyond the mappings"


def _check_pages(aspace: AddressSpace, mapping: Mapping, who: str) -> None:
    """What the CPU can write is the VMO's own page and the mapping's to write; what it can reach is in the VMO."""
    low, high = mapping.base >> PAGE_SHIFT, mapping.end >> PAGE_SHIFT
    shift = (mapping.vmo_offset >> PAGE_SHIFT) - low
    for start, end in aspace.writable.runs(low, high):
        assert mapping.perms & 2, f"{who}: a page of the read-only mapping at {mapping.base:#x} can be written"
        # Device memory has no pages that could be its own.
        if type(mapping.vmo) is Vmo:
            assert mapping.vmo.pages.contains_range(start + shift, end + shift), (
                f"{who}: the mapping at {mapping.base:#x} can write a page its VMO does not own"
            )
    for _, end in aspace.present.runs(low, high):
        assert end + shift <= mapping.vmo.page_count, f"{who}: a page beyond the VMO's end can be reached"
