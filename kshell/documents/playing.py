"""Shows a document without a presenter: prose as it is written, and each command with what it prints.

Fences are left out, and so are the notes for the teacher.
"""

from __future__ import annotations

from kshell.documents.checking import printed_by
from kshell.documents.reading import Code, Document, Notes, SessionCode
from kshell.output import say
from kshell.shell.session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def play_through(document: Document, running: Session, pause: Callable[[], None] | None = None) -> None:
    """Shows a document, its commands run in `running`; `pause` is called before each. Raises KeyboardInterrupt."""
    shown = 0
    for block in document.blocks:
        say("".join(f"{line}\n" for line in document.lines[shown : block.line - 1]))
        shown = block.end
        if isinstance(block, SessionCode):
            say("".join(f"{line}\n" for line in block.intro))
            for step in block.steps:
                say(running.state.prompt, flush=True)
                if pause is not None:
                    pause()
                say(f"{step.text}\n", flush=True)
                printed = printed_by(running, step.text)
                say(printed if not printed or printed.endswith("\n") else f"{printed}\n", flush=True)
        elif isinstance(block, Code):
            say("".join(f"{line}\n" for line in block.lines))
        elif not isinstance(block, Notes):
            say("".join(f"{line}\n" for line in document.lines[block.line - 1 : block.end]))
    say("".join(f"{line}\n" for line in document.lines[shown:]).removesuffix("\n"))
