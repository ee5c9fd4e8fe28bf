"""Random calls over the whole ABI, with a bias to trouble; each is remembered as a line of a script."""

import random

from kshell.kernel import faults
from kshell.kernel.abi import KernelError
from kshell.kernel.content import Data
from tests.kernel.support import Small

PAGE = 4096
SIZES = [
    0,
    1,
    PAGE - 1,
    PAGE,
    PAGE + 1,
    3 * PAGE,
    16 * PAGE,
    70 * PAGE,
    1 << 30,
    1 << 52,
    (1 << 64) - PAGE,
    (1 << 64) - 1,
]
WINDOWS = [PAGE, 2 * PAGE, 3 * PAGE, 16 * PAGE]
OFFSETS = [0, 0, 0, 1, PAGE, 2 * PAGE, 5 * PAGE, 0x800, 64 * PAGE, 1 << 40, (1 << 64) - PAGE]
FLAGS = [1, 3, 3, 3, 5, 7, 2, 0, 3 | 16, 1 | 16, 3 | 32, 8, 0x400, 1 | 0x80]
VMAR_FLAGS = [0, 0x80, 0x180, 0x380, 0x3C0, 0x3C0 | 16, 8, 2, 4, 0x400]
RIGHTS = [0x80000000, 0, 1, 4, 0x24, 0x3F, 0x1CF, 0x400]


