"""Handles: a process's names for kernel objects, and the one arena of slots that all processes share.

    value = mixer ^ (base << 1 | 1)         base = generation << slot bits | slot

A slot that was freed last is used first, with the next generation, so an old value is refused even when its
slot has a new handle. `mixer` is the process's own, so the same slot has another value in every process. With
the kernel's own table of 262,144 slots a slot takes 18 bits and a generation 12; a larger table (`--handles`)
takes the bits it needs from the generation. The slots lie in the kernel's address space, whose page tables come as
slots are used for the first time: one for each 2 MiB of slots, and of the list of those that were freed.

Rules: docs/kernel-rules.md 1.4, docs/kernel-memory.md; `kernel/lib/magenta/magenta.cpp`, `kernel/lib/mxtl/arena.cpp`,
`process_dispatcher.cpp`.
"""

from __future__ import annotations

from kshell.kernel.abi import ERR_NO_MEMORY, KernelError
from kshell.kernel.compiling import mypyc_attr, poll
from kshell.kernel.objects import KernelObject
from kshell.kernel.physmem import PhysicalMemory, out_of_memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SLOT_BITS = 18
# A slot's bytes, those of its entry in the list of freed ones, how far both begin into their first page table's reach.
SLOT_BYTES = 40
FREED_BYTES = 16
ARENA_OFFSET = 16 << 10
TABLE_BYTES = 2 << 20
BASE_BITS = 30
MIXER_MASK = 0x7FFFFFFC
TYPE_SLOTS = 24


@mypyc_attr(allow_interpreted_subclasses=True)
class Handle:
    """A reference to an object with rights; `base` is its slot and generation."""

    __slots__ = ("object", "rights", "base")

    def __init__(self, object_: KernelObject, rights: int, base: int) -> None:
        self.object = object_
        self.rights = rights
        self.base = base


