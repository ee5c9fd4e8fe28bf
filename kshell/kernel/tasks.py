"""Jobs, processes and threads.

    Job 1024 (the kernel's root)
    `- Job 1028
       |- Process 1041 ---- threads, handle table, address space
       `- Job 1068
          `- Process 1208

A job holds its children weakly: what keeps them alive is handles, their own children, and running threads. A
process dies when it is killed, when its last handle goes, or when its last thread leaves; what is left of
it then is the object, for those who still hold a handle.

Rules: docs/kernel-rules.md 2.3 to 2.6; `kernel/lib/magenta/job_dispatcher.cpp`, `process_dispatcher.cpp`,
`user_thread.cpp`.
"""

from __future__ import annotations

from kshell.kernel.abi import (
    ERR_BAD_STATE,
    KERNEL_STACK_PAGES,
    OBJ_TYPE_JOB,
    OBJ_TYPE_PROCESS,
    OBJ_TYPE_THREAD,
    POLICY_IGNORE,
    KernelError,
)
from kshell.kernel.aspace import AddressSpace
from kshell.kernel.compiling import mypyc_attr, poll
from kshell.kernel.exceptions import port_removed, process_exits, thread_exits, thread_starts
from kshell.kernel.handles import HandleTable
from kshell.kernel.heap import JOB, KERNEL_STACK, PROCESS, THREAD, USER_THREAD
from kshell.kernel.objects import Blocks, KernelObject
from kshell.kernel.ports import ExceptionPort
from kshell.kernel.signals import NO_JOBS, NO_PROCESSES, TERMINATED
from kshell.kernel.system import System
from kshell.kernel.vmar import Vmar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

INITIAL = "initial"
RUNNING = "running"
DYING = "dying"
DEAD = "dead"
READY = "ready"
KILLING = "killing"
# A state of threads besides INITIAL, RUNNING and DEAD: made and ready to be started.
INITIALIZED = "initialized"
# A thread's blocks in the kernel's heap: what the handles refer to, the thread itself, and its stack's VMO and mapping.
THREAD_BYTES = THREAD + USER_THREAD + KERNEL_STACK


@mypyc_attr(allow_interpreted_subclasses=True)
class Job(KernelObject):
    """A job. Children are kept oldest first.

    Invariants: every live process and every child job object of a job is in its lists exactly once; a job is in
    its parent's list as long as the object exists (handles, children, or process objects refer to it). Only the
    root job has no parent; it never ends.
    """

    __slots__ = ("system", "name", "parent", "jobs", "processes", "state", "members")

    def __init__(self, system: System, koid: int, parent: Job | None, name: bytes = b"") -> None:
        """A job in `parent`; None makes the root job. Raises ERR_NO_MEMORY."""
        super().__init__(koid, OBJ_TYPE_JOB)
        system.heap.take(JOB)
        self.system = system
        self.name = name
        self.parent = parent
        self.jobs: dict[int, Job] = {}
        self.processes: dict[int, Process] = {}
        self.state = READY
        # How many process objects, dead ones with handles included, refer to this job and keep it.
        self.members = 0
        if parent is not None:
            parent.jobs[koid] = self
            parent.update_signals(NO_JOBS, 0)

    @property
    def related_koid(self) -> int:
        return self.parent.koid if self.parent is not None else 0

    def blocks(self) -> Iterator[Blocks]:
        yield "job", 1, JOB

    def keeps(self) -> Iterator[KernelObject]:
        if self.parent is not None:
            yield self.parent

    def require_ready(self) -> None:
        """Raises ERR_BAD_STATE while the job is being killed: it takes no new children then."""
        if self.state != READY:
            raise KernelError(
                ERR_BAD_STATE,
                f"job {self.koid} is being killed and takes no new children until all of its old ones are gone; "
                f"{len(self.jobs)} child jobs and {len(self.processes)} processes still exist",
            )

    def walk(self) -> Iterator[tuple[int, Job]]:
        """(depth, job) of this job (depth 0) and all below: pre-order, oldest first."""
        pending = [(0, self)]
        while pending:
            depth, job = pending.pop()
            yield depth, job
            pending.extend((depth + 1, child) for child in reversed(job.jobs.values()))

    def kill(self) -> None:
        """Kills all below: child jobs newest to oldest, each with all below, then its own processes newest to oldest.

        A job that is being killed already, or has no children, is left as it is.
        """
        pending: list[tuple[Job, bool]] = [(self, False)]
        while pending:
            job, visited = pending.pop()
            if visited:
                for process in reversed(list(job.processes.values())):
                    poll()
                    process.kill()
                continue
            if job.state != READY or not (job.jobs or job.processes):
                continue
            job.state = KILLING
            pending.append((job, True))
            # The newest child is handled first, so it is pushed last.
            pending.extend((child, False) for child in job.jobs.values())

    def note_children(self) -> None:
        """A child left: shows that there are no jobs, or no processes, if so (`UpdateSignalsDecrementLocked`)."""
        self.update_signals(0, (0 if self.jobs else NO_JOBS) | (0 if self.processes else NO_PROCESSES))

    def child_gone(self) -> None:
        """A child left: a killed job without any is ready again, and an unreferenced one goes too."""
        self.note_children()
        if self.state == KILLING and not self.jobs and not self.processes:
            self.state = READY
        self.release()

    def release(self) -> None:
        """Takes the job off its parent's list once nothing refers to the object any more."""
        job: Job | None = self
        while job is not None and not (job.handle_count or job.members or job.jobs):
            parent = job.parent
            if parent is None or parent.jobs.pop(job.koid, None) is None:
                return
            job.system.heap.give(JOB)
            parent.note_children()
            if parent.state == KILLING and not parent.jobs and not parent.processes:
                parent.state = READY
            job = parent

    def on_zero_handles(self) -> None:
        self.release()


