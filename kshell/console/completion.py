"""What could be typed next: commands, and arguments by their types.

The reading of the line says what the word at the cursor is; here it becomes a list of words, each with a short remark
about it. A suggestion replaces the whole word: what is offered is a value, and it is written by the grammar's rules, in
the quotes that the word has already. So Enter takes it for exactly what the menu shows. Nothing here knows the
terminal; the console turns `Suggestion`s into a menu.
"""

from __future__ import annotations

from itertools import takewhile
from unicodedata import category

from kshell.kernel.abi import STATUS_NAMES, TYPE_NAMES
from kshell.shell import grammar, registry
from kshell.shell.arguments import CALLS, END, FORMAT, Choice, CommandLine, File, Raw, Word
from kshell.shell.errors import ShellError, UsageError
from kshell.shell.inner import inner_command
from kshell.shell.quoting import Literal, Quoted
from kshell.shell.reading import Line, read
from kshell.shell.session import Session
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# The menu holds no more than this, and this many are enough to stop looking.
MOST = 200


class Suggestion:
    """What could stand where the cursor is: `text` replaces the `length` characters before the cursor.

    The menu shows it as `shown`, with the remark `about` it.
    """

    __slots__ = ("text", "length", "about", "shown")

    def __init__(self, text: str, length: int, about: str, shown: str | None = None) -> None:
        self.text = text
        self.length = length
        self.about = about
        self.shown = text if shown is None else shown


def suggestions(session: Session, text: str) -> list[Suggestion]:
    """What could stand at the end of `text`, the part of a line before the cursor; best first."""
    line = read(session.state, text)
    typed = line.typed
    word = typed.piece.value if typed is not None else ""
    # What was typed is replaced; what it means is the piece's value.
    raw = text[typed.piece.start :] if typed is not None else ""
    if line.role in (grammar.REMARK, grammar.OPERATOR, grammar.ASSIGN, grammar.HOST, grammar.VARIABLE, grammar.PREFIX):
        return []
    if line.role == grammar.COMMAND:
        return _commands(session.state, line, word, raw)
    if "$" in raw and not isinstance(word, Literal):
        return _variables(line, raw)
    if line.role == grammar.FILE or isinstance(line.param, File):
        return _files(session, line.param if line.role != grammar.FILE else None, word, raw)
    if line.role == grammar.STATUS:
        return _offered(((name, str(code)) for code, name in STATUS_NAMES.items()), word, raw)
    return _argument(session.state, line, word, raw)


def _argument(state: State, line: Line, word: str, raw: str) -> list[Suggestion]:
    command, param = line.command, line.param
    if param is not None and param.expressions:
        # Handles and addresses are those of the process that the clause speaks for; finding it takes time.
        state = line.state
    if line.option and "=" in word and param is not None:
        # The value of an option in one word with it.
        option, equals, value = word.partition("=")
        choices = param.completions(state, [value], 0)
        # A word with quotes in it would not be an option any more.
        plain = ((option + equals + text, about) for text, about in choices if grammar.quoted(text) == text)
        return _offered(plain, word, raw, str)
    found: list[Suggestion] = []
    if isinstance(param, CommandLine) and param.known and not line.option:
        found = _commands(state, line, word, raw)
    if command is not None and word[:1] == "-" and not isinstance(word, Quoted) and not _options_ended(line):
        options = {**command.options, FORMAT.option: FORMAT, CALLS.option: CALLS}
        found += _offered(((name, option.about) for name, option in options.items()), word, raw, str)
    if param is not None and not line.option:
        choices = param.completions(state, line.plain, line.at)
        found += _offered(choices, word, raw, str if param.expressions else None)
    return found


def _options_ended(line: Line) -> bool:
    """Whether the word at the end of the line cannot be an option: one of the words before it has ended them."""
    given = line.assignment
    if given is None or (line.param is not None and line.param.option and not line.option):
        return True
    return END in given.params[:-1] or (line.param is not None and line.param.verbatim and len(given.many) > 1)


def _commands(state: State, line: Line, word: str, raw: str) -> list[Suggestion]:
    """The names of commands, of those that another one can run where it takes a command."""
    inner = line.param
    found = [(command.name, command.summary) for command in registry.every()]
    if isinstance(inner, CommandLine):
        if not inner.done and line.command is not None and line.at > len(line.command.positional):
            return []
        found = [(name, about) for name, about in found if not inner.done or _can_be(name, inner.done)]
        return _offered(found, word, raw)
    found += [(name, f"alias: {' '.join(words)}") for name, words in state.aliases.items()]
    prefixes = [("expect", "succeeds when the command ends with a status"), ("as", "as another process")]
    return _offered(found, word, raw) + _offered(prefixes, word, raw, str)


def _can_be(name: str, done: str) -> bool:
    try:
        inner_command(name, done)
    except UsageError:
        return False
    return True


