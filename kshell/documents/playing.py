"""Plays a document: to a class at a terminal (`presenting`), or straight through.

Played through, prose is shown as it is written, each command with what it prints, and after the question of a quiz its
answer. Fences are left out, and so are the notes for the teacher.
"""

from __future__ import annotations

import os
import sys

from kshell.commands.session.pane import following
from kshell.documents.asking import answer_rows, exercise_of, exercise_rows, question_rows
from kshell.documents.checking import printed_by
from kshell.documents.exercise import EXERCISE
from kshell.documents.keyed import BlockError
from kshell.documents.notes import NotesFile
from kshell.documents.quiz import WORD, ask, read_quiz
from kshell.documents.reading import Code, Document, Heading, Notes, SessionCode, heading_named
from kshell.documents.rendering import Renderer, notes_of
from kshell.output import complain, say
from kshell.pictures.terminal.looks import look_for
from kshell.shell.session import Session
from kshell.text import COLUMNS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kshell.recording import Recording

# Terminals that know no movements of the cursor, as prompt_toolkit has it.
DUMB = ("dumb", "unknown")
KEYS = "kshell: Enter shows the next command, Ctrl-C ends\n"


def play(
    document: Document,
    session: Session,
    begin: str | None = None,
    pace: float | None = None,
    notes: NotesFile | None = None,
    recording: Recording | None = None,
) -> None:
    """Shows a document, its commands run in `session`, from the heading `begin` on; what is before it happens unseen.

    With `pace` the next step is shown after so many seconds; `recording` gets what is shown. Raises UsageError for
    a heading that is not there, KeyboardInterrupt, OutputError.
    """
    heading = None if begin is None else heading_named(document.headings, begin)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        wait = None if pace is None else lambda: pause(session, pace)
        play_through(document, session, heading, notes, wait, recording)
        return
    if os.environ.get("TERM", "").lower() in DUMB or not has_keys():
        complain(KEYS)
        play_through(document, session, heading, notes, lambda: line_read(session), recording)
        return
    from kshell.documents.presenting import Presenter
    from kshell.documents.terminal import Terminal

    terminal = Terminal(session.interrupts)
    if recording is not None:
        terminal.spoken = recording.heard
    painted = not os.environ.get("NO_COLOR")
    pane = following(session, look_for(os.environ, painted))
    presenter = Presenter(document, session, terminal, painted, notes, pace, pane)
    with terminal:
        presenter.run(heading)


def has_keys() -> bool:
    """Whether this system gives a terminal's keys one by one."""
    try:
        import termios  # noqa: F401
    except ImportError:
        return False
    return True


def pause(session: Session, seconds: float) -> None:
    """Waits. Raises KeyboardInterrupt."""
    if session.interrupts.sleep(seconds):
        raise KeyboardInterrupt


def line_read(session: Session) -> None:
    """Waits for Enter. Raises KeyboardInterrupt, also at the end of input."""
    if not session.interrupts.wait(sys.stdin.readline):
        raise KeyboardInterrupt


def play_through(
    document: Document,
    session: Session,
    begin: Heading | None = None,
    notes: NotesFile | None = None,
    wait: Callable[[], None] | None = None,
    recording: Recording | None = None,
) -> None:
    """Shows a document, its commands run in `session`; `wait` is called before each, and `recording` gets what is
    shown, as if it were typed and read. Raises KeyboardInterrupt."""

    def show(text: str, flush: bool = False) -> None:
        say(text, flush)
        if recording is not None:
            recording.printed(text)

    renderer = Renderer(COLUMNS, False)
    shown = 0
    counts = {WORD: 0, EXERCISE: 0}
    hidden = begin is not None
    for block in document.blocks:
        if block is begin:
            hidden = False
            shown = block.line - 1
        if isinstance(block, Code) and block.word in counts:
            counts[block.word] += 1
        if hidden:
            for step in block.steps if isinstance(block, SessionCode) else ():
                printed_by(session, step.text)
            continue
        show("".join(f"{line}\n" for line in document.lines[shown : block.line - 1]))
        shown = block.end
        if isinstance(block, SessionCode):
            show("".join(f"{line}\n" for line in block.intro))
            for step in block.steps:
                prompt = session.state.prompt
                say(prompt, flush=True)
                if wait is not None:
                    wait()
                say(f"{step.text}\n", flush=True)
                if recording is not None:
                    recording.typed(prompt, step.text)
                printed = printed_by(session, step.text)
                show(printed if not printed or printed.endswith("\n") else f"{printed}\n", flush=True)
        elif isinstance(block, Code) and block.word == WORD:
            try:
                asked = ask(read_quiz(block, counts[WORD]), session, session.seed)
            except BlockError as error:
                show(f"! {error}\n")
                continue
            show("".join(f"{row}\n" for row in question_rows(renderer, asked)), flush=True)
            if wait is not None:
                wait()
            show("".join(f"{row}\n" for row in ("", *answer_rows(renderer, asked))), flush=True)
        elif isinstance(block, Code) and block.word == EXERCISE:
            try:
                rows = exercise_rows(renderer, exercise_of(block, counts[EXERCISE], session))
            except BlockError as error:
                rows = [f"! {error}"]
            show("".join(f"{row}\n" for row in rows))
        elif isinstance(block, Code):
            show("".join(f"{line}\n" for line in block.lines))
        elif not isinstance(block, Notes):
            show("".join(f"{line}\n" for line in document.lines[block.line - 1 : block.end]))
        if notes is not None and notes_of(block):
            notes.write(f"line {block.line}", notes_of(block))
    show("".join(f"{line}\n" for line in document.lines[shown:]).removesuffix("\n"))
