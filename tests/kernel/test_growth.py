"""Nothing grows faster than it must: what an operation on n things takes for each of them does not grow with n.

Steps are counted, not seconds (`tests/steps.py`).
"""

from collections import deque
from random import Random

from kshell.kernel import info
from kshell.kernel.abi import VMO_OP_COMMIT, VMO_OP_DECOMMIT, VMO_OP_LOOKUP
from kshell.kernel.content import Content, Data
from kshell.kernel.copy import copy_machine
from tests.kernel.support import Small
from tests.steps import growth, steps

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


def test_all_that_the_last_of_a_chain_shows_where_each_clone_has_a_page_somewhere():
    def shows(count):
        small = Small()
        vmo = small.calls.vmo_create(count * P)
        order = list(range(count))
        Random(count).shuffle(order)
        for page in order:
            small.calls.vmo_write(vmo, page * P, b"here")
            vmo = small.calls.vmo_clone(vmo, COW, 0, count * P)
        calls = small.calls
        return lambda: (calls.vmo_read(vmo, 0, count * P), calls.vmo_op_range(vmo, VMO_OP_LOOKUP, 0, count * P))

    assert growth(shows, 40, 400) < 2


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


def values(kinds):
    """Pages each filled with one value, of so many values; what reads one of them."""
    content = Content()
    for page in range(256):
        content.write(page * P, Data.fill(page % kinds + 1, P))
    return lambda: content.page(77)


def test_a_page_among_pages_of_many_values():
    assert steps(values(255)) < 100


def test_what_one_byte_writes_leave_behind_is_copied_as_a_whole():
    def copied(count):
        small = Small()
        vmo = small.calls.vmo_create(2 * count * P)
        for page in range(count):
            small.calls.vmo_write(vmo, 2 * page * P + page, b"x")
        return lambda: copy_machine(small.machine)

    assert steps(copied(1_000)) < 3 * steps(copied(10))


def every_other(small, count):
    """A VMO of which every other page is there."""
    vmo = small.calls.vmo_create(2 * count * P)
    for page in range(count):
        small.calls.vmo_op_range(vmo, VMO_OP_COMMIT, 2 * page * P, P)
    return vmo


def test_pages_that_alternate_are_read_and_made_whole_in_one_step():
    def read(count):
        small = Small()
        vmo = every_other(small, count)
        clone = small.calls.vmo_clone(vmo, COW, 0, 2 * count * P)
        return lambda: (small.calls.vmo_read(vmo, 0, 2 * count * P), small.calls.vmo_read(clone, 0, 2 * count * P))

    def made_whole(count):
        small = Small()
        vmo = every_other(small, count)
        return lambda: small.process.handles.get(vmo).object.commit_for_write(0, 2 * count)

    for make in (read, made_whole):
        assert steps(make(1_000)) < 2 * steps(make(100))


def test_mappings_at_random_places():
    def maps(sizes):
        def of(count):
            small = Small(aslr_seed=1)
            vmo = small.calls.vmo_create(sizes * P)
            lengths = [(1 + at % sizes) * P for at in range(count)]
            return lambda: [small.calls.vmar_map(small.vmar, 0, vmo, 0, length, RW) for length in lengths]

        return of

    # 1.25 and 1.49 where every chunk of the list is asked.
    assert growth(maps(1), 300, 3_000) < 1.2
    assert growth(maps(3), 300, 3_000) < 1.35
