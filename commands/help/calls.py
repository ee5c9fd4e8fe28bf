"""For each command that calls the kernel: the rights it needs, and why it ends with a status.

A reason stands in the order in which the kernel checks, as far as a status has one place in it. The truth is in
`kshell/kernel/syscalls/`. A command that is not here may have `ERR_X why` lines in its `statuses=`.
"""

from __future__ import annotations

NO_RIGHT = "no right: any handle to it will do"
_FULL = "the handle table is full"
_OPTIONS = "OPTIONS are not 0"


def _bad(name: str) -> str:
    return f"{name} is no handle of this process"


# Command -> (rights, status -> why). Rights are empty where there is no handle to have them.
CALLS: dict[str, tuple[str, dict[str, str]]] = {
    "vmo_create": (
        "",
        {
            "ERR_INVALID_ARGS": _OPTIONS,
            "ERR_NO_MEMORY": f"SIZE is above 2^64 less one page, or {_FULL}",
        },
    ),
    "vmo_clone": (
        "DUPLICATE and READ on VMO; the new handle has VMO's rights and WRITE, EXECUTE, MAP",
        {
            "ERR_BAD_HANDLE": _bad("VMO"),
            "ERR_ACCESS_DENIED": "VMO's handle lacks DUPLICATE or READ",
            "ERR_WRONG_TYPE": "VMO is no VMO",
            "ERR_INVALID_ARGS": "OPTIONS lack cow, or OFFSET is not page aligned",
            "ERR_OUT_OF_RANGE": "SIZE is above 2^64 less one page, or OFFSET plus SIZE reaches 2^64",
            "ERR_NO_MEMORY": _FULL,
        },
    ),
    "vmo_read": (
        "READ on VMO",
        {
            "ERR_BAD_HANDLE": _bad("VMO"),
            "ERR_ACCESS_DENIED": "VMO's handle lacks READ",
            "ERR_WRONG_TYPE": "VMO is no VMO",
            "ERR_OUT_OF_RANGE": "OFFSET is beyond the size, or OFFSET plus LEN beyond 2^64",
        },
    ),
    "vmo_write": (
        "WRITE on VMO",
        {
            "ERR_BAD_HANDLE": _bad("VMO"),
            "ERR_ACCESS_DENIED": "VMO's handle lacks WRITE",
            "ERR_WRONG_TYPE": "VMO is no VMO",
            "ERR_OUT_OF_RANGE": "OFFSET is beyond the size, or OFFSET plus the length beyond 2^64",
            "ERR_NO_MEMORY": "physical memory ran out; what was written until then stays",
            "ERR_NOT_SUPPORTED": "VMO is device memory, which the model does not have",
        },
    ),
    "vmo_get_size": (
        NO_RIGHT,
        {"ERR_BAD_HANDLE": _bad("VMO"), "ERR_WRONG_TYPE": "VMO is no VMO"},
    ),
    "vmo_set_size": (
        "WRITE on VMO",
        {
            "ERR_BAD_HANDLE": _bad("VMO"),
            "ERR_ACCESS_DENIED": "VMO's handle lacks WRITE",
            "ERR_WRONG_TYPE": "VMO is no VMO",
            "ERR_OUT_OF_RANGE": "SIZE is above 2^64 less one page",
        },
    ),
    "vmo_op_range": (
        NO_RIGHT,
        {
            "ERR_BAD_HANDLE": _bad("VMO"),
            "ERR_WRONG_TYPE": "VMO is no VMO",
            "ERR_INVALID_ARGS": "there is no such OP, or SIZE is 0 for lookup or a cache operation",
            "ERR_OUT_OF_RANGE": "OFFSET is beyond the size; lookup and cache: the range is not wholly inside",
            "ERR_NO_MEMORY": "commit: too few free pages, nothing is committed; lookup: a page is not committed",
            "ERR_NOT_SUPPORTED": "OP is lock or unlock, or VMO is device memory",
        },
    ),
    "vmar_allocate": (
        "READ, WRITE, EXECUTE on VMAR, for each of can-map-read, -write, -execute",
        {
            "ERR_BAD_HANDLE": _bad("VMAR"),
            "ERR_ACCESS_DENIED": "VMAR's handle lacks such a right, or VMAR lacks the can-map flag itself",
            "ERR_WRONG_TYPE": "VMAR is no VMAR",
            "ERR_INVALID_ARGS": "FLAGS have read, execute, specific-overwrite or unknown bits; SIZE is 0, no page "
            "multiple or larger than VMAR; OFFSET without specific, or not page aligned",
            "ERR_BAD_STATE": "VMAR was destroyed, or its process is dead",
            "ERR_NO_MEMORY": f"no gap is large enough; specific: the range is taken; or {_FULL}",
        },
    ),
    "vmar_map": (
        "MAP on VMO; READ, WRITE, EXECUTE on VMO and on VMAR, for each of r, w, x",
        {
            "ERR_BAD_HANDLE": "VMAR or VMO is no handle of this process",
            "ERR_WRONG_TYPE": "VMAR is no VMAR, or VMO no VMO",
            "ERR_ACCESS_DENIED": "VMO's handle lacks MAP; one of the two lacks a right for r, w, x; or VMAR does not "
            "allow it, or lacks can-map-specific",
            "ERR_INVALID_ARGS": "FLAGS lack r, or have compact, can-map-... or unknown bits; VMO_OFFSET is not page "
            "aligned; LEN is 0 or larger than VMAR; VMAR_OFFSET without specific, or not page aligned; a child VMAR "
            "is in the way of specific-overwrite",
            "ERR_BAD_STATE": "VMAR was destroyed, or its process is dead",
            "ERR_NO_MEMORY": "no gap is large enough; specific: the range is taken",
        },
    ),
    "vmar_unmap": (
        NO_RIGHT,
        {
            "ERR_BAD_HANDLE": _bad("VMAR"),
            "ERR_WRONG_TYPE": "VMAR is no VMAR",
            "ERR_INVALID_ARGS": "ADDR is not page aligned, LEN is 0, the range is not inside VMAR, or it cuts a child "
            "VMAR (one that ends just before ADDR counts, too)",
            "ERR_BAD_STATE": "VMAR was destroyed, or its process is dead",
        },
    ),
    "vmar_protect": (
        "READ, WRITE, EXECUTE on VMAR, for each of r, w, x",
        {
            "ERR_BAD_HANDLE": _bad("VMAR"),
            "ERR_ACCESS_DENIED": "VMAR's handle lacks such a right, or the handles at map time did not allow it",
            "ERR_WRONG_TYPE": "VMAR is no VMAR",
            "ERR_INVALID_ARGS": "FLAGS lack r or have more than r, w, x; ADDR is not page aligned; LEN is 0; the "
            "range is not inside VMAR, or meets a child VMAR",
            "ERR_BAD_STATE": "VMAR was destroyed, or its process is dead",
            "ERR_NOT_FOUND": "a part of the range is not mapped; nothing is changed",
        },
    ),
    "vmar_destroy": (
        NO_RIGHT,
        {
            "ERR_BAD_HANDLE": _bad("VMAR"),
            "ERR_WRONG_TYPE": "VMAR is no VMAR",
            "ERR_BAD_STATE": "VMAR was destroyed before, or its process is dead",
        },
    ),
    "map": (
        "READ, WRITE, EXECUTE on the handle $vmar, for each of r, w, x",
        {
            "ERR_INVALID_ARGS": "SIZE is 0 or larger than the address space, FLAGS lack r, or are for VMARs",
            "ERR_ACCESS_DENIED": "the handle $vmar lacks such a right",
            "ERR_BAD_STATE": "the root VMAR was destroyed",
            "ERR_NO_MEMORY": f"no gap is large enough, or {_FULL}",
        },
    ),
    "touch": (
        "",
        {
            "ERR_NOT_FOUND": "nothing is mapped there",
            "ERR_ACCESS_DENIED": "the mapping does not allow the access",
            "ERR_OUT_OF_RANGE": "the address shows what is beyond the VMO's size",
            "ERR_NO_MEMORY": "no page is free; those before it stay committed",
            "ERR_INVALID_ARGS": "LEN is 0",
        },
    ),
    "handle_close": (NO_RIGHT, {"ERR_BAD_HANDLE": f"{_bad('HANDLE')}; 0 never is one"}),
    "handle_duplicate": (
        "DUPLICATE on HANDLE",
        {
            "ERR_BAD_HANDLE": _bad("HANDLE"),
            "ERR_ACCESS_DENIED": "HANDLE lacks DUPLICATE",
            "ERR_INVALID_ARGS": "RIGHTS has one that HANDLE lacks",
            "ERR_NO_MEMORY": _FULL,
        },
    ),
    "handle_replace": (
        NO_RIGHT,
        {
            "ERR_BAD_HANDLE": _bad("HANDLE"),
            "ERR_INVALID_ARGS": "RIGHTS has one that HANDLE lacks; HANDLE stays good",
            "ERR_NO_MEMORY": _FULL,
        },
    ),
    "job_create": (
        "WRITE on JOB",
        {
            "ERR_INVALID_ARGS": _OPTIONS,
            "ERR_BAD_HANDLE": _bad("JOB"),
            "ERR_ACCESS_DENIED": "JOB's handle lacks WRITE",
            "ERR_WRONG_TYPE": "JOB is no job",
            "ERR_BAD_STATE": "JOB is being killed and still has children",
            "ERR_NO_MEMORY": _FULL,
        },
    ),
    "process_create": (
        "WRITE on JOB; JOB 0 is no job at all",
        {
            "ERR_INVALID_ARGS": _OPTIONS,
            "ERR_BAD_HANDLE": _bad("JOB"),
            "ERR_ACCESS_DENIED": "JOB's handle lacks WRITE",
            "ERR_WRONG_TYPE": "JOB is no job",
            "ERR_BAD_STATE": "JOB is being killed and still has children",
            "ERR_NO_MEMORY": f"{_FULL}: two handles are made",
        },
    ),
    "process_start": (
        "WRITE on PROC and THREAD; none on ARG",
        {
            "ERR_BAD_HANDLE": "PROC or THREAD is no handle of this process",
            "ERR_ACCESS_DENIED": "one of them lacks WRITE, or THREAD belongs to another process",
            "ERR_WRONG_TYPE": "PROC is no process, or THREAD no thread",
            "ERR_INVALID_ARGS": "ARG is no handle of this process; 0 is none",
            "ERR_BAD_STATE": "PROC or THREAD was started before, or killed; ARG is lost then",
        },
    ),
    "process_read_memory": (
        "READ and WRITE on PROC",
        {
            "ERR_INVALID_ARGS": "LEN is 0 or above 64M",
            "ERR_BAD_HANDLE": _bad("PROC"),
            "ERR_ACCESS_DENIED": "PROC's handle lacks READ or WRITE",
            "ERR_WRONG_TYPE": "PROC is no process",
            "ERR_NO_MEMORY": "nothing is mapped at ADDR, or PROC is dead",
            "ERR_OUT_OF_RANGE": "ADDR shows what is beyond the VMO's size",
        },
    ),
    "process_write_memory": (
        "WRITE on PROC",
        {
            "ERR_INVALID_ARGS": "the length is 0 or above 64M",
            "ERR_BAD_HANDLE": _bad("PROC"),
            "ERR_ACCESS_DENIED": "PROC's handle lacks WRITE",
            "ERR_WRONG_TYPE": "PROC is no process",
            "ERR_NO_MEMORY": "nothing is mapped at ADDR, PROC is dead, or physical memory ran out",
            "ERR_OUT_OF_RANGE": "ADDR shows what is beyond the VMO's size",
            "ERR_NOT_SUPPORTED": "ADDR shows device memory, which the model does not have",
        },
    ),
    "thread_create": (
        "WRITE on PROC",
        {
            "ERR_INVALID_ARGS": _OPTIONS,
            "ERR_BAD_HANDLE": _bad("PROC"),
            "ERR_ACCESS_DENIED": "PROC's handle lacks WRITE",
            "ERR_WRONG_TYPE": "PROC is no process",
            "ERR_NO_MEMORY": f"no two pages are free for its kernel stack, or {_FULL}",
        },
    ),
    "thread_start": (
        "WRITE on THREAD",
        {
            "ERR_BAD_HANDLE": _bad("THREAD"),
            "ERR_ACCESS_DENIED": "THREAD's handle lacks WRITE",
            "ERR_WRONG_TYPE": "THREAD is no thread",
            "ERR_BAD_STATE": "THREAD was started before or killed, or its process is not running",
        },
    ),
    "thread_exit": ("", {"ERR_BAD_STATE": "the current process has no thread that could exit"}),
    "task_kill": (
        "WRITE on HANDLE",
        {
            "ERR_BAD_HANDLE": _bad("HANDLE"),
            "ERR_ACCESS_DENIED": "HANDLE lacks WRITE",
            "ERR_WRONG_TYPE": "HANDLE is no job, process or thread",
        },
    ),
    "spawn": (
        "",
        {
            "ERR_BAD_STATE": "the job is being killed and still has children",
            "ERR_NO_MEMORY": "too few pages are free for the program, or the handle table is full",
        },
    ),
    "object_get_info": (
        "by TOPIC: none, READ or ENUMERATE; `help TOPIC` tells which",
        {
            "ERR_NOT_SUPPORTED": "there is no such TOPIC",
            "ERR_BAD_HANDLE": _bad("HANDLE"),
            "ERR_ACCESS_DENIED": "HANDLE lacks the topic's right, or a process asks for its own process_maps",
            "ERR_WRONG_TYPE": "TOPIC is about another type of object",
            "ERR_BAD_STATE": "task_stats and process_maps: the process is not running; thread_exception_report: the "
            "thread is in no exception",
        },
    ),
    "object_get_child": (
        "ENUMERATE on HANDLE; none for HANDLE 0",
        {
            "ERR_BAD_HANDLE": _bad("HANDLE"),
            "ERR_ACCESS_DENIED": "HANDLE lacks ENUMERATE, or RIGHTS has one that HANDLE lacks (HANDLE 0: beyond 0x1cf)",
            "ERR_WRONG_TYPE": "HANDLE is no process and no job",
            "ERR_NOT_FOUND": "it has no such child: a started thread, a child job, a living process",
            "ERR_NO_MEMORY": _FULL,
        },
    ),
    "object_get_property": (
        "GET_PROPERTY on HANDLE",
        {
            "ERR_BAD_HANDLE": _bad("HANDLE"),
            "ERR_ACCESS_DENIED": "HANDLE lacks GET_PROPERTY",
            "ERR_WRONG_TYPE": "PROPERTY is about another type of object",
            "ERR_INVALID_ARGS": "there is no such PROPERTY to get; register_fs is none",
        },
    ),
    "object_set_property": (
        "SET_PROPERTY on HANDLE",
        {
            "ERR_BAD_HANDLE": _bad("HANDLE"),
            "ERR_ACCESS_DENIED": "HANDLE lacks SET_PROPERTY; the debug address is set already; another thread's FS "
            "register",
            "ERR_WRONG_TYPE": "PROPERTY is about another type of object",
            "ERR_NOT_SUPPORTED": "the object has no name, or VALUE is no bad-handle policy (0, 1, 2)",
            "ERR_INVALID_ARGS": "there is no such PROPERTY to set, or VALUE is 0 for the debug address",
        },
    ),
    "channel_create": ("", {"ERR_INVALID_ARGS": _OPTIONS, "ERR_NO_MEMORY": f"{_FULL}: two handles are made"}),
    "channel_write": (
        "WRITE on CH; TRANSFER on each HANDLE",
        {
            "ERR_INVALID_ARGS": "--options is not 0, or a HANDLE is named twice",
            "ERR_BAD_HANDLE": "CH or a HANDLE is no handle of this process",
            "ERR_ACCESS_DENIED": "CH lacks WRITE, or a HANDLE lacks TRANSFER",
            "ERR_WRONG_TYPE": "CH is no channel",
            "ERR_OUT_OF_RANGE": "more than 65536 bytes or 1024 handles",
            "ERR_NOT_SUPPORTED": "CH is sent through itself",
            "ERR_PEER_CLOSED": "the other end is closed; all handles stay here",
        },
    ),
    "channel_read": (
        "READ on CH",
        {
            "ERR_BAD_HANDLE": _bad("CH"),
            "ERR_ACCESS_DENIED": "CH lacks READ",
            "ERR_WRONG_TYPE": "CH is no channel",
            "ERR_NOT_SUPPORTED": "--options is neither 0 nor 1 (may discard)",
            "ERR_SHOULD_WAIT": "no message waits",
            "ERR_PEER_CLOSED": "no message waits, and the other end is closed",
            "ERR_BUFFER_TOO_SMALL": "--bytes or --handles is too small; the message stays, or goes with --options 1",
        },
    ),
    "event_create": ("", {"ERR_INVALID_ARGS": _OPTIONS, "ERR_NO_MEMORY": _FULL}),
    "eventpair_create": ("", {"ERR_NOT_SUPPORTED": _OPTIONS, "ERR_NO_MEMORY": f"{_FULL}: two handles are made"}),
    "port_create": ("", {"ERR_INVALID_ARGS": "OPTIONS are neither 0 nor 1", "ERR_NO_MEMORY": _FULL}),
    "socket_create": ("", {"ERR_INVALID_ARGS": _OPTIONS, "ERR_NO_MEMORY": f"{_FULL}: two handles are made"}),
    "fifo_create": (
        "",
        {
            "ERR_OUT_OF_RANGE": "COUNT is no power of two, SIZE is 0, or both together are above 4096 bytes",
            "ERR_NO_MEMORY": f"{_FULL}: two handles are made",
        },
    ),
    "waitset_create": ("", {"ERR_INVALID_ARGS": _OPTIONS, "ERR_NO_MEMORY": _FULL}),
}
