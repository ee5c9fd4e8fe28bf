"""Moments: what is remembered of a machine, to be compared with another moment of it.

    machine ---- Moment(machine) ---- ... lines run ... ---- Moment(machine)
                        '----------- Difference ------------------'
                 tasks, VMOs, mappings, handles: new, gone, changed; physical memory before and after

A Moment is figures and nothing else: it refers to no object of the machine, so it stays what it is whatever becomes of
the machine, and costs a row for each object and nothing for a page. What belongs together is told by what the kernel
never uses twice: koids of tasks, the kernel's addresses of VMOs and mappings (many VMOs of a booted machine have no
koid), a process with its handle value.

The bytes that a page holds are not compared, only that the page is there.
"""

from __future__ import annotations

from kshell.kernel.machine import Machine
from kshell.kernel.physmem import STATES
from kshell.kernel.vmar import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    # The koid by which people know a thing, its name, and its figures in the order of its Kind's fields.
    Row = tuple[object, ...]
    # Rows by what the kernel never uses twice.
    Rows = dict[object, Row]

# Whose handles those are that no process has: the kernel's own; and of messages that nobody has read.
KERNEL = 0
MESSAGES = -1


class Kind:
    """A kind of thing that is compared, and the figures that are: what follows koid and name in its rows."""

    __slots__ = ("name", "fields")

    def __init__(self, name: str, *fields: str) -> None:
        self.name = name
        self.fields = fields


TASKS = Kind("tasks", "name", "state", "threads", "handles", "virt")
VMOS = Kind("vmos", "size", "pages")
MAPPINGS = Kind("mappings", "base", "size", "perms", "vmo", "offset")
HANDLES = Kind("handles", "object", "rights")
KINDS = (TASKS, VMOS, MAPPINGS, HANDLES)


class Moment:
    """The figures of a machine at a moment.

    `memory` maps each state of physical memory to its pages, and "live" to the bytes of the kernel's heap that are in
    blocks; `rows` are those of each of KINDS.
    """

    __slots__ = ("memory", "rows")

    def __init__(self, machine: Machine) -> None:
        self.memory = {state: int(getattr(machine.physmem, state)) for state in STATES}
        self.memory["live"] = machine.heap.live
        self.rows: tuple[Rows, ...] = (_tasks(machine), _vmos(machine), _mappings(machine), _handles(machine))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Moment):
            return NotImplemented
        return self.memory == other.memory and self.rows == other.rows

    __hash__ = None  # type: ignore[assignment]

    @property
    def used(self) -> int:
        """Pages of physical memory that are in use."""
        return sum(self.memory[state] for state in STATES) - self.memory["free"]


def size_of(machine: Machine) -> int:
    """How many rows a Moment of the machine has, roughly: what taking it costs."""
    return len(machine.vmos) + machine.regions + machine.handles.live + len(machine.processes)


def _tasks(machine: Machine) -> Rows:
    rows: Rows = {
        job.koid: (job.koid, job.name, job.name, job.state, None, None, None) for _, job in machine.walk_jobs()
    }
    for koid, one in machine.processes.items():
        figures = one.state, len(one.threads), len(one.handles), one.aspace.mapped_bytes
        rows[koid] = (koid, one.name, one.name, *figures)
    return rows


def _vmos(machine: Machine) -> Rows:
    return {vmo.address: (vmo.koid, b"", vmo.size, len(vmo.pages)) for vmo in machine.vmos}


def _mappings(machine: Machine) -> Rows:
    owners = {process.aspace: (process.koid, process.name) for process in machine.processes.values()}
    rows: Rows = {}
    for vmo in machine.vmos:
        for view in vmo.mappings:
            assert isinstance(view, Mapping)
            # A mapping that exists is one of a process that is not dead.
            rows[view.address] = (
                *owners[view.aspace],
                *(view.base, view.size, view.perms, (vmo.koid, vmo.address), view.vmo_offset),
            )
    return rows


def _handles(machine: Machine) -> Rows:
    rows: Rows = {}
    tables = [(process.koid, process.name, process.handles) for process in machine.processes.values()]
    for owner, name, table in (*tables, (KERNEL, b"", machine.kernel_handles)):
        for value, handle in table:
            object_ = handle.object
            rows[owner, value] = (owner, name, (object_.type, object_.koid), handle.rights)
    for handle in machine.handles.travelling:
        object_ = handle.object
        rows[MESSAGES, handle.base] = (MESSAGES, b"", (object_.type, object_.koid), handle.rights)
    return rows


class Compared:
    """The things of one kind at two moments: those that are `new` and `gone` as (key, row), those that are `changed` as
    (key, row before, row after), and how many are `unchanged`. A thing is new, gone, changed or unchanged."""

    __slots__ = ("kind", "new", "gone", "changed", "unchanged")

    def __init__(self, kind: Kind, before: Rows, after: Rows) -> None:
        self.kind = kind
        self.new = [(key, row) for key, row in after.items() if key not in before]
        self.gone = [(key, row) for key, row in before.items() if key not in after]
        self.changed: list[tuple[object, Row, Row]] = []
        for key, old in before.items():
            row = after.get(key, old)
            # A mapping is the same when only its process has another name.
            if row is not old and row[2:] != old[2:]:
                self.changed.append((key, old, row))
        self.unchanged = len(after) - len(self.new) - len(self.changed)

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed)


class Difference:
    """What is different between two moments, kind by kind in the order of KINDS."""

    __slots__ = ("before", "after", "kinds")

    def __init__(self, before: Moment, after: Moment) -> None:
        self.before = before
        self.after = after
        self.kinds = [Compared(kind, *rows) for kind, *rows in zip(KINDS, before.rows, after.rows, strict=True)]

    def __bool__(self) -> bool:
        return self.before.memory != self.after.memory or any(self.kinds)

    @property
    def pages(self) -> int:
        """How many pages more are in use after."""
        return self.after.used - self.before.used
