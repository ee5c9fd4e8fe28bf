"""The naive model: what each call does, said as simply as it can be.

Lifetimes are found by looking at everything after every call: what no handle, mapping, clone, child or thread refers to
any more is gone. A call returns (value, objects of its new handles with their rights), or raises Refused. Handles are
known by the real values, which the caller enters.
"""

from tests.properties.naive_memory import (
    MAX_SIZE,
    PAGE,
    U64,
    NaiveMapping,
    NaiveMemory,
    NaiveVmar,
    NaiveVmo,
    require,
    up,
)
from tests.properties.naive_memory import Refused as Refused

BASE, SIZE = 0x1000000, 0x7FFFFEFFF000
SAME = 0x80000000
TASK = 0x1CF
DEFAULT = {"vmo": 0x3F, "channel": 0xE, "event": 0xF, "pair": 0xF, "port": 0xF, "waitset": 0xC, "thread": 0xCF,
           "job": TASK, "process": TASK, "vmar": 0x1F}  # fmt: skip
SOCKET = 14
TYPES = {"process": 1, "thread": 2, "vmo": 3, "channel": 4, "job": 17, "vmar": 18}


class Small:
    """An event, port, wait set, socket end ..., of the ABI's type number."""

    def __init__(self, kind, koid, type_):
        self.kind, self.koid, self.type, self.peer, self.peer_koid, self.queue = kind, koid, type_, None, 0, []


class Job:
    kind = "job"

    def __init__(self, koid, parent, name=b""):
        self.koid, self.parent, self.name, self.state = koid, parent, name, "ready"
        self.jobs, self.processes = [], []


class Process:
    kind = "process"

    def __init__(self, koid, job, name):
        self.koid, self.job, self.name = koid, job, name
        self.state, self.code, self.threads, self.table, self.table_pages = "initial", 0, [], {}, {}
        self.root = NaiveVmar(koid + 1, self, BASE, SIZE, 0x3C0)


class Thread:
    kind = "thread"

    def __init__(self, koid, process, name, stack):
        """`stack` is the first page of its place in the kernel's address space."""
        self.koid, self.process, self.name, self.state, self.stack = koid, process, name, "made", stack


