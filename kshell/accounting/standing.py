"""What a VMO is to the world: who keeps it, in one phrase.

    mapped               one address space shows it, or several
    handles only         a process holds it and does not map it: no tool for processes shows its pages
    messages only        its handles travel in messages that nobody has read
    the kernel's own     the kernel itself keeps it open, such as the boot file system
    clones only          it has neither handle nor mapping: clones look through it

The first that fits is what it is.
"""

from __future__ import annotations

from kshell.accounting.sharing import address_spaces
from kshell.kernel.machine import Machine
from kshell.kernel.objects import KernelObject
from kshell.kernel.vmo import Vmo

MAPPED_BY_ONE = "mapped by one process"
MAPPED_BY_SEVERAL = "mapped by several processes"
HANDLES_ONLY = "held by handles only"
MESSAGES_ONLY = "in unread messages only"
KERNELS_OWN = "kept open by the kernel"
CLONES_ONLY = "kept by clones only"
STANDINGS = (MAPPED_BY_ONE, MAPPED_BY_SEVERAL, HANDLES_ONLY, MESSAGES_ONLY, KERNELS_OWN, CLONES_ONLY)


class Standings:
    """Tells what VMOs are to the world. It holds the machine's handles as they are when it is made."""

    __slots__ = ("_travelling", "_kernel")

    def __init__(self, machine: Machine) -> None:
        # How many handles to an object are in no process's table.
        self._travelling: dict[KernelObject, int] = {}
        self._kernel: dict[KernelObject, int] = {}
        for handle in machine.handles.travelling:
            self._travelling[handle.object] = self._travelling.get(handle.object, 0) + 1
        for _, handle in machine.kernel_handles:
            self._kernel[handle.object] = self._kernel.get(handle.object, 0) + 1

    def of(self, vmo: Vmo) -> str:
        """One of STANDINGS."""
        spaces = address_spaces(vmo)
        if spaces:
            return MAPPED_BY_ONE if spaces == 1 else MAPPED_BY_SEVERAL
        if vmo.handle_count > self._travelling.get(vmo, 0) + self._kernel.get(vmo, 0):
            return HANDLES_ONLY
        if vmo in self._kernel or vmo.kept:
            return KERNELS_OWN
        return MESSAGES_ONLY if vmo in self._travelling else CLONES_ONLY
