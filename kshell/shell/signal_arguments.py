"""The argument type of the calls that signal and wait."""

from __future__ import annotations

from kshell.kernel.compiling import mypyc_attr
from kshell.kernel.signals import NAMES, USER_ALL, USER_NAMES
from kshell.shell.arguments import Choice
from kshell.shell.call_arguments import Combination, combine
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

SIGNAL_WORDS: dict[str, int] = {
    **{name.lower().replace("_", "-"): bit for own in NAMES.values() for bit, name in own.items()},
    **{name.lower().replace("_", "-"): bit for bit, name in USER_NAMES.items()},
    "user-all": USER_ALL,
    "none": 0,
}


@mypyc_attr(allow_interpreted_subclasses=True)
class Signals(Combination):
    """Signals of an object."""

    __slots__ = ()

    type_name = "int"
    explain = "signals: names (readable,peer-closed; signaled; user-0), none, or a number"

    def parse(self, state: State, word: str) -> int:
        return combine(state, word, SIGNAL_WORDS, {}, "signal")

    def choices(self, state: State) -> Iterable[Choice]:
        return [(word, f"{bit:#x}") for word, bit in SIGNAL_WORDS.items()]
