"""mx_object_signal, mx_object_wait_*, mx_waitset_*: signals, and waiting for them.

No time passes in the model while a call is made, and its caller is alone: a wait that is not over at once never would
be. Whatever its deadline, it ends with ERR_TIMED_OUT.

Rules: `syscalls_object.cpp`, `syscalls_object_wait.cpp`, `syscalls_magenta.cpp`, `wait_state_observer.cpp`.
"""

from __future__ import annotations

from kshell.kernel import heap
from kshell.kernel.abi import (
    ERR_ACCESS_DENIED,
    ERR_BAD_HANDLE,
    ERR_CANCELED,
    ERR_INVALID_ARGS,
    ERR_NOT_SUPPORTED,
    ERR_OUT_OF_RANGE,
    ERR_TIMED_OUT,
    ERR_WRONG_TYPE,
    NO_ERROR,
    OBJ_TYPE_IOPORT2,
    OBJ_TYPE_WAIT_SET,
    RIGHT_READ,
    RIGHT_WRITE,
    TYPE_NAMES,
    KernelError,
)
from kshell.kernel.compiling import mypyc_attr, trait
from kshell.kernel.handles import Handle
from kshell.kernel.info import Record
from kshell.kernel.ports_v2 import PortObserver, PortV2
from kshell.kernel.signals import names_of
from kshell.kernel.syscalls.base import U32, Caller, rights_text
from kshell.kernel.waitsets import WaitSet

U64 = (1 << 64) - 1
WAIT_ASYNC_ONCE = 0
WAIT_ASYNC_REPEATING = 1
MAX_WAIT_HANDLES = 1024
MAX_WAITSET_RESULTS = 1024


