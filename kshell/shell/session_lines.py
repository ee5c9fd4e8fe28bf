"""The lines of a session as a document writes them.

    magenta$ echo '# one'        a prompt, and what was typed
    \\# one                       what it prints; the backslash says that this is no remark
    ...                          any number of lines
    # a remark                   commentary, no output

A printed line that begins with `# `, a prompt or a backslash before one, and one that is `...`, is written after a
backslash. Every other line is written as it is, so `written` can be undone and never makes two lines one.
"""

from __future__ import annotations

# What stands for any lines, and what makes the rest of a line a remark or text.
ANY = "..."
REMARK = "# "
ESCAPE = "\\"
PROMPTS = ("magenta$", "magenta[")


def split_prompt(line: str) -> tuple[str, str] | None:
    """(prompt, command) of a line that begins with `magenta$ ` or `magenta[NAME]$ `, or None."""
    if line.startswith("magenta$"):
        end = len("magenta$")
    elif line.startswith("magenta[") and "]$" in line:
        end = line.index("]$") + 2
    else:
        return None
    if line[end : end + 1] not in (" ", ""):
        return None
    return line[:end] + " ", line[end + 1 :]


def written(row: str) -> str:
    """A printed line as a document writes it."""
    rest = row.lstrip(ESCAPE)
    return ESCAPE + row if rest == ANY or rest.startswith(REMARK) or rest.lstrip().startswith(PROMPTS) else row


def rows_of(text: str) -> list[str]:
    """The lines of what was printed, as a document writes them."""
    return [written(row) for row in text.removesuffix("\n").split("\n")] if text else []


def fence_around(rows: list[str], mark: str = "`", least: int = 3) -> str:
    """The fence of `mark` that none of `rows` ends: at least `least` long, and longer than what a row begins with."""
    for row in rows:
        text = row.lstrip()
        least = max(least, len(text) - len(text.lstrip(mark)) + 1)
    return mark * least
