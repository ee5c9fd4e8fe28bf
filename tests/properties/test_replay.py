"""Replay is the run, in the short form: 600 random sessions (`replay.py` has the long one)."""

import pytest

from tests.properties import replay

CHUNK = 50
# How many things happen in each session; the long form has more.
LENGTH = 8


@pytest.mark.parametrize("first", range(0, 600, CHUNK))
def test_what_a_line_did_is_fixed_when_it_is_noted(first):
    """N1, N2, N5, N12, N15: undo, redo, reset, rollback, load, kill and resume rebuild what a fresh run gives."""
    for seed in range(first, first + CHUNK):
        replay.play(seed, LENGTH)
