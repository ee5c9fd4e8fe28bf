"""What lines mean: their clauses, aliases replaced, and the command of each.

    'x = vmo_create 4k'  --read-->  clause, vmo_create      kept: scripts and their loops say the same again and again
                                    ...

What a line means depends on the line, the aliases and the commands that there are. Commands come and never go, so what
was found stays right; lines are read anew while there are aliases, and where a word was no command.
"""

from __future__ import annotations

from kshell.shell import registry
from kshell.shell.command import Command
from kshell.shell.errors import UsageError
from kshell.shell.grammar import Clause, parse

# How many lines are kept, and how long they are at most.
MOST_LINES = 32
MOST_CHARACTERS = 256


class Meaning:
    """What a line means. Nobody changes it.

    clauses    its clauses, aliases replaced; none where it is wrong, empty or a comment
    commands   the command of each clause, None for a word that is none
    wrong      what is wrong with the line, or None
    mover      its command, if that is a session command, which has the line to itself
    """

    __slots__ = ("clauses", "commands", "wrong", "mover")

    def __init__(self, clauses: list[Clause], wrong: UsageError | None = None) -> None:
        self.clauses = clauses
        self.commands: list[Command | None] = []
        self.wrong = wrong
        self.mover: Command | None = None


class KnownLines:
    """The meanings of lines, those of the latest kept."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: dict[str, Meaning] = {}

    def meaning(self, line: str, aliases: dict[str, list[str]]) -> Meaning:
        """What the line means where `aliases` stand for the first words of commands. Never fails."""
        kept = self._kept
        if not aliases:
            known = kept.get(line)
            if known is not None:
                return known
        try:
            made = _read(line, aliases)
        except UsageError as error:
            return Meaning([], error)
        if not aliases and None not in made.commands and len(line) <= MOST_CHARACTERS:
            if len(kept) == MOST_LINES:
                kept.clear()
            kept[line] = made
        return made


def _read(line: str, aliases: dict[str, list[str]]) -> Meaning:
    """What the line means. Raises UsageError."""
    clauses = parse(line)
    made = Meaning(clauses)
    for clause in clauses:
        words = clause.words
        if aliases and words[0] in aliases:
            words[:1] = aliases[words[0]]
        command = registry.find(words[0])
        made.commands.append(command)
        if command is not None and command.unrecorded:
            misplaced = command.misplaced(clauses)
            if misplaced:
                raise UsageError(misplaced)
            made.mover = command
    return made
