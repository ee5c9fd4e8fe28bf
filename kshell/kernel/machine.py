"""The machine: a System with the tree of jobs on it, in one deterministic whole.

    Machine
    |- physmem, handles, vmos, processes ...    what its objects stand on (`system.py`)
    |- root_job                                 job 1024; every visible task hangs below it
    |- programs, shared                         what the launcher can start
    `- log, console_status ...                  what the kernel's console keeps

Nothing here depends on the clock, on memory addresses or on the host: the same calls on the same boot image
give the same machine.
"""

from __future__ import annotations

from kshell.kernel.abi import DEFAULT_HANDLES, DEFAULT_MEMORY, USER_BASE, USER_SIZE, KernelError
from kshell.kernel.aspace import AddressSpace
from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.signals import NO_PROCESSES
from kshell.kernel.specs import Program
from kshell.kernel.system import System
from kshell.kernel.tasks import Job, Process
from kshell.kernel.vmar import ROOT_FLAGS, Vmar
from kshell.kernel.vmo import Vmo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random


@mypyc_attr(allow_interpreted_subclasses=True)
class Machine(System):
    """A Magenta machine in memory."""

    __slots__ = (
        "root_job", "_aslr_seed", "log", "programs", "shared", "console_status", "alloced", "free_watch", "heap_trace",
    )  # fmt: skip

    def __init__(
        self, memory: int = DEFAULT_MEMORY, handle_slots: int = DEFAULT_HANDLES, aslr_seed: int | None = None
    ) -> None:
        """`memory` bytes of RAM; `handle_slots` handles for the whole system; `aslr_seed` turns the random
        choice of addresses on. Raises ValueError for sizes that no machine can have."""
        super().__init__(memory, handle_slots)
        self.physmem.reserve("alloc", 1)
        self._aslr_seed = aslr_seed
        # Lines the kernel printed to its log.
        self.log: list[str] = []
        # What the launcher can start, and the VMOs all programs share, by the names the boot image gave them.
        self.programs: dict[str, Program] = {}
        self.shared: dict[str, Vmo] = {}
        # The status the kernel's console left behind; an unknown command reports it again.
        self.console_status = 0
        # Pages that `k pmm alloc` took, and the state of its switch and the heap's.
        self.alloced: list[int] = []
        self.free_watch = False
        self.heap_trace = False
        self.root_job = Job(self, self.new_koid(), None)

    @property
    def vmos(self) -> dict[Vmo, None]:
        """The VMOs that exist, in the order they were made. A System has them without knowing what they are."""
        return self.vmo_table

    @property
    def processes(self) -> dict[int, Process]:
        """The processes that are not dead, by koid."""
        return self.process_table

    @property
    def randomised(self) -> bool:
        """Whether addresses are chosen at random."""
        return self._aslr_seed is not None

    def _address_choice(self, koid: int) -> Random | None:
        """The generator that draws addresses for process `koid`, or None when randomisation is off."""
        if self._aslr_seed is None:
            return None
        from random import Random

        return Random(f"{self._aslr_seed}:{koid}")

    # Making tasks

    def create_process(self, job: Job | None, name: bytes, koid: int | None = None) -> Process:
        """A process in `job` with an empty address space; it takes two koids, or `koid` and the next one.

        Raises ERR_BAD_STATE while the job is being killed; the koid is spent then (docs/kernel-rules.md 1.3). Raises
        ERR_NO_MEMORY.
        """
        if koid is None:
            koid = self.new_koid()
            if job is not None:
                job.require_ready()
            self.new_koid()
        aspace = AddressSpace(self, self._address_choice(koid))
        aspace.users += 1
        try:
            root_vmar = Vmar(koid + 1, aspace, None, USER_BASE, USER_SIZE, ROOT_FLAGS, "root")
            try:
                process = Process(self, koid, job, name, aspace, root_vmar)
            except KernelError:
                root_vmar.destroy()
                raise
        finally:
            aspace.release()
        if job is not None:
            job.processes[koid] = process
            job.update_signals(NO_PROCESSES, 0)
        self.processes[koid] = process
        return process

    # Finding tasks

    def walk_jobs(self) -> Iterator[tuple[int, Job]]:
        """(depth, job) of the kernel's root job and all below: pre-order, oldest first."""
        return self.root_job.walk()

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

    # Laws

    def check(self) -> None:
        """Recomputes every derived number from scratch and compares; raises AssertionError naming the law."""
        from kshell.kernel.laws import check

        check(self, self.root_job)
