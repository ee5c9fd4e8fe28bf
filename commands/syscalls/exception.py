"""The calls on exceptions, and suspending threads."""

from __future__ import annotations

from kshell.commands.syscalls.answers import NO_HEAP
from kshell.kernel.abi import OBJ_TYPE_IOPORT, OBJ_TYPE_PROCESS, OBJ_TYPE_THREAD, RIGHT_WRITE
from kshell.shell.arguments import Handle, Number
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State


@command(
    "task_bind_exception_port",
    category="tasks",
    summary="PORT, a port v1, gets the exceptions of TASK, a process or thread; PORT 0 unbinds",
    params=(
        Handle("TASK", OBJ_TYPE_PROCESS, OBJ_TYPE_THREAD),
        Handle("PORT", OBJ_TYPE_IOPORT),
        Number("KEY", 0),
        Number("OPTIONS", 0),
    ),
    examples=(
        ("p = port_create", ""),
        ("t = process_create $job demo", ""),
        ("task_bind_exception_port $t $p 7", ""),
        ("task_kill $t", ""),
        (
            "port_wait $p",
            "key       7\ntype      exception\nextra     0\nexception gone\npid       3184\ntid       0\n",
        ),
    ),
    details="TASK 0 is the system. OPTIONS 1 binds as a process's debugger; 2, with PORT 0, unbinds quietly: threads\n"
    "that wait for an answer wait on. The port keeps the object of its task until it is closed or unbound.\n"
    "A bind that is refused leaves 136 bytes of the kernel's heap with the port, as in the real kernel.",
    failures={
        "ERR_INVALID_ARGS": "OPTIONS have other bits, or are not for this TASK",
        "ERR_WRONG_TYPE": "PORT is no port v1, or TASK neither a process nor a thread",
        "ERR_NO_MEMORY": NO_HEAP,
        "ERR_NOT_FOUND": "TASK is dead",
        "ERR_BAD_STATE": "a port is bound already; with PORT 0: none is",
    },
)
def task_bind_exception_port(state: State, task: int, port: int, key: int, options: int) -> Result:
    state.calls.task_bind_exception_port(task, port, key, options)
    return Result()


@command(
    "task_suspend",
    category="tasks",
    summary="suspends THREAD, until task_resume",
    params=(Handle("THREAD", OBJ_TYPE_THREAD, rights=RIGHT_WRITE),),
    examples=(
        ("t = thread_create $self worker", ""),
        ("expect ERR_BAD_STATE task_suspend $t", ""),
        ("thread_start $t 0 0 0 0", ""),
        ("task_suspend $t", ""),
        ("threads 2988", "    KOID STATE     NAME\n    2995 blocked   sh:console\n    3183 suspended worker\n"),
    ),
    failures={
        "ERR_BAD_STATE": "THREAD was not started, or is dead",
    },
)
def task_suspend(state: State, thread: int) -> Result:
    state.calls.task_suspend(thread)
    return Result()


@command(
    "task_resume",
    category="tasks",
    summary="ends THREAD's suspension; with OPTIONS 1 its exception, with 3 the next port gets it",
    params=(Handle("THREAD", OBJ_TYPE_THREAD), Number("OPTIONS", 0)),
    examples=(
        ("t = thread_create $self worker", ""),
        ("thread_start $t 0 0 0 0", ""),
        ("task_suspend $t", ""),
        ("task_resume $t", ""),
        ("expect ERR_BAD_STATE task_resume $t 1", ""),
    ),
    failures={
        "ERR_INVALID_ARGS": "OPTIONS are not 0, 1 or 3",
        "ERR_BAD_STATE": "THREAD is in no exception, and OPTIONS are not 0",
    },
)
def task_resume(state: State, thread: int, options: int) -> Result:
    state.calls.task_resume(thread, options)
    return Result()