@mypyc_attr(allow_interpreted_subclasses=True)
class Process(KernelObject):
    """A process.

    Invariants: state INITIAL has no started threads; DEAD has no threads, no handles and no address space
    content; a process that is not DEAD and has a job is in that job's list.
    """

    __slots__ = (
        "system", "name", "job", "state", "return_code", "threads", "thread_objects", "handles", "aspace",
        "root_vmar", "policy", "debug_addr", "exists", "exception_port", "debugger_port",
    )  # fmt: skip

    def __init__(
        self, system: System, koid: int, job: Job | None, name: bytes, aspace: AddressSpace, root_vmar: Vmar
    ) -> None:
        """A process that has never run, in `job` or in none; `root_vmar` is the whole of `aspace`. Raises
        ERR_NO_MEMORY."""
        system.heap.take(PROCESS)
        super().__init__(koid, OBJ_TYPE_PROCESS)
        self.system = system
        self.name = name
        self.job = job
        self.state = INITIAL
        self.return_code = 0
        # Started threads in start order, by koid.
        self.threads: dict[int, Thread] = {}
        # How many thread objects exist: each keeps the process object, started or not, dead or not.
        self.thread_objects = 0
        self.handles = HandleTable(system.handles, system.secret(koid))
        self.aspace = aspace
        self.root_vmar = root_vmar
        self.policy = POLICY_IGNORE
        self.debug_addr = 0
        # Until nothing refers to the object any more.
        self.exists = True
        aspace.users += 1
        self.exception_port: ExceptionPort | None = None
        self.debugger_port: ExceptionPort | None = None
        if job is not None:
            job.members += 1

    @property
    def related_koid(self) -> int:
        return self.job.koid if self.job is not None else 0

    def blocks(self) -> Iterator[Blocks]:
        yield "process", 1, PROCESS

    def keeps(self) -> Iterator[KernelObject]:
        if self.job is not None:
            yield self.job

    def kill(self, return_code: int = -1) -> None:
        """Kills the process: its threads go, and with the last of them the process is dead.

        A process that was not dying before gets `return_code`. A dead one stays as it is.
        """
        if self.state == DEAD:
            return
        if self.state != DYING:
            self.return_code = return_code
        if not self.threads:
            self._die()
            return
        self.state = DYING
        for thread in list(self.threads.values()):
            poll()
            thread.kill()

    def thread_left(self, thread: Thread) -> None:
        """A started thread is gone; with the last one the process dies, with return code 0 if it was running."""
        self.threads.pop(thread.koid, None)
        if not self.threads and self.state != DEAD:
            self._die()

    def _die(self) -> None:
        self.state = DEAD
        # Closing the table may close the last handle to this process, which lets go of the job.
        job = self.job
        self.handles.close_all()
        # At once, so that mappings need not be taken out of the page tables one by one.
        self.aspace.clear()
        if self.root_vmar.alive:
            self.root_vmar.destroy_tree()
        del self.system.process_table[self.koid]
        process_exits(self)
        self.update_signals(0, TERMINATED)
        if self.system.observer is not None:
            self.system.observer.process_died(self)
        if job is not None and job.processes.pop(self.koid, None) is not None:
            job.child_gone()
        self.release()

    def release(self) -> None:
        """Ends the dead process object once neither handles nor threads nor exception ports refer to it: it lets go of
        its job, and of its address space, which a VMAR's handle may still keep."""
        if self.state != DEAD or self.handle_count or self.thread_objects or not self.exists:
            return
        if self.exception_port is not None or self.debugger_port is not None:
            return
        self.exists = False
        self.system.heap.give(PROCESS)
        self.aspace.release()
        if self.job is not None:
            job, self.job = self.job, None
            job.members -= 1
            job.release()

    def on_zero_handles(self) -> None:
        """The last handle going away acts as a kill (`ProcessDispatcher::on_zero_handles`)."""
        if self.state in (INITIAL, RUNNING):
            self.kill()
        self.release()

    def reset_exception_port(self, port: ExceptionPort, quietly: bool = False) -> None:
        """`port`, one of the process's two, is unbound: threads that wait for it are tried with the next one, or wait
        on (`quietly`)."""
        if self.debugger_port is port:
            self.debugger_port = None
        else:
            self.exception_port = None
        port.unbind()
        for thread in () if quietly else list(self.threads.values()):
            port_removed(thread, port)
        self.release()


