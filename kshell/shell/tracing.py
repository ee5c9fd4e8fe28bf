"""`trace on`: what happens in the machine while a line runs, one event to a line.

trace: page fault, a write at 0x12d1000, 1 page, mapping 0x12d1000-0x12e1000 useralloc of VMO 3184
trace: commit, VMO 3184, 1 page from page 0
"""

from __future__ import annotations

from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.aspace import AddressSpace
from kshell.kernel.faults import ACCESS_WORDS
from kshell.kernel.system import Observer
from kshell.kernel.tasks import Process
from kshell.kernel.vmar import Mapping
from kshell.kernel.vmo import Vmo
from kshell.text import printable

# How many events of one command are shown; of the rest only the number is.
SHOWN = 40


class Tracer(Observer):
    """An observer of the machine that keeps what it sees until it is asked."""

    __slots__ = ("lines", "missed")

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.missed = 0

    def told(self) -> str:
        """What has been seen since the last time."""
        text = "".join(self.lines)
        if self.missed:
            text += f"trace: ... and {self.missed} more\n"
        self.lines, self.missed = [], 0
        return text

    def _tell(self, text: str) -> None:
        if len(self.lines) >= SHOWN:
            self.missed += 1
        else:
            self.lines.append(f"trace: {text}\n")

    # Events

    def page_committed(self, vmo: Vmo, start: int, end: int) -> None:
        self._tell(f"commit, {_vmo(vmo)}, {_pages(end - start)} from page {start}")

    def page_freed(self, vmo: Vmo, start: int, end: int, count: int) -> None:
        # A VMO that ends gives all it has.
        self._tell(f"free, {_vmo(vmo)}, {_pages(count)}" + (f" from page {start}" if start else ""))

    def page_fault(self, aspace: AddressSpace, mapping: Mapping, start: int, end: int, kind: int) -> None:
        where = f"{start << PAGE_SHIFT:#x}, {_pages(end - start)}"
        self._tell(f"page fault, {ACCESS_WORDS[kind]} at {where}, {_mapping(mapping)}")

    def mapped(self, mapping: Mapping) -> None:
        self._tell(f"map, {_mapping(mapping)}")

    def mapping_split(self, mapping: Mapping, start: int, end: int) -> None:
        self._tell(f"split, {_mapping(mapping)} at {start:#x}-{end:#x}")

    def process_died(self, process: Process) -> None:
        self._tell(f"death, process {process.koid} {printable(process.name)}, return code {process.return_code}")


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"


def _vmo(vmo: Vmo) -> str:
    return f"VMO {vmo.koid or hex(vmo.address)}"


def _mapping(mapping: Mapping) -> str:
    return f"mapping {mapping.base:#x}-{mapping.end:#x} {printable(mapping.name)} of {_vmo(mapping.vmo)}"
