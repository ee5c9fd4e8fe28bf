"""The Magenta ABI in one place: sizes, rights, flags, statuses, object types, topics, properties.

Numbers are those of Magenta commit bca629410 (2017-04-14), from `system/public/magenta/types.h`, `errors.h`,
`syscalls/object.h` and `kernel/arch/x86/include/arch/defines.h`. Plain integers on purpose: they are compared
very often, and an enum would cost the start more than the rest of this floor.
"""

from __future__ import annotations

# Sizes and address space, in bytes.
PAGE_SHIFT = 12
PAGE_SIZE = 1 << PAGE_SHIFT
PAGE_MASK = PAGE_SIZE - 1
USER_BASE = 0x1000000
USER_SIZE = 0x7FFFFEFFF000
USER_END = USER_BASE + USER_SIZE
U64_END = 1 << 64
MAX_VMO_SIZE = U64_END - PAGE_SIZE
MAX_VMO_PAGE = MAX_VMO_SIZE >> PAGE_SHIFT
MAX_NAME_LEN = 32
DEFAULT_MEMORY = 2 << 30
DEFAULT_HANDLES = 262144
KERNEL_STACK_PAGES = 2
MAX_MEMORY_BLOCK = 64 << 20
MAX_MESSAGE_BYTES = 65536
MAX_MESSAGE_HANDLES = 1024
FIRST_KOID = 1024
VERSION = "GIT_BCA629410D0DB300F4138875D930B98587DD3717"

# Rights of a handle.
RIGHT_DUPLICATE = 0x1
RIGHT_TRANSFER = 0x2
RIGHT_READ = 0x4
RIGHT_WRITE = 0x8
RIGHT_EXECUTE = 0x10
RIGHT_MAP = 0x20
RIGHT_GET_PROPERTY = 0x40
RIGHT_SET_PROPERTY = 0x80
RIGHT_ENUMERATE = 0x100
RIGHT_DESTROY = 0x200
RIGHT_SAME_RIGHTS = 0x80000000

RIGHT_NAMES: dict[int, str] = {
    RIGHT_DUPLICATE: "DUPLICATE",
    RIGHT_TRANSFER: "TRANSFER",
    RIGHT_READ: "READ",
    RIGHT_WRITE: "WRITE",
    RIGHT_EXECUTE: "EXECUTE",
    RIGHT_MAP: "MAP",
    RIGHT_GET_PROPERTY: "GET_PROPERTY",
    RIGHT_SET_PROPERTY: "SET_PROPERTY",
    RIGHT_ENUMERATE: "ENUMERATE",
    RIGHT_DESTROY: "DESTROY",
}

# Virtual memory flags. The permission bits are also what MX_INFO_PROCESS_MAPS reports.
VM_READ = 0x1
VM_WRITE = 0x2
VM_EXECUTE = 0x4
VM_COMPACT = 0x8
VM_SPECIFIC = 0x10
VM_SPECIFIC_OVERWRITE = 0x20
VM_CAN_MAP_SPECIFIC = 0x40
VM_CAN_MAP_READ = 0x80
VM_CAN_MAP_WRITE = 0x100
VM_CAN_MAP_EXECUTE = 0x200
VM_PERMS = VM_READ | VM_WRITE | VM_EXECUTE
VM_CAN_MAP_PERMS = VM_CAN_MAP_READ | VM_CAN_MAP_WRITE | VM_CAN_MAP_EXECUTE
VM_FLAGS_ALL = 0x3FF
# A permission bit shifted by this is the CAN_MAP bit that allows it; by RIGHTS_SHIFT the right that does.
CAN_MAP_SHIFT = 7
RIGHTS_SHIFT = 2

VM_FLAG_NAMES: dict[int, str] = {
    VM_READ: "PERM_READ",
    VM_WRITE: "PERM_WRITE",
    VM_EXECUTE: "PERM_EXECUTE",
    VM_COMPACT: "COMPACT",
    VM_SPECIFIC: "SPECIFIC",
    VM_SPECIFIC_OVERWRITE: "SPECIFIC_OVERWRITE",
    VM_CAN_MAP_SPECIFIC: "CAN_MAP_SPECIFIC",
    VM_CAN_MAP_READ: "CAN_MAP_READ",
    VM_CAN_MAP_WRITE: "CAN_MAP_WRITE",
    VM_CAN_MAP_EXECUTE: "CAN_MAP_EXECUTE",
}

