"""From the text that was typed or pasted to the lines that run.

    magenta$ a = vmo_create \\      a transcript: the prompt is taken off, what was printed is left out
    > 4k                           a line that ends in a backslash goes on in the next one
    handle 2080213179

runs `a = vmo_create 4k`.
"""

from __future__ import annotations

from kshell.shell.grammar import continues
from kshell.shell.session_lines import split_prompt

# What stands before the second and further rows of a line.
MORE = "> "


def without_prompts(text: str) -> str:
    """The commands in a transcript, a line each; any other text as it is."""
    lines = text.split("\n")
    if not any(split_prompt(line.lstrip()) for line in lines):
        return text
    found: list[str] = []
    whole = ""
    for line in lines:
        if whole:
            command = line.strip().removeprefix(MORE.strip()).lstrip()
        else:
            _, command = split_prompt(line.lstrip()) or ("", "")
        command = command.rstrip()
        if not whole and not command:
            continue
        found.append(command)
        whole += command
        whole = whole[:-1] if continues(whole) else ""
    return "\n".join(found)


def lines_of(text: str) -> list[str]:
    """The lines that a typed text runs."""
    return [line for line, ends in _joined(without_prompts(text).split("\n")) if ends]


def begun(text: str) -> str:
    """The part of a typed text that belongs to the line at its end."""
    lines = text.split("\n")
    return next(reversed(befores(lines))) + lines[-1]


def goes_on(text: str) -> bool:
    """Whether the line at the end of a typed text wants another row."""
    return continues(begun(text))


def befores(lines: list[str]) -> list[str]:
    """For each row of a typed text, what the rows before it say of the same line."""
    found: list[str] = []
    before = ""
    for whole, ends in _joined(lines):
        found.append(before)
        before = "" if ends else whole
    return found


def _joined(rows: list[str]) -> list[tuple[str, bool]]:
    """For each row, the line up to its end without backslashes, and whether the line ends there."""
    found: list[tuple[str, bool]] = []
    whole = ""
    for at, row in enumerate(rows):
        whole += row
        goes_on = at < len(rows) - 1 and continues(whole)
        whole = whole[:-1] if goes_on else whole
        found.append((whole, not goes_on))
        whole = whole if goes_on else ""
    return found
