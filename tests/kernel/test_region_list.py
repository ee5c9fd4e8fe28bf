"""RegionList agrees with a plain list, also when its chunks are so small that they split and join all the time."""

import random

import pytest

from kshell.kernel.kernel_space import Area
from kshell.kernel.region_list import RegionList

PAGE = 4096
BASE = PAGE


class Stretch(Area):
    def move(self, base, size):
        self.base, self.size = base, size


def lists(limit):
    return type("SmallRegionList", (RegionList,), {"LIMIT": limit, "SIZES": 3, "__slots__": ()})


def gaps(regions, end):
    at, found = BASE, []
    for region in sorted(regions, key=lambda region: region.base):
        found.append((at, region.base - at))
        at = region.base + region.size
    return [*found, (at, end - at)]


@pytest.mark.parametrize("limit", [4, 8, 128])
@pytest.mark.parametrize("seed", range(30))
def test_random_operations_agree_with_a_plain_list(seed, limit):
    choose = random.Random(seed * 1000 + limit)
    total = choose.choice([40, 400]) * PAGE
    regions, plain = lists(limit)(BASE, total), []
    for step in range(300):
        where = f"seed {seed}, limit {limit}, step {step}"
        size = choose.choice([1, 1, 2, 3, 8]) * PAGE
        action = choose.random()
        if action < 0.4:
            fits = [(start, length) for start, length in gaps(plain, BASE + total) if length >= size]
            assert regions.lowest_gap(size) == (fits[0][0] if fits else None), where
            spots = [start + at for start, length in fits for at in range(0, length - size + 1, PAGE)]
            counted = []
            regions.pick(size, lambda total, counted=counted: counted.append(total) or 0)
            assert counted == [len(spots)] * bool(spots), where
            if spots:
                index = choose.randrange(len(spots))
                assert regions.pick(size, lambda _, index=index: index) == spots[index], where
                region = Stretch(choose.choice([spots[index], spots[0]]), size)
                regions.insert(region)
                plain.append(region)
        elif action < 0.6 and plain:
            regions.remove(plain.pop(choose.randrange(len(plain))))
        elif action < 0.75 and plain:
            region = choose.choice(plain)
            if region.size > PAGE:
                cut = choose.choice([0, PAGE])
                regions.set_bounds(region, region.base + cut, region.size - PAGE)
        else:
            start = BASE + choose.randrange(total // PAGE) * PAGE
            end = start + size
            hit = sorted((r for r in plain if r.base < end and start < r.base + r.size), key=lambda r: r.base)
            assert regions.overlapping(start, end) == hit, where
            assert regions.is_free(start, end) == (not hit), where
            assert regions.find(start) is next((r for r in plain if r.base <= start < r.base + r.size), None), where
            below = [r for r in plain if r.base <= start]
            assert regions.floor(start) is (max(below, key=lambda r: r.base) if below else None), where
        regions.check()
        assert list(regions) == sorted(plain, key=lambda r: r.base) == list(reversed(list(reversed(regions)))), where


def test_the_lowest_gap_is_found_behind_many_full_chunks_and_reused_when_freed():
    regions = RegionList(0, 10_000 * PAGE)
    made = [Stretch(at * PAGE, PAGE) for at in range(5_000)]
    for region in made:
        assert regions.lowest_gap(PAGE) == region.base
        regions.insert(region)
    regions.remove(made[17])
    regions.remove(made[4_000])
    assert regions.lowest_gap(PAGE) == 17 * PAGE
    assert regions.lowest_gap(2 * PAGE) == 5_000 * PAGE
    regions.check()


def test_a_request_beyond_all_gaps_finds_none():
    regions = RegionList(BASE, 4 * PAGE)
    regions.insert(Stretch(BASE + PAGE, PAGE))
    assert regions.lowest_gap(3 * PAGE) is None and regions.pick(3 * PAGE, range) is None
    assert regions.lowest_gap(2 * PAGE) == BASE + 2 * PAGE
