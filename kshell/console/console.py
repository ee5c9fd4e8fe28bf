"""The interactive console: a prompt, history, completion, colours, hints, a pager and a toolbar.

Ctrl-C clears the line, or takes back the line that is running; Ctrl-D leaves. Whatever a command does, the console
goes on.
prompt_toolkit is loaded here and in the modules that only this one uses.
"""

from __future__ import annotations

import os
import sys

from prompt_toolkit.application import Application
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.filters import vi_insert_mode
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout.processors import AfterInput
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.shortcuts import CompleteStyle
from prompt_toolkit.styles import Style
from prompt_toolkit.utils import is_dumb_terminal

from kshell.commands.session.pane import Pane
from kshell.console import screen
from kshell.console.abbreviations import expand
from kshell.console.editing import HistorySuggestions, KshellCompleter, KshellLexer, LinePrompt
from kshell.console.guard import Guard
from kshell.console.history import open_history
from kshell.console.keys import console_keys
from kshell.console.opening import GREETING, Opening
from kshell.console.pager import Pager
from kshell.console.picture import Picture
from kshell.console.pinned import put_pane
from kshell.console.settings import read_settings
from kshell.console.signals import keep_the_terminal_sane, stay_in_front
from kshell.console.typed import MORE, begun, lines_of
from kshell.output import complain, terminal_size
from kshell.pictures.terminal.looks import look_for
from kshell.pictures.terminal.paint import paint
from kshell.shell import registry
from kshell.shell.errors import ShellError
from kshell.shell.grammar import quoted
from kshell.shell.host import Sandbox
from kshell.shell.reading import read
from kshell.shell.results import Outcome
from kshell.shell.session import Session
from kshell.shell.settings import Settings
from kshell.sizes import format_size
from kshell.text import plural, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kshell.recording import Recording

# Rows below a line that is typed where the menu opens by itself: prompt_toolkit keeps room for it.
MENU_ROWS = 8
# Seconds that the prompt has to show what was typed early, before commands are loaded.
QUIET = 0.02
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


class Cleared(Exception):
    """The person has pressed Ctrl-C at the prompt."""