@trait
@mypyc_attr(allow_interpreted_subclasses=True)
class WaitCalls(Caller):
    """The calls on signals."""

    def object_signal(self, handle: int, clear_mask: int, set_mask: int) -> None:
        """Clears and sets signals of an object: user signals, and SIGNALED of events and event pairs. Needs WRITE.

        Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_NOT_SUPPORTED for an object without signals, ERR_INVALID_ARGS for
        a signal that is the kernel's.
        """
        self._lookup(handle, RIGHT_WRITE).object.user_signal(clear_mask & U32, set_mask & U32)

    def object_signal_peer(self, handle: int, clear_mask: int, set_mask: int) -> None:
        """The same for the other end of a channel, socket or event pair. Needs no right.

        Raises ERR_BAD_HANDLE, ERR_NOT_SUPPORTED, ERR_INVALID_ARGS, ERR_PEER_CLOSED (never for an event pair, whose end
        keeps the other).
        """
        self._lookup(handle, 0).object.user_signal_peer(clear_mask & U32, set_mask & U32)

    def object_wait_one(self, handle: int, signals: int, deadline: int = 0) -> int:
        """Waits for one of `signals`; returns all that the object shows then. Needs READ.

        Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_NOT_SUPPORTED for an object without signals, ERR_TIMED_OUT.
        """
        found = self._waitable(handle, policy=True)
        observed = found.object.signals
        if not observed & signals:
            type_ = found.object.type
            shown, wanted = ("|".join(names_of(type_, mask)) or "none" for mask in (observed, signals & U32))
            raise KernelError(
                ERR_TIMED_OUT,
                f"handle {handle} shows the signals {shown}, waited for were {wanted}; no time passes in the model",
                actual=observed,
            )
        return observed

    def object_wait_many(self, items: list[tuple[int, int]], deadline: int = 0) -> list[int]:
        """Waits for one of (handle, signals); returns what each object shows then. Each handle needs READ.

        Raises ERR_INVALID_ARGS for more than 1024 handles, ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_NOT_SUPPORTED,
        ERR_TIMED_OUT, also when there is nothing to wait for.
        """
        if len(items) > MAX_WAIT_HANDLES:
            raise KernelError(ERR_INVALID_ARGS, f"{len(items)} handles: at most {MAX_WAIT_HANDLES} can be waited for")
        pending = [self._waitable(handle).object.signals for handle, _ in items]
        if not any(shown & signals for shown, (_, signals) in zip(pending, items, strict=True)):
            raise KernelError(
                ERR_TIMED_OUT, "no handle shows a signal that was waited for; no time passes in the model"
            )
        return pending

    def object_wait_async(self, handle: int, port: int, key: int, signals: int, options: int = 0) -> None:
        """The port v2 gets a packet when the object shows one of `signals`: once (options 0), or each time (else).

        `handle` needs READ, `port` WRITE. ONCE with a signal that is there already loses memory for good, as in the
        real kernel. Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_NOT_SUPPORTED for an object without
        signals, ERR_NO_MEMORY.
        """
        target = self._lookup(port, RIGHT_WRITE, OBJ_TYPE_IOPORT2).object
        assert isinstance(target, PortV2)
        found = self._waitable(handle)
        once = options & U32 == WAIT_ASYNC_ONCE
        found.object.add_observer(PortObserver(target, found, key & U64, signals & U32, once))

    def waitset_add(self, waitset: int, cookie: int, handle: int, signals: int) -> None:
        """The wait set watches `handle` for `signals`, under `cookie`. It needs WRITE, `handle` READ.

        Raises ERR_NO_MEMORY, ERR_BAD_HANDLE, ERR_WRONG_TYPE, ERR_ACCESS_DENIED, ERR_NOT_SUPPORTED for an object without
        signals, ERR_ALREADY_EXISTS for a cookie that is in use.
        """
        self.machine.heap.take(heap.WAIT_SET_ENTRY)
        try:
            own = self._existing_handle(waitset)
            if not isinstance(own.object, WaitSet):
                what = f"handle {waitset} refers to a {TYPE_NAMES[own.object.type]}, not to a wait-set"
                raise self._bad_handle(waitset, ERR_WRONG_TYPE, policy=True, reason=what)
            self._require(own, waitset, RIGHT_WRITE, policy=True)
            found = self._existing_handle(handle)
            self._require(found, handle, RIGHT_READ, policy=True)
            own.object.add(cookie & U64, found, signals & U32)
        except KernelError:
            self.machine.heap.give(heap.WAIT_SET_ENTRY)
            raise

    def waitset_remove(self, waitset: int, cookie: int) -> None:
        """Ends the entry under `cookie`. Needs WRITE.

        Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_NOT_FOUND.
        """
        self._waitset(waitset, RIGHT_WRITE).remove(cookie & U64)

    def waitset_wait(self, waitset: int, deadline: int = 0, count: int = MAX_WAITSET_RESULTS) -> list[Record]:
        """The entries whose signals are there or whose handle is gone, `count` at most, those first that were first.

        Needs READ. Each has a cookie, a status (not 0 when its handle is gone) and the signals observed. Raises
        ERR_OUT_OF_RANGE for a count beyond 1024, ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_TIMED_OUT.
        """
        if not 0 <= count <= MAX_WAITSET_RESULTS:
            raise KernelError(ERR_OUT_OF_RANGE, f"{count} results: at most {MAX_WAITSET_RESULTS} can be asked for")
        entries = list(self._waitset(waitset, RIGHT_READ).triggered)
        if not entries:
            raise KernelError(ERR_TIMED_OUT, "no entry shows what it waits for; no time passes in the model")
        return [
            {
                "cookie": entry.cookie,
                "status": NO_ERROR if entry.handle is not None else ERR_CANCELED,
                "observed": entry.signals if entry.handle is not None else 0,
            }
            for entry in entries[:count]
        ]

    def _waitset(self, value: int, right: int) -> WaitSet:
        object_ = self._lookup(value, right, OBJ_TYPE_WAIT_SET).object
        assert isinstance(object_, WaitSet)
        return object_

    def _waitable(self, value: int, *, policy: bool = False) -> Handle:
        """The handle `value`, with READ, to an object that has signals; `policy` as for `_require`."""
        found = self._existing_handle(value)
        self._require(found, value, RIGHT_READ, policy=policy)
        if not found.object.waitable:
            raise KernelError(
                ERR_NOT_SUPPORTED, f"handle {value} refers to a {TYPE_NAMES[found.object.type]}, which has no signals"
            )
        return found

    def _existing_handle(self, value: int) -> Handle:
        found = self.process.handles.get(value)
        if found is None:
            raise self._bad_handle(value, ERR_BAD_HANDLE, policy=True)
        return found

    def _require(self, handle: Handle, value: int, right: int, *, policy: bool = False) -> None:
        """Raises ERR_ACCESS_DENIED without `right`; with `policy` the process may be told, as of a bad handle."""
        if not handle.rights & right:
            reason = f"handle {value} has the rights {rights_text(handle.rights)}; this call needs {rights_text(right)}"
            raise self._bad_handle(value, ERR_ACCESS_DENIED, policy=policy, reason=reason)