@mypyc_attr(allow_interpreted_subclasses=True)
class HandleArena:
    """The system's handle slots.

    Invariants: `live` counts the handles that exist, in tables and in messages; live + len(_freed) == _fresh;
    `travelling` are those in messages that nobody has read.
    """

    __slots__ = (
        "slots", "live", "travelling", "tables", "_physmem", "_slot_bits", "_slot_mask", "_freed", "_fresh", "_dead",
        "_closing", "_slot_limit", "_freed_limit",
    )  # fmt: skip

    def __init__(self, slots: int, physmem: PhysicalMemory) -> None:
        """`slots` handles can exist at a time in the whole system (1 to 2^24). Page tables come from `physmem`."""
        if not 1 <= slots <= 1 << 24:
            raise ValueError("a handle table has 1 to 16777216 slots")
        self.slots = slots
        self.live = 0
        self.travelling: dict[Handle, None] = {}
        self._slot_bits = max(SLOT_BITS, (slots - 1).bit_length())
        self._slot_mask = (1 << self._slot_bits) - 1
        # Page tables that had to be made for slots, and for the list of freed ones: they never go again.
        self.tables = 0
        self._physmem = physmem
        # The first slot, and the first length of that list, that the page tables there are do not reach.
        self._slot_limit = self._reach(1, SLOT_BYTES)
        self._freed_limit = self._reach(1, FREED_BYTES) + 1
        self._freed: list[int] = []
        self._fresh = 0
        self._dead: list[KernelObject] = []
        self._closing = False

    def make(self, object_: KernelObject, rights: int) -> Handle:
        """A new handle to `object_` that is in no table yet. Raises ERR_NO_MEMORY when all slots are taken."""
        freed = self._freed
        if not freed:
            slot = self._fresh
            if slot >= self.slots:
                raise self.full()
            if slot >= self._slot_limit:
                self._add_table()
                self._slot_limit = self._reach(slot * SLOT_BYTES // TABLE_BYTES + 2, SLOT_BYTES)
        if not object_.handle_count:
            object_.on_first_handle()
        if freed:
            base = freed.pop()
        else:
            self._fresh = slot + 1
            base = slot | 1 << self._slot_bits
        self.live += 1
        object_.handle_count += 1
        return Handle(object_, rights, base)

    def full(self) -> KernelError:
        """ERR_NO_MEMORY of a full table."""
        return KernelError(
            ERR_NO_MEMORY,
            f"the system's handle table is full: {self.live} of {self.slots} handles exist; close some, "
            "or start with a larger --handles",
        )

    def destroy(self, handle: Handle) -> None:
        """Frees the handle's slot; when it was the object's last handle, the object learns of it.

        What an object does then may close further handles (a process its table, a channel its messages). They
        are dealt with here one after the other, so a chain of any length needs no stack, as with the kernel's
        reaper. Waits with the handle end first (`DeleteHandle`).
        """
        if handle.object.observers is not None:
            handle.object.cancel(handle)
        base = handle.base
        # The generation wraps within its bits, as the kernel's does.
        base = (base + self._slot_mask + 1) & ((1 << BASE_BITS) - 1)
        freed = self._freed
        freed.append(base)
        if len(freed) >= self._freed_limit:
            self._freed_limit = self._reach(len(freed) * FREED_BYTES // TABLE_BYTES + 2, FREED_BYTES) + 1
            if self._physmem.free:
                self._add_table()
        self.live -= 1
        object_ = handle.object
        object_.handle_count -= 1
        if object_.handle_count:
            return
        self._dead.append(object_)
        if self._closing:
            return
        self._closing = True
        try:
            while self._dead:
                self._dead.pop().on_zero_handles()
        finally:
            self._closing = False

    def _reach(self, tables: int, record: int) -> int:
        """The first record of `record` bytes that so many page tables do not reach as a whole.

        The last 2 MiB that the records begin in have their table from boot: something else is mapped there.
        """
        if tables >= self.slots * record // TABLE_BYTES:
            return self.slots + 1
        return (tables * TABLE_BYTES - ARENA_OFFSET) // record

    def _add_table(self) -> None:
        """A page table for more slots. Raises ERR_NO_MEMORY; the reference kernel panics there."""
        if not self._physmem.free:
            raise out_of_memory(1, 0)
        self._physmem.take_for("mmu", 1)
        self.tables += 1

    def check(self, counted: int) -> None:
        """Raises AssertionError unless `counted` handles exist."""
        assert self.live == counted, f"handles: {self.live} are said to exist, {counted} do"
        assert self.live + len(self._freed) == self._fresh, "handles: slots are lost"


@mypyc_attr(allow_interpreted_subclasses=True)
class HandleTable:
    """The handles of one process, oldest first; `counts[type]` is how many refer to objects of that type."""

    __slots__ = ("counts", "_arena", "_mixer", "_entries")

    def __init__(self, arena: HandleArena, secret: int) -> None:
        """`secret` is the process's random number; handle values are mixed with it."""
        self.counts = [0] * TYPE_SLOTS
        self._arena = arena
        self._mixer = (secret << 2) & MIXER_MASK
        self._entries: dict[int, Handle] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[tuple[int, Handle]]:
        return iter(self._entries.items())

    def newest_first(self) -> Iterator[tuple[int, Handle]]:
        """The order of the kernel's list, of `k mx ht`, and of closing when the process dies."""
        return reversed(self._entries.items())

    def get(self, value: int) -> Handle | None:
        """The handle that `value` names in this process, or None."""
        return self._entries.get(value)

    def value_of(self, handle: Handle) -> int:
        """The number by which this process knows `handle`."""
        return self._mixer ^ (handle.base << 1 | 1)

    def add(self, handle: Handle) -> int:
        """Puts a handle into the table as its newest; returns its value."""
        value = self._mixer ^ (handle.base << 1 | 1)
        self._entries[value] = handle
        self.counts[handle.object.type] += 1
        return value

    def new(self, object_: KernelObject, rights: int) -> int:
        """Makes a handle to `object_` and adds it; returns its value. Raises ERR_NO_MEMORY."""
        handle = self._arena.make(object_, rights)
        value = self._mixer ^ (handle.base << 1 | 1)
        self._entries[value] = handle
        self.counts[object_.type] += 1
        return value

    def take(self, value: int) -> Handle | None:
        """Removes a handle from the table without closing it, or None when there is no such handle."""
        handle = self._entries.pop(value, None)
        if handle is not None:
            self.counts[handle.object.type] -= 1
        return handle

    def close(self, value: int) -> None:
        """Closes the handle `value`, which must be in the table."""
        handle = self._entries.pop(value)
        self.counts[handle.object.type] -= 1
        self._arena.destroy(handle)

    def close_all(self) -> None:
        """Closes everything, newest first, after all values have become invalid at once."""
        entries, self._entries = self._entries, {}
        self.counts = [0] * TYPE_SLOTS
        for handle in reversed(entries.values()):
            poll()
            self._arena.destroy(handle)

    def value_for(self, object_: KernelObject) -> int | None:
        """The value of the oldest handle that refers to `object_`, or None."""
        for value, handle in self._entries.items():
            if handle.object is object_:
                return value
        return None

    def values_for(self, object_: KernelObject) -> list[int]:
        """The values of all handles that refer to `object_`, oldest first."""
        if not self.counts[object_.type]:
            return []
        return [value for value, handle in self._entries.items() if handle.object is object_]

    def check(self) -> int:
        """Raises AssertionError when a count is wrong; returns how many handles the table holds."""
        counts = [0] * TYPE_SLOTS
        for value, handle in self._entries.items():
            counts[handle.object.type] += 1
            assert value == self.value_of(handle), "handles: a value does not belong to its slot"
            assert 0 < value < 1 << 31 and value & 1, "handles: a value is not an odd positive number"
        assert counts == self.counts, "handles: the counts by type are wrong"
        return len(self._entries)
