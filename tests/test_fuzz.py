"""The short form of `python -m tests.fuzz`."""

from itertools import islice
from random import Random

import pytest

from tests.fuzz.targets import TARGETS, inputs

# Each input of a document is checked, updated and played.
FEWER = {"document": 20}


@pytest.mark.parametrize("name", TARGETS)
def test_any_bytes_get_an_answer(name):
    target = TARGETS[name]()
    for data in islice(inputs(target, Random(1)), FEWER.get(name, 60)):
        try:
            target.feed(data)
        except BaseException:
            print(f"the input: {data!r}")
            raise
