"""The system_* calls."""

from __future__ import annotations

from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import COUNT, SIZE


@command(
    "system_get_physmem",
    category="machine",
    summary="bytes of physical memory",
    examples=(("system_get_physmem", "2146299904\n"),),
    gives=("value",),
)
def system_get_physmem(state: State) -> Result:
    size = state.calls.system_get_physmem()
    return Result(size, {"value": size}, f"{size}\n", kind=SIZE)


@command(
    "system_get_num_cpus",
    category="machine",
    summary="the number of processors",
    examples=(("system_get_num_cpus", "1\n"),),
    gives=("value",),
)
def system_get_num_cpus(state: State) -> Result:
    count = state.calls.system_get_num_cpus()
    return Result(count, {"value": count}, f"{count}\n", kind=COUNT)


@command(
    "system_get_version",
    category="machine",
    summary="the build the kernel was made from",
    examples=(("system_get_version", "GIT_BCA629410D0DB300F4138875D930B98587DD3717\n"),),
    gives=("value",),
)
def system_get_version(state: State) -> Result:
    version = state.calls.system_get_version()
    return Result(version, {"value": version}, f"{version}\n")
