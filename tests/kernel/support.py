"""A small machine with one running process, for tests of the kernel."""

import pytest

from kshell.kernel.abi import KernelError
from kshell.kernel.machine import Machine
from kshell.kernel.syscalls import Syscalls
from kshell.kernel.tasks import Job, Thread

ALL_RIGHTS = 0x1CF
# As on the real machine: what the tests make seldom needs more.
HEAP_PAGES = 256


class Small:
    """A machine whose process `process` runs and holds handles to itself, its root VMAR and its job."""

    def __init__(self, memory=64 << 20, handle_slots=262144, aslr_seed=None):
        self.machine = Machine(memory, handle_slots, aslr_seed)
        self.machine.heap.boot(HEAP_PAGES)
        top = Job(self.machine, self.machine.new_koid(), self.machine.root_job, b"root")
        self.machine.kernel_handles.new(top, ALL_RIGHTS)
        self.job_object = Job(self.machine, self.machine.new_koid(), top, b"job")
        self.process = self.machine.create_process(self.job_object, b"main")
        thread = Thread(self.machine.new_koid(), self.process, b"main")
        thread.start(0, initial=True)
        table = self.process.handles
        self.me = table.new(self.process, ALL_RIGHTS)
        self.vmar = table.new(self.process.root_vmar, 0x1F)
        self.job = table.new(self.job_object, ALL_RIGHTS)
        self.thread = table.new(thread, 0xCF)
        self.calls = Syscalls(self.machine, self.process)
        self.machine.check()

    @property
    def free(self):
        return self.machine.physmem.free

    def running(self, name="other"):
        """A running process of its own: (process object, its handle here, its root VMAR's handle here)."""
        calls = self.calls
        process, vmar = calls.process_create(self.job, name)
        thread = calls.thread_create(process, "main")
        calls.process_start(process, thread, 0, 0, calls.event_create(), 0)
        return self.process.handles.get(process).object, process, vmar


def refused(status, call, *arguments):
    """Makes a call that has to end with `status`; returns the reason."""
    with pytest.raises(KernelError) as caught:
        call(*arguments)
    assert caught.value.name == status
    return caught.value.reason
