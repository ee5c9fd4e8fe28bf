"""When an action lets Python look for signals: machine code does so only where it asks for it."""

import sys
from _thread import interrupt_main
from operator import methodcaller

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


def with_a_signal_waiting(action):
    """Calls `action` with no Python in between when Ctrl-C has come; returns what it returns."""
    return list(map(methodcaller("__call__"), (interrupt_main, action)))[1]
