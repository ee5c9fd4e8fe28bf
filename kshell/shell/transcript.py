"""A session as a document: each line with what it prints.

A session is its lines, and the machine is deterministic, so what they printed can be had again: the lines run once
more on a machine of their own. What programs of the host printed is not ours to repeat: `...` stands for it.
"""

from __future__ import annotations

from kshell.shell.grammar import quoted
from kshell.shell.host import Playback
from kshell.shell.session import Session
from kshell.shell.session_lines import ANY, fence_around, rows_of
from kshell.text import shown

TITLE = "# A session of kshell"
# What programs of the host printed, until it is written as `...`; commands print no such line.
OTHERS = f"\0{ANY}"


class Reader(Playback):
    """The answers of the first run, for somebody who reads what is printed."""

    __slots__ = ()

    listens = True

    def pipe(self, line: str, text: str) -> str:
        super().pipe(line, text)
        return f"{OTHERS}\n"


def transcript(session: Session) -> str:
    """The document of a session's lines, as `kshell --check` reads it."""
    options = " ".join(quoted(word) for word in session.header.options())
    check = f"kshell {options} --check FILE" if options else "kshell --check FILE"
    rows: list[str] = []
    twin = session.another()
    for at, line in enumerate(session.timeline.lines):
        rows.append(f"{twin.state.prompt}{shown(line)}")
        host = Reader(tuple(session.timeline.effects.get(at, ())))
        text = "".join(outcome.output + outcome.error for outcome in twin.run_again(line, host))
        rows += [ANY if row == shown(OTHERS) else row for row in rows_of(shown(text))]
    fence = fence_around(rows)
    head = (TITLE, "", f"`{check}` runs it again and shows what differs.", "", fence)
    return "".join(f"{row}\n" for row in (*head, *rows, fence))