class Console:
    """One person at a terminal with one session. `opening` is the first prompt, if it is shown already."""

    def __init__(
        self,
        session: Session,
        settings: Settings | None = None,
        recorded: bool = False,
        opening: Opening | None = None,
    ) -> None:
        self.session = session
        self.opening = opening
        session.answering = True
        self.settings = settings if settings is not None else Settings()
        self.closed = isinstance(session.host, Sandbox)
        # Whoever sees a recording cannot turn the pages of a pager, which would not be in it.
        self.paging = not self.closed and not recorded
        self.guard = Guard()
        self.pager = Pager()
        self.status = ""
        self.changed = 0
        # What each line printed when it was last typed, for what changed since.
        self.printed: dict[str, str] = {}
        self.picture = Picture()
        self.pane = Pane(session.pins)
        # A command has run since the pins were last looked at.
        self.moved = False
        self.history = open_history(session, int(self.settings["history"]), self.guard)
        self.style = Style.from_dict(STYLE)
        self.lexer = KshellLexer(session, self.guard)
        self.suggestions = HistorySuggestions(self.history, self.guard)
        self.prompt = LinePrompt(
            self.guard,
            session.interrupts,
            history=self.history,
            completer=KshellCompleter(session, self.guard),
            complete_style=CompleteStyle.COLUMN,
            include_default_pygments_style=False,
            input_processors=[AfterInput(lambda: self.guard("hint", "", self.hint), style="class:hint")],
            key_bindings=console_keys(self.guard, self.closed, lambda: self.settings["complete"] == "typing"),
            prompt_continuation=_continuation,
            enable_suspend=not self.closed,
            reserve_space_for_menu=MENU_ROWS,
            interrupt_exception=Cleared,
        )
        # Colours and hints ask about every command. They are loaded once the prompt and what was typed early are shown.
        self.ready = False
        self.prompt.app.after_render += self._rendered
        put_pane(self.prompt.app.layout, self._pane, lambda: bool(session.pins.pins))
        session.settings = self.settings
        self.settings.changed = self.apply
        self.apply()

    @property
    def coloured(self) -> bool:
        """Whether anything is coloured."""
        return screen.coloured(self.settings["colour"])

    def apply(self) -> None:
        """Makes the prompt what the settings say."""
        prompt, settings, coloured = self.prompt, self.settings, self.coloured
        prompt.complete_while_typing = settings["complete"] == "typing"
        prompt.auto_suggest = self.suggestions if settings["suggest"] == "on" else None
        prompt.lexer = self.lexer if coloured and self.ready else None
        prompt.style = self.style if coloured else None
        # Where prompt_toolkit itself would show none.
        forced = coloured and bool(os.environ.get("NO_COLOR"))
        prompt.color_depth = ColorDepth.DEPTH_4_BIT if forced else None
        prompt.bottom_toolbar = self._foot if settings["toolbar"] == "on" else None
        vi = settings["editing"] == "vi"
        prompt.editing_mode = EditingMode.VI if vi else EditingMode.EMACS
        # Seconds until Escape is a key of its own, and not the beginning of another: vi has no time for it.
        prompt.app.ttimeoutlen = 0.05 if vi else 0.5
        self.history.keep(int(settings["history"]))

    def _rendered(self, app: Application[str]) -> None:
        if not self.ready and app.loop is not None:
            app.loop.call_later(QUIET, self.make_ready)

    def make_ready(self) -> None:
        """Loads every command, and shows what has been typed in colours, with its hint."""
        if not self.ready:
            self.ready = True
            self.guard("commands", None, self._load_commands)
            self.apply()
            self.prompt.app.invalidate()

    def _load_commands(self) -> None:
        registry.every()

    # While typing

    def hint(self) -> str:
        """The arguments that are still missing, shown after a cursor at the end of the line."""
        buffer = self.prompt.default_buffer
        text = buffer.text
        if not self.ready or self.prompt.app.is_done or not text.strip() or buffer.cursor_position != len(text):
            return ""
        line = begun(text)
        missing = " ".join(read(self.session.state, line).missing)
        if buffer.suggestion is not None and buffer.suggestion.text:
            # It stands after the suggestion, apart from it.
            return f"   {missing}" if missing else ""
        return f" {missing}" if missing and not line.endswith(" ") else missing

    def _foot(self) -> StyleAndTextTuples:
        empty: StyleAndTextTuples = []
        return self.guard("toolbar", empty, self.toolbar)

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
        if self.settings["editing"] == "vi":
            parts.append(("", "   vi: insert" if vi_insert_mode() else "   vi: command"))
        if self.status:
            parts.append(("class:bottom-toolbar.status", f"   {self.status}"))
        return parts

    def _pane(self, columns: int, room: int | None = None) -> list[str]:
        """The lines of what is pinned."""
        empty: list[str] = []
        return self.guard("pinned picture", empty, lambda: self._pane_lines(columns, room))

    def _pane_lines(self, columns: int, room: int | None) -> list[str]:
        return self.pane.lines(columns, terminal_size()[1], look_for(os.environ, self.coloured), room)

    # Running

    def run(self) -> int:
        """Reads and runs lines until the person leaves; returns 0."""
        if self.opening is None:
            sys.stdout.write(screen.folded(GREETING))
        for complaint in self.settings.complaints:
            complain(f"kshell: {complaint}\n")
        journal, lines = self.session.journal, self.session.brought_back
        if journal is not None and lines:
            sys.stdout.write(screen.folded(f"{plural(lines, 'line')} came back from {printable(journal.path)}\n"))
        elif self.settings.startup:
            self.run_line(f"load {quoted(self.settings.startup)}")
        while not self.session.state.finished:
            if self.moved:
                self.session.pins.refresh(self.session.state)
                self.moved = False
            try:
                typed = self._typed()
            except Cleared:
                continue
            except EOFError:
                break
            finally:
                # What came while there was no line is for none.
                self.session.interrupts.pending = False
            for line in self._lines(typed):
                whole = self._expand(line)
                if whole is None:
                    break
                if whole != line:
                    # What is going to run is shown first, as in other shells.
                    sys.stdout.write(f"{printable(whole)}\n")
                self.run_line(whole)
                if self.session.state.finished:
                    break
        return 0

    def _typed(self) -> str:
        """The text that the person enters next. Raises Cleared, EOFError."""
        opening, self.opening = self.opening, None
        if opening is None:
            return self.prompt.prompt(self.session.state.prompt, handle_sigint=False)
        opening.take()
        try:
            return self.prompt.prompt(self.session.state.prompt, handle_sigint=False)
        finally:
            opening.end()

    def _lines(self, typed: str) -> list[str]:
        """The lines that a typed text runs."""
        return self.guard("pasting", typed.split("\n"), lambda: lines_of(typed))

    def _expand(self, line: str) -> str | None:
        """The line with an abbreviation written out in full; None, and why on standard error, if there is none such."""

        def expanded() -> str | None:
            try:
                return expand(self.session, line)
            except ShellError as error:
                complain(f"kshell: {error.message}\n")
                return None

        as_typed: str | None = line
        whole = self.guard("earlier lines by !", as_typed, expanded)
        self.guard.report()
        return whole

    def run_line(self, line: str) -> None:
        """Runs a line and shows what it prints."""
        before = self.session.state.machine.physmem.object
        interrupts = self.session.interrupts
        # The terminal has written ^C; what comes next begins a line.
        interrupts.heard = _new_line
        try:
            for outcome in self.session.run(line):
                self.show(line, outcome)
            self.session.settle()
        finally:
            interrupts.heard = None
        self.changed = self.session.state.machine.physmem.object - before

    def show(self, line: str, outcome: Outcome) -> None:
        """Shows the outcome of one command of a line."""
        self.status = _status(outcome)
        # What a line has changed stays marked until another one runs.
        self.moved = self.moved or outcome.command not in ("pin", "unpin")
        if not outcome.ok and not outcome.forgiven:
            self.history.refuse(line)
        if outcome.command == "clear" and outcome.ok:
            sys.stdout.write(screen.erase())
        sys.stdout.write(self.picture.follow(outcome, self._foot_rows()))
        text = outcome.output
        if text:
            text, drawn = self.guard("colours of the output", (text, text), lambda: self._drawn(line, outcome))
            self.guard.report()
            if outcome.tick:
                sys.stdout.write(self.picture.cropped(text, drawn))
            elif not self._paged(text, drawn):
                sys.stdout.write(drawn)
        sys.stdout.flush()
        complain(outcome.complaint())
        if outcome.command == "pin" and outcome.ok and is_dumb_terminal():
            complain("kshell: this terminal cannot keep it on the screen\n")

    def _drawn(self, line: str, outcome: Outcome) -> tuple[str, str]:
        """What is shown of an outcome on this terminal: (text, the same in colours)."""
        if outcome.result is not None and outcome.result.scene is not None:
            from kshell.console.drawing import drawn

            found = drawn(outcome, self.coloured)
            if found is not None:
                return found
        return outcome.output, self._painted(line, outcome)

    def _painted(self, line: str, outcome: Outcome) -> str:
        """What a command printed, in colours; what changed since the same line last printed it is marked."""
        text = outcome.output
        if not self.coloured:
            return text
        key = f"{line}\0{outcome.command}"
        marks = outcome.result.marks if outcome.result is not None else []
        drawn = paint(outcome.command, text, marks() if callable(marks) else marks, self.printed.get(key))
        self.printed[key] = text
        return drawn

    def _paged(self, text: str, drawn: str) -> bool:
        """Shows a text that does not fit above the prompt through the pager; returns whether it did."""
        if not self.paging:
            return False
        columns, rows = terminal_size()
        fits = not screen.taller(text, rows - self._foot_rows(), columns)
        return not fits and self.pager.show(self.settings["pager"], drawn)

    def _foot_rows(self) -> int:
        """The rows that the prompt, what is pinned and the toolbar take below what is shown."""
        prompt = MENU_ROWS if self.settings["complete"] == "typing" else 1
        return prompt + len(self._pane(terminal_size()[0])) + (self.settings["toolbar"] == "on")


