"""The mappings of a VMO by the pages they show: like asking every mapping, for any mix of sizes and changes."""

from random import Random

import pytest

from kshell.kernel.mapping_index import MappingIndex, View


class Shown(View):
    """What an index needs to know of a mapping."""

    def __init__(self, first, pages):
        self.vmo_offset = first << 12
        self.size = pages << 12

    def shows(self, start, end):
        first = self.vmo_offset >> 12
        return first < end and start < first + (self.size >> 12)


@pytest.mark.parametrize("seed", range(5))
def test_near_finds_every_view_that_overlaps(seed):
    random = Random(seed)
    index, known = MappingIndex(), {}
    for _ in range(400):
        if known and random.random() < 0.3:
            view = random.choice(list(known))
            index.remove(view)
            del known[view]
        else:
            view = Shown(random.randrange(5000), random.choice((1, 1, 2, 16, 17, 200, 256, 3000, 1 << 30)))
            index.add(view)
            known[view] = None
        index.check(known)
        start = random.randrange(6000)
        end = start + random.choice((1, 1, 5, 100, 10000, 1 << 40))
        assert {view for view in known if view.shows(start, end)} <= set(index.near(start, end)), f"seed {seed}"


def test_few_are_asked():
    index = MappingIndex()
    for page in range(100_000):
        index.add(Shown(page, 1))
    assert len(list(index.near(5000, 5001))) == 16
    # A view of 16 pages is in the smallest buckets still.
    wide = MappingIndex()
    for page in range(0, 100_000, 16):
        wide.add(Shown(page, 16))
    assert len(list(wide.near(5000, 5001))) == 1


def test_the_naive_model_agrees_when_every_vmo_has_an_index(monkeypatch):
    from kshell.kernel import vmo
    from tests.properties.soak import soak

    monkeypatch.setattr(vmo, "MANY_MAPPINGS", 0)
    soak(50, 6000)
