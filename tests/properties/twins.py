"""The model and the naive model side by side: every call is made on both, and all that can be seen has to agree."""

from kshell.kernel import faults, info
from kshell.kernel.abi import KernelError
from tests.kernel.player import Player
from tests.properties.naive import Job, Naive, Process, Refused, Thread

ACCESS = {"r": 1, "w": 2, "x": 4}
KIND = {"vmo": "Vmo", "vmar": "Vmar", "process": "Process", "thread": "Thread", "job": "Job", "channel": "Channel"}


class Different(AssertionError):
    """The two do not agree."""


class Twins(Player):
    """A player whose calls are made twice. `operations` counts them."""

    def __init__(self, seed, memory, slots):
        super().__init__(seed, memory, slots)
        self.operations = 0
        self.naive = naive = Naive(self.small.free + 3, slots)
        top = Job(naive.koid(), naive.root, b"root")
        job = Job(naive.koid(), top, b"job")
        naive.root.jobs.append(top)
        top.jobs.append(job)
        naive.pinned.append((top, 0x1CF))
        naive.me = process = Process(naive.koid(), job, b"main")
        naive.koid()
        thread = Thread(naive.koid(), process, b"main", 8)
        thread.state = process.state = "running"
        job.processes.append(process)
        process.threads.append(thread)
        naive.threads.append(thread)
        naive.processes.append(process)
        small = self.small
        process.table = {small.me: (process, 0x1CF), small.vmar: (process.root, 0x1F), small.job: (job, 0x1CF),
                         small.thread: (thread, 0xCF)}  # fmt: skip
        self.agree()

    def make(self, name, arguments):
        try:
            theirs, status = getattr(self.small.calls, name)(*arguments), "NO_ERROR"
        except KernelError as error:
            theirs, status = None, error.name
        prefix = "" if status == "NO_ERROR" else f"expect {status} "
        self.script.append(f"{prefix}{name} {' '.join(str(argument) for argument in arguments)}")
        try:
            (ours, handles), expected = getattr(self.naive, name)(*arguments), "NO_ERROR"
        except Refused as refused:
            ours, handles, expected = None, [], refused.status
        self.same(expected, status, "status")
        if status == "NO_ERROR":
            self.result(name, theirs, ours, handles)
        self.naive.reap()
        self.agree()

    def result(self, name, theirs, ours, handles):
        values = []
        if name == "channel_read":
            data, values = theirs
            self.same(ours, data, "data")
        elif name == "vmar_allocate":
            values = [theirs[0]]
            self.same(ours, theirs[1], "address")
        elif handles:
            values = list(theirs) if isinstance(theirs, tuple) else [theirs]
        elif name in ("vmo_read", "process_read_memory"):
            self.same(ours, theirs.tobytes(), "data")
        elif name == "object_get_info":
            records = [tuple(record.values()) if "depth" in record else record for record in theirs.records
                       if isinstance(record, dict)] or theirs.records  # fmt: skip
            self.same(ours, (theirs.actual, theirs.avail, list(records)), "info")
        elif name != "vmo_op_range":
            self.same(ours, theirs, "result")
        self.same(len(handles), len(values), "number of handles")
        self.naive.me.table.update(zip(values, handles, strict=True))

    def touch(self):
        address, length = self.address(), self.choose.choice([1, 1, 4096, 2 * 4096, 5 * 4096, 300 * 4096])
        access = self.choose.choice("rrwwwx")
        if address < 0:
            return
        line = f"touch {address:#x} {length} {access}"
        try:
            done = faults.touch(self.small.process, address, length, access)
            theirs, status = (done.faults, done.committed), "NO_ERROR"
        except KernelError as error:
            theirs, status = None, error.name
        self.script.append(line if theirs else f"expect {status} {line}")
        try:
            ours, expected = self.naive.touch(self.naive.me, address, length, ACCESS[access]), "NO_ERROR"
        except Refused as refused:
            ours, expected = None, refused.status
        self.same(expected, status, "status")
        self.same(ours, theirs, "faults and committed pages")
        self.agree()

    def agree(self):
        """Compares what can be seen of the whole machine."""
        self.operations += 1
        machine, naive = self.small.machine, self.naive
        self.same(naive.free(), machine.physmem.free, "free pages")
        self.same(len(naive.all_handles()), machine.handles.live, "handles")
        self.same(naive.next_koid, machine.next_koid, "next koid")
        self.same(set(naive.me.table), {value for value, _ in self.small.process.handles}, "handle values")
        ours = {process.koid: naive.usage(process) for process in naive.processes if process.state != "dead"}
        theirs = {koid: (p.aspace.mapped_bytes, info.committed_pages(p)) for koid, p in machine.processes.items()}
        self.same(ours, theirs, "mapped bytes and committed pages of the processes")
        if self.operations % 16 == 0:
            self.agree_deeply()

    def agree_deeply(self):
        """The rarer, dearer comparisons, and the machine's own laws."""
        machine, naive = self.small.machine, self.naive
        for process in naive.processes:
            if process.state != "dead":
                aspace = machine.processes[process.koid].aspace
                present = {page for start, end in aspace.present.runs() for page in range(start, end)}
                self.same(set(process.table_pages), present, "pages the CPU can reach")
                writable = {page for start, end in aspace.writable.runs() for page in range(start, end)}
                self.same({page for page, can in process.table_pages.items() if can}, writable, "pages it can write")
        self.same(sorted(vmo.koid for vmo in naive.vmos), sorted(vmo.koid for vmo in machine.vmos), "VMOs")
        self.same(
            sorted((job.koid, job.state) for job in naive.all_jobs()),
            sorted((job.koid, job.state) for _, job in machine.walk_jobs()),
            "jobs",
        )
        machine.check()

    def same(self, expected, found, what):
        if expected != found:
            raise Different(f"{what}: the naive model says {str(expected)[:400]}, the model {str(found)[:400]}")

    def step(self):
        """One random operation on both."""
        if self.choose.random() < 0.25:
            self.touch()
        else:
            self.call()
