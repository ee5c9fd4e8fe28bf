"""What lives in the kernel's heap, counted from the objects: for tests of what does not create tasks or memory."""

from kshell.kernel.channels import PeerObject
from kshell.kernel.objects import SimpleObject
from kshell.kernel.ports import Port
from kshell.kernel.ports_v2 import PortObserver, PortV2
from kshell.kernel.waitsets import WaitSet

KINDS = (PeerObject, Port, PortV2, SimpleObject, WaitSet)


def walk(machine):
    """Every object that a handle, a message or another object refers to, each once."""
    todo = [handle.object for handle in machine.handles.travelling]
    for table in [machine.kernel_handles, *(process.handles for process in machine.processes.values())]:
        todo.extend(handle.object for _, handle in table)
    seen = {}
    while todo:
        object_ = todo.pop()
        if object_ in seen:
            continue
        seen[object_] = None
        todo.extend(object_.keeps())
        for observer in object_.observers or ():
            if isinstance(observer, PortObserver):
                # A wait keeps its port (the observers of an object keep nothing else).
                todo.append(observer.port)
    return seen


def counted(machine):
    """Bytes of the blocks of all channels, sockets, fifos, events, ports, wait sets ... that exist."""
    return sum(size for object_ in walk(machine) if isinstance(object_, KINDS) for _, size in object_.blocks())


class Scales:
    """Weighs: what was taken and not given back since it was made has to be what exists."""

    def __init__(self, machine):
        self.machine = machine
        self.rest = machine.heap.live - machine.heap.leaked - counted(machine)

    def check(self):
        heap = self.machine.heap
        now = counted(self.machine)
        assert heap.live - heap.leaked - now == self.rest, f"{heap.live} live, {heap.leaked} lost, {now} found"
