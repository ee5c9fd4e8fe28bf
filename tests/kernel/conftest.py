"""Fixtures of the kernel's tests."""

import pytest

from tests.kernel.support import Small


@pytest.fixture
def small():
    """A small machine, whose laws hold at the end of the test as well."""
    made = Small()
    yield made
    made.machine.check()
