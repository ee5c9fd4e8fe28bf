"""The model and the naive model agree on every call that hypothesis, or chance, thinks of.

A failure shrinks to a short list of calls and prints them as a script. `KSHELL_SOAK=minutes` plays at random for that
long, and says how many operations agreed.
"""

import os
import random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.properties.soak import MACHINES, soak
from tests.properties.twins import Twins


class Drawn:
    """What `random.Random` offers a player, drawn by hypothesis so that it can shrink it."""

    def __init__(self):
        self.data = None

    def choice(self, options):
        return self.data.draw(st.sampled_from(list(options)))

    def random(self):
        return self.data.draw(st.integers(0, 99)) / 100

    def randrange(self, end):
        return self.data.draw(st.integers(0, end - 1))


class Agreement(RuleBasedStateMachine):
    """One rule, any call of the ABI with any arguments; both models, after every step."""

    @initialize(machine=st.sampled_from(MACHINES))
    def begin(self, machine):
        self.twins = Twins(0, *machine)
        self.drawn = self.twins.choose = Drawn()

    @rule(data=st.data())
    def call(self, data):
        self.drawn.data = data
        self.play(self.twins.call)

    @rule(data=st.data())
    def touch(self, data):
        self.drawn.data = data
        self.play(self.twins.touch)

    def play(self, action):
        try:
            action()
            self.twins.agree_deeply()
        except AssertionError as error:
            raise AssertionError(f"{error}\n" + "\n".join(self.twins.script[1:])) from error


class TestAgreement(Agreement.TestCase):
    settings = settings(max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))


def test_random_sessions_agree(capsys):
    minutes = float(os.environ.get("KSHELL_SOAK", "0"))
    seed = random.SystemRandom().randrange(1 << 40) if minutes else 1
    count, _ = soak(seed, operations=40_000, seconds=60 * minutes)
    with capsys.disabled():
        print(f" {count} operations without a difference, from seed {seed}")