# Operations of vmo_op_range, and the one option of vmo_clone.
VMO_OP_COMMIT = 1
VMO_OP_DECOMMIT = 2
VMO_OP_LOCK = 3
VMO_OP_UNLOCK = 4
VMO_OP_LOOKUP = 5
VMO_OP_CACHE_SYNC = 6
VMO_OP_CACHE_INVALIDATE = 7
VMO_OP_CACHE_CLEAN = 8
VMO_OP_CACHE_CLEAN_INVALIDATE = 9
VMO_CLONE_COPY_ON_WRITE = 1
CHANNEL_READ_MAY_DISCARD = 1

# How device memory is cached. These are also the lowest bits of a mapping's flags.
CACHE_CACHED = 0
CACHE_UNCACHED = 1
CACHE_UNCACHED_DEVICE = 2
CACHE_WRITE_COMBINING = 3
CACHE_NAMES: dict[int, str] = {
    CACHE_CACHED: "cached",
    CACHE_UNCACHED: "uncached",
    CACHE_UNCACHED_DEVICE: "uncached-device",
    CACHE_WRITE_COMBINING: "write-combining",
}
CACHE_CODES: dict[str, int] = {name: code for code, name in CACHE_NAMES.items()}

# Statuses.
NO_ERROR = 0
ERR_INTERNAL = -1
ERR_NOT_SUPPORTED = -2
ERR_NO_RESOURCES = -3
ERR_NO_MEMORY = -4
ERR_INVALID_ARGS = -10
ERR_BAD_HANDLE = -11
ERR_WRONG_TYPE = -12
ERR_BAD_SYSCALL = -13
ERR_OUT_OF_RANGE = -14
ERR_BUFFER_TOO_SMALL = -15
ERR_BAD_STATE = -20
ERR_TIMED_OUT = -21
ERR_SHOULD_WAIT = -22
ERR_CANCELED = -23
ERR_PEER_CLOSED = -24
ERR_NOT_FOUND = -25
ERR_ALREADY_EXISTS = -26
ERR_ALREADY_BOUND = -27
ERR_UNAVAILABLE = -28
ERR_ACCESS_DENIED = -30

STATUS_NAMES: dict[int, str] = {
    NO_ERROR: "NO_ERROR",
    ERR_INTERNAL: "ERR_INTERNAL",
    ERR_NOT_SUPPORTED: "ERR_NOT_SUPPORTED",
    ERR_NO_RESOURCES: "ERR_NO_RESOURCES",
    ERR_NO_MEMORY: "ERR_NO_MEMORY",
    ERR_INVALID_ARGS: "ERR_INVALID_ARGS",
    ERR_BAD_HANDLE: "ERR_BAD_HANDLE",
    ERR_WRONG_TYPE: "ERR_WRONG_TYPE",
    ERR_BAD_SYSCALL: "ERR_BAD_SYSCALL",
    ERR_OUT_OF_RANGE: "ERR_OUT_OF_RANGE",
    ERR_BUFFER_TOO_SMALL: "ERR_BUFFER_TOO_SMALL",
    ERR_BAD_STATE: "ERR_BAD_STATE",
    ERR_TIMED_OUT: "ERR_TIMED_OUT",
    ERR_SHOULD_WAIT: "ERR_SHOULD_WAIT",
    ERR_CANCELED: "ERR_CANCELED",
    ERR_PEER_CLOSED: "ERR_PEER_CLOSED",
    ERR_NOT_FOUND: "ERR_NOT_FOUND",
    ERR_ALREADY_EXISTS: "ERR_ALREADY_EXISTS",
    ERR_ALREADY_BOUND: "ERR_ALREADY_BOUND",
    ERR_UNAVAILABLE: "ERR_UNAVAILABLE",
    ERR_ACCESS_DENIED: "ERR_ACCESS_DENIED",
    -40: "ERR_IO",
    -41: "ERR_IO_REFUSED",
    -42: "ERR_IO_DATA_INTEGRITY",
    -43: "ERR_IO_DATA_LOSS",
    -50: "ERR_BAD_PATH",
    -51: "ERR_NOT_DIR",
    -52: "ERR_NOT_FILE",
}
STATUS_CODES: dict[str, int] = {name: code for code, name in STATUS_NAMES.items()}
STATUS_CODES["ERR_HANDLE_CLOSED"] = ERR_CANCELED
STATUS_CODES["ERR_REMOTE_CLOSED"] = ERR_PEER_CLOSED


def status_name(status: int) -> str:
    """The text `mx_status_get_string` gives for `status` (system/ulib/magenta/status.c)."""
    return STATUS_NAMES.get(status, "(UNKNOWN)")


