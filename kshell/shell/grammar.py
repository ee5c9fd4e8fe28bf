"""One parse of a line, finished or not.

    a = expect NO_ERROR as demo vmo_create 2*4k && ps > FILE ; x = ...
    |   |--- prefixes ---------| |command| args     |redirect|
    |   clause 1                                |  clause 2    | clause 3

Words are cut as in a POSIX shell; a word in single quotes is a `Literal` and nothing in it is expanded. The
same parse serves running, colour, completion and hints: running asks for words, the others also for `spans`.
"""

from __future__ import annotations

from kshell.shell.errors import UsageError

# Characters that make cutting a line more than splitting it at blanks.
SPECIAL = frozenset("\"'\\;#|><&")
OPERATORS = (";", "&&", "||", ">>", ">", "|")
CONNECTORS = frozenset((";", "&&", "||"))
NAME_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


class Literal(str):
    """A word, or an operator-like word, that was quoted: it is taken as it stands."""

    __slots__ = ()


class Token:
    """A piece of a line: a word or an operator, and where it stands. `open` when its quote is not closed."""

    __slots__ = ("text", "start", "end", "operator", "open")

    def __init__(self, text: str, start: int, end: int, operator: bool = False, open_: bool = False) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.operator = operator
        self.open = open_


class Clause:
    """One command of a line with what stands around it.

    `connector` is what separates it from the clause before: ";", "&&", "||", or "" for the first. `prefixes`
    are ("!",), ("expect", STATUS) and ("as", TASK), outermost first. `redirect` is (">" | ">>" | "|", target).
    `end` is the place in the line where the clause ends.
    """

    __slots__ = ("connector", "name", "prefixes", "words", "redirect", "end", "error")

    def __init__(self, connector: str, words: list[str]) -> None:
        self.connector = connector
        self.name = ""
        self.prefixes: list[tuple[str, ...]] = []
        self.words = words
        self.redirect: tuple[str, str] | None = None
        self.end = 0
        # What is wrong with the line, when it is: the clause is its only one then.
        self.error: UsageError | None = None

    @classmethod
    def wrong(cls, error: UsageError) -> Clause:
        """The only clause of a line that is wrong."""
        clause = cls("", [])
        clause.error = error
        return clause


def parse(line: str) -> list[Clause]:
    """The clauses of a finished line; none for an empty one or a comment.

    Raises UsageError for what is no command: an open quote, an operator with nothing beside it, a missing word.
    """
    if SPECIAL.isdisjoint(line):
        words: list[str] = line.split()
        if not words:
            return []
        clause = Clause("", words)
        # Most lines are `name = command ...` or `command ...`.
        if words[0] in _PREFIX_WORDS or (len(words) > 1 and words[1] == "="):
            _take_prefixes(clause)
        return [clause]
    return _parse_tokens(tokenize(line))


def _parse_tokens(tokens: list[Token]) -> list[Clause]:
    clauses: list[Clause] = []
    clause = Clause("", [])
    for token in tokens:
        if token.open:
            raise UsageError(f"syntax error: the quote at column {token.start + 1} is not closed")
        if token.operator and token.text in CONNECTORS:
            clause.end = token.start
            _finish(clauses, clause, token.text)
            clause = Clause(token.text, [])
        elif token.text == "&" and token.operator:
            raise UsageError("syntax error: '&' would run in the background, which this console does not do")
        elif clause.redirect is not None:
            clause.redirect = _continue_redirect(clause.redirect, token)
        elif token.operator:
            if not clause.words:
                raise UsageError(f"syntax error: {token.text!r} unexpected")
            clause.redirect = (token.text, "")
        else:
            clause.words.append(token.text)
    _finish(clauses, clause, "")
    return clauses


def _continue_redirect(redirect: tuple[str, str], token: Token) -> tuple[str, str]:
    """The redirection with one more token: the file, or more of the host's line, which may have pipes of its own."""
    kind, target = redirect
    if kind == "|":
        piece = token.text if token.operator else quoted(token.text)
        return kind, f"{target} {piece}".strip()
    if token.operator:
        raise UsageError(f"syntax error: {kind!r} wants a word behind it, not {token.text!r}")
    if target:
        raise UsageError(f"syntax error: {token.text!r} stands behind the redirection")
    return kind, token.text


