"""All that a session's lines can change, as plain data: two dumps are equal when nothing distinguishes the states."""

from collections import deque
from operator import attrgetter

from kshell.kernel.compiling import slots
from kshell.kernel.copy import VALUES
from kshell.kernel.pages import PageSet
from kshell.kernel.region_list import RegionList
from kshell.kernel.specs import Program

# Values that stand for themselves.
PLAIN = frozenset((int, str, bool, bytes, type(None)))


def dump(session):
    """The state of `session`: objects by the order in which they are met, sets and lists by their members."""
    state = session.state
    variables = {name: (result.value, result.fields, result.exit) for name, result in state.variables.items()}
    last = state.last_result
    plain = (
        variables,
        dict(state.aliases),
        dict(state.snaps),
        state.last_exit,
        last.value,
        last.fields,
        state.line_number,
    )
    return plain, _graph(state.machine, state.shell, state.shell_job, state.process)


# The names of the slots of each class, without who watches, which is not a part of the machine; and what reads them.
_SLOTS = {}


def _slots(kind):
    found = _SLOTS.get(kind)
    if found is None:
        names = [name for name in slots(kind) if name != "observer"]
        # One more, so that a single one comes in a tuple too.
        found = _SLOTS[kind] = tuple(names), attrgetter("__class__", *names) if names else None
    return found


def _graph(*roots):
    numbers = {}
    queue = []

    def plain(value):
        kind = type(value)
        if kind is Program:
            # What the boot image says; nothing changes it.
            return "<Program>"
        if kind in VALUES:
            return getattr(value, "runs", value)
        if kind in (list, tuple, deque, RegionList):
            return [entry if type(entry) in PLAIN else plain(entry) for entry in value]
        if kind is dict:
            return [
                (key if type(key) in PLAIN else plain(key), entry if type(entry) in PLAIN else plain(entry))
                for key, entry in value.items()
            ]
        if kind is PageSet:
            return list(value.runs())
        if kind.__name__ == "Random":
            return value.getstate()
        number = numbers.get(id(value))
        if number is None:
            number = numbers[id(value)] = len(numbers)
            queue.append(value)
        return f"<{kind.__name__} {number}>"

    found = [plain(root) for root in roots]
    for value in queue:
        kind = type(value)
        names, read = _slots(kind)
        slots = read(value)[1:] if read is not None else ()
        slots = [entry if type(entry) in PLAIN else plain(entry) for entry in slots]
        found.append((kind.__name__, names, slots))
    return found


def difference(first, second):
    """The first place where two dumps differ, or nothing."""
    if first == second:
        return ""
    if first[0] != second[0]:
        return f"variables and such: {first[0]} and {second[0]}"
    for one, other in zip(first[1], second[1], strict=False):
        if one != other:
            if isinstance(one, tuple) and isinstance(other, tuple) and one[0] == other[0]:
                rows = zip(one[1], one[2], other[2], strict=True)
                slots = [f"{name} {a} and {b}" for name, a, b in rows if a != b]
                return f"{one[0]}: {'; '.join(slots)}"[:2000]
            return f"{one} and {other}"[:2000]
    return f"{len(first[1])} and {len(second[1])} objects"
