"""The naive model's memory: a dict per page, a list of regions, no caches, no ranges.

Written from the facts of the real kernel, a page and a region at a time, so that it shares no idea with the model
it judges: `get_page` is the kernel's GetPageLocked, word for word.
"""

PAGE = 4096
U64 = 1 << 64
MAX_SIZE = U64 - PAGE
ZERO = bytes(PAGE)
READ, WRITE, EXECUTE = 1, 2, 4


class Refused(Exception):
    """The call ends with this status."""

    def __init__(self, status):
        super().__init__(status)
        self.status = status


def require(condition, status):
    if not condition:
        raise Refused(status)


def up(value):
    return (value + PAGE - 1) // PAGE * PAGE


class NaiveVmo:
    kind = "vmo"

    def __init__(self, koid, size, parent=None, offset=0):
        self.koid, self.size, self.parent, self.offset = koid, size, parent, offset
        self.pages = {}


class NaiveMapping:
    def __init__(self, base, size, vmo, offset, perms, can):
        self.base, self.size, self.vmo, self.offset, self.perms, self.can = base, size, vmo, offset, perms, can


class NaiveVmar:
    kind = "vmar"

    def __init__(self, koid, process, base, size, flags, parent=None):
        self.koid, self.process, self.base, self.size, self.flags = koid, process, base, size, flags
        self.parent, self.children, self.alive = parent, [], True

    def sort(self):
        self.children.sort(key=lambda child: child.base)

    def all_mappings(self):
        for child in self.children:
            if isinstance(child, NaiveMapping):
                yield child
            else:
                yield from child.all_mappings()

    def find(self, address):
        for child in self.children:
            if child.base <= address < child.base + child.size:
                return child if isinstance(child, NaiveMapping) else child.find(address)
        return None

    def kill(self):
        for child in list(self.children):
            if isinstance(child, NaiveMapping):
                self.forget(child.base, child.base + child.size)
            else:
                child.kill()
        self.children, self.alive, self.parent = [], False, None

    def forget(self, start, end):
        """Takes addresses out of the page table."""
        for page in range(start // PAGE, end // PAGE) if end - start < 4096 * PAGE else list(self.process.table_pages):
            if start <= page * PAGE < end:
                self.process.table_pages.pop(page, None)

    # Placing

    def place(self, offset, size, flags):
        require(self.alive, "ERR_BAD_STATE")
        require(size, "ERR_INVALID_ARGS")
        require(not flags & ~self.flags & 0x380, "ERR_ACCESS_DENIED")
        specific = flags & 0x30
        require(specific or not offset, "ERR_INVALID_ARGS")
        require(not specific or self.flags & 0x40, "ERR_ACCESS_DENIED")
        require(offset < self.size and size <= self.size - offset, "ERR_INVALID_ARGS")
        if not specific:
            at = self.base
            for child in self.children:
                if child.base - at >= size:
                    return at
                at = child.base + child.size
            require(self.base + self.size - at >= size, "ERR_NO_MEMORY")
            return at
        base = self.base + offset
        require(base % PAGE == 0, "ERR_INVALID_ARGS")
        if any(child.base < base + size and base < child.base + child.size for child in self.children):
            require(flags & 0x20, "ERR_NO_MEMORY")
            self.remove(base, size, False)
        return base

    def remove(self, base, size, vmars_too):
        end = base + size
        before = [child for child in self.children if child.base <= base][-1:]
        if not size:
            # Nothing is between where the search begins and where it ends when a region begins right there.
            before = [child for child in before if child.base < base]
        touched = [child for child in self.children if size and child.base < end and base < child.base + child.size]
        for child in before + touched:
            if isinstance(child, NaiveVmar):
                whole = child.base >= base and child.base + child.size <= end
                require(vmars_too and whole, "ERR_INVALID_ARGS")
        for child in touched:
            if isinstance(child, NaiveVmar):
                self.children.remove(child)
                child.kill()
                continue
            low, high = max(child.base, base), min(child.base + child.size, end)
            self.forget(low, high)
            self.children.remove(child)
            for start, stop in ((child.base, low), (high, child.base + child.size)):
                if start < stop:
                    offset = child.offset + start - child.base
                    self.children.append(NaiveMapping(start, stop - start, child.vmo, offset, child.perms, child.can))
            self.sort()

    def protect(self, base, size, perms):
        end = base + size
        first = next((child for child in self.children if child.base <= base < child.base + child.size), None)
        require(first is not None, "ERR_NOT_FOUND")
        touched = [child for child in self.children if size and child.base < end and base < child.base + child.size]
        if not size and first.base < base:
            touched = [first]
        at = first.base
        for child in touched:
            require(isinstance(child, NaiveMapping), "ERR_INVALID_ARGS")
            require(child.base == at, "ERR_NOT_FOUND")
            require(not (perms << 7) & ~child.can, "ERR_ACCESS_DENIED")
            at = child.base + child.size
        require(at >= end, "ERR_NOT_FOUND")
        for child in touched:
            low, high = max(child.base, base), min(child.base + child.size, end)
            if low >= high or perms == child.perms:
                continue
            self.children.remove(child)
            for start, stop, having in (
                (child.base, low, child.perms), (low, high, perms), (high, child.base + child.size, child.perms)
            ):  # fmt: skip
                if start < stop:
                    offset = child.offset + start - child.base
                    self.children.append(NaiveMapping(start, stop - start, child.vmo, offset, having, child.can))
            if perms != 7:
                for page in [page for page in self.process.table_pages if low <= page * PAGE < high]:
                    self.process.table_pages[page] = False
            self.sort()


class NaiveMemory:
    """What the calls on VMOs do; a part of the naive machine, which has `free`, `vmos`, `processes`."""

    def get_page(self, vmo, offset, write, fault):
        """The page's bytes, or the name of what went wrong."""
        if offset >= vmo.size:
            return "ERR_OUT_OF_RANGE"
        index = offset // PAGE
        if index in vmo.pages:
            return vmo.pages[index]
        if vmo.parent is not None:
            found = self.get_page(vmo.parent, vmo.offset + offset, write, False)
            if not isinstance(found, str):
                return self.add_page(vmo, index, found) if write else found
        if not fault:
            return "ERR_NOT_FOUND"
        return self.add_page(vmo, index, ZERO) if write else ZERO

    def add_page(self, vmo, index, data):
        if self.free() < 1:
            return "ERR_NO_MEMORY"
        vmo.pages[index] = bytearray(data)
        self.changed(vmo, index)
        return vmo.pages[index]

    def changed(self, vmo, index):
        """Takes a page out of the page tables of all who show it."""
        for process in self.processes:
            for mapping in process.root.all_mappings():
                if mapping.vmo is vmo and 0 <= index * PAGE - mapping.offset < mapping.size:
                    process.table_pages.pop((mapping.base + index * PAGE - mapping.offset) // PAGE, None)
        for child in self.vmos:
            if child.parent is vmo and index * PAGE >= child.offset:
                self.changed(child, index - child.offset // PAGE)

    def changed_range(self, vmo, start, end):
        """The same for many pages, asked the other way round: every page in a table, whose is it?"""
        for process in self.processes:
            for page in list(process.table_pages):
                mapping = process.root.find(page * PAGE)
                shown = mapping.vmo
                index = (page * PAGE - mapping.base + mapping.offset) // PAGE
                while shown is not vmo and shown.parent is not None:
                    index += shown.offset // PAGE
                    shown = shown.parent
                if shown is vmo and start <= index < end:
                    del process.table_pages[page]

    def trim(self, vmo, offset, length):
        require(offset + length < U64 and offset <= vmo.size, "ERR_OUT_OF_RANGE")
        return min(length, vmo.size - offset)

    def chunks(self, offset, length):
        while length:
            size = min(PAGE - offset % PAGE, length)
            yield offset, size
            offset, length = offset + size, length - size

    def read_vmo(self, vmo, offset, length):
        out = []
        for at, size in self.chunks(offset, length):
            page = self.get_page(vmo, at, False, True)
            out.append(bytes(page[at % PAGE : at % PAGE + size]))
        return b"".join(out)

    def write_vmo(self, vmo, offset, data):
        done = 0
        for at, size in self.chunks(offset, len(data)):
            page = self.get_page(vmo, at, True, True)
            require(not isinstance(page, str), page)
            page[at % PAGE : at % PAGE + size] = data[done : done + size]
            done += size

    def commit(self, vmo, offset, length):
        length = self.trim(vmo, offset, length)
        if not length:
            return
        start, end = offset // PAGE, up(offset + length) // PAGE
        present = sum(start <= index < end for index in vmo.pages)
        missing = end - start - present
        require(missing <= self.free(), "ERR_NO_MEMORY")
        if missing:
            for index in range(start, end):
                vmo.pages.setdefault(index, bytearray(PAGE))
            self.changed_range(vmo, start, end)

    def decommit(self, vmo, offset, length):
        length = self.trim(vmo, offset, length)
        if length:
            self.drop(vmo, up(offset) // PAGE, up(offset + length) // PAGE)

    def drop(self, vmo, start, end):
        for index in [index for index in vmo.pages if start <= index < end]:
            del vmo.pages[index]
        self.changed_range(vmo, start, end)

    def resize(self, vmo, size):
        require(size <= MAX_SIZE, "ERR_OUT_OF_RANGE")
        new, old = up(size) // PAGE, up(vmo.size) // PAGE
        self.drop(vmo, new, old) if new < old else self.changed_range(vmo, old, new)
        vmo.size = size

    def committed(self, mapping):
        end = min(mapping.offset + mapping.size, mapping.vmo.size)
        return sum(mapping.offset <= index * PAGE < end for index in mapping.vmo.pages)

    def touch(self, process, address, length, access):
        """(faults, committed); raises Refused with both in `done` so far kept in the page table."""
        faults, before = 0, sum(len(vmo.pages) for vmo in self.vmos)
        for page in range(address // PAGE, (address + length + PAGE - 1) // PAGE):
            mapping = process.root.find(page * PAGE) if process.root.alive else None
            require(mapping is not None, "ERR_NOT_FOUND")
            require(mapping.perms & access, "ERR_ACCESS_DENIED")
            reachable = process.table_pages.get(page)
            if reachable is None or (access == WRITE and not reachable):
                offset = page * PAGE - mapping.base + mapping.offset
                found = self.get_page(mapping.vmo, offset, access == WRITE, True)
                require(not isinstance(found, str), found)
                tables = sum(page >> bits not in {one >> bits for one in process.table_pages} for bits in (9, 18, 27))
                require(tables <= self.free(), "ERR_NO_MEMORY")
                process.table_pages[page] = access == WRITE or bool(reachable)
                faults += 1
        return faults, sum(len(vmo.pages) for vmo in self.vmos) - before
