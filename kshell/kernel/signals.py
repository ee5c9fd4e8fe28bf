"""Signals: the bits of an object's state that can be waited for, and who is told when they change.

    bits 0 to 23: the object's own, set by the kernel          bits 24 to 31: USER_0 to USER_7, set by anybody

Which types have which signals is in `NAMES`; a type that is missing there has none, and cannot be waited for.

Rules: `system/public/magenta/types.h`; `kernel/lib/magenta/state_tracker.cpp`, `state_observer.h`.
"""

from __future__ import annotations

from kshell.kernel.abi import (
    OBJ_TYPE_CHANNEL,
    OBJ_TYPE_EVENT,
    OBJ_TYPE_EVENT_PAIR,
    OBJ_TYPE_FIFO,
    OBJ_TYPE_JOB,
    OBJ_TYPE_LOG,
    OBJ_TYPE_PROCESS,
    OBJ_TYPE_RESOURCE,
    OBJ_TYPE_SOCKET,
    OBJ_TYPE_THREAD,
    OBJ_TYPE_VMO,
    OBJ_TYPE_WAIT_SET,
)
from kshell.kernel.compiling import mypyc_attr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

READABLE = 1 << 0
WRITABLE = 1 << 1
PEER_CLOSED = 1 << 2
SIGNALED = 1 << 3
# The same bit of a process or a thread, and of a job.
TERMINATED = 1 << 3
NO_PROCESSES = 1 << 3
NO_JOBS = 1 << 4
# Only in what a wait reports: the handle it waited with was closed.
HANDLE_CLOSED = 1 << 23
USER_SHIFT = 24
USER_ALL = 0xFF000000

_PIPE = {READABLE: "READABLE", WRITABLE: "WRITABLE", PEER_CLOSED: "PEER_CLOSED"}
_TASK = {TERMINATED: "TERMINATED"}
# The names of each type's own signals.
NAMES: dict[int, dict[int, str]] = {
    OBJ_TYPE_PROCESS: _TASK,
    OBJ_TYPE_THREAD: _TASK,
    OBJ_TYPE_VMO: {},
    OBJ_TYPE_CHANNEL: _PIPE,
    OBJ_TYPE_EVENT: {SIGNALED: "SIGNALED"},
    OBJ_TYPE_LOG: {READABLE: "READABLE", WRITABLE: "WRITABLE"},
    OBJ_TYPE_WAIT_SET: {},
    OBJ_TYPE_SOCKET: _PIPE,
    OBJ_TYPE_RESOURCE: {READABLE: "READABLE", WRITABLE: "WRITABLE"},
    OBJ_TYPE_EVENT_PAIR: {PEER_CLOSED: "PEER_CLOSED", SIGNALED: "SIGNALED"},
    OBJ_TYPE_JOB: {NO_PROCESSES: "NO_PROCESSES", NO_JOBS: "NO_JOBS"},
    OBJ_TYPE_FIFO: _PIPE,
}
USER_NAMES = {1 << (USER_SHIFT + bit): f"USER_{bit}" for bit in range(8)}
# What a new object of a type shows.
INITIAL: dict[int, int] = {
    OBJ_TYPE_CHANNEL: WRITABLE,
    OBJ_TYPE_LOG: WRITABLE,
    OBJ_TYPE_SOCKET: WRITABLE,
    OBJ_TYPE_RESOURCE: WRITABLE,
    OBJ_TYPE_JOB: NO_PROCESSES | NO_JOBS,
    OBJ_TYPE_FIFO: WRITABLE,
}


def names_of(type_: int, signals: int) -> list[str]:
    """The names of the bits in `signals` on an object of `type_`, lowest first; a bit without a name as `0x100`."""
    known = NAMES.get(type_, {}) | USER_NAMES
    bits = [1 << bit for bit in range(32) if signals >> bit & 1]
    return [known.get(bit, f"{bit:#x}") for bit in bits]


@mypyc_attr(allow_interpreted_subclasses=True)
class StateObserver:
    """Somebody who is told of an object's signals. A method sets `remove` to be taken off the object's list then."""

    __slots__ = ("remove",)

    def __init__(self) -> None:
        self.remove = False

    def keeps(self) -> Any | None:
        """The object that exists because of this observer, or None."""
        return None

    def on_initialize(self, signals: int, messages: int) -> None:
        """It was added to an object with these signals, on which `messages` wait to be read (channels only)."""

    def on_state_change(self, signals: int) -> None:
        """The object's signals are these now."""

    def on_cancel(self, handle: Any) -> None:
        """The Handle `handle` to the object is being closed, or has arrived with a message."""

    def on_cancel_by_key(self, handle: Any, key: int) -> None:
        """mx_port_cancel was called with the Handle `handle` to the object and `key`."""

    def on_removed(self) -> None:
        """It is off the object's list, because of `remove`."""
