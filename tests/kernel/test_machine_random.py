"""A few thousand random calls over the whole ABI on machines that are too small; the laws hold after each.

A failure prints the seed and the calls that led there, as a script for the console.
"""

import pytest

from tests.kernel.player import Player


@pytest.mark.parametrize("seed", range(30))
def test_the_laws_hold_after_every_call(seed):
    memory, slots = [(3 << 20, 262144), (64 << 20, 60), (8 << 20, 300)][seed % 3]
    player = Player(seed, memory, slots)
    for _ in range(400):
        try:
            if player.choose.random() < 0.15:
                player.touch()
            else:
                player.call()
            player.small.machine.check()
        except Exception as error:
            pytest.fail(f"{type(error).__name__}: {error}\n" + "\n".join(player.script))
    player.small.process.kill()
    player.small.machine.check()
