"""Each syscall with each status it can return (docs/kernel-rules.md 3): how to bring it about.

A case is (syscall, status, recipe). A recipe gets a `Bench` and returns the call's arguments; making the call then has
to end with the status. `SCRIPT` in a name's place are the calls whose refusals change nothing by design.
"""

from kshell.kernel.abi import OBJ_TYPE_RESOURCE, RIGHT_READ, VMO_OP_COMMIT
from kshell.kernel.io_mapping import IoMapping
from kshell.kernel.objects import SimpleObject
from kshell.kernel.physical_vmo import PhysicalVmo
from kshell.kernel.vmar import Mapping
from tests.kernel.support import Small

P = 4096
SAME = 0x80000000
RW = 3
BIG = 1 << 63


class Bench(Small):
    """A small machine with helpers that make the handles the cases need."""

    def vmo(self, size=4 * P, rights=None):
        value = self.calls.vmo_create(size)
        return value if rights is None else self.calls.handle_duplicate(value, rights)

    def less(self, value, rights):
        return self.calls.handle_duplicate(value, rights)

    def mapped(self, size=4 * P, flags=RW):
        return self.calls.vmar_map(self.vmar, 0, self.vmo(size), 0, size, flags)

    def sub(self, flags=0x3C0, size=16 * P):
        return self.calls.vmar_allocate(self.vmar, 0, size, flags)

    def dead_vmar(self):
        value, _ = self.sub()
        self.calls.vmar_destroy(value)
        return value

    def event(self):
        return self.calls.event_create()

    def initial(self):
        return self.calls.process_create(self.job, "p")[0]

    def device(self):
        """The address of a page of device memory."""
        vmo = PhysicalVmo(self.machine, 0, P, 0xFEBC0000)
        return Mapping(self.process.root_vmar, 0x1000000, P, vmo, 0, RW, RW, "registers").base

    def started(self):
        return self.running()[1]

    def dead(self):
        value = self.initial()
        self.calls.task_kill(value)
        return value

    def stuck_job(self):
        """A job that is being killed and has a child that lives on."""
        job = self.calls.job_create(self.job)
        child = self.calls.job_create(job)
        self.calls.process_create(child, "p")
        self.calls.task_kill(job)
        return job

    def resource(self):
        """A handle to the root resource, without rights."""
        return self.process.handles.new(SimpleObject(self.machine, self.machine.new_koid(), OBJ_TYPE_RESOURCE), 0)

    def io_map(self, rights=RIGHT_READ, process=None):
        """A handle to an io-map of this process, or of another."""
        root = (process or self.process).root_vmar
        vmo = PhysicalVmo(self.machine, 0, P, 0xFEBC0000)
        mapping = Mapping(root, 0x1000000, P, vmo, 0, RW, RW, "registers")
        return self.process.handles.new(IoMapping(self.machine.new_koid(), mapping), rights)

    def full_table(self):
        while self.machine.handles.live < self.machine.handles.slots:
            self.event()

    def full_memory(self, left=0):
        hog = self.vmo(1 << 30)
        self.calls.vmo_op_range(hog, VMO_OP_COMMIT, 0, (self.free - left) * P)

    def full_heap(self):
        """Nothing is left of the kernel's heap, and no memory to make it grow."""
        self.full_memory()
        heap = self.machine.heap
        rest = heap._limit - heap.live
        heap.take(rest)
        heap.base += rest

    def signalled(self):
        event = self.event()
        self.calls.object_signal(event, 0, 8)
        return event

    def full_socket(self):
        end, _ = self.calls.socket_create()
        self.calls.socket_write(end, 0, bytes(262143))
        return end

    def lonely(self, make):
        """An end of a pair whose other end is closed."""
        end, other = make()
        self.calls.handle_close(other)
        return end

    def bound(self, task, port=None):
        """Binds an exception port to `task`; returns it."""
        self.calls.task_bind_exception_port(task, port or self.calls.port_create(0))
        return task

    def waitset(self, *cookies):
        value = self.calls.waitset_create()
        for cookie in cookies:
            self.calls.waitset_add(value, cookie, self.event(), 8)
        return value

    def channel(self):
        return self.calls.channel_create()

    def sent(self, data=b"12", handles=0):
        near, far = self.channel()
        self.calls.channel_write(near, data, [self.event() for _ in range(handles)])
        return far


def full(make):
    """A recipe on a machine whose handle table is full."""

    def recipe(bench):
        arguments = make(bench)
        bench.full_table()
        return arguments

    return recipe


def no_heap(make):
    """A recipe on a machine whose kernel heap is full."""

    def recipe(bench):
        arguments = make(bench)
        bench.full_heap()
        return arguments

    return recipe


OK, ARGS, HANDLE, TYPE, DENIED = "NO_ERROR", "ERR_INVALID_ARGS", "ERR_BAD_HANDLE", "ERR_WRONG_TYPE", "ERR_ACCESS_DENIED"
RANGE, MEMORY, STATE, FOUND, SUPPORT = (
    "ERR_OUT_OF_RANGE",
    "ERR_NO_MEMORY",
    "ERR_BAD_STATE",
    "ERR_NOT_FOUND",
    "ERR_NOT_SUPPORTED",
)
SMALL, PEER, WAIT = "ERR_BUFFER_TOO_SMALL", "ERR_PEER_CLOSED", "ERR_SHOULD_WAIT"
TIME, EXISTS = "ERR_TIMED_OUT", "ERR_ALREADY_EXISTS"

