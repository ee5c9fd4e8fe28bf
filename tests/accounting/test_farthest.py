"""The last place that reaches beyond another, against a look at all places."""

import random

import pytest

from kshell.accounting.farthest import Farthest
from tests.steps import growth


@pytest.mark.parametrize("seed", range(10))
def test_it_agrees_with_a_look_at_all_places(seed):
    choose = random.Random(seed)
    count = choose.choice([1, 2, 5, 8, 33])
    numbers = [count] + [0] * (count - 1)
    farthest = Farthest(count)
    farthest.put(0, count)
    for _ in range(100):
        at = choose.randrange(count)
        if at:
            numbers[at] = choose.choice([0, at + 1, count])
            farthest.put(at, numbers[at])
        for place in range(count):
            assert farthest.last(place) == max(other for other in range(place + 1) if numbers[other] > place), seed


def test_a_change_and_a_question_take_log_n_steps():
    def asked(count):
        farthest = Farthest(count)
        farthest.put(0, count)

        def ask():
            for at in range(1, count):
                farthest.put(at, at + 1)
                farthest.put(at, 0)
                farthest.last(at)

        return ask

    assert growth(asked, 16, 1024) < 3
