"""A machine that nobody needs any more is given back, with all that was in it: as Python and as machine code.

What a kernel object holds, and who holds it, are circles, so the collector must see each reference exactly once. One
that it sees twice keeps the whole machine for ever.
"""

import gc
from collections import Counter

import pytest

from tests.commands.support import fresh, output

LINES = (
    "spawn demo",
    "attach demo",
    "a = vmo_create 1M",
    "m = vmar_map $vmar 0 $a 0 1M rw",
    "touch $m 64k",
    "c = vmo_clone $a cow 0 1M",
    "n = vmar_map $vmar 0 $c 0 1M rw",
    "vmo_write $c 0 --len 64k --fill 3",
    "s = vmar_allocate $vmar 0 1M can-map-read,can-map-write",
    "vmar_protect $vmar $m+16k 64k r",
    "vmar_unmap $vmar $m+64k 64k",
    "ch = channel_create",
    "channel_write $ch hello $a",
    "t = thread_create $self t",
    "p = process_create $job t",
    "port_create",
    "event_create",
    "socket_create",
    "fifo_create 4 8",
    "snap one",
    "kill demo",
    "undo 2",
    "redo",
    "what-if kill demo",
    "diff one",
    "why $m",
    "audit",
    "kmem",
    "ps",
    "vmaps demo",
    "links",
    "vmo_create 1Q",
    "reset",
)


def live():
    """How many objects of each of kshell's kinds there are."""
    gc.collect()
    names = (f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects())
    return Counter(name for name in names if name.startswith("kshell."))


def machines():
    return live()["kshell.kernel.machine.Machine"]


def session():
    made = fresh()
    for line in LINES:
        output(made, line)


def test_a_session_leaves_nothing_behind():
    # What is made once and kept, such as the table of commands.
    session()
    before = live()
    session()
    assert live() - before == Counter()


@pytest.mark.parametrize("step", ("undo", "diff one", "what-if kill demo"))
def test_a_step_taken_again_and_again_keeps_few_machines(step):
    before = machines()
    made = fresh()
    for line in LINES[:-1]:
        output(made, line)
    for _ in range(30):
        output(made, "a = vmo_create 4k")
        output(made, step)
    # The session's own, and its checkpoints.
    assert machines() - before < 20
