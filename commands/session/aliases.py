"""Aliases: words that stand for the beginning of a line."""

from __future__ import annotations

from kshell.shell import registry
from kshell.shell.arguments import CommandLine, Raw
from kshell.shell.errors import ShellError, UsageError
from kshell.shell.grammar import NAME_CHARS, quoted
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State


@command(
    "alias",
    category="session",
    summary="makes NAME stand for the words after it; alone, lists the aliases",
    params=(Raw("NAME", None), CommandLine("WORD", ())),
    examples=(("alias ll ps --sort res", ""), ("alias", "ll = ps --sort res\n"), ("unalias ll", "")),
    details="An alias is one command with its first words; the name of a command cannot be taken.",
)
def alias(state: State, name: str | None, words: list[str]) -> Result:
    aliases = state.aliases
    if name is None:
        fields = {known: " ".join(quoted(word) for word in said) for known, said in sorted(aliases.items())}
        return Result(len(aliases), {"aliases": fields}, "".join(f"{key} = {said}\n" for key, said in fields.items()))
    if not words:
        if name not in aliases:
            raise ShellError(f"{name} is not an alias; `alias NAME WORD...` makes one")
        return Result(text=f"{name} = {' '.join(quoted(word) for word in aliases[name])}\n")
    if registry.find(name) is not None:
        raise UsageError(f"{name} is a command; give the alias another name")
    if not NAME_CHARS.issuperset(name):
        raise UsageError(f"{name!r} is not a name for an alias: use letters, digits and _")
    if words[0] in aliases or words[0] == name:
        raise UsageError(f"{words[0]} is itself an alias; write out what it stands for")
    if registry.find(words[0]) is None:
        raise UsageError(_no_command(words[0]))
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
    params=(Raw("NAME"),),
    examples=(("alias ll ps", ""), ("unalias ll", "")),
)
def unalias(state: State, name: str) -> Result:
    if state.aliases.pop(name, None) is None:
        raise ShellError(f"{name} is not an alias; `alias` lists them")
    return Result()
