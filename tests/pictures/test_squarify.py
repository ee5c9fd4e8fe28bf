"""Rectangles of a treemap."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from kshell.pictures.squarify import Rectangle, squarify


def area(rectangle: Rectangle) -> float:
    left, top, right, bottom = rectangle
    return (right - left) * (bottom - top)


def test_the_example_of_its_paper() -> None:
    found = squarify([6, 6, 4, 3, 2, 2, 1], 0, 0, 6, 4)
    rounded = [tuple(round(edge, 3) for edge in rectangle) for rectangle in found]
    assert rounded == [
        (0, 0, 3, 2),
        (0, 2, 3, 4),
        (3, 0, 4.714, 2.333),
        (4.714, 0, 6, 2.333),
        (3, 2.333, 4.2, 4),
        (4.2, 2.333, 5.4, 4),
        (5.4, 2.333, 6, 4),
    ]


def test_rectangles_come_in_the_order_of_the_sizes() -> None:
    assert squarify([1, 3], 0, 0, 8, 2) == [(6, 0, 8, 2), (0, 0, 6, 2)]
    assert squarify([1, 3], 0, 0, 2, 8) == [(0, 6, 2, 8), (0, 0, 2, 6)]


def test_equal_sizes_keep_their_order() -> None:
    assert squarify([5, 5], 10, 20, 18, 22) == [(10, 20, 14, 22), (14, 20, 18, 22)]


@pytest.mark.parametrize("sizes", [[], [0], [0, 0, 0]])
def test_nothing_takes_no_room(sizes: list[int]) -> None:
    assert [area(one) for one in squarify(sizes, 0, 0, 80, 20)] == [0] * len(sizes)


def test_a_size_of_zero_has_no_area_and_moves_nothing() -> None:
    with_zero = squarify([0, 7, 0, 2], 0, 0, 9, 3)
    assert [with_zero[1], with_zero[3]] == squarify([7, 2], 0, 0, 9, 3)
    assert with_zero[0] == with_zero[2] == (9, 3, 9, 3)


def test_room_without_area_is_no_harm() -> None:
    assert [area(one) for one in squarify([1, 2, 3], 4, 0, 4, 9)] == [0, 0, 0]


@pytest.mark.parametrize("seed", range(30))
def test_areas_are_in_proportion_and_fill_the_room(seed: int) -> None:
    random = Random(seed)
    sizes = [random.choice((1, 3, 4096, 1 << random.randrange(44))) for _ in range(random.randrange(1, 60))]
    found = squarify(sizes, 1, 2, 81, 27)
    for size, rectangle in zip(sizes, found, strict=True):
        assert area(rectangle) == pytest.approx(80 * 25 * size / sum(sizes), rel=1e-6, abs=1e-6)
        assert 1 <= rectangle[0] <= rectangle[2] <= 81
        assert 2 <= rectangle[1] <= rectangle[3] <= 27


@pytest.mark.parametrize("seed", range(30))
def test_rounded_to_characters_each_belongs_to_one_rectangle(seed: int) -> None:
    random = Random(seed)
    sizes = [random.randrange(1, 1 << random.randrange(1, 30)) for _ in range(random.randrange(1, 40))]
    taken: dict[tuple[int, int], int] = {}
    for at, rectangle in enumerate(squarify(sizes, 0, 0, 80, 20)):
        left, top, right, bottom = (round(edge) for edge in rectangle)
        for x in range(left, right):
            for y in range(top, bottom):
                assert taken.setdefault((x, y), at) == at
    assert len(taken) == 80 * 20


def test_they_are_nearly_square() -> None:
    found = squarify([100 - at for at in range(40)], 0, 0, 100, 50)
    ratios = [(right - left) / (bottom - top) for left, top, right, bottom in found]
    assert all(1 / 3 < ratio < 3 for ratio in ratios)


def test_larger_ones_come_first_from_left_and_top() -> None:
    found = squarify([9, 8, 7, 6, 5, 4, 3, 2, 1], 0, 0, 40, 20)
    assert found[0][:2] == (0, 0)
    assert all(before[0] <= after[0] or before[1] <= after[1] for before, after in pairwise(found))
