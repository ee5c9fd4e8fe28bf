"""The system_* calls."""

from __future__ import annotations

from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session


@command(
    "system_get_physmem",
    "machine",
    "bytes of physical memory",
    examples=(("system_get_physmem", "2146299904\n"),),
)
def system_get_physmem(session: Session) -> Result:
    size = session.calls.system_get_physmem()
    return Result(size, {"value": size}, f"{size}\n")


@command(
    "system_get_num_cpus",
    "machine",
    "the number of processors",
    examples=(("system_get_num_cpus", "1\n"),),
)
def system_get_num_cpus(session: Session) -> Result:
    count = session.calls.system_get_num_cpus()
    return Result(count, {"value": count}, f"{count}\n")


@command("system_get_version", "machine", "the kernel's version", examples=(("system_get_version", "..."),))
def system_get_version(session: Session) -> Result:
    version = session.calls.system_get_version()
    return Result(version, {"value": version}, f"{version}\n")