CASES = [
    # Jobs, processes, threads: docs/kernel-rules.md 3.1
    ("job_create", OK, lambda b: (b.job,)),
    ("job_create", ARGS, lambda b: (b.job, 1)),
    ("job_create", HANDLE, lambda b: (0,)),
    ("job_create", DENIED, lambda b: (b.less(b.job, 4),)),
    ("job_create", TYPE, lambda b: (b.me,)),
    ("job_create", STATE, lambda b: (b.stuck_job(),)),
    ("job_create", MEMORY, full(lambda b: (b.job,))),
    ("process_create", OK, lambda b: (b.job, "p")),
    ("process_create", OK, lambda b: (0, "jobless")),
    ("process_create", ARGS, lambda b: (b.job, "p", 1)),
    ("process_create", HANDLE, lambda b: (12345, "p")),
    ("process_create", DENIED, lambda b: (b.less(b.job, 4), "p")),
    ("process_create", TYPE, lambda b: (b.me, "p")),
    ("process_create", STATE, lambda b: (b.stuck_job(), "p")),
    ("process_create", MEMORY, full(lambda b: (b.job, "p"))),
    ("thread_create", OK, lambda b: (b.me, "t")),
    ("thread_create", OK, lambda b: (b.dead(), "t")),
    ("thread_create", ARGS, lambda b: (b.me, "t", 1)),
    ("thread_create", HANDLE, lambda b: (0, "t")),
    ("thread_create", DENIED, lambda b: (b.less(b.me, 4), "t")),
    ("thread_create", TYPE, lambda b: (b.job, "t")),
    ("thread_create", MEMORY, full(lambda b: (b.me, "t"))),
    ("process_start", OK, lambda b: (p := b.initial(), b.calls.thread_create(p, "t"), 0, 0, b.event(), 0)),
    ("process_start", HANDLE, lambda b: (0, b.thread, 0, 0, b.event(), 0)),
    ("process_start", HANDLE, lambda b: (b.initial(), 0, 0, 0, b.event(), 0)),
    ("process_start", DENIED, lambda b: (b.less(b.initial(), 4), b.thread, 0, 0, b.event(), 0)),
    ("process_start", DENIED, lambda b: (b.initial(), b.thread, 0, 0, b.event(), 0)),
    ("process_start", TYPE, lambda b: (b.job, b.thread, 0, 0, b.event(), 0)),
    ("process_start", TYPE, lambda b: (b.initial(), b.me, 0, 0, b.event(), 0)),
    ("process_start", ARGS, lambda b: (p := b.initial(), b.calls.thread_create(p, "t"), 0, 0, 0, 0)),
    ("process_start", STATE, lambda b: (b.me, b.thread, 0, 0, b.event(), 0)),
    ("thread_start", OK, lambda b: (b.calls.thread_create(b.me, "t"), 0, 0, 0, 0)),
    ("thread_start", HANDLE, lambda b: (0, 0, 0, 0, 0)),
    ("thread_start", DENIED, lambda b: (b.less(b.calls.thread_create(b.me, "t"), 4), 0, 0, 0, 0)),
    ("thread_start", TYPE, lambda b: (b.me, 0, 0, 0, 0)),
    ("thread_start", STATE, lambda b: (b.thread, 0, 0, 0, 0)),
    ("thread_start", STATE, lambda b: (b.calls.thread_create(b.initial(), "t"), 0, 0, 0, 0)),
    ("process_exit", OK, lambda b: (3,)),
    ("thread_exit", OK, lambda b: ()),
    ("task_kill", OK, lambda b: (b.started(),)),
    ("task_kill", OK, lambda b: (b.dead(),)),
    ("task_kill", HANDLE, lambda b: (0,)),
    ("task_kill", DENIED, lambda b: (b.less(b.started(), 4),)),
    ("task_kill", TYPE, lambda b: (b.vmo(),)),
    ("process_read_memory", OK, lambda b: (b.me, b.mapped(), 16)),
    ("process_read_memory", ARGS, lambda b: (b.me, b.mapped(), 0)),
    ("process_read_memory", ARGS, lambda b: (b.me, b.mapped(), (64 << 20) + 1)),
    ("process_read_memory", HANDLE, lambda b: (0, b.mapped(), 1)),
    ("process_read_memory", DENIED, lambda b: (b.less(b.me, 4), b.mapped(), 1)),
    ("process_read_memory", DENIED, lambda b: (b.less(b.me, 8), b.mapped(), 1)),
    ("process_read_memory", TYPE, lambda b: (b.vmar, b.mapped(), 1)),
    ("process_read_memory", MEMORY, lambda b: (b.me, 0, 1)),
    ("process_read_memory", RANGE, lambda b: (b.me, b.calls.vmar_map(b.vmar, 0, b.vmo(P), 2 * P, P, 1), 1)),
    ("process_read_memory", SUPPORT, lambda b: (b.me, b.device(), 1)),
    ("process_write_memory", SUPPORT, lambda b: (b.me, b.device(), b"x")),
    ("process_write_memory", OK, lambda b: (b.me, b.mapped(flags=1), b"over read-only")),
    ("process_write_memory", ARGS, lambda b: (b.me, b.mapped(), b"")),
    ("process_write_memory", HANDLE, lambda b: (0, b.mapped(), b"x")),
    ("process_write_memory", DENIED, lambda b: (b.less(b.me, 4), b.mapped(), b"x")),
    ("process_write_memory", TYPE, lambda b: (b.vmar, b.mapped(), b"x")),
    ("process_write_memory", MEMORY, lambda b: (b.me, 0, b"x")),
    ("process_write_memory", MEMORY, lambda b: (b.me, b.mapped(), b.full_memory() or b"x")),
    ("process_write_memory", RANGE, lambda b: (b.me, b.calls.vmar_map(b.vmar, 0, b.vmo(P), 2 * P, P, 1), b"x")),
    # Handles: 3.2
    ("handle_close", OK, lambda b: (b.event(),)),
    ("handle_close", HANDLE, lambda b: (0,)),
    ("handle_duplicate", OK, lambda b: (b.event(), SAME)),
    ("handle_duplicate", OK, lambda b: (b.event(), 0)),
    ("handle_duplicate", HANDLE, lambda b: (0, SAME)),
    ("handle_duplicate", DENIED, lambda b: (b.less(b.event(), 4), 4)),
    ("handle_duplicate", ARGS, lambda b: (b.event(), 0x10)),
    ("handle_duplicate", ARGS, lambda b: (b.event(), SAME | 4)),
    ("handle_duplicate", MEMORY, full(lambda b: (b.me, SAME))),
    ("handle_replace", OK, lambda b: (b.less(b.event(), 4), SAME)),
    ("handle_replace", HANDLE, lambda b: (0, 0)),
    ("handle_replace", ARGS, lambda b: (b.event(), 0x10)),
    ("handle_replace", MEMORY, full(lambda b: (b.me, SAME))),
    # Objects: 3.3 to 3.5
    ("object_get_info", OK, lambda b: (b.vmo(), 2)),
    ("object_get_info", OK, lambda b: (b.vmo(), 1)),
    ("object_get_info", OK, lambda b: (b.started(), 13)),
    ("object_get_info", SUPPORT, lambda b: (0, 99)),
    ("object_get_info", HANDLE, lambda b: (0, 1)),
    ("object_get_info", HANDLE, lambda b: (0, 2)),
    ("object_get_info", DENIED, lambda b: (b.less(b.started(), 8), 3)),
    ("object_get_info", DENIED, lambda b: (b.me, 13)),
    ("object_get_info", DENIED, lambda b: (b.less(b.job, 8), 9)),
    ("object_get_info", TYPE, lambda b: (b.job, 12)),
    ("object_get_info", TYPE, lambda b: (b.me, 7)),
    ("object_get_info", SMALL, lambda b: (b.initial(), 12, 0)),
    ("object_get_info", STATE, lambda b: (b.initial(), 12)),
    ("object_get_info", STATE, lambda b: (b.dead(), 13)),
    ("object_get_info", STATE, lambda b: (b.thread, 11)),
    ("object_get_child", OK, lambda b: (b.job, b.process.koid, SAME)),
    ("object_get_child", OK, lambda b: (0, b.process.koid, SAME)),
    ("object_get_child", HANDLE, lambda b: (1, 1, SAME)),
    ("object_get_child", DENIED, lambda b: (b.less(b.job, 4), b.process.koid, SAME)),
    ("object_get_child", DENIED, lambda b: (b.job, b.process.koid, 0x10)),
    ("object_get_child", DENIED, lambda b: (0, b.process.koid, 0x10)),
    ("object_get_child", FOUND, lambda b: (b.job, 99999, SAME)),
    ("object_get_child", FOUND, lambda b: (0, 99999, SAME)),
    (
        "object_get_child",
        TYPE,
        lambda b: (b.calls.object_get_child(b.me, next(iter(b.process.threads)), SAME), 1, SAME),
    ),
    ("object_get_child", MEMORY, full(lambda b: (0, b.process.koid, SAME))),
    ("object_get_property", OK, lambda b: (b.me, 3)),
    ("object_get_property", HANDLE, lambda b: (0, 3)),
    ("object_get_property", DENIED, lambda b: (b.vmo(), 3)),
    ("object_get_property", TYPE, lambda b: (b.job, 1)),
    ("object_get_property", ARGS, lambda b: (b.me, 4)),
    ("object_set_property", OK, lambda b: (b.me, 3, "name")),
    ("object_set_property", HANDLE, lambda b: (0, 3, "name")),
    ("object_set_property", DENIED, lambda b: (b.vmo(), 3, "name")),
    ("object_set_property", DENIED, lambda b: (b.me, 5, b.calls.object_set_property(b.me, 5, 1) or 1)),
    ("object_set_property", TYPE, lambda b: (b.job, 1, 1)),
    ("object_set_property", SUPPORT, lambda b: (b.me, 1, 3)),
    ("object_set_property", ARGS, lambda b: (b.me, 2, 1)),
    ("object_set_property", ARGS, lambda b: (b.me, 5, 0)),
    # VMOs: 3.6
    ("vmo_create", OK, lambda b: (0,)),
    ("vmo_create", OK, lambda b: ((1 << 64) - P,)),
    ("vmo_create", ARGS, lambda b: (P, 1)),
    ("vmo_create", MEMORY, lambda b: ((1 << 64) - P + 1,)),
    ("vmo_create", MEMORY, full(lambda b: (P,))),
    ("vmo_create_contiguous", OK, lambda b: (b.resource(), 3 * P + 1, 16)),
    ("vmo_create_contiguous", ARGS, lambda b: (b.resource(), 0)),
    ("vmo_create_contiguous", ARGS, lambda b: (0, P, 11)),
    ("vmo_create_contiguous", ARGS, lambda b: (b.resource(), P, 64)),
    ("vmo_create_contiguous", HANDLE, lambda b: (0, P)),
    ("vmo_create_contiguous", TYPE, lambda b: (b.me, P)),
    ("vmo_create_contiguous", MEMORY, lambda b: (b.resource(), 1 << 40)),
    ("vmo_create_contiguous", MEMORY, lambda b: (b.resource(), P, 40)),
    ("vmo_create_contiguous", MEMORY, lambda b: (b.resource(), 2 * P, b.full_memory(1) or 0)),
    ("vmo_create_contiguous", MEMORY, full(lambda b: (b.resource(), P))),
    ("vmo_get_size", OK, lambda b: (b.vmo(rights=0),)),
    ("vmo_get_size", HANDLE, lambda b: (0,)),
    ("vmo_get_size", TYPE, lambda b: (b.me,)),
    ("vmo_set_size", OK, lambda b: (b.vmo(), P)),
    ("vmo_set_size", HANDLE, lambda b: (0, P)),
    ("vmo_set_size", DENIED, lambda b: (b.vmo(rights=4), P)),
    ("vmo_set_size", TYPE, lambda b: (b.me, P)),
    ("vmo_set_size", RANGE, lambda b: (b.vmo(), (1 << 64) - 1)),
    ("vmo_read", OK, lambda b: (b.vmo(), 4 * P, 1)),
    ("vmo_read", HANDLE, lambda b: (0, 0, 1)),
    ("vmo_read", DENIED, lambda b: (b.vmo(rights=8), 0, 1)),
    ("vmo_read", TYPE, lambda b: (b.me, 0, 1)),
    ("vmo_read", RANGE, lambda b: (b.vmo(), 4 * P + 1, 1)),
    ("vmo_read", RANGE, lambda b: (b.vmo(), 1, (1 << 64) - 1)),
    ("vmo_write", OK, lambda b: (b.vmo(), 1, b"unaligned")),
    ("vmo_write", HANDLE, lambda b: (0, 0, b"x")),
    ("vmo_write", DENIED, lambda b: (b.vmo(rights=4), 0, b"x")),
    ("vmo_write", TYPE, lambda b: (b.me, 0, b"x")),
    ("vmo_write", RANGE, lambda b: (b.vmo(), 4 * P + 1, b"x")),
    ("vmo_write", MEMORY, lambda b: (b.vmo(), 0, b.full_memory() or b"x")),
    ("vmo_clone", OK, lambda b: (b.vmo(), 3, 16 * P, 4 * P)),
    ("vmo_clone", HANDLE, lambda b: (0, 1, 0, P)),
    ("vmo_clone", DENIED, lambda b: (b.vmo(rights=4), 1, 0, P)),
    ("vmo_clone", TYPE, lambda b: (b.me, 1, 0, P)),
    ("vmo_clone", ARGS, lambda b: (b.vmo(), 2, 0, P)),
    ("vmo_clone", ARGS, lambda b: (b.vmo(), 1, 1, P)),
    ("vmo_clone", RANGE, lambda b: (b.vmo(), 1, 0, (1 << 64) - 1)),
    ("vmo_clone", RANGE, lambda b: (b.vmo(), 1, (1 << 64) - P, P)),
    ("vmo_clone", MEMORY, full(lambda b: (b.vmo(), 1, 0, P))),
    ("vmo_op_range", OK, lambda b: (b.vmo(rights=0), 1, 0, P)),
    ("vmo_op_range", OK, lambda b: (b.vmo(), 2, 1, 100)),
    ("vmo_op_range", OK, lambda b: (b.vmo(), 6, 0, P)),
    ("vmo_op_range", HANDLE, lambda b: (0, 1, 0, P)),
    ("vmo_op_range", TYPE, lambda b: (b.me, 1, 0, P)),
    ("vmo_op_range", ARGS, lambda b: (b.vmo(), 10, 0, P)),
    ("vmo_op_range", ARGS, lambda b: (b.vmo(), 5, 0, 0)),
    ("vmo_op_range", ARGS, lambda b: (b.vmo(), 7, 0, 0)),
    ("vmo_op_range", SUPPORT, lambda b: (b.vmo(), 3, 0, P)),
    ("vmo_op_range", SUPPORT, lambda b: (b.vmo(), 4, 0, P)),
    ("vmo_op_range", RANGE, lambda b: (b.vmo(), 1, 4 * P + 1, 0)),
    ("vmo_op_range", RANGE, lambda b: (b.vmo(), 5, 0, 5 * P)),
    ("vmo_op_range", RANGE, lambda b: (b.vmo(), 9, 0, 5 * P)),
    ("vmo_op_range", MEMORY, lambda b: (b.vmo(1 << 40), 1, 0, 1 << 40)),
    ("vmo_op_range", MEMORY, lambda b: (b.vmo(), 5, 0, P)),
    ("vmo_op_range", SMALL, lambda b: (b.vmo(), 5, 0, 2 * P, [], 1)),
    # VMARs: 3.7
    ("vmar_allocate", OK, lambda b: (b.vmar, 0, P, 2 | 8)),
    ("vmar_allocate", HANDLE, lambda b: (0, 0, P, 0)),
    ("vmar_allocate", TYPE, lambda b: (b.me, 0, P, 0)),
    ("vmar_allocate", DENIED, lambda b: (b.less(b.vmar, 4), 0, P, 0x100)),
    ("vmar_allocate", DENIED, lambda b: (b.sub(0x80)[0], P, P, 0x10)),
    ("vmar_allocate", ARGS, lambda b: (b.vmar, 0, P, 0x400)),
    ("vmar_allocate", ARGS, lambda b: (b.vmar, 0, P, 1)),
    ("vmar_allocate", ARGS, lambda b: (b.vmar, 0, P, 4)),
    ("vmar_allocate", ARGS, lambda b: (b.vmar, 0, P + 1, 0)),
    ("vmar_allocate", ARGS, lambda b: (b.vmar, 0, P, 0x20)),
    ("vmar_allocate", ARGS, lambda b: (b.vmar, 0, 0, 0)),
    ("vmar_allocate", ARGS, lambda b: (b.vmar, P, P, 0)),
    ("vmar_allocate", ARGS, lambda b: (b.vmar, 0, 1 << 48, 0)),
    ("vmar_allocate", ARGS, lambda b: (b.vmar, 1, P, 0x10)),
    ("vmar_allocate", STATE, lambda b: (b.dead_vmar(), 0, P, 0)),
    ("vmar_allocate", MEMORY, lambda b: (b.vmar, b.mapped() and 0, P, 0x10)),
    ("vmar_allocate", MEMORY, lambda b: (b.vmar, 0, 0x7FFFFEFFE000 - (b.mapped() and 0), 0)),
    ("vmar_allocate", MEMORY, full(lambda b: (b.vmar, 0, P, 0))),
    ("vmar_map", OK, lambda b: (b.vmar, 0, b.vmo(), 16 * P, 1, 1)),
    ("vmar_map", HANDLE, lambda b: (0, 0, b.vmo(), 0, P, 1)),
    ("vmar_map", HANDLE, lambda b: (b.vmar, 0, 0, 0, P, 1)),
    ("vmar_map", TYPE, lambda b: (b.me, 0, b.vmo(), 0, P, 1)),
    ("vmar_map", TYPE, lambda b: (b.vmar, 0, b.me, 0, P, 1)),
    ("vmar_map", DENIED, lambda b: (b.vmar, 0, b.vmo(rights=4), 0, P, 1)),
    ("vmar_map", DENIED, lambda b: (b.vmar, 0, b.vmo(rights=0x24), 0, P, 3)),
    ("vmar_map", DENIED, lambda b: (b.less(b.vmar, 4), 0, b.vmo(), 0, P, 3)),
    ("vmar_map", DENIED, lambda b: (b.sub(0x80)[0], P, b.vmo(), 0, P, 0x11)),
    ("vmar_map", ARGS, lambda b: (b.vmar, 0, b.vmo(), 0, P, 2)),
    ("vmar_map", ARGS, lambda b: (b.vmar, 0, b.vmo(), 0, P, 0x81)),
    ("vmar_map", ARGS, lambda b: (b.vmar, 0, b.vmo(), 0, P, 0x401)),
    ("vmar_map", ARGS, lambda b: (b.vmar, 0, b.vmo(), 0, P, 9)),
    ("vmar_map", ARGS, lambda b: (b.vmar, 0, b.vmo(), 0, P, 0x41)),
    ("vmar_map", ARGS, lambda b: (b.vmar, 0, b.vmo(), 1, P, 1)),
    ("vmar_map", ARGS, lambda b: (b.vmar, 0, b.vmo(), (1 << 64) - P, P, 1)),
    ("vmar_map", ARGS, lambda b: (b.vmar, 0, b.vmo(), 0, (1 << 64) - 1, 1)),
    ("vmar_map", ARGS, lambda b: (b.vmar, b.sub()[1] - 0x1000000, b.vmo(), 0, P, 0x21)),
    ("vmar_map", STATE, lambda b: (b.dead_vmar(), 0, b.vmo(), 0, P, 1)),
    ("vmar_map", MEMORY, lambda b: (b.vmar, b.mapped() and 0, b.vmo(), 0, P, 0x11)),
    ("vmar_unmap", OK, lambda b: (b.less(b.vmar, 0), b.mapped(), P)),
    ("vmar_unmap", HANDLE, lambda b: (0, b.mapped(), P)),
    ("vmar_unmap", TYPE, lambda b: (b.me, b.mapped(), P)),
    ("vmar_unmap", ARGS, lambda b: (b.vmar, b.mapped() + 1, P)),
    ("vmar_unmap", ARGS, lambda b: (b.vmar, b.mapped(), 0)),
    ("vmar_unmap", ARGS, lambda b: (b.vmar, 0, P)),
    ("vmar_unmap", ARGS, lambda b: (b.vmar, b.sub()[1], P)),
    ("vmar_unmap", STATE, lambda b: (b.dead_vmar(), 0x1000000, P)),
    ("vmar_unmap_handle_close_thread_exit", OK, lambda b: (b.vmar, b.mapped(), P, b.event())),
    ("vmar_unmap_handle_close_thread_exit", OK, lambda b: (b.vmar, b.mapped(), P, b.thread)),
    ("vmar_unmap_handle_close_thread_exit", HANDLE, lambda b: (0, b.mapped(), P, b.event())),
    ("vmar_unmap_handle_close_thread_exit", HANDLE, lambda b: (b.vmar, b.mapped(), P, 0)),
    ("vmar_unmap_handle_close_thread_exit", TYPE, lambda b: (b.me, b.mapped(), P, b.event())),
    ("vmar_unmap_handle_close_thread_exit", ARGS, lambda b: (b.vmar, b.mapped(), 0, 0)),
    ("vmar_unmap_handle_close_thread_exit", STATE, lambda b: (b.dead_vmar(), 0x1000000, P, b.event())),
    ("vmar_protect", OK, lambda b: (b.vmar, b.mapped(), P, 1)),
    ("vmar_protect", HANDLE, lambda b: (0, b.mapped(), P, 1)),
    ("vmar_protect", TYPE, lambda b: (b.me, b.mapped(), P, 1)),
    ("vmar_protect", DENIED, lambda b: (b.less(b.vmar, 4), b.mapped(), P, 3)),
    (
        "vmar_protect",
        DENIED,
        lambda b: (b.vmar, b.calls.vmar_map(b.vmar, 0, b.vmo(rights=0x24), 0, P, 1), P, 3),
    ),
    ("vmar_protect", ARGS, lambda b: (b.vmar, b.mapped(), P, 0)),
    ("vmar_protect", ARGS, lambda b: (b.vmar, b.mapped() + 1, P, 1)),
    ("vmar_protect", ARGS, lambda b: (b.vmar, b.mapped(), P, 0x11)),
    ("vmar_protect", ARGS, lambda b: (b.vmar, b.mapped(), 0, 1)),
    ("vmar_protect", ARGS, lambda b: (b.vmar, 0, P, 1)),
    ("vmar_protect", ARGS, lambda b: (b.vmar, b.sub()[1], P, 1)),
    ("vmar_protect", STATE, lambda b: (b.dead_vmar(), 0x1000000, P, 1)),
    ("vmar_protect", FOUND, lambda b: (b.vmar, 0x1000000, P, 1)),
    ("vmar_protect", FOUND, lambda b: (b.vmar, b.mapped(), 5 * P, 1)),
    ("vmar_destroy", OK, lambda b: (b.sub()[0],)),
    ("vmar_destroy", HANDLE, lambda b: (0,)),
    ("vmar_destroy", TYPE, lambda b: (b.me,)),
    ("vmar_destroy", STATE, lambda b: (b.dead_vmar(),)),
    # Channels: 3.8
    ("channel_create", OK, lambda b: ()),
    ("channel_create", ARGS, lambda b: (1,)),
    ("channel_create", MEMORY, full(lambda b: ())),
    ("channel_write", OK, lambda b: (b.channel()[0], b"", [b.event()])),
    ("channel_write", ARGS, lambda b: (b.channel()[0], b"", [], 1)),
    ("channel_write", ARGS, lambda b: (b.channel()[0], b"", [b.event()] * 2)),
    ("channel_write", HANDLE, lambda b: (0, b"", [])),
    ("channel_write", HANDLE, lambda b: (b.channel()[0], b"", [1])),
    ("channel_write", DENIED, lambda b: (b.calls.handle_replace(b.channel()[0], 4), b"", [])),
    ("channel_write", DENIED, lambda b: (b.channel()[0], b"", [b.calls.waitset_create()])),
    ("channel_write", TYPE, lambda b: (b.me, b"", [])),
    ("channel_write", RANGE, lambda b: (b.channel()[0], b"x" * 65537, [])),
    ("channel_write", SUPPORT, lambda b: (c := b.channel()[0], b"", [c])),
    ("channel_write", MEMORY, no_heap(lambda b: (b.channel()[0], b"x", []))),
    ("channel_write", PEER, lambda b: ((c := b.channel())[0], b"", b.calls.handle_close(c[1]) or [])),
    ("channel_read", OK, lambda b: (b.sent(handles=2),)),
    ("channel_read", HANDLE, lambda b: (0,)),
    ("channel_read", DENIED, lambda b: (b.calls.handle_replace(b.channel()[0], 8),)),
    ("channel_read", TYPE, lambda b: (b.me,)),
    ("channel_read", SUPPORT, lambda b: (b.sent(), 2)),
    ("channel_read", WAIT, lambda b: (b.channel()[0],)),
    ("channel_read", PEER, lambda b: ((c := b.channel())[0], b.calls.handle_close(c[1]) or 0)),
    ("channel_read", SMALL, lambda b: (b.sent(), 0, 1)),
    ("channel_read", SMALL, lambda b: (b.sent(handles=2), 1, 2, 1)),
    # Other objects: 3.9
    ("event_create", OK, lambda b: ()),
    ("event_create", ARGS, lambda b: (1,)),
    ("event_create", MEMORY, full(lambda b: ())),
    ("eventpair_create", OK, lambda b: ()),
    ("eventpair_create", SUPPORT, lambda b: (1,)),
    ("eventpair_create", MEMORY, full(lambda b: ())),
    ("socket_create", OK, lambda b: ()),
    ("socket_create", ARGS, lambda b: (1,)),
    ("socket_create", MEMORY, full(lambda b: ())),
    ("waitset_create", OK, lambda b: ()),
    ("waitset_create", ARGS, lambda b: (1,)),
    ("waitset_create", MEMORY, full(lambda b: ())),
    ("port_create", OK, lambda b: (1,)),
    ("port_create", ARGS, lambda b: (2,)),
    ("port_create", MEMORY, full(lambda b: ())),
    ("fifo_create", OK, lambda b: (1, 4096, 99)),
    ("fifo_create", RANGE, lambda b: (3, 16)),
    ("fifo_create", RANGE, lambda b: (2, 0)),
    ("fifo_create", RANGE, lambda b: (2, 4096)),
    ("fifo_create", MEMORY, full(lambda b: (2, 16))),
    # Devices: 3.11
    ("mmap_device_memory", OK, lambda b: (b.resource(), 0xFEBC0000, 4 * P, 2)),
    ("mmap_device_memory", HANDLE, lambda b: (0, 0xFEBC0000, P, 9)),
    ("mmap_device_memory", TYPE, lambda b: (b.me, 0xFEBC0000, P, 9)),
    ("mmap_device_memory", ARGS, lambda b: (b.resource(), 1, P, 4)),
    ("mmap_device_memory", ARGS, lambda b: (b.resource(), 1 << 40, P, 0)),
    ("mmap_device_memory", MEMORY, lambda b: (b.resource(), 0xFEBC0001, P, 0)),
    ("mmap_device_memory", MEMORY, lambda b: (b.resource(), 0xFEBC0000, P + 1, 0)),
    ("mmap_device_memory", MEMORY, lambda b: (b.resource(), 0xFEBC0000, 1 << 32, 0)),
    ("mmap_device_memory", MEMORY, lambda b: (b.resource(), (1 << 64) - P, 2 * P, 0)),
    ("mmap_device_memory", STATE, lambda b: (b.resource(), 0xFEBC0000, P, b.calls.vmar_destroy(b.vmar) or 0)),
    ("io_mapping_get_info", OK, lambda b: (b.io_map(),)),
    ("io_mapping_get_info", HANDLE, lambda b: (0,)),
    ("io_mapping_get_info", DENIED, lambda b: (b.io_map(0),)),
    ("io_mapping_get_info", DENIED, lambda b: (b.io_map(process=b.running()[0]),)),
    ("io_mapping_get_info", TYPE, lambda b: (b.thread,)),
    ("log_create", OK, lambda b: (0x40000000,)),
    ("log_create", MEMORY, full(lambda b: ())),
    # Signals and waiting
    ("object_signal", OK, lambda b: (b.event(), 8, 1 << 24)),
    ("object_signal", HANDLE, lambda b: (0, 0, 0)),
    ("object_signal", DENIED, lambda b: (b.less(b.event(), 4), 0, 8)),
    ("object_signal", SUPPORT, lambda b: (b.calls.port_create(1), 0, 0)),
    ("object_signal", ARGS, lambda b: (b.event(), 0, 1)),
    ("object_signal", ARGS, lambda b: (b.channel()[0], 8, 0)),
    ("object_signal_peer", OK, lambda b: (b.channel()[0], 0, 1 << 31)),
    ("object_signal_peer", OK, lambda b: (b.lonely(b.calls.eventpair_create), 0, 8)),
    ("object_signal_peer", HANDLE, lambda b: (0, 0, 0)),
    ("object_signal_peer", SUPPORT, lambda b: (b.event(), 0, 0)),
    ("object_signal_peer", ARGS, lambda b: (b.lonely(b.calls.channel_create), 0, 1)),
    ("object_signal_peer", PEER, lambda b: (b.lonely(b.calls.channel_create), 0, 0)),
    ("object_wait_one", OK, lambda b: (b.signalled(), 8)),
    ("object_wait_one", HANDLE, lambda b: (0, 8)),
    ("object_wait_one", DENIED, lambda b: (b.less(b.event(), 8), 8)),
    ("object_wait_one", SUPPORT, lambda b: (b.calls.port_create(0), 8)),
    ("object_wait_one", TIME, lambda b: (b.event(), 8, 1000)),
    ("object_wait_many", OK, lambda b: ([(b.event(), 8), (b.signalled(), 8)],)),
    ("object_wait_many", ARGS, lambda b: ([(b.thread, 8)] * 1025,)),
    ("object_wait_many", HANDLE, lambda b: ([(b.event(), 8), (0, 8)],)),
    ("object_wait_many", DENIED, lambda b: ([(b.less(b.event(), 8), 8)],)),
    ("object_wait_many", SUPPORT, lambda b: ([(b.vmar, 8)],)),
    ("object_wait_many", TIME, lambda b: ([],)),
    ("object_wait_many", TIME, lambda b: ([(b.event(), 8)],)),
    ("object_wait_async", OK, lambda b: (b.event(), b.calls.port_create(1), 1, 8, 0)),
    ("object_wait_async", HANDLE, lambda b: (0, b.calls.port_create(1), 1, 8)),
    ("object_wait_async", HANDLE, lambda b: (b.event(), 0, 1, 8)),
    ("object_wait_async", DENIED, lambda b: (b.less(b.event(), 8), b.calls.port_create(1), 1, 8)),
    ("object_wait_async", DENIED, lambda b: (b.event(), b.less(b.calls.port_create(1), 4), 1, 8)),
    ("object_wait_async", TYPE, lambda b: (b.event(), b.calls.port_create(0), 1, 8)),
    ("object_wait_async", SUPPORT, lambda b: (b.vmar, b.calls.port_create(1), 1, 8)),
    ("object_wait_async", MEMORY, no_heap(lambda b: (b.event(), b.calls.port_create(1), 1, 8))),
    ("waitset_add", OK, lambda b: (b.waitset(), 1, b.event(), 8)),
    ("waitset_add", HANDLE, lambda b: (0, 1, b.event(), 8)),
    ("waitset_add", HANDLE, lambda b: (b.waitset(), 1, 0, 8)),
    ("waitset_add", TYPE, lambda b: (b.event(), 1, b.event(), 8)),
    ("waitset_add", DENIED, lambda b: (b.calls.handle_replace(b.waitset(), 4), 1, b.event(), 8)),
    ("waitset_add", DENIED, lambda b: (b.waitset(), 1, b.less(b.event(), 8), 8)),
    ("waitset_add", SUPPORT, lambda b: (b.waitset(), 1, b.vmar, 8)),
    ("waitset_add", EXISTS, lambda b: (b.waitset(1), 1, b.event(), 8)),
    ("waitset_add", MEMORY, no_heap(lambda b: (b.waitset(), 1, b.event(), 8))),
    ("waitset_remove", OK, lambda b: (b.waitset(1), 1)),
    ("waitset_remove", HANDLE, lambda b: (0, 1)),
    ("waitset_remove", DENIED, lambda b: (b.calls.handle_replace(b.waitset(1), 4), 1)),
    ("waitset_remove", TYPE, lambda b: (b.event(), 1)),
    ("waitset_remove", FOUND, lambda b: (b.waitset(1), 2)),
    ("waitset_wait", OK, lambda b: (w := b.waitset(), b.calls.waitset_add(w, 1, b.signalled(), 8) or 0, 5)),
    ("waitset_wait", RANGE, lambda b: (b.waitset(), 0, 1025)),
    ("waitset_wait", HANDLE, lambda b: (0,)),
    ("waitset_wait", DENIED, lambda b: (b.calls.handle_replace(b.waitset(), 8),)),
    ("waitset_wait", TYPE, lambda b: (b.event(),)),
    ("waitset_wait", TIME, lambda b: (b.waitset(1, 2),)),
    # Ports
    ("port_queue", OK, lambda b: (b.calls.port_create(0), b"", 16)),
    ("port_queue", OK, lambda b: (b.calls.port_create(1), b"", 0)),
    ("port_queue", SMALL, lambda b: (b.calls.port_create(0), b"", 129)),
    ("port_queue", HANDLE, lambda b: (0, b"", 16)),
    ("port_queue", DENIED, lambda b: (b.less(b.calls.port_create(1), 4), b"", 0)),
    ("port_queue", TYPE, lambda b: (b.calls.port_create(1), b"", 16)),
    ("port_queue", ARGS, lambda b: (b.calls.port_create(0), b"", 15)),
    ("port_queue", MEMORY, no_heap(lambda b: (b.calls.port_create(0), b"", 16))),
    ("port_queue", MEMORY, no_heap(lambda b: (b.calls.port_create(1), b"", 0))),
    ("port_wait", OK, lambda b: (p := b.calls.port_create(0), b.calls.port_queue(p, b"", 16) or 0, 16)),
    ("port_wait", HANDLE, lambda b: (0,)),
    ("port_wait", DENIED, lambda b: (b.less(b.calls.port_create(0), 8),)),
    ("port_wait", TYPE, lambda b: (b.less(b.calls.port_create(0), 8), 0, 0)),
    ("port_wait", TYPE, lambda b: (b.calls.port_create(1),)),
    ("port_wait", TIME, lambda b: (b.calls.port_create(1), 1 << 40, 0)),
    ("port_bind", OK, lambda b: (b.calls.port_create(0), 1, b.channel()[0], 1)),
    ("port_bind", OK, lambda b: (b.calls.port_create(0), 1, b.calls.socket_create()[0], 1 << 24)),
    ("port_bind", ARGS, lambda b: (b.calls.port_create(0), 1, b.channel()[0], 0)),
    ("port_bind", ARGS, lambda b: (b.calls.port_create(0), 1, b.channel()[0], 2)),
    ("port_bind", HANDLE, lambda b: (0, 1, b.channel()[0], 1)),
    ("port_bind", DENIED, lambda b: (b.less(b.calls.port_create(0), 4), 1, b.channel()[0], 1)),
    ("port_bind", DENIED, lambda b: (b.calls.port_create(0), 1, b.calls.handle_replace(b.channel()[0], 8), 1)),
    ("port_bind", TYPE, lambda b: (b.calls.port_create(1), 1, b.channel()[0], 1)),
    ("port_bind", MEMORY, no_heap(lambda b: (b.calls.port_create(0), 1, b.channel()[0], 1))),
    ("port_bind", SUPPORT, lambda b: (b.calls.port_create(0), 1, b.event(), 8)),
    (
        "port_bind",
        STATE,
        lambda b: (p := b.calls.port_create(0), 1, (c := b.channel()[0]), b.calls.port_bind(p, 1, c, 1) or 1),
    ),
    ("port_cancel", OK, lambda b: (b.calls.port_create(1), b.event(), 1)),
    ("port_cancel", HANDLE, lambda b: (b.calls.port_create(1), 0, 1)),
    ("port_cancel", DENIED, lambda b: (b.calls.port_create(1), b.less(b.event(), 4), 1)),
    ("port_cancel", TYPE, lambda b: (b.calls.port_create(0), b.event(), 1)),
    ("port_cancel", SUPPORT, lambda b: (b.calls.port_create(1), b.vmar, 1)),
    # Sockets and fifos
    ("socket_write", OK, lambda b: (b.calls.socket_create()[0], 0, bytes(300000))),
    ("socket_write", OK, lambda b: (b.calls.socket_create()[0], 1, b"")),
    ("socket_write", HANDLE, lambda b: (0, 0, b"")),
    ("socket_write", DENIED, lambda b: (b.less(b.calls.socket_create()[0], 4), 0, b"")),
    ("socket_write", TYPE, lambda b: (b.event(), 0, b"")),
    ("socket_write", ARGS, lambda b: (b.calls.socket_create()[0], 1, b"x")),
    ("socket_write", ARGS, lambda b: (b.calls.socket_create()[0], 2, b"")),
    ("socket_write", PEER, lambda b: (b.lonely(b.calls.socket_create), 0, b"x")),
    ("socket_write", PEER, lambda b: (b.lonely(b.calls.socket_create), 1, b"")),
    ("socket_write", STATE, lambda b: (s := b.calls.socket_create()[0], 0, bytes(b.calls.socket_write(s, 1, b"")))),
    ("socket_write", WAIT, lambda b: (b.full_socket(), 0, b"x")),
    ("socket_write", MEMORY, lambda b: (b.calls.socket_create()[0], 0, b.full_memory() or b"x")),
    ("socket_write", MEMORY, no_heap(lambda b: (b.calls.socket_create()[0], 0, b"x"))),
    ("socket_read", OK, lambda b: ((s := b.calls.socket_create())[1], 0, b.calls.socket_write(s[0], 0, b"x") + 5)),
    ("socket_read", OK, lambda b: (b.calls.socket_create()[0], 0, 0)),
    ("socket_read", ARGS, lambda b: (b.calls.socket_create()[0], 1, 1)),
    ("socket_read", HANDLE, lambda b: (0, 0, 1)),
    ("socket_read", DENIED, lambda b: (b.less(b.calls.socket_create()[0], 8), 0, 1)),
    ("socket_read", TYPE, lambda b: (b.event(), 0, 1)),
    ("socket_read", PEER, lambda b: (b.lonely(b.calls.socket_create), 0, 1)),
    ("socket_read", WAIT, lambda b: (b.calls.socket_create()[0], 0, 1)),
    ("fifo_write", OK, lambda b: (b.calls.fifo_create(2, 8)[0], bytes(100))),
    ("fifo_write", HANDLE, lambda b: (0, b"")),
    ("fifo_write", DENIED, lambda b: (b.less(b.calls.fifo_create(2, 8)[0], 4), bytes(8))),
    ("fifo_write", TYPE, lambda b: (b.event(), bytes(8))),
    ("fifo_write", PEER, lambda b: (b.lonely(lambda: b.calls.fifo_create(2, 8)), b"")),
    ("fifo_write", RANGE, lambda b: (b.calls.fifo_create(2, 8)[0], bytes(7))),
    ("fifo_write", WAIT, lambda b: (f := b.calls.fifo_create(2, 8)[0], bytes(8 * b.calls.fifo_write(f, bytes(16))))),
    ("fifo_read", OK, lambda b: ((f := b.calls.fifo_create(2, 8))[1], 8 * b.calls.fifo_write(f[0], bytes(16)))),
    ("fifo_read", HANDLE, lambda b: (0, 8)),
    ("fifo_read", DENIED, lambda b: (b.less(b.calls.fifo_create(2, 8)[0], 8), 8)),
    ("fifo_read", TYPE, lambda b: (b.event(), 8)),
    ("fifo_read", RANGE, lambda b: (b.calls.fifo_create(2, 8)[0], 7)),
    ("fifo_read", WAIT, lambda b: (b.lonely(lambda: b.calls.fifo_create(2, 8)), 8)),
    # Exceptions
    ("task_bind_exception_port", OK, lambda b: (b.started(), b.calls.port_create(0))),
    ("task_bind_exception_port", OK, lambda b: (b.bound(b.thread), 0)),
    ("task_bind_exception_port", OK, lambda b: (0, b.calls.port_create(0))),
    ("task_bind_exception_port", OK, lambda b: (b.bound(0), 0)),
    ("task_bind_exception_port", ARGS, lambda b: (b.me, b.calls.port_create(0), 0, 2)),
    ("task_bind_exception_port", ARGS, lambda b: (b.thread, b.calls.port_create(0), 0, 1)),
    ("task_bind_exception_port", ARGS, lambda b: (0, b.calls.port_create(0), 0, 1)),
    ("task_bind_exception_port", ARGS, lambda b: (b.thread, 0, 0, 1)),
    ("task_bind_exception_port", ARGS, lambda b: (0, 0, 0, 2)),
    ("task_bind_exception_port", HANDLE, lambda b: (b.me, 1)),
    ("task_bind_exception_port", HANDLE, lambda b: (1, b.calls.port_create(0))),
    ("task_bind_exception_port", TYPE, lambda b: (b.me, b.calls.port_create(1))),
    ("task_bind_exception_port", TYPE, lambda b: (b.job, b.calls.port_create(0))),
    ("task_bind_exception_port", MEMORY, no_heap(lambda b: (b.me, b.calls.port_create(0)))),
    ("task_bind_exception_port", FOUND, lambda b: (b.dead(), b.calls.port_create(0))),
    ("task_bind_exception_port", STATE, lambda b: (b.bound(b.me), b.calls.port_create(0))),
    ("task_bind_exception_port", STATE, lambda b: (b.me, 0)),
    ("task_bind_exception_port", STATE, lambda b: (0, 0)),
    ("task_suspend", OK, lambda b: (b.thread,)),
    ("task_suspend", HANDLE, lambda b: (0,)),
    ("task_suspend", DENIED, lambda b: (b.less(b.thread, 4),)),
    ("task_suspend", TYPE, lambda b: (b.me,)),
    ("task_suspend", STATE, lambda b: (b.calls.thread_create(b.me, "t"),)),
    ("task_resume", OK, lambda b: (b.thread,)),
    ("task_resume", ARGS, lambda b: (b.thread, 2)),
    ("task_resume", HANDLE, lambda b: (0,)),
    ("task_resume", TYPE, lambda b: (b.me,)),
    ("task_resume", STATE, lambda b: (b.thread, 1)),
    # The system: 3.10
    ("system_get_physmem", OK, lambda b: ()),
    ("system_get_num_cpus", OK, lambda b: ()),
    ("system_get_version", OK, lambda b: ()),
]