def quoted(word: str) -> str:
    """A word for the host's shell, quoted again if it needs it."""
    if word and all(char in NAME_CHARS or char in "-./:=,+@%" for char in word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def _finish(clauses: list[Clause], clause: Clause, operator: str) -> None:
    """Takes a clause that `operator`, or the end of the line, has ended."""
    if clause.redirect is not None and not clause.redirect[1]:
        raise UsageError(f"syntax error: {clause.redirect[0]!r} wants a word behind it")
    if clause.words:
        _take_prefixes(clause)
        clauses.append(clause)
    elif operator in ("&&", "||"):
        raise UsageError(f"syntax error: {operator!r} unexpected")
    elif clause.connector in ("&&", "||"):
        raise UsageError(f"syntax error: {clause.connector!r} wants a command behind it")


_PREFIX_WORDS = frozenset(("!", "expect", "as"))


def _take_prefixes(clause: Clause) -> None:
    """Moves `name =`, `!`, `expect STATUS` and `as TASK` from the words to where they belong."""
    words = clause.words
    at = 0
    if len(words) > 1 and words[1] == "=" and not isinstance(words[1], Literal):
        name = words[0]
        if name[0].isdigit() or not NAME_CHARS.issuperset(name):
            raise UsageError(f"{name!r} is no name for a variable: use letters, digits and _")
        clause.name = name
        at = 2
    while at < len(words) and words[at] in _PREFIX_WORDS and not isinstance(words[at], Literal):
        if words[at] == "!":
            clause.prefixes.append(("!",))
            at += 1
            continue
        if at + 1 >= len(words):
            what = "a status, such as ERR_ACCESS_DENIED," if words[at] == "expect" else "a task"
            raise UsageError(f"{words[at]} wants {what} and a command")
        clause.prefixes.append((words[at], words[at + 1]))
        at += 2
    if at:
        del words[:at]
    if not words:
        raise UsageError("a command is missing" if clause.name or clause.prefixes else "nothing to run")


def tokenize(line: str) -> list[Token]:
    """The words and operators of a line with their places; a comment ends it. Never fails: a quote that is not
    closed makes the last token `open`."""
    tokens: list[Token] = []
    at = 0
    while at < len(line):
        char = line[at]
        if char.isspace():
            at += 1
        elif char == "#":
            break
        elif char in ";|>&":
            operator = line[at : at + 2] if line[at : at + 2] in ("&&", "||", ">>") else char
            tokens.append(Token(operator, at, at + len(operator), operator=True))
            at += len(operator)
        elif char == "<":
            raise UsageError("syntax error: '<' has no meaning here: commands read no input")
        else:
            token = _word(line, at)
            tokens.append(token)
            at = token.end
    return tokens


def _word(line: str, start: int) -> Token:
    """The word that begins at `start`."""
    pieces: list[str] = []
    at = start
    literal = open_ = False
    while at < len(line):
        char = line[at]
        if char in "'\"":
            literal = literal or char == "'"
            text, at, open_ = _quote(line, at)
            pieces.append(text)
        elif char == "\\":
            pieces.append(line[at + 1 : at + 2])
            open_ = at + 1 >= len(line)
            literal = True
            at += 2
        elif char.isspace() or char in ";|><&":
            break
        else:
            pieces.append(char)
            at += 1
    text = "".join(pieces)
    return Token(Literal(text) if literal else text, start, min(at, len(line)), open_=open_)


def _quote(line: str, start: int) -> tuple[str, int, bool]:
    """(text, place behind, whether it is open) of the quoted piece at `start`."""
    mark = line[start]
    pieces: list[str] = []
    at = start + 1
    while at < len(line):
        char = line[at]
        if char == mark:
            return "".join(pieces), at + 1, False
        if mark == '"' and char == "\\" and line[at + 1 : at + 2] in ('"', "\\", "$"):
            at += 1
            char = line[at]
        pieces.append(char)
        at += 1
    return "".join(pieces), at, True
