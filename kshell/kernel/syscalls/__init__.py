"""The system calls: `Syscalls(machine, process)` makes the mx_* calls of one process.

Methods bear the ABI's names without `mx_` and return what the real call writes to its out pointers. They check
in the kernel's order, and either succeed or raise `KernelError` and change nothing (except where the real
kernel does; those calls say so). One file per family, as in `kernel/lib/syscalls/`.
"""

from __future__ import annotations

from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.machine import Machine
from kshell.kernel.syscalls.device import DeviceCalls
from kshell.kernel.syscalls.exception import ExceptionCalls
from kshell.kernel.syscalls.handle import HandleCalls
from kshell.kernel.syscalls.ipc import IpcCalls
from kshell.kernel.syscalls.object import Info, ObjectCalls
from kshell.kernel.syscalls.port import PortCalls
from kshell.kernel.syscalls.stream import StreamCalls
from kshell.kernel.syscalls.system import SystemCalls
from kshell.kernel.syscalls.task import TaskCalls
from kshell.kernel.syscalls.vmar import RegionCalls
from kshell.kernel.syscalls.vmo import MemoryCalls
from kshell.kernel.syscalls.wait import WaitCalls
from kshell.kernel.tasks import Process

__all__ = ["Info", "Syscalls"]


@mypyc_attr(allow_interpreted_subclasses=True)
class Syscalls(
    HandleCalls, MemoryCalls, RegionCalls, TaskCalls, ObjectCalls, IpcCalls, WaitCalls, PortCalls, StreamCalls,
    ExceptionCalls, DeviceCalls, SystemCalls,
):  # fmt: skip
    """All calls, in the context of one calling process."""

    def __init__(self, machine: Machine, process: Process) -> None:
        """Calls are made on `machine` as `process` makes them."""
        self.machine = machine
        self.process = process
