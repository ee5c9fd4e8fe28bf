"""When an action lets Python look for signals: machine code does so only where it asks for it."""

import sys
from _thread import interrupt_main
from operator import methodcaller
from signal import SIGINT, default_int_handler, signal

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
    # Where a shell runs the tests in the background they are born deaf to it.
    before = signal(SIGINT, default_int_handler)
    try:
        return list(map(methodcaller("__call__"), (interrupt_main, action)))[1]
    finally:
        signal(SIGINT, before)
