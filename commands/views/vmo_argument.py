"""The word that names a VMO: a handle to it, its koid, or an address at which it is mapped."""

from __future__ import annotations

from kshell.kernel.abi import OBJ_TYPE_VMO
from kshell.kernel.vmar import Mapping
from kshell.kernel.vmo import Vmo
from kshell.shell.arguments import Choice, Handle, Parameter, fitting
from kshell.shell.errors import ShellError
from kshell.shell.state import OWN, State
from kshell.shell.values import ADDRESS, HANDLE, KOID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HANDLES = Handle("VMO", OBJ_TYPE_VMO)


class Named:
    """A VMO that a word names; where the word is an address, that, and the `mapping` that shows it there."""

    __slots__ = ("vmo", "mapping", "address")

    def __init__(self, vmo: Vmo, mapping: Mapping | None = None, address: int = 0) -> None:
        self.vmo = vmo
        self.mapping = mapping
        self.address = address


class VmoWord(Parameter["Named"]):
    """A VMO by a handle of this process, by its koid, or by an address at which this process maps it."""

    __slots__ = ()

    type_name = "Named"
    explain = "a VMO: a handle to it, its koid, or an address where it is mapped"
    expressions = True

    def parse(self, state: State, word: str) -> Named:
        name = f"${word}" if word in state.variables or word in OWN else word
        value = fitting(state, name, (HANDLE, KOID, ADDRESS), "a VMO")
        number = value.number
        handle = state.process.handles.get(number) if value.kind in ("", HANDLE) else None
        if handle is not None:
            if isinstance(handle.object, Vmo):
                return Named(handle.object)
            raise ShellError(f"{word[:40]} is a handle, but not to a VMO")
        for vmo in state.machine.vmos:
            if vmo.koid == number != 0:
                return Named(vmo)
        found = state.process.root_vmar.locate(number) if state.process.root_vmar.alive else None
        if found is not None:
            return Named(found[0].vmo, found[0], number)
        raise ShellError(f"{word[:40]} is not a VMO: give a handle, a koid or an address; see `vmos --all`")

    def check_later(self, state: State, words: Sequence[str], at: int) -> None:
        """VMOs come and go with every command."""

    def choices(self, state: State) -> Iterable[Choice]:
        return HANDLES.choices(state)

    def unfinished(self, state: State, words: Sequence[str], at: int) -> bool:
        return HANDLES.unfinished(state, words, at)
