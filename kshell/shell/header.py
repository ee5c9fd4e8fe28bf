"""The first line of a script or a journal: the options of the machine that its lines are meant for.

    #! kshell --boot 'my image.img' --memory 4G

It is written and read here and nowhere else, so what `save` or a journal writes can always be started again.
"""

from __future__ import annotations

from kshell.shell.errors import UsageError

# What every first line that kshell writes begins with.
MARK = "#! kshell"


def header(options: list[str]) -> str:
    """The first line, without its newline, for the machine options `options`, such as ["--memory", "4G"].

    Raises UsageError for an option with a newline in it, which a line cannot hold.
    """
    from shlex import join

    line = f"{MARK} {join(options)}".rstrip()
    if "\n" in line:
        raise UsageError("a file name with a newline cannot be written in the first line of a script: rename the file")
    return line


def machine_options(line: str) -> list[str]:
    """The options that a first line names; none if it names none, or is a line like any other.

    `#!/usr/bin/env kshell --memory 4G` is such a line too. Raises UsageError for a quote that is not closed.
    """
    if line[:2] != "#!":
        return []
    if "'" in line or '"' in line or "\\" in line:
        from shlex import split

        try:
            words = split(line[2:])
        except ValueError:
            raise UsageError(f"the first line {line[:80]!r} is damaged: a quote in it is not closed") from None
    else:
        words = line[2:].split()
    for at, word in enumerate(words):
        if word.endswith("kshell"):
            return words[at + 1 :]
    return []
