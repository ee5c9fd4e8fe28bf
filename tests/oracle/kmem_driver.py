"""The driver of the programs in data_kmem: the calls that the other oracle files do not have.

`play` is a region of 16 TiB in the driver's own address space, `job0` a job made for the program; the driver's
exception port, of the first kind, is there from the start.
"""

from __future__ import annotations

from collections.abc import Mapping

from kshell.kernel import abi
from kshell.kernel.abi import KernelError
from kshell.kernel.exceptions import raise_exception
from kshell.kernel.machine import Machine
from kshell.kernel.tasks import Thread

from . import scenario
from .driver import OK, Answer, Driver
from .scenario import STATUS, Operation

PLAY = 0x200000000000
PLAY_SIZE = 16 << 40
WHOLE_HEAP = 256
IDLE_THREADS = 31
IDLE_HANDLES = 441
MOST = 64

_STATUS = (STATUS,)
_PLACED = (r"NO_ERROR addr=0x[0-9a-f]+", r"ERR_[A-Z_]+")
_ACTUAL = (r"NO_ERROR actual=\d+", r"ERR_[A-Z_]+")

OPERATIONS: dict[str, Operation] = scenario.OPERATIONS | {
    "null": Operation("", (0,), ("-",)),
    "sleep": Operation("n", (0,), ("-",)),
    "self_map": Operation("hnnw?n", (1,), _PLACED),
    "self_protect": Operation("nnw", (0,), _STATUS),
    "self_load": Operation("n", (0,), (r"byte=[0-9a-f]{2}", r"fault")),
    "sandbox": Operation("s", (2, 3), _STATUS),
    "process_start": Operation("h", (0, 1), (STATUS, r"(?:bind|thread) ERR_[A-Z_]+")),
    "thread_start": Operation("h", (0,), _STATUS),
    "channel_create": Operation("", (2,), _STATUS),
    "channel_write": Operation("hn?" + MOST * "h", (0,), _STATUS),
    "channel_read": Operation("h", tuple(range(MOST)), (r"NO_ERROR bytes=\d+ handles=\d+", r"ERR_[A-Z_]+")),
    "eventpair_create": Operation("", (2,), _STATUS),
    "socket_create": Operation("", (2,), _STATUS),
    "socket_write": Operation("hn", (0,), _ACTUAL),
    "socket_read": Operation("hn", (0,), _ACTUAL),
    "fifo_create": Operation("ww", (2,), _STATUS),
    "fifo_write": Operation("hn", (0,), _ACTUAL),
    "fifo_read": Operation("hn", (0,), _ACTUAL),
    "port_create": Operation("w", (1,), _STATUS),
    "port_queue": Operation("hn", (0,), _STATUS),
    "port_wait": Operation("hn", (0,), _STATUS),
    "port_bind": Operation("hnhw", (0,), _STATUS),
    "port_cancel": Operation("hhn", (0,), _STATUS),
    "object_wait_async": Operation("hhnww", (0,), _STATUS),
    "object_signal": Operation("hww", (0,), _STATUS),
    "waitset_create": Operation("", (1,), _STATUS),
    "waitset_add": Operation("hnhw", (0,), _STATUS),
    "waitset_remove": Operation("hn", (0,), _STATUS),
    "log_create": Operation("", (1,), _STATUS),
    "task_bind_exception_port": Operation("hh", (0,), _STATUS),
}

WORDS = {
    "base": PLAY,
    "V1": 0,
    "V2": 1,
    "ONCE": 0,
    "REPEATING": 1,
    "READABLE": 1 << 0,
    "WRITABLE": 1 << 1,
    "PEER_CLOSED": 1 << 2,
    "SIGNALED": 1 << 3,
    "USER0": 1 << 24,
    "USER1": 1 << 25,
}


