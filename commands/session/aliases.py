"""Aliases: words that stand for the beginning of a line."""

from __future__ import annotations

from kshell.shell import registry
from kshell.shell.arguments import Choice, CommandLine, Raw
from kshell.shell.errors import ShellError, UsageError
from kshell.shell.grammar import NAME_CHARS, quoted
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class AliasName(Raw):
    """The name of an alias: a new one before the words it is to stand for, otherwise one that there is."""

    __slots__ = ()

    explain = "the name of an alias"

    def check(self, state: State, words: Sequence[str], at: int) -> None:
        if len(words) > at + 1:
            _require_free(words[at])
        else:
            _require_alias(state, words[at])

    def check_later(self, state: State, words: Sequence[str], at: int) -> None:
        """Commands before it may make and forget aliases."""

    def choices(self, state: State) -> list[Choice]:
        return [(name, " ".join(words)) for name, words in state.aliases.items()]


class AliasWords(CommandLine):
    """The words that an alias is to stand for."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("WORD", ())

    def check(self, state: State, words: Sequence[str], at: int) -> None:
        if at == 1:
            _require_no_alias(state, words[0], words[1])

    def check_later(self, state: State, words: Sequence[str], at: int) -> None:
        """Commands before it may make and forget aliases."""


def _require_alias(state: State, name: str) -> None:
    if name not in state.aliases:
        raise ShellError(f"{name} is not an alias; `alias` lists those that are")


def _require_free(name: str) -> None:
    if registry.find(name) is not None:
        raise UsageError(f"{name} is a command; give the alias another name")
    if not NAME_CHARS.issuperset(name):
        raise UsageError(f"{name!r} is not a name for an alias: use letters, digits and _")


def _require_no_alias(state: State, name: str, word: str) -> None:
    if word in state.aliases or word == name:
        raise UsageError(f"{word} is itself an alias; write out what it stands for")
    if registry.find(word) is None:
        raise UsageError(_no_command(word))


@command(
    "alias",
    category="session",
    summary="makes NAME stand for the words after it; alone, lists the aliases",
    params=(AliasName("NAME", None), AliasWords()),
    examples=(("alias ll ps --sort res", ""), ("alias", "ll = ps --sort res\n"), ("unalias ll", "")),
    details="An alias is one command with its first words; the name of a command cannot be taken.",
)
def alias(state: State, name: str | None, words: list[str]) -> Result:
    aliases = state.aliases
    if name is None:
        fields = {known: " ".join(quoted(word) for word in said) for known, said in sorted(aliases.items())}
        return Result(len(aliases), {"aliases": fields}, "".join(f"{key} = {said}\n" for key, said in fields.items()))
    if not words:
        _require_alias(state, name)
        return Result(text=f"{name} = {' '.join(quoted(word) for word in aliases[name])}\n")
    _require_free(name)
    _require_no_alias(state, name, words[0])
    aliases[name] = words
    return Result()


def _no_command(word: str) -> str:
    """Why an alias cannot begin with `word`, which is not a command."""
    shown = word if len(word) <= 40 else f"{word[:37]}..."
    if any(char in word for char in " ;&|<>="):
        return f"{str(shown)!r} is a line, and an alias is one command"
    return f"{str(shown)!r} is not a command: an alias begins with one"


@command(
    "unalias",
    category="session",
    summary="forgets the alias NAME",
    params=(AliasName("NAME"),),
    examples=(("alias ll ps", ""), ("unalias ll", "")),
)
def unalias(state: State, name: str) -> Result:
    _require_alias(state, name)
    del state.aliases[name]
    return Result()
