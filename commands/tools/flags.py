"""Flags of the tools that read their words themselves: `top`, `kstats`, `memgraph`."""

from __future__ import annotations

from kshell.commands.tools.arguments import count_of
from kshell.shell.arguments import Choice, Word
from kshell.shell.errors import ShellError
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# A flag's value that is a number above 0.
COUNT = ("count",)


class Flag(Word):
    """A flag of a tool, or the value after one.

    `flags` gives each with a remark, `values` the words that can follow a flag, or COUNT. With `joined`, flags of one
    letter can stand together (`-tv`).
    """

    __slots__ = ("flags", "values", "joined")

    expressions = True
    closed = True

    def __init__(
        self, flags: Mapping[str, str], values: Mapping[str, tuple[str, ...]] | None = None, joined: bool = False
    ) -> None:
        super().__init__("FLAG", many=True)
        self.flags = flags
        self.values = values or {}
        self.joined = joined

    @property
    def about(self) -> str:
        """The flags."""
        return ", ".join(self.flags)

    def _value_of(self, words: Sequence[str], at: int) -> tuple[str, ...]:
        return self.values.get(words[at - 1], ()) if at else ()

    def check(self, state: State, words: Sequence[str], at: int) -> None:
        word, wanted = self.parse(state, words[at]), self._value_of(words, at)
        if wanted == COUNT:
            if not count_of(word):
                raise ShellError(f"{words[at - 1]} takes a number above 0")
        elif wanted:
            if word not in wanted:
                raise ShellError(f"{words[at - 1]} takes one of {', '.join(wanted)}")
        elif word not in self.flags and not (self.joined and self._all_known(word)):
            raise ShellError(f"unknown option: {word}")

    def _all_known(self, word: str) -> bool:
        return word[:1] == "-" and len(word) > 1 and all(f"-{letter}" in self.flags for letter in word[1:])

    def completions(self, state: State, words: Sequence[str], at: int) -> Sequence[Choice]:
        """The flags, or what the flag before takes."""
        wanted = self._value_of(words, at)
        if wanted == COUNT:
            return []
        return [(word, "") for word in wanted] if wanted else list(self.flags.items())
