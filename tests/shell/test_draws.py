"""Numbers drawn from a seed: known ones, so that no machine and no change of kshell gives others."""

from collections import Counter

from kshell.shell.draws import draw, shuffled


def test_draws_are_what_they_always_were():
    assert [draw(1, f"pick {at}", 2, 9) for at in range(8)] == [4, 9, 2, 4, 3, 4, 8, 9]
    assert draw(7, "quiz 1, n", 0, (1 << 64) - 1) == 12626749713299527692
    assert shuffled(1, "quiz 1", 5) == [3, 0, 2, 1, 4]


def test_every_value_of_a_range_comes_up_about_as_often():
    found = Counter(draw(seed, "x", 2, 9) for seed in range(4000))
    assert set(found) == set(range(2, 10)) and min(found.values()) > 400
    assert {draw(seed, "x", 5, 5) for seed in range(10)} == {5}


def test_every_order_comes_up():
    assert {tuple(shuffled(seed, "x", 3)) for seed in range(200)} == {
        (0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0),
    }  # fmt: skip
    assert shuffled(1, "x", 0) == []