def counters(machine: Machine) -> dict[str, int]:
    """The memory counters that are compared."""
    memory = machine.physmem
    return {
        "mmu": memory.mmu,
        "heap": memory.heap,
        "live": machine.heap.live,
        "object": memory.object,
        "free": memory.free,
    }


class KmemDriver(Driver):
    """A machine whose heap is as full as the real one was before the program's first call."""

    def __init__(self, before: Mapping[str, int]) -> None:
        super().__init__()
        self.names.update(WORDS)
        calls = self.syscalls
        flags = abi.VM_SPECIFIC | abi.VM_CAN_MAP_SPECIFIC
        flags |= abi.VM_CAN_MAP_READ | abi.VM_CAN_MAP_WRITE | abi.VM_CAN_MAP_EXECUTE
        self.names["play"], _ = calls.vmar_allocate(self.root, PLAY - abi.USER_BASE, PLAY_SIZE, flags)
        # The driver's own, which it has to the end; the rest is closed by `close_everything`.
        self._kept = {value for value, _ in self.process.handles}
        self._services = self.names["job0"]
        machine = self.machine
        # The threads and handles of the system around the driver.
        for _ in range(IDLE_THREADS):
            machine.kernel_space.place_stack()
        for _ in range(IDLE_HANDLES - machine.handles.live):
            machine.kernel_handles.new(self.process, 0)
        if not machine.physmem.heap:
            machine.heap.boot(WHOLE_HEAP)
        machine.heap.settle(before.get("live", machine.heap.live))
        self._port = calls.port_create(0)
        # What is left at the end is compared with what was here: a job for the program comes, and goes again.
        self.at_start = counters(machine)
        self.names["job0"] = calls.job_create(self._services, 0)

    def close_everything(self) -> None:
        """What the driver does after the last call: unmaps, closes all handles, and makes its port anew."""
        calls = self.syscalls
        calls.task_kill(self.names["job0"])
        calls.vmar_unmap(self.names["play"], PLAY, PLAY_SIZE)
        for value in [value for value, _ in self.process.handles if value not in self._kept]:
            if self.process.handles.get(value) is not None:
                calls.handle_close(value)
        self._port = calls.port_create(0)

    # What the driver's program does by itself

    def _null(self) -> Answer:
        return ["-"], ()

    def _sleep(self, milliseconds: int) -> Answer:
        return ["-"], ()

    def _self_map(self, vmo: int, offset: int, length: int, flags: int, address: int | None = None) -> Answer:
        if address is None:
            address = self.syscalls.vmar_map(self.names["play"], 0, vmo, offset, length, flags)
        else:
            flags |= abi.VM_SPECIFIC
            address = self.syscalls.vmar_map(self.names["play"], address - PLAY, vmo, offset, length, flags)
        return [f"{OK} addr={address:#x}"], (address,)

    def _self_unmap(self, address: int, length: int) -> Answer:
        self.syscalls.vmar_unmap(self.names["play"], address, length)
        return [OK], ()

    def _self_protect(self, address: int, length: int, flags: int) -> Answer:
        self.syscalls.vmar_protect(self.names["play"], address, length, flags)
        return [OK], ()

    # Tasks

    def _bind(self, task: int) -> None:
        self.syscalls.task_bind_exception_port(task, self._port, 0, 0)

    def _stuck(self, thread: int) -> None:
        """The thread runs at address 0, where nothing is: its exception is reported, and it waits for good."""
        handle = self.process.handles.get(thread)
        assert handle is not None
        object_ = handle.object
        assert isinstance(object_, Thread)
        raise_exception(object_)

    def _start(self, process: int, thread: int) -> None:
        super()._start(process, thread)
        if process != self.names["self"]:
            self._stuck(thread)

    def _sandbox(self, name: str) -> Answer:
        process, vmar = self.syscalls.process_create(self.names["job0"], name, 0)
        self._bind(process)
        thread = self._thread(process)
        self._start(process, thread)
        return [OK], (process, vmar, thread)

    def _process_start(self, process: int) -> Answer:
        try:
            step = "bind"
            self._bind(process)
            step = "thread"
            thread = self._thread(process)
        except KernelError as error:
            return [f"{step} {error.name}", error.name], ()
        self._start(process, thread)
        return [OK], (thread,)

    def _thread_start(self, thread: int) -> Answer:
        self.syscalls.thread_start(thread, 0, 0, 0, 0)
        self._stuck(thread)
        return [OK], ()

    def _task_bind_exception_port(self, task: int, port: int) -> Answer:
        self.syscalls.task_bind_exception_port(task, port, 0, 0)
        return [OK], ()

    # Messages and pairs

    def _channel_create(self) -> Answer:
        return [OK], self.syscalls.channel_create(0)

    def _channel_write(self, channel: int, length: int, *handles: int) -> Answer:
        self.syscalls.channel_write(channel, bytes(length), list(handles), 0)
        return [OK], ()

    def _channel_read(self, channel: int) -> Answer:
        data, handles = self.syscalls.channel_read(channel, 0)
        return [f"{OK} bytes={len(data)} handles={len(handles)}"], tuple(handles)

    def _eventpair_create(self) -> Answer:
        return [OK], self.syscalls.eventpair_create(0)

    def _socket_create(self) -> Answer:
        return [OK], self.syscalls.socket_create(0)

    def _socket_write(self, socket: int, length: int) -> Answer:
        return [f"{OK} actual={self.syscalls.socket_write(socket, 0, bytes(length))}"], ()

    def _socket_read(self, socket: int, length: int) -> Answer:
        return [f"{OK} actual={self.syscalls.socket_read(socket, 0, length)[1]}"], ()

    def _fifo_create(self, count: int, size: int) -> Answer:
        return [OK], self.syscalls.fifo_create(count, size, 0)

    def _fifo_write(self, fifo: int, length: int) -> Answer:
        return [f"{OK} actual={self.syscalls.fifo_write(fifo, bytes(length))}"], ()

    def _fifo_read(self, fifo: int, length: int) -> Answer:
        handle = self.process.handles.get(fifo)
        size = getattr(handle.object, "elem_size", 1) if handle is not None else 1
        return [f"{OK} actual={len(self.syscalls.fifo_read(fifo, length)) // size}"], ()

    # Ports, waiting

    def _port_create(self, options: int) -> Answer:
        return [OK], (self.syscalls.port_create(options),)

    def _port_queue(self, port: int, size: int) -> Answer:
        self.syscalls.port_queue(port, bytes(size), size)
        return [OK], ()

    def _port_wait(self, port: int, size: int) -> Answer:
        self.syscalls.port_wait(port, 0, size)
        return [OK], ()

    def _port_bind(self, port: int, key: int, source: int, signals: int) -> Answer:
        self.syscalls.port_bind(port, key, source, signals)
        return [OK], ()

    def _port_cancel(self, port: int, source: int, key: int) -> Answer:
        self.syscalls.port_cancel(port, source, key)
        return [OK], ()

    def _object_wait_async(self, handle: int, port: int, key: int, signals: int, options: int) -> Answer:
        self.syscalls.object_wait_async(handle, port, key, signals, options)
        return [OK], ()

    def _object_signal(self, handle: int, clear: int, set_: int) -> Answer:
        self.syscalls.object_signal(handle, clear, set_)
        return [OK], ()

    def _waitset_create(self) -> Answer:
        return [OK], (self.syscalls.waitset_create(0),)

    def _waitset_add(self, waitset: int, cookie: int, handle: int, signals: int) -> Answer:
        self.syscalls.waitset_add(waitset, cookie, handle, signals)
        return [OK], ()

    def _waitset_remove(self, waitset: int, cookie: int) -> Answer:
        self.syscalls.waitset_remove(waitset, cookie)
        return [OK], ()

    def _log_create(self) -> Answer:
        return [OK], (self.syscalls.log_create(0),)
