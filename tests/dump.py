"""All that a session's lines can change, as plain data: two dumps are equal when nothing distinguishes the states."""

from collections import deque

from kshell.kernel.copy import VALUES
from kshell.kernel.pages import PageSet
from kshell.kernel.region_list import RegionList
from kshell.kernel.specs import Program


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
        if kind in (list, tuple, deque):
            return [plain(entry) for entry in value]
        if kind is dict:
            return [(plain(key), plain(entry)) for key, entry in value.items()]
        if kind is PageSet:
            return list(value.runs())
        if kind is RegionList:
            return [plain(entry) for entry in value]
        if kind.__name__ == "Random":
            return value.getstate()
        if id(value) not in numbers:
            numbers[id(value)] = len(numbers)
            queue.append(value)
        return f"<{kind.__name__} {numbers[id(value)]}>"

    found = [plain(root) for root in roots]
    for value in queue:
        names = [name for base in type(value).__mro__ for name in getattr(base, "__slots__", ())]
        # Who watches is not a part of the machine.
        names = [name for name in names if name != "observer"]
        found.append((type(value).__name__, [(name, plain(getattr(value, name))) for name in names]))
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
                slots = [f"{a} and {b}" for a, b in zip(one[1], other[1], strict=True) if a != b]
                return f"{one[0]}: {'; '.join(slots)}"[:2000]
            return f"{one} and {other}"[:2000]
    return f"{len(first[1])} and {len(second[1])} objects"
