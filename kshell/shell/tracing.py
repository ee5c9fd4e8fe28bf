"""`trace on`: what happens in the machine while a line runs, an event a line.

trace: page fault, a write at 0x12d1000, 1 page, mapping 0x12d1000-0x12e1000 useralloc of VMO 3184
trace: commit, VMO 3184, 1 page from page 0
"""

from __future__ import annotations

from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.faults import ACCESS_WORDS
from kshell.kernel.tasks import Process
from kshell.kernel.vmar import Mapping
from kshell.kernel.vmo import Vmo
from kshell.shell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Events of one command that are told; of the rest only the number.
SHOWN = 40


class Tracer:
    """A listener of the machine that keeps what it hears until it is asked."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.missed = 0

    def __call__(self, event: str, *details: Any) -> None:
        if len(self.lines) >= SHOWN:
            self.missed += 1
        else:
            self.lines.append(f"trace: {TELL[event](*details)}\n")

    def told(self) -> str:
        """What was heard since the last time."""
        text = "".join(self.lines)
        if self.missed:
            text += f"trace: ... and {self.missed} more\n"
        self.lines, self.missed = [], 0
        return text


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"


def _vmo(vmo: Vmo) -> str:
    return f"VMO {vmo.koid or hex(vmo.address)}"


def _mapping(mapping: Mapping) -> str:
    return f"mapping {mapping.base:#x}-{mapping.end:#x} {printable(mapping.name)} of {_vmo(mapping.vmo)}"


def _fault(aspace: object, mapping: Mapping, start: int, end: int, kind: int) -> str:
    where = f"{start << PAGE_SHIFT:#x}, {_pages(end - start)}"
    return f"page fault, {ACCESS_WORDS[kind]} at {where}, {_mapping(mapping)}"


def _committed(vmo: Vmo, start: int, end: int) -> str:
    return f"commit, {_vmo(vmo)}, {_pages(end - start)} from page {start}"


def _freed(vmo: Vmo, start: int, end: int, count: int) -> str:
    # A VMO that ends gives all it has.
    return f"free, {_vmo(vmo)}, {_pages(count)}" + (f" from page {start}" if start else "")


def _split(mapping: Mapping, start: int, end: int) -> str:
    return f"split, {_mapping(mapping)} at {start:#x}-{end:#x}"


def _died(process: Process) -> str:
    return f"death, process {process.koid} {printable(process.name)}, return code {process.return_code}"


TELL: dict[str, Any] = {
    "page_fault": _fault,
    "page_committed": _committed,
    "page_freed": _freed,
    "mapped": lambda mapping: f"map, {_mapping(mapping)}",
    "mapping_split": _split,
    "process_died": _died,
}
