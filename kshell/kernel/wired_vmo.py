"""VMOs over memory that is the kernel's from boot: the vDSO in its image, the ramdisk the boot loader left.

Their pages show in RES as any other VMO's, but they are wired: the kernel has them whether or not anybody maps them,
and they are never free. Rules: docs/kernel-memory.md; `kernel/lib/vdso/rodso.cpp`, `kernel/lib/userboot`.
"""

from __future__ import annotations

from kshell.kernel.abi import ERR_NOT_SUPPORTED, KernelError
from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.heap import PAGE_LIST_NODE
from kshell.kernel.vmo import Vmo


@mypyc_attr(allow_interpreted_subclasses=True)
class WiredVmo(Vmo):
    """A VMO whose pages are wired. It does not end, as the kernel itself refers to it."""

    __slots__ = ()

    kept = True

    def charge(self, pages: int, nodes: int) -> None:
        self.system.heap.take(PAGE_LIST_NODE * nodes)

    def decommit(self, offset: int, length: int) -> int:
        if self.trim(offset, length):
            raise KernelError(
                ERR_NOT_SUPPORTED,
                "these pages are the kernel's own, such as the vDSO that makes every program's system calls: the real "
                "kernel takes them away, and all programs die",
            )
        return 0

    def set_size(self, size: int) -> None:
        if size != self.size:
            raise KernelError(ERR_NOT_SUPPORTED, "these pages are the kernel's own: their number is fixed")