def _variables(line: Line, raw: str) -> list[Suggestion]:
    """The variables, or the fields of one, that the end of a word can be; what stands before them stays."""
    state = line.state
    begin, dollar, name = raw.rpartition("$")
    head, dot, field = name.partition(".")
    if dot:
        result = state.last_result if head == "_" else state.variables.get(head)
        fields = result.names() if result is not None else []
        typable = ((name, "") for name in fields if grammar.NAME_CHARS.issuperset(name))
        return matching(typable, field, lambda text: f"{begin}{dollar}{head}.{text}", len(raw))
    names: Iterable[str] = state.likely.names(name)
    param = line.param
    if param is not None:
        chosen = param.closed or (isinstance(param, File) and param.exists)
        if not param.expressions and (isinstance(param, Raw) or (isinstance(param, Word) and chosen)):
            # Nothing is replaced in these, or no value is right.
            return []
        names = (known for known in _first_offered(line, name) if _fits(line, begin.lstrip('"') + dollar + known))
    # One after the other: there may be very many, of which the menu shows few.
    found = ((f"${known}", _value(state, known)) for known in names)
    return matching(found, dollar + name, lambda text: begin + text, len(raw))


def _first_offered(line: Line, word: str) -> Iterator[str]:
    """The variables that can be meant by `word`; those that the parameter itself would offer come first."""
    state, param = line.state, line.param
    low = word.lower()
    first: set[str] = set()
    if param is not None and param.expressions:
        choices = takewhile(lambda choice: choice[0][:1] == "$", param.completions(state, line.plain, line.at))
        for text, _ in choices:
            if _in_order(low, text.lower()):
                first.add(text[1:])
                yield text[1:]
    for known in state.likely.names(word):
        if known not in first and _in_order(low, known.lower()):
            yield known


def _fits(line: Line, word: str) -> bool:
    """Whether the parameter at the end of the line takes `word`."""
    assert line.param is not None
    try:
        line.param.check(line.state, [*line.plain[: line.at], word], line.at)
    except ShellError:
        return False
    return True


def _value(state: State, name: str) -> str:
    value = state.handle_value(name)
    if value is None:
        return ""
    handle = state.process.handles.get(value)
    if handle is None:
        return f"{value:#x}" if value >= 1 << 20 else str(value)
    return f"{TYPE_NAMES[handle.object.type]} {handle.object.koid}"


def _files(session: Session, param: object, word: str, raw: str) -> list[Suggestion]:
    folder, slash, name = word.rpartition("/")
    entries = [entry for entry in session.host.names(folder + slash) if entry[0] != "." or name]
    if isinstance(param, File):
        entries = [entry for entry in entries if entry[-1] == "/" or param.fits(entry)]
    found = [(entry, "") for entry in entries]
    return matching(found, name, lambda entry: written(folder + slash + entry, raw), len(raw))


def _offered(
    choices: Iterable[Choice], word: str, raw: str, write: Callable[[str], str] | None = None
) -> list[Suggestion]:
    """The choices that match `word`, which is typed as `raw`, in the form in which they can be typed."""
    return matching(choices, word, write or (lambda text: written(text, raw)), len(raw))


def _typed(text: str) -> bool:
    """Whether a text can be typed on one line: it has no control characters, nor anything that is no character."""
    return text.isprintable() or all(char.isprintable() or category(char) == "Zs" for char in text)


def written(value: str, raw: str) -> str:
    """A word that means `value`, in the quotes in which `raw` begins."""
    if raw[:1] == '"' and "$" not in value:
        # A `$` cannot be had literally in these quotes.
        return grammar.written(Quoted(value))
    return grammar.quoted(value, always=raw[:1] == "'" or value[:1] == "-" or value == "=" or value in grammar.PREFIXES)


def matching(
    choices: Iterable[Choice], word: str, write: Callable[[str], str] = str, length: int | None = None
) -> list[Suggestion]:
    """The choices that begin with the word, then those that hold it, in their name or in what is said about a
    number, then those that have its letters in their order; none that cannot be typed.

    `write` gives the text that replaces the `length` characters before the cursor, those of the word if None.
    """
    low = word.lower()
    longer = len(word) > 1
    length = len(word) if length is None else length
    begin: list[Choice] = []
    hold: list[Choice] = []
    scattered: list[Choice] = []
    for choice in choices:
        text, about = choice
        lower = text.lower()
        if lower.startswith(low):
            begin.append(choice)
            if len(begin) >= MOST:
                break
        elif longer and len(hold) < MOST:
            # People know a koid or an address by what is said about it.
            if low in lower or (text[:1].isdigit() and low in about.lower()):
                hold.append(choice)
            elif low[0] == lower[:1] and len(scattered) < MOST and _in_order(low, lower):
                scattered.append(choice)
    found = (begin + hold + scattered)[:MOST]
    return [Suggestion(write(text), length, about, text) for text, about in found if _typed(text)]


def _in_order(letters: str, text: str) -> bool:
    """Whether `text` has these letters in this order, with others allowed between them."""
    at = -1
    for letter in letters:
        at = text.find(letter, at + 1)
        if at < 0:
            return False
    return True
