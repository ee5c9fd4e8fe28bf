"""The caller of a syscall: its handle table, and how a handle is looked up.

The order is the kernel's: a value that is not a live handle of the caller is ERR_BAD_HANDLE, a missing right
ERR_ACCESS_DENIED, a wrong type ERR_WRONG_TYPE; calls that need no right check only the first and the last.

A process whose bad-handle policy is "exit" dies of a value that is not a handle, and of nothing else. Which calls ask
for the policy depends on the look-up they use: as a rule those that need no right.

Rules: docs/kernel-rules.md 3.0; `kernel/lib/magenta/process_dispatcher.cpp` (GetDispatcher...).
"""

from __future__ import annotations

from kshell.kernel.abi import (
    DEFAULT_RIGHTS,
    ERR_ACCESS_DENIED,
    ERR_BAD_HANDLE,
    ERR_INVALID_ARGS,
    ERR_WRONG_TYPE,
    POLICY_EXIT,
    RIGHT_NAMES,
    TYPE_NAMES,
    KernelError,
    status_name,
)
from kshell.kernel.compiling import mypyc_attr, trait
from kshell.kernel.handles import Handle
from kshell.kernel.machine import Machine
from kshell.kernel.objects import KernelObject
from kshell.kernel.tasks import RUNNING, Process

U32 = 0xFFFFFFFF


@trait
@mypyc_attr(allow_interpreted_subclasses=True)
class Caller:
    """A process in whose context calls are made."""

    machine: Machine
    process: Process

    def _lookup(self, value: int, rights: int, *types: int, policy: bool | None = None) -> Handle:
        """The handle `value` with all of `rights`, to an object of one of `types` (any if none is given).

        `policy` says whether a bad handle may end the process; None: if no right is needed (GetDispatcher, unlike
        GetDispatcherWithRights, calls BadHandle).
        """
        handle = self.process.handles.get(value)
        if handle is None:
            raise self._bad_handle(value, policy=not rights if policy is None else policy)
        if rights & ~handle.rights:
            raise KernelError(
                ERR_ACCESS_DENIED,
                f"handle {value} has the rights {rights_text(handle.rights)}; this call needs {rights_text(rights)}",
            )
        if types and handle.object.type not in types:
            wanted = " or ".join(TYPE_NAMES[type_] for type_ in types)
            raise KernelError(
                ERR_WRONG_TYPE,
                f"handle {value} refers to a {TYPE_NAMES[handle.object.type]}, not to a {wanted}",
            )
        return handle

    def _bad_handle(
        self, value: int, status: int = ERR_BAD_HANDLE, *, policy: bool = True, reason: str = ""
    ) -> KernelError:
        """The error `status` of a handle, after the process's policy has had its say if `policy`: "exit" ends the
        process if the handle is bad, and for no other status; "log" does nothing (docs/kernel-rules.md 3.0)."""
        process = self.process
        if policy and status == ERR_BAD_HANDLE and process.policy == POLICY_EXIT and process.state == RUNNING:
            name = process.name.split(b"\0", 1)[0].decode("utf-8", "replace")
            self.machine.log.append(f"[fatal: {name} used a bad handle]")
            process.kill(status)
        return KernelError(status, reason or bad_handle_reason(value))

    def _publish(self, object_: KernelObject, rights: int | None = None) -> int:
        """Gives the caller its handle to a new object; when no slot is free, the object ends again."""
        try:
            return self.process.handles.new(object_, DEFAULT_RIGHTS[object_.type] if rights is None else rights)
        except KernelError:
            object_.on_no_handle()
            raise


def no_options(options: int) -> None:
    """Raises ERR_INVALID_ARGS unless `options` is 0."""
    if options & U32:
        raise KernelError(ERR_INVALID_ARGS, f"options have to be 0, not {options & U32:#x}")


def bad_handle_reason(value: int) -> str:
    """Why `value` is not a handle."""
    if value == 0:
        return "0 is the invalid handle"
    return f"{value} is not a handle of this process: it was never one, was closed, or belongs to another process"


def rights_text(rights: int) -> str:
    """Rights in words: `READ|WRITE`, `none`."""
    names = [name for bit, name in RIGHT_NAMES.items() if rights & bit]
    rest = rights & ~sum(RIGHT_NAMES)
    if rest:
        names.append(f"{rest:#x}")
    return "|".join(names) or "none"


def status_text(status: int) -> str:
    """`ERR_NOT_FOUND (-25)`: a status as the tools print it."""
    return f"{status_name(status)} ({status})"