class Naive(NaiveMemory):
    """A machine with one process that makes calls."""

    def __init__(self, total, slots):
        """`total` free pages at the start, `slots` handles in the system."""
        self.total, self.slots = total, slots
        self.next_koid = 1024
        self.moves = 0
        self.vmos, self.processes, self.threads, self.channels, self.rings = [], [], [], [], []
        self.root = Job(self.koid(), None)
        self.me = None
        # Handles that belong to the kernel: (object, rights).
        self.pinned = []

    def koid(self):
        self.next_koid += 1
        return self.next_koid - 1

    # Looking at everything

    def tables(self):
        return [process.table for process in self.processes]

    def all_handles(self):
        found = [entry for table in self.tables() for entry in table.values()] + list(self.pinned)
        for channel in self.channels:
            for _, handles in channel.queue:
                found.extend(handles)
        return found

    def free(self):
        pages = sum(len(vmo.pages) for vmo in self.vmos)
        return self.total - pages - 2 * len(self.threads) - self.page_tables()

    def page_tables(self):
        """The pages of all page tables: a top one for each address space, and below it one for each stretch of 2^27,
        2^18 and 2^9 pages in which a page is present; in the kernel's own for its stacks."""
        aspaces = {id(process): process for process in self.processes}
        # A VMAR that somebody holds keeps its address space when the process is gone.
        aspaces.update((id(thing.process), thing.process) for thing, _ in self.all_handles() if thing.kind == "vmar")
        total = len(aspaces)
        for process in aspaces.values():
            total += sum(len({page >> bits for page in process.table_pages}) for bits in (9, 18, 27))
        stacks = [start + page for start in (thread.stack for thread in self.threads) for page in (1, 2)]
        return total + len({page >> 9 for page in stacks} - {0})

    def place(self, pages):
        """The lowest stretch of so many pages that is free in the kernel's address space, from its 8th page on."""
        taken = sorted([(thread.stack, 4) for thread in self.threads] + [(ring.ring, 64) for ring in self.rings])
        at = 8
        for start, size in taken:
            if start - at >= pages:
                break
            at = start + size
        return at

    def mappings(self):
        return [mapping for process in self.processes for mapping in process.root.all_mappings()]

    def reap(self):
        """Ends all that nothing refers to any more, until nothing more ends."""
        while self.reap_once():
            pass

    def reap_once(self):
        held = {id(thing) for thing, _ in self.all_handles()}
        for channel in self.channels:
            if id(channel) not in held:
                # What nobody can read any more goes with the end; an end that only its own queue holds stays for ever.
                self.channels.remove(channel)
                return True
        for ring in self.rings:
            if id(ring) not in held:
                self.rings.remove(ring)
                return True
        for process in self.processes:
            if id(process) not in held and process.state in ("initial", "running"):
                self.kill_process(process)
                return True
        for thread in self.threads:
            if id(thread) in held:
                continue
            if thread.state == "running":
                self.kill_thread(thread)
                return True
            self.threads.remove(thread)
            return True
        for process in list(self.processes):
            used = id(process) in held or any(thread.process is process for thread in self.threads)
            if process.state == "dead" and not used:
                self.processes.remove(process)
                return True
        mapped = {id(mapping.vmo) for mapping in self.mappings()}
        for vmo in self.vmos:
            if id(vmo) not in held and id(vmo) not in mapped and not any(child.parent is vmo for child in self.vmos):
                self.vmos.remove(vmo)
                return True
        for job in self.all_jobs():
            members = any(process.job is job for process in self.processes)
            if job is not self.root and id(job) not in held and not members and not job.jobs:
                job.parent.jobs.remove(job)
                self.settle(job.parent)
                return True
        return False

    def all_jobs(self):
        found = [self.root]
        for job in found:
            found.extend(job.jobs)
        return found

    def settle(self, job):
        if job.state == "killing" and not job.jobs and not job.processes:
            job.state = "ready"

    # Ending tasks

    def kill_process(self, process, code=-1):
        if process.state == "dead":
            return
        if process.state != "dying":
            process.code = code
        process.state = "dying"
        for thread in list(process.threads):
            self.kill_thread(thread)
        if process.state != "dead":
            self.bury(process)

    def bury(self, process):
        process.state = "dead"
        process.table = {}
        if process.root.alive:
            process.root.kill()
        process.table_pages = {}
        if process.job is not None and process in process.job.processes:
            process.job.processes.remove(process)
            self.settle(process.job)

    def kill_thread(self, thread):
        if thread.state == "made":
            thread.state = "unmade"
        elif thread.state == "running":
            thread.state = "dead"
            process = thread.process
            process.threads.remove(thread)
            if not process.threads and process.state != "dead":
                self.bury(process)

    def kill_job(self, job):
        if job.state != "ready" or not (job.jobs or job.processes):
            return
        job.state = "killing"
        for child in reversed(list(job.jobs)):
            self.kill_job(child)
        for process in reversed(list(job.processes)):
            self.kill_process(process)

    # Handles

    def entry(self, value, rights=0, *kinds):
        entry = self.me.table.get(value)
        require(entry is not None, "ERR_BAD_HANDLE")
        require(not rights & ~entry[1], "ERR_ACCESS_DENIED")
        require(not kinds or entry[0].kind in kinds, "ERR_WRONG_TYPE")
        return entry

    def get(self, value, rights=0, *kinds):
        return self.entry(value, rights, *kinds)[0]

    def room(self, count):
        require(len(self.all_handles()) + count <= self.slots, "ERR_NO_MEMORY")

    def made(self, *things):
        return None, [(thing, DEFAULT[thing.kind]) for thing in things]

    def handle_close(self, value):
        self.get(value)
        del self.me.table[value]
        return None, []

    def handle_duplicate(self, value, rights):
        thing, having = self.entry(value)
        require(having & 1, "ERR_ACCESS_DENIED")
        rights = having if rights == SAME else rights
        require(not rights & ~having, "ERR_INVALID_ARGS")
        self.room(1)
        return None, [(thing, rights)]

    def handle_replace(self, value, rights):
        thing, having = self.entry(value)
        rights = having if rights == SAME else rights
        # Out of the table, and back in as the newest if it fails.
        self.me.table[value] = self.me.table.pop(value)
        require(not rights & ~having, "ERR_INVALID_ARGS")
        self.room(1)
        del self.me.table[value]
        return None, [(thing, rights)]

    # VMOs

    def vmo_create(self, size, options):
        require(options == 0, "ERR_INVALID_ARGS")
        require(size <= MAX_SIZE, "ERR_NO_MEMORY")
        vmo = NaiveVmo(self.koid(), size)
        self.room(1)
        self.vmos.append(vmo)
        return self.made(vmo)

    def vmo_clone(self, value, options, offset, size):
        parent, rights = self.entry(value, 5, "vmo")
        require(options & 1, "ERR_INVALID_ARGS")
        require(size <= MAX_SIZE, "ERR_OUT_OF_RANGE")
        require(offset % PAGE == 0, "ERR_INVALID_ARGS")
        require(offset + size < U64, "ERR_OUT_OF_RANGE")
        clone = NaiveVmo(self.koid(), size, parent, offset)
        self.room(1)
        self.vmos.append(clone)
        return None, [(clone, rights | 0x38)]

    def vmo_read(self, value, offset, length):
        vmo = self.get(value, 4, "vmo")
        return self.read_vmo(vmo, offset, self.trim(vmo, offset, length)), []

    def vmo_write(self, value, offset, data):
        vmo = self.get(value, 8, "vmo")
        length = self.trim(vmo, offset, len(data))
        self.write_vmo(vmo, offset, data[:length].tobytes())
        return length, []

    def vmo_get_size(self, value):
        return self.get(value, 0, "vmo").size, []

    def vmo_set_size(self, value, size):
        self.resize(self.get(value, 8, "vmo"), size)
        return None, []

    def vmo_op_range(self, value, op, offset, size):
        vmo = self.get(value, 0, "vmo")
        if op == 1:
            self.commit(vmo, offset, size)
        elif op == 2:
            self.decommit(vmo, offset, size)
        elif op in (3, 4):
            raise Refused("ERR_NOT_SUPPORTED")
        elif 5 <= op <= 9:
            require(size, "ERR_INVALID_ARGS")
            require(offset + size <= vmo.size, "ERR_OUT_OF_RANGE")
            for index in range(offset // PAGE, up(offset + size) // PAGE) if op == 5 else ():
                require(not isinstance(self.get_page(vmo, index * PAGE, False, False), str), "ERR_NO_MEMORY")
        else:
            raise Refused("ERR_INVALID_ARGS")
        return None, []

    # VMARs

    def vmar_allocate(self, value, offset, size, flags):
        rights = (flags & 0x380) >> 5
        parent = self.get(value, rights, "vmar")
        require(not flags & ~0x3FF and not flags & 5 and size % PAGE == 0 and not flags & 0x20, "ERR_INVALID_ARGS")
        base = parent.place(offset, size, flags)
        child = NaiveVmar(self.koid(), parent.process, base, size, flags & 0x3C0, parent)
        self.room(1)
        parent.children.append(child)
        parent.sort()
        return base, [(child, 3 | rights)]

    def vmar_map(self, value, vmar_offset, vmo_value, vmo_offset, length, flags):
        vmar, vmar_rights = self.entry(value, 0, "vmar")
        vmo, vmo_rights = self.entry(vmo_value, 0, "vmo")
        require(vmo_rights & 0x20, "ERR_ACCESS_DENIED")
        require(flags & 1 and not flags & 0x380, "ERR_INVALID_ARGS")
        both = (vmar_rights & vmo_rights) >> 2 & 7
        require(not flags & 7 & ~both, "ERR_ACCESS_DENIED")
        require(not flags & ~0x3FF and not flags & 0x48, "ERR_INVALID_ARGS")
        require(not (flags & 7) << 7 & ~vmar.flags, "ERR_ACCESS_DENIED")
        size = up(length) % U64
        require(vmo_offset % PAGE == 0 and vmo_offset + size < U64, "ERR_INVALID_ARGS")
        base = vmar.place(vmar_offset, size, flags & 0x30 | both << 7)
        vmar.children.append(NaiveMapping(base, size, vmo, vmo_offset, flags & 7, both << 7))
        vmar.sort()
        return base, []

    def inside(self, vmar, address, length):
        require(address % PAGE == 0 and length, "ERR_INVALID_ARGS")
        size = up(length) % U64
        require(vmar.alive, "ERR_BAD_STATE")
        within = vmar.base <= address < vmar.base + vmar.size and size <= vmar.base + vmar.size - address
        require(within, "ERR_INVALID_ARGS")
        return size

    def vmar_unmap(self, value, address, length):
        vmar = self.get(value, 0, "vmar")
        vmar.remove(address, self.inside(vmar, address, length), True)
        return None, []

    def vmar_protect(self, value, address, length, flags):
        vmar = self.get(value, (flags & 7) << 2, "vmar")
        require(flags & 1 and address % PAGE == 0 and not flags & ~7, "ERR_INVALID_ARGS")
        vmar.protect(address, self.inside(vmar, address, length), flags)
        return None, []

    def vmar_destroy(self, value):
        vmar = self.get(value, 0, "vmar")
        require(vmar.alive, "ERR_BAD_STATE")
        if vmar.parent is not None:
            vmar.parent.children.remove(vmar)
        vmar.kill()
        return None, []

    # Tasks

    def job_create(self, value):
        parent = self.get(value, 8, "job")
        koid = self.koid()
        require(parent.state == "ready", "ERR_BAD_STATE")
        self.room(1)
        job = Job(koid, parent)
        parent.jobs.append(job)
        return self.made(job)

    def process_create(self, value, name):
        job = self.get(value, 8, "job") if value else None
        koid = self.koid()
        require(job is None or job.state == "ready", "ERR_BAD_STATE")
        self.koid()
        require(self.free() >= 1, "ERR_NO_MEMORY")
        self.room(2)
        process = Process(koid, job, name.encode()[:31])
        self.processes.append(process)
        if job is not None:
            job.processes.append(process)
        return self.made(process, process.root)

    def thread_create(self, value, name):
        process = self.get(value, 8, "process")
        koid = self.koid()
        require(self.free() >= 2, "ERR_NO_MEMORY")
        self.room(1)
        thread = Thread(koid, process, name.encode(), self.place(4))
        tables = {(thread.stack + page) >> 9 for page in (1, 2)}
        tables -= {(other.stack + page) >> 9 for other in self.threads for page in (1, 2)} | {0}
        require(self.free() >= 2 + len(tables), "ERR_NO_MEMORY")
        self.threads.append(thread)
        return self.made(thread)

    def process_start(self, value, thread_value, entry, sp, argument, argument2):
        process, thread = self.get(value, 8, "process"), self.get(thread_value, 8, "thread")
        require(thread.process is process, "ERR_ACCESS_DENIED")
        require(argument in self.me.table, "ERR_INVALID_ARGS")
        moved = self.me.table.pop(argument)
        if process is self.me:
            # A process that starts itself knows the handle by the same value as before.
            process.table[argument] = moved
        elif process.state != "dead":
            process.table[f"argument {self.moves}"] = moved
            self.moves += 1
        require(thread.state == "made" and process.state == "initial", "ERR_BAD_STATE")
        thread.state = process.state = "running"
        process.threads.append(thread)
        return None, []

    def thread_start(self, value, *arguments):
        thread = self.get(value, 8, "thread")
        require(thread.state == "made" and thread.process.state == "running", "ERR_BAD_STATE")
        thread.state = "running"
        thread.process.threads.append(thread)
        return None, []

    def task_kill(self, value):
        thing = self.get(value, 8)
        kill = {"process": self.kill_process, "thread": self.kill_thread, "job": self.kill_job}.get(thing.kind)
        require(kill, "ERR_WRONG_TYPE")
        kill(thing)
        return None, []

    def window(self, process, address):
        mapping = process.root.find(address) if process.root.alive else None
        require(mapping is not None, "ERR_NO_MEMORY")
        return mapping.vmo, address - mapping.base + mapping.offset

    def process_read_memory(self, value, address, length):
        require(0 < length <= 64 << 20, "ERR_INVALID_ARGS")
        vmo, offset = self.window(self.get(value, 12, "process"), address)
        return self.read_vmo(vmo, offset, self.trim(vmo, offset, length)), []

    def process_write_memory(self, value, address, data):
        require(0 < len(data) <= 64 << 20, "ERR_INVALID_ARGS")
        vmo, offset = self.window(self.get(value, 8, "process"), address)
        length = self.trim(vmo, offset, len(data))
        self.write_vmo(vmo, offset, data[:length].tobytes())
        return length, []

    # Objects

    def object_get_info(self, value, topic, capacity):
        if topic == 1:
            self.get(value)
            return (0, 0, []), []
        lists = {4: (0x100, "process"), 8: (0x100, "job"), 9: (0x100, "job"), 13: (4, "process"),
                 5: (0x100, "resource"), 6: (0x100, "resource")}  # fmt: skip
        if topic in lists:
            return self.info_list(self.get(value, *lists[topic]), topic, capacity), []
        singles = {2: (0,), 3: (4, "process"), 7: (0, "vmar"), 10: (4, "thread"), 11: (4, "thread"), 12: (4, "process")}
        require(topic in singles, "ERR_NOT_SUPPORTED")
        thing, rights = self.entry(value, *singles[topic])
        require(capacity != 0, "ERR_BUFFER_TOO_SMALL")
        return (1, 1, [self.record(thing, rights, topic)]), []

    def record(self, thing, rights, topic):
        if topic == 2:
            related = {"process": lambda: thing.job.koid if thing.job else 0, "thread": lambda: thing.process.koid,
                       "job": lambda: thing.parent.koid if thing.parent else 0}  # fmt: skip
            koid = related[thing.kind]() if thing.kind in related else getattr(thing, "peer_koid", 0)
            type_ = TYPES.get(thing.kind) or thing.type
            props = 0 if type_ in (6, 18, 20) else 1
            return {"koid": thing.koid, "rights": rights, "type": type_, "related_koid": koid, "props": props}
        if topic == 3:
            ended = int(thing.state in ("dying", "dead"))
            started = int(thing.state != "initial")
            return {"return_code": thing.code, "started": started, "exited": ended, "debugger_attached": 0}
        if topic == 7:
            return {"base": thing.base, "len": thing.size}
        require(topic != 11, "ERR_BAD_STATE")
        if topic == 10:
            return {"wait_exception_port_type": 0}
        require(thing.state == "running", "ERR_BAD_STATE")
        mapped, committed = self.usage(thing)
        return {"mem_mapped_bytes": mapped, "mem_committed_bytes": committed * PAGE}

    def usage(self, process):
        mappings = list(process.root.all_mappings())
        return sum(mapping.size for mapping in mappings), sum(self.committed(mapping) for mapping in mappings)

    def info_list(self, thing, topic, capacity):
        if topic == 8:
            return self.descendants(thing, capacity)
        if topic == 13:
            require(thing is not self.me, "ERR_ACCESS_DENIED")
            require(thing.state == "running", "ERR_BAD_STATE")
            records = [("unnamed", BASE, SIZE, 0, 1, 0, 0)]
            if thing.root.alive:
                self.map_records(thing.root, 1, records)
        else:
            records = [one.koid for one in (thing.threads if topic == 4 else thing.processes)]
        written = records if capacity is None else records[:capacity]
        return len(written), len(records), written

    def map_records(self, vmar, depth, records):
        records.append(("root" if depth == 1 else "useralloc", vmar.base, vmar.size, depth, 2, 0, 0))
        for child in vmar.children:
            if isinstance(child, NaiveVmar):
                self.map_records(child, depth + 1, records)
            else:
                committed = self.committed(child)
                records.append(("useralloc", child.base, child.size, depth + 1, 3, child.perms, committed))

    def descendants(self, job, capacity):
        koids = []
        avail = 0

        def visit(one):
            nonlocal avail
            avail = len(one.jobs)
            for child in one.jobs:
                if capacity is not None and len(koids) >= capacity:
                    return
                koids.append(child.koid)
                visit(child)

        visit(job)
        return len(koids), avail, koids

    def object_get_child(self, value, koid, rights):
        if value == 0:
            allowed = TASK
            child = next((p for p in self.processes if p.koid == koid and p.state != "dead" and p.job), None)
        else:
            parent, allowed = self.entry(value)
            require(allowed & 0x100, "ERR_ACCESS_DENIED")
        granted = allowed if rights == SAME else rights
        require(not granted & ~allowed, "ERR_ACCESS_DENIED")
        if value:
            require(parent.kind in ("process", "job"), "ERR_WRONG_TYPE")
            children = parent.threads if parent.kind == "process" else [*parent.jobs, *parent.processes]
            child = next((one for one in children if one.koid == koid), None)
        require(child is not None, "ERR_NOT_FOUND")
        self.room(1)
        return None, [(child, granted)]

    def object_get_property(self, value, number):
        thing = self.get(value, 0x40)
        if number == 3:
            return thing.name.split(b"\0")[0] if hasattr(thing, "name") else b"", []
        require(number in (1, 2, 5), "ERR_INVALID_ARGS")
        require(thing.kind == ("thread" if number == 2 else "process"), "ERR_WRONG_TYPE")
        return (1 if number == 2 else 0), []

    def object_set_property(self, value, number, name):
        thing = self.get(value, 0x80)
        require(hasattr(thing, "name"), "ERR_NOT_SUPPORTED")
        thing.name = name.encode()[:31]
        return None, []

    # Messages and small objects

    def pair(self, kind, type_):
        first, second = Small(kind, self.koid(), type_), Small(kind, self.koid(), type_)
        first.peer, second.peer = second, first
        first.peer_koid, second.peer_koid = second.koid, first.koid
        self.room(2)
        if kind == "channel":
            self.channels += [first, second]
        if type_ == SOCKET:
            for end in (first, second):
                end.ring = self.place(64)
                self.rings.append(end)
        return self.made(first, second)

    def single(self, kind, type_):
        thing = Small(kind, self.koid(), type_)
        self.room(1)
        return self.made(thing)

    def channel_create(self):
        return self.pair("channel", 4)

    def event_create(self):
        return self.single("event", 5)

    def eventpair_create(self):
        return self.pair("pair", 16)

    def socket_create(self):
        return self.pair("pair", SOCKET)

    def waitset_create(self):
        return self.single("waitset", 13)

    def port_create(self, options):
        require(options <= 1, "ERR_INVALID_ARGS")
        return self.single("port", 20 if options else 6)

    def fifo_create(self, count, size):
        require(count in (1, 2, 4) and count * size <= 4096, "ERR_OUT_OF_RANGE")
        return self.pair("pair", 19)

    def closed(self, end):
        """Whether the other end is gone."""
        return end.peer not in self.channels

    def channel_write(self, value, data, handles):
        end = self.get(value, 8, "channel")
        for other in handles:
            entry = self.me.table.get(other)
            require(entry is not None, "ERR_BAD_HANDLE")
            require(entry[0] is not end, "ERR_NOT_SUPPORTED")
            require(entry[1] & 2, "ERR_ACCESS_DENIED")
        require(len(set(handles)) == len(handles), "ERR_INVALID_ARGS")
        require(not self.closed(end), "ERR_PEER_CLOSED")
        end.peer.queue.append((data, [self.me.table.pop(other) for other in handles]))
        return None, []

    def channel_read(self, value, options, num_bytes, num_handles):
        end = self.get(value, 4, "channel")
        require(not options & ~1, "ERR_NOT_SUPPORTED")
        require(end.queue, "ERR_PEER_CLOSED" if self.closed(end) else "ERR_SHOULD_WAIT")
        data, handles = end.queue[0]
        if len(data) > num_bytes or len(handles) > num_handles:
            if options:
                end.queue.pop(0)
            raise Refused("ERR_BUFFER_TOO_SMALL")
        end.queue.pop(0)
        return data, handles
