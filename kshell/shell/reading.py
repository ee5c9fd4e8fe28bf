"""A line while it is typed: what each word is to the command that gets it, and what could come next.

    a = as demo vmo_read $v 0|            variable assign prefix task command, words of VMO and OFFSET
                             ^ next: OFFSET, being typed; LEN is still missing

The pieces are the grammar's, and the parameters are those that `Command.assign` gives, which is what runs the line. So
colours, hints and completion cannot disagree with what Enter does.
"""

from __future__ import annotations

from kshell.kernel.abi import STATUS_CODES
from kshell.shell import grammar, registry
from kshell.shell.arguments import CommandLine, File, Parameter, ProcessTask, Raw
from kshell.shell.command import Assignment, Command
from kshell.shell.errors import KernelRefusal, ShellError, UsageError
from kshell.shell.grammar import NAME_CHARS, Clause, Piece
from kshell.shell.host import Host
from kshell.shell.inner import KEPT_ON_SCREEN, MAX_NESTED, PINNED, inner_command, whole_line
from kshell.shell.quoting import Literal, Quoted
from kshell.shell.state import OWN, State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TASK = ProcessTask("TASK", jobs="makes no syscalls")
# What takes the words of a command that nobody knows, and the file of a redirection.
ANY = Raw("WORD")
TARGET = File("FILE")
# Names that a command changes without an assignment: `attach` says whose handles the first three are, and each command
# leaves its result in `$_`, its exit value in `$?`, whose name has no letters.
CHANGING = frozenset((*OWN, "_", ""))


class Surroundings:
    """What the words of one clause stand in: the clauses before it, its prefixes, and whose handles it means.

    `place` counts the clauses before it; `names` says in which clause each variable of the line is set first. `fails`
    says that the command is meant to end with an error of the kernel (`expect ERR_...`, `!`), `negated` with any (`!`).
    """

    __slots__ = ("state", "clauses", "names", "place", "task", "negated", "fails", "_found")

    def __init__(self, state: State, clauses: list[Clause], names: dict[str, int], place: int) -> None:
        self.state = state
        self.clauses = clauses
        self.names = names
        self.place = place
        self.task: str | None = None
        self.negated = self.fails = False
        # What the task's word means: its state, or why it means none.
        self._found: State | ShellError | None = None

    def prefix(self, piece: Piece) -> None:
        """Takes a word before the command."""
        if piece.role == grammar.VARIABLE:
            self.names.setdefault(piece.value, self.place)
        elif piece.role == grammar.TASK:
            self.task = piece.value
        elif piece.role == grammar.PREFIX and piece.value == "!":
            self.negated = self.fails = True
        elif piece.role == grammar.STATUS:
            self.fails = self.fails or piece.value != "NO_ERROR"

    @property
    def speaker(self) -> State:
        """The state in which the words are read: with `as TASK` that process's. Found when it is first asked for."""
        found = self._find()
        # A task's own word is underlined when there is no such process.
        return found if isinstance(found, State) else self.state

    def _find(self) -> State | ShellError:
        if self._found is None:
            try:
                self._found = self.state if self.task is None else _seen_by(self.state, self.task)
            except ShellError as error:
                self._found = error
        return self._found

    def require_task(self, word: str) -> None:
        """Raises ShellError where no process is meant by the word after `as`."""
        if word is not self.task:
            TASK.parse(self.state, word)
        elif isinstance(found := self._find(), ShellError):
            raise found

    def changes(self, value: str, place: int) -> bool:
        """Whether clauses before `place` can change what the names in a word stand for."""
        if value in CHANGING or self.names.get(value, place) < place:
            return True
        if "$" not in value or isinstance(value, Literal):
            return False
        for part in value.split("$")[1:]:
            name = part[: next((at for at, char in enumerate(part) if char not in NAME_CHARS), len(part))]
            if name in CHANGING or self.names.get(name, place) < place:
                return True
        return False


def _seen_by(state: State, task: str) -> State:
    """The state in which the process `task` makes the syscalls; nothing is run in it. Raises ShellError."""
    process = TASK.parse(state, task)
    seen = State(state.machine, state.shell)
    seen.variables, seen.aliases, seen._likely = state.variables, state.aliases, state.likely
    seen.last_exit, seen.last_result = state.last_exit, state.last_result
    seen.attach(process)
    return seen


