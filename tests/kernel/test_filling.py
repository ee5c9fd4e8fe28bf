"""Stretches that are filled from a VMO up are what asking for page after page finds."""

from random import Random

import pytest

from kshell.kernel.filling import cut, fill
from kshell.kernel.pages import PageSet
from tests.kernel.support import Small

P = 4096


def members(lows, highs):
    return {page for low, high in zip(lows, highs, strict=True) for page in range(low, high)}


@pytest.mark.parametrize("seed", range(40))
def test_what_is_put_in_was_empty_and_what_is_left_is_still(seed):
    random = Random(seed)
    pages = PageSet()
    # Few and many: a set keeps them in two ways.
    for _ in range(random.choice((3, 30, 300))):
        start = random.randrange(600)
        pages.add_range(start, start + random.choice((1, 1, 2, 30)))
    ends = sorted(random.sample(range(700), 2 * random.randrange(1, 60)))
    lows, highs = ends[::2], ends[1::2]
    empty = members(lows, highs)
    shift, limit = random.randrange(100), random.randrange(100, 700)
    put = list(fill(pages, shift, limit, lows, highs))
    expected = {page for page in empty if page < limit and page + shift in pages}
    assert members(*zip(*put, strict=True)) == expected if put else not expected
    assert put == sorted(put)
    assert members(lows, highs) == empty - expected
    assert all(low < high for low, high in zip(lows, highs, strict=True)) and lows == sorted(lows)


@pytest.mark.parametrize("limit", range(12))
def test_what_is_cut_off(limit):
    lows, highs = [1, 5, 9], [3, 8, 10]
    before = members(lows, highs)
    beyond = cut(limit, lows, highs)
    assert members(lows, highs) == {page for page in before if page < limit}
    assert {page for low, high in beyond for page in range(low, high)} == {page for page in before if page >= limit}
    assert all(low < high for low, high in [*beyond, *zip(lows, highs, strict=True)])


@pytest.mark.parametrize("seed", range(40))
def test_the_stretches_of_a_clone_are_what_each_page_finds(seed):
    random = Random(seed)
    small = Small()
    table, calls = small.process.handles, small.calls
    vmo = calls.vmo_create(64 * P)
    for _ in range(random.randrange(1, 12)):
        for _ in range(random.randrange(4)):
            size = calls.vmo_get_size(vmo)
            if size:
                page = random.randrange(size // P)
                calls.vmo_write(vmo, page * P, bytes(random.randrange(1, min(3, size // P - page) * P + 1)))
        vmo = calls.vmo_clone(vmo, 1, random.randrange(0, 40) * P, random.randrange(1, 80) * P)
    last = table.get(vmo).object
    start = random.randrange(last.page_count)
    end = random.randrange(start, last.page_count) + 1
    found = list(last.stretches(start, end))
    assert [low for low, *_ in found] == [start, *(high for _, high, *_ in found[:-1])] and found[-1][1] == end
    for low, high, owner, at, depth in found:
        for page in range(low, high):
            seen = last.find(page, page * P)
            assert seen == (None if owner is None else (owner, at + page - low))
        if owner is not None:
            above = last
            for _ in range(depth):
                above = above.parent
            assert above is owner
    whole = list(last.stretches(start, end, roots_whole=True))
    root = last
    while root.parent is not None:
        root = root.parent
    assert [(low, high) for low, high, owner, _, _ in whole if owner not in (None, root)] == [
        (low, high) for low, high, owner, _, _ in found if owner not in (None, root)
    ]
