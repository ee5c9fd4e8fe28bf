"""The rights of a handle, with their letters."""

from __future__ import annotations

RIGHTS: dict[str, str] = {
    "DUPLICATE, d": "0x1, handle_duplicate can make further handles from it; vmo_clone needs it too. A new channel end "
    "does not have it.",
    "TRANSFER, t": "0x2, the handle can be sent through a channel. The argument of process_start moves without it.",
    "READ, r": "0x4, for vmo_read, channel_read, readable mappings, and a process's figures (task_stats, "
    "process_maps).",
    "WRITE, w": "0x8, for vmo_write, vmo_set_size, channel_write, writable mappings; on tasks for create, start and "
    "kill.",
    "EXECUTE, x": "0x10, for executable mappings: the VMO's and the VMAR's handle both need it.",
    "MAP, m": "0x20, vmar_map needs it on the VMO's handle. New VMOs and clones have it.",
    "GET_PROPERTY": "0x40, for object_get_property. New handles to jobs, processes and threads have it; others do not.",
    "SET_PROPERTY": "0x80, for object_set_property. New handles to jobs, processes and threads have it; others do not.",
    "ENUMERATE": "0x100, for object_get_child and the topics process_threads, job_children, job_processes. Jobs and "
    "processes have it.",
    "DESTROY": "0x200, only handles to resources have it, and no call here needs it.",
    "same, same-rights": "0x80000000, all rights that the source has. object_get_child gives those of the parent's "
    "handle, 0x1cf for HANDLE 0.",
    "none": "0, a handle without rights. vmo_get_size, vmo_op_range, vmar_unmap and vmar_destroy work with it all the "
    "same.",
}
