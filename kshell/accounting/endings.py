"""What goes when references go: the objects that end then, and the pages that are free again.

    close a handle --> its object has none --> a channel's messages go, with the handles in them --> ...
    unmap, kill    --> a VMO has none of handle, mapping, clone --> its pages are free, and its parent has a clone less

`Ending` follows that in counts of its own and changes nothing in the machine: it costs what ends, where doing it on a
copy costs the machine. `on_a_copy` does it; tests compare the two. What becomes of threads that wait for the answer of
an exception port when that port goes is the one thing that `Ending` does not follow: it says so (`sure`).

Rules: docs/kernel-rules.md 2.1 to 2.6 and 4.5.
"""

from __future__ import annotations

from kshell.kernel.abi import KERNEL_STACK_PAGES, PAGE_SHIFT
from kshell.kernel.channels import Channel, PeerObject
from kshell.kernel.copy import copy_machine
from kshell.kernel.handles import Handle
from kshell.kernel.io_mapping import IoMapping
from kshell.kernel.machine import Machine
from kshell.kernel.objects import KernelObject
from kshell.kernel.ports import ExceptionPort, Port
from kshell.kernel.sockets import SocketEnd
from kshell.kernel.tasks import DEAD, INITIAL, RUNNING, Job, Process, Thread
from kshell.kernel.vmar import Mapping
from kshell.kernel.vmo import Vmo

CLOSE, UNMAP, KILL = "handle_close", "vmar_unmap", "kill"


class Step:
    """One thing a person can do: `verb` CLOSE, UNMAP or KILL, done by or to `task`; `numbers` are the words after it.

    `mapping` is what UNMAP ends.
    """

    __slots__ = ("verb", "task", "numbers", "mapping")

    def __init__(self, verb: str, task: Process | Job, *numbers: int, mapping: Mapping | None = None) -> None:
        self.verb = verb
        self.task = task
        self.numbers = numbers
        self.mapping = mapping

    @property
    def key(self) -> tuple[object, ...]:
        """Two steps that do the same have the same key."""
        return self.verb, self.task.koid, *self.numbers

    def line(self, current: Process | None) -> str:
        """The line to type, where `current` is the process whose syscalls the lines are."""
        if self.verb == KILL:
            return f"kill {self.task.koid}"
        words = [str(self.numbers[0]), *(f"{number:#x}" for number in self.numbers[1:])]
        call = " ".join([self.verb, *words])
        return call if self.task is current else f"as {self.task.koid} {call}"