# Object types. The names are what `k mx ht` prints (kernel/lib/magenta/diagnostics.cpp).
OBJ_TYPE_PROCESS = 1
OBJ_TYPE_THREAD = 2
OBJ_TYPE_VMO = 3
OBJ_TYPE_CHANNEL = 4
OBJ_TYPE_EVENT = 5
OBJ_TYPE_IOPORT = 6
OBJ_TYPE_INTERRUPT = 9
OBJ_TYPE_IOMAP = 10
OBJ_TYPE_PCI_DEVICE = 11
OBJ_TYPE_LOG = 12
OBJ_TYPE_WAIT_SET = 13
OBJ_TYPE_SOCKET = 14
OBJ_TYPE_RESOURCE = 15
OBJ_TYPE_EVENT_PAIR = 16
OBJ_TYPE_JOB = 17
OBJ_TYPE_VMAR = 18
OBJ_TYPE_FIFO = 19
OBJ_TYPE_IOPORT2 = 20

TYPE_NAMES: dict[int, str] = {
    OBJ_TYPE_PROCESS: "process",
    OBJ_TYPE_THREAD: "thread",
    OBJ_TYPE_VMO: "vmo",
    OBJ_TYPE_CHANNEL: "channel",
    OBJ_TYPE_EVENT: "event",
    OBJ_TYPE_IOPORT: "io-port",
    OBJ_TYPE_INTERRUPT: "interrupt",
    OBJ_TYPE_IOMAP: "io-map",
    OBJ_TYPE_PCI_DEVICE: "pci-device",
    OBJ_TYPE_LOG: "log",
    OBJ_TYPE_WAIT_SET: "wait-set",
    OBJ_TYPE_SOCKET: "socket",
    OBJ_TYPE_RESOURCE: "resource",
    OBJ_TYPE_EVENT_PAIR: "event-pair",
    OBJ_TYPE_JOB: "job",
    OBJ_TYPE_VMAR: "vmar",
    OBJ_TYPE_FIFO: "fifo",
    OBJ_TYPE_IOPORT2: "portv2",
}
TYPE_CODES: dict[str, int] = {name: code for code, name in TYPE_NAMES.items()}

_BASIC = RIGHT_DUPLICATE | RIGHT_TRANSFER | RIGHT_READ | RIGHT_WRITE
_TASK = _BASIC | RIGHT_GET_PROPERTY | RIGHT_SET_PROPERTY
# What the creating call gives (docs/kernel-rules.md 1.5). VMARs made by vmar_allocate get less.
DEFAULT_RIGHTS: dict[int, int] = {
    OBJ_TYPE_PROCESS: _TASK | RIGHT_ENUMERATE,
    OBJ_TYPE_THREAD: _TASK,
    OBJ_TYPE_VMO: _BASIC | RIGHT_EXECUTE | RIGHT_MAP,
    OBJ_TYPE_CHANNEL: RIGHT_TRANSFER | RIGHT_READ | RIGHT_WRITE,
    OBJ_TYPE_EVENT: _BASIC,
    OBJ_TYPE_IOPORT: _BASIC,
    OBJ_TYPE_INTERRUPT: RIGHT_TRANSFER | RIGHT_READ | RIGHT_WRITE,
    OBJ_TYPE_IOMAP: RIGHT_READ,
    OBJ_TYPE_PCI_DEVICE: _BASIC,
    OBJ_TYPE_LOG: RIGHT_DUPLICATE | RIGHT_TRANSFER | RIGHT_WRITE,
    OBJ_TYPE_WAIT_SET: RIGHT_READ | RIGHT_WRITE,
    OBJ_TYPE_SOCKET: _BASIC,
    OBJ_TYPE_RESOURCE: _BASIC | RIGHT_EXECUTE | RIGHT_ENUMERATE | RIGHT_DESTROY,
    OBJ_TYPE_EVENT_PAIR: _BASIC,
    OBJ_TYPE_JOB: _TASK | RIGHT_ENUMERATE,
    OBJ_TYPE_VMAR: _BASIC | RIGHT_EXECUTE,
    OBJ_TYPE_FIFO: _BASIC,
    OBJ_TYPE_IOPORT2: _BASIC,
}

