"""How often an action lets Python look for signals: machine code does so only where it asks for it."""

import sys

from kshell.kernel import compiling


def polls(action):
    """How often `action` lets Python look for signals."""
    count = 0

    def profile(frame, event, argument):
        nonlocal count
        count += event == "call" and frame.f_code is compiling.poll.__code__

    sys.setprofile(profile)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count
