"""Results that many commands share: a new handle, two of them, and figures with their units."""

from __future__ import annotations

from kshell.kernel.abi import TYPE_NAMES
from kshell.shell.results import Result
from kshell.shell.state import State


def handle_result(state: State, value: int, **more: object) -> Result:
    """The result of a call that made one handle; `more` are further fields."""
    handle = state.process.handles.get(value)
    assert handle is not None
    object_ = handle.object
    fields: dict[str, object] = {"handle": value, "koid": object_.koid, **more}
    return Result(value, fields, lambda: f"handle {value}: {TYPE_NAMES[object_.type]}, koid {object_.koid}\n")


def handles_result(state: State, values: tuple[int, int]) -> Result:
    """The result of a call that made two handles; `$name` is the first, `$name.1` the second."""
    entries: list[dict[str, object]] = []
    lines: list[str] = []
    for value in values:
        handle = state.process.handles.get(value)
        assert handle is not None
        entries.append({"handle": value, "koid": handle.object.koid})
        lines.append(f"handle {value}: {TYPE_NAMES[handle.object.type]}, koid {handle.object.koid}\n")
    return Result(values[0], {"handles": entries}, "".join(lines))


def address_result(address: int, **more: object) -> Result:
    """The result of a call that gave an address."""
    return Result(address, {"addr": address, **more}, f"address {address:#x}\n")