class Word:
    """A piece of the line with what it is to its command.

    `param` takes it where it is an argument, `option` says that it is an option's own word; `command` is what a command
    word names. None where there is none: an unknown command, a word too many. `wrong` is why the line is wrong here
    whatever the state. The command's words without options are `plain`, and this one is `plain[at]`.
    """

    __slots__ = ("piece", "role", "param", "option", "command", "around", "wrong", "plain", "at", "stands_for", "inner")

    def __init__(self, piece: Piece, around: Surroundings) -> None:
        self.piece = piece
        self.around = around
        self.role = piece.role
        self.param: Parameter[Any] | None = None
        self.option = False
        self.command: Command | None = None
        self.wrong = piece.error
        self.plain: list[str] = []
        self.at = 0
        # The words of an alias, in whose place it stands.
        self.stands_for: list[Word] = []
        # The line that it is, or begins, for a command that runs lines.
        self.inner: Line | None = None

    def error(self, host: Host) -> str:
        """Why Enter would refuse the line at this word, or "". Takes as long as reading the argument."""
        if self.wrong:
            return self.wrong
        if self.inner is not None:
            return next((wrong for word in self.inner.words if (wrong := word.error(host))), "")
        if self.role == grammar.COMMAND:
            return self._command_error(host)
        if self.param is None or (self.option and not self.plain):
            return ""
        around, param, value = self.around, self.param, self.plain[self.at]
        # What a line redirects to is read after its command.
        place = around.place + (self.role == grammar.FILE)
        try:
            if place:
                if not around.changes(value, place):
                    param.check_later(around.speaker, self.plain, self.at)
            elif self.role == grammar.TASK:
                around.require_task(value)
            else:
                param.check(around.speaker, self.plain, self.at)
                if isinstance(param, File) and param.exists and not host.has_file(param.parse(around.state, value)):
                    raise ShellError(f"there is no file {str(value)!r} to be read")
        except KernelRefusal as refusal:
            return "" if around.fails else refusal.message
        except UsageError as misuse:
            return misuse.message
        except ShellError as error:
            return "" if around.negated and self.role != grammar.TASK else error.message
        return ""

    def _command_error(self, host: Host) -> str:
        assert self.command is not None
        if self.param is not None:
            return ""
        rest, clauses = self.command.rest, self.around.clauses
        found = self.command.misplaced(clauses)
        if isinstance(rest, CommandLine) and rest.done == PINNED and clauses[-1].redirect is not None:
            found = found or KEPT_ON_SCREEN
        return found or next((wrong for word in self.stands_for if (wrong := word.error(host))), "")


class Line:
    """A line, read with a state.

    `words` are all its pieces in order. `typed` is the one under a cursor at the end of the line, or None after a blank
    or an operator. `command` and `assignment` are those of the last clause, the innermost where one runs another;
    `role`, `param`, `plain` and `at` what a word at the end of the line is, or would be, read in `state`.
    """

    __slots__ = ("words", "typed", "command", "assignment", "role", "param", "option", "plain", "at", "_around")

    def __init__(self, around: Surroundings) -> None:
        self.words: list[Word] = []
        self.typed: Word | None = None
        self.command: Command | None = None
        self.assignment: Assignment | None = None
        self.role = grammar.COMMAND
        self.param: Parameter[Any] | None = None
        self.option = False
        self.plain: list[str] = []
        self.at = 0
        self._around = around

    @property
    def state(self) -> State:
        """The state in which the last clause's words are read."""
        return self._around.speaker

    @property
    def missing(self) -> list[str]:
        """The parameters of the last command that are still to be given, optional ones in brackets."""
        command, given = self.command, self.assignment
        if command is None or given is None or self.role not in (grammar.WORD, grammar.COMMAND):
            return []
        if self.option or (self.param is not None and self.param.option):
            return []
        names = [
            f"[{param.name}]" if param.optional else param.name for param in command.positional[len(given.values) :]
        ]
        rest = command.rest
        # One that has to be given is not shown in brackets; when it is, what may follow is another's to say.
        if rest is not None and not (given.many and rest.shown_rest[0] != "["):
            names.append(rest.shown_rest)
        return names


def read(state: State, text: str) -> Line:
    """Reads a line that may be unfinished. Never fails; takes time in proportion to the line."""
    state.expanded = 0
    reading = grammar.read(text)
    names: dict[str, int] = {}
    around = Surroundings(state, reading.clauses, names, 0)
    line = Line(around)
    clause: list[Word] = []
    for piece in reading.pieces:
        word = Word(piece, around)
        line.words.append(word)
        if word.role == grammar.OPERATOR and piece.value in grammar.CONNECTORS:
            _read_clause(line, clause, around)
            clause = []
            around = line._around = Surroundings(state, reading.clauses, names, around.place + 1)
        else:
            clause.append(word)
            around.prefix(piece)
    _read_clause(line, clause, around)
    last = line.words[-1] if line.words else None
    if last is not None and last.piece.end == len(text) and last.role != grammar.OPERATOR:
        line.typed = last
        line.role, line.param, line.option = last.role, last.param, last.option
        line.plain, line.at = last.plain, last.at
    else:
        _read_next(line, clause)
    return line