@mypyc_attr(allow_interpreted_subclasses=True)
class Thread(KernelObject):
    """A thread. Two pages of kernel stack belong to it as long as the object exists, and so does `stack`, their area in
    the kernel's address space."""

    __slots__ = (
        "name", "process", "state", "entry", "stack", "exists", "exception_port", "waits_on", "exception", "suspended",
    )  # fmt: skip

    def __init__(self, koid: int, process: Process, name: bytes) -> None:
        """Takes the kernel stack; raises ERR_NO_MEMORY when there is none."""
        super().__init__(koid, OBJ_TYPE_THREAD)
        system = process.system
        system.heap.take(THREAD_BYTES)
        try:
            system.physmem.take(KERNEL_STACK_PAGES)
        except KernelError:
            system.heap.give(THREAD_BYTES)
            raise
        try:
            self.stack = system.kernel_space.place_stack()
        except KernelError:
            system.physmem.give(KERNEL_STACK_PAGES)
            system.heap.give(THREAD_BYTES)
            raise
        self.name = name
        self.process = process
        self.state = INITIALIZED
        self.entry = 0
        # Until neither a handle nor the scheduler nor an exception port refers to the thread any more.
        self.exists = True
        self.exception_port: ExceptionPort | None = None
        # The exception port for whose answer the thread waits, and what the exception was.
        self.waits_on: ExceptionPort | None = None
        self.exception = ""
        self.suspended = False
        process.thread_objects += 1

    @property
    def related_koid(self) -> int:
        return self.process.koid

    def blocks(self) -> Iterator[Blocks]:
        yield "thread", 1, THREAD + USER_THREAD
        yield "kernel stack", 1, KERNEL_STACK

    def keeps(self) -> Iterator[KernelObject]:
        yield self.process

    def start(self, entry: int, initial: bool) -> None:
        """Starts the thread at `entry`; `initial` for the first one of a process, which starts the process.

        Raises ERR_BAD_STATE when the thread was started or killed before, or the process is in another state.
        """
        process = self.process
        if self.state != INITIALIZED:
            raise KernelError(ERR_BAD_STATE, f"thread {self.koid} is {self.state}: a thread is started once")
        wanted = INITIAL if initial else RUNNING
        if process.state != wanted:
            if initial:
                rule = "process_start is for one that never ran"
            elif process.state == INITIAL:
                rule = "its first thread is started by process_start"
            else:
                rule = "only a running one takes threads"
            raise KernelError(ERR_BAD_STATE, f"process {process.koid} is {process.state}: {rule}")
        self.state = RUNNING
        self.entry = entry
        process.threads[self.koid] = self
        process.state = RUNNING
        thread_starts(self)

    def kill(self) -> None:
        """Ends the thread. One that was never started can never be started after this."""
        if self.state == INITIALIZED:
            self.state = INITIAL
        elif self.state == RUNNING:
            self.state = DEAD
            self.update_signals(0, TERMINATED)
            thread_exits(self)
            self.process.thread_left(self)
            self.release()

    def on_zero_handles(self) -> None:
        """A running thread whose last handle is closed is killed; any other disappears.

        An exception port that is bound to it keeps it as a handle would.
        """
        if self.exception_port is not None:
            return
        if self.state == RUNNING:
            self.kill()
        else:
            self.state = DEAD
            self.release()

    def release(self) -> None:
        """Ends the object of a thread that does not run once nothing refers to it: its stack is freed
        (`UserThread::~UserThread`), and its process may go with it."""
        if self.state != DEAD or self.handle_count or self.exception_port is not None or not self.exists:
            return
        self.exists = False
        system = self.process.system
        system.kernel_space.free_stack(self.stack)
        system.physmem.give(KERNEL_STACK_PAGES)
        system.heap.give(THREAD_BYTES)
        self.process.thread_objects -= 1
        self.process.release()

    def reset_exception_port(self, port: ExceptionPort, quietly: bool = False) -> None:
        """`port`, the thread's own, is unbound: when the thread waits for it, it is tried with the next one, or waits
        on (`quietly`)."""
        self.exception_port = None
        port.unbind()
        if not quietly:
            port_removed(self, port)
        if not self.handle_count:
            self.on_zero_handles()
