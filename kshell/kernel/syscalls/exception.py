"""mx_task_bind_exception_port, mx_task_suspend, mx_task_resume.

Rules: `syscalls_exceptions.cpp`, `syscalls_task.cpp`, `kernel/kernel/thread.c` (thread_suspend, thread_resume).
"""

from __future__ import annotations

from kshell.kernel.abi import (
    ERR_BAD_STATE,
    ERR_INVALID_ARGS,
    ERR_NOT_FOUND,
    ERR_WRONG_TYPE,
    OBJ_TYPE_IOPORT,
    OBJ_TYPE_THREAD,
    RIGHT_WRITE,
    TYPE_NAMES,
    KernelError,
)
from kshell.kernel.compiling import mypyc_attr, trait
from kshell.kernel.exceptions import (
    EXCEPTION_DEBUGGER,
    EXCEPTION_PROCESS,
    EXCEPTION_SYSTEM,
    EXCEPTION_THREAD,
    go_on,
)
from kshell.kernel.objects import KernelObject
from kshell.kernel.ports import ExceptionPort, Port
from kshell.kernel.syscalls.base import U32, Caller
from kshell.kernel.tasks import DEAD, RUNNING, Process, Thread

U64 = (1 << 64) - 1
OPTION_DEBUGGER = 1
OPTION_UNBIND_QUIETLY = 2
RESUME_EXCEPTION = 1
RESUME_TRY_NEXT = 2


@trait
@mypyc_attr(allow_interpreted_subclasses=True)
class ExceptionCalls(Caller):
    """The calls on exceptions."""

    def task_bind_exception_port(self, task: int, port: int, key: int = 0, options: int = 0) -> None:
        """The port v1 `port` gets the exceptions of a process or a thread (`task` 0: those that nobody else wants).

        Option 1: as the debugger of a process. Port 0 unbinds; threads that wait for an answer are tried with the next
        port then, with option 2 they wait on. No right is needed. A bind that fails with ERR_BAD_STATE or ERR_NOT_FOUND
        leaves its memory with the port until that is closed, as in the real kernel. Raises ERR_INVALID_ARGS,
        ERR_BAD_HANDLE, ERR_WRONG_TYPE, ERR_NO_MEMORY, ERR_NOT_FOUND for a dead task, ERR_BAD_STATE when a port is bound
        already, or none to be unbound.
        """
        options &= U32
        allowed = OPTION_DEBUGGER if port else OPTION_DEBUGGER | OPTION_UNBIND_QUIETLY
        if options & ~allowed:
            raise KernelError(ERR_INVALID_ARGS, f"options are within {allowed:#x} here, not {options:#x}")
        debugger = bool(options & OPTION_DEBUGGER)
        if port:
            self._bind(task, port, key & U64, debugger)
        else:
            self._unbind(task, debugger, quietly=bool(options & OPTION_UNBIND_QUIETLY))

    def _bind(self, task: int, port: int, key: int, debugger: bool) -> None:
        target = self._lookup(port, 0, OBJ_TYPE_IOPORT).object
        assert isinstance(target, Port)
        if not task:
            if debugger:
                raise KernelError(ERR_INVALID_ARGS, "the system has no debugger")
            bound = ExceptionPort(EXCEPTION_SYSTEM, target, key)
            if self.machine.exception_port is not None:
                raise _bound_already("the system")
            self.machine.exception_port = bound
            return
        object_ = self._task(task)
        if isinstance(object_, Process):
            bound = ExceptionPort(EXCEPTION_DEBUGGER if debugger else EXCEPTION_PROCESS, target, key)
            if object_.state == DEAD:
                raise KernelError(ERR_NOT_FOUND, f"process {object_.koid} is dead")
            if (object_.debugger_port if debugger else object_.exception_port) is not None:
                raise _bound_already(f"process {object_.koid}")
            if debugger:
                object_.debugger_port = bound
            else:
                object_.exception_port = bound
        else:
            if debugger:
                raise KernelError(ERR_INVALID_ARGS, "a thread has no debugger: its process has")
            bound = ExceptionPort(EXCEPTION_THREAD, target, key)
            if object_.state == DEAD:
                raise KernelError(ERR_NOT_FOUND, f"thread {object_.koid} is dead")
            if object_.exception_port is not None:
                raise _bound_already(f"thread {object_.koid}")
            object_.exception_port = bound
        bound.target = object_

    def _unbind(self, task: int, debugger: bool, *, quietly: bool) -> None:
        if not task:
            if debugger or quietly:
                raise KernelError(ERR_INVALID_ARGS, "options have to be 0 for the system's exception port")
            bound: ExceptionPort | None = self.machine.exception_port
            if bound is None:
                raise _not_bound("the system")
            self.machine.exception_port = None
            bound.unbind()
            return
        object_ = self._task(task)
        if isinstance(object_, Process):
            bound = object_.debugger_port if debugger else object_.exception_port
        else:
            if debugger:
                raise KernelError(ERR_INVALID_ARGS, "a thread has no debugger: its process has")
            bound = object_.exception_port
        if bound is None:
            raise _not_bound(f"{TYPE_NAMES[object_.type]} {object_.koid}")
        object_.reset_exception_port(bound, quietly)

    def _task(self, value: int) -> Process | Thread:
        object_: KernelObject = self._lookup(value, 0).object
        if not isinstance(object_, Process | Thread):
            raise KernelError(
                ERR_WRONG_TYPE,
                f"handle {value} refers to a {TYPE_NAMES[object_.type]}: processes and threads have exception ports",
            )
        return object_

    def task_suspend(self, task: int) -> None:
        """Suspends a thread that was started, until task_resume. Needs WRITE.

        Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_BAD_STATE for one that was not started, or is
        dead.
        """
        thread = self._lookup(task, RIGHT_WRITE, OBJ_TYPE_THREAD).object
        assert isinstance(thread, Thread)
        if thread.state != RUNNING:
            raise KernelError(ERR_BAD_STATE, f"thread {thread.koid} is {thread.state}: only a running one is suspended")
        thread.suspended = True

    def task_resume(self, task: int, options: int = 0) -> None:
        """Ends the suspension of a thread; with option 1 its exception is handled, with 3 the next port is tried.

        A thread that faulted faults again when it runs, as nobody has changed its registers. No right is needed.
        Raises ERR_INVALID_ARGS, ERR_BAD_HANDLE, ERR_WRONG_TYPE, ERR_BAD_STATE for a thread without an exception.
        """
        options &= U32
        if options & ~(RESUME_EXCEPTION | RESUME_TRY_NEXT) or options == RESUME_TRY_NEXT:
            raise KernelError(ERR_INVALID_ARGS, f"options are 0, 1 (exception) or 3 (try next), not {options:#x}")
        object_ = self._lookup(task, 0).object
        if not isinstance(object_, Thread):
            raise KernelError(
                ERR_WRONG_TYPE, f"handle {task} refers to a {TYPE_NAMES[object_.type]}: only threads are resumed"
            )
        if not options:
            object_.suspended = False
            return
        if object_.waits_on is None:
            raise KernelError(ERR_BAD_STATE, f"thread {object_.koid} does not wait for an exception to be handled")
        go_on(object_, resume=options == RESUME_EXCEPTION)


def _bound_already(who: str) -> KernelError:
    return KernelError(ERR_BAD_STATE, f"{who} has an exception port already; unbind it first")


def _not_bound(who: str) -> KernelError:
    return KernelError(ERR_BAD_STATE, f"{who} has no exception port to be unbound")