def _read_clause(line: Line, clause: list[Word], around: Surroundings) -> None:
    """What each word of one clause is."""
    line.command = line.assignment = None
    head: Word | None = None
    words: list[Word] = []
    for word in clause:
        if word.role == grammar.COMMAND:
            head = word
        elif word.role == grammar.WORD:
            words.append(word)
        elif word.role == grammar.STATUS:
            word.wrong = word.wrong or ("" if word.piece.value in STATUS_CODES else "this is not a status")
        elif word.role in (grammar.TASK, grammar.FILE):
            word.param = TASK if word.role == grammar.TASK else TARGET
            word.plain = [word.piece.value]
    if head is None:
        if words:
            # A value in a command's place.
            _read_arguments(line, registry.find(grammar.PRINT), words)
        return
    said = around.state.aliases.get(head.piece.value, [head.piece.value])
    head.command = registry.find(said[0])
    if head.command is None:
        head.wrong = head.wrong or "there is no such command"
    head.stands_for = [Word(Piece(value, head.piece.start, head.piece.end), around) for value in said[1:]]
    _read_arguments(line, head.command, [*head.stands_for, *words])


def _read_arguments(line: Line, command: Command | None, words: list[Word]) -> None:
    """What each word after a command is; where it is the command that runs another, also the words of that one."""
    # More commands inside each other (`time repeat 3 ...`) are left to Enter.
    for _ in range(MAX_NESTED):
        line.command = command
        if command is None:
            break
        given = line.assignment = command.assign([word.piece.value for word in words])
        line.plain = []
        for word, param, option in zip(words, given.params, given.heads, strict=True):
            _give(word, param, option, line.plain)
        rest = command.rest
        if not isinstance(rest, CommandLine) or not rest.done or not given.many:
            return
        if rest.done == PINNED:
            _may_fail(words)
        # All words from the inner command's name on are the rest.
        words = words[-len(given.many) :]
        head = words.pop(0)
        if rest.lines and (isinstance(head.piece.value, Quoted) or registry.find(head.piece.value) is None):
            try:
                inner = whole_line(head.around.state, given.many, rest.done)
                # What lines before it change is not known yet.
                head.inner = None if head.around.place else read(head.around.state, inner)
                if head.inner is not None and rest.done == PINNED:
                    _may_fail(head.inner.words)
            except UsageError as error:
                head.wrong = head.wrong or error.message
            for word in words:
                _give(word, ANY, False, [])
            return
        if _may_be_option(head.piece):
            # It may become an option of the outer command; as a command's name it is wrong.
            head.wrong = head.wrong or f"there is no command {str(head.piece.value)!r}"
            break
        head.role = grammar.COMMAND
        command = None
        try:
            command = head.command = inner_command(head.piece.value, rest.done)
        except UsageError as error:
            head.wrong = head.wrong or error.message
    if line.command is None:
        line.assignment = None
    for word in words:
        _give(word, ANY, False, [])


def _may_fail(words: list[Word]) -> None:
    """What fails now may succeed when it runs again after another line; a wrong word stays wrong."""
    for word in words:
        word.around.negated = word.around.fails = True


def _may_be_option(piece: Piece) -> bool:
    return piece.value[:1] == "-" and not isinstance(piece.value, Quoted)


def _give(word: Word, param: Parameter[Any] | None, option: bool, plain: list[str]) -> None:
    """Gives a word to its parameter; `plain` are the words without options so far."""
    value = word.piece.value
    word.param = param
    word.option = option
    if param is None:
        word.wrong = word.wrong or "this is one word too many"
    if option:
        _, equals, value = value.partition("=")
        word.plain, word.at = [value] if equals else [], 0
    elif param is not None and param.option:
        word.plain, word.at = [value], 0
    else:
        word.plain, word.at = plain, len(plain)
        plain.append(value)


def _read_next(line: Line, clause: list[Word]) -> None:
    """What another word, after those of the last clause, would be."""
    last = clause[-1] if clause else None
    if last is None:
        return
    role = last.role
    if role == grammar.REMARK:
        line.role = grammar.REMARK
    elif role == grammar.OPERATOR:
        line.role = grammar.HOST if last.piece.value == "|" else grammar.FILE
    elif role in (grammar.HOST, grammar.FILE):
        line.role = role
    elif role == grammar.PREFIX and last.piece.value != "!":
        line.role = grammar.STATUS if last.piece.value == "expect" else grammar.TASK
        line.param = TASK if line.role == grammar.TASK else None
        line.plain = [""]
    elif role in (grammar.COMMAND, grammar.WORD):
        line.role = grammar.WORD
        if line.command is not None and line.assignment is not None:
            line.param = line.command.next_param(line.assignment)
            line.plain, line.at = [*line.plain, ""], len(line.plain)
            if line.param is not None and line.param.option:
                line.plain, line.at = [""], 0
