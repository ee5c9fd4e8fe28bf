"""`signals`: what an object shows."""

from __future__ import annotations

from kshell.kernel.abi import ERR_BAD_HANDLE, ERR_NOT_SUPPORTED, TYPE_NAMES, KernelError
from kshell.kernel.signals import names_of
from kshell.kernel.syscalls.base import bad_handle_reason
from kshell.shell.arguments import Handle
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State


def signals_result(type_: int, signals: int, **more: object) -> Result:
    """The result that tells which `signals` an object of `type_` shows; `more` are further fields."""
    names = names_of(type_, signals)
    fields: dict[str, object] = {"signals": signals, "names": names, **more}
    return Result(signals, fields, f"{' '.join(names) or 'none'}\n")


@command(
    "signals",
    category="objects",
    summary="the signals that HANDLE's object shows, by name",
    params=(Handle("HANDLE"),),
    examples=(
        ("c = channel_create", ""),
        ("signals $c.0", "WRITABLE\n"),
        ("handle_close $c.1", ""),
        ("signals $c.0", "PEER_CLOSED\n"),
    ),
    details="Channels, sockets and fifos have readable, writable and peer-closed; event pairs peer-closed and "
    "signaled, events signaled; processes and threads terminated; jobs no-processes and no-jobs; logs and resources "
    "readable and writable. All of these and VMOs have user-0 to user-7, which callers set, as they set signaled. "
    "Unlike object_wait_one this needs no right.",
)
def signals(state: State, handle: int) -> Result:
    found = state.process.handles.get(handle)
    if found is None:
        raise KernelError(ERR_BAD_HANDLE, bad_handle_reason(handle))
    if not found.object.waitable:
        raise KernelError(
            ERR_NOT_SUPPORTED, f"{handle} refers to a {TYPE_NAMES[found.object.type]}, which has no signals"
        )
    return signals_result(found.object.type, found.object.signals)
