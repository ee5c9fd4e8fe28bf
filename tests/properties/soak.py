"""Runs the two models side by side for long: `python -m tests.properties.soak [--seed N] [--operations N]`.

Prints how many operations agreed; on a difference the seed and the calls that led there, as a script.
"""

import sys
import time

from tests.properties.twins import Twins

MACHINES = ((3 << 20, 262144), (64 << 20, 60), (8 << 20, 300))
LENGTH = 300


def session(seed, length=LENGTH):
    """Plays one session; returns the operations made. A difference is raised with the session's script."""
    twins = Twins(seed, *MACHINES[seed % len(MACHINES)])
    try:
        while twins.operations < length:
            twins.step()
    except Exception as error:
        raise AssertionError(f"seed {seed}: {type(error).__name__}: {error}\n" + "\n".join(twins.script)) from error
    return twins.operations


def soak(seed, operations=0, seconds=0.0):
    """Plays sessions from `seed` on until so many operations are made, or so much time has passed; returns (count,
    the next seed)."""
    count, end = 0, time.monotonic() + seconds
    while count < operations or time.monotonic() < end:
        count += session(seed)
        seed += 1
    return count, seed


def main():
    """Reads the arguments and soaks."""
    arguments = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
    seed, operations = int(arguments.get("--seed", "0")), int(arguments.get("--operations", "100000"))
    start = time.monotonic()
    count, end = soak(seed, operations)
    print(f"{count} operations without a difference, seeds {seed} to {end - 1}, {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
