"""What the statuses mean in this kernel. `help COMMAND` says why that command ends with one."""

from __future__ import annotations

_UNUSED = "No call of this model ends with it."

STATUSES: dict[str, str] = {
    "NO_ERROR, ok": "the call succeeded.",
    "ERR_INTERNAL": f"something went wrong inside the kernel. {_UNUSED}",
    "ERR_NOT_SUPPORTED": "there is such a thing, but not here: locking a VMO, an unknown topic, a channel end "
    "sent through itself.",
    "ERR_NO_RESOURCES": f"something other than memory has run out. {_UNUSED}",
    "ERR_NO_MEMORY": "no page, no handle or no gap in the VMAR is left. Also: nothing is mapped there "
    "(process_read_memory), the page is not committed (lookup).",
    "ERR_INVALID_ARGS": "an argument that can never be right: unknown options or flags, an unaligned address, a "
    "length of 0, more rights than the source has.",
    "ERR_BAD_HANDLE": "the number is not a handle of the calling process: it never was one, was "
    "closed, or is another process's.",
    "ERR_WRONG_TYPE": "the handle is valid and has the right, but its object is of another type. Rights are looked at "
    "before the type.",
    "ERR_BAD_SYSCALL": f"there is no system call with that number. {_UNUSED}",
    "ERR_OUT_OF_RANGE": "beyond the end: an offset beyond the VMO's size, a size above the largest, a message that is "
    "too long.",
    "ERR_BUFFER_TOO_SMALL": "the answer does not fit the buffer. channel_read keeps the message then, unless it may "
    "discard it.",
    "ERR_BAD_STATE": "right call, wrong time: the process is not running, the VMAR was destroyed, the job is being "
    "killed, the thread was started before.",
    "ERR_TIMED_OUT": f"a wait took too long. {_UNUSED}",
    "ERR_SHOULD_WAIT": "nothing is there yet: no message waits in the channel, and its other end is open.",
    "ERR_CANCELED, ERR_HANDLE_CLOSED": f"a handle was closed while somebody waited on it. {_UNUSED}",
    "ERR_PEER_CLOSED, ERR_REMOTE_CLOSED": "the other end of the channel is closed, and no message is left to be read.",
    "ERR_NOT_FOUND": "there is no such child, or nothing is mapped at that address.",
    "ERR_ALREADY_EXISTS": f"there is one of that kind already. {_UNUSED}",
    "ERR_ALREADY_BOUND": f"it is bound to something else already. {_UNUSED}",
    "ERR_UNAVAILABLE": f"it cannot be had at the moment. {_UNUSED}",
    "ERR_ACCESS_DENIED": "a right is missing: on the handle, in what the VMAR allows, or in what the mapping was "
    "made with. Also: a process asks for its own maps.",
    "ERR_IO": f"a device failed. {_UNUSED}",
    "ERR_IO_REFUSED": f"a device refused. {_UNUSED}",
    "ERR_IO_DATA_INTEGRITY": f"a device gave data that is damaged. {_UNUSED}",
    "ERR_IO_DATA_LOSS": f"a device has lost data. {_UNUSED}",
    "ERR_BAD_PATH": f"the path is malformed. {_UNUSED}",
    "ERR_NOT_DIR": f"what should be a directory is not one. {_UNUSED}",
    "ERR_NOT_FILE": f"what should be a file is not one. {_UNUSED}",
}
