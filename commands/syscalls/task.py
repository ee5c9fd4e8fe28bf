"""The job_*, process_*, thread_* and task_* calls."""

from __future__ import annotations

from kshell.commands.syscalls.answers import (
    BEYOND_VMO,
    DEVICE_MEMORY,
    DYING_JOB,
    FULL,
    FULL_FOR_TWO,
    NO_OPTIONS,
    handle_result,
)
from kshell.commands.syscalls.vmo import data_result, data_to_write, written
from kshell.kernel.abi import OBJ_TYPE_JOB, OBJ_TYPE_PROCESS, OBJ_TYPE_THREAD, RIGHT_READ, RIGHT_WRITE
from kshell.kernel.content import Data
from kshell.shell.arguments import Address, Anything, Handle, Number, Size, Word
from kshell.shell.call_arguments import Byte, Bytes
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State


@command(
    "job_create",
    category="tasks",
    summary="a child job of JOB",
    params=(Handle("JOB", OBJ_TYPE_JOB, rights=RIGHT_WRITE), Number("OPTIONS", 0)),
    examples=(
        ("j = job_create $job", ""),
        ("spawn demo --job $j.koid", "process 3184 demo\n"),
        ("object_get_info $j job_processes", "3184\n"),
    ),
    gives=("handle", "koid"),
    failures={
        "ERR_INVALID_ARGS": NO_OPTIONS,
        "ERR_BAD_HANDLE": "",
        "ERR_ACCESS_DENIED": "",
        "ERR_WRONG_TYPE": "",
        "ERR_BAD_STATE": DYING_JOB,
        "ERR_NO_MEMORY": FULL,
    },
)
def job_create(state: State, job: int, options: int) -> Result:
    return handle_result(state, state.calls.job_create(job, options))


@command(
    "process_create",
    category="tasks",
    summary="a process NAME in JOB, not started; $p is the process, $p.vmar its root VMAR",
    params=(Handle("JOB", OBJ_TYPE_JOB, rights=RIGHT_WRITE), Word("NAME"), Number("OPTIONS", 0)),
    examples=(
        ("p = process_create $job demo", ""),
        ("a = vmo_create 4k", ""),
        ("vmar_map $p.vmar 0 $a 0 4k r", "address 0x1000000\n"),
    ),
    gives=("handle", "koid", "vmar"),
    needs="WRITE on JOB; JOB 0 means no job at all",
    failures={
        "ERR_INVALID_ARGS": NO_OPTIONS,
        "ERR_BAD_HANDLE": "",
        "ERR_ACCESS_DENIED": "",
        "ERR_WRONG_TYPE": "",
        "ERR_BAD_STATE": DYING_JOB,
        "ERR_NO_MEMORY": FULL_FOR_TWO,
    },
)
def process_create(state: State, job: int, name: str, options: int) -> Result:
    process, vmar = state.calls.process_create(job, name, options)
    root = state.process.handles.get(vmar)
    assert root is not None
    return handle_result(state, process, vmar={"handle": vmar, "koid": root.object.koid})


@command(
    "process_start",
    category="tasks",
    summary="starts PROC with its first THREAD; the handle ARG moves into it",
    params=(
        Handle("PROC", OBJ_TYPE_PROCESS, rights=RIGHT_WRITE),
        Handle("THREAD", OBJ_TYPE_THREAD, rights=RIGHT_WRITE),
        Address("ENTRY", of="PROC"),
        Address("SP", of="PROC"),
        Handle("ARG"),
        Anything("ARG2"),
    ),
    examples=(
        ("p = process_create $job demo", ""),
        ("t = thread_create $p main", ""),
        ("e = event_create", ""),
        ("process_start $p $t 0x1000000 0 $e 0", ""),
    ),
    details="ARG has moved even when the start fails with ERR_BAD_STATE, as in the reference kernel.",
    needs="WRITE on PROC and THREAD; none on ARG",
    failures={
        "ERR_BAD_HANDLE": "PROC or THREAD is not a handle of this process",
        "ERR_ACCESS_DENIED": "one of them lacks WRITE, or THREAD belongs to another process",
        "ERR_WRONG_TYPE": "",
        "ERR_INVALID_ARGS": "ARG is not a handle of this process; 0 is never one",
        "ERR_BAD_STATE": "PROC or THREAD was started before, or killed; ARG is lost then",
    },
)
def process_start(state: State, process: int, thread: int, entry: int, sp: int, arg: int, arg2: int) -> Result:
    state.calls.process_start(process, thread, entry, sp, arg, arg2)
    return Result()


@command(
    "process_exit",
    category="tasks",
    summary="ends the current process with return code CODE",
    params=(Number("CODE"),),
    examples=(
        ("spawn demo", "process 3183 demo\n"),
        ("p = object_get_child 0 3183 same", ""),
        ("as demo process_exit 7", ""),
        (
            "object_get_info $p process",
            "return_code       7\nstarted           1\nexited            1\ndebugger_attached 0\n",
        ),
    ),
)
def process_exit(state: State, code: int) -> Result:
    state.calls.process_exit(code)
    return Result()


