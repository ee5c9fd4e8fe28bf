"""From the text of a script to the lines that a session runs.

    m = map \\            a line that ends in a backslash goes on in the next one
        $1               $1, $2 ... are what the script was given, $# is how many
    echo '$1' \\$1        quoted or after a backslash they are text, as in a shell

What a script was given is written into its lines before they run, so what the session notes is whole: it can be run
again without them.
"""

from __future__ import annotations

from kshell.kernel.numbers import decimal
from kshell.shell.grammar import continues, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# What is more than itself inside double quotes.
MEANINGFUL = frozenset('"\\$')


def script_lines(lines: Iterable[str], arguments: list[str] | None = None) -> Iterator[tuple[int, str]]:
    """(number, line) of each whole line of a script but a first line `#!...`; the number is that of its first part.

    `arguments` are what $1, $2 ... stand for; None leaves them alone.
    """
    first, parts = 0, ""
    for number, text in enumerate(lines, 1):
        if number == 1 and text.startswith("#!"):
            continue
        text = text.rstrip("\r\n")
        if not first and text[-1:] != "\\" and (arguments is None or "$" not in text):
            # As most lines are.
            yield number, text
            continue
        first = first or number
        whole = parts + text
        if continues(whole):
            parts = whole[:-1]
            continue
        yield first, whole if arguments is None or "$" not in whole else fill_in(whole, arguments)
        first, parts = 0, ""
    if first:
        yield first, parts


def fill_in(line: str, arguments: list[str]) -> str:
    """The line with $1, $2 ... replaced by what they stand for, quoted where they would mean more than themselves.

    One that was not given stays, and is a variable without a value.
    """
    out: list[str] = []
    at = 0
    mark = ""
    while at < len(line):
        char = line[at]
        if char == "\\" and mark != "'":
            out.append(line[at : at + 2])
            at += 2
            continue
        if char in "'\"" and mark in ("", char):
            mark = "" if mark else char
        elif char == "#" and not mark and (not at or line[at - 1].isspace()):
            out.append(line[at:])
            break
        elif char == "$" and mark != "'":
            end = at + 1
            while end < len(line) and line[end] in "0123456789":
                end += 1
            value = _value(line[at + 1 : end] or line[at + 1 : at + 2], arguments)
            if value is not None:
                # A lone `=` would make an assignment of the line.
                out.append(_inside(value) if mark else quoted(value, always=value == "="))
                at = max(end, at + 2)
                continue
        out.append(char)
        at += 1
    return "".join(out)


def _value(name: str, arguments: list[str]) -> str | None:
    """What $NAME stands for, or None if it is not a word of the script's own."""
    if name == "#":
        return str(len(arguments))
    number = decimal(name)
    return arguments[number - 1] if number and number <= len(arguments) else None


def _inside(value: str) -> str:
    """A value as it has to be written inside double quotes: what means something there is put into single ones."""
    return value if MEANINGFUL.isdisjoint(value) else f'"{quoted(value)}"'
