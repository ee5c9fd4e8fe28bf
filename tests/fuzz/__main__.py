"""The long form: `python -m tests.fuzz [TARGET ...] --minutes 10 --seed 1`. Prints how many inputs each target took."""

import argparse
import faulthandler
import resource
import sys
import time
from random import Random

from tests.fuzz.targets import TARGETS, inputs

# No input may take longer, in seconds, or let the process grow beyond this, in MiB.
PATIENCE = 20
MEMORY = 2048


def fuzz(name, seconds, seed):
    """Feeds `name` for so long; returns how many inputs it took. What one of them breaks is raised, and shown."""
    random = Random(seed)
    target = TARGETS[name]()
    end = time.monotonic() + seconds
    slowest = 0.0
    for count, data in enumerate(inputs(target, random)):
        begin = time.monotonic()
        if begin > end:
            break
        faulthandler.dump_traceback_later(PATIENCE, exit=True)
        try:
            target.feed(data)
        except BaseException:
            print(f"{name}: seed {seed}, input {count}: {data[:3000]!r}", flush=True)
            raise
        finally:
            faulthandler.cancel_dump_traceback_later()
        slowest = max(slowest, time.monotonic() - begin)
    return count, slowest


def main(arguments=None):
    """Fuzzes the targets one after the other; returns the exit value."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args(arguments)
    unknown = set(options.targets) - set(TARGETS)
    if unknown:
        parser.error(f"there is no target {unknown.pop()}; there are {', '.join(TARGETS)}")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY << 20, MEMORY << 20))
    for name in options.targets or TARGETS:
        count, slowest = fuzz(name, options.minutes * 60, options.seed)
        print(f"{name}: {count} inputs in {options.minutes:g} minutes from seed {options.seed}, none of them "
              f"harmed; the slowest took {slowest:.2f} s", flush=True)  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
