"""The short form of `python -m tests.fuzz`."""

from itertools import islice
from random import Random

import pytest

from tests.fuzz.targets import TARGETS, inputs


@pytest.mark.parametrize("name", TARGETS)
def test_any_bytes_get_an_answer(name):
    target = TARGETS[name]()
    for data in islice(inputs(target, Random(1)), 60):
        try:
            target.feed(data)
        except BaseException:
            print(f"the input: {data!r}")
            raise
