"""One parse of a line.

    a = expect NO_ERROR as demo vmo_create 2*4k && ps > FILE ; x = ...   # remark
    |   |--- prefixes ---------| |command| words   |redirect|
    |   clause 1                                |  clause 2    | clause 3

`read` cuts a line into pieces, each with its place, its role and its value, and into clauses; a piece that makes the
line wrong says why. `parse` gives the clauses to whoever runs the line, and raises what is wrong first. Colours, hints
and completion look at the pieces of the very same reading, so they cannot disagree with what runs.

Words are cut as in a POSIX shell. One that was quoted in any way is a `Quoted`, and never an operator, a prefix or an
option; in single quotes or after a backslash it is a `Literal`, and nothing in it is expanded either.
"""

from __future__ import annotations

from kshell.shell.errors import UsageError
from kshell.shell.quoting import Literal, Quoted

# Characters without which a line is simply split at its blanks.
SPECIAL = frozenset("\"'\\;#|><&")
CONNECTORS = frozenset((";", "&&", "||"))
PREFIXES = frozenset(("!", "expect", "as"))
# Words that begin or end a compound command of a POSIX shell, of which this one has none.
COMPOUND = frozenset(
    ["if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "{", "}"]
)
NAME_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")

# The command of a clause that is a value.
PRINT = "print"
DIGITS = frozenset("0123456789")
# What a value begins with.
VALUE_BEGINS = DIGITS | frozenset("$-(")

# What a piece can be.
VARIABLE, ASSIGN, PREFIX, STATUS, TASK = "variable", "assign", "prefix", "status", "task"
COMMAND, WORD, OPERATOR, FILE, HOST, REMARK = "command", "word", "operator", "file", "host", "remark"


class Piece:
    """A word, an operator or a comment: its text is `line[start:end]`, its value what the text means.

    `error` is what is wrong with the line at this place, or "". `open` is what is not closed at its end: a quote, or a
    backslash that nothing follows, or "".
    """

    __slots__ = ("value", "start", "end", "role", "error", "open")

    def __init__(self, value: str, start: int, end: int, role: str = WORD, open_: str = "") -> None:
        self.value = value
        self.start = start
        self.end = end
        self.role = role
        self.error = ""
        self.open = open_


class Clause:
    """One command of a line with what stands around it.

    `connector` is what separates it from the clause before: ";", "&&", "||", or "" for the first. `prefixes`
    are ("!",), ("expect", STATUS) and ("as", TASK), outermost first. `redirect` is (">" | ">>" | "|", target).
    `end` is the place in the line where the clause ends, 0 for the end of the line.
    """

    __slots__ = ("connector", "name", "prefixes", "words", "redirect", "end")

    def __init__(self, connector: str, words: list[str]) -> None:
        self.connector = connector
        self.name = ""
        self.prefixes: list[tuple[str, ...]] = []
        self.words = words
        self.redirect: tuple[str, str] | None = None
        self.end = 0


class Reading:
    """A line, read: all its pieces in order, its clauses, and the first thing that is wrong with it, or None.

    Invariant: `error` is None exactly when no piece has an error; then `clauses` are everything that the line says.
    """

    __slots__ = ("pieces", "clauses", "error")

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.clauses: list[Clause] = []
        self.error: UsageError | None = None


def parse(line: str) -> list[Clause]:
    """The clauses of a line; none for an empty one or a comment. Raises UsageError for what is not a line."""
    if SPECIAL.isdisjoint(line):
        # Most lines are plain words; `read` would make the same of them, piece by piece.
        words: list[str] = line.split()
        if not words:
            return []
        assigns = len(words) > 1 and words[1] == "="
        if not assigns and words[0] not in PREFIXES and not compounds(words[0]):
            return [Clause("", [PRINT, *words] if words[0][0] == "$" and is_value(words[0]) else words)]
        if assigns and len(words) > 2 and words[2] not in PREFIXES and words[3:4] != ["="] and is_name(words[0]):
            value = words[2][0] in VALUE_BEGINS and is_value(words[2], named=True)
            clause = Clause("", [PRINT, *words[2:]] if value else words[2:])
            clause.name = words[0]
            return [clause]
    reading = read(line)
    if reading.error is not None:
        raise reading.error
    return reading.clauses


def read(line: str) -> Reading:
    """Reads a line, finished or not. Never fails; takes time in proportion to the line."""
    reader = _Reader(line)
    at = 0
    while at < len(line):
        char = line[at]
        if char.isspace():
            at += 1
            continue
        if char == "#":
            piece = Piece(line[at:], at, len(line), REMARK)
            reader.reading.pieces.append(piece)
            break
        if char in ";|>&<":
            text = line[at : at + 2] if line[at : at + 2] in ("&&", "||", ">>") else char
            piece = Piece(text, at, at + len(text), OPERATOR)
            reader.operator(piece)
        else:
            piece = _word(line, at)
            reader.word(piece)
        at = piece.end
    reader.finish()
    return reader.reading


def compounds(word: str) -> bool:
    """Whether a word where a command can begin is part of a compound command: a group, a loop, a function."""
    return word in COMPOUND or word[:1] == "(" or word.endswith("()")


def is_value(word: str, named: bool = False) -> bool:
    """Whether a plain word in a command's place is the beginning of a value: `$m`, and where the result gets a name
    also `4k`, `-1` and `(1+2)*4k`."""
    if word[:1] == "$":
        # `$?` alone is the real shell's own to answer.
        return word[1:2] in NAME_CHARS
    return named and (word[:1] == "(" or word.removeprefix("-")[:1] in DIGITS)


def is_name(word: str) -> bool:
    """Whether `word` can be the name of a variable."""
    return bool(word) and not word[0].isdigit() and NAME_CHARS.issuperset(word)


class _Reader:
    """Takes the pieces of a line one after the other; knows what the next one can be."""

    __slots__ = ("reading", "clause", "expects", "last", "_line", "_host")

    def __init__(self, line: str) -> None:
        self.reading = Reading()
        self._line = line
        self._begin("")

    def _begin(self, connector: str) -> None:
        """A clause begins."""
        self.clause = Clause(connector, [])
        # The role of the next word, and the piece that asks for it.
        self.expects = COMMAND
        self.last: Piece | None = None
        # The words of the line for the host, after a `|`.
        self._host: list[str] = []

    def _wrong(self, piece: Piece, message: str) -> None:
        """The line is wrong at `piece`; the first message is the line's."""
        piece.error = piece.error or message
        if self.reading.error is None:
            self.reading.error = UsageError(message)

    def word(self, piece: Piece) -> None:
        """Takes a word."""
        self.reading.pieces.append(piece)
        clause, plain = self.clause, not isinstance(piece.value, Quoted)
        if piece.open:
            self._wrong(piece, f"syntax error: the quote at column {piece.start + 1} is not closed")
        if self.expects == COMMAND:
            self._head(piece, plain)
        elif self.expects in (STATUS, TASK):
            piece.role = self.expects
            clause.prefixes.append((str(self.last.value) if self.last is not None else "", piece.value))
            self.expects = COMMAND
        elif clause.redirect is not None:
            self._target(piece, piece.value if clause.redirect[0] != "|" else quoted(piece.value))
        else:
            self._more(piece, plain)
        self.last = piece

    def _head(self, piece: Piece, plain: bool) -> None:
        """A word where a command can begin."""
        clause = self.clause
        if plain and piece.value in PREFIXES and not self._assigns(piece):
            piece.role = PREFIX
            if piece.value == "!":
                clause.prefixes.append(("!",))
            else:
                self.expects = STATUS if piece.value == "expect" else TASK
            return
        if plain and not self._assigns(piece) and is_value(piece.value, named=bool(clause.name)):
            # The word keeps its role: it is the first of `print`.
            clause.words += [PRINT, piece.value]
            self.expects = WORD
            return
        if plain and compounds(piece.value) and not self._assigns(piece):
            self._wrong(piece, f"syntax error: {str(piece.value)!r}: this shell has no groups, loops and functions")
        piece.role = COMMAND
        clause.words.append(piece.value)
        self.expects = WORD

    def _assigns(self, piece: Piece) -> bool:
        """Whether a prefix's word is the name of an assignment instead: `as = ps`."""
        line, at = self._line, piece.end
        while at < len(line) and line[at].isspace():
            at += 1
        ends = at + 1 >= len(line) or line[at + 1].isspace() or line[at + 1] in ";|><&"
        return line[at : at + 1] == "=" and ends and not (self.clause.name or self.clause.prefixes)

    def _more(self, piece: Piece, plain: bool) -> None:
        """A word after the command: an argument, or the `=` that makes the command's place a variable's."""
        clause, name = self.clause, self.last
        if plain and piece.value == "=" and len(clause.words) == 1 and name is not None and name.role == COMMAND:
            word = clause.words[0]
            if clause.name:
                self._wrong(name, f"a result has one name, and it is ${clause.name} already")
            elif clause.prefixes:
                self._wrong(name, f"the name comes first: {word} = {' '.join(clause.prefixes[0])} ... COMMAND")
            elif not is_name(word):
                self._wrong(name, f"{str(word)!r} is not a name for a variable: use letters, digits and _")
            clause.words.clear()
            clause.name = str(word)
            name.role, piece.role = VARIABLE, ASSIGN
            self.expects = COMMAND
            return
        piece.role = WORD
        clause.words.append(piece.value)

    def _target(self, piece: Piece, text: str) -> None:
        """A word or an operator after a redirection: its file, or more of the line for the host."""
        assert self.clause.redirect is not None
        kind, target = self.clause.redirect
        piece.role = HOST if kind == "|" else FILE
        if kind == "|":
            self._host.append(text)
        elif target:
            self._wrong(piece, f"syntax error: {str(piece.value)!r} comes after the redirection")
        else:
            self.clause.redirect = kind, text

    def operator(self, piece: Piece) -> None:
        """Takes an operator."""
        self.reading.pieces.append(piece)
        text, clause = piece.value, self.clause
        if text == "<":
            self._wrong(piece, "syntax error: '<' has no meaning here: commands read no input")
        elif text == "&":
            self._wrong(piece, "syntax error: '&' would run in the background, which this console does not do")
        elif text in CONNECTORS:
            clause.end = piece.start
            self._end(piece)
            self._begin(text)
        elif clause.redirect is not None:
            if clause.redirect[0] == "|":
                self._target(piece, text)
            else:
                self._wrong(piece, f"syntax error: {clause.redirect[0]!r} needs a word after it, not {text!r}")
        elif not clause.words:
            self._wrong(piece, f"syntax error: {text!r} unexpected")
        else:
            clause.redirect = text, ""
        self.last = piece

    def _end(self, piece: Piece | None) -> None:
        """The clause ends, at the connector `piece` or at the end of the line."""
        clause, last = self.clause, self.last
        if self._host:
            clause.redirect = "|", " ".join(self._host)
        if clause.redirect is not None and not clause.redirect[1] and last is not None:
            self._wrong(last, f"syntax error: {clause.redirect[0]!r} needs a word after it")
        if clause.words:
            self.reading.clauses.append(clause)
        elif last is not None and last.role in (PREFIX, STATUS, TASK, ASSIGN):
            if last.value == "expect" and last.role == PREFIX:
                self._wrong(last, "expect needs a status, such as ERR_ACCESS_DENIED, and a command")
            elif last.value == "as" and last.role == PREFIX:
                self._wrong(last, "as needs a task and a command")
            else:
                self._wrong(last, "a command is missing")
        elif piece is not None:
            self._wrong(piece, f"syntax error: {piece.value!r} unexpected")
        elif clause.connector in ("&&", "||"):
            before = next(found for found in reversed(self.reading.pieces) if found.value == clause.connector)
            self._wrong(before, f"syntax error: {clause.connector!r} needs a command after it")

    def finish(self) -> None:
        """The line ends."""
        self._end(None)


def continues(line: str) -> bool:
    """Whether the next line belongs to this one: it ends in a backslash that is itself not escaped, and that neither
    single quotes nor a comment take as it stands. The backslash and the newline then mean nothing, as in a POSIX shell.
    """
    if not line.endswith("\\") or (len(line) - len(line.rstrip("\\"))) % 2 == 0:
        return False
    return read(line).pieces[-1].open in ("\\", '"')


def written(word: str) -> str:
    """A word of a line as it has to be written so that `read` makes the same of it, `$names` in it included."""
    if isinstance(word, Literal):
        return "'" + word.replace("'", "'\\''") + "'"
    if isinstance(word, Quoted):
        return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(word)


def quoted(word: str, always: bool = False) -> str:
    """A word as it has to be written so that a shell, this one or the host's, takes it for what it is.

    `always` quotes a plain word too, which could otherwise be an option or a prefix.
    """
    # A `=` of its own is an assignment's.
    if word and word != "=" and not always and all(char in NAME_CHARS or char in "-./:=,+@%" for char in word):
        return str(word)
    return "'" + word.replace("'", "'\\''") + "'"


# What ends a plain word or makes more of it, but for blanks; and so far a plain word is looked for.
BREAKS = SPECIAL - {"#"}
NEAR = 64


def _word(line: str, start: int) -> Piece:
    """The word that begins at `start`."""
    # Most words are plain and short, with a blank after them. Blanks that are not spaces are not printable.
    end = line.find(" ", start, start + NEAR)
    plain = line[start : end if end >= 0 else start + NEAR]
    if (end >= 0 or len(line) <= start + NEAR) and plain.isprintable() and BREAKS.isdisjoint(plain):
        return Piece(plain, start, start + len(plain))
    texts: list[str] = []
    at = start
    kind: type[str] = str
    open_ = ""
    while at < len(line):
        char = line[at]
        if char in "'\"":
            text, end, closed = _quote(line, at)
            open_ = "" if closed else char
            escaped = char == "'" or "\\$" in line[at:end].replace("\\\\", "")
            kind = Literal if escaped or kind is Literal else Quoted
            at = end
            texts.append(text)
        elif char == "\\":
            texts.append(line[at + 1 : at + 2])
            open_ = "" if at + 1 < len(line) else char
            kind = Literal
            at += 2
        elif char.isspace() or char in ";|><&":
            break
        else:
            texts.append(char)
            at += 1
    return Piece(kind("".join(texts)), start, min(at, len(line)), open_=open_)


def _quote(line: str, start: int) -> tuple[str, int, bool]:
    """(text, place after it, whether it is closed) of the quoted part that begins at `start`."""
    mark = line[start]
    texts: list[str] = []
    at = start + 1
    while at < len(line):
        char = line[at]
        if char == mark:
            return "".join(texts), at + 1, True
        if mark == '"' and char == "\\" and line[at + 1 : at + 2] in ('"', "\\", "$"):
            at += 1
            char = line[at]
        texts.append(char)
        at += 1
    return "".join(texts), at, False
