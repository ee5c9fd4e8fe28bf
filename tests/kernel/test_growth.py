"""Nothing grows faster than it must: what an operation on n things takes for each of them does not grow with n.

Steps are counted, not seconds (`tests/steps.py`).
"""

from collections import deque

from kshell.kernel import info
from kshell.kernel.abi import VMO_OP_COMMIT, VMO_OP_DECOMMIT, VMO_OP_LOOKUP
from tests.kernel.support import Small
from tests.steps import growth

P = 4096
COW = 1
RW = 3


def test_the_usage_of_mappings_of_one_vmo():
    def usage(count):
        small = Small()
        vmo = small.calls.vmo_create(P)
        for _ in range(count):
            small.calls.vmar_map(small.vmar, 0, vmo, 0, P, RW)
        return lambda: info.usage(small.process)

    assert growth(usage, 40, 400) < 2


def test_a_write_at_the_end_of_a_chain_of_clones():
    def write(count):
        small = Small()
        vmo = small.calls.vmo_create(P)
        small.calls.vmo_write(vmo, 0, b"first")
        for _ in range(count):
            vmo = small.calls.vmo_clone(vmo, COW, 0, P)
        return lambda: small.calls.vmo_write(vmo, 0, b"last")

    assert growth(write, 30, 300) < 2


def test_decommitting_looked_up_pages_one_by_one():
    def decommit(count):
        small = Small()
        vmo = small.calls.vmo_create(count * P)
        small.calls.vmo_op_range(vmo, VMO_OP_COMMIT, 0, count * P)
        small.calls.vmo_op_range(vmo, VMO_OP_LOOKUP, 0, count * P)
        return lambda: [small.calls.vmo_op_range(vmo, VMO_OP_DECOMMIT, page * P, P) for page in range(count)]

    assert growth(decommit, 40, 400) < 2


def test_queues_are_read_at_their_front():
    """Counted in steps of C: all that waits would move up in a list."""
    small = Small()
    _, end = small.calls.channel_create()
    ports = [small.calls.port_create(options) for options in (0, 1)]
    channel, first, second = (small.process.handles.get(handle).object for handle in (end, *ports))
    assert all(isinstance(queue, deque) for queue in (channel.queue, first.packets, second.packets))
