"""mx_job_*, mx_process_*, mx_thread_*, mx_task_*. Rules: docs/kernel-rules.md 3.1; `syscalls_task.cpp`."""

from __future__ import annotations

from kshell.kernel.abi import (
    DEFAULT_RIGHTS,
    ERR_ACCESS_DENIED,
    ERR_BAD_STATE,
    ERR_INVALID_ARGS,
    ERR_NO_MEMORY,
    ERR_OUT_OF_RANGE,
    ERR_WRONG_TYPE,
    MAX_MEMORY_BLOCK,
    OBJ_TYPE_JOB,
    OBJ_TYPE_PROCESS,
    OBJ_TYPE_THREAD,
    RIGHT_READ,
    RIGHT_WRITE,
    TYPE_NAMES,
    KernelError,
    cut_name,
)
from kshell.kernel.compiling import mypyc_attr, trait
from kshell.kernel.content import Data
from kshell.kernel.handles import Handle
from kshell.kernel.syscalls.base import Caller, no_options
from kshell.kernel.tasks import DEAD, RUNNING, Job, Process, Thread
from kshell.kernel.vmo import Vmo


@trait
@mypyc_attr(allow_interpreted_subclasses=True)
class TaskCalls(Caller):
    """The calls on jobs, processes and threads."""

    def job_create(self, job: int, options: int = 0) -> int:
        """A child job of `job`; returns its handle. Needs WRITE.

        Raises ERR_INVALID_ARGS, ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_BAD_STATE while the
        parent is being killed (the koid is spent then).
        """
        no_options(options)
        parent = self._job(job)
        koid = self.machine.new_koid()
        parent.require_ready()
        return self._publish(Job(self.machine, koid, parent))

    def process_create(self, job: int, name: str | bytes, options: int = 0) -> tuple[int, int]:
        """A process in `job` (0: in none); returns handles to it and to its root VMAR. Needs WRITE.

        Raises ERR_INVALID_ARGS, ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_BAD_STATE,
        ERR_NO_MEMORY.
        """
        no_options(options)
        parent = self._job(job) if job else None
        process = self.machine.create_process(parent, cut_name(name))
        arena, table = self.machine.handles, self.process.handles
        made: list[Handle] = []
        try:
            # The process's slot is taken first; in the table the process is the newest (`sys_process_create`).
            for object_ in (process, process.root_vmar):
                made.append(arena.make(object_, DEFAULT_RIGHTS[object_.type]))
        except KernelError:
            for handle in made:
                arena.destroy(handle)
            if not made:
                process.on_no_handle()
            raise
        vmar = table.add(made[1])
        return table.add(made[0]), vmar

    def process_start(self, process: int, thread: int, entry: int, sp: int, arg: int, arg2: int) -> None:
        """Starts `process` with its first `thread` at `entry`; `arg` is a handle that moves into the process.

        Both handles need WRITE. The handle `arg` has moved even when the start fails with ERR_BAD_STATE
        (docs/kernel-rules.md 8 no. 8). Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_INVALID_ARGS for
        an `arg` that is not a handle (0 included), ERR_BAD_STATE.
        """
        target = self._process(process, RIGHT_WRITE)
        first = self._thread(thread)
        if first.process is not target:
            raise KernelError(
                ERR_ACCESS_DENIED, f"thread {first.koid} belongs to process {first.process.koid}, not to {target.koid}"
            )
        moved = self.process.handles.take(arg)
        if moved is None:
            raise KernelError(
                ERR_INVALID_ARGS, f"the argument {arg} is not a handle of this process: a process starts with one"
            )
        if target.state == DEAD:
            # The kernel leaves it in a table that nobody empties and panics later.
            self.machine.handles.destroy(moved)
        else:
            target.handles.add(moved)
        first.start(entry, initial=True)

    def process_exit(self, code: int) -> None:
        """Ends the calling process with return code `code` (32 bits, signed). The real call never returns."""
        code &= 0xFFFFFFFF
        self.process.kill(code - (1 << 32) if code >> 31 else code)

    def process_read_memory(self, process: int, address: int, length: int) -> Data:
        """Up to `length` bytes (1 to 64 MiB) at `address` of `process`; needs READ and WRITE.

        Reads from the mapping's VMO: permissions do not matter, the end is the VMO's and not the mapping's,
        and the next mapping is never reached. Raises ERR_INVALID_ARGS, ERR_BAD_HANDLE, ERR_ACCESS_DENIED,
        ERR_WRONG_TYPE, ERR_NO_MEMORY where nothing is mapped, ERR_OUT_OF_RANGE beyond the VMO's size,
        ERR_NOT_SUPPORTED for device memory.
        """
        _block(length)
        vmo, offset = _memory_at(self._process(process, RIGHT_READ | RIGHT_WRITE), address)
        return vmo.read(offset, vmo.trim(offset, length))

    def process_write_memory(self, process: int, address: int, data: Data | bytes) -> int:
        """Writes `data` (1 byte to 64 MiB) at `address` of `process`; returns the bytes written. Needs WRITE.

        Raises as process_read_memory, and ERR_NO_MEMORY when physical memory runs out.
        """
        data = data if isinstance(data, Data) else Data.of(data)
        _block(data.length)
        vmo, offset = _memory_at(self._process(process, RIGHT_WRITE), address)
        length = vmo.trim(offset, data.length)
        vmo.write(offset, data if length == data.length else data[:length])
        return length

    def thread_create(self, process: int, name: str | bytes, options: int = 0) -> int:
        """A thread of `process`, not started; returns its handle. Needs WRITE; works on dead processes too.

        Raises ERR_INVALID_ARGS, ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_NO_MEMORY.
        """
        no_options(options)
        owner = self._process(process, RIGHT_WRITE)
        return self._publish(Thread(self.machine.new_koid(), owner, cut_name(name)))

    def thread_start(self, thread: int, entry: int, sp: int, arg1: int, arg2: int) -> None:
        """Starts a further thread of a running process at `entry`. Needs WRITE.

        Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_BAD_STATE.
        """
        self._thread(thread).start(entry, initial=False)

    def thread_exit(self) -> None:
        """Ends the calling thread: the process's oldest. With the last one the process ends, return code 0.

        Raises ERR_BAD_STATE for a process that has no thread to make the call.
        """
        thread = next(iter(self.process.threads.values()), None)
        if thread is None:
            raise KernelError(ERR_BAD_STATE, f"process {self.process.koid} has no thread to exit")
        thread.kill()

    def task_kill(self, task: int) -> None:
        """Kills a job with all below it, a process or a thread; a dead one stays dead. Needs WRITE.

        Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE.
        """
        object_ = self._lookup(task, RIGHT_WRITE).object
        if not isinstance(object_, Job | Process | Thread):
            raise KernelError(
                ERR_WRONG_TYPE, f"handle {task} refers to a {TYPE_NAMES[object_.type]}: only tasks can be killed"
            )
        object_.kill()

    def _job(self, handle: int) -> Job:
        object_ = self._lookup(handle, RIGHT_WRITE, OBJ_TYPE_JOB).object
        assert isinstance(object_, Job)
        return object_

    def _process(self, handle: int, rights: int) -> Process:
        object_ = self._lookup(handle, rights, OBJ_TYPE_PROCESS).object
        assert isinstance(object_, Process)
        return object_

    def _thread(self, handle: int) -> Thread:
        object_ = self._lookup(handle, RIGHT_WRITE, OBJ_TYPE_THREAD).object
        assert isinstance(object_, Thread)
        return object_


def require_running(process: Process, what: str) -> None:
    """Raises ERR_BAD_STATE unless `process` is running, as its `what` can be asked for only then."""
    if process.state != RUNNING:
        raise KernelError(
            ERR_BAD_STATE, f"process {process.koid} is {process.state}: only a running one reports its {what}"
        )


def _block(length: int) -> None:
    if not 1 <= length <= MAX_MEMORY_BLOCK:
        raise KernelError(ERR_INVALID_ARGS, f"{length} bytes: 1 byte to 64 MiB can be moved at a time")


def _memory_at(process: Process, address: int) -> tuple[Vmo, int]:
    """The VMO that is mapped at `address` and the offset in it, whatever the process itself is allowed to do there."""
    found = process.root_vmar.locate(address)
    if found is None:
        raise KernelError(ERR_NO_MEMORY, f"process {process.koid} has nothing mapped at {address:#x}")
    mapping, offset = found
    if offset > mapping.vmo.size:
        raise KernelError(
            ERR_OUT_OF_RANGE,
            f"{address:#x} is offset {offset:#x} of a VMO of {mapping.vmo.size:#x} bytes",
        )
    return mapping.vmo, offset
