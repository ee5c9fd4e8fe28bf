"""The interactive console: a prompt, history, completion, colours, and a toolbar.

Ctrl-C clears the line or stops the command that runs, Ctrl-D leaves. Whatever a command does, the console goes on.
prompt_toolkit is loaded here and nowhere else.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterable

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.shortcuts import CompleteStyle
from prompt_toolkit.styles import Style

from kshell import __version__
from kshell.completion import suggestions
from kshell.shell.host import Sandbox
from kshell.shell.session import Session
from kshell.shell.sizes import format_size
from kshell.shell.text import printable

GREETING = f"kshell {__version__}: a Magenta machine of April 2017. `help` lists the commands, Ctrl-D leaves.\n"
# Colours that people with colour-blind eyes can tell apart, on dark and light grounds.
STYLE = {
    "pygments.keyword": "ansiblue bold",
    "pygments.name.variable": "ansicyan",
    "pygments.name.constant": "ansimagenta",
    "pygments.name.attribute": "ansimagenta",
    "pygments.literal.number": "ansiyellow",
    "pygments.literal.string": "ansiyellow",
    "pygments.operator": "bold",
    "pygments.comment": "ansibrightblack",
    "pygments.error": "underline",
    "bottom-toolbar": "noreverse",
}


class KshellCompleter(Completer):
    """Offers `suggestions` as a menu."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What could stand at the cursor."""
        for found in suggestions(self.session, document.text_before_cursor):
            yield Completion(found.text, -found.length, display_meta=printable(found.about))


class KshellLexer(Lexer):
    """Colours the line as it would run now."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def lex_document(self, document: Document):  # type: ignore[no-untyped-def]
        """A function from a line's number to its coloured pieces."""
        from kshell.highlight import colours

        def line_colours(number: int) -> StyleAndTextTuples:
            line = document.lines[number]
            return [
                ("class:pygments" + "".join(f".{part.lower()}" for part in kind), text)
                for kind, text in colours(self.session, line)
            ]

        return line_colours


class Console:
    """One person at a terminal with one session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        session.answering = True
        self.status = ""
        self.changed = 0
        coloured = not os.environ.get("NO_COLOR")
        self.prompt: PromptSession[str] = PromptSession(
            history=open_history(session),
            completer=KshellCompleter(session),
            complete_while_typing=False,
            complete_style=CompleteStyle.COLUMN,
            auto_suggest=AutoSuggestFromHistory(),
            lexer=KshellLexer(session) if coloured else None,
            style=Style.from_dict(STYLE) if coloured else None,
            include_default_pygments_style=False,
            bottom_toolbar=self.toolbar,
        )

    def toolbar(self) -> str:
        """Whose console this is, physical memory in use, and what the last command did."""
        process, physmem = self.session.process, self.session.machine.physmem
        used = format_size((physmem.total - physmem.free) << 12)
        text = f" {printable(process.name)} ({process.koid})   memory {used} of {format_size(physmem.size)}"
        if self.changed:
            pages = "page" if abs(self.changed) == 1 else "pages"
            text += f"   {self.changed:+} {pages}"
        return f"{text}   {self.status}" if self.status else text

    def run(self) -> int:
        """Reads and runs lines until the person leaves; returns 0."""
        sys.stdout.write(GREETING)
        while not self.session.finished:
            try:
                line = self.prompt.prompt(self.session.prompt)
            except KeyboardInterrupt:
                continue
            except EOFError:
                break
            for piece in line.split("\n"):
                self.run_line(piece)
        return 0

    def run_line(self, line: str) -> None:
        """Runs a line and shows what it prints."""
        before = self.session.machine.physmem.object
        interrupts = self.session.interrupts
        interrupts.pending = False
        before_handler = signal.signal(signal.SIGINT, interrupts.handle)
        try:
            for outcome in self.session.run(line):
                sys.stdout.write(outcome.output)
                sys.stdout.flush()
                sys.stderr.write(outcome.complaint())
                sys.stderr.flush()
                self.status = "" if outcome.ok else f"exit {outcome.exit}"
        finally:
            signal.signal(signal.SIGINT, before_handler)
        self.changed = self.session.machine.physmem.object - before


def open_history(session: Session) -> History:
    """The history that lasts, in the XDG state folder; one of this session only where there is none to be had."""
    if isinstance(session.host, Sandbox):
        return InMemoryHistory()
    folder = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    path = os.path.join(folder, "kshell", "history")
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(path, "ab"):
            pass
    except OSError as error:
        sys.stderr.write(f"kshell: no history beyond this session: {error.strerror}: {path}\n")
        return InMemoryHistory()
    return LastingHistory(path)


class LastingHistory(FileHistory):
    """Lines in a file; when the disk is full, lines of this session only."""

    def store_string(self, string: str) -> None:
        """Adds a line to the file, if it takes one."""
        with contextlib.suppress(OSError):
            super().store_string(string)


def run(session: Session) -> int:
    """Runs the console until its user leaves; returns the exit value."""
    return Console(session).run()
