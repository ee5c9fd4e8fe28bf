"""The job_*, process_*, thread_* and task_* calls."""

from __future__ import annotations

from kshell.commands.syscalls.answers import handle_result
from kshell.commands.syscalls.vmo import data_result, data_to_write, written
from kshell.kernel.content import Data
from kshell.shell.arguments import Address, Handle, Number, Size, Word
from kshell.shell.call_arguments import Bytes
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session


@command(
    "job_create",
    "tasks",
    "a child job of JOB",
    params=(Handle("JOB"), Number("OPTIONS", 0)),
    examples=(
        ("j = job_create $job", ""),
        ("spawn demo --job $j.koid", "process 3184 demo\n"),
        ("object_get_info $j job_processes", "3184\n"),
    ),
    statuses="ERR_INVALID_ARGS ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_BAD_STATE ERR_NO_MEMORY",
)
def job_create(session: Session, job: int, options: int) -> Result:
    return handle_result(session, session.calls.job_create(job, options))


@command(
    "process_create",
    "tasks",
    "a process NAME in JOB, not started; $p is it, $p.vmar its root VMAR",
    params=(Handle("JOB"), Word("NAME"), Number("OPTIONS", 0)),
    examples=(
        ("p = process_create $job demo", ""),
        ("a = vmo_create 4k", ""),
        ("vmar_map $p.vmar 0 $a 0 4k r", "address 0x1000000\n"),
    ),
    statuses="ERR_INVALID_ARGS ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_BAD_STATE ERR_NO_MEMORY",
)
def process_create(session: Session, job: int, name: str, options: int) -> Result:
    process, vmar = session.calls.process_create(job, name, options)
    root = session.process.handles.get(vmar)
    assert root is not None
    return handle_result(session, process, vmar={"handle": vmar, "koid": root.object.koid})


@command(
    "process_start",
    "tasks",
    "starts PROC with its first THREAD; the handle ARG moves into it",
    params=(Handle("PROC"), Handle("THREAD"), Number("ENTRY"), Number("SP"), Handle("ARG"), Number("ARG2")),
    examples=(
        ("p = process_create $job demo", ""),
        ("t = thread_create $p main", ""),
        ("e = event_create", ""),
        ("process_start $p $t 0x1000000 0 $e 0", ""),
    ),
    details="ARG has moved even when the start fails with ERR_BAD_STATE, as in the reference kernel.",
    statuses="ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_INVALID_ARGS ERR_BAD_STATE",
)
def process_start(session: Session, process: int, thread: int, entry: int, sp: int, arg: int, arg2: int) -> Result:
    session.calls.process_start(process, thread, entry, sp, arg, arg2)
    return Result()


@command(
    "process_exit",
    "tasks",
    "ends the current process with return code CODE",
    params=(Number("CODE"),),
    examples=(
        ("spawn demo", "process 3183 demo\n"),
        ("p = object_get_child 0 3183 same", ""),
        ("as demo process_exit 7", ""),
        ("object_get_info $p process", "return_code 7\nstarted     1\nexited      1\n"),
    ),
)
def process_exit(session: Session, code: int) -> Result:
    session.calls.process_exit(code)
    return Result()


@command(
    "process_read_memory",
    "tasks",
    "LEN bytes at ADDR of process PROC",
    params=(Handle("PROC"), Address("ADDR"), Size("LEN")),
    examples=(
        ("m = map 4k", ""),
        ("process_read_memory $self $m 4", "012fd000  00 00 00 00                                       |....|\n"),
        ("expect ERR_NO_MEMORY process_read_memory $self 0 4", ""),
    ),
    details="Reads behind the mapping's end as far as its VMO goes, and never the next mapping.",
    statuses="ERR_INVALID_ARGS ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_NO_MEMORY ERR_OUT_OF_RANGE",
)
def process_read_memory(session: Session, process: int, address: int, length: int) -> Result:
    return data_result(session.calls.process_read_memory(process, address, length), address)


@command(
    "process_write_memory",
    "tasks",
    "writes DATA, or --len bytes of value --fill, at ADDR of process PROC",
    params=(
        Handle("PROC"),
        Address("ADDR"),
        Bytes("DATA", None),
        Size("N", None, option="--len"),
        Number("B", 0, option="--fill"),
    ),
    examples=(("m = map 4k", ""), ("process_write_memory $self $m hello", "5 bytes written\n")),
    details="Permissions do not matter: even read-only text can be written.",
    statuses="ERR_INVALID_ARGS ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_NO_MEMORY ERR_OUT_OF_RANGE "
    "ERR_NOT_SUPPORTED",
)
def process_write_memory(
    session: Session, process: int, address: int, data: Data | None, length: int | None, fill: int
) -> Result:
    return written(session.calls.process_write_memory(process, address, data_to_write(data, length, fill)))


@command(
    "thread_create",
    "tasks",
    "a thread NAME of process PROC, not started",
    params=(Handle("PROC"), Word("NAME"), Number("OPTIONS", 0)),
    examples=(("t = thread_create $self worker", ""), ("thread_start $t 0x1000000 0 0 0", "")),
    statuses="ERR_INVALID_ARGS ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_NO_MEMORY",
)
def thread_create(session: Session, process: int, name: str, options: int) -> Result:
    return handle_result(session, session.calls.thread_create(process, name, options))


@command(
    "thread_start",
    "tasks",
    "starts a further THREAD of a running process",
    params=(Handle("THREAD"), Number("ENTRY"), Number("SP"), Number("ARG1"), Number("ARG2")),
    examples=(
        ("t = thread_create $self worker", ""),
        ("thread_start $t 0x1000000 0 0 0", ""),
        ("expect ERR_BAD_STATE thread_start $t 0x1000000 0 0 0", ""),
    ),
    details="Closing the last handle to a running thread kills it.",
    statuses="ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_BAD_STATE",
)
def thread_start(session: Session, thread: int, entry: int, sp: int, arg1: int, arg2: int) -> Result:
    session.calls.thread_start(thread, entry, sp, arg1, arg2)
    return Result()


@command(
    "thread_exit",
    "tasks",
    "ends the current process's oldest thread, and with the last one the process",
    examples=(
        ("spawn demo", "process 3183 demo\n"),
        ("p = object_get_child 0 3183 same", ""),
        ("as demo thread_exit", ""),
        ("object_get_info $p process", "return_code 0\nstarted     1\nexited      1\n"),
    ),
    statuses="ERR_BAD_STATE",
)
def thread_exit(session: Session) -> Result:
    session.calls.thread_exit()
    return Result()


@command(
    "task_kill",
    "tasks",
    "kills a job with all below it, a process or a thread, by HANDLE",
    params=(Handle("HANDLE"),),
    examples=(
        ("p = process_create $job demo", ""),
        ("task_kill $p", ""),
        ("object_get_info $p process", "return_code -1\nstarted     1\nexited      1\n"),
    ),
    statuses="ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE",
)
def task_kill(session: Session, handle: int) -> Result:
    session.calls.task_kill(handle)
    return Result()
