"""Steps: how many lines of Python an action takes, the same on every machine and however busy it is.

What grows too fast shows in them: `growth(make, 20, 200)` is the steps for one of 200 things over those for one of 20,
about 1 where they grow with the number of things, 10 where they grow with its square.
"""

import sys

from tests.compiled import require_python


def traced(tracer, action):
    """What `action()` returns; Python tells `tracer` of the frames that it enters."""
    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        return action()
    finally:
        sys.settrace(before)


def steps(action):
    """How many lines `action()` runs, loops and all that it calls included."""
    require_python("compiled code has no lines that a trace function sees")
    count = 0

    def line(frame, event, argument):
        nonlocal count
        count += event == "line"
        return line

    traced(line, action)
    return count


def growth(make, small, large):
    """By how much the steps for each of n things grow from `small` to `large` of them; `make(n)` makes the things and
    returns the action to be counted."""
    return (steps(make(large)) / large) / (steps(make(small)) / small)
