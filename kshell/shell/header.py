"""The first line of a script or a journal: the options of the machine that its lines are meant for.

    #! kshell --boot 'my image.img' --memory 4G      another machine
    #! kshell -k                                     a line that fails stops nothing: it failed before, too

It is written and read here and nowhere else, so what `save` or a journal writes can always be started again.
"""

from __future__ import annotations

from kshell.shell.errors import UsageError

# What every first line that kshell writes begins with.
MARK = "#! kshell"
# What the second line of a journal begins with: it makes the file more than a script.
JOURNAL_MARK = "# journal "
# The options that make another machine, or other lines of the same ones, each with a value.
MACHINE_OPTIONS = ("--boot", "--memory", "--handles", "--aslr", "--seed", "--max-objects")
KEEP_GOING = ("-k", "--keep-going")
QUOTES = frozenset("'\"\\")


class Header:
    """What a first line asks for: the machine's options by their names, and whether failing lines stop nothing."""

    __slots__ = ("machine", "keep_going")

    def __init__(self, machine: dict[str, str] | None = None, keep_going: bool = False) -> None:
        self.machine = machine if machine is not None else {}
        self.keep_going = keep_going

    def line(self) -> str:
        """The first line, without its newline. Raises UsageError for an option that a line cannot hold."""
        words = ["-k"] if self.keep_going else []
        words += self.options()
        if not words:
            return MARK
        from shlex import join

        line = f"{MARK} {join(words)}"
        if "\n" in line:
            raise UsageError("a file name with a newline does not fit the first line of a script: rename the file")
        return line

    def same_machine(self, other: Header) -> bool:
        """Whether both ask for the same machine, in whatever order and with whatever units."""
        return _meaning(self.machine) == _meaning(other.machine)

    def options(self) -> list[str]:
        """The words that ask the command line for this machine."""
        return [word for option in self.machine.items() for word in option]


def read_header(line: str) -> Header:
    """What a first line asks for; nothing if it is a line like any other.

    `#!/usr/bin/env kshell --memory 4G` asks too. Options that say how to run, and not on what, are for whoever starts
    the file as a program. Raises UsageError for a quote that is not closed and for an option without its value.
    """
    found = Header()
    if line[:2] != "#!":
        return found
    words = iter(_words(line[2:]))
    for word in words:
        if word.endswith("kshell"):
            break
    for word in words:
        name, equals, value = word.partition("=")
        if name in MACHINE_OPTIONS:
            value = value if equals else next(words, "")
            if not value:
                raise UsageError(f"the first line {line[:80]!r} is damaged: {name} needs a value")
            found.machine[name] = value
        elif word in KEEP_GOING:
            found.keep_going = True
    return found


def _meaning(machine: dict[str, str]) -> dict[str, int | str]:
    """The options with their sizes as numbers; a word that is not a size means itself."""
    from kshell.shell.expressions import evaluate, no_variables

    found: dict[str, int | str] = dict(machine)
    for name, word in machine.items():
        if name != "--boot":
            try:
                found[name] = evaluate(word, no_variables)
            except UsageError:
                continue
    return found


def _words(text: str) -> list[str]:
    if QUOTES.isdisjoint(text):
        return text.split()
    from shlex import split

    try:
        return split(text)
    except ValueError:
        raise UsageError(f"the first line {'#!' + text[:80]!r} is damaged: a quote in it is not closed") from None
