"""Results that many commands share: a new handle, two of them, and figures with their units."""

from __future__ import annotations

from kshell.kernel.abi import TYPE_NAMES
from kshell.kernel.objects import KernelObject
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import ADDRESS, HANDLE

# Why many calls fail.
FULL = "the handle table is full"
FULL_FOR_TWO = f"{FULL}: two handles are made"
NO_HEAP = "the kernel's heap is full, and no memory is left for it to grow"
NO_SIGNALS = "the object has no signals: a port, a VMAR, an interrupt ..."
NOTHING_YET = "not now, and no time passes in the model, whatever the deadline"
NO_OPTIONS = "OPTIONS are not 0"
DEAD_VMAR = "VMAR was destroyed, or its process is dead"
DYING_JOB = "JOB is being killed and still has children"
OTHER_TYPE = "PROPERTY is about another type of object"
DEVICE_MEMORY = "ADDR shows device memory"
BEYOND_VMO = "ADDR is beyond the VMO's size"


def handle_result(state: State, value: int, space: int = 0, **more: object) -> Result:
    """The result of a call that made one handle; `more` are further fields.

    `space` is the koid of the process whose addresses are among them.
    """
    handle = state.process.handles.get(value)
    assert handle is not None
    object_ = handle.object
    fields: dict[str, object] = {"handle": value, "koid": object_.koid, **more}
    return Result(
        value,
        fields,
        lambda: _told(value, object_),
        kind=HANDLE,
        owner=state.process.koid,
        space=space,
    )


def handles_result(state: State, values: tuple[int, int]) -> Result:
    """The result of a call that made two handles; `$name` is the first, `$name.1` the second."""
    entries: list[dict[str, object]] = []
    lines: list[str] = []
    for value in values:
        handle = state.process.handles.get(value)
        assert handle is not None
        entries.append({"handle": value, "koid": handle.object.koid})
        lines.append(_told(value, handle.object))
    return Result(values[0], {"handles": entries}, "".join(lines), kind=HANDLE, owner=state.process.koid)


def _told(handle: int, object_: KernelObject) -> str:
    """A new handle in words."""
    return f"handle {handle}: {TYPE_NAMES[object_.type]}, koid {object_.koid}\n"


def address_result(address: int, space: int, **more: object) -> Result:
    """The result of a call that gave an address of the process whose koid is `space`; `more` are further fields."""
    return Result(address, {"addr": address, **more}, f"address {address:#x}\n", kind=ADDRESS, space=space)
