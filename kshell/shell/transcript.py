"""A session as a document: each line with what it prints.

A session is its lines, and the machine is deterministic, so what they printed can be had again: the lines run once
more on a machine of their own. What programs of the host printed is not ours to repeat: `...` stands for it.
"""

from __future__ import annotations

from kshell.shell.grammar import quoted
from kshell.shell.host import Playback
from kshell.shell.session import Session
from kshell.text import shown

TITLE = "# A session of kshell"
# In a document: what stands for any lines, what begins and ends a block, and what a line with a command begins with.
ANY = "..."
FENCES = ("```", "~~~")
PROMPTS = ("magenta$", "magenta[")


class _Reader(Playback):
    """The answers of the first run, for somebody who reads what is printed."""

    __slots__ = ()

    listens = True

    def pipe(self, line: str, text: str) -> str:
        super().pipe(line, text)
        return f"{ANY}\n"


def transcript(session: Session) -> str:
    """The document of a session's lines, as `kshell --check` reads it."""
    options = " ".join(quoted(word) for word in session.header.options())
    check = f"kshell {options} --check FILE" if options else "kshell --check FILE"
    rows = [TITLE, "", f"`{check}` runs it again and shows what differs.", "", "```"]
    twin = session.another()
    for at, line in enumerate(session.timeline.lines):
        rows.append(f"{twin.state.prompt}{shown(line)}")
        host = _Reader(tuple(session.timeline.effects.get(at, ())))
        text = "".join(outcome.output + outcome.error for outcome in twin.run_again(line, host))
        rows += [_row(row) for row in shown(text).removesuffix("\n").split("\n")] if text else []
    return "".join(f"{row}\n" for row in [*rows, "```"])


def _row(row: str) -> str:
    """A printed line; one that would mean something else in a document is left to `...`."""
    return ANY if row.startswith(("# ", *FENCES, *PROMPTS)) else row