class Player:
    """Makes random calls and remembers them as lines of a script."""

    def __init__(self, seed, memory, slots):
        self.choose = random.Random(seed)
        self.small = Small(memory, slots)
        self.script = [f"# seed {seed}"]

    def handle(self):
        table = [value for value, _ in self.small.process.handles]
        return self.choose.choice(table) if table and self.choose.random() < 0.95 else self.choose.choice([0, 1, 12345])

    def of(self, *kinds):
        """A handle to an object of one of the classes named, most of the time."""
        found = [value for value, handle in self.small.process.handles if type(handle.object).__name__ in kinds]
        return self.choose.choice(found) if found and self.choose.random() < 0.95 else self.handle()

    def region(self, root=True):
        """A VMAR's handle, most often the root's unless `root` is false."""
        if root and self.choose.random() < 0.6:
            return self.small.vmar
        value = self.of("Vmar")
        return value if root or value != self.small.vmar else 0

    def address(self):
        mappings = list(self.small.process.root_vmar.mappings())
        if mappings and self.choose.random() < 0.9:
            mapping = self.choose.choice(mappings)
            return mapping.base + self.choose.choice([0, 0, PAGE, -PAGE, mapping.size - PAGE, 2 * PAGE, 1])
        return self.choose.choice([0, PAGE, 0x1000000, 0x1004000, 1 << 47])

    def data(self):
        kind = self.choose.random()
        if kind < 0.5:
            return Data.fill(self.choose.choice([0, 1, 0x63]), self.choose.choice([1, 100, PAGE, 5 * PAGE, 200 * PAGE]))
        return Data.of(bytes(self.choose.randrange(256) for _ in range(self.choose.choice([1, 7, 300]))))

    def call(self):
        pick = self.choose.choice
        name = pick(CALLS)
        arguments = {
            "vmo_create": lambda: [pick(SIZES), pick([0, 0, 0, 1])],
            "vmo_clone": lambda: [self.of("Vmo"), pick([1, 1, 1, 0, 3]), pick(OFFSETS), pick(SIZES)],
            "vmo_read": lambda: [self.of("Vmo"), pick(OFFSETS), pick(SIZES[:8])],
            "vmo_write": lambda: [self.of("Vmo"), pick(OFFSETS), self.data()],
            "vmo_get_size": lambda: [self.of("Vmo")],
            "vmo_set_size": lambda: [self.of("Vmo"), pick(SIZES)],
            "vmo_op_range": lambda: [self.of("Vmo"), pick([1, 1, 2, 2, 5, 3, 6, 99]), pick(OFFSETS), pick(SIZES[:8])],
            "vmar_allocate": lambda: [self.region(), pick(OFFSETS), pick(WINDOWS + SIZES), pick(VMAR_FLAGS)],
            "vmar_map": lambda: (
                [self.region(), 0, self.of("Vmo"), pick([0, 0, PAGE, 2 * PAGE]), pick(WINDOWS), pick([1, 3, 3, 7])]
                if self.choose.random() < 0.6
                else [self.of("Vmar"), pick(OFFSETS), self.of("Vmo"), pick(OFFSETS), pick(SIZES), pick(FLAGS)]
            ),
            "vmar_unmap": lambda: [self.region(), self.address(), pick(WINDOWS + SIZES)],
            "vmar_protect": lambda: [self.region(), self.address(), pick(WINDOWS + SIZES), pick([1, 3, 5, *FLAGS])],
            "vmar_destroy": lambda: [self.of("Vmar") if self.choose.random() < 0.04 else self.region(root=False)],
            "handle_close": lambda: [self.handle()],
            "handle_duplicate": lambda: [self.handle(), pick(RIGHTS)],
            "handle_replace": lambda: [self.handle(), pick(RIGHTS)],
            "job_create": lambda: [self.of("Job")],
            "process_create": lambda: [pick([0, self.of("Job")]), pick(["p", "", "x" * 40])],
            "thread_create": lambda: [self.of("Process"), "t"],
            "process_start": lambda: [self.of("Process"), self.of("Thread"), 0, 0, self.handle(), 0],
            "thread_start": lambda: [self.of("Thread"), 0, 0, 0, 0],
            "task_kill": lambda: [self.of("Process", "Thread", "Job")],
            "process_read_memory": lambda: [
                pick([self.small.me, self.of("Process")]),
                self.address(),
                pick([0, 1, PAGE, 9 * PAGE]),
            ],
            "process_write_memory": lambda: [pick([self.small.me, self.of("Process")]), self.address(), self.data()],
            "object_get_info": lambda: [self.handle(), pick(range(15)), pick([None, None, 0, 1])],
            "object_get_child": lambda: [self.of("Job", "Process"), pick(range(1024, 1100)), pick(RIGHTS)],
            "object_get_property": lambda: [self.handle(), pick(range(7))],
            "object_set_property": lambda: [self.handle(), 3, pick(["name", "", "y" * 50])],
            "channel_create": list,
            "channel_write": lambda: [self.of("Channel"), b"hello", [self.handle() for _ in range(pick([0, 0, 1, 3]))]],
            "channel_read": lambda: [self.of("Channel"), pick([0, 0, 1]), pick([65536, 0]), pick([1024, 0])],
            "event_create": list,
            "eventpair_create": list,
            "port_create": lambda: [pick([0, 1, 2])],
            "socket_create": list,
            "fifo_create": lambda: [pick([1, 2, 3]), pick([1, 4096])],
            "waitset_create": list,
        }[name]()
        if name == "task_kill" and self.keeps_us_alive(arguments[0]):
            return
        # A dead process makes no calls: the handles that keep this one alive stay.
        given = {"handle_close": arguments[:1], "handle_replace": arguments[:1], "process_start": arguments[4:5]}
        if {self.small.me, self.small.thread} & set(given.get(name, arguments[2] if name == "channel_write" else ())):
            return
        self.make(name, arguments)

    def keeps_us_alive(self, value):
        handle = self.small.process.handles.get(value)
        return handle is not None and handle.object in (
            self.small.process,
            self.small.job_object,
            *self.small.process.threads.values(),
        )

    def make(self, name, arguments):
        line = f"{name} {' '.join(str(argument) for argument in arguments)}"
        try:
            getattr(self.small.calls, name)(*arguments)
        except KernelError as error:
            assert error.reason and "\n" not in error.reason, line
            line = f"expect {error.name} {line}"
        self.script.append(line)

    def touch(self):
        address, length = self.address(), self.choose.choice([1, 1, PAGE, 2 * PAGE, 5 * PAGE, 300 * PAGE])
        access = self.choose.choice("rrwwx")
        if address < 0:
            return
        self.script.append(f"touch {address:#x} {length} {access}")
        try:
            faults.touch(self.small.process, address, length, access)
        except KernelError as error:
            self.script[-1] = f"expect {error.name} {self.script[-1]}"


CALLS = [
    *["vmo_create", "vmo_clone", "vmo_write", "vmo_op_range", "vmar_map", "vmar_map"] * 3,
    *["vmo_read", "vmo_set_size", "vmar_allocate", "vmar_unmap", "vmar_protect", "handle_close"] * 2,
    "vmo_get_size",
    "vmar_destroy",
    "handle_duplicate",
    "handle_replace",
    "job_create",
    "process_create",
    "thread_create",
    "process_start",
    "thread_start",
    "task_kill",
    "process_read_memory",
    "process_write_memory",
    "object_get_info",
    "object_get_child",
    "object_get_property",
    "object_set_property",
    "channel_create",
    "channel_write",
    "channel_read",
    "event_create",
    "eventpair_create",
    "port_create",
    "socket_create",
    "fifo_create",
    "waitset_create",
]