class Ending:
    """What would end. `pages` are those that would be free again: of VMOs, kernel stacks and sockets.

    A process that dies is `dead`, and `ended` when nobody has a handle to it either.
    """

    __slots__ = ("ended", "dead", "pages", "sure", "_closed", "_unmapped", "_handles", "_views", "_pending", "_unbound")

    def __init__(self) -> None:
        self.ended: set[KernelObject] = set()
        self.dead: set[Process] = set()
        self.pages = 0
        self.sure = True
        self._closed: set[Handle] = set()
        self._unmapped: set[Mapping] = set()
        # How many of an object's handles those are, and how many of a VMO's mappings and clones would end.
        self._handles: dict[KernelObject, int] = {}
        self._views: dict[Vmo, int] = {}
        # Exception ports whose ports are gone.
        self._unbound: set[ExceptionPort] = set()
        # Objects without a handle whose end has not been followed yet: chains may be of any length.
        self._pending: list[KernelObject] = []

    def do(self, steps: list[Step]) -> Ending:
        """Follows the steps."""
        for step in steps:
            if step.verb == KILL:
                self.kill(step.task)
            elif step.verb == UNMAP:
                assert step.mapping is not None
                self._unmap(step.mapping)
            else:
                assert isinstance(step.task, Process)
                self._close(step.task.handles.get(step.numbers[0]))
            while self._pending:
                self._without_handles(self._pending.pop())
        return self

    def kill(self, task: Process | Job) -> None:
        """A task is killed, a job with all below it."""
        for job in (task,) if isinstance(task, Process) else [job for _, job in task.walk()]:
            for process in (job,) if isinstance(job, Process) else job.processes.values():
                self._die(process)

    def _close(self, handle: Handle | None) -> None:
        if handle is None or handle in self._closed:
            return
        self._closed.add(handle)
        object_ = handle.object
        self._handles[object_] = self._handles.get(object_, 0) + 1
        if self._handles[object_] == object_.handle_count:
            self._pending.append(object_)

    def _without_handles(self, object_: KernelObject) -> None:
        if isinstance(object_, Vmo):
            self._release(object_)
        elif isinstance(object_, PeerObject):
            self._end(object_)
        elif isinstance(object_, Process):
            if object_.state in (INITIAL, RUNNING):
                self._die(object_)
            self.ended.add(object_)
        elif isinstance(object_, Thread):
            self._let_go(object_)
        elif isinstance(object_, IoMapping):
            if object_.mapping is not None and object_.mapping in object_.mapping.vmo.mappings:
                self._unmap(object_.mapping)
            self.ended.add(object_)
        else:
            if isinstance(object_, Port):
                self._unbind(object_)
            self.ended.add(object_)

    def _end(self, end: PeerObject) -> None:
        """An end of a pair goes, and with it one that is only kept open as long as this one is."""
        if end in self.ended:
            return
        self.ended.add(end)
        if isinstance(end, Channel):
            for message in end.queue:
                for handle in message.handles:
                    self._close(handle)
        elif isinstance(end, SocketEnd):
            self.pages += end.pages
        if end.peer is not None and end.peer.held:
            self._pending.append(end.peer)

    def _unbind(self, port: Port) -> None:
        """A port goes: it is no exception port any more, and keeps no thread that nobody else has."""
        for bound in port.exception_ports:
            self.sure = self.sure and not bound.waiting
            self._unbound.add(bound)
            if isinstance(bound.target, Thread) and self._unheld(bound.target):
                self._pending.append(bound.target)

    def _unheld(self, object_: KernelObject) -> bool:
        return self._handles.get(object_, 0) == object_.handle_count

    def _let_go(self, thread: Thread) -> None:
        """A thread without handles ends, unless an exception port is bound to it."""
        bound = thread.exception_port
        if (bound is None or bound in self._unbound) and thread not in self.ended:
            self.ended.add(thread)
            self.pages += KERNEL_STACK_PAGES
            if thread.state == RUNNING and all(other in self.ended for other in thread.process.threads.values()):
                self._die(thread.process)

    def _die(self, process: Process) -> None:
        if process in self.dead or process.state == DEAD:
            return
        self.dead.add(process)
        for thread in process.threads.values():
            if self._unheld(thread):
                self._let_go(thread)
        for _, handle in process.handles:
            self._close(handle)
        for mapping in process.root_vmar.mappings():
            self._unmap(mapping)

    def _unmap(self, mapping: Mapping) -> None:
        if mapping not in self._unmapped:
            self._unmapped.add(mapping)
            self._views[mapping.vmo] = self._views.get(mapping.vmo, 0) + 1
            self._release(mapping.vmo)

    def _release(self, vmo: Vmo) -> None:
        """Ends a VMO that nothing refers to any more, and then perhaps its parent, and so on up."""
        at: Vmo | None = vmo
        while at is not None and at not in self.ended and not at.kept:
            views = len(at.children) + len(at.mappings)
            if self._handles.get(at, 0) < at.handle_count or self._views.get(at, 0) < views:
                return
            self.ended.add(at)
            self.pages += len(at.pages)
            at = at.parent
            if at is not None:
                self._views[at] = self._views.get(at, 0) + 1


def on_a_copy(machine: Machine, steps: list[Step], *targets: KernelObject) -> tuple[Machine, int, list[KernelObject]]:
    """Does the steps on a copy: (the copy, how many pages of objects are free again there, the targets' twins)."""
    mappings = [step.mapping for step in steps]
    copies = copy_machine(machine, *(step.task for step in steps), *mappings, *targets)
    twin, tasks = copies[0], copies[1 : 1 + len(steps)]
    before = twin.physmem.object
    for step, task, mapping in zip(steps, tasks, copies[1 + len(steps) :], strict=False):
        if step.verb == KILL:
            task.kill()
        elif step.verb == CLOSE:
            # What ended with an earlier step cannot be closed again, and need not.
            if task.handles.get(step.numbers[0]) is not None:
                task.handles.close(step.numbers[0])
        elif mapping in mapping.vmo.mappings:
            handle = task.handles.get(step.numbers[0])
            handle.object.unmap(*step.numbers[1:])
    return twin, before - twin.physmem.object, list(copies[1 + 2 * len(steps) :])


def pages_freed(machine: Machine, steps: list[Step]) -> int:
    """How many pages of objects the steps would free."""
    ending = Ending().do(steps)
    return ending.pages if ending.sure else on_a_copy(machine, steps)[1]


def bytes_freed(machine: Machine, steps: list[Step]) -> int:
    """The same in bytes."""
    return pages_freed(machine, steps) << PAGE_SHIFT
