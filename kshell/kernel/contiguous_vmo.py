"""VMOs whose pages lie in a row in physical memory, as a device needs them.

All pages are taken when the VMO is made; after that it is a VMO like any other, and a page that was decommitted comes
back wherever one is free.

Rules: docs/kernel-rules.md 3.6; `VmObjectPaged::CommitRangeContiguous`, `PmmArena::AllocContiguous`.
"""

from __future__ import annotations

from kshell.kernel.abi import ERR_NO_MEMORY, PAGE_SHIFT, KernelError
from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.physmem import ARENA_BASE
from kshell.kernel.system import System
from kshell.kernel.vmo import Vmo


@mypyc_attr(allow_interpreted_subclasses=True)
class ContiguousVmo(Vmo):
    """A VMO whose first `row` pages have physical addresses in a row, the first one a multiple of 2^`alignment`.

    The addresses are given when somebody asks for one of them.
    """

    __slots__ = ("row", "alignment")

    def __init__(self, system: System, size: int, alignment: int) -> None:
        """`size` bytes (page multiple), all committed. Raises ERR_NO_MEMORY unless all of it can be had."""
        super().__init__(system, 0, size)
        self.alignment = alignment
        self.row = size >> PAGE_SHIFT
        try:
            if self.row:
                _require_row(system, self.row, alignment)
                self.take_pages(0, self.row, self.row)
        except KernelError:
            self.release()
            raise

    def frame_at(self, page: int) -> int:
        if self.frames is None:
            # Only what is still there counts, and none of it may be: it may have been decommitted.
            runs = list(self.pages.runs(0, self.row))
            last = runs[-1][1] if runs else 0
            addresses = self.system.physmem.name_row(last, self.alignment)
            self.frames = {}
            at = 0
            for start, end in runs:
                for gap in addresses[at:start]:
                    self.system.physmem.unname_frame(gap)
                self.frames.update(zip(range(start, end), addresses[start:end], strict=True))
                at = end
        return super().frame_at(page)


def _require_row(system: System, pages: int, alignment: int) -> None:
    """Raises ERR_NO_MEMORY when not even an empty arena has so many pages in a row from such a multiple on."""
    physmem = system.physmem
    first = -(-ARENA_BASE >> alignment) << alignment
    if (first - ARENA_BASE >> PAGE_SHIFT) + pages > physmem.total:
        raise KernelError(
            ERR_NO_MEMORY,
            f"physical memory has no {pages} pages in a row from a multiple of {1 << alignment:#x} on: it is "
            f"[{ARENA_BASE:#x}, {ARENA_BASE + physmem.size:#x})",
        )
