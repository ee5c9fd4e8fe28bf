"""The kernel's heap: what a block takes, and when a chunk comes and goes."""

import random

import pytest

from kshell.kernel import heap
from kshell.kernel.abi import KernelError
from kshell.kernel.heap import CHUNK_OVERHEAD, CRUMBS, Heap, block, message
from kshell.kernel.physmem import RESERVED, PhysicalMemory

P = 4096
FIRST = 256 * P - CRUMBS
NEXT = 257 * P - CHUNK_OVERHEAD


def memory(pages):
    return PhysicalMemory(RESERVED + pages * P)


def booted(pages=4096):
    made = Heap(memory(pages))
    made.boot(256)
    return made


# Seen on the real kernel: the sizes it was asked for, and what it counted for them (docs/kernel-memory.md).
@pytest.mark.parametrize(
    ("size", "taken"),
    [(1, 32), (16, 32), (17, 40), (40, 56), (120, 136), (128, 144), (129, 160), (144, 160), (145, 176), (256, 272),
     (257, 304), (440, 464), (1040, 1168), (4136, 4624), (65576, 73744)],
)  # fmt: skip
def test_a_block_is_rounded_up_and_has_a_header(size, taken):
    assert block(size) == taken


def test_sizes_are_eight_for_each_power_of_two():
    payloads = sorted({block(size) - 16 for size in range(129, 4097)})
    assert payloads[:9] == [144, 160, 176, 192, 208, 224, 240, 256, 288]
    assert [size for size in payloads if 2048 < size <= 4096] == list(range(2304, 4097, 256))


@pytest.mark.parametrize(
    ("data", "handles", "taken"), [(0, 0, 56), (10, 8, 136), (10, 9, 144), (10, 47, 464), (1000, 0, 1168)]
)
def test_a_message_is_one_block(data, handles, taken):
    assert message(data, handles) == taken


# What the oracle counted for one call that makes each of them.
def test_calls_take_what_the_real_kernel_took():
    assert heap.PROCESS + heap.ASPACE + heap.VMAR + heap.VMAR_DISPATCHER == 1544
    assert heap.THREAD + heap.USER_THREAD + heap.KERNEL_STACK == 3144
    assert heap.VMO + heap.VMO_DISPATCHER == 352
    assert 2 * heap.CHANNEL_END == 448 and 2 * heap.EVENT_PAIR_END == 384
    assert 2 * (heap.SOCKET_END + heap.VMO + heap.MAPPING) == 1312


def test_the_heap_grows_when_blocks_no_longer_fit_and_shrinks_when_they_do():
    made = booted()
    made.take(FIRST)
    assert (made.size, made.live) == (256 * P, FIRST)
    made.take(1)
    assert made.size == (256 + 257) * P and made._physmem.heap == 256 + 257
    made.take(NEXT - 1)
    assert made.size == (256 + 257) * P
    made.take(1)
    assert made.size == (256 + 2 * 257) * P
    made.give(1)
    assert made.size == (256 + 257) * P
    made.give(NEXT)
    assert made.size == 256 * P
    made.give(FIRST)
    assert made.size == 256 * P
    made.check(0)


def test_a_large_heap_grows_by_an_eighth():
    made = booted(100_000)
    made.take(64 << 20)
    sizes = [pages for pages in made._chunks[1:] if pages > 257]
    # From 8 MiB on an eighth of what there is; a chunk is never more than 4 MiB.
    assert sizes[:2] == [290, 326] and max(sizes) == 1025
    made.check(64 << 20)


def test_where_memory_is_short_the_heap_grows_by_less():
    made = booted(256 + 20)
    made.take(FIRST + 1)
    # 1 MiB, halved until its pages and the chunk's own overhead fit 20 pages.
    assert made._physmem.heap == 256 + 17
    made.give(FIRST + 1)
    assert made._physmem.heap == 256
    made.check(0)


def test_blocks_that_no_memory_is_left_for_are_refused_and_change_nothing():
    made = booted(256 + 2)
    made.take(FIRST)
    with pytest.raises(KernelError) as caught:
        made.take(3 * P)
    assert caught.value.name == "ERR_NO_MEMORY"
    assert (made.live, made._physmem.heap, made._physmem.free) == (FIRST, 256, 2)
    made.check(FIRST)


def test_growth_is_what_growing_takes():
    chance = random.Random(1)
    for _ in range(200):
        made = booted(100_000)
        made.take(chance.randrange(20 << 20))
        size = chance.randrange(20 << 20)
        expected, before = made.growth(size), made._physmem.heap
        made.take(size)
        assert made._physmem.heap - before == expected


def test_what_is_leaked_and_what_booting_took_stay():
    made = booted()
    made.take(300)
    made.settle(1000)
    made.take(88)
    made.leak(88)
    assert (made.live, made.base, made.leaked) == (1088, 700, 88)
    made.check(300)
    assert made.remaining == 256 * P - 1088


def test_settling_for_less_than_lives_changes_nothing():
    made = booted()
    made.take(300)
    made.settle(200)
    assert (made.live, made.base) == (300, 0)


@pytest.mark.parametrize(
    ("spoil", "law"),
    [
        (lambda made: setattr(made, "live", 301), "bytes are counted"),
        (lambda made: setattr(made._physmem, "heap", 255), "its chunks are not the pages"),
        (lambda made: made._add_chunk(0, 100), "a chunk too many"),
    ],
)
def test_accounts_that_do_not_add_up_are_noticed(spoil, law):
    made = booted()
    made.take(300)
    spoil(made)
    with pytest.raises(AssertionError, match=law):
        made.check(300)


def test_a_first_chunk_has_to_hold_what_lives():
    made = Heap(memory(1000))
    made.take(5000)
    with pytest.raises(ValueError, match="a heap of 2 pages does not hold the 5000 bytes"):
        made.boot(2)
