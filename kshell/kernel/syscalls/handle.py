"""mx_handle_*: closing, duplicating, replacing. Rules: docs/kernel-rules.md 3.2; `syscalls_handle_ops.cpp`."""

from __future__ import annotations

from kshell.kernel.abi import (
    ERR_ACCESS_DENIED,
    ERR_INVALID_ARGS,
    RIGHT_DUPLICATE,
    RIGHT_SAME_RIGHTS,
    KernelError,
)
from kshell.kernel.compiling import mypyc_attr, trait
from kshell.kernel.handles import Handle
from kshell.kernel.syscalls.base import U32, Caller, rights_text


@trait
@mypyc_attr(allow_interpreted_subclasses=True)
class HandleCalls(Caller):
    """The calls on handles themselves."""

    def handle_close(self, handle: int) -> None:
        """Closes `handle`. Raises ERR_BAD_HANDLE, also for 0."""
        if self.process.handles.get(handle) is None:
            raise self._bad_handle(handle)
        self.process.handles.close(handle)

    def handle_duplicate(self, handle: int, rights: int) -> int:
        """A second handle to the same object, with `rights` (a subset, or RIGHT_SAME_RIGHTS).

        Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED without the right DUPLICATE, ERR_INVALID_ARGS for more rights
        than the source has, ERR_NO_MEMORY.
        """
        source = self._existing(handle)
        if not source.rights & RIGHT_DUPLICATE:
            raise KernelError(
                ERR_ACCESS_DENIED, f"handle {handle} lacks DUPLICATE: it has {rights_text(source.rights)}"
            )
        return self.process.handles.new(source.object, _subset(handle, source, rights))

    def handle_replace(self, handle: int, rights: int) -> int:
        """A new handle to the same object with `rights`, in place of `handle`, which becomes invalid.

        Raises ERR_BAD_HANDLE, ERR_INVALID_ARGS, ERR_NO_MEMORY. With the last two the old handle stays valid, and is the
        newest of the table: the kernel takes it out first and puts it back. (A result that cannot be written to the
        caller's memory costs the kernel's caller the handle; there is no such memory here.)
        """
        source = self._existing(handle)
        table = self.process.handles
        try:
            # The new slot is taken before the old one is freed, so the value always changes.
            value = table.new(source.object, _subset(handle, source, rights))
        except KernelError:
            table.take(handle)
            table.add(source)
            raise
        table.close(handle)
        return value

    def _existing(self, handle: int) -> Handle:
        found = self.process.handles.get(handle)
        if found is None:
            raise self._bad_handle(handle)
        return found


def _subset(value: int, source: Handle, rights: int) -> int:
    rights &= U32
    if rights == RIGHT_SAME_RIGHTS:
        return source.rights
    if rights & ~source.rights:
        raise KernelError(
            ERR_INVALID_ARGS,
            f"handle {value} has {rights_text(source.rights)}; {rights_text(rights & ~source.rights)} cannot be added",
        )
    return rights
