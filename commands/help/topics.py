"""Topics of object_get_info, properties, operations of vmo_op_range."""

from __future__ import annotations

TOPICS: dict[str, str] = {
    "handle_valid": "whether the handle is valid: NO_ERROR or ERR_BAD_HANDLE. Needs no right.",
    "handle_basic": "koid, rights, type, related koid (a process's job, a thread's process, the other end) and props, "
    "1 if it can be waited for. Needs no right.",
    "process": "return_code, started, exited. Needs READ. A process killed before it was started says started 1, "
    "exited 1, -1.",
    "process_threads": "koids of a process's started threads, oldest first. Needs ENUMERATE; works in any state.",
    "resource_children": "koids of a resource's children; the model's resources have none. Needs ENUMERATE.",
    "resource_records": "records of a resource; the model's resources have none.",
    "vmar": "base and len of a VMAR, even of a destroyed one. Needs no right.",
    "job_children": "koids of child jobs. Needs ENUMERATE. This kernel lists all descendants, not only the direct "
    "children.",
    "job_processes": "koids of a job's own processes, oldest first. Needs ENUMERATE.",
    "thread": "wait_exception_port_type of a thread: whose answer it waits for in an exception, 1 the debugger's, 2 "
    "its own port's, 3 its process's, 4 the system's; 0 if it is in none. Needs READ.",
    "thread_exception_report": "what happened to a thread in an exception: ERR_BAD_STATE if it is in none. Needs READ.",
    "task_stats": "mem_mapped_bytes and mem_committed_bytes: VIRT and RES of `ps`. Needs READ; a process that is not "
    "running is ERR_BAD_STATE.",
    "process_maps": "the rows of `vmaps`. Needs READ; its own are ERR_ACCESS_DENIED, those of one that is not running "
    "ERR_BAD_STATE.",
}
PROPERTIES: dict[str, str] = {
    "name": "of a job, process or thread: up to 31 bytes. Of others it is empty, and setting it is ERR_NOT_SUPPORTED.",
    "bad_handle_policy, policy": "what a bad handle does besides the status: 0 nothing, 1 a line in the log, "
    "2 the line, and the process exits. Not all calls look at it.",
    "num_state_kinds": "kinds of register state of a thread: 1 on this machine. Cannot be set.",
    "register_fs": "a thread's FS register: a thread can set only its own, and nobody can get it.",
    "process_debug_addr": "an address for debuggers, set once for each process, never to 0; a second time is "
    "ERR_ACCESS_DENIED.",
}
OPERATIONS: dict[str, str] = {
    "commit": "makes every page of the range committed and zero, all or none. On a clone the zeros hide the parent's "
    "data.",
    "decommit": "frees the pages of the range; start and end are both rounded up to pages. A clone shows the parent's "
    "page again.",
    "lookup": "the physical addresses of the pages. One that is not committed is ERR_NO_MEMORY; nothing is committed.",
    "lock": "ERR_NOT_SUPPORTED in this kernel.",
    "unlock": "ERR_NOT_SUPPORTED in this kernel.",
    "cache-sync": "checks the range, which must lie wholly inside the VMO; otherwise without effect here.",
    "cache-invalidate": "checks the range, which must lie wholly inside the VMO; otherwise without effect here.",
    "cache-clean": "checks the range, which must lie wholly inside the VMO; otherwise without effect here.",
    "cache-clean-invalidate": "checks the range, which must lie wholly inside the VMO; otherwise without effect here.",
}
