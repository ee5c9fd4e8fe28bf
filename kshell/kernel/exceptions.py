"""Exceptions: who is told that a thread cannot go on, and what becomes of it.

    fault --> debugger's port --> thread's port --> process's port --> system's port --> the process is killed

The first of them that takes the report keeps the thread waiting until it is resumed, tried with the next, or killed.
Starting (with a debugger), exiting and being gone are reported in the same way.

Rules: `kernel/lib/magenta/exception.cpp`, `excp_port.cpp`, `user_thread.cpp` (ExceptionHandlerExchange).
"""

from __future__ import annotations

from kshell.kernel.ports import ExceptionPort

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Kinds of exception ports, as MX_INFO_THREAD reports them, in the order they are asked but for DEBUGGER being first.
EXCEPTION_NONE = 0
EXCEPTION_DEBUGGER = 1
EXCEPTION_THREAD = 2
EXCEPTION_PROCESS = 3
EXCEPTION_SYSTEM = 4

FAULT = "fatal page fault"
STARTING = "thread starting"
EXITING = "thread exiting"
GONE = "gone"


def raise_exception(thread: Any, what: str = FAULT, after: int = EXCEPTION_NONE) -> None:
    """The running Thread `thread` has the exception `what`: asks the ports in their order, those behind kind `after`.

    Where none takes the report the thread's process is killed.
    """
    process = thread.process
    ports: list[ExceptionPort | None] = [
        process.debugger_port,
        thread.exception_port,
        process.exception_port,
        process.system.exception_port,
    ]
    for port in ports[after:]:
        if port is not None and port.report(what, process.koid, thread.koid):
            _wait(thread, port, what)
            return
    process.kill()


def thread_starts(thread: Any) -> None:
    """The Thread `thread` was started: with a debugger it waits for it first."""
    port = thread.process.debugger_port
    if port is not None and port.report(STARTING, thread.process.koid, thread.koid):
        _wait(thread, port, STARTING)


def thread_exits(thread: Any) -> None:
    """The started Thread `thread` ends: its own port learns that it is gone, and then the debugger."""
    process = thread.process
    if thread.waits_on is not None:
        _leave(thread)
    if thread.exception_port is not None:
        thread.exception_port.report(GONE, process.koid, thread.koid)
    if process.debugger_port is not None:
        process.debugger_port.report(EXITING, process.koid, thread.koid)


def process_exits(process: Any) -> None:
    """The Process `process` is dead: its ports learn that it is gone."""
    for port in (process.exception_port, process.debugger_port):
        if port is not None:
            port.report(GONE, process.koid)


def go_on(thread: Any, resume: bool) -> None:
    """The exception for which `thread` waits is handled: it runs again, or (not `resume`) the next port is asked.

    What a thread faulted for is still there when it runs again, as nobody has changed its registers.
    """
    port, what = _leave(thread)
    if what != STARTING:
        raise_exception(thread, what, EXCEPTION_NONE if resume else port.kind)


def port_removed(thread: Any, port: ExceptionPort) -> None:
    """The exception port `port` was unbound: a thread that waits for it is tried with the next one."""
    if thread.waits_on is port:
        go_on(thread, resume=False)


def _wait(thread: Any, port: ExceptionPort, what: str) -> None:
    port.wait()
    thread.waits_on = port
    thread.exception = what


def _leave(thread: Any) -> tuple[ExceptionPort, str]:
    """The thread waits no more; returns for whose answer it did, and in which exception."""
    port: ExceptionPort = thread.waits_on
    what: str = thread.exception
    thread.waits_on = None
    thread.exception = ""
    port.leave()
    return port, what
