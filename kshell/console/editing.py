"""What prompt_toolkit asks while a line is typed: colours, completions, suggestions from history.

All of it goes through the console's guard.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Iterable
from functools import cache
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggest, Suggestion
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Always
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.utils import is_dumb_terminal
from pygments.token import _TokenType

from kshell.console.completion import suggestions
from kshell.console.guard import Guard
from kshell.console.highlight import colours
from kshell.console.history import LineHistory, entry_lines
from kshell.console.typed import MORE, befores, begun, goes_on
from kshell.shell.grammar import continues
from kshell.shell.interrupts import Interrupts
from kshell.shell.session import Session
from kshell.text import printable


class LinePrompt(PromptSession[str]):
    """A prompt in which Up finds lines that begin with what was typed, and bugs are reported after the line.

    A dumb terminal cannot show how a line changes while it is edited: there the host's terminal driver edits it, as in
    any program that just reads lines, so what is seen is what runs.
    """

    def __init__(self, guard: Guard, interrupts: Interrupts, **options: Any) -> None:
        super().__init__(**options)
        self.guard = guard
        self.interrupts = interrupts
        # Set for the buffer alone: PromptSession's own option would keep the menu from opening while typing.
        self.default_buffer.enable_history_search = Always()

    def prompt(self, *arguments: Any, **options: Any) -> str:
        """The text that was typed, as PromptSession.prompt gives it; a line that goes on is asked for in full."""
        try:
            if is_dumb_terminal():
                return self._plain(*arguments)
            text: str = super().prompt(*arguments, **options)
            # The Enter key sees to it, but for what an editor has left.
            while self._goes_on(text):
                text += "\n" + super().prompt(MORE)
            return text
        finally:
            self.guard.report()

    def _plain(self, message: str) -> str:
        """A text as the terminal's driver gives it, in all its rows. Raises what `prompt` raises."""
        text = self._row(message)
        while self._goes_on(text):
            text += "\n" + self._row(MORE)
        self.history.append_string(text)
        return text

    def _row(self, message: str) -> str:
        sys.stdout.write(message)
        sys.stdout.flush()
        try:
            row: bytes = self.interrupts.wait(sys.stdin.buffer.readline)
        except KeyboardInterrupt:
            sys.stdout.write("\n")
            raise self.interrupt_exception() from None
        if not row:
            sys.stdout.write("\n")
            raise EOFError
        return row.decode("utf-8", "surrogateescape").rstrip("\r\n")

    def _goes_on(self, text: str) -> bool:
        return self.guard("Enter key", False, lambda: goes_on(text))


class HistorySuggestions(AutoSuggest):
    """The latest line that begins with what was typed, and did not fail."""

    def __init__(self, history: LineHistory, guard: Guard) -> None:
        self.history = history
        self.guard = guard

    def get_suggestion(self, buffer: Buffer, document: Document) -> Suggestion | None:
        """The rest of that line, or None."""
        return self.guard("suggestions", None, lambda: self._find(begun(document.text)))

    def _find(self, typed: str) -> Suggestion | None:
        if not typed.strip():
            return None
        for text in reversed(self.history.get_strings()):
            if not text.startswith(typed) and "\n" not in text:
                continue
            for line in reversed(entry_lines(text)):
                if line.startswith(typed) and line != typed and self.history.offers(line):
                    return Suggestion(line[len(typed) :])
        return None


class KshellCompleter(Completer):
    """Offers `suggestions` as a menu."""

    def __init__(self, session: Session, guard: Guard) -> None:
        self.session = session
        self.guard = guard

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What could stand at the cursor."""
        return self.guard("completion", [], lambda: self._complete(begun(document.text_before_cursor)))

    def _complete(self, text: str) -> list[Completion]:
        return [
            Completion(found.text, -found.length, found.shown, display_meta=printable(found.about))
            for found in suggestions(self.session, text)
        ]


class KshellLexer(Lexer):
    """Colours the line as it would run now."""

    def __init__(self, session: Session, guard: Guard) -> None:
        self.session = session
        self.guard = guard

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """A function from a row's number to its coloured pieces."""
        known: dict[int, StyleAndTextTuples] = {}
        lines = document.lines
        before: list[str] = []

        def row_colours(number: int) -> StyleAndTextTuples:
            if not before:
                before.extend(befores(lines))
            return list(self._row(before[number], lines[number]))

        def line_colours(number: int) -> StyleAndTextTuples:
            # Asked several times for each picture of the line.
            if number not in known:
                plain: StyleAndTextTuples = [("", lines[number])]
                known[number] = self.guard("colours", plain, lambda: row_colours(number))
            return known[number]

        return line_colours

    def _row(self, before: str, row: str) -> Iterable[tuple[str, str]]:
        """The pieces of a row, in a line that begins with `before`."""
        goes_on = continues(before + row)
        skip = len(before)
        for kind, text in colours(self.session, before + (row[:-1] if goes_on else row)):
            if len(text) > skip:
                yield _style(kind), text[skip:]
            skip = max(0, skip - len(text))
        if goes_on:
            yield "", "\\"

    def invalidation_hash(self) -> Hashable:
        """Changes when the same text may get other colours: after each line that ran."""
        state = self.session.state
        return id(state), state.line_number, len(self.session.timeline.lines)


@cache
def _style(kind: _TokenType) -> str:
    """The class of a token type in the style."""
    return "class:pygments" + "".join(f".{part.lower()}" for part in kind)
