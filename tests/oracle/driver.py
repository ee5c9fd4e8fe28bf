"""The driver: makes each call of a scenario on the model and writes the answer as the real driver wrote it.

The real driver was a program of the `magenta-services` job; here it is a process in a job of the same place:

    job 1024 --- job 1028 --- job 1081 (its handle is `job0`) --- the driver (`self`)

Answers are written with the model's own koids and addresses; `compare` says what has to be equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby
from typing import Any

from kshell.kernel import abi
from kshell.kernel.abi import KernelError
from kshell.kernel.content import Data
from kshell.kernel.faults import load, store
from kshell.kernel.machine import Machine
from kshell.kernel.syscalls import Syscalls
from kshell.kernel.tasks import DEAD, Job, Process, Thread

from .scenario import U64, Call, evaluate

# koids of the captured machine's job tree; the model's machine is given the same.
ROOT_JOB = 1024
DEVMGR_JOB = 1028
SERVICES_JOB = 1081

# What the real driver put into its out variables before a call, so that a value nobody wrote is seen.
UNWRITTEN_ACTUAL = 12345
UNWRITTEN_SIZE = 0x5555
MAPS_CAPACITY = 2048
MOST_RUNS = 12

U32 = (1 << 32) - 1
OK = abi.status_name(abi.NO_ERROR)
# The answer's lines, and the values for the names after the arrow.
Answer = tuple[list[str], tuple[int, ...]]
_EXITED = re.compile(r"exited \d+")
_MAPS_WORD = {abi.MAPS_ASPACE: "ASPACE", abi.MAPS_VMAR: "VMAR", abi.MAPS_MAPPING: "MAPPING"}

# Runs a console tool's line (`ps`, `k mx asd 3204`) for the driver: the lines it prints, or None for "not here".
# A last line `exited 1` is not text but its exit value, which is compared then.
RunTool = Callable[[Machine, Process, str], "list[str] | None"]


def no_console(machine: Machine, driver: Process, line: str) -> list[str] | None:
    """The RunTool of a kernel without a console: no tool can be run, so no text of one is compared."""
    return None


class Driver:
    """A fresh machine with the driver's process in it.

    `names` are the values that results were bound to. The method of an operation has its name with an underscore
    in front, takes the evaluated arguments, and raises the KernelError of the call.
    """

    def __init__(self, run_tool: RunTool = no_console) -> None:
        self.machine = Machine()
        self.run_tool = run_tool
        devmgr_job = self._job(DEVMGR_JOB, self.machine.root_job)
        services = self._job(SERVICES_JOB, devmgr_job)
        self.process = self.machine.create_process(services, b"/boot/bin/vmplay")
        self.syscalls = Syscalls(self.machine, self.process)
        table = self.process.handles
        self.root = table.new(self.process.root_vmar, abi.DEFAULT_RIGHTS[abi.OBJ_TYPE_VMAR])
        self.names: dict[str, int] = {
            "self": table.new(self.process, abi.DEFAULT_RIGHTS[abi.OBJ_TYPE_PROCESS]),
            "job0": table.new(services, abi.DEFAULT_RIGHTS[abi.OBJ_TYPE_JOB]),
        }
        self._start(self.names["self"], self._thread(self.names["self"]))
        # koids of the processes and threads whose exception port is the driver's, and that port once it exists.
        self._bound: set[int] = set()
        self._port = 0
        # The distinct physical pages LOOKUP has shown, in order of appearance.
        self._pages: dict[int, int] = {}

    def _job(self, koid: int, parent: Job) -> Job:
        while self.machine.next_koid < koid:
            self.machine.new_koid()
        return Job(self.machine, self.machine.new_koid(), parent)

    def run(self, call: Call) -> list[str] | None:
        """Makes `call` and binds its results; returns the answer, None for a tool that cannot be run here.

        Raises UnknownName, and whatever a broken kernel raises that is no KernelError.
        """
        if call.operation in ("run", "k"):
            return self._tool(call)
        arguments = self._arguments(call)
        if call.results == ["null"]:
            return [self._without_out_pointer(call.operation, arguments)]
        try:
            method: Callable[..., Answer] = getattr(self, "_" + call.operation)
            answer, values = method(*arguments)
        except KernelError as error:
            return self._refusal(call.operation, error)
        # A call that failed leaves the names after its arrow as they were.
        self.names.update(zip(call.results, values, strict=False))
        return answer

    def _arguments(self, call: Call) -> list[Any]:
        arguments: list[Any] = []
        for kind, word in zip(call.operations[call.operation].kinds, call.words, strict=False):
            if kind == "s":
                arguments.append(word)
                continue
            value = evaluate(word, self.names)
            # Handles, flags, rights and options are 32-bit arguments.
            arguments.append(value & U32 if kind in "hw" else value)
        return arguments

    def _tool(self, call: Call) -> list[str] | None:
        words = [call.operation, *call.words] if call.operation == "k" else call.words
        line = " ".join(str(evaluate(word[1:], self.names)) if word[0] == "$" else word for word in words)
        text = self.run_tool(self.machine, self.process, line)
        return None if text is None else [row if _EXITED.fullmatch(row) else "| " + row for row in text]

    def _without_out_pointer(self, operation: str, arguments: list[Any]) -> str:
        """A call whose result pointer is NULL: it is made, then the kernel takes back what it made."""
        try:
            result = getattr(self.syscalls, operation)(*arguments)
        except KernelError as error:
            return error.name
        if operation == "vmar_map":
            self.syscalls.vmar_unmap(arguments[0], result, arguments[4])
        else:
            self.syscalls.handle_close(result)
        return abi.status_name(abi.ERR_INVALID_ARGS)

    def _refusal(self, operation: str, error: KernelError) -> list[str]:
        """The answer to a call that failed: the status, and the out variables as they are then."""
        if operation in ("vmo_read", "vmo_write", "process_read_memory", "process_write_memory"):
            return [f"{error.name} actual={UNWRITTEN_ACTUAL if error.actual is None else error.actual}"]
        if operation == "vmo_get_size":
            return [f"{error.name} size={UNWRITTEN_SIZE:#x}"]
        if operation in ("maps", "job_children", "job_processes"):
            actual, avail = 0, 0
            if operation == "maps" and error.status == abi.ERR_BAD_STATE:
                # The kernel's list writer was never asked: its capacity is its count (docs/kernel-rules.md 3.3).
                actual = MAPS_CAPACITY
            actual = actual if error.actual is None else error.actual
            avail = avail if error.avail is None else error.avail
            return [f"{error.name} actual={actual} avail={avail}"]
        return [error.name]

    # The driver's own

    def _let(self, value: int) -> Answer:
        return [f"{value:#x}"], (value,)

    def _diff(self, first: int, second: int) -> Answer:
        return [f"{(first - second) & U64:#x}"], ()

    # Tasks

    def _sandbox(self, name: str) -> Answer:
        process, vmar = self.syscalls.process_create(self.names["job0"], name, 0)
        self._bind(process)
        self._start(process, self._thread(process))
        return [OK], (process, vmar)

    def _bind(self, task: int) -> None:
        """Makes the driver's port the exception port of `task`, as mx_task_bind_exception_port does.

        Handle 0 stands for the system's own exception port, which crashlogger has. No right is needed. Raises
        ERR_BAD_STATE where a port is bound, ERR_BAD_HANDLE, ERR_WRONG_TYPE, ERR_NOT_FOUND for a dead task.
        """
        if not self._port:
            self._port = self.syscalls.port_create(1)
        if task == 0:
            raise KernelError(abi.ERR_BAD_STATE, "the system exception port is crashlogger's")
        handle = self.process.handles.get(task)
        if handle is None:
            raise KernelError(abi.ERR_BAD_HANDLE, "no handle of the driver")
        target = handle.object
        if not isinstance(target, (Process, Thread)):
            raise KernelError(abi.ERR_WRONG_TYPE, "only processes and threads have an exception port")
        if target.state == DEAD:
            raise KernelError(abi.ERR_NOT_FOUND, "the task is dead")
        if target.koid in self._bound:
            raise KernelError(abi.ERR_BAD_STATE, "the task has an exception port")
        self._bound.add(target.koid)

    def _thread(self, process: int) -> int:
        return self.syscalls.thread_create(process, "t", 0)

    def _start(self, process: int, thread: int) -> None:
        """Starts `process` with `thread`, whose handle the driver keeps, and an event that goes to it."""
        event = self.syscalls.event_create(0)
        self.syscalls.process_start(process, thread, 0, 0, event, 0)

    def _process_start(self, process: int) -> Answer:
        try:
            step = "bind"
            self._bind(process)
            step = "thread"
            thread = self._thread(process)
        except KernelError as error:
            return [f"{step} {error.name}", error.name], ()
        self._start(process, thread)
        return [OK], ()

    def _job_create(self, job: int, options: int) -> Answer:
        return [OK], (self.syscalls.job_create(job, options),)

    def _process_create(self, job: int, name: str, options: int) -> Answer:
        return [OK], self.syscalls.process_create(job, name, options)

    def _thread_create(self, process: int) -> Answer:
        return [OK], (self._thread(process),)

    def _task_kill(self, task: int) -> Answer:
        self.syscalls.task_kill(task)
        return [OK], ()

    def _process_read_memory(self, process: int, address: int, length: int) -> Answer:
        return [data_text(self.syscalls.process_read_memory(process, address, length))], ()

    def _process_write_memory(self, process: int, address: int, length: int, byte: int) -> Answer:
        actual = self.syscalls.process_write_memory(process, address, Data.fill(byte & 0xFF, length))
        return [f"{OK} actual={actual}"], ()

    # Handles and properties

    def _event_create(self) -> Answer:
        return [OK], (self.syscalls.event_create(0),)

    def _handle_close(self, handle: int) -> Answer:
        self.syscalls.handle_close(handle)
        return [OK], ()

    def _handle_duplicate(self, handle: int, rights: int) -> Answer:
        return [OK], (self.syscalls.handle_duplicate(handle, rights),)

    def _handle_replace(self, handle: int, rights: int) -> Answer:
        return [OK], (self.syscalls.handle_replace(handle, rights),)

    def _get_child(self, task: int, koid: int, rights: int) -> Answer:
        return [OK], (self.syscalls.object_get_child(task, koid, rights),)

    def _get_name(self, handle: int) -> Answer:
        name = self.syscalls.object_get_property(handle, abi.PROP_NAME)
        assert isinstance(name, bytes)
        return [f"{OK} name='{name.split(bytes(1), 1)[0].decode()}'"], ()

    def _set_name(self, handle: int, name: str) -> Answer:
        self.syscalls.object_set_property(handle, abi.PROP_NAME, name.encode())
        return [OK], ()

    # VMOs

    def _vmo_create(self, size: int, options: int) -> Answer:
        return [OK], (self.syscalls.vmo_create(size, options),)

    def _vmo_clone(self, vmo: int, options: int, offset: int, size: int) -> Answer:
        return [OK], (self.syscalls.vmo_clone(vmo, options, offset, size),)

    def _vmo_read(self, vmo: int, offset: int, length: int) -> Answer:
        return [data_text(self.syscalls.vmo_read(vmo, offset, length))], ()

    def _vmo_write(self, vmo: int, offset: int, length: int, byte: int) -> Answer:
        return [f"{OK} actual={self.syscalls.vmo_write(vmo, offset, Data.fill(byte & 0xFF, length))}"], ()

    def _vmo_get_size(self, vmo: int) -> Answer:
        return [f"{OK} size={self.syscalls.vmo_get_size(vmo):#x}"], ()

    def _vmo_set_size(self, vmo: int, size: int) -> Answer:
        self.syscalls.vmo_set_size(vmo, size)
        return [OK], ()

    def _vmo_op_range(self, vmo: int, op: int, offset: int, length: int, entries: int | None = None) -> Answer:
        if entries is None:
            self.syscalls.vmo_op_range(vmo, op, offset, length)
            return [OK], ()
        buffer: list[int] = []
        try:
            self.syscalls.vmo_op_range(vmo, op, offset, length, buffer, entries)
            status = OK
        except KernelError as error:
            status = error.name
        seen = [f"#{self._pages.setdefault(page, len(self._pages) + 1)}" for page in buffer]
        seen.extend("-" for _ in range(entries - len(buffer)))
        return [f"{status} pages=[{','.join(seen)}]"], ()

    # VMARs

    def _vmar_allocate(self, vmar: int, offset: int, size: int, flags: int) -> Answer:
        handle, address = self.syscalls.vmar_allocate(vmar, offset, size, flags)
        return [f"{OK} addr={address:#x}"], (handle, address)

    def _vmar_map(self, vmar: int, vmar_offset: int, vmo: int, offset: int, length: int, flags: int) -> Answer:
        address = self.syscalls.vmar_map(vmar, vmar_offset, vmo, offset, length, flags)
        return [f"{OK} addr={address:#x}"], (address,)

    def _vmar_unmap(self, vmar: int, address: int, length: int) -> Answer:
        self.syscalls.vmar_unmap(vmar, address, length)
        return [OK], ()

    def _vmar_protect(self, vmar: int, address: int, length: int, flags: int) -> Answer:
        self.syscalls.vmar_protect(vmar, address, length, flags)
        return [OK], ()

    def _vmar_destroy(self, vmar: int) -> Answer:
        self.syscalls.vmar_destroy(vmar)
        return [OK], ()

    # The driver's own address space and CPU

    def _self_map(self, vmo: int, offset: int, length: int, flags: int) -> Answer:
        return [OK], (self.syscalls.vmar_map(self.root, 0, vmo, offset, length, flags),)

    def _self_unmap(self, address: int, length: int) -> Answer:
        self.syscalls.vmar_unmap(self.root, address, length)
        return [OK], ()

    def _self_load(self, address: int) -> Answer:
        return [f"byte={load(self.process, address):02x}"], ()

    def _self_store(self, address: int, byte: int) -> Answer:
        store(self.process, address, byte & 0xFF)
        return ["stored"], ()

    # Information

    def _record(self, handle: int, topic: int) -> dict[str, Any]:
        """The one record of a topic that has one."""
        (record,) = self.syscalls.object_get_info(handle, topic).records
        assert isinstance(record, dict)
        return record

    def _info(self, handle: int) -> Answer:
        record = self._record(handle, abi.INFO_HANDLE_BASIC)
        text = (
            f"{OK} type={abi.TYPE_NAMES[record['type']]} rights={record['rights']:#x} props={record['props']} "
            f"koid={record['koid']} related={record['related_koid']}"
        )
        return [text], (record["koid"],)

    def _info_valid(self, handle: int) -> Answer:
        self.syscalls.object_get_info(handle, abi.INFO_HANDLE_VALID)
        return [OK], ()

    def _info_vmar(self, handle: int) -> Answer:
        record = self._record(handle, abi.INFO_VMAR)
        return [f"{OK} base={record['base']:#x} len={record['len']:#x}"], (record["base"],)

    def _info_process(self, handle: int) -> Answer:
        record = self._record(handle, abi.INFO_PROCESS)
        text = f"return_code={record['return_code']} started={record['started']:d} exited={record['exited']:d}"
        return [f"{OK} {text}"], ()

    def _stats(self, handle: int) -> Answer:
        record = self._record(handle, abi.INFO_TASK_STATS)
        mapped, committed = record["mem_mapped_bytes"], record["mem_committed_bytes"]
        pages = f"(pages {mapped // abi.PAGE_SIZE}/{committed // abi.PAGE_SIZE})"
        return [f"{OK} mapped={mapped} committed={committed} {pages}"], ()

    def _maps(self, handle: int) -> Answer:
        info = self.syscalls.object_get_info(handle, abi.INFO_PROCESS_MAPS, MAPS_CAPACITY)
        return [f"{OK} actual={info.actual} avail={info.avail}", *map(maps_text, info.records)], ()

    def _job_children(self, handle: int) -> Answer:
        info = self.syscalls.object_get_info(handle, abi.INFO_JOB_CHILDREN)
        return [f"{OK} actual={info.actual} avail={info.avail}"], ()

    def _job_processes(self, handle: int) -> Answer:
        info = self.syscalls.object_get_info(handle, abi.INFO_JOB_PROCESSES)
        return [f"{OK} actual={info.actual} avail={info.avail}"], ()


def data_text(data: Data) -> str:
    """What a read returned: `NO_ERROR actual=4096 data=63*16,00*4080`, at most 12 runs."""
    runs: list[list[int]] = []
    for text, repeat in data.runs:
        for byte, group in groupby(text):
            length = repeat if len(text) == 1 else len(list(group))
            if runs and runs[-1][0] == byte:
                runs[-1][1] += length
            else:
                runs.append([byte, length])
    words = [f"{byte:02x}*{length}" for byte, length in runs[:MOST_RUNS]]
    if len(runs) > MOST_RUNS:
        words.append("...")
    return f"{OK} actual={len(data)} data={','.join(words) or '-'}"


def maps_text(record: Any) -> str:
    """One entry of MX_INFO_PROCESS_MAPS, indented by its depth."""
    kind, depth = record["type"], record["depth"]
    text = f"{'  ' * (depth + 1)}{_MAPS_WORD[kind]} depth={depth} base={record['base']:#x} size={record['size']:#x}"
    if kind == abi.MAPS_MAPPING:
        text += f" perms={abi.perms_text(record['mmu_flags'])} committed={record['committed_pages']}"
    return f"{text} name={record['name']}"
