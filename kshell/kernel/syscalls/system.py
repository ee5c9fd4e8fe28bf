"""mx_system_*: what the machine is. Rules: docs/kernel-rules.md 3.10; `syscalls_magenta.cpp`."""

from __future__ import annotations

from kshell.kernel.abi import VERSION
from kshell.kernel.compiling import mypyc_attr, trait
from kshell.kernel.syscalls.base import Caller


@trait
@mypyc_attr(allow_interpreted_subclasses=True)
class SystemCalls(Caller):
    """The calls on the system as a whole."""

    def system_get_physmem(self) -> int:
        """Bytes of physical memory: the sum of the arenas' sizes."""
        return self.machine.physmem.size

    def system_get_num_cpus(self) -> int:
        """The number of processors: the model has one."""
        return 1

    def system_get_version(self) -> str:
        """The kernel's build id, which `k version` prints too (`system/ulib/magenta/mx_system_get_version.c`)."""
        return VERSION
