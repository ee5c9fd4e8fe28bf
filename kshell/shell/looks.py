"""Which lines only look: by what their commands are, before they run, and by what came of them.

vmaps 3020; m = stat 3020      all that its commands do is to look; the name is a change
"""

from __future__ import annotations

from kshell.shell import registry
from kshell.shell.errors import UsageError
from kshell.shell.grammar import Clause, parse
from kshell.shell.results import Outcome

# Commands that change nothing, whatever their words are.
LOOKS = frozenset((
    *("ps", "top", "vmaps", "vmos", "memgraph", "stat", "threads", "kstats", "kmem", "memory", "handles", "signals"),
    *("dlog", "vars", "echo", "assert", "true", "false", "help", "apropos", "snaps", "diff", "what-if"),
    *("audit", "why", "clones", "pages", "space", "treemap", "links", "print", "p/x", "p/d"),
    *("system_get_physmem", "system_get_num_cpus", "system_get_version"),
))  # fmt: skip
# Those of them that the shell runs as a program, which uses up koids, addresses and frames.
PROGRAMS = frozenset(("ps", "top", "vmaps", "vmos", "memgraph", "dlog"))


def only_looks(line: str) -> bool:
    """Whether a line changes nothing by what its commands are."""
    try:
        clauses = parse(line)
    except UsageError:
        return False
    return bool(clauses) and all_look(clauses)


def all_look(clauses: list[Clause]) -> bool:
    """Whether these clauses change nothing by what their commands are."""
    return all(not clause.name and _looks(clause.words) for clause in clauses)


def _looks(words: list[str]) -> bool:
    """Whether a command with its words changes nothing by what it is."""
    command = registry.find(words[0])
    if command is not None and command.name == "draw" and len(words) > 2:
        # What it draws is a command like any other, and a file is none of the machine's.
        return _looks(words[2:])
    return command is not None and command.name in LOOKS


def only_looked(clauses: list[Clause], outcomes: list[Outcome]) -> bool:
    """Whether a line that has run was one command that looked and succeeded: it has left its result, and what its
    program has used up."""
    if len(clauses) != 1 or len(outcomes) != 1:
        return False
    clause, outcome = clauses[0], outcomes[0]
    plain = not (clause.name or clause.prefixes or clause.redirect)
    return plain and outcome.ok and not outcome.exit and outcome.command in LOOKS


def looks(line: str) -> bool:
    """Whether all that a line does is to look, but for names that it gives to what it sees."""
    try:
        clauses = parse(line)
    except UsageError:
        return False
    return all(_looks(clause.words) for clause in clauses)
