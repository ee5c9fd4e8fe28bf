"""What prompt_toolkit asks while a line is typed: colours, completions, suggestions from history."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import cache

from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer
from pygments.token import _TokenType

from kshell.console.completion import suggestions
from kshell.console.highlight import colours
from kshell.shell.session import Session
from kshell.shell.text import printable

HistorySuggestions = AutoSuggestFromHistory


class KshellCompleter(Completer):
    """Offers `suggestions` as a menu."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What could stand at the cursor."""
        for found in suggestions(self.session, document.text_before_cursor):
            yield Completion(found.text, -found.length, found.shown, display_meta=printable(found.about))


class KshellLexer(Lexer):
    """Colours the line as it would run now."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """A function from a line's number to its coloured pieces."""

        known: dict[int, StyleAndTextTuples] = {}

        def line_colours(number: int) -> StyleAndTextTuples:
            # Asked several times for each picture of the line.
            if number not in known:
                known[number] = [(_style(kind), text) for kind, text in colours(self.session, document.lines[number])]
            return known[number]

        return line_colours

    def invalidation_hash(self) -> Hashable:
        """Changes when the same text may get other colours: after each line that ran."""
        state = self.session.state
        return id(state), state.line_number, len(self.session.timeline.lines)


@cache
def _style(kind: _TokenType) -> str:
    """The class of a token type in the style."""
    return "class:pygments" + "".join(f".{part.lower()}" for part in kind)