# Topics of object_get_info.
INFO_HANDLE_VALID = 1
INFO_HANDLE_BASIC = 2
INFO_PROCESS = 3
INFO_PROCESS_THREADS = 4
INFO_RESOURCE_CHILDREN = 5
INFO_RESOURCE_RECORDS = 6
INFO_VMAR = 7
INFO_JOB_CHILDREN = 8
INFO_JOB_PROCESSES = 9
INFO_THREAD = 10
INFO_THREAD_EXCEPTION_REPORT = 11
INFO_TASK_STATS = 12
INFO_PROCESS_MAPS = 13

TOPIC_NAMES: dict[int, str] = {
    INFO_HANDLE_VALID: "handle_valid",
    INFO_HANDLE_BASIC: "handle_basic",
    INFO_PROCESS: "process",
    INFO_PROCESS_THREADS: "process_threads",
    INFO_RESOURCE_CHILDREN: "resource_children",
    INFO_RESOURCE_RECORDS: "resource_records",
    INFO_VMAR: "vmar",
    INFO_JOB_CHILDREN: "job_children",
    INFO_JOB_PROCESSES: "job_processes",
    INFO_THREAD: "thread",
    INFO_THREAD_EXCEPTION_REPORT: "thread_exception_report",
    INFO_TASK_STATS: "task_stats",
    INFO_PROCESS_MAPS: "process_maps",
}
TOPIC_CODES: dict[str, int] = {name: code for code, name in TOPIC_NAMES.items()}

# The type of a resource's record about itself, and the subtype of the root resource's.
RREC_SELF = 1
RREC_SELF_ROOT = 1

# Types of a MX_INFO_PROCESS_MAPS entry.
MAPS_ASPACE = 1
MAPS_VMAR = 2
MAPS_MAPPING = 3

# Properties.
PROP_BAD_HANDLE_POLICY = 1
PROP_NUM_STATE_KINDS = 2
PROP_NAME = 3
PROP_REGISTER_FS = 4
PROP_PROCESS_DEBUG_ADDR = 5
PROP_NAMES: dict[int, str] = {
    PROP_BAD_HANDLE_POLICY: "bad_handle_policy",
    PROP_NUM_STATE_KINDS: "num_state_kinds",
    PROP_NAME: "name",
    PROP_REGISTER_FS: "register_fs",
    PROP_PROCESS_DEBUG_ADDR: "process_debug_addr",
}
PROP_CODES: dict[str, int] = {name: code for code, name in PROP_NAMES.items()}

POLICY_IGNORE = 0
POLICY_LOG = 1
POLICY_EXIT = 2


class KernelError(Exception):
    """A syscall refused.

    `status` is the kernel's number, `reason` one sentence for a person: which argument, which rule, what would
    have been accepted. `actual` and `avail` are what the kernel wrote to the out pointers although the call
    failed, or None where it wrote nothing.
    """

    def __init__(self, status: int, reason: str, actual: int | None = None, avail: int | None = None) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason
        self.actual = actual
        self.avail = avail

    @property
    def name(self) -> str:
        """The symbol of the status, such as `ERR_BAD_STATE`."""
        return status_name(self.status)

    def __str__(self) -> str:
        return f"{self.name} ({self.status}): {self.reason}"


def round_up(value: int) -> int:
    """`value` bytes rounded up to whole pages (no wrap at 2^64: callers mask where the kernel wraps)."""
    return (value + PAGE_MASK) & ~PAGE_MASK


def cut_name(name: str | bytes) -> bytes:
    """A name as process_create stores it: the bytes before the first NUL, 31 at most (docs/kernel-rules.md 1.2)."""
    raw = name.encode("utf-8", "surrogateescape") if isinstance(name, str) else name
    return raw[:MAX_NAME_LEN].split(b"\0", 1)[0][: MAX_NAME_LEN - 1]


def perms_text(flags: int) -> str:
    """Permission bits as `vmaps` prints them: `rw-`."""
    return PERMS_TEXT[flags & VM_PERMS]


PERMS_TEXT = ("---", "r--", "-w-", "rw-", "--x", "r-x", "-wx", "rwx")

# Letters of the rights that concern memory, in the order in which the tools print them.
RIGHT_LETTERS = {
    "r": RIGHT_READ,
    "w": RIGHT_WRITE,
    "x": RIGHT_EXECUTE,
    "m": RIGHT_MAP,
    "d": RIGHT_DUPLICATE,
    "t": RIGHT_TRANSFER,
}


def rights_letters(rights: int | None) -> str:
    """`rwxmdt` with a dash for each missing right; one dash for a mapping."""
    if rights is None:
        return "-"
    return "".join(letter if rights & bit else "-" for letter, bit in RIGHT_LETTERS.items())
