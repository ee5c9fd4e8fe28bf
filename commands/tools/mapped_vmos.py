"""What `vmaps --vmo` adds: below each mapping the VMO it shows, from where, who holds it here, and who shares it.

M ________012fd000-________0130d000 rw-     64k:sz      8k:res  useralloc
  VMO 3184 from 0, $c; a clone of 3183: 8k of it are its own
"""

from __future__ import annotations

from kshell.kernel.abi import MAPS_MAPPING, PAGE_SHIFT
from kshell.kernel.info import MapEntry
from kshell.kernel.tasks import Process
from kshell.kernel.vmar import Mapping
from kshell.kernel.vmo import Vmo
from kshell.shell.state import State
from kshell.shell.values import ADDRESS, HANDLE
from kshell.sizes import format_size
from kshell.text import wrap

# As wide as an address is printed.
ADDRESS_WIDTH = 16


class Shown:
    """The VMO of a mapping: `variable` is the name that holds a handle to it, or the mapping's address; or ""."""

    __slots__ = ("mapping", "variable")

    def __init__(self, mapping: Mapping, variable: str) -> None:
        self.mapping = mapping
        self.variable = variable

    @property
    def sharing(self) -> str:
        """ "copied" for a clone, "shared" for a VMO with more than one mapping, otherwise "private"."""
        vmo = self.mapping.vmo
        return "copied" if vmo.parent is not None else "shared" if len(vmo.mappings) > 1 else "private"

    def fields(self) -> dict[str, object]:
        """The VMO for programs."""
        mapping = self.mapping
        name = self.variable or None
        return {"vmo": mapping.vmo.koid, "offset": mapping.vmo_offset, "variable": name, "sharing": self.sharing}

    def told(self) -> str:
        """The VMO in words."""
        mapping, vmo = self.mapping, self.mapping.vmo
        name = f"VMO {vmo.koid}" if vmo.koid else "a VMO without a koid,"
        texts = [f"{name} from {format_size(mapping.vmo_offset) if mapping.vmo_offset else '0'}"]
        if self.variable:
            texts[0] += f", ${self.variable}"
        if vmo.parent is not None:
            own = format_size(len(vmo.pages) << PAGE_SHIFT)
            texts.append(f"a clone of {vmo.parent.koid}: {own} of it {'are' if len(vmo.pages) else 'is'} its own")
        if len(vmo.mappings) > 1:
            spaces = vmo.share_count
            among = ", all in this process" if spaces == 1 else f" in {spaces} processes"
            texts.append(f"shared: {len(vmo.mappings)} mappings{among}")
        return "; ".join(texts)


def shown_by(state: State, process: Process) -> dict[int, Shown]:
    """What each mapping of the process shows, by its address."""
    handles, places = _variables(state, process)
    return {
        mapping.base: Shown(mapping, handles.get(mapping.vmo) or places.get(mapping.base, ""))
        for mapping in process.root_vmar.mappings()
    }


def _variables(state: State, process: Process) -> tuple[dict[Vmo, str], dict[int, str]]:
    """The variables that hold a handle to a VMO, and those that hold an address of a mapping, by its base."""
    handles: dict[Vmo, str] = {}
    places: dict[int, str] = {}
    for name, result in state.variables.items():
        value = result.value
        if not isinstance(value, int):
            continue
        if result.kind == HANDLE:
            owner = state.machine.processes.get(result.owner)
            handle = None if owner is None else owner.handles.get(value)
            if handle is not None and isinstance(handle.object, Vmo):
                handles.setdefault(handle.object, name)
        elif result.kind == ADDRESS and result.space == process.koid:
            found = process.root_vmar.locate(value)
            if found is not None and isinstance(found[0], Mapping):
                places.setdefault(found[0].base, name)
    return handles, places


class Below:
    """What is below the rows of a process's mappings."""

    __slots__ = ("_shown",)

    def __init__(self, state: State, process: Process) -> None:
        self._shown = shown_by(state, process)

    def text(self, entries: list[MapEntry], rows: str) -> str:
        """The rows of the entries, with a line or two below each mapping."""
        lines: list[str] = []
        for entry, row in zip(entries, rows.splitlines(), strict=True):
            lines.append(f"{row}\n")
            if entry.type == MAPS_MAPPING:
                lines.append(wrap(self._shown[entry.base].told(), " " * (row.index("-") - ADDRESS_WIDTH)))
        return "".join(lines)

    def fields(self, entry: MapEntry) -> dict[str, object]:
        """What a row has besides, for programs."""
        return self._shown[entry.base].fields() if entry.type == MAPS_MAPPING else {}
