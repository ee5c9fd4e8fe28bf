"""The interactive console: a prompt, history, completion, colours, hints, a pager and a toolbar.

Ctrl-C clears the line, or takes back the line that is running; Ctrl-D leaves. Whatever a command does, the console
goes on.
prompt_toolkit is loaded here and in the modules that only this one uses.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout.processors import AfterInput
from prompt_toolkit.shortcuts import CompleteStyle
from prompt_toolkit.styles import Style

from kshell import __version__
from kshell.console.abbreviations import expand
from kshell.console.editing import HistorySuggestions, KshellCompleter, KshellLexer
from kshell.console.history import open_history
from kshell.console.pager import page, pager_command
from kshell.console.paint import paint
from kshell.console.settings import Settings, read_settings
from kshell.shell.errors import ShellError
from kshell.shell.host import Sandbox
from kshell.shell.reading import read
from kshell.shell.results import Outcome
from kshell.shell.session import Session
from kshell.shell.sizes import format_size
from kshell.shell.text import fold, printable

GREETING = f"kshell {__version__}: a Magenta machine of April 2017. `help`: its commands, F1: keys.\n"
KEYS = """\
Tab            complete, or choose in the menu       Right, Ctrl-E  take the grey suggestion
Up, Down       earlier and later lines               Ctrl-R         search in them
!!  !12  !ps   the last line, line 12, the last ps   Ctrl-X Ctrl-E  edit the line in $EDITOR
Ctrl-C         clear the line, or stop what runs     Ctrl-L         clear the screen
Ctrl-D         leave                                 F1             this list
"""
# Colours that colour-blind people can tell apart, on dark and light backgrounds.
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
    "hint": "ansibrightblack italic",
    "bottom-toolbar": "noreverse",
    "bottom-toolbar.status": "bold",
}


class Console:
    """One person at a terminal with one session."""

    def __init__(self, session: Session, settings: Settings | None = None) -> None:
        self.session = session
        session.answering = True
        self.settings = settings if settings is not None else Settings()
        self.closed = isinstance(session.host, Sandbox)
        self.status = ""
        self.changed = 0
        # What each line printed when it was last typed, for what changed since.
        self.printed: dict[str, str] = {}
        coloured = self.settings.coloured
        self.prompt: PromptSession[str] = PromptSession(
            history=open_history(session),
            completer=KshellCompleter(session),
            complete_while_typing=self.settings["complete"] == "typing",
            complete_style=CompleteStyle.COLUMN,
            auto_suggest=HistorySuggestions() if self.settings["suggest"] == "on" else None,
            lexer=KshellLexer(session) if coloured else None,
            style=Style.from_dict(STYLE) if coloured else None,
            include_default_pygments_style=False,
            bottom_toolbar=self.toolbar if self.settings["toolbar"] == "on" else None,
            input_processors=[AfterInput(self.hint, style="class:hint")],
            key_bindings=_keys(),
            enable_open_in_editor=Condition(lambda: not self.closed),
            tempfile_suffix=".kshell",
        )

    # While typing

    def hint(self) -> str:
        """The arguments that are still missing, shown after a cursor at the end of the line."""
        buffer = self.prompt.default_buffer
        text = buffer.text
        suggested = buffer.suggestion is not None and buffer.suggestion.text
        if self.prompt.app.is_done or suggested or not text.strip() or buffer.cursor_position != len(text):
            return ""
        missing = " ".join(read(self.session.state, text).missing)
        return f" {missing}" if missing and not text.endswith(" ") else missing

    def toolbar(self) -> StyleAndTextTuples:
        """Whose console this is, physical memory in use, and what the last command did."""
        process, physmem = self.session.state.process, self.session.state.machine.physmem
        used = format_size((physmem.total - physmem.free) << 12)
        name = printable(process.name)
        parts: StyleAndTextTuples = [("", f" {name} ({process.koid})   memory {used} of {format_size(physmem.size)}")]
        if self.changed:
            pages = "page" if abs(self.changed) == 1 else "pages"
            parts.append(("", f"   {self.changed:+} {pages}"))
        if self.session.tracer is not None:
            parts.append(("", "   trace on"))
        if self.status:
            parts.append(("class:bottom-toolbar.status", f"   {self.status}"))
        return parts

    # Running

    def run(self) -> int:
        """Reads and runs lines until the person leaves; returns 0."""
        sys.stdout.write(GREETING)
        for complaint in self.settings.complaints:
            sys.stderr.write(f"kshell: {complaint}\n")
        if self.settings.startup:
            self.run_line(f"load '{self.settings.startup}'")
        while not self.session.state.finished:
            try:
                typed = self.prompt.prompt(self.session.state.prompt)
            except KeyboardInterrupt:
                continue
            except EOFError:
                break
            for line in typed.split("\n"):
                try:
                    whole = expand(self.session, line)
                except ShellError as error:
                    sys.stderr.write(f"kshell: {error.message}\n")
                    break
                if whole != line:
                    # What is going to run is shown first, as in other shells.
                    sys.stdout.write(f"{printable(whole)}\n")
                self.run_line(whole)
                if self.session.state.finished:
                    break
        return 0

    def run_line(self, line: str) -> None:
        """Runs a line and shows what it prints."""
        before = self.session.state.machine.physmem.object
        interrupts = self.session.interrupts
        interrupts.pending = False

        def stop(number: int, frame: object) -> None:
            # The terminal has written ^C; what comes next begins a line.
            os.write(2, b"\n")
            interrupts.handle(number, frame)

        handler = signal.signal(signal.SIGINT, stop)
        try:
            for outcome in self.session.run(line):
                self.show(line, outcome)
        finally:
            signal.signal(signal.SIGINT, handler)
        self.changed = self.session.state.machine.physmem.object - before

    def show(self, line: str, outcome: Outcome) -> None:
        """Shows the outcome of one command of a line."""
        self.status = _status(outcome)
        if outcome.command == "clear" and outcome.ok:
            sys.stdout.write("\x1b[H\x1b[2J")
        text = outcome.output
        if outcome.tick:
            sys.stdout.write("\x1b[H\x1b[2J")
            sys.stdout.write(f"run {outcome.tick} of `{printable(outcome.line)}`; Ctrl-C ends it\n\n")
        if text:
            key = f"{line}\0{outcome.command}"
            drawn = text
            if self.settings.coloured:
                marks = outcome.result.marks if outcome.result is not None else []
                drawn = paint(outcome.command, text, marks() if callable(marks) else marks, self.printed.get(key))
                self.printed[key] = text
            if outcome.tick or not self._paged(text, drawn):
                sys.stdout.write(drawn)
        sys.stdout.flush()
        said = outcome.complaint()
        sys.stderr.write(fold(said, shutil.get_terminal_size().columns) if sys.stderr.isatty() else said)
        sys.stderr.flush()

    def _paged(self, text: str, drawn: str) -> bool:
        """Shows a text that is taller than the terminal through the pager; returns whether it did."""
        if self.closed or text.count("\n") < shutil.get_terminal_size().lines:
            return False
        words = pager_command(self.settings["pager"])
        return bool(words) and page(words, drawn)


def _status(outcome: Outcome) -> str:
    """The last command's status for the toolbar; nothing when all went well."""
    if outcome.ok:
        return ""
    if outcome.status is not None and outcome.status < 0:
        from kshell.kernel.abi import status_name

        return status_name(outcome.status)
    return "interrupted" if outcome.exit == 130 else f"exit {outcome.exit}"


def _keys() -> KeyBindings:
    """The keys beyond the usual ones of a shell."""
    keys = KeyBindings()

    @keys.add("f1")
    def _list(event: KeyPressEvent) -> None:
        run_in_terminal(lambda: sys.stdout.write(KEYS))

    return keys


def run(session: Session) -> int:
    """Runs the console until its user leaves; returns the exit value."""
    # A sandbox reads no files, and so no settings.
    settings = Settings() if isinstance(session.host, Sandbox) else read_settings()
    os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1" if os.environ.get("TERM") == "dumb" else "")
    return Console(session, settings).run()