def _continuation(width: int, row: int, wrapped: int) -> str:
    """What stands before the second and further rows of a line; nothing where a row is only wrapped."""
    return "" if wrapped else MORE.rjust(width)


def _new_line() -> None:
    os.write(2, b"\n")


def _status(outcome: Outcome) -> str:
    """The last command's status for the toolbar; nothing when all went well."""
    if outcome.ok:
        return ""
    if outcome.status is not None and outcome.status < 0:
        from kshell.kernel.abi import status_name

        return status_name(outcome.status)
    return "interrupted" if outcome.exit == 130 else f"exit {outcome.exit}"


def run(session: Session, recording: Recording | None = None, opening: Opening | None = None) -> int:
    """Runs the console until its user leaves; returns the exit value. `recording` gets all that it writes; `opening` is
    the first prompt, if it is shown already."""
    if recording is not None:
        from kshell.recording import follow

        follow(recording)
    os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1" if is_dumb_terminal() else "")
    if opening is not None:
        return Console(session, opening.settings, opening=opening).run()
    if isinstance(session.host, Sandbox):
        # A sandbox reads no files, and so no settings.
        settings = Settings()
        stay_in_front()
    else:
        settings = read_settings()
    keep_the_terminal_sane()
    return Console(session, settings, recorded=recording is not None).run()
