"""Why one thing is here: everything that is said of an address or an object, found once.

address --> mapping --> VMO --> page --> the VMO that has it --+-- seen by which mappings
object ------------------------------------------------------- +-- held by which references
                                                               +-- shown by which tools
                                                               `-- freed by which steps
"""

from __future__ import annotations

from kshell.accounting.freeing import Freeing, freeing_sets, obstacle
from kshell.accounting.holders import Holders, Reference
from kshell.accounting.sight import Page, Sight, seen_page, seen_vmo
from kshell.accounting.tools import tools_of_memory, tools_of_object
from kshell.kernel.abi import PAGE_SHIFT
from kshell.kernel.machine import Machine
from kshell.kernel.objects import KernelObject
from kshell.kernel.tasks import Process
from kshell.kernel.vmar import Mapping
from kshell.kernel.vmo import Vmo


class Reasons:
    """What there is to say of an object, or (`object` None) of an address of `process`.

    `target` is what would have to end: of an address the VMO that has the page. `seen` are the mappings that show it,
    each with its process.
    """

    __slots__ = (
        "process", "object", "address", "mapping", "vmo", "page", "target", "seen", "held", "shows_in", "freed_by",
        "obstacle",
    )  # fmt: skip

    def __init__(
        self,
        machine: Machine,
        process: Process,
        object_: KernelObject | None,
        address: int = 0,
        holders: Holders | None = None,
    ) -> None:
        """`holders` are those that other questions of this moment have asked, about the same process."""
        holders = holders or Holders(machine, process)
        self.process = process
        self.object = object_
        self.address = address
        self.mapping: Mapping | None = None
        self.vmo: Vmo | None = object_ if isinstance(object_, Vmo) else None
        self.page: Page | None = None
        found = process.root_vmar.locate(address) if object_ is None else None
        if found is not None:
            self.mapping, offset = found
            self.vmo = self.mapping.vmo
            self.page = Page(self.vmo, offset >> PAGE_SHIFT, self.mapping)
        owner = self.page.owner if self.page is not None else None
        self.target: KernelObject | None = owner or self.vmo or object_
        self.seen = [
            (whose, sight) for sight in self._sights() if (whose := holders.process_of(sight.mapping)) is not None
        ]
        self.held: list[Reference] = holders.of(self.target) if self.target is not None else []
        self.shows_in = self._tools(machine)
        self.freed_by: list[Freeing] = freeing_sets(holders, self.target) if self.target is not None else []
        # Why nothing frees it, in a word.
        self.obstacle = obstacle(holders, self.target) if self.target is not None and not self.freed_by else ""

    def _sights(self) -> list[Sight]:
        if self.page is not None:
            return seen_page(self.page)
        return seen_vmo(self.vmo) if self.vmo is not None else []

    def _tools(self, machine: Machine) -> list[str]:
        if isinstance(self.target, Vmo):
            pages = bool(self.target.pages) if self.page is None else self.page.owner is not None
            return tools_of_memory(machine, self.target, pages, self.held, self.seen)
        return [] if self.target is None else tools_of_object(machine, self.target, self.held)