@command(
    "process_read_memory",
    category="tasks",
    summary="LEN bytes at ADDR of process PROC",
    params=(Handle("PROC", OBJ_TYPE_PROCESS, rights=RIGHT_READ | RIGHT_WRITE), Address("ADDR", of="PROC"), Size("LEN")),
    examples=(
        ("m = map 4k", ""),
        ("process_read_memory $self $m 4", "012fd000  00 00 00 00                                       |....|\n"),
        ("expect ERR_NO_MEMORY process_read_memory $self 0 4", ""),
    ),
    details="Reads beyond the mapping's end as far as its VMO goes, and never into the next mapping.",
    gives=("actual", "data"),
    failures={
        "ERR_INVALID_ARGS": "LEN is 0 or above 64M",
        "ERR_BAD_HANDLE": "",
        "ERR_ACCESS_DENIED": "",
        "ERR_WRONG_TYPE": "",
        "ERR_NO_MEMORY": "nothing is mapped at ADDR, or PROC is dead",
        "ERR_OUT_OF_RANGE": BEYOND_VMO,
        "ERR_NOT_SUPPORTED": DEVICE_MEMORY,
    },
)
def process_read_memory(state: State, process: int, address: int, length: int) -> Result:
    return data_result(state.calls.process_read_memory(process, address, length), address)


@command(
    "process_write_memory",
    category="tasks",
    summary="writes DATA, or --len bytes of value --fill, at ADDR of process PROC",
    params=(
        Handle("PROC", OBJ_TYPE_PROCESS, rights=RIGHT_WRITE),
        Address("ADDR", of="PROC"),
        Bytes("DATA", None),
        Size("N", None, option="--len"),
        Byte("B", 0, option="--fill"),
    ),
    examples=(("m = map 4k", ""), ("process_write_memory $self $m hello", "5 bytes written\n")),
    details="Permissions do not matter: even read-only text can be written.",
    gives=("actual",),
    failures={
        "ERR_INVALID_ARGS": "the length is 0 or above 64M",
        "ERR_BAD_HANDLE": "",
        "ERR_ACCESS_DENIED": "",
        "ERR_WRONG_TYPE": "",
        "ERR_NO_MEMORY": "nothing is mapped at ADDR, PROC is dead, or physical memory ran out",
        "ERR_OUT_OF_RANGE": BEYOND_VMO,
        "ERR_NOT_SUPPORTED": DEVICE_MEMORY,
    },
)
def process_write_memory(
    state: State, process: int, address: int, data: Data | None, length: int | None, fill: int
) -> Result:
    return written(state.calls.process_write_memory(process, address, data_to_write(data, length, fill)))


@command(
    "thread_create",
    category="tasks",
    summary="a thread NAME of process PROC, not started",
    params=(Handle("PROC", OBJ_TYPE_PROCESS, rights=RIGHT_WRITE), Word("NAME"), Number("OPTIONS", 0)),
    examples=(("t = thread_create $self worker", ""), ("thread_start $t 0x1000000 0 0 0", "")),
    gives=("handle", "koid"),
    failures={
        "ERR_INVALID_ARGS": NO_OPTIONS,
        "ERR_BAD_HANDLE": "",
        "ERR_ACCESS_DENIED": "",
        "ERR_WRONG_TYPE": "",
        "ERR_NO_MEMORY": "no two pages are free for its kernel stack, or the handle table is full",
    },
)
def thread_create(state: State, process: int, name: str, options: int) -> Result:
    return handle_result(state, state.calls.thread_create(process, name, options))


@command(
    "thread_start",
    category="tasks",
    summary="starts a further THREAD of a running process",
    params=(
        Handle("THREAD", OBJ_TYPE_THREAD, rights=RIGHT_WRITE),
        Address("ENTRY", of="THREAD"),
        Address("SP", of="THREAD"),
        Anything("ARG1"),
        Anything("ARG2"),
    ),
    examples=(
        ("t = thread_create $self worker", ""),
        ("thread_start $t 0x1000000 0 0 0", ""),
        ("expect ERR_BAD_STATE thread_start $t 0x1000000 0 0 0", ""),
    ),
    details="Closing the last handle to a running thread kills it.",
    failures={
        "ERR_BAD_STATE": "THREAD was started before or killed, or its process is not running",
    },
)
def thread_start(state: State, thread: int, entry: int, sp: int, arg1: int, arg2: int) -> Result:
    state.calls.thread_start(thread, entry, sp, arg1, arg2)
    return Result()


@command(
    "thread_exit",
    category="tasks",
    summary="ends the current process's oldest thread, and with the last one the process",
    examples=(
        ("spawn demo", "process 3183 demo\n"),
        ("p = object_get_child 0 3183 same", ""),
        ("as demo thread_exit", ""),
        (
            "object_get_info $p process",
            "return_code       0\nstarted           1\nexited            1\ndebugger_attached 0\n",
        ),
    ),
    failures={
        "ERR_BAD_STATE": "the current process has no thread that could exit",
    },
)
def thread_exit(state: State) -> Result:
    state.calls.thread_exit()
    return Result()


@command(
    "task_kill",
    category="tasks",
    summary="kills a job with all below it, a process or a thread, by HANDLE",
    params=(Handle("HANDLE", OBJ_TYPE_JOB, OBJ_TYPE_PROCESS, OBJ_TYPE_THREAD, rights=RIGHT_WRITE),),
    examples=(
        ("p = process_create $job demo", ""),
        ("task_kill $p", ""),
        (
            "object_get_info $p process",
            "return_code       -1\nstarted           1\nexited            1\ndebugger_attached 0\n",
        ),
    ),
    failures={},
)
def task_kill(state: State, handle: int) -> Result:
    state.calls.task_kill(handle)
    return Result()
