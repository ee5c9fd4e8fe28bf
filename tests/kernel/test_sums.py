"""Sums agree with a plain list of numbers."""

import random

import pytest

from kshell.kernel.sums import Sums
from tests.steps import growth


def places(numbers):
    """(place, rest) of each count."""
    return [(at, rest) for at, number in enumerate(numbers) for rest in range(number)]


@pytest.mark.parametrize("seed", range(10))
def test_they_agree_with_a_plain_list(seed):
    choose = random.Random(seed)
    numbers = [choose.choice([0, 0, 1, 5]) for _ in range(choose.choice([1, 2, 7, 33]))]
    sums = Sums(numbers.copy())
    for _ in range(60):
        at = choose.randrange(len(numbers))
        if choose.random() < 0.2:
            sums.stale.append(at)
            sums.split(at)
            numbers.insert(at + 1, 0)
            assert sums.stale == [at, at, at + 1]
            sums.stale.clear()
        else:
            numbers[at] = choose.choice([0, 1, 4])
            sums.set(at, numbers[at])
            if choose.random() < 0.3:
                sums.add(at, 3)
                numbers[at] += 3
        assert sums.numbers() == numbers and len(sums) == len(numbers)
        assert sums.total == sum(numbers)
        assert [sums.below(end) for end in range(len(numbers) + 1)] == [
            sum(numbers[:end]) for end in range(len(numbers) + 1)
        ]
        assert [sums.find(count) for count in range(sums.total)] == places(numbers)


def test_what_waits_to_be_set_moves_with_its_place():
    sums = Sums([2, 3, 4])
    sums.stale += (0, 1, 2)
    sums.split(1)
    assert sums.stale == [0, 1, 3, 1, 2] and sums.numbers() == [2, 3, 0, 4]


def test_nothing_has_no_places():
    assert Sums([]).total == len(Sums([])) == 0


def test_a_change_and_a_question_take_log_n_steps():
    def asked(count):
        sums = Sums([1] * count)

        def ask():
            for at in range(count):
                sums.set(at, 2)
                sums.find(at)
                sums.below(at)

        return ask

    assert growth(asked, 16, 1024) < 3
