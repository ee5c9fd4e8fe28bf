"""Words of the trade that are not types of objects."""

from __future__ import annotations

IDEAS: dict[str, str] = {
    "mapping": "shows a part of a VMO at an address, with permissions r, rw, rx or rwx. It commits nothing; unmapping "
    "leaves the pages with the VMO.",
    "handle, handles": "a process's number for an object, with rights. Odd, and valid in that process only. 0 is never "
    "a handle.",
    "koid": "kernel object id: from 1024 up, never used twice. What a handle can refer to has one; mappings and "
    "pages have none.",
    "task, tasks": "a job, process or thread: what task_kill kills. Commands take a process or job as 3020, p:3020, "
    "j:1068, or its name if it is unique.",
    "clone, clones, cow, copy-on-write, snapshot": "a VMO that shows its parent's pages and owns those it writes. It "
    "is not a snapshot: until it writes a page, the parent's changes show through.",
    "page, pages": "4096 bytes: what is committed, mapped and counted. A committed page belongs to exactly one VMO, "
    "however often it is mapped.",
    "committed, commit": "a page of a VMO is committed when physical memory backs it: after a write, a write "
    "fault, or vmo_op_range commit. Reading commits nothing.",
    "zero page": "one page of zeros for the whole system: reading memory that is not committed maps it. It is nobody's "
    "in any count; the first write replaces it.",
    "page fault, fault, faults": "the CPU meets a page it may not access yet. The kernel maps it, and on a "
    "write commits it; where it cannot, the process dies. `touch` makes faults.",
    "guard gap, guard page, guard": "addresses left unmapped, so that running over the end of a region faults. The "
    "kernel leaves none; a stack's VMAR has 4k of it.",
    "gap, hole": "free addresses between the regions of a VMAR. A new region goes into the lowest that is large "
    "enough; with --aslr, anywhere that it fits.",
    "aslr, --aslr": "addresses chosen at random: `kshell --aslr SEED`. Without it the lowest gap that is large enough "
    "is taken.",
    "address space, aspace": "the addresses of a process, 0x1000000 to 0x7ffffffff000, under one root VMAR. The row "
    "/A of `vmaps`.",
    "root vmar": "the VMAR over the whole address space: $vmar, the row /R of `vmaps`. It allows every permission, and "
    "chosen addresses.",
    "root job": "the kernel's job 1024, above all others. The tools get its child 1028 and list what is below that.",
    "rights, right": "what a handle may be used for: letters rwxmdt, or names such as read,map. Duplicating and "
    "replacing can drop rights but never add any.",
    "permissions, permission, perms": "r, w, x of a mapping: r, rw, rx or rwx. vmar_protect changes them, up to what "
    "both handles allowed when it was mapped.",
    "flags, flag": "of the vmar calls, joined by commas: r rw rx rwx, specific, specific-overwrite, compact, "
    "can-map-read, can-map-write, can-map-execute, can-map-specific.",
    "status, statuses": "the kernel's answer to a call: NO_ERROR (0), or ERR_... and a negative number. `help "
    "ERR_BAD_STATE` explains one, `expect` tests for one.",
    "topic, topics": "what object_get_info is asked for: handle_valid handle_basic process process_threads vmar "
    "job_children job_processes thread task_stats process_maps.",
    "property, properties": "what object_get_property and object_set_property name: name, bad_handle_policy, "
    "num_state_kinds, register_fs, process_debug_addr.",
    "operation, operations": "what vmo_op_range does to a range: commit decommit lookup lock unlock cache-sync "
    "cache-invalidate cache-clean cache-clean-invalidate.",
    "clone option, clone options": "of vmo_clone: cow (1), copy-on-write. A clone has to have it.",
    "physical memory, physical, ram, arena, arenas": "the page frames of the machine, 2146299904 bytes unless "
    "--memory says otherwise. `memory` and `k pmm arenas` show who has them.",
    "out of memory": "ERR_NO_MEMORY. `commit` takes all its pages or none, a write keeps those it got. A fault without "
    "a page kills its process, and no other.",
    "handle table": "all processes share 262144 handles (--handles N changes it); when they are used up, making one is "
    "ERR_NO_MEMORY. `memory` counts them, `handles` lists a process's.",
    "kernel stack": "2 pages for each thread from thread_create on. They are in no process's RES; `memory` counts them "
    "under object.",
    "split": "unmapping or protecting part of a mapping leaves two or three mappings. They never become one again: "
    "`vmaps` shows the pieces.",
    "peer": "the other end of a channel, socket, event pair or fifo. When it is closed, what is queued can still be "
    "read; after that it is ERR_PEER_CLOSED.",
    "message, messages": "bytes and handles in a channel, read oldest first. A handle in it is in no process's table, "
    "and keeps its object alive.",
    "signals, signal": "bits of an object to wait for: readable 1, writable 2, peer-closed 4; signaled, or "
    "terminated, 8; user-0 to user-7. A wait that is not over at once times out: the model's clock stands still.",
    "hidden": "VMOs that nobody maps: their pages are in no RES. `k mx vmos hidden` lists them, `memory` counts their "
    "pages under object.",
    "/A, A": "a row of `vmaps`: the address space of the process.",
    "/R": "a row of `vmaps`: the root VMAR, which covers the whole address space.",
    "R": "a row of `vmaps`: a VMAR. What is indented below it lies in it.",
    "M": "a row of `vmaps`: a mapping, with its permissions, size (:sz) and committed memory (:res).",
}
